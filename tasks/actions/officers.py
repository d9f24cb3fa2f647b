"""A person's work goes to another person (office rule 7): the order, its lead unit and its dates stay as they are.

Who may hand over, and to whom, is checked by the handover that calls these (`tracker.handover`).
"""

from django.db import transaction

from tasks import ledger, orders
from tasks.ledger import Decision
from tasks.models import Delegation, Task
from units.models import RoleGrant, User


@transaction.atomic
def pass_on(
    task: Task, *, by: User, to: User, text: str, decision: Decision, grant: RoleGrant | None
) -> Delegation:
    """Gives a delegated task to `to`: a new delegation and a line in the ledger; what waits for a decision waits on."""
    task = orders.lock(task)
    before = task.officer_id
    delegation = Delegation.objects.create(task=task, officer=to, text=text, by=by)
    task.officer = to
    task.save(update_fields=["officer"])
    row = ledger.row_of(delegation, "officer_id", "text", "due_on")
    ledger.write(
        task,
        "delegate",
        by=by,
        grant=grant,
        decision=decision,
        facts={"delegation": delegation.pk, "row": row, "from_officer": before},
    )
    return delegation


@transaction.atomic
def change_leader(
    task: Task, *, by: User, to: User, reason: str, decision: Decision, grant: RoleGrant | None
) -> Task:
    """Puts the task under another leader. A draft has no ledger yet: it is only written."""
    task = orders.lock(task)
    task.leader_in_charge = to
    task.save(update_fields=["leader_in_charge"])
    if task.assigned_on is not None:
        facts = {"reason": reason}
        ledger.write(task, "change_leader", by=by, grant=grant, decision=decision, facts=facts)
    return task
