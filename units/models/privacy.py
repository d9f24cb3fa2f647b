"""Whether personal numbers are collected, and who was shown what of a person: both written once."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import LineField
from units.permissions import Role, within

from .people import User
from .staff import StaffMember


class NumberCollecting(AppendOnly):
    """The agency's switch with who turned it, when and why. The latest row stands; none means off."""

    switched_on = models.BooleanField("thu thập số định danh cá nhân")
    reason = LineField("lý do", max_length=200)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người quyết định")
    decided_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "quyết định thu thập số định danh cá nhân"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="number_collecting_reason")]

    def __str__(self) -> str:
        return "Bật" if self.switched_on else "Tắt"


class PersonalLook(AppendOnly):
    """One look at a person's full number: who, at whom, what, why and when. Never the number."""

    class What(models.TextChoices):
        NUMBER = "number", "Xem đủ số định danh cá nhân"

    member = models.ForeignKey(StaffMember, models.PROTECT, related_name="looks")
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người xem")
    what = models.CharField("nội dung xem", max_length=10, choices=What)
    why = LineField("lý do xem", max_length=200)
    seen_at = models.DateTimeField("thời điểm xem", default=now, editable=False)

    class Meta:
        verbose_name = "lượt xem dữ liệu cá nhân"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="personal_look_by_member"),
            models.Index(fields=["seen_at"], name="personal_look_by_time"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="personal_look_reason")]

    def __str__(self) -> str:
        return self.get_what_display()

    @staticmethod
    def supervised_by(user: User, *, everything: bool) -> Q:
        """Looks at people of the units an auditor stands above; an administrator reads all."""
        return Q() if everything else within("member__unit", user.ranges(Role.AUDITOR))
