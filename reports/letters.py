"""Letters of chasing: which tasks one names, what it says of them, and its paper."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.clock import today
from core.workdays import WorkCalendar
from plans.models import Plan
from reports.actions import may
from reports.collect import deadline_words, plan_facts
from reports.layouts import letter
from reports.letter_facts import LetterFacts, LetterKind, LetterTask
from reports.models import AgencyProfile
from reports.profiles import agency_of, letterhead_of, profile_for, symbol_part
from tasks.models import ProgressUpdate, Task
from tasks.status import SOON_WORKDAYS, DeadlineClass, Execution, days_late, days_left, is_waiting
from units.actions import RuleBroken
from units.models import CalendarDay, User

# Working days a unit has to answer.
REPLY_WORKDAYS = 5
_WANTED = {
    LetterKind.URGE: {DeadlineClass.DUE_SOON, DeadlineClass.DUE_TODAY},
    LetterKind.REMIND: {DeadlineClass.OVERDUE},
    LetterKind.EXPLAIN: {DeadlineClass.OVERDUE},
}


def tasks_for(plan: Plan, kind: LetterKind, on: date, *, outside: bool = False) -> list[Task]:
    """The tasks of the plan a letter of this kind names on the day; what waits for its reviewer is not chased."""
    calendar = CalendarDay.objects.as_calendar()
    return [
        task
        for task in _led(plan, on)
        if task.lead_unit is not None
        and task.lead_unit.is_outside == outside
        and task.execution != Execution.SUSPENDED
        and not is_waiting(task, on)
        and (
            _is_asked_for(task, kind, on, calendar)
            if outside
            else task.deadline_class_on(calendar, on) in _WANTED[kind]
        )
    ]


def _is_asked_for(task: Task, kind: LetterKind, on: date, calendar: WorkCalendar) -> bool:
    """Of a body outside our authority: an order to it is often soft and then has no class, but it has its day."""
    if task.effective_end is None or not task.is_open or kind == LetterKind.EXPLAIN:
        return False
    if kind == LetterKind.REMIND:
        return task.effective_end < on
    return on <= task.effective_end <= calendar.add_workdays(on, SOON_WORKDAYS)


def draft(plan: Plan, kind: LetterKind, tasks: Iterable[Task], on: date, by: User) -> bytes:
    """The letter about these tasks as .docx bytes. Raises RuleBroken without the right, without a task the kind may
    name, or when units of ours and bodies outside stand together."""
    if not may(by, "write", plan):
        raise RuleBroken("Đồng chí không có quyền soạn công văn của kế hoạch này.")
    if on > today():
        raise RuleBroken("Ngày lấy số liệu của công văn không được sau hôm nay.")
    chosen = {task.pk for task in tasks}
    ours = [task for task in tasks_for(plan, kind, on) if task.pk in chosen]
    theirs = [task for task in tasks_for(plan, kind, on, outside=True) if task.pk in chosen]
    if ours and theirs:
        raise RuleBroken("Công văn gửi đơn vị thuộc cơ quan và công văn gửi cơ quan ngoài phải soạn riêng.")
    found = ours or theirs
    if len(found) != len(chosen) or not found:
        what = "quá hạn chưa hoàn thành" if kind.is_about_late else "sắp đến hạn"
        raise RuleBroken(
            f"Công văn này chỉ nêu nhiệm vụ {what}; kế hoạch không có hoặc đã chọn nhiệm vụ khác."
        )
    return letter.build(_facts(plan, kind, found, on, outside=bool(theirs)), _letterhead(plan))


def _led(plan: Plan, on: date) -> list[Task]:
    given = Task.objects.filter(plan=plan, lead_unit__isnull=False, assigned_on__lte=on)
    return list(
        given.select_related("lead_unit").order_by("lead_unit__tree_start", "lead_unit", "order", "id")
    )


def _facts(plan: Plan, kind: LetterKind, found: list[Task], on: date, *, outside: bool) -> LetterFacts:
    calendar = CalendarDay.objects.as_calendar()
    midnight = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    told = {
        each.task_id: " ".join(each.text.split())[:300]
        for each in ProgressUpdate.objects.filter(task__in=found, entered_at__lt=midnight).order_by("id")
    }
    uncounted = {DeadlineClass.NO_DEADLINE, DeadlineClass.STOPPED}
    counted = Counter(
        task.lead_unit.name_on(on)
        for task in _led(plan, on)
        if task.lead_unit is not None and task.deadline_class_on(calendar, on) not in uncounted
    )
    rows = []
    for task in found:
        assert task.lead_unit is not None and task.effective_end is not None
        days = days_late(task, on, calendar) if kind.is_about_late else days_left(task, on, calendar) or 0
        row = LetterTask(
            code=task.code,
            title=task.title,
            unit=task.lead_unit.name_on(on),
            product=task.product,
            deadline=deadline_words(task),
            due_on=task.effective_end,
            days=days,
            progress=told.get(task.pk, ""),
        )
        rows.append(row)
    reply_by = calendar.add_workdays(on, REPLY_WORKDAYS)
    return LetterFacts(plan_facts(plan, on), kind, on, reply_by, outside, tuple(rows), dict(counted))


def _letterhead(plan: Plan) -> dict[str, object]:
    """The agency signs; the office that drafts stands in the symbol of a letter ("/SNNMT-VP")."""
    agency = agency_of(plan.tracking_unit)
    head = letterhead_of(profile_for(plan.tracking_unit, AgencyProfile.Reach.EXTERNAL))
    own = head["symbol"].partition("-")[2] or symbol_part(agency)
    drafts = "VP" if plan.tracking_unit_id == agency.pk else symbol_part(plan.tracking_unit)
    return head | {"symbol": f"/{own}-{drafts}", "office": plan.tracking_unit.name}
