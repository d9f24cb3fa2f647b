"""Whether one person sees one task: `TaskQuerySet.visible_to` of one row."""

from typing import Any

from core.prepared import prepared
from tasks.models import Task
from tasks.querysets import TaskQuerySet
from units.models import User
from units.permissions import READERS, Role, covers


def task_seen_by(user: User, pk: int) -> Task | None:
    """The task of this key if `user` sees it. The database is asked about rights only where the columns of the task do
    not say it."""
    found: Task | None = next(iter(_with_its_page(pk)), None)
    if found is None or covers(user.ranges(Role.PLAN_OWNER), found.tracking_unit):
        return found
    if found.assigned_on is None:
        return None
    if covers(user.ranges(*READERS), found.lead_unit):
        return found
    if covers(user.ranges(Role.LEADER, Role.AUDITOR), found.tracking_unit):
        return found
    return found if Task.objects.visible_to(user).filter(pk=pk).exists() else None


@prepared
def _with_its_page(pk: Any) -> TaskQuerySet:
    # What nearly every task has; the rest (its order, what it gathers, what it went into) is read where there is one.
    related = (
        "lead_unit", "tracking_unit", "leader_in_charge", "clause", "plan__document", "plan__leader_in_charge",
    )  # fmt: skip
    return Task.objects.select_related(*related).filter(pk=pk).order_by()
