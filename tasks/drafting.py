"""Writing a task before it is given: by hand, from a workbook or a document. Nothing of it is in the ledger yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from core.clock import today
from core.deadlines import Deadline, DeadlineKind, Span, SpanUnit, counted_from, effective_end
from core.text import fold
from core.workdays import WorkCalendar
from tasks import orders
from tasks.checkins import CheckIn
from tasks.models import Coordination, Task
from tasks.recurrence import Every, Rhythm
from tasks.rhythm_words import rhythms_of
from units.actions import RuleBroken
from units.models import CalendarDay, Unit


def set_deadline(task: Task, calendar: WorkCalendar) -> None:
    """Works out the effective deadline of a task that has not been given yet, from its nominal end.

    A plan's own deadlines move off days off; those printed by a superior do not (office rule 10). The end of a
    standing or recurring duty is where its check-ins stop, not a deadline: nothing is submitted by then.
    """
    task.effective_end = (
        None if task.is_standing else effective_end(task.nominal_end, calendar, shift=shifts(task))
    )
    task.first_effective_end = task.effective_end
    task.counted_end = task.effective_end
    task.check_in = _check_in(task)


def _check_in(task: Task) -> CheckIn:
    """How often a standing order wants to hear from its unit: as its words say, else each month. One whose words name a
    rhythm is heard of through its occurrences, unless it only asks."""
    if not task.is_standing:
        return CheckIn.NONE
    if task.check_in != CheckIn.NONE:
        return CheckIn(task.check_in)
    named = _read_rhythms(task)
    if named and task.is_binding:
        return CheckIn.NONE
    return _CHECK_INS.get(named[0].every, CheckIn.MONTH) if named else CheckIn.MONTH


_CHECK_INS = {Every.WEEK: CheckIn.WEEK, Every.WEEKDAYS: CheckIn.WEEK, Every.QUARTER: CheckIn.QUARTER}


def rhythms_named(task: Task) -> tuple[Rhythm, ...]:
    """The rhythms the words of an order name; chosen days of the week with nothing to hand in are a rule to keep."""
    return tuple(
        replace(each, every=Every.RULE) if each.every == Every.WEEKDAYS and not task.product else each
        for each in _read_rhythms(task)
    )


def _read_rhythms(task: Task) -> tuple[Rhythm, ...]:
    if task.deadline_kind != DeadlineKind.RECURRING:
        return ()
    return rhythms_of(
        task.phrase,
        includes_day=task.plan.includes_day if task.plan else False,
        is_report="bao cao" in fold(f"{task.title} {task.product}"),
    )


def calendar_of(task: Task) -> WorkCalendar:
    """The working days of the unit that answers: its own calendar where it has one (office rule 11). An order to many
    reads the common one; its units read their own."""
    return CalendarDay.objects.as_calendar(task.lead_unit)


def shifts(task: Task) -> bool:
    """Whether a last day on a day off moves on: as the plan says, never for a superior's deadline (office rule 10)."""
    if task.superior_deadline:
        return False
    return task.plan.shifts_holidays if task.plan else True


def understand(deadline: Deadline, due: date | None, calendar: WorkCalendar) -> dict[str, Any]:
    """The columns of a task that say by when, as `deadline` was read; `due` is a last day given beside the phrase.

    A length of time that counts from the receipt, the signing or the effect gets its day at assignment
    (`count_from_event`).
    """
    counted = deadline.kind == DeadlineKind.RELATIVE
    nominal = due or deadline.nominal
    if nominal is None and counted and deadline.within is not None and deadline.start is not None:
        nominal = counted_from(deadline.within, deadline.start, calendar)
    within = deadline.within if due is None and deadline.since is not None else None
    return {
        "phrase": deadline.phrase,
        "deadline_kind": deadline.kind,
        "starts_on": None if counted else deadline.start,
        "printed_on": deadline.printed,
        "nominal_end": nominal,
        "completed_on": deadline.done_on,
        "intervals": [[first.isoformat(), last.isoformat()] for first, last in deadline.intervals],
        "counts_from": deadline.since or "" if within else "",
        "within_amount": within.amount if within else None,
        "within_unit": within.unit if within else "",
    }


def count_from_event(task: Task, calendar: WorkCalendar) -> bool:
    """Counts a length of time from its event, as far as the day is known; whether it gave the task its last day.

    "Kể từ ngày nhận" is each unit's own day; until it is recorded the day of assignment stands in, marked assumed
    (office rule 11).
    """
    if not task.counts_from or task.within_amount is None:
        return False
    document = task.source_document or (task.plan.document if task.plan else None)
    start, assumed = task.received_on or task.assigned_on, task.received_on is None
    if task.counts_from == Task.CountsFrom.SIGNED:
        start, assumed = document.issued_on if document else None, False
    elif task.counts_from == Task.CountsFrom.EFFECTIVE:
        start = (document.effective_on or document.issued_on) if document else None
        assumed = document is None or document.effective_on is None
    if start is None:
        return False
    task.nominal_end = counted_from(Span(task.within_amount, SpanUnit(task.within_unit)), start, calendar)
    task.start_assumed = assumed
    # A day of our own never stands after the one it prepares.
    if task.internal_end is not None and task.internal_end > task.nominal_end:
        task.internal_end = task.nominal_end
    set_deadline(task, calendar)
    return True


def save_task(
    task: Task,
    *,
    coordinators: Iterable[tuple[Unit, str]] = (),
    calendar: WorkCalendar,
    check_constraints: bool = True,
) -> Task:
    """Writes a task that is being drafted or imported, with its coordinating units. Not for a given task.

    `check_constraints` off leaves the rules between columns to the database alone: an import that has looked at
    them itself is four times as fast.
    """
    if task.completed_on is not None and task.completed_on > today():
        raise RuleBroken({"completed_on": "Ngày hoàn thành không được sau hôm nay."})
    set_deadline(task, calendar)
    task.search = searchable(task)
    task.full_clean(exclude=["search"], validate_constraints=check_constraints)
    with transaction.atomic():
        # Read anew: somebody may have given it since the caller did.
        if task.pk and orders.lock(task).assigned_on is not None:
            raise RuleBroken("Nhiệm vụ đã giao; nội dung chỉ thay đổi bằng các việc có ghi nhận.")
        task.save()
        wanted = {unit.pk: kind for unit, kind in coordinators if unit.pk != task.lead_unit_id}
        task.coordinations.exclude(unit__in=wanted).delete()
        for unit_id, kind in wanted.items():
            Coordination.objects.update_or_create(task=task, unit_id=unit_id, defaults={"kind": kind})
    return task


def searchable(task: Task) -> str:
    lead = task.lead_unit.name if task.lead_unit else str(task.lead_group or "")
    return fold(f"{task.code} {task.title} {lead}")[:700]
