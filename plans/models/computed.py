"""What an indicator computed from tasks counts."""

from django.db import models
from django.db.models import Q

from core.append_only import AppendOnly
from core.clock import now
from units.models import User

from .plan import Clause, Plan
from .targets import Indicator


class TaskCount(AppendOnly):
    """Which tasks an indicator counts, of each unit with those below it: all of them, of one plan or of one line of its
    outline. Said once: another count is another indicator. Without a row, all tasks are counted, done over those with
    a deadline. A rate says its denominator (office rule 16)."""

    class Measure(models.TextChoices):
        DONE = "done", "Hoàn thành / tổng số nhiệm vụ có thời hạn"
        ON_TIME = "on_time", "Hoàn thành đúng hạn / số nhiệm vụ đã hoàn thành"
        DUE = "due", "Hoàn thành / hoàn thành và quá hạn"

    indicator = models.OneToOneField(Indicator, models.PROTECT, related_name="task_count")
    measure = models.CharField("cách tính", max_length=8, choices=Measure, default=Measure.DONE)
    plan = models.ForeignKey(
        Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="của kế hoạch"
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="của mục"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người đặt")
    entered_at = models.DateTimeField("thời điểm đặt", default=now, editable=False)

    class Meta:
        verbose_name = "cách tính từ nhiệm vụ"
        constraints = [
            models.CheckConstraint(
                condition=Q(clause__isnull=True) | Q(plan__isnull=False), name="task_count_clause_of_a_plan"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_measure_display()}"
