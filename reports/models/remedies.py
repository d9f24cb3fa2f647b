"""What is done about an issued report that printed a figure which was corrected later (office rule 18)."""

from django.db import models

from core.append_only import AppendOnly
from core.clock import now
from core.fields import DayField, LineField
from plans.models import Measurement
from units.models import User

from ..querysets import PrintedFigureRemedyQuerySet
from .report import Report


class PrintedFigureRemedy(AppendOnly):
    """One decision for one report and one correction. The report itself is never altered."""

    class Choice(models.TextChoices):
        REPLACE = "replace", "Ban hành báo cáo thay thế (sai nội dung)"
        LETTER = "letter", "Ban hành công văn đính chính (sai thể thức, sai sót nhỏ)"

    measurement = models.ForeignKey(
        Measurement, models.PROTECT, related_name="+", verbose_name="số liệu điều chỉnh"
    )
    report = models.ForeignKey(Report, models.PROTECT, related_name="remedies", verbose_name="báo cáo")
    choice = models.CharField("cách xử lý", max_length=8, choices=Choice)
    decided_by = LineField("người quyết định", max_length=150)
    decided_on = DayField("ngày quyết định")
    basis = LineField("văn bản căn cứ", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    entered_at = models.DateTimeField("thời điểm nhập", default=now, editable=False)

    objects = PrintedFigureRemedyQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "xử lý báo cáo đã in số liệu cũ"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["measurement", "report"], name="printed_figure_decided_once")
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_choice_display()}"
