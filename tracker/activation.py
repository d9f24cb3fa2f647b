"""Giving a plan to its units: every task is assigned in one transaction; what is not clear is listed, never blocks.

Composes plans and tasks, so it stands on the top floor.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from core.changes import acting
from core.clock import now, today
from core.deadlines import DeadlineKind
from plans.models import Plan, PlanParticipation
from tasks import actions as task_actions
from tasks.drafting import rhythms_named
from tasks.ledger import DIRECT, Decision
from tasks.models import Task
from units.actions import RuleBroken
from units.models import Unit, User
from units.permissions import capacity

# Kinds of deadline that need no date of their own.
_DATELESS = (DeadlineKind.STANDING, DeadlineKind.RECURRING, DeadlineKind.DONE)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something a task leaves open: "chưa rõ thời hạn", "chưa rõ sản phẩm", "đơn vị đã chấm dứt hoạt động"."""

    task: Task
    words: str


def gaps(plan: Plan) -> list[Gap]:
    """What the plan does not say, task by task ("sáu rõ"): real plans have many duties without product or date."""
    found = []
    tasks = plan.tasks.orders().select_related("lead_unit", "lead_group")
    for task in tasks.order_by("order", "id"):
        if task.nominal_end is None and task.deadline_kind not in _DATELESS:
            found.append(Gap(task, "chưa rõ thời hạn"))
        if task.deadline_kind == DeadlineKind.DONE and task.completed_on is None:
            found.append(Gap(task, "chưa rõ ngày đã thực hiện"))
        if task.deadline_kind == DeadlineKind.RECURRING and task.is_binding and not rhythms_named(task):
            found.append(Gap(task, "chưa rõ nhịp định kỳ"))
        if not task.product:
            found.append(Gap(task, "chưa rõ sản phẩm"))
        if task.lead_unit is not None and not task.lead_unit.is_open(today()):
            found.append(Gap(task, "đơn vị chủ trì đã chấm dứt hoạt động"))
    return found


def may_activate(user: User, plan: Plan) -> bool:
    return capacity(user, "plan.activate", tracking=plan.tracking_unit) is not None


@transaction.atomic
def activate(
    plan: Plan, *, by: User, on: date | None = None, acknowledged: bool = False, decision: Decision = DIRECT
) -> list[Task]:
    """Gives every task of the plan on `on` (today by default) and opens the plan to its units.

    Returns the tasks units answer for. With gaps, `acknowledged` must say that the owner has seen them. A task the
    plan says was already carried out is given too: its evidence is still wanted.
    """
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if not by.is_system and not may_activate(by, plan):
        raise RuleBroken("Đồng chí không có quyền giao kế hoạch này.")
    if plan.state != Plan.State.DRAFT:
        raise RuleBroken("Kế hoạch đã được giao.")
    open_points = gaps(plan)
    if open_points and not acknowledged:
        raise RuleBroken("Hãy xác nhận đã xem các nội dung chưa rõ trước khi giao.")
    orders = list(plan.tasks.orders().order_by("order", "id"))
    if not orders and not plan.targets.exists():
        raise RuleBroken("Kế hoạch chưa có chỉ tiêu, nhiệm vụ nào.")
    plan.state = Plan.State.ACTIVE
    plan.activated_at = now()
    plan.activated_by = by
    plan.acknowledged_gaps = "\n".join(f"{gap.task.code}: {gap.words}" for gap in open_points)[:20_000]
    with acting(by):
        plan.save(update_fields=["state", "activated_at", "activated_by", "acknowledged_gaps"])
    given = [task for order in orders for task in task_actions.assign(order, by=by, on=on, decision=decision)]
    join_targets(plan, on or today())
    return given


def join_targets(plan: Plan, day: date) -> None:
    """Units that owe a figure take part in the plan too; one the text does not name is owed by the issuer."""
    units: set[int] = set()
    for target in plan.targets.select_related("unit", "group"):
        if target.unit is not None:
            units.add(target.unit.pk)
        elif target.group is not None:
            units.update(target.group.members_on(day).values_list("pk", flat=True))
        else:
            units.add(plan.issuer_id)
    known = Unit.objects.filter(pk__in=units)
    PlanParticipation.objects.bulk_create(
        (PlanParticipation(plan=plan, unit=unit) for unit in known), ignore_conflicts=True
    )
