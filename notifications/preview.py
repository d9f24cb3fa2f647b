"""What rules would have sent in the last month and will send in the next: by day and person, counts only.

The past is read from how each task stood at the end of the day before (`TaskState`), the future as if nobody did
anything more. Both go by the pure ladder; nothing is written.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core.deadlines import DeadlineKind
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.ladder import Rung
from notifications.models import Subject
from notifications.recipients import Directory
from notifications.rulebook import Place, RuleBook
from notifications.words import place
from plans.models import Plan
from tasks.models import Task, TaskState
from tasks.status import BINDING, Confirmation, Execution
from units.models import CalendarDay, User

DAYS = 30
_BINDING = [strength.value for strength in BINDING]
_NOT_CHASED = (Execution.DONE, Execution.DISCONTINUED, Execution.SUSPENDED)


@dataclass(slots=True)
class Preview:
    """Lines a ladder sends: by day, by person, and what it lays on the owner's desk. A person gets one mail a day
    whatever the lines: `mails` counts those."""

    lines: Counter[date] = field(default_factory=Counter)
    people: Counter[User] = field(default_factory=Counter)
    mails: set[tuple[date, int]] = field(default_factory=set)
    leader: int = 0
    letters: int = 0

    @property
    def total(self) -> int:
        return sum(self.lines.values())

    def mails_on(self, day: date) -> int:
        return sum(on == day for on, _ in self.mails)


def preview(plan: Plan, sets: Mapping[Place, Sequence[Rung]], on: date) -> tuple[Preview, Preview]:
    """(the last month, the next) of the deadlines of a plan's tasks under the rules in force, with `sets` in place of
    those stored. A constant number of queries a working day."""
    book = RuleBook(sets)
    calendar = CalendarDay.objects.as_calendar()
    tasks = {task.pk: task for task in _tasks(plan)}
    past, future = Preview(), Preview()
    if not tasks:
        return past, future
    start = on - timedelta(days=DAYS)
    known: dict[int, tuple[int, date]] = {}
    desked: set[tuple[int, str, date]] = set()
    # The day before tells what had been said already.
    first = calendar.previous_workday(start - timedelta(days=1))
    for day in _workdays(first, on - timedelta(days=1), calendar):
        states = TaskState.objects.as_of(day - timedelta(days=1)).filter(task__in=tasks)
        found = [_as_it_stood(tasks[state.task_id], state) for state in states]
        _count(past if day > first else Preview(), found, day, book, calendar, known, desked)
    for day in _workdays(on, on + timedelta(days=DAYS), calendar):
        _count(future, tasks.values(), day, book, calendar, known, desked)
    return past, future


def _tasks(plan: Plan) -> Any:
    return (
        Task.objects.filter(
            plan=plan,
            assigned_on__isnull=False,
            lead_unit__isnull=False,
            effective_end__isnull=False,
            strength__in=_BINDING,
        )
        .exclude(deadline_kind__in=[DeadlineKind.STANDING.value, DeadlineKind.RECURRING.value])
        .exclude(lead_unit__kind="outside")
        .select_related("lead_unit")
    )


def _as_it_stood(task: Task, state: TaskState) -> Task:
    then = Task(pk=task.pk, plan_id=task.plan_id, urgency=task.urgency, internal_end=task.internal_end)
    for name in (
        "lead_unit_id", "tracking_unit_id", "execution", "confirmation", "nominal_end", "effective_end", "counted_end",
        "assigned_on",
    ):  # fmt: skip
        setattr(then, name, getattr(state, name))
    return then


def _workdays(first: date, last: date, calendar: WorkCalendar) -> Iterable[date]:
    day = first
    while day <= last:
        if calendar.is_workday(day):
            yield day
        day += timedelta(days=1)


def _count(
    into: Preview,
    tasks: Iterable[Task],
    on: date,
    book: RuleBook,
    calendar: WorkCalendar,
    known: dict[int, tuple[int, date]],
    desked: set[tuple[int, str, date]],
) -> None:
    directory: Directory | None = None
    eve = ladder.is_eve_of_break(on, calendar)
    for task in tasks:
        if task.execution in _NOT_CHASED or task.confirmation == Confirmation.SUBMITTED:
            continue
        if task.counted_end is None or task.nominal_end is None or task.lead_unit_id is None:
            continue
        if task.assigned_on is None or task.assigned_on > on:
            continue
        rungs = book.rungs(Subject.DEADLINE, task.plan_id, task.urgency)
        where = place(task, on, calendar)
        found = ladder.standing(where, rungs, eve=eve)
        if found is None:
            continue
        rung, step = found
        for kind, reached in zip(("leader", "letters"), ladder.desk_steps(where, rungs), strict=True):
            if reached and (task.pk, kind, task.counted_end) not in desked:
                desked.add((task.pk, kind, task.counted_end))
                setattr(into, kind, getattr(into, kind) + 1)
        if known.get(task.pk) == (step, task.counted_end):
            continue
        known[task.pk] = (step, task.counted_end)
        directory = directory or Directory(on)
        people = directory.answering(task.lead_unit_id, clerk=rung.to_clerk, head=rung.to_head)
        if rung.to_owner or not people:
            people = list(dict.fromkeys([*people, *directory.owners(task.tracking_unit_id)]))
        for person in people:
            into.lines[on] += 1
            into.people[person] += 1
            into.mails.add((on, person.pk))
