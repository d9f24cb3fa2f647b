"""Orders to many units: taking the row locks, and keeping the order where its parts stand."""

from tasks import ledger, states
from tasks.models import Task
from tasks.replay import order_execution
from tasks.status import Execution, sum_up
from units.models import User

# What the rights of nearly every verb read of other tables; who leads is read where a leader may decide.
_RELATED = ("lead_unit", "tracking_unit")


def lock(task: Task) -> Task:
    """`task` read anew under its row lock, inside a transaction.

    The order a part belongs to is locked before the part, by everybody: two people at the order and at its part never
    wait for each other. The lock lets other rows point at the task meanwhile (a notice being written is not held up).
    """
    if task.parent_id is not None:
        Task.objects.select_for_update(of=("self",), no_key=True).get(pk=task.parent_id)
    locked = Task.objects.select_related(*_RELATED).select_for_update(of=("self",), no_key=True)
    return ledger.remember(locked.get(pk=task.pk))


def refresh(part: Task, by: User) -> None:
    """Brings the order `part` belongs to where its parts now stand; done with the last of them, open again with one."""
    if part.parent_id is None:
        return
    order = ledger.remember(Task.objects.select_for_update(of=("self",), no_key=True).get(pk=part.parent_id))
    found = sum_up(list(order.children.all()))
    if found is None or order.execution == Execution.DISCONTINUED:
        return
    was_open = order.is_open
    order.confirmation, order.submitted_on, order.completed_on = (
        found.confirmation,
        found.submitted_on,
        found.completed_on,
    )
    if order.counted_end is not None and found.counted_end is not None:
        order.counted_end = found.counted_end
    order.execution = order_execution(order.execution, is_done=found.completed_on is not None)
    order.save(update_fields=["confirmation", "submitted_on", "completed_on", "counted_end", "execution"])
    states.record(order)
    if not was_open and order.is_open:
        ledger.write(order, "reopen", by=by, grant=None, facts={"part": part.pk})
    if was_open and not order.is_open:
        ledger.write(order, "complete_all", by=by, grant=None, facts={"completed_on": order.completed_on})
