"""An order to many is late exactly when one of its parts is."""

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from tasks import actions
from tasks.models import Task
from tasks.status import Confirmation, DeadlineClass, Execution, OrderSum, deadline_class, sum_up
from tests.cast import SAID, Cast
from units.models import CalendarDay

LATE = {DeadlineClass.OVERDUE, DeadlineClass.DONE_LATE}
END = date(2026, 10, 16)


def at(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day}T10:00:00+07:00", tick=False)


def state(order: Task, on: date) -> DeadlineClass:
    return deadline_class(Task.objects.get(pk=order.pk), on, CalendarDay.objects.as_calendar())


# --- the pure sum ----------------------------------------------------------------------------------------------------

soon = st.integers(-10, 10).map(lambda n: END + timedelta(days=n))


@st.composite
def parts(draw: st.DrawFn) -> list[Task]:
    found = []
    for _ in range(draw(st.integers(1, 4))):
        execution = draw(st.sampled_from([Execution.IN_PROGRESS, Execution.DONE, Execution.DISCONTINUED]))
        waits = execution == Execution.IN_PROGRESS and draw(st.booleans())
        found.append(
            Task(
                execution=execution,
                confirmation=Confirmation.SUBMITTED if waits else Confirmation.NONE,
                nominal_end=END,
                counted_end=END + timedelta(days=draw(st.integers(0, 6))),
                submitted_on=draw(soon) if waits else None,
                completed_on=draw(soon) if execution == Execution.DONE else None,
            )
        )
    return found


@given(parts=parts())
def test_an_order_is_late_exactly_when_a_part_is(parts: list[Task]) -> None:
    on = END + timedelta(days=12)  # after every fact
    found = sum_up(parts)
    counted = [part for part in parts if part.execution != Execution.DISCONTINUED]
    if not counted:
        assert found is None
        return
    assert found is not None
    order = Task(
        execution=Execution.DONE if found.completed_on else Execution.NOT_STARTED,
        nominal_end=END,
        **found._asdict(),
    )
    calendar = WorkCalendar()
    assert (deadline_class(order, on, calendar) in LATE) == any(
        deadline_class(part, on, calendar) in LATE for part in counted
    )
    assert (order.execution == Execution.DONE) == all(part.execution == Execution.DONE for part in counted)


SENT, DONE = Confirmation.SUBMITTED, Execution.DONE


def part(counted: date | None = END, **facts: object) -> Task:
    return Task(nominal_end=counted, counted_end=counted, **facts)


def later(days: int) -> date:
    return END + timedelta(days=days)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # Who still works runs the clock, the earliest end first.
        ([part(later(4)), part(END)], OrderSum(Confirmation.NONE, None, None, END)),
        # A part that was given more time does not wait for the others: only what is still to be sent counts.
        (
            [part(END, execution=DONE, completed_on=END), part(later(9))],
            OrderSum(Confirmation.NONE, None, None, later(9)),
        ),
        # Sent on its last day is sent in time.
        (
            [
                part(END, execution=DONE, completed_on=END),
                part(later(4), execution=DONE, completed_on=later(2)),
            ],
            OrderSum(Confirmation.NONE, later(2), later(2), later(4)),
        ),
        # Sent late is what the order is late by.
        (
            [
                part(END, execution=DONE, completed_on=later(1)),
                part(later(4), execution=DONE, completed_on=later(2)),
            ],
            OrderSum(Confirmation.NONE, later(2), later(2), END),
        ),
        # Everything that is not done waits for its reviewer.
        (
            [
                part(execution=DONE, completed_on=later(-3)),
                part(confirmation=SENT, submitted_on=later(-1)),
            ],
            OrderSum(SENT, later(-1), None, END),
        ),
        # A sent day left over from a result that was returned is no result.
        (
            [part(), part(confirmation=Confirmation.RETURNED, submitted_on=later(-1))],
            OrderSum(Confirmation.NONE, None, None, END),
        ),
        # Parts without a deadline.
        ([part(None), part(None)], OrderSum(Confirmation.NONE, None, None, None)),
        (
            [part(None), part(END, execution=DONE, completed_on=END)],
            OrderSum(Confirmation.NONE, None, None, END),
        ),
        # What is not to be done any more is not looked at.
        (
            [part(), part(later(-9), execution=Execution.DISCONTINUED)],
            OrderSum(Confirmation.NONE, None, None, END),
        ),
        ([part(execution=Execution.DISCONTINUED)], None),
    ],
)
def test_the_sum_of_an_order(parts: list[Task], expected: OrderSum | None) -> None:
    assert sum_up(parts) == expected
    assert sum_up(parts[::-1]) == expected


# --- with the verbs --------------------------------------------------------------------------------------------------


@pytest.fixture
def order(cast: Cast) -> Task:
    return cast.task(lead_group=cast.branches, nominal_end=END)


def test_results_sent_in_time_do_not_make_the_order_late_while_they_wait(cast: Cast, order: Task) -> None:
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Đã xong")
    assert state(order, date(2026, 10, 30)) == DeadlineClass.NOT_DUE
    actions.withdraw(order.children.first(), by=cast.dung)
    assert state(order, date(2026, 10, 30)) == DeadlineClass.OVERDUE


def test_more_time_for_one_part_is_more_time_for_the_order(cast: Cast, order: Task) -> None:
    first, second = order.children.all()
    actions.submit(first, by=cast.dung, text="Đã xong")
    actions.confirm(first, by=cast.lan)
    actions.ask_extension(second, by=cast.dung, proposed_end=date(2026, 11, 20), reason="Chờ phần mềm")
    actions.decide_extension(second, by=cast.hoa, granted=True)
    assert state(order, date(2026, 11, 10)) == DeadlineClass.NOT_DUE
    with at("2026-11-18"):
        actions.submit(second, by=cast.dung, text="Đã xong")
        actions.confirm(second, by=cast.lan)
    assert state(order, date(2026, 11, 18)) == DeadlineClass.DONE_ON_TIME


def test_one_late_part_makes_the_order_late(cast: Cast, order: Task) -> None:
    first, second = order.children.all()
    actions.submit(first, by=cast.dung, text="Đã xong")
    actions.confirm(first, by=cast.lan)
    with at("2026-10-20"):
        actions.submit(second, by=cast.dung, text="Đã xong")
        actions.confirm(second, by=cast.lan)
    assert state(order, date(2026, 10, 20)) == DeadlineClass.DONE_LATE


def test_an_order_waits_in_its_parts(cast: Cast, order: Task) -> None:
    """The list of results to confirm names the parts, never the order beside them."""
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Đã xong")
    assert set(Task.objects.waiting_for_confirmation()) == set(order.children.all())
    assert "confirm" not in actions.verbs_for(cast.lan, Task.objects.get(pk=order.pk))


def test_stopping_the_last_open_part_ends_the_order_with_the_others(cast: Cast, order: Task) -> None:
    first, second = order.children.all()
    actions.submit(first, by=cast.dung, text="Đã xong")
    actions.confirm(first, by=cast.lan)
    actions.discontinue(second, by=cast.lan, reason="Chi nhánh đã sáp nhập", decision=SAID)
    order = Task.objects.get(pk=order.pk)
    assert (order.execution, order.events.last().verb) == (Execution.DONE, "complete_all")


def test_stopping_the_order_stops_what_is_open_and_leaves_what_is_done(cast: Cast, order: Task) -> None:
    first, second = order.children.all()
    actions.submit(first, by=cast.dung, text="Đã xong")
    actions.confirm(first, by=cast.lan)
    actions.discontinue(order, by=cast.lan, reason="Đã giao nơi khác", decision=SAID)
    states = [Task.objects.get(pk=each.pk).execution for each in (order, first, second)]
    assert states == [Execution.DISCONTINUED, Execution.DONE, Execution.DISCONTINUED]
