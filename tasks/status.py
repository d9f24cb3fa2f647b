"""The state of a task: two axes of facts, and a third derived from them, the calendar and a day.

The third axis exists twice, side by side: `deadline_class()` for one object and `deadline_class_sql()` for a query.
A property test holds them equal on both databases.

Sources: the four official states (QĐ 42/2014/QĐ-TTg); design §3 "tasks"; office rules 4, 8 and 16.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple, Protocol

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan, LessThan

from core.text import count_vi
from core.workdays import WorkCalendar

# "Sắp đến hạn": this many working days or fewer are left.
SOON_WORKDAYS = 5


class Strength(models.TextChoices):
    ASSIGN = "assign", "Giao"
    REQUIRE = "require", "Yêu cầu"
    REMIND = "remind", "Nhắc nhở"
    REQUEST = "request", "Đề nghị"
    ENCOURAGE = "encourage", "Khuyến khích"
    STRIVE = "strive", "Phấn đấu"


# Only these can be overdue; the others are followed in columns of their own.
BINDING = frozenset({Strength.ASSIGN, Strength.REQUIRE, Strength.REMIND})


class Execution(models.TextChoices):
    NOT_STARTED = "not_started", "Chưa thực hiện"
    ACKNOWLEDGED = "acknowledged", "Đã tiếp nhận"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    REASSIGN = "reassign", "Đề nghị giao lại"
    SUSPENDED = "suspended", "Tạm dừng"
    DONE = "done", "Hoàn thành"
    DISCONTINUED = "stopped", "Không tiếp tục thực hiện"


class Confirmation(models.TextChoices):
    NONE = "none", "Chưa trình"
    SUBMITTED = "submitted", "Chờ xác nhận"
    RETURNED = "returned", "Yêu cầu bổ sung"
    CONFIRMED = "confirmed", "Đã xác nhận"


class DeadlineClass(models.TextChoices):
    STOPPED = "stopped", "Không tiếp tục thực hiện"
    NO_DEADLINE = "none", "Không tính thời hạn"
    NOT_DUE = "not_due", "Trong hạn"
    DUE_SOON = "due_soon", "Sắp đến hạn"
    DUE_TODAY = "due_today", "Đến hạn hôm nay"
    OVERDUE = "overdue", "Quá hạn"
    DONE_EARLY = "done_early", "Hoàn thành trước hạn"
    DONE_ON_TIME = "done_on_time", "Hoàn thành đúng hạn"
    DONE_LATE = "done_late", "Hoàn thành quá hạn"


# Neither done nor discontinued, in the words of the partial indexes of open tasks: SQLite takes such an index only for
# a query that says the same, and never for a list of values.
OPEN_NOW = ~Q(execution=Execution.DONE) & ~Q(execution=Execution.DISCONTINUED)

OPEN_IN_TIME = frozenset({DeadlineClass.NOT_DUE, DeadlineClass.DUE_SOON, DeadlineClass.DUE_TODAY})
DONE_IN_TIME = frozenset({DeadlineClass.DONE_EARLY, DeadlineClass.DONE_ON_TIME})


class Facts(Protocol):
    """What the derivation reads; a Task has it."""

    @property
    def strength(self) -> str: ...
    @property
    def execution(self) -> str: ...
    @property
    def confirmation(self) -> str: ...
    @property
    def nominal_end(self) -> date | None: ...
    @property
    def counted_end(self) -> date | None: ...
    @property
    def submitted_on(self) -> date | None: ...
    @property
    def completed_on(self) -> date | None: ...


def is_done(facts: Facts, on: date) -> bool:
    return facts.execution == Execution.DONE and facts.completed_on is not None and facts.completed_on <= on


def is_waiting(facts: Facts, on: date) -> bool:
    """Submitted and waiting for its reviewer on `on`."""
    return (
        facts.confirmation == Confirmation.SUBMITTED
        and facts.submitted_on is not None
        and facts.submitted_on <= on
    )


def deadline_class(facts: Facts, on: date, calendar: WorkCalendar) -> DeadlineClass:
    """The third axis on the day `on`."""
    if facts.execution == Execution.DISCONTINUED:
        return DeadlineClass.STOPPED
    if facts.strength not in BINDING or facts.counted_end is None or facts.nominal_end is None:
        return DeadlineClass.NO_DEADLINE
    if is_done(facts, on):
        assert facts.completed_on is not None
        if facts.completed_on > facts.counted_end:
            return DeadlineClass.DONE_LATE
        return (
            DeadlineClass.DONE_EARLY if facts.completed_on < facts.nominal_end else DeadlineClass.DONE_ON_TIME
        )
    if is_waiting(facts, on):
        assert facts.submitted_on is not None
        return DeadlineClass.OVERDUE if facts.submitted_on > facts.counted_end else DeadlineClass.NOT_DUE
    if on > facts.counted_end:
        return DeadlineClass.OVERDUE
    if on == facts.counted_end:
        return DeadlineClass.DUE_TODAY
    if facts.counted_end <= calendar.add_workdays(on, SOON_WORKDAYS):
        return DeadlineClass.DUE_SOON
    return DeadlineClass.NOT_DUE


def deadline_class_sql(on: date, calendar: WorkCalendar, end: str = "counted_end") -> Case:
    """The same as `deadline_class`, as an expression for pages, exports and reports alike.

    `end` names the column or annotation that lateness counts from, where it is not the deadline in force.
    """
    done = Q(execution=Execution.DONE, completed_on__lte=on)
    waiting = Q(confirmation=Confirmation.SUBMITTED, submitted_on__lte=on)
    soon_until = calendar.add_workdays(on, SOON_WORKDAYS)
    return Case(
        When(execution=Execution.DISCONTINUED, then=Value(DeadlineClass.STOPPED.value)),
        When(
            ~Q(strength__in=BINDING) | Q(**{f"{end}__isnull": True}) | Q(nominal_end__isnull=True),
            then=Value(DeadlineClass.NO_DEADLINE.value),
        ),
        When(done & Q(completed_on__gt=F(end)), then=Value(DeadlineClass.DONE_LATE.value)),
        When(done & Q(completed_on__lt=F("nominal_end")), then=Value(DeadlineClass.DONE_EARLY.value)),
        When(done, then=Value(DeadlineClass.DONE_ON_TIME.value)),
        When(waiting & Q(submitted_on__gt=F(end)), then=Value(DeadlineClass.OVERDUE.value)),
        When(waiting, then=Value(DeadlineClass.NOT_DUE.value)),
        When(Q(**{f"{end}__lt": on}), then=Value(DeadlineClass.OVERDUE.value)),
        When(Q(**{end: on}), then=Value(DeadlineClass.DUE_TODAY.value)),
        When(Q(**{f"{end}__lte": soon_until}), then=Value(DeadlineClass.DUE_SOON.value)),
        default=Value(DeadlineClass.NOT_DUE.value),
        output_field=models.CharField(),
    )


def class_filter(wanted: Collection[DeadlineClass], on: date, calendar: WorkCalendar) -> Q:
    """Tasks whose deadline class on `on` is one of `wanted`, as conditions on columns that an index can serve.

    For tasks as they stand: what is done was done on `on` or before (nothing is completed in the future, office
    rule 8). States of a past day go by `deadline_class_sql`.
    """
    timed = Q(strength__in=BINDING, nominal_end__isnull=False)
    waiting = Q(confirmation=Confirmation.SUBMITTED, submitted_on__lte=on)
    in_hand = ~waiting
    soon_until = calendar.add_workdays(on, SOON_WORKDAYS)
    still = {
        # What was sent late was late before it was sent: its day is past too.
        DeadlineClass.OVERDUE: _ends_before(on) & (in_hand | Q(submitted_on__gt=F("counted_end"))),
        DeadlineClass.DUE_TODAY: in_hand & Q(counted_end=on),
        DeadlineClass.DUE_SOON: in_hand & Q(counted_end__gt=on, counted_end__lte=soon_until),
        DeadlineClass.NOT_DUE: (waiting & Q(submitted_on__lte=F("counted_end")))
        | (in_hand & _ends_after(soon_until)),
    }
    done = {
        DeadlineClass.DONE_LATE: Q(completed_on__gt=F("counted_end")),
        DeadlineClass.DONE_EARLY: Q(completed_on__lte=F("counted_end"), completed_on__lt=F("nominal_end")),
        DeadlineClass.DONE_ON_TIME: Q(completed_on__lte=F("counted_end"), completed_on__gte=F("nominal_end")),
    }
    found = Q(pk__in=())
    for state, classes in ((OPEN_NOW, still), (Q(execution=Execution.DONE), done)):
        if chosen := [classes[each] for each in classes if each in wanted]:
            found |= state & timed & reduce(or_, chosen)
    if DeadlineClass.STOPPED in wanted:
        found |= Q(execution=Execution.DISCONTINUED)
    if DeadlineClass.NO_DEADLINE in wanted:
        untimed = ~Q(strength__in=BINDING) | Q(counted_end__isnull=True) | Q(nominal_end__isnull=True)
        found |= ~Q(execution=Execution.DISCONTINUED) & untimed
    return found


# Most tasks end long before or long after a day: an index on the column would be read whole and then sorted. Behind
# `Coalesce` no index serves, so that the list walks the index of its own order and stops at its fifty rows.
def _ends_before(day: date) -> Q:
    return Q(LessThan(Coalesce("counted_end", date.max), day))


def _ends_after(day: date) -> Q:
    return Q(GreaterThan(Coalesce("counted_end", date.min), day))


def first_end(facts: "Dated") -> date | None:
    """What lateness counts from by the first deadline: the first day of a task that was given more time, else the
    same as by the deadline in force (days with the reviewer not charged)."""
    first, effective = facts.first_effective_end, facts.effective_end
    return first if first is not None and effective is not None and first < effective else facts.counted_end


class Dated(Protocol):
    effective_end: date | None
    first_effective_end: date | None
    counted_end: date | None


def first_end_sql() -> Case:
    """The same as `first_end`."""
    extended = Q(first_effective_end__lt=F("effective_end"))
    return Case(
        When(extended, then=F("first_effective_end")),
        default=F("counted_end"),
        output_field=models.DateField(),
    )


def days_late(facts: Facts, on: date, calendar: WorkCalendar) -> int:
    """Working days after the effective end, the first is 1, days with the reviewer not charged; 0 when in time."""
    if (
        facts.strength not in BINDING
        or facts.counted_end is None
        or facts.execution == Execution.DISCONTINUED
    ):
        return 0
    if is_done(facts, on):
        end = facts.completed_on
    elif is_waiting(facts, on):
        end = facts.submitted_on
    else:
        end = on
    assert end is not None
    if end <= facts.counted_end:
        return 0
    # Late on a day off is late by at least one day: it was not done on the last working day.
    return max(1, calendar.workdays_between(facts.counted_end, end))


def days_left(facts: Facts, on: date, calendar: WorkCalendar) -> int | None:
    """Working days left until the effective end, 0 on the day itself; None without a deadline."""
    if facts.counted_end is None:
        return None
    return calendar.workdays_between(on, facts.counted_end)


def status_text(facts: Facts, on: date, calendar: WorkCalendar) -> str:
    """The class in words, with its days: "Quá hạn 03 ngày làm việc", "Sắp đến hạn, còn 02 ngày làm việc"."""
    found = deadline_class(facts, on, calendar)
    if found == DeadlineClass.OVERDUE:
        return f"Quá hạn {count_vi(days_late(facts, on, calendar))} ngày làm việc"
    if found == DeadlineClass.DONE_LATE:
        return f"Hoàn thành quá hạn {count_vi(days_late(facts, on, calendar))} ngày làm việc"
    if found == DeadlineClass.DUE_SOON:
        left = days_left(facts, on, calendar)
        # A superior's deadline may stay on a day off: then today can be the last working day before it.
        return (
            f"Sắp đến hạn, còn {count_vi(left)} ngày làm việc"
            if left
            else "Sắp đến hạn, hết ngày làm việc trước hạn"
        )
    if found == DeadlineClass.NO_DEADLINE and is_done(facts, on):
        return "Hoàn thành"
    return found.label


class OrderSum(NamedTuple):
    """Where an order to many units stands, as its parts stand."""

    confirmation: Confirmation
    submitted_on: date | None
    completed_on: date | None
    counted_end: date | None


def sum_up(parts: Sequence[Facts]) -> OrderSum | None:
    """The facts of an order from those of its parts, so that it is late exactly when one of them is.

    The order is done on the day its last part was (`completed_on`, else None), and waits for confirmation when every
    part that is not done waits. A part that was given more time, or waits for its reviewer, does not make it late.
    Discontinued parts are not looked at; None when no other is left.
    """
    counted = [part for part in parts if part.execution != Execution.DISCONTINUED]
    if not counted:
        return None
    days: list[date | None] = [_finished_on(part) for part in counted]
    sent = [day for day in days if day is not None]
    all_sent = len(sent) == len(counted)
    is_done_all = all(part.execution == Execution.DONE for part in counted)
    # What the order's clock runs by: the parts still to be sent, and those that were late.
    charged = [
        part.counted_end
        for part, day in zip(counted, days, strict=True)
        if part.counted_end is not None and (day is None or day > part.counted_end)
    ]
    ends = [part.counted_end for part in counted if part.counted_end is not None]
    return OrderSum(
        confirmation=Confirmation.SUBMITTED if all_sent and not is_done_all else Confirmation.NONE,
        submitted_on=max(sent) if all_sent else None,
        completed_on=max(sent) if is_done_all else None,
        counted_end=min(charged) if charged else max(ends, default=None),
    )


def _finished_on(part: Facts) -> date | None:
    """The day the unit was through with it: done, or sent and waiting; None while it still works."""
    if part.execution == Execution.DONE:
        return part.completed_on
    return part.submitted_on if part.confirmation == Confirmation.SUBMITTED else None
