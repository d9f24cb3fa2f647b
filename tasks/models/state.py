"""How every task stood at the end of a day: what statistics of a past date read."""

from django.db import models

from core.deadlines import DeadlineKind
from core.fields import DayField
from plans.models import Plan
from tasks.querysets import TaskStateQuerySet
from tasks.status import Confirmation, Execution, Strength
from units.models import Unit, User

from .task import Task


class TaskState(models.Model):
    """The columns of a task that count, as they stood at the end of the day `on`, until the next row.

    One row per task and day on which something changed, written by `tasks.ledger` in the transaction of the verb. It
    repeats the ledger for queries and can be made again from it (`tasks.states.rebuilt`); the names are those of
    `Task`, so that `tasks.status` and `tasks.summaries` read either table.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="states")
    on = DayField("ngày")
    # Nothing after this row: its successor's day, so that "as of" is one range condition.
    until = DayField("đến trước ngày", null=True, blank=True)

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")
    parent = models.ForeignKey(Task, models.CASCADE, null=True, related_name="+")
    duty = models.ForeignKey("Duty", models.PROTECT, null=True, related_name="+")
    lead_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    tracking_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    leader_in_charge = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    strength = models.CharField(max_length=10, choices=Strength)
    deadline_kind = models.CharField(max_length=10, choices=[(k.value, k.label) for k in DeadlineKind])
    assigned_on = DayField(null=True)
    execution = models.CharField(max_length=12, choices=Execution)
    confirmation = models.CharField(max_length=10, choices=Confirmation)
    nominal_end = DayField(null=True)
    effective_end = DayField(null=True)
    first_effective_end = DayField(null=True)
    counted_end = DayField(null=True)
    submitted_on = DayField(null=True)
    completed_on = DayField(null=True)
    waited_workdays = models.PositiveSmallIntegerField(default=0)
    entry_gap = models.PositiveSmallIntegerField(null=True)
    last_update_at = models.DateTimeField(null=True)

    objects = TaskStateQuerySet.as_manager()

    class Meta:
        ordering = ["task", "on"]
        indexes = [
            models.Index(fields=["lead_unit", "on"], name="state_by_unit"),
            models.Index(fields=["tracking_unit", "on"], name="state_by_tracker"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task", "on"], name="state_once_a_day"),
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(until__isnull=True), name="state_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.on:%d/%m/%Y}"
