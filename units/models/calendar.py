"""The working calendar: this table is the truth; the `holidays` package only seeds it."""

from django.db import models
from django.db.models import Q

from core.changes import ChangeHistory
from core.fields import DayField, LineField
from units.querysets import CalendarDayManager

from .organisation import Unit


class CalendarDay(models.Model):
    """A day that differs from the week's rule, with the document that says so: for everybody, or with `unit` for that
    unit and those below it (a one-stop desk that works on Saturdays; office rule 11)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Nghỉ lễ, tết"
        SUBSTITUTE = "substitute", "Nghỉ bù"
        SWAPPED = "swapped", "Nghỉ hoán đổi"
        AGENCY = "agency", "Nghỉ riêng của cơ quan"
        MAKEUP = "makeup", "Làm bù"

    day = DayField("ngày")
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name="lịch riêng của đơn vị",
    )
    kind = models.CharField("loại ngày", max_length=10, choices=Kind)
    name = LineField("tên gọi", max_length=200)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    # Days the package guessed before the yearly decision: dates computed on them say "tạm tính".
    provisional = models.BooleanField("tạm tính", default=False)

    objects = CalendarDayManager()
    history = ChangeHistory()

    class Meta:
        verbose_name = "ngày trong lịch làm việc"
        verbose_name_plural = "lịch làm việc"
        ordering = ["day", "unit_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(unit__isnull=True),
                name="calendar_day_once",
                violation_error_message="Ngày này đã có trong lịch làm việc chung.",
            ),
            models.UniqueConstraint(
                fields=["day", "unit"],
                condition=Q(unit__isnull=False),
                name="calendar_day_once_a_unit",
                violation_error_message="Ngày này đã có trong lịch riêng của đơn vị.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.get_kind_display()}"
