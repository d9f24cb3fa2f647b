"""Versions of a definition: how a figure is counted, from which reporting window on, on what ground, by whose word."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, ProseField
from plans.querysets import IndicatorVersionQuerySet
from units.models import User

from .targets import Definition, Indicator


class IndicatorVersion(AppendOnly, Definition):
    """One definition of an indicator, in force from the start of a window until the next one.

    An indicator whose definition never changed has none: its own columns say it. The first change writes down both, the
    old one without a beginning.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("lần")
    valid_from = DayField("áp dụng từ", null=True, blank=True)
    reason = ProseField("lý do", max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = IndicatorVersionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "cách tính của chỉ số"
        ordering = ["indicator", "number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_number_once"),
            models.UniqueConstraint(fields=["indicator", "valid_from"], name="indicator_version_day_once"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=False) | Q(number=1), name="indicator_version_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, lần {self.number}"
