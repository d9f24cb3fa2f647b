"""A task goes to another unit: by a leader's decision, or because units were reorganised. Dates stay as they are."""

from typing import Any

from django.db import transaction

from core.clock import today
from plans.models import PlanParticipation
from tasks import ledger, orders
from tasks.actions.common import begin
from tasks.actions.lapsing import lapse
from tasks.drafting import searchable
from tasks.ledger import DIRECT, Decision
from tasks.models import Task
from tasks.rules import Matter
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import RoleGrant, Unit, User


@transaction.atomic
def hand_over(task: Task, *, by: User, to: Unit, reason: str, decision: Decision = DIRECT) -> Task:
    """Gives an open task to another lead unit; its past, its evidence and its dates go along."""
    act = begin(task, "hand_over", by=by, decision=decision, reason=reason)
    settled = lapse(act, Matter.REASSIGNMENT)
    act.write(reason=reason, **move_to(act.task, to), **settled)
    orders.refresh(act.task, by)
    # What its rhythms have already asked for and is not due yet goes along; what was missed stays with who missed it.
    ahead = Task.objects.open().filter(duty__task=act.task, counted_end__gte=today()).exclude(lead_unit=to)
    for occurrence in ahead.order_by("pk"):
        hand_over(occurrence, by=by, to=to, reason=reason, decision=decision)
    return act.task


@transaction.atomic
def carry_over(
    task: Task, *, by: User, to: Unit, reason: str, decision: Decision, grant: RoleGrant | None = None
) -> Task:
    """The same in a reorganisation, whose own right has been checked (`tracker.reorganisation`).

    Where the successor already has an open part of the same order, the two become one: this part ends and says where
    it went on.
    """
    task = orders.lock(task)
    if not task.is_open:
        raise RuleBroken("Chỉ chuyển nhiệm vụ chưa hoàn thành.")
    facts: dict[str, Any] = {"reason": reason}
    twin = _twin(task, to)
    if twin is None:
        facts |= move_to(task, to)
    else:
        task.execution, task.confirmation, task.merged_into = (
            Execution.DISCONTINUED,
            Confirmation.NONE,
            twin,
        )
        task.save(update_fields=["execution", "confirmation", "merged_into"])
        facts |= {"merged_into": twin.pk, "from_unit": task.lead_unit_id, "to_unit": to.pk}
    ledger.write(task, "hand_over", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return task


def _twin(task: Task, to: Unit) -> Task | None:
    """The part of the same order that `to` already answers for."""
    if task.parent_id is None:
        return None
    return Task.objects.filter(parent=task.parent_id, lead_unit=to).first()


def move_to(task: Task, to: Unit) -> dict[str, Any]:
    """Makes `to` the lead of a locked task; what to add to the facts of the verb.

    A unit that works along already and now leads is one (norms 6, consequence 8). The new lead has not seen it yet:
    unless work has begun, it is to be accepted anew.
    """
    if to == task.lead_unit:
        raise RuleBroken({"to": "Đơn vị này đang chủ trì nhiệm vụ."})
    if not to.is_open(today()):
        raise RuleBroken({"to": f"{to.name} đã chấm dứt hoạt động, không nhận được nhiệm vụ."})
    if _twin(task, to) is not None:
        raise RuleBroken({"to": f"{to.name} đã có phần việc trong nhiệm vụ giao nhiều đơn vị này."})
    facts: dict[str, Any] = {"from_unit": task.lead_unit_id, "to_unit": to.pk}
    if task.coordinations.filter(unit=to).exists():
        # Its part reports are facts and stay; the unit now answers for the whole.
        facts["was_coordinating"] = True
    task.lead_unit = to
    task.officer = None
    if task.execution in (Execution.ACKNOWLEDGED, Execution.REASSIGN):
        task.execution = Execution.IN_PROGRESS if task.updates.exists() else Execution.NOT_STARTED
    task.search = searchable(task)
    task.save(update_fields=["lead_unit", "officer", "execution", "search"])
    task.coordinations.filter(unit=to, reports__isnull=True).delete()
    if task.plan_id is not None:
        PlanParticipation.objects.get_or_create(plan_id=task.plan_id, unit=to)
    return facts
