"""Figures reported against indicators: appended, revised by a new row, decided by a separate fact."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField, ProseField
from core.periods import Period
from plans.querysets import MeasurementQuerySet
from units.models import Unit, User

from .targets import Indicator


class Measurement(AppendOnly):
    """Numerator and denominator of one indicator for one unit in one period. The highest revision stands.

    Percentages are never stored: totals are sum of numerators over sum of denominators, and 0/0 is
    "không phát sinh".

    After the period is locked a figure changes only by a row with `correction`, the reason, which the next report
    prints (office rule 18).
    """

    class Origin(models.TextChoices):
        UNIT = "unit", "Đơn vị báo cáo"
        SYSTEM = "system", "Từ hệ thống khác"

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="measurements")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="measurements")
    period_kind = models.CharField("kỳ", max_length=12)
    period_key = models.CharField("mã kỳ", max_length=10)
    period_start = DayField("từ ngày")
    period_end = DayField("đến ngày")
    revision = models.PositiveSmallIntegerField("lần", default=1)
    numerator = models.DecimalField("tử số", max_digits=14, decimal_places=2)
    denominator = models.DecimalField("mẫu số", max_digits=14, decimal_places=2, null=True, blank=True)
    source = LineField("nguồn", max_length=200, blank=True)
    as_of = DayField("số liệu đến ngày")
    origin = models.CharField("cách có số liệu", max_length=6, choices=Origin, default=Origin.UNIT)
    note = ProseField("ghi chú", max_length=2000, blank=True)
    # Asked of whoever reports a figure off its trajectory. The machine never writes a cause (office rule 31).
    cause = ProseField("nguyên nhân", max_length=2000, blank=True)
    remedy = ProseField("biện pháp khắc phục", max_length=2000, blank=True)
    correction = ProseField("lý do điều chỉnh", max_length=2000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = MeasurementQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        ordering = ["indicator", "unit", "period_end", "revision"]
        indexes = [
            models.Index(fields=["indicator", "period_end", "unit", "-revision"], name="figure_lookup")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit", "period_kind", "period_key", "revision"],
                name="figure_revision_once",
            ),
            models.CheckConstraint(condition=Q(numerator__gte=0), name="figure_numerator_not_negative"),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
                name="figure_denominator_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=models.F("period_start")), name="figure_period_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.unit} {self.period_key}"

    @property
    def window(self) -> Period:
        """The period it was reported for, with the days it really covers."""
        return Period(self.period_kind, self.period_key, self.period_start, self.period_end)


class MeasurementDecision(AppendOnly):
    """The owner accepts a figure or returns it with a reason."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Đã xác nhận"
        RETURNED = "returned", "Yêu cầu bổ sung"

    measurement = models.OneToOneField(Measurement, models.PROTECT, related_name="decision")
    verdict = models.CharField("kết luận", max_length=10, choices=Verdict)
    reason = ProseField("lý do", max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người xác nhận")
    decided_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="returned") | ~Q(reason=""),
                name="figure_returned_with_reason",
                violation_error_message="Phải ghi lý do yêu cầu bổ sung.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measurement}: {self.get_verdict_display()}"
