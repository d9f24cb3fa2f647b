"""Statistics of tasks: by unit, plan, leader in charge or together, over a window, as known at the end of any day.

Every number is a condition of `MEASURES` over one of four sets of rows (`Rows`), so that the list behind a number holds
exactly what it counts. Everything reads `TaskState.as_of(window.on)` and facts entered by then: a figure of a past day
is what was known on it. `docs/statistics.md` says each formula in words and where it comes from.

No figure judges a person; ranking units is for leadership and office only (office rules 30 and 32).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, DateField, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncWeek
from django.utils.timezone import get_current_timezone

from core.workdays import WorkCalendar
from tasks.history import LATE_ENTRY_WORKDAYS
from tasks.models import DeadlineChange, Event, Evidence, Explanation, ProgressUpdate
from tasks.querysets import OPEN, TaskStateQuerySet
from tasks.status import (
    DONE_IN_TIME,
    OPEN_IN_TIME,
    Confirmation,
    DeadlineClass,
    Execution,
    deadline_class_sql,
    first_end_sql,
)
from tasks.summaries import SOFT_PART, STANDING_PART, UNDATED_PART
from units.models import Unit

# Fewer tasks due than this give a unit no rank (office rule 30).
LEAST_DUE_TO_RANK = 5
# "Có cập nhật": within this many days before the day of the figures, unless asked otherwise.
UPDATED_WITHIN_DAYS = 7

_DAY = timedelta(days=1)


class By(StrEnum):
    UNIT = "don-vi"
    PLAN = "ke-hoach"
    LEADER = "lanh-dao"
    ALL = "chung"


class Rows(StrEnum):
    """Which tasks a measure looks at."""

    # Orders, or unit rows: what was given by the end of the window and not finished before its start.
    COUNTED = "counted"
    # The same, always one row per unit: facts such as extensions hang on the unit's own task.
    LED = "led"
    # Whose deadline lies in the window, whenever they were given.
    DUE = "due"
    # Occurrences of recurring duties whose deadline lies in the window.
    OCCURRENCES = "occurrences"


@dataclass(frozen=True, slots=True)
class Window:
    """The window (both days belong to it) and the day whose knowledge counts, not before `start`."""

    start: date
    end: date
    on: date
    updated_within: int = UPDATED_WITHIN_DAYS

    @property
    def last(self) -> date:
        """The last day of the window that has come."""
        return min(self.end, self.on)

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first moment of the window to the first after its last day that has come."""
        return _midnight(self.start), _midnight(self.last + _DAY)

    @property
    def known_before(self) -> datetime:
        return _midnight(self.on + _DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_current_timezone())


# --- What is counted --------------------------------------------------------------------------------

_OUTSIDE = Q(lead_unit__kind=Unit.Kind.OUTSIDE)
_LATE = {DeadlineClass.DONE_LATE, DeadlineClass.OVERDUE}
_IN_TIME = DONE_IN_TIME | OPEN_IN_TIME


def _class(*found: str, first: bool = False) -> Q:
    return Q(**{f"{'first_deadline' if first else 'deadline'}__in": sorted(found)})


_TIMED = _class(*_IN_TIME, *_LATE)
_FIRST = {
    "on_time": _class(*DONE_IN_TIME, first=True),
    "late": _class(DeadlineClass.DONE_LATE, first=True) & ~_OUTSIDE,
    "in_time": _class(*OPEN_IN_TIME, first=True),
    "overdue": _class(DeadlineClass.OVERDUE, first=True) & ~_OUTSIDE,
    "outside": _class(*_LATE, first=True) & _OUTSIDE,
}
_OPEN = Q(execution__in=OPEN)
_WAITING = Q(confirmation=Confirmation.SUBMITTED)
_LATE_INSIDE = _class(*_LATE) & ~_OUTSIDE


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: over which rows, under which condition; `label` is its column."""

    label: str
    rows: Rows
    condition: Callable[[Window], Q]


def _m(label: str, rows: Rows, condition: Q | Callable[[Window], Q]) -> Measure:
    if isinstance(condition, Q):
        fixed = condition
        return Measure(label, rows, lambda window: fixed)
    return Measure(label, rows, condition)


MEASURES: dict[str, Measure] = {
    # the printed partition: total = on_time + late + in_time + overdue + outside
    "total": _m("Tổng số có thời hạn", Rows.COUNTED, _TIMED),
    "carried": _m("Chuyển từ kỳ trước", Rows.COUNTED, lambda w: _TIMED & Q(assigned_on__lt=w.start)),
    "given": _m("Giao trong kỳ", Rows.COUNTED, lambda w: _TIMED & Q(assigned_on__gte=w.start)),
    "on_time": _m("Hoàn thành đúng hạn", Rows.COUNTED, _class(*DONE_IN_TIME)),
    "late": _m("Hoàn thành quá hạn", Rows.COUNTED, _class(DeadlineClass.DONE_LATE) & ~_OUTSIDE),
    "in_time": _m("Đang thực hiện, trong hạn", Rows.COUNTED, _class(*OPEN_IN_TIME)),
    "overdue": _m("Đang thực hiện, quá hạn", Rows.COUNTED, _class(DeadlineClass.OVERDUE) & ~_OUTSIDE),
    "outside": _m("Cơ quan ngoài, quá thời hạn", Rows.COUNTED, _class(*_LATE) & _OUTSIDE),
    # beside it
    "standing": _m("Thường xuyên, định kỳ", Rows.COUNTED, STANDING_PART),
    "undated": _m("Chưa có thời hạn", Rows.COUNTED, UNDATED_PART),
    "soft": _m("Đề nghị, khuyến khích", Rows.COUNTED, SOFT_PART),
    "stopped": _m("Không tiếp tục thực hiện", Rows.COUNTED, _class(DeadlineClass.STOPPED)),
    # the same partition by the first deadline
    "first_on_time": _m("Hoàn thành đúng hạn ban đầu", Rows.COUNTED, _FIRST["on_time"]),
    "first_late": _m("Hoàn thành sau hạn ban đầu", Rows.COUNTED, _FIRST["late"]),
    "first_in_time": _m("Đang thực hiện, trong hạn ban đầu", Rows.COUNTED, _FIRST["in_time"]),
    "first_overdue": _m("Đang thực hiện, quá hạn ban đầu", Rows.COUNTED, _FIRST["overdue"]),
    "first_outside": _m("Cơ quan ngoài, quá hạn ban đầu", Rows.COUNTED, _FIRST["outside"]),
    # due in the window: a result sent in time is in time, whoever has not looked at it yet
    "due": _m("Đến hạn trong kỳ", Rows.DUE, _class(*DONE_IN_TIME, *_LATE) | _class(*OPEN_IN_TIME) & _WAITING),
    "due_in_time": _m(
        "Đúng hạn trong số đến hạn", Rows.DUE, _class(*DONE_IN_TIME) | _class(*OPEN_IN_TIME) & _WAITING
    ),
    # what happened to them
    "led": _m("Nhiệm vụ của đơn vị chủ trì", Rows.LED, ~_class(DeadlineClass.STOPPED)),
    "led_late": _m("Hoàn thành quá hạn, đang quá hạn", Rows.LED, _LATE_INSIDE),
    "objective": _m(
        "Quá hạn do nguyên nhân khách quan được công nhận", Rows.LED, _LATE_INSIDE & Q(has_objective=True)
    ),
    "extended": _m("Được gia hạn", Rows.LED, Q(has_extension=True)),
    "extended_late": _m("Gia hạn theo đề nghị muộn", Rows.LED, Q(has_late_extension=True)),
    "returned": _m("Phải bổ sung", Rows.LED, Q(has_return=True)),
    "late_entry": _m(
        "Cập nhật chậm", Rows.LED, Q(execution=Execution.DONE, entry_gap__gt=LATE_ENTRY_WORKDAYS)
    ),
    "sent": _m(
        "Đã trình kết quả",
        Rows.LED,
        Q(execution=Execution.DONE)
        | Q(confirmation__in=[Confirmation.SUBMITTED, Confirmation.RETURNED])
        | Q(waited_workdays__gt=0),
    ),
    "waiting": _m("Đang chờ xác nhận", Rows.LED, _WAITING),
    "by_office": _m("Văn phòng nhập thay", Rows.LED, Q(has_office_entry=True)),
    "noted": _m("Đã có báo cáo, chờ cập nhật", Rows.LED, Q(has_note=True)),
    "owed": _m("Nợ tài liệu kiểm chứng", Rows.LED, Q(execution=Execution.DONE, has_evidence=False)),
    "open": _m("Chưa hoàn thành", Rows.LED, _OPEN),
    "updated": _m(
        "Có cập nhật gần đây",
        Rows.LED,
        lambda w: _OPEN & Q(last_update_at__gte=_midnight(w.on - timedelta(days=w.updated_within - 1))),
    ),
    # occurrences of recurring duties
    "kept": _m("Kỳ phải thực hiện", Rows.OCCURRENCES, _TIMED),
    "kept_on_time": _m("Kỳ thực hiện đúng hạn", Rows.OCCURRENCES, _class(*DONE_IN_TIME)),
    "kept_late": _m("Kỳ thực hiện muộn", Rows.OCCURRENCES, _class(DeadlineClass.DONE_LATE)),
    "kept_missed": _m("Kỳ chưa thực hiện, đã quá hạn", Rows.OCCURRENCES, _class(DeadlineClass.OVERDUE)),
    "kept_open": _m("Kỳ còn trong hạn", Rows.OCCURRENCES, _class(*OPEN_IN_TIME)),
}


@dataclass(slots=True)
class Figures:
    """The numbers of one group. `n` holds a count for every measure; the others are sums of days, times or weeks."""

    n: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURES, 0))
    # Working days results lay with their reviewers, those still waiting included; charged to nobody.
    waited_days: int = 0
    # How often, where `extended` and `returned` count tasks.
    extended_times: int = 0
    returned_times: int = 0
    by_office_times: int = 0
    noted_times: int = 0
    # Weeks in which open tasks should have been, and were, updated: whole weeks of the window since each was given.
    weeks: int = 0
    weeks_updated: int = 0

    @property
    def done(self) -> int:
        """Every finished task with a deadline, an outside body's late one included."""
        return self.n["total"] - self.n["in_time"] - self.open_late

    @property
    def open_late(self) -> int:
        return self.n["overdue"] + self.outside_open

    outside_open: int = 0

    def add(self, other: "Figures") -> None:
        for key, value in other.n.items():
            self.n[key] += value
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_SUMS = (
    "waited_days", "extended_times", "returned_times", "by_office_times", "noted_times", "weeks", "weeks_updated",
    "outside_open",
)  # fmt: skip


# --- The rows behind the numbers --------------------------------------------------------------------


def rows_of(
    states: TaskStateQuerySet, rows: Rows, window: Window, calendar: WorkCalendar, *, orders: bool = False
) -> TaskStateQuerySet:
    """The states a set of measures looks at, annotated with everything their conditions ask.

    `states` are those somebody may see; `orders` counts an order to many once instead of once for each unit.
    """
    found = (
        states.as_of(window.on)
        .given_by(window.on)
        .with_status(window.on, calendar)
        .annotate(first_day=first_end_sql())
        .annotate(first_deadline=deadline_class_sql(window.on, calendar, "first_day"))
    )
    if rows == Rows.OCCURRENCES:
        return found.leaves().filter(
            duty__isnull=False, effective_end__range=(window.start, window.end), assigned_on__lte=window.end
        )
    if rows == Rows.LED:
        return _with_facts(_in_window(found.leaves().without_occurrences(), window), window)
    found = found.orders() if orders else found.leaves().without_occurrences()
    if rows == Rows.DUE:
        return found.filter(~_OUTSIDE, effective_end__range=(window.start, window.last))
    return _in_window(found, window)


def _in_window(found: TaskStateQuerySet, window: Window) -> TaskStateQuerySet:
    """Given by the end of the window, and not finished or stopped before it began."""
    finished = Q(execution=Execution.DONE, completed_on__lt=window.start)
    # A stopped task has no day of its own: it stands as it did since the last change.
    stopped = Q(execution=Execution.DISCONTINUED, on__lt=window.start)
    began = Q(assigned_on__gte=window.start)
    return found.filter(began | ~(finished | stopped), assigned_on__lte=window.last)


def _with_facts(found: TaskStateQuerySet, window: Window) -> TaskStateQuerySet:
    granted = DeadlineChange.objects.filter(_granted("", window), task=OuterRef("task"))
    events = Event.objects.filter(task=OuterRef("task"), **_between("happened_at", window.moments))
    objective = Explanation.objects.filter(
        task=OuterRef("task"), verdict=Explanation.Verdict.OBJECTIVE, decided_at__lt=window.known_before
    )
    evidence = Evidence.objects.filter(task=OuterRef("task"), entered_at__lt=window.known_before)
    return found.annotate(
        has_extension=Exists(granted),
        has_late_extension=Exists(granted.filter(late=True)),
        has_return=Exists(events.filter(verb="return")),
        has_office_entry=Exists(events.filter(recorded_for_unit=True)),
        has_note=Exists(events.filter(verb="note_reported")),
        has_objective=Exists(objective),
        has_evidence=Exists(evidence),
    )


def _granted(prefix: str, window: Window) -> Q:
    """More time granted within the window; moving our own earlier day inside a superior's is no extension."""
    start, end = window.moments
    return Q(
        **{
            f"{prefix}decision": DeadlineChange.Decision.GRANTED,
            f"{prefix}internal": False,
            f"{prefix}decided_at__gte": start,
            f"{prefix}decided_at__lt": end,
        }
    )


def _between(name: str, moments: tuple[datetime, datetime]) -> dict[str, datetime]:
    return {f"{name}__gte": moments[0], f"{name}__lt": moments[1]}


# --- Counting -----------------------------------------------------------------------------------------

# A number for every group; of the whole there is one, named 0.
_GROUPS: dict[By, Any] = {
    By.UNIT: F("lead_unit_id"),
    By.PLAN: F("plan_id"),
    By.LEADER: Coalesce("leader_in_charge_id", "plan__leader_in_charge_id"),
    By.ALL: F("strength"),  # grouped by something small and added up
}


def grouped(found: TaskStateQuerySet, by: By) -> TaskStateQuerySet:
    return found.annotate(group=_GROUPS[by])


def in_group(found: TaskStateQuerySet, by: By, group: int | None) -> TaskStateQuerySet:
    """The rows of one group; None is what belongs to no plan, or to no leader."""
    return found if by == By.ALL else grouped(found, by).filter(group=group)


def figures(
    states: TaskStateQuerySet, window: Window, by: By, calendar: WorkCalendar, *, orders: bool = False
) -> dict[int | None, Figures]:
    """Group (unit, plan, leader; None where there is none; 0 for everything together) → its numbers.

    Eight queries, whatever there is to count; no row of a task is read.
    """
    result: dict[int | None, Figures] = {}

    def of(row: dict[str, Any]) -> Figures:
        return result.setdefault(0 if by == By.ALL else row["group"], Figures())

    def groups(rows: Rows) -> TaskStateQuerySet:
        return grouped(rows_of(states, rows, window, calendar, orders=orders), by).order_by()

    for rows in Rows:
        counted = {key: each.condition(window) for key, each in MEASURES.items() if each.rows == rows}
        sums: dict[str, Any] = {f"n_{key}": Count("pk", filter=each) for key, each in counted.items()}
        if rows == Rows.LED:
            sums["waited"] = Sum("waited_workdays", default=0)
        if rows == Rows.COUNTED:
            sums["outside_open"] = Count("pk", filter=_class(DeadlineClass.OVERDUE) & _OUTSIDE)
        for row in groups(rows).values("group").annotate(**sums):
            found = of(row)
            for key in counted:
                found.n[key] += row[f"n_{key}"]
            found.waited_days += row.get("waited", 0)
            found.outside_open += row.get("outside_open", 0)
    led = groups(Rows.LED)
    for row in (
        led.filter(_WAITING, submitted_on__lte=window.on)
        .values("group", "submitted_on")
        .annotate(n=Count("pk"))
    ):
        of(row).waited_days += row["n"] * max(0, calendar.workdays_between(row["submitted_on"], window.on))
    for row in (
        led.filter(_granted("task__deadline_changes__", window)).values("group").annotate(n=Count("pk"))
    ):
        of(row).extended_times += row["n"]
    for row in _event_times(led, window):
        found = of(row)
        found.returned_times += row["returned"]
        found.by_office_times += row["by_office"]
        found.noted_times += row["noted"]
    _add_weeks(led, window, of)
    return result


def _event_times(led: TaskStateQuerySet, window: Window) -> Any:
    return (
        led.filter(**_between("task__events__happened_at", window.moments))
        .values("group")
        .annotate(
            returned=Count("pk", filter=Q(task__events__verb="return")),
            by_office=Count("pk", filter=Q(task__events__recorded_for_unit=True)),
            noted=Count("pk", filter=Q(task__events__verb="note_reported")),
        )
    )


def _add_weeks(led: TaskStateQuerySet, window: Window, of: Callable[[dict[str, Any]], Figures]) -> None:
    """Of every open task: the whole weeks of the window since it was given, and those with an update."""
    last_monday = window.last - timedelta(
        days=window.last.weekday() + (0 if window.last.weekday() == 6 else 7)
    )
    if last_monday < _monday_from(window.start):
        return
    week = TruncWeek("entered_at", output_field=DateField())
    begins = Case(
        When(assigned_on__gt=window.start, then=F("assigned_on")),
        default=Value(window.start),
        output_field=DateField(),
    )
    weeks = (
        ProgressUpdate.objects.filter(task=OuterRef("task"), entered_at__lt=window.known_before)
        .annotate(week=week)
        .filter(week__gte=OuterRef("begins"), week__lte=last_monday)
        .order_by()
        .values("task")
        .annotate(n=Count("week", distinct=True))
        .values("n")
    )
    rows = (
        led.filter(_OPEN)
        .annotate(begins=begins)
        .annotate(updated_weeks=Coalesce(Subquery(weeks), 0))
        .values("group", "begins", "updated_weeks")
        .annotate(tasks=Count("pk"))
    )
    for row in rows:
        asked = (last_monday - _monday_from(row["begins"])).days // 7 + 1
        if asked > 0:
            found = of(row)
            found.weeks += row["tasks"] * asked
            found.weeks_updated += row["tasks"] * row["updated_weeks"]


def _monday_from(day: date) -> date:
    """The first Monday on or after `day`."""
    return day + timedelta(days=-day.weekday() % 7)


def sum_of(found: Iterable[Figures]) -> Figures:
    result = Figures()
    for each in found:
        result.add(each)
    return result


# --- Ranking units (office rule 30) -------------------------------------------------------------------


def ranks(found: dict[int, Figures]) -> dict[int, int]:
    """Unit → rank by the share in time of what was due; equal shares share a rank, fewer than five due give none."""
    shares = {
        unit: (each.n["due_in_time"], each.n["due"])
        for unit, each in found.items()
        if each.n["due"] >= LEAST_DUE_TO_RANK
    }
    # a/b > c/d without a fraction that rounds
    return {
        unit: 1 + sum(c * b > a * d for other, (c, d) in shares.items() if other != unit)
        for unit, (a, b) in shares.items()
    }
