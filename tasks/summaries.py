"""How many tasks stand where: the printed partition, from one grouped query each, for pages and reports.

The identity that every paper prints holds over tasks with a deadline (office rule 16, design §3):

    total = done on time + done late + open in time + open overdue

Undated, standing and soft tasks are columns of their own. Suspended tasks and those proposed for
reassignment count as open and are shown apart; discontinued ones are not counted. A task counts from the
day it was given.

Every count takes tasks as they stand, or, with `TaskState.objects.as_of(day)`, as they stood on a past day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, NamedTuple

from django.db.models import BooleanField, Case, CharField, Count, Q, Value, When

from core.deadlines import DeadlineKind
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.querysets import CountedQuerySet
from tasks.status import (
    BINDING,
    DONE_IN_TIME,
    OPEN_IN_TIME,
    OPEN_NOW,
    Confirmation,
    DeadlineClass,
    Execution,
    class_filter,
)
from units.models import Unit


@dataclass(slots=True)
class Partition:
    """A count of tasks. The first four add up to `total`; the next three stand beside it.

    The others repeat tasks already counted. Of open ones, with or without a deadline: `waiting`,
    `suspended`, `reassign`, `unseen` (not yet accepted; an order to many and an outside body accept nothing
    here). Of those open in time: `due_soon`, today included. Of the overdue ones: `overdue_outside`, led by
    a body outside our authority, which no late list may hold (office rule 28).
    """

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    undated: int = 0
    standing: int = 0
    soft: int = 0
    undated_done: int = 0
    due_soon: int = 0
    waiting: int = 0
    suspended: int = 0
    reassign: int = 0
    unseen: int = 0
    overdue_outside: int = 0

    @property
    def done(self) -> int:
        return self.done_on_time + self.done_late

    @property
    def open(self) -> int:
        return self.open_in_time + self.open_overdue

    @property
    def total(self) -> int:
        """Tasks with a deadline: the denominator of every rate."""
        return self.done + self.open

    @property
    def without_deadline(self) -> int:
        return self.undated + self.standing + self.soft

    @property
    def everything(self) -> int:
        return self.total + self.without_deadline

    @property
    def overdue_inside(self) -> int:
        """What a late list holds."""
        return self.open_overdue - self.overdue_outside

    def add(self, other: "Partition") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def words(self) -> str:
        """The sentence leaders know: "Tổng số 72; hoàn thành 41 (đúng hạn 37, quá hạn 04); đang …"."""
        return (
            f"Tổng số {count_vi(self.total)}; "
            f"hoàn thành {count_vi(self.done)} "
            f"(đúng hạn {count_vi(self.done_on_time)}, quá hạn {count_vi(self.done_late)}); "
            f"đang thực hiện {count_vi(self.open)} (quá hạn {count_vi(self.open_overdue)})"
        )

    def beside(self) -> str:
        """What the total leaves out, in words; empty when it leaves out nothing."""
        parts = [
            (self.standing, "thường xuyên, định kỳ"),
            (self.undated, "chưa có thời hạn"),
            (self.soft, "đề nghị, khuyến khích"),
        ]
        named = [f"{label} {count_vi(n)}" for n, label in parts if n]
        return f"Ngoài ra: {', '.join(named)}" if named else ""


@dataclass(slots=True)
class UnitRow:
    """What one unit leads, as leaves. `name` and `label` are those in force today."""

    unit_id: int
    name: str
    label: str
    outside: bool
    partition: Partition = field(default_factory=Partition)


# --- The rows of each number: what a counter links to is what it counts ---------------------------

_STANDING_KINDS = (DeadlineKind.STANDING, DeadlineKind.RECURRING)
_BINDING = Q(strength__in=BINDING)
_STANDING = Q(deadline_kind__in=_STANDING_KINDS)
_LED_OUTSIDE = Q(lead_unit__kind=Unit.Kind.OUTSIDE)
# The columns the total leaves out, on any day.
_UNTIMED = ~Q(execution=Execution.DISCONTINUED) & (
    ~_BINDING | Q(counted_end__isnull=True) | Q(nominal_end__isnull=True)
)
STANDING_PART, UNDATED_PART, SOFT_PART = (
    _UNTIMED & _BINDING & _STANDING,
    _UNTIMED & _BINDING & ~_STANDING,
    _UNTIMED & ~_BINDING,
)
# Outside bodies accept nothing here, nor does an order to many: its parts do.
UNSEEN = Q(execution=Execution.NOT_STARTED, lead_unit__isnull=False) & ~_LED_OUTSIDE


def _led_outside() -> Q:
    """As a set of units, not as a join: the list then walks the index of open tasks."""
    outside = Unit.objects.filter(kind=Unit.Kind.OUTSIDE).order_by()
    return Q(lead_unit__in=outside.values("pk"))


class Part(NamedTuple):
    """A filter of the task list: `where(on, calendar)` are conditions on the columns of tasks as they stand on `on`."""

    label: str
    where: Callable[[date, WorkCalendar], Q]


def _part(label: str, where: Q) -> Part:
    return Part(label, lambda on, calendar: where)


def _of(label: str, *classes: DeadlineClass) -> Part:
    return Part(label, lambda on, calendar: class_filter(classes, on, calendar))


def _overdue(label: str, *, outside: bool) -> Part:
    def where(on: date, calendar: WorkCalendar) -> Q:
        led_outside = _led_outside()
        return class_filter([DeadlineClass.OVERDUE], on, calendar) & (
            led_outside if outside else ~led_outside
        )

    return Part(label, where)


# The keys stand in the address of the task list.
PARTS: dict[str, Part] = {
    "open": _part("Chưa hoàn thành", OPEN_NOW),
    "overdue": _overdue("Quá hạn", outside=False),
    "due": _of("Đến hạn, sắp đến hạn", DeadlineClass.DUE_SOON, DeadlineClass.DUE_TODAY),
    "in_time": _of("Đang thực hiện, trong hạn", *OPEN_IN_TIME),
    "done": _part("Hoàn thành", Q(execution=Execution.DONE)),
    "on_time": _of("Hoàn thành đúng hạn", *DONE_IN_TIME),
    "late": _of("Hoàn thành quá hạn", DeadlineClass.DONE_LATE),
    "standing": _part("Thường xuyên, định kỳ", STANDING_PART),
    "undated": _part("Chưa có thời hạn", UNDATED_PART),
    "soft": _part("Đề nghị, khuyến khích", SOFT_PART),
    "suspended": _part("Tạm dừng", Q(execution=Execution.SUSPENDED)),
    "reassign": _part("Đề nghị giao lại", Q(execution=Execution.REASSIGN)),
    "outside": _overdue("Quá thời hạn, cơ quan ngoài", outside=True),
    "stopped": _part("Không tiếp tục thực hiện", Q(execution=Execution.DISCONTINUED)),
    "all": _part("Tất cả", Q()),
}


# --- Counting -------------------------------------------------------------------------------------


def plan_totals(tasks: CountedQuerySet, on: date, calendar: WorkCalendar) -> dict[int | None, Partition]:
    """Orders by plan (None: tasks without a plan). An order to many units is one. One query."""
    return by_plan(tasks.orders(), on, calendar)


def by_plan(tasks: CountedQuerySet, on: date, calendar: WorkCalendar) -> dict[int | None, Partition]:
    """`tasks` by plan: the caller says whether orders or leaves. One query."""
    found: dict[int | None, Partition] = {}
    for row in _grouped(tasks, on, calendar, "plan_id"):
        _tally(found.setdefault(row["plan_id"], Partition()), row)
    return found


def total_of(tasks: CountedQuerySet, on: date, calendar: WorkCalendar) -> Partition:
    """All of `tasks` together: the caller says whether orders or leaves. One query."""
    result = Partition()
    for row in _grouped(tasks, on, calendar):
        _tally(result, row)
    return result


def by_task(tasks: CountedQuerySet, on: date, calendar: WorkCalendar) -> dict[int, Partition]:
    """The count of each task alone, for whoever groups by what the tables do not hold. One query."""
    found: dict[int, Partition] = {}
    for row in _grouped(tasks, on, calendar, "pk"):
        _tally(found.setdefault(row["pk"], Partition()), row)
    return found


def unit_rows(tasks: CountedQuerySet, on: date, calendar: WorkCalendar) -> list[UnitRow]:
    """Leaves by lead unit, in the order of the organisation, outside bodies last. One query.

    An order to many counts once for each of its units, so rows may add up to more than the plan's total.
    """
    unit_columns = ("lead_unit_id", "lead_unit__name", "lead_unit__short_name", "lead_unit__tree_start")
    rows: dict[int, tuple[bool, int, UnitRow]] = {}
    for row in _grouped(tasks.leaves(), on, calendar, *unit_columns):
        unit_id, name = row["lead_unit_id"], row["lead_unit__name"]
        if unit_id not in rows:
            unit = UnitRow(unit_id, name, row["lead_unit__short_name"] or name, row["is_outside"])
            rows[unit_id] = (unit.outside, row["lead_unit__tree_start"], unit)
        _tally(rows[unit_id][2].partition, row)
    return [unit for _, _, unit in sorted(rows.values(), key=lambda found: found[:2])]


def sum_of(rows: list[UnitRow]) -> Partition:
    result = Partition()
    for row in rows:
        result.add(row.partition)
    return result


def _grouped(tasks: CountedQuerySet, on: date, calendar: WorkCalendar, *by: str) -> Any:
    """Counts of given tasks by everything a partition looks at."""
    waits = Q(confirmation=Confirmation.SUBMITTED, submitted_on__lte=on)
    return (
        tasks.given_by(on)
        .exclude(execution=Execution.DISCONTINUED)
        .with_status(on, calendar)
        .annotate(
            column=Case(
                When(~_BINDING, then=Value("soft")),
                When(_STANDING, then=Value("standing")),
                default=Value("undated"),
                output_field=CharField(),
            ),
            is_waiting=Case(When(waits, then=True), default=False, output_field=BooleanField()),
            is_outside=Case(When(_LED_OUTSIDE, then=True), default=False, output_field=BooleanField()),
            is_unseen=Case(When(UNSEEN, then=True), default=False, output_field=BooleanField()),
            is_done=Case(
                When(execution=Execution.DONE, completed_on__lte=on, then=True),
                default=False,
                output_field=BooleanField(),
            ),
        )
        .order_by()
        .values(*by, "deadline", "column", "is_waiting", "is_outside", "is_unseen", "is_done", "execution")
        .annotate(n=Count("pk"))
    )


def _tally(into: Partition, row: dict[str, Any]) -> None:
    n, found = row["n"], row["deadline"]
    if found == DeadlineClass.NO_DEADLINE:
        setattr(into, row["column"], getattr(into, row["column"]) + n)
        into.undated_done += n * row["is_done"]
    elif found in DONE_IN_TIME:
        into.done_on_time += n
    elif found == DeadlineClass.DONE_LATE:
        into.done_late += n
    elif found == DeadlineClass.OVERDUE:
        into.open_overdue += n
        into.overdue_outside += n * row["is_outside"]
    else:
        into.open_in_time += n
        into.due_soon += n * (found in (DeadlineClass.DUE_SOON, DeadlineClass.DUE_TODAY))
    if row["is_done"]:
        return
    into.waiting += n * row["is_waiting"]
    into.suspended += n * (row["execution"] == Execution.SUSPENDED)
    into.reassign += n * (row["execution"] == Execution.REASSIGN)
    into.unseen += n * row["is_unseen"]


__all__ = [
    "PARTS",
    "UNSEEN",
    "Partition",
    "UnitRow",
    "by_plan",
    "by_task",
    "plan_totals",
    "sum_of",
    "total_of",
    "unit_rows",
]
