"""Recurring and standing duties as pages show them: on the page of an order, of one occurrence, and in their list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from core.clock import today
from core.deadlines import DeadlineKind
from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.checkins import CheckIn, wants_update
from tasks.duty_tally import tally
from tasks.models import Breach, Duty, Task
from tasks.recurrence import Every, describe, kept_by_month, occurrences, period_label
from tasks.status import Confirmation, Execution
from tasks.tables import time_badge
from units.models import User

# Newest first on the page of an order; the list of tasks has them all.
MOST_SHOWN = 12
_NEXT = 3
_YEAR_AHEAD = timedelta(days=400)


def duty_part(user: User, found: Task, calendar: WorkCalendar) -> dict[str, Any] | None:
    """The section "Nhịp định kỳ" of a task's page; None for a task that neither recurs nor stands. Four queries."""
    if found.assigned_on is None:
        return None
    if found.duty_id is not None:
        return {"period_of": _order_of(user, found)}
    if not found.is_standing:
        return None
    on = today()
    duties = list(
        Duty.objects.visible_to(user).of(found).select_related("task__lead_unit").order_by("task_id", "id")
    )
    delivered = _by_duty(
        Task.objects.filter(duty__in=duties).select_related("lead_unit").order_by("-effective_end")
    )
    breaches: dict[int, list[Breach]] = defaultdict(list)
    for breach in Breach.objects.filter(duty__in=duties).select_related("by", "unit").order_by("-on", "-id"):
        breaches[breach.duty_id].append(breach)
    to_many = found.lead_unit_id is None
    return {
        "rows": [
            _duty(each, delivered[each.pk], on, calendar, with_unit=to_many)
            for each in duties
            if not each.is_rule
        ],
        "rules": [
            _rule(each, breaches[each.pk], on, calendar, with_unit=to_many) for each in duties if each.is_rule
        ],
        "unset": found.is_binding and found.deadline_kind == DeadlineKind.RECURRING and not duties,
        "check_in": None if to_many else _check_in(found, on),
        "with_unit": to_many,
    }


def _order_of(user: User, occurrence: Task) -> dict[str, Any] | None:
    """The order an occurrence belongs to, where this person sees it."""
    orders = Task.objects.visible_to(user).filter(duties=occurrence.duty_id)
    order = orders.first()
    duty = occurrence.duty
    assert duty is not None
    return {
        "title": order.title if order else "",
        "url": reverse("task", args=[order.pk]) if order else "",
        "period": period_label(Every(duty.rhythm), occurrence.period_key),
        "words": describe(duty.as_rhythm),
    }


def _by_duty(tasks: Iterable[Task]) -> dict[int, list[Task]]:
    found: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        assert task.duty_id is not None
        found[task.duty_id].append(task)
    return found


def _duty(
    duty: Duty, delivered: list[Task], on: date, calendar: WorkCalendar, *, with_unit: bool
) -> dict[str, Any]:
    known = {each.period_key for each in delivered}
    ahead: list[str] = []
    if duty.ended_at is None:
        coming = occurrences(duty.as_rhythm, calendar, on, on + _YEAR_AHEAD)
        fresh = [each for each in coming if each.key not in known][:_NEXT]
        ahead = [f"{each.label} (hạn {day(each.due)})" for each in fresh]
    return {
        "unit": duty.task.lead_label if with_unit else "",
        "title": duty.title,
        "words": describe(duty.as_rhythm),
        "span": _span(duty),
        "tally": tally(delivered, on, calendar),
        "next": ahead,
        "occurrences": [
            {
                "url": reverse("task", args=[each.pk]),
                "label": period_label(Every(duty.rhythm), each.period_key),
                "due": day(each.effective_end),
                "badge": time_badge(each, on, calendar),
                "waiting": each.confirmation == Confirmation.SUBMITTED,
            }
            for each in delivered[:MOST_SHOWN]
        ],
        "more": max(0, len(delivered) - MOST_SHOWN),
        "ended": moment(duty.ended_at) if duty.ended_at else "",
    }


def _span(duty: Duty) -> str:
    return f"từ {day(duty.starts_on)}" + (f" đến {day(duty.ends_on)}" if duty.ends_on else "")


def _rule(
    duty: Duty, breaches: list[Breach], on: date, calendar: WorkCalendar, *, with_unit: bool
) -> dict[str, Any]:
    until = min(on, localtime(duty.ended_at).date()) if duty.ended_at else on
    months = kept_by_month(duty.as_rhythm, calendar, [(each.on, each.count) for each in breaches], until)
    return {
        "unit": duty.task.lead_label if with_unit else "",
        "title": duty.title,
        "words": describe(duty.as_rhythm),
        "span": _span(duty),
        "months": months[:MOST_SHOWN],
        "covered": sum(each.covered for each in months),
        "kept": sum(each.kept for each in months),
        "breaches": [
            {
                "day": day(each.on),
                "count": count_vi(each.count),
                "text": each.text,
                "by": each.by.full_name,
                "for_unit": each.recorded_for_unit,
            }
            for each in breaches[:MOST_SHOWN]
        ],
        "ended": moment(duty.ended_at) if duty.ended_at else "",
    }


def _check_in(found: Task, on: date) -> dict[str, Any] | None:
    if found.check_in == CheckIn.NONE:
        return None
    return {
        "label": CheckIn(found.check_in).label.lower(),
        "last": moment(found.last_update_at) if found.last_update_at else "",
        "wanted": found.is_open and found.execution != Execution.SUSPENDED and wants_update(found, on),
    }


# --- the list -----------------------------------------------------------------------------------------------------


def groups(duties: Iterable[Duty]) -> list[list[Duty]]:
    """Rhythms as the orders set them: those of the units of one order to many together, in the order given."""
    found: dict[tuple[Any, ...], list[Duty]] = {}
    for each in duties:
        root = each.task.parent_id or each.task_id
        rhythm = each.as_rhythm
        key = (
            root,
            each.title,
            rhythm.every,
            rhythm.due_rule,
            rhythm.due_day,
            rhythm.due_month,
            rhythm.weekdays,
        )
        found.setdefault(key, []).append(each)
    return list(found.values())


def duty_rows(found: Sequence[list[Duty]], on: date, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """One row for each rhythm of an order, with x/y of the period that runs. Two queries."""
    duties = [duty for group in found for duty in group]
    delivered = _by_duty(Task.objects.filter(duty__in=duties).order_by("effective_end"))
    breaches: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for pk, day_, count in Breach.objects.filter(duty__in=duties).values_list("duty_id", "on", "count"):
        breaches[pk].append((day_, count))
    return [_row(group, delivered, breaches, on, calendar) for group in found]


def _row(
    group: list[Duty],
    delivered: dict[int, list[Task]],
    breaches: dict[int, list[tuple[date, int]]],
    on: date,
    calendar: WorkCalendar,
) -> dict[str, Any]:
    first = group[0]
    tasks = [task for duty in group for task in delivered[duty.pk]]
    current = current_period(tasks, on)
    sent = [each for each in current if each.confirmation == Confirmation.SUBMITTED or not each.is_open]
    row = {
        "title": first.title or first.task.title,
        "url": reverse("task", args=[first.task.parent_id or first.task_id]),
        "place": f"{first.task.code} · {first.task.plan.label if first.task.plan else 'Nhiệm vụ phát sinh'}",
        "lead": first.task.lead_label if len(group) == 1 else f"{count_vi(len(group))} đơn vị",
        "words": describe(first.as_rhythm),
        "span": _span(first),
        "is_rule": first.is_rule,
        "period": period_label(Every(first.rhythm), current[0].period_key) if current else "",
        "due_on": current[0].effective_end if current else None,
        "sent": len(sent),
        "counted": len(current),
        "tally": tally(tasks, on, calendar),
    }
    if first.is_rule:
        row |= _this_month(group, breaches, on, calendar)
    return row


def _this_month(
    group: list[Duty], breaches: dict[int, list[tuple[date, int]]], on: date, calendar: WorkCalendar
) -> dict[str, Any]:
    """The newest month of a rule, over the units that keep it; and all its months."""
    months = [kept_by_month(duty.as_rhythm, calendar, breaches[duty.pk], on) for duty in group]
    newest = max((each[0].month for each in months if each), default=None)
    now = [each[0] for each in months if each and each[0].month == newest]
    every = [month for each in months for month in each]
    return {
        "month": now[0].label if now else "",
        "kept": sum(each.kept for each in now),
        "covered": sum(each.covered for each in now),
        "broken": sum(each.breaches for each in now),
        "all_kept": sum(each.kept for each in every),
        "all_covered": sum(each.covered for each in every),
        "all_broken": sum(each.breaches for each in every),
    }


def current_period(tasks: Iterable[Task], on: date) -> list[Task]:
    """The occurrences of the period that runs: the first not past its day, else the last there was. Discontinued ones
    are not looked at."""
    by_key: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.execution != Execution.DISCONTINUED:
            by_key[task.period_key].append(task)
    if not by_key:
        return []

    def due(key: str) -> date:
        # The first deadline: an extension of one unit does not move the period.
        return min(task.first_effective_end for task in by_key[key] if task.first_effective_end is not None)

    running = [key for key in by_key if due(key) >= on]
    key = min(running, key=due) if running else max(by_key, key=due)
    return by_key[key]
