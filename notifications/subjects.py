"""Reminders of what is owed beside the deadline of a task: a receipt, a verdict, a part, an explanation, a reply, and
the accounts of a unit's staff.

Each thing stands on the ladder of its subject (`notifications.rulebook`). The words follow from the key and the day
alone, so that mail and inbox say the same whenever they are read.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.timezone import localtime

from core.text import count_vi
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.ladder import Rung
from notifications.models import Notice, Subject
from notifications.recipients import Directory, People
from notifications.rulebook import RuleBook
from notifications.words import LONGEST_TEXT, cut, day_text, deadline_facts, task_url
from plans.models import Plan
from tasks.models import Coordination, Event, Task
from tasks.status import BINDING, Confirmation, Execution
from tasks.waiting import explanations_owed, open_obstacles
from units import coverage
from units.agency import keeps_catalogues
from units.calendar import undecided_year
from units.models import Unit

Group = Notice.Group

_BINDING = [strength.value for strength in BINDING]
# Counted from the day something began to wait; the others count down to a day.
SINCE = frozenset({Subject.ACCEPTANCE, Subject.RESULT, Subject.REPORT})
# What is to be done, before the words of time; where it opens; under which heading it stands before it is late.
_WORDS = {
    Subject.PART: "Gửi kết quả phối hợp",
    Subject.EXPLANATION: "Giải trình",
    Subject.OBSTACLE: "Trả lời vướng mắc",
}
_ANCHORS = {
    Subject.PART: "#phoi-hop",
    Subject.EXPLANATION: "#yeu-cau-giai-trinh-dang-cho",
    Subject.OBSTACLE: "#vuong-mac",
}
LOOK_BACK = timedelta(days=60)
# Verbs by which a unit gets a task.
_GIVING = ("assign", "hand_over", "decide_reassignment")
NO_RECEIVER = "không có người nhận"


class SubjectKey(NamedTuple):
    """The unique key of such a reminder, as stored and as read back before sending. `since`: the day its ladder counts
    from or to; `step`: the rung."""

    subject: str
    of: int
    step: int
    since: date
    person: int

    def __str__(self) -> str:
        return f"{self.subject}:{self.of}:{self.step}:{self.since.isoformat()}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "SubjectKey | None":
        """None for the key of another kind of notice."""
        kind, *parts = key.split(":")
        if kind not in STANDING or len(parts) != 4:
            return None
        return cls(kind, int(parts[0]), int(parts[1]), date.fromisoformat(parts[2]), int(parts[3]))


# Subjects whose things are looked up again before sending, by how.
STANDING = frozenset(
    {Subject.ACCEPTANCE, Subject.RESULT, Subject.PART, Subject.EXPLANATION, Subject.OBSTACLE}
)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing owed: what, of which task, since or until when, by which unit; by the office, where there is none."""

    subject: Subject
    of: int
    task: Task
    since: date
    unit: int | None
    detail: str = ""


# --- What is owed ---------------------------------------------------------------------------------------


def things(on: date, parts_until: date | None = None) -> Iterator[Thing]:
    """Everything of these subjects that stands open on `on`, without parts due after `parts_until`. Five queries."""
    with_task = ("task__plan__document", "task__lead_unit", "task__tracking_unit")
    for task in unaccepted(on):
        # From the day the system had it, where the paper is older.
        since = max(task.assigned_on, localtime(task.given_at).date()) if task.given_at else task.assigned_on
        yield Thing(Subject.ACCEPTANCE, task.pk, task, since, task.lead_unit_id)
    for task in submitted():
        assert task.submitted_on is not None
        yield Thing(Subject.RESULT, task.pk, task, task.submitted_on, None)
    parts = parts_owed() if parts_until is None else parts_owed().filter(nominal_end__lte=parts_until)
    for part in parts.select_related("unit", *with_task):
        due = part.effective_end or part.nominal_end
        yield Thing(Subject.PART, part.pk, part.task, due, part.unit_id, part.part)
    for asked in explanations_owed().select_related(*with_task):
        yield Thing(Subject.EXPLANATION, asked.pk, asked.task, asked.due_on, asked.unit_id, asked.about)
    for obstacle in open_obstacles().select_related("asked_of", *with_task):
        of_office = obstacle.asked_of_id == obstacle.task.tracking_unit_id
        unit = None if of_office else obstacle.asked_of_id
        yield Thing(Subject.OBSTACLE, obstacle.pk, obstacle.task, obstacle.due_on, unit, obstacle.text)


def unaccepted(on: date) -> Any:
    """Given of late and not received by the unit. An order binds from its document whether received or not (office rule
    2): after `LOOK_BACK` nobody speaks of the receipt any more."""
    given = Event.objects.filter(task=OuterRef("pk"), verb__in=_GIVING).order_by("-sequence")
    return (
        Task.objects.filter(
            execution=Execution.NOT_STARTED,
            confirmation=Confirmation.NONE,
            assigned_on__lt=on,
            assigned_on__gte=on - LOOK_BACK,
            lead_unit__isnull=False,
            strength__in=_BINDING,
            last_update_at__isnull=True,
            duty__isnull=True,
        )
        .annotate(given_at=Subquery(given.values("entered_at")[:1]))
        .exclude(plan__state=Plan.State.CLOSED)
        .exclude(lead_unit__kind=Unit.Kind.OUTSIDE)
        .select_related("plan__document", "lead_unit", "tracking_unit")
    )


def submitted() -> Any:
    """Results that wait for the office."""
    return Task.objects.filter(
        confirmation=Confirmation.SUBMITTED, lead_unit__isnull=False, submitted_on__isnull=False
    ).select_related("plan__document", "lead_unit", "tracking_unit")


def parts_owed() -> Any:
    """Parts with a day of their own that were not delivered, or are to be completed."""
    return (
        Coordination.objects.filter(
            Q(delivered_on__isnull=True) | Q(returned=True),
            nominal_end__isnull=False,
            task__assigned_on__isnull=False,
            task__strength__in=_BINDING,
        )
        .exclude(task__execution__in=(Execution.SUSPENDED, Execution.DONE, Execution.DISCONTINUED))
        .exclude(task__plan__state=Plan.State.CLOSED)
    )


def place(subject: str, since: date, on: date, calendar: WorkCalendar) -> int:
    """Where a thing stands on the ladder's scale."""
    if subject in SINCE:
        return calendar.workdays_between(since, on)
    return ladder.position(on, calendar.previous_workday(since), since, calendar)


def owed(
    on: date,
    book: RuleBook,
    directory: Directory,
    calendar: WorkCalendar,
    *,
    eve: bool,
    chased: Collection[int | None] = (),
) -> list[Notice]:
    """Reminders of these subjects owed on the working day `on`, unsaved. Who is reminded of the deadline of a task (one
    of `chased`) is not told besides that it was not received."""
    notices: list[Notice] = []
    horizon = calendar.add_workdays(on, 1 - min(0, book.earliest(Subject.PART) or 0))
    for thing in things(on, horizon):
        if thing.subject == Subject.ACCEPTANCE and thing.of in chased:
            continue
        rungs = book.rungs(thing.subject, thing.task.plan_id, thing.task.urgency)
        where = place(thing.subject, thing.since, on, calendar)
        found = ladder.standing(where, rungs, eve=eve and thing.subject not in SINCE)
        if found is not None:
            notices += _notices(thing, where, *found, on, directory)
    return notices


def _notices(
    thing: Thing, where: int, rung: Rung, step: int, on: date, directory: Directory
) -> Iterator[Notice]:
    owners = directory.owners(thing.task.tracking_unit_id)
    people: People = []
    why = ""
    if thing.unit is None:
        people = owners
    elif directory.is_chased(thing.unit):
        people = directory.answering(thing.unit, clerk=rung.to_clerk, head=rung.to_head)
        if not people:
            why = f", {NO_RECEIVER}"
        if rung.to_owner or not people:
            people = list(dict.fromkeys([*people, *owners]))
    words = words_of(thing.subject, thing.since, where, on)
    for person in people:
        yield Notice(
            recipient=person,
            key=str(SubjectKey(thing.subject, thing.of, step, thing.since, person.pk)),
            group=group_of(thing.subject, where),
            task=thing.task,
            text=cut(f"{words}{why}: {thing.task.title}", LONGEST_TEXT),
            detail=cut(thing.detail or deadline_facts(thing.task), 300),
            url=f"{task_url(thing.task)}{_ANCHORS.get(thing.subject, '')}",
            day=on,
        )


def group_of(subject: str, where: int) -> Notice.Group:
    match subject:
        case Subject.ACCEPTANCE:
            return Group.NEW
        case Subject.RESULT:
            return Group.WAITING
    return Group.OVERDUE if where > 0 else Group.DUE


def words_of(subject: str, since: date, where: int, on: date) -> str:
    """How such a thing stands on a day: "Giải trình: còn 01 ngày làm việc"."""
    days = f"{count_vi(abs(where))} ngày làm việc"
    if subject == Subject.ACCEPTANCE:
        return f"Chưa tiếp nhận sau {days}"
    if subject == Subject.RESULT:
        return f"Chờ xác nhận {days}" if where else "Chờ xác nhận"
    if where > 0:
        stands = f"quá hạn {days}"
    elif where < 0:
        stands = f"còn {days}"
    elif on == since:
        stands = "đến hạn hôm nay"
    else:
        stands = f"hôm nay là ngày làm việc cuối cùng trước hạn {day_text(since)}"
    return f"{_WORDS[Subject(subject)]}: {stands}"


def words_now(key: SubjectKey, on: date, calendar: WorkCalendar) -> tuple[str, Notice.Group]:
    """What a reminder says when it is read on `on`, and under which heading."""
    where = place(key.subject, key.since, on, calendar)
    return words_of(key.subject, key.since, where, on), group_of(key.subject, where)


# --- Read again before sending --------------------------------------------------------------------------


def still_open(on: date) -> set[tuple[str, int, date]]:
    """(subject, thing, since) of all that is open: read once for many notices."""
    return {(thing.subject.value, thing.of, thing.since) for thing in things(on)}


# --- Accounts of the staff ------------------------------------------------------------------------------


class CalendarKey(NamedTuple):
    """The to-do of a year's end: the days off of the next are not decided yet. Again each week."""

    year: int
    week: str
    person: int

    def __str__(self) -> str:
        return f"calendar:{self.year}:{self.week}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "CalendarKey | None":
        kind, *parts = key.split(":")
        if kind != "calendar" or len(parts) != 3:
            return None
        return cls(int(parts[0]), parts[1], int(parts[2]))


def calendar_owed(on: date, directory: Directory) -> list[Notice]:
    """From the first of December on, and into the year itself, until the decision on its days off is entered."""
    year = undecided_year(on)
    if year is None:
        return []
    week = f"{on.isocalendar().year}-{on.isocalendar().week:02}"
    return [
        Notice(
            recipient=person,
            key=str(CalendarKey(year, week, person.pk)),
            group=Group.DUE,
            text=f"Nhập lịch nghỉ lễ, tết năm {year} theo quyết định",
            detail="Thời hạn rơi vào những ngày chưa có quyết định đang tạm tính.",
            url=f"{reverse('working_calendar')}?nam={year}",
            day=on,
        )
        for person in directory.all_owners()
        if keeps_catalogues(person)
    ]


class AccountsKey(NamedTuple):
    """One reminder of a month to a person of a unit whose staff lack accounts."""

    unit: int
    month: str
    person: int

    def __str__(self) -> str:
        return f"accounts:{self.unit}:{self.month}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "AccountsKey | None":
        kind, *parts = key.split(":")
        if kind != "accounts" or len(parts) != 3:
            return None
        return cls(int(parts[0]), parts[1], int(parts[2]))


def account_gaps(units: Iterable[int], on: date) -> dict[int, int]:
    """Unit → people at work who lack an account they have to hold. Counts only, never a name. Four queries."""
    rows = coverage.by_unit(Unit.objects.filter(pk__in=set(units)), on)[1]
    return {row.unit.pk: row.all_kinds.missing for row in rows if row.all_kinds.missing}


def accounts_owed(on: date, directory: Directory) -> list[Notice]:
    """Once a month, from its first working day on: each unit whose staff lack accounts."""
    notices = []
    gaps = account_gaps(directory.heads_and_clerks(), on)
    for unit, missing in sorted(gaps.items()):
        if not directory.is_open(unit) or not directory.is_chased(unit):
            continue
        for person in directory.answering(unit):
            notices.append(
                Notice(
                    recipient=person,
                    key=str(AccountsKey(unit, f"{on:%Y-%m}", person.pk)),
                    group=Group.DUE,
                    text=f"Còn {count_vi(missing)} người chưa đủ tài khoản phải có",
                    detail="Đề nghị cập nhật tình trạng, hoặc ghi lý do chưa có.",
                    url=reverse("coverage_unit", args=[unit]),
                    day=on,
                )
            )
    return notices
