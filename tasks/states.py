"""Keeping `TaskState`: how a task stood at the end of each day on which something changed."""

from datetime import date

from core.clock import today
from tasks.models import Task, TaskState

# Everything but the key and the days.
COLUMNS = tuple(
    field.attname
    for field in TaskState._meta.concrete_fields
    if field.attname not in ("id", "task_id", "on", "until")
)


def record(task: Task) -> None:
    """Writes how the task stands now as its state of today; the caller holds its row lock. At most three queries."""
    now = {name: getattr(task, name) for name in COLUMNS}
    last = TaskState.objects.filter(task=task, until__isnull=True).values("pk", "on", *COLUMNS).first()
    if last is not None and all(last[name] == value for name, value in now.items()):
        return
    day: date = today()
    if last is not None and last["on"] >= day:
        TaskState.objects.filter(pk=last["pk"]).update(**now)
        return
    if last is not None:
        TaskState.objects.filter(pk=last["pk"]).update(until=day)
    TaskState.objects.create(task=task, on=day, **now)
