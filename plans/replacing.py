"""What becomes of a target when its plan is replaced or amended: it goes on in the new plan, or ends."""

from django.db import transaction

from core.changes import acting
from core.clock import today
from plans.actions import may_write
from plans.models import Document, Plan, Target, TargetTransfer
from units.actions import RuleBroken
from units.models import User

CODE_LENGTH = 30


def _locked(target: Target, by: User) -> Target:
    found = (
        Target.objects.select_related("plan__tracking_unit")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=target.pk)
    )
    if may_write(by, found.plan) is None:
        raise RuleBroken("Đồng chí không có quyền quyết định về chỉ tiêu này.")
    if found.ended_on is not None:
        raise RuleBroken("Chỉ tiêu đã dừng thực hiện.")
    return found


@transaction.atomic
def carry_target(
    target: Target,
    *,
    by: User,
    plan: Plan,
    document: Document,
    reason: str,
    decided_by: str,
    how: str,
    basis: str,
) -> Target:
    """The target goes on in `plan`, with its milestones and the figures reported for it so far."""
    found = _locked(target, by)
    if plan.state != Plan.State.ACTIVE:
        raise RuleBroken("Kế hoạch mới chưa được giao hoặc đã kết thúc.")
    before = found.plan
    taken = set(plan.targets.values_list("code", flat=True))
    found.code = _free(found.code, before.code, taken)
    found.plan, found.clause = plan, None
    with acting(by):
        found.save(update_fields=["code", "plan", "clause"])
    TargetTransfer.objects.create(
        target=found, outcome=TargetTransfer.Outcome.CARRIED, from_plan=before, to_plan=plan, document=document,
        reason=reason, decided_by=decided_by, how=how, basis=basis, by=by,
    )  # fmt: skip
    return found


def _free(code: str, plan_code: str, taken: set[str]) -> str:
    if code not in taken:
        return code
    base = f"{plan_code[: CODE_LENGTH - len(code) - 1]}.{code}"[: CODE_LENGTH - 4]
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found


@transaction.atomic
def end_target(
    target: Target,
    *,
    by: User,
    document: Document,
    reason: str,
    decided_by: str,
    how: str,
    basis: str,
) -> Target:
    """No figure is owed from today on; what was reported stays."""
    found = _locked(target, by)
    found.ended_on = today()
    with acting(by):
        found.save(update_fields=["ended_on"])
    TargetTransfer.objects.create(
        target=found, outcome=TargetTransfer.Outcome.ENDED, from_plan=found.plan, document=document, reason=reason,
        decided_by=decided_by, how=how, basis=basis, by=by,
    )  # fmt: skip
    return found


@transaction.atomic
def close_plan(plan: Plan, *, by: User) -> Plan:
    """The plan is over: nothing of it is open any more (`tracker.replacement` has looked)."""
    found = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if may_write(by, found) is None:
        raise RuleBroken("Đồng chí không có quyền kết thúc kế hoạch này.")
    if found.state != Plan.State.ACTIVE:
        raise RuleBroken("Kế hoạch không ở tình trạng đang thực hiện.")
    found.state = Plan.State.CLOSED
    with acting(by):
        found.save(update_fields=["state"])
    return found
