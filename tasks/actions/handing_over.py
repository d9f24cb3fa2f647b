"""A task goes to another unit: by a leader's decision, or because units were reorganised. Dates stay as they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.clock import today
from plans.models import PlanParticipation
from tasks import ledger, orders
from tasks.actions.common import begin
from tasks.actions.lapsing import lapse, let_lapse
from tasks.drafting import searchable
from tasks.ledger import DIRECT, Decision
from tasks.matters import Matters
from tasks.models import Coordination, Task
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
        hand_over(occurrence, by=by, to=to, reason=reason, decision=act.along)
    return act.task


@transaction.atomic
def carry_over(
    task: Task,
    *,
    by: User,
    to: Unit,
    reason: str,
    decision: Decision,
    grant: RoleGrant | None = None,
    keep_officer: bool = False,
) -> Task:
    """The same in a reorganisation, whose own right has been checked (`tracker.reorganisation`).

    Where the successor already has an open part of the same order, the two become one: this part ends, its rhythms
    with it, and says where it went on. A draft is only written anew: its ledger has not begun.
    """
    task = orders.lock(task)
    if not task.is_open:
        raise RuleBroken("Chỉ chuyển nhiệm vụ chưa hoàn thành.")
    if task.assigned_on is None:
        move_to(task, to)
        return task
    facts: dict[str, Any] = {"reason": reason}
    other = twin(task, to)
    matters = Matters(task)
    if other is None:
        facts |= let_lapse(matters, by, Matter.REASSIGNMENT)
        facts |= move_to(task, to, officer=task.officer if keep_officer else None)
    else:
        facts |= let_lapse(matters, by, Matter.EXTENSION, Matter.REASSIGNMENT, Matter.EXPLANATION)
        facts |= {"merged_into": other.pk, "from_unit": task.lead_unit_id, "to_unit": to.pk}
        task.execution, task.confirmation, task.merged_into = (
            Execution.DISCONTINUED,
            Confirmation.NONE,
            other,
        )
        task.save(update_fields=["execution", "confirmation", "merged_into"])
        task.duties.filter(ended_at__isnull=True).update(ended_at=ledger.now())
    ledger.write(task, "hand_over", by=by, grant=grant, decision=decision, facts=facts)
    orders.refresh(task, by)
    return task


def twin(task: Task, to: Unit | None) -> Task | None:
    """The other open part of the same order that `to` answers for, or its open occurrence in the same period."""
    others = Task.objects.open().filter(lead_unit=to).exclude(pk=task.pk)
    if task.parent_id is not None:
        return others.filter(parent=task.parent_id).first()
    if task.duty is not None and task.duty.task.merged_into_id is not None:
        same = {
            "duty__rhythm": task.duty.rhythm,
            "duty__title": task.duty.title,
            "period_key": task.period_key,
        }
        return others.filter(duty__task=task.duty.task.merged_into_id, **same).first()
    return None


@transaction.atomic
def carry_along(
    task: Task,
    *,
    by: User,
    moved: Mapping[int, Unit],
    added: Iterable[Unit] = (),
    tracking: Unit | None = None,
    reason: str,
    decision: Decision,
    grant: RoleGrant | None = None,
) -> Task:
    """In a reorganisation: who works along on an open task, and which office follows it. `moved` names the successor
    of each coordinating unit.

    A unit that leads and works along is one, and so are two coordinating units that became one (norms 6). What a part
    has reported stays with it.
    """
    task = orders.lock(task)
    changed: list[tuple[int | None, int]] = []
    for part in task.coordinations.filter(unit__in=moved).order_by("pk"):
        to = moved[part.unit_id]
        changed.append((part.unit_id, to.pk))
        _carry_part(task, part, to)
    for unit in added:
        if unit != task.lead_unit and not task.coordinations.filter(unit=unit).exists():
            Coordination.objects.create(task=task, unit=unit)
            changed.append((None, unit.pk))
    facts: dict[str, Any] = {"reason": reason, "coordinators": changed}
    if tracking is not None and tracking != task.tracking_unit:
        facts["tracking"] = [task.tracking_unit_id, tracking.pk]
        task.tracking_unit = tracking
        task.save(update_fields=["tracking_unit"])
    if task.plan_id is not None:
        for unit_id in {to for _, to in changed}:
            PlanParticipation.objects.get_or_create(plan_id=task.plan_id, unit_id=unit_id)
    if task.assigned_on is not None:
        ledger.write(task, "reorganise", by=by, grant=grant, decision=decision, facts=facts)
    return task


def _carry_part(task: Task, part: Coordination, to: Unit) -> None:
    """Gives a part to `to`, or joins it with what `to` already does on the task."""
    own = task.coordinations.filter(unit=to).first()
    if to != task.lead_unit and own is None:
        part.unit = to
        part.save(update_fields=["unit"])
        return
    if own is not None:
        _join(own, part)
    if part.reports.exists():
        # Its reports are facts and stay where they happened; nobody waits for more from it.
        part.returned = False
        part.save(update_fields=["returned"])
    else:
        part.delete()


def _join(own: Coordination, part: Coordination) -> None:
    """`own` takes over what is still owed of `part`: the nearer date, and its words beside its own."""
    owed = part.delivered_on is None or part.returned
    if Coordination.Kind.JOINT in (own.kind, part.kind):
        own.kind = Coordination.Kind.JOINT
    if part.part and part.part not in own.part:
        own.part = "; ".join(filter(None, [own.part, part.part]))[:300]
    if owed:
        own.nominal_end = min(filter(None, [own.nominal_end, part.nominal_end]), default=None)
        own.effective_end = min(filter(None, [own.effective_end, part.effective_end]), default=None)
        if own.delivered_on is not None:
            own.returned = True
    own.save(update_fields=["kind", "part", "nominal_end", "effective_end", "returned"])


def move_to(task: Task, to: Unit, *, officer: User | None = None) -> dict[str, Any]:
    """Makes `to` the lead of a locked task; what to add to the facts of the verb.

    A unit that works along already and now leads is one (norms 6, consequence 8). The new lead has not seen it yet:
    unless work has begun, it is to be accepted anew. `officer` keeps the work who moves along with it.
    """
    if to == task.lead_unit:
        raise RuleBroken({"to": "Đơn vị này đang chủ trì nhiệm vụ."})
    if not to.is_open(today()):
        raise RuleBroken(
            {"to": f"{to.name} đã chấm dứt hoạt động, không nhận được nhiệm vụ: hãy chọn đơn vị kế thừa."}
        )
    if twin(task, to) is not None:
        raise RuleBroken(
            {
                "to": f"{to.name} đã có phần việc trong nhiệm vụ giao nhiều đơn vị này; phần không ai làm nữa thì ghi "
                "“Không tiếp tục thực hiện”."
            }
        )
    facts: dict[str, Any] = {"from_unit": task.lead_unit_id, "to_unit": to.pk}
    if task.coordinations.filter(unit=to).exists():
        # Its part reports are facts and stay; the unit now answers for the whole.
        facts["was_coordinating"] = True
    task.lead_unit = to
    task.officer = officer
    if task.execution in (Execution.ACKNOWLEDGED, Execution.REASSIGN):
        task.execution = Execution.IN_PROGRESS if task.updates.exists() else Execution.NOT_STARTED
    task.search = searchable(task)
    task.save(update_fields=["lead_unit", "officer", "execution", "search"])
    task.coordinations.filter(unit=to, reports__isnull=True).delete()
    if task.plan_id is not None:
        PlanParticipation.objects.get_or_create(plan_id=task.plan_id, unit=to)
    return facts
