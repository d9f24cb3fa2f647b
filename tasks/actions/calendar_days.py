"""The working calendar changed: deadlines that hang on its days are worked out anew, each with a line in its task."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q

from core.deadlines import effective_end
from core.workdays import WorkCalendar
from tasks import ledger, orders
from tasks.actions.dates import Recounted
from tasks.drafting import count_from_event, set_deadline, shifts
from tasks.ledger import Decision, remember
from tasks.models import Coordination, Task
from tasks.querysets import TaskQuerySet
from units.calendars import UnitCalendars
from units.models import CalendarDay, RoleGrant, User

VERB = "recount_calendar"
# A deadline moves from at most so many days before a changed day to it: no break is longer.
_REACH = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Days:
    """The last days of a task: as printed or counted, in force, and by which lateness counts."""

    nominal: date | None
    effective: date | None
    counted: date | None
    first: date | None


@transaction.atomic
def recount_for_calendar(
    before: UnitCalendars, changed: list[date], *, by: User, grant: RoleGrant | None, reason: str, basis: str
) -> list[Recounted]:
    """Works out anew what hangs on `changed` days; the table already holds the new calendar, `before` is the old one.

    What was credited to a unit stays credited. A deadline decided on, or set by a superior, keeps its printed day; its
    end moves off days off as it always did. Drafts follow without a line: nothing of them is in the ledger.
    """
    if not changed:
        return []
    after = CalendarDay.objects.by_unit()
    outcome: list[Recounted] = []
    for each in _reached(min(changed)).order_by(F("parent").asc(nulls_first=True), "pk"):
        old, new = before.of(each.lead_unit), after.of(each.lead_unit)
        if old == new or _worked_out(each, old, new) == _days(each):
            continue
        task = remember(orders.lock(each))
        was = _days(task)
        _put(task, _worked_out(task, old, new))
        task.save()
        if task.assigned_on is not None:
            ledger.write(
                task,
                VERB,
                by=by,
                grant=grant,
                decision=Decision(basis=basis),
                facts={
                    "old_end": was.nominal,
                    "new_end": task.nominal_end,
                    "old_effective": was.effective,
                    "new_effective": task.effective_end,
                    "reason": reason,
                },
            )
            orders.refresh(task, by)
        outcome.append(Recounted(task, was.effective, task.effective_end))
    _recount_parts(min(changed), after)
    return outcome


def _reached(first: date) -> TaskQuerySet:
    """Open tasks, given or not, whose days may hang on a day from `first` on."""
    near = Q(counted_end__gte=first - _REACH) | Q(nominal_end__gte=first - _REACH)
    return (
        Task.objects.open()
        .filter(near, effective_end__isnull=False)
        .select_related("lead_unit", "plan__document", "source_document")
    )


def _days(task: Task) -> Days:
    return Days(task.nominal_end, task.effective_end, task.counted_end, task.first_effective_end)


def _put(task: Task, days: Days) -> None:
    task.nominal_end, task.effective_end = days.nominal, days.effective
    task.counted_end, task.first_effective_end = days.counted, days.first


def _worked_out(task: Task, old: WorkCalendar, new: WorkCalendar) -> Days:
    """The days of the task under the new calendar; the task itself stays as it is."""
    assert task.effective_end is not None and task.counted_end is not None
    credited = old.workdays_between(task.effective_end, task.counted_end)
    copy = Task(**{field.attname: getattr(task, field.attname) for field in Task._meta.concrete_fields})
    copy.plan, copy.source_document, copy.lead_unit = task.plan, task.source_document, task.lead_unit
    if task.was_extended or not count_from_event(copy, new):
        first = task.first_effective_end
        set_first = not task.was_extended
        copy.nominal_end = task.nominal_end
        copy.effective_end = effective_end(task.nominal_end, new, shift=shifts(task))
        copy.first_effective_end = copy.effective_end if set_first else first
    else:
        set_deadline(copy, new)
    assert copy.effective_end is not None
    counted = new.add_workdays(copy.effective_end, credited)
    return Days(copy.nominal_end, copy.effective_end, counted, copy.first_effective_end)


def _recount_parts(first: date, after: UnitCalendars) -> None:
    """Days of grace of coordinating units' own dates."""
    parts = Coordination.objects.filter(nominal_end__gte=first - _REACH, delivered_on__isnull=True)
    for part in parts.select_related("unit", "task__plan"):
        ends = effective_end(part.nominal_end, after.of(part.unit), shift=shifts(part.task))
        if ends != part.effective_end:
            Coordination.objects.filter(pk=part.pk).update(effective_end=ends)
