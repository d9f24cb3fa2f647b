"""Duties that come back, and rules that hold on certain days."""

from django.db import models
from django.db.models import Q

from core.clock import now
from core.fields import DayField, LineField, ProseField
from tasks.querysets import DutyQuerySet
from tasks.recurrence import DueRule, Every, Rhythm, Shift
from units.models import Unit, User

from .removal import Removable
from .task import Task


class Duty(models.Model):
    """How a standing order comes back: the order is a task of its own, "thường xuyên, định kỳ" and never overdue;
    each occurrence is a task with a date, unique in its period (`Task.duty`, `Task.period_key`).

    Written once; another rhythm is another row. `task` is what one unit answers for: an order to many has one duty
    for each of its units.
    """

    task = models.ForeignKey(Task, models.PROTECT, related_name="duties", verbose_name="nhiệm vụ")
    title = LineField("nội dung mỗi kỳ", max_length=300, blank=True)
    rhythm = models.CharField("nhịp", max_length=10, choices=Every)
    due_rule = models.CharField(
        "thời hạn mỗi kỳ", max_length=8, choices=DueRule, default=DueRule.LAST_WORKDAY
    )
    # Of the week (1 = Monday … 7) or of the month (1 … 31, the last day of a shorter month), by `rhythm`.
    due_day = models.PositiveSmallIntegerField("ngày", null=True, blank=True)
    # Which month of the period, 1 the first; one more than the period has is the month after it, empty the last.
    due_month = models.PositiveSmallIntegerField("tháng trong kỳ", null=True, blank=True)
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

    objects = DutyQuerySet.as_manager()

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
            models.CheckConstraint(condition=Q(rhythm__in=Every.values), name="duty_rhythm_known"),
        ]

    def __str__(self) -> str:
        return f"{self.task}: {self.get_rhythm_display()}"

    @property
    def as_rhythm(self) -> Rhythm:
        return Rhythm(
            every=Every(self.rhythm),
            due_rule=DueRule(self.due_rule),
            due_day=self.due_day,
            due_month=self.due_month,
            weekdays=tuple(int(day) for day in self.weekdays),
            shift=Shift(self.shift),
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

    @property
    def is_rule(self) -> bool:
        return self.rhythm == Every.RULE


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
