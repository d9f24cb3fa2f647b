"""Giving a task: to its lead unit, or to every member of its group."""

from datetime import date

from django.db import transaction

from core.clock import today
from core.deadlines import DeadlineKind, effective_end
from plans.models import Plan, PlanParticipation
from tasks import ledger, orders
from tasks.actions.common import begin, may
from tasks.actions.duties import begin_rhythms
from tasks.actions.exchanging import reply_by
from tasks.drafting import calendar_of, count_from_event, searchable, set_deadline, shifts
from tasks.ledger import DIRECT, Decision
from tasks.models import Explanation, Task
from tasks.models.facts import How
from tasks.status import Execution
from units.actions import RuleBroken
from units.models import CalendarDay, RoleGrant, Unit, User


@transaction.atomic
def assign(task: Task, *, by: User, on: date | None = None, decision: Decision = DIRECT) -> list[Task]:
    """Gives a task to its lead unit, or to every member of its group but those left out: one task per member, frozen
    on that day.

    Returns the tasks units answer for. Giving it again changes nothing. Outside the system account, `by` must own
    plans of the tracking unit. A task of a plan is given with the plan (`tracker.activation`) or after it.
    """
    task = orders.lock(task)
    day = on or today()
    grant = None if by.is_system else may(by, "assign", task)
    if grant is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền giao nhiệm vụ này.")
    if task.assigned_on is not None:
        return [task] if task.lead_unit_id else list(task.children.all())
    if task.plan is not None and task.plan.state == Plan.State.DRAFT:
        raise RuleBroken("Kế hoạch đang là dự thảo: nhiệm vụ được giao cùng kế hoạch.")
    if task.plan is not None and task.plan.state == Plan.State.CLOSED:
        raise RuleBroken("Kế hoạch đã kết thúc: hãy chọn kế hoạch khác, hoặc giao như nhiệm vụ phát sinh.")
    lead = task.lead_unit
    if lead is not None and not lead.is_open(day):
        raise RuleBroken(
            f"{lead.name} đã chấm dứt hoạt động, không giao được nhiệm vụ: hãy chọn đơn vị kế thừa."
        )
    task.assigned_on = day
    if decision == DIRECT:
        decision = ordered(task)
    if task.deadline_kind == DeadlineKind.DONE and task.completed_on is not None:
        # "Đã thực hiện vào ngày …": born complete, evidence still wanted.
        task.execution = Execution.DONE
        task.percent = 100
        task.parts_done = task.parts_total
    _save_given(task)
    ledger.begin(task)
    facts = {"assigned_on": day, "completed_on": task.completed_on}
    line = ledger.write(task, "assign", by=by, grant=grant, decision=decision, facts=facts)
    given = [task]
    if task.lead_group is not None:
        members = task.lead_group.members_on(day).exclude(pk__in=task.exclusions.values("unit"))
        given = [_give_member(task, unit, by, grant, decision.along(line)) for unit in members]
        if not given:
            raise RuleBroken(f"Nhóm “{task.lead_group}” không có đơn vị nào đang hoạt động.")
    _take_part(task, given)
    for each in given:
        begin_rhythms(each, by)
        _demand_explanation(each, by)
    return given


def ordered(task: Task) -> Decision:
    """Whose order it is, how it came and on what paper, as the task says it (office rules 1 and 5)."""
    basis = task.source_document.citation if task.source_document is not None else ""
    return Decision(task.ordered_by, task.ordered_how or How.DIRECT, basis[:200])


def _save_given(task: Task) -> None:
    if count_from_event(task, calendar_of(task)):
        task.save()
    else:
        task.save(update_fields=["assigned_on", "execution", "percent", "parts_done"])
    for each in task.coordinations.filter(nominal_end__isnull=False).select_related("unit"):
        calendar = CalendarDay.objects.as_calendar(each.unit)
        each.effective_end = effective_end(each.nominal_end, calendar, shift=shifts(task))
        each.save(update_fields=["effective_end"])


@transaction.atomic
def assign_member(task: Task, *, by: User, unit: Unit, decision: Decision = DIRECT) -> Task:
    """Gives an order to many also to a unit that joined the group after the order went out."""
    act = begin(task, "assign_member", by=by, decision=decision)
    if unit not in act.matters.late_joiners:
        raise RuleBroken({"unit": "Chỉ giao bổ sung đơn vị mới vào nhóm sau ngày giao."})
    act.write(unit=unit.pk)
    child = _give_member(act.task, unit, by, act.grant, act.along, on=today())
    _take_part(act.task, [child])
    begin_rhythms(child, by)
    _demand_explanation(child, by)
    orders.refresh(child, by)
    return child


# What a member's task takes over from the order to the group.
_COPIED = (
    "plan", "code", "order", "source", "source_document", "clause", "quote", "strength", "title", "product", "note",
    "urgency", "tracking_unit", "leader_in_charge", "phrase", "deadline_kind", "starts_on", "printed_on",
    "nominal_end", "effective_end", "first_effective_end", "counted_end", "intervals", "assigned_on",
    "superior_deadline", "internal_end", "counts_from", "within_amount", "within_unit", "start_assumed",
    "parts_total", "parts_label", "nature", "allows_nil", "ordered_by", "ordered_how", "check_in",
)  # fmt: skip


def _give_member(
    parent: Task,
    unit: Unit,
    by: User,
    grant: RoleGrant | None,
    decision: Decision,
    on: date | None = None,
) -> Task:
    child = Task(parent=parent, lead_unit=unit, **{field: getattr(parent, field) for field in _COPIED})
    if parent.deadline_kind == DeadlineKind.DONE and parent.is_open is False:
        child.execution, child.completed_on, child.percent = Execution.DONE, parent.completed_on, 100
        child.parts_done = child.parts_total
    if on is not None:
        child.assigned_on = on
    _set_own_deadline(child)
    child.search = searchable(child)
    child.save()
    facts = {"assigned_on": child.assigned_on, "order": parent.pk}
    ledger.write(child, "assign", by=by, grant=grant, decision=decision, facts=facts)
    return child


def _set_own_deadline(child: Task) -> None:
    """The order's last day, moved or counted by the unit's own calendar; one that joins later counts from its own day
    of assignment, or starts from the deadline the order had at first."""
    calendar = calendar_of(child)
    if not count_from_event(child, calendar):
        set_deadline(child, calendar)


def _take_part(task: Task, given: list[Task]) -> None:
    """Units that answer or work along take part in the plan, so that they see it."""
    if task.plan is None:
        return
    units = {each.lead_unit_id for each in given if each.lead_unit_id}
    units |= set(task.coordinations.values_list("unit", flat=True))
    PlanParticipation.objects.bulk_create(
        (PlanParticipation(plan=task.plan, unit_id=unit) for unit in sorted(units)), ignore_conflicts=True
    )


def _demand_explanation(task: Task, by: User) -> None:
    """An order to explain asks each of its units from the day it is given: by our own day where there is one, so that
    whoever gathers the answers has time; without any date, by the usual one."""
    if task.nature != Task.Nature.EXPLANATION or task.lead_unit is None or not task.is_open:
        return
    due = task.internal_end or task.nominal_end
    if due is None or (task.assigned_on is not None and due < task.assigned_on):
        due = reply_by()
    Explanation.objects.create(task=task, unit=task.lead_unit, about=task.title, due_on=due, asked_by=by)
