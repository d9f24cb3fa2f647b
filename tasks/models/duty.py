"""Duties that come back, and rules that hold on certain days."""

from django.db import models
from django.db.models import Q

from core.clock import now
from core.fields import DayField, LineField, ProseField
from units.models import Unit, User

from .removal import Removable
from .task import Task


class Duty(models.Model):
    """How a standing order comes back: the order is a task of its own, "thường xuyên, định kỳ" and never overdue;
    each occurrence is a task with a date, unique in its period (`Task.duty`, `Task.period_key`)."""

    class Rhythm(models.TextChoices):
        WEEK = "week", "Hằng tuần"
        MONTH = "month", "Hằng tháng"
        QUARTER = "quarter", "Hằng quý"
        HALF = "half", "6 tháng"
        YEAR = "year", "Hằng năm"
        WEEKDAYS = "weekdays", "Các ngày trong tuần"
        # A rule ("only online on Wednesdays and Fridays"): no occurrence to deliver, breaches are logged per day.
        RULE = "rule", "Quy định phải giữ theo ngày"

    class DueRule(models.TextChoices):
        DAY = "day", "Ngày cố định trong kỳ"
        LAST_WORKDAY = "last", "Ngày làm việc cuối cùng của kỳ"
        WINDOW = "window", "Theo kỳ báo cáo (Nghị định 09/2019/NĐ-CP)"

    class Shift(models.TextChoices):
        EARLIER = "earlier", "Ngày làm việc liền trước"
        LATER = "later", "Ngày làm việc kế tiếp"
        NONE = "none", "Giữ nguyên"

    task = models.ForeignKey(Task, models.PROTECT, related_name="duties", verbose_name="nhiệm vụ")
    title = LineField("nội dung mỗi kỳ", max_length=300, blank=True)
    rhythm = models.CharField("nhịp", max_length=10, choices=Rhythm)
    due_rule = models.CharField(
        "thời hạn mỗi kỳ", max_length=8, choices=DueRule, default=DueRule.LAST_WORKDAY
    )
    # Of the week (1 = Monday … 7) or of the month (1 … 31, the last day of a shorter month), by `rhythm`.
    due_day = models.PositiveSmallIntegerField("ngày", null=True, blank=True)
    # Days of the week as digits, Monday 1: "35" is Wednesday and Friday.
    weekdays = models.CharField("các ngày trong tuần", max_length=7, blank=True)
    shift = models.CharField("rơi vào ngày nghỉ thì", max_length=8, choices=Shift, default=Shift.EARLIER)
    starts_on = DayField("từ ngày")
    ends_on = DayField("đến hết ngày", null=True, blank=True)
    # Occurrences appear this many calendar days before they are due.
    ahead_days = models.PositiveSmallIntegerField("hiện trước (ngày)", default=10)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "nhiệm vụ định kỳ"
        verbose_name_plural = "nhiệm vụ định kỳ"
        ordering = ["task_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")), name="duty_dates"
            ),
            models.CheckConstraint(
                condition=~Q(rhythm__in=["weekdays", "rule"]) | ~Q(weekdays=""), name="duty_names_its_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_rhythm_display()}"


class Breach(Removable):
    """A day on which a rule was not kept, with what happened."""

    mutable_columns = ("is_hidden",)
    blankable_columns = ("text",)
    speaks = "text"

    task = models.ForeignKey(Task, models.PROTECT, related_name="breaches")
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="breaches")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đơn vị")
    on = DayField("ngày")
    count = models.PositiveIntegerField("số trường hợp", default=1)
    text = ProseField("nội dung", max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="người ghi nhận")
    recorded_for_unit = models.BooleanField("Văn phòng nhập thay", default=False)
    entered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = "trường hợp không thực hiện đúng"
        ordering = ["duty_id", "on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | Q(removal__isnull=False), name="breach_says_what"),
            models.CheckConstraint(condition=Q(count__gte=1), name="breach_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.duty}: {self.on:%d/%m/%Y}"
