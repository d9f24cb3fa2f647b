"""The working calendar: this table is the truth; the `holidays` package only seeds it."""

from django.db import models

from core.fields import DayField, LineField
from units.querysets import CalendarDayQuerySet


class CalendarDay(models.Model):
    """A day that differs from the week's rule, with the document that says so."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", "Nghỉ lễ, tết"
        SUBSTITUTE = "substitute", "Nghỉ bù"
        SWAPPED = "swapped", "Nghỉ hoán đổi"
        AGENCY = "agency", "Nghỉ riêng của cơ quan"
        MAKEUP = "makeup", "Làm bù"

    day = DayField("ngày", unique=True)
    kind = models.CharField("loại ngày", max_length=10, choices=Kind)
    name = LineField("tên gọi", max_length=200)
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    # Days the package guessed before the yearly decision: dates computed on them say "tạm tính".
    provisional = models.BooleanField("tạm tính", default=False)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = "ngày trong lịch làm việc"
        verbose_name_plural = "lịch làm việc"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.get_kind_display()}"
