"""The first time somebody who answers for a task opens its page (office rule 23): kept once, read by inspectors."""

from typing import Any

from core.prepared import prepared
from tasks.models import Opening, Task
from units.models import User
from units.permissions import Role, covers


def note_opening(task: Task, *, by: User) -> None:
    """Keeps the first opening by a person of the lead unit or of a unit that works along; later ones write nothing.

    Two queries at most, and none for those who only follow, read or decide.
    """
    ranges = by.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)
    if not ranges or task.assigned_on is None or task.lead_unit_id is None:
        return
    if _openings(task.pk, by.pk):
        return
    along = [each.unit for each in task.coordinations.select_related("unit")]
    if any(covers(ranges, unit) for unit in (task.lead_unit, *along)):
        Opening.objects.bulk_create([Opening(task=task, user=by)], ignore_conflicts=True)


@prepared
def _openings(task: Any, user: Any) -> Any:
    return Opening.objects.filter(task=task, user=user).order_by().values_list("pk", flat=True)
