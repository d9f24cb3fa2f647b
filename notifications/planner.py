"""Who is owed a reminder on a day: due tasks, their rung, the people of that rung.

The unique key (subject, rung, deadline, person) is what makes a reminder happen once: a run repeated, or run
in any order of days, finds the same rows and adds none.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from core.deadlines import DeadlineKind
from core.workdays import WorkCalendar
from notifications import collecting, ladder, more, quiet, subjects
from notifications.ladder import Rung
from notifications.models import Notice, Subject
from notifications.recipients import Directory
from notifications.rulebook import RuleBook, first_overdue_steps
from notifications.words import (
    LONGEST_TEXT,
    aimed_at,
    cut,
    deadline_facts,
    deadline_words,
    place,
    task_url,
)
from plans.models import Plan
from tasks.models import Task
from tasks.status import BINDING, Confirmation, Execution
from units.models import CalendarDay, User

logger = logging.getLogger("notifications")

BATCH = 500
NOBODY = subjects.NO_RECEIVER


def steps_of_first_lateness() -> set[int]:
    """The steps that tell a unit for the first time that it is late, of tasks and of rounds (office rule 29)."""
    book = RuleBook()
    return first_overdue_steps([*book.ladders(Subject.DEADLINE), *book.ladders(Subject.FIGURES)])


# --- keys ----------------------------------------------------------------------------------------------


class ReminderKey(NamedTuple):
    """The unique key of a reminder, as stored and as read back before sending."""

    task: int
    step: int
    deadline: date
    person: int

    def __str__(self) -> str:
        return f"task:{self.task}:{self.step}:{self.deadline.isoformat()}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "ReminderKey | None":
        """None for the key of another kind of notice."""
        kind, *parts = key.split(":")
        if kind != "task" or len(parts) != 4:
            return None
        return cls(int(parts[0]), int(parts[1]), date.fromisoformat(parts[2]), int(parts[3]))


# --- the daily plan ------------------------------------------------------------------------------------


def due_tasks(on: date, calendar: WorkCalendar, earliest: int) -> QuerySet[Task]:
    """Open binding tasks near or past their deadline: one query on the index of open tasks by their first due day.

    `earliest` is the offset of the first rung. Not here: suspended, standing and soft ones, those not given, of closed
    plans, of bodies outside our authority.
    """
    # The aim may lie one working day before the effective end.
    horizon = calendar.add_workdays(on, 1 - min(0, earliest))
    return (
        Task.objects.open()
        .due_by(horizon)
        .exclude(execution=Execution.SUSPENDED)
        .filter(
            assigned_on__lte=on,
            lead_unit__isnull=False,
            strength__in=[strength.value for strength in BINDING],
        )
        .exclude(deadline_kind__in=[DeadlineKind.STANDING.value, DeadlineKind.RECURRING.value])
        .exclude(plan__state=Plan.State.CLOSED)
        .exclude(lead_unit__kind="outside")
        .order_by("effective_end", "id")
    )


def owed(on: date, book: RuleBook | None = None) -> list[Notice]:
    """Everything somebody is to be told on the working day `on`, unsaved, what earlier runs wrote included."""
    book = book or RuleBook()
    calendar = CalendarDay.objects.as_calendar()
    directory = Directory(on)
    eve = ladder.is_eve_of_break(on, calendar)
    notices = list(_of_tasks(on, book, calendar, directory, eve=eve))
    chased = {notice.task_id for notice in notices}
    parts: tuple[Callable[[], list[Notice]], ...] = (
        lambda: subjects.owed(on, book, directory, calendar, eve=eve, chased=chased),
        lambda: collecting.owed(on, book.rungs(Subject.FIGURES), directory, eve=eve),
        lambda: subjects.accounts_owed(on, directory),
        lambda: subjects.calendar_owed(on, directory),
        lambda: more.owed(on, book, directory, calendar),
    )
    for part in parts:
        try:
            notices += part()
        except Exception:
            logger.exception("a part of the reminders of %s cannot be planned", on)
    return quiet.heard(notices, on, directory.units_of)


def _of_tasks(
    on: date, book: RuleBook, calendar: WorkCalendar, directory: Directory, *, eve: bool
) -> Iterator[Notice]:
    earliest = book.earliest(Subject.DEADLINE)
    if earliest is None:
        return
    for task in due_tasks(on, calendar, earliest):
        try:
            rungs = book.rungs(Subject.DEADLINE, task.plan_id, task.urgency)
            found = ladder.standing(place(task, on, calendar), rungs, eve=eve)
            if found is not None:
                yield from list(_of_task(task, *found, on, calendar, directory))
        except Exception:
            logger.exception("nobody can be reminded of task %s", task.pk)


def _of_task(
    task: Task, rung: Rung, step: int, on: date, calendar: WorkCalendar, directory: Directory
) -> Iterator[Notice]:
    assert task.counted_end is not None and task.lead_unit_id is not None
    if task.confirmation == Confirmation.SUBMITTED:
        # The result waits for the owner: only the owner is reminded, on a ladder of its own (office rule 29).
        return
    late = place(task, on, calendar) > 0
    group = Notice.Group.OVERDUE if late else Notice.Group.DUE
    words = deadline_words(task, on, calendar)
    people = directory.answering(task.lead_unit_id, clerk=rung.to_clerk, head=rung.to_head)
    if not people:
        words = f"{words}, {NOBODY}"
    if late and is_awaited(task, on):
        people, words = [], f"{words}, đã có báo cáo, chờ cập nhật"
    if rung.to_owner or not people:
        people = unique([*people, *directory.owners(task.tracking_unit_id)])
    deadline = aimed_at(task, on, calendar)
    for person in people:
        yield Notice(
            recipient=person,
            key=str(ReminderKey(task.pk, step, deadline, person.pk)),
            group=group,
            task=task,
            text=cut(f"{words}: {task.title}", LONGEST_TEXT),
            detail=deadline_facts(task),
            url=task_url(task),
            day=on,
        )


def is_awaited(task: Task, on: date) -> bool:
    """The office knows of a report that is not entered yet: the unit is not told that it is late (office rule 29)."""
    return task.awaited_until is not None and on <= task.awaited_until


def unique(people: Iterable[User]) -> list[User]:
    return list(dict.fromkeys(people))


def write(notices: list[Notice]) -> int:
    """Stores those that do not exist yet; returns how many. Two runs at once still store each once."""
    fresh = missing(notices)
    Notice.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    return len(fresh)


def missing(notices: list[Notice]) -> list[Notice]:
    known: set[str] = set()
    for start in range(0, len(notices), BATCH):
        keys = [notice.key for notice in notices[start : start + BATCH]]
        known.update(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    return [notice for notice in notices if notice.key not in known]
