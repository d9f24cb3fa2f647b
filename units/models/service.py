"""Where a member of staff served and as what, from day to day: coverage of a past day counts who worked there then."""

from django.db import models
from django.db.models import F, Q

from core.clock import now
from core.fields import DayField, LineField
from units.querysets import ServiceSpellQuerySet

from .organisation import Unit
from .people import User
from .staff import StaffMember


class ServiceSpell(models.Model):
    """One stretch of service without change of unit or status; `until` is the first day it holds no more.

    Spells of a person do not overlap; the open one says what `StaffMember` says today. `units.service` writes them.
    """

    member = models.ForeignKey(StaffMember, models.CASCADE, related_name="spells")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị quản lý")
    using_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị sử dụng"
    )
    employment = models.CharField("tình trạng", max_length=12, choices=StaffMember.Employment)
    # Unknown where the roster did not say when somebody came: it holds for every earlier day.
    since = DayField("từ ngày", null=True, blank=True)
    until = DayField("đến trước ngày", null=True, blank=True)
    paper = LineField("văn bản căn cứ", max_length=200, blank=True)
    # Of what ended the service itself; a spell followed by another is ended by the paper of that one.
    leaving_paper = LineField("văn bản nghỉ, chuyển công tác", max_length=200, blank=True)
    # Nobody: it follows from the roster itself, or from a reorganisation.
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    recorded_at = models.DateTimeField(default=now, editable=False)

    objects = ServiceSpellQuerySet.as_manager()

    class Meta:
        verbose_name = "quá trình công tác"
        ordering = ["member", F("since").asc(nulls_first=True), "id"]
        indexes = [models.Index(fields=["unit", "since", "until"], name="spell_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(until__isnull=True), name="spell_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gt=F("since")),
                name="spell_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_employment_display()}"
