"""A task goes on under the document that replaces or amends the one it was given by.

The task stays the same row: its ledger, its evidence and its first deadline go along, and one line says where it came
from. A copy in the new plan would leave the past behind in the old one.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.deadlines import DeadlineKind
from core.text import date_vi
from plans.models import Document, Plan, PlanParticipation
from tasks import orders
from tasks.actions.clocks import move_deadline
from tasks.actions.common import Act, leader_is_named, may
from tasks.actions.lapsing import lapse
from tasks.drafting import calendar_of, searchable, set_deadline
from tasks.ledger import Decision
from tasks.matters import Matters
from tasks.models import Task
from tasks.querysets import OPEN
from tasks.rules import Matter
from units.actions import RuleBroken
from units.models import User

CODE_LENGTH = 30
DATELESS = "Nhiệm vụ thường xuyên, định kỳ không có thời hạn để thay đổi."


@transaction.atomic
def transfer(
    task: Task,
    *,
    by: User,
    document: Document,
    plan: Plan | None,
    decision: Decision,
    reason: str,
    title: str = "",
    due: date | None = None,
) -> list[Task]:
    """Moves an open order, with all its parts and its open occurrences, under `plan` and `document`; what moved.

    `title` and `due` are what the new document says instead. The first deadline stays beside a new one, as after an
    extension. The leader who decided must be named (office rule 1). Past occurrences stay where they were counted.
    """
    locked = orders.lock(task)
    grant = may(by, "transfer", locked)
    if grant is None:
        raise RuleBroken("Đồng chí không có quyền chuyển nhiệm vụ này sang văn bản khác.")
    leader_is_named(decision, by)
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi rõ lý do."})
    if not locked.is_open:
        raise RuleBroken("Chỉ chuyển nhiệm vụ chưa hoàn thành.")
    belongs_to = locked.parent or (locked.duty.task if locked.duty else None)
    if belongs_to is not None and belongs_to.is_open:
        raise RuleBroken("Phần việc này chuyển theo nhiệm vụ chung; hãy chuyển ở đó.")
    if plan is not None and plan.state != Plan.State.ACTIVE:
        raise RuleBroken("Kế hoạch mới chưa được giao hoặc đã kết thúc.")
    if due is not None and locked.is_standing:
        raise RuleBroken({"due": DATELESS})
    old_code, code = locked.code, free_code(locked, plan)
    moved = []
    for each in _family(locked):
        act = Act(each, "transfer", by, grant, decision, Matters(each))
        facts: dict[str, Any] = {
            "reason": reason,
            "from_plan": each.plan_id,
            "to_plan": plan.pk if plan else None,
            "document": document.pk,
            "old_code": each.code,
            "old_title": each.title,
        }
        each.plan, each.source_document, each.clause = plan, document, None
        if each.code.startswith(old_code):
            each.code = f"{code}{each.code.removeprefix(old_code)}"[:CODE_LENGTH]
        if title.strip() and each.duty_id is None:
            each.title = title
        if due is not None and each.is_open:
            facts |= {"old_end": each.nominal_end, "new_end": due}
            _set_due(each, due)
            facts |= lapse(act, Matter.EXTENSION)
        each.search = searchable(each)
        each.save()
        act.write(**facts)
        moved.append(each)
    _take_part(moved, plan)
    orders.refresh(moved[-1], by)
    return moved


def _family(order: Task) -> list[Task]:
    """The order, all its parts (their count must stay whole), and open occurrences; each under its row lock."""
    parts = Task.objects.filter(parent=order).order_by("pk")
    recurring = Q(duty__task=order) | Q(duty__task__parent=order)
    open_ones = Task.objects.filter(recurring, execution__in=OPEN).exclude(pk=order.pk).order_by("pk")
    return [order, *(orders.lock(each) for each in parts), *(orders.lock(each) for each in open_ones)]


def free_code(task: Task, plan: Plan | None) -> str:
    """The task's code in the new plan: its own, or the old plan's code before it where another order has that."""
    if plan is None:
        return task.code
    taken = set(Task.objects.orders().filter(plan=plan).exclude(pk=task.pk).values_list("code", flat=True))
    code = task.code
    if code in taken and task.plan is not None:
        code = f"{task.plan.code[: CODE_LENGTH - len(task.code) - 1]}.{task.code}"
    base, number = code[: CODE_LENGTH - 4], 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def _set_due(task: Task, due: date) -> None:
    """The day the new document prints."""
    if task.starts_on is not None and due < task.starts_on:
        raise RuleBroken({"due": f"Thời hạn mới trước ngày bắt đầu ({date_vi(task.starts_on)})."})
    if task.effective_end is None:
        task.nominal_end = due
        task.deadline_kind = DeadlineKind.DATE
        set_deadline(task, calendar_of(task))
    else:
        move_deadline(task, due)
    task.deadline_kind, task.printed_on, task.phrase = DeadlineKind.DATE, due, date_vi(due)
    task.counts_from = ""
    task.intervals = []
    if task.internal_end is not None and task.internal_end > due:
        task.internal_end = None


def _take_part(moved: list[Task], plan: Plan | None) -> None:
    if plan is None:
        return
    units = {each.lead_unit_id for each in moved if each.lead_unit_id}
    units |= {unit for each in moved for unit in each.coordinations.values_list("unit", flat=True)}
    PlanParticipation.objects.bulk_create(
        (PlanParticipation(plan=plan, unit_id=unit) for unit in sorted(units)), ignore_conflicts=True
    )
