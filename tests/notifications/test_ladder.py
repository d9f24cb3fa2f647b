"""On which rung a task stands: exactly one on any day, by working days."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from notifications.ladder import DEFAULT_RUNGS, aim, is_eve_of_break, position, standing

PLAIN = WorkCalendar()
# National Day 2026: Tuesday and Wednesday off, Monday given for a worked Saturday, so five days without work.
SEPTEMBER = WorkCalendar(
    off=frozenset({date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}),
    working=frozenset({date(2026, 8, 22)}),
)
FRIDAY = date(2026, 10, 16)

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    WorkCalendar,
    off=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=60),
    working=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=10),
)


def step(on: date, end: date, calendar: WorkCalendar = PLAIN, *, eve: bool = False) -> int | None:
    target = aim(end, end, end, calendar)
    found = standing(position(on, target, end, calendar), DEFAULT_RUNGS, eve=eve)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 1), None),  # eleven working days left
        (date(2026, 10, 2), -10),
        (date(2026, 10, 8), -10),
        (date(2026, 10, 9), -5),
        (date(2026, 10, 13), -3),
        (date(2026, 10, 14), -3),
        (date(2026, 10, 15), -1),
        (FRIDAY, 0),
        (date(2026, 10, 19), 1),
        (date(2026, 10, 20), 1),
        (date(2026, 10, 21), 3),
        (date(2026, 10, 27), 3),
        (date(2026, 10, 28), 8),
        (date(2026, 11, 4), 13),
    ],
)
def test_the_default_ladder_of_a_task_due_on_a_friday(on: date, expected: int | None) -> None:
    assert step(on, FRIDAY) == expected


def test_a_strict_date_on_a_day_off_is_aimed_at_the_last_working_day_before_it() -> None:
    sunday, monday = date(2026, 10, 18), date(2026, 10, 19)
    assert aim(sunday, monday, monday, PLAIN) == FRIDAY
    assert position(FRIDAY, FRIDAY, monday, PLAIN) == 0
    assert position(monday, FRIDAY, monday, PLAIN) == 0  # not late before the effective end has passed
    assert position(date(2026, 10, 20), FRIDAY, monday, PLAIN) == 1


def test_days_a_returned_result_had_waited_move_the_aim() -> None:
    credited = date(2026, 10, 20)
    assert aim(FRIDAY, FRIDAY, credited, PLAIN) == credited


def test_the_eve_of_a_long_break_covers_two_working_days_after_it() -> None:
    eve = date(2026, 8, 28)
    assert is_eve_of_break(eve, SEPTEMBER)
    assert not is_eve_of_break(FRIDAY, SEPTEMBER)  # a weekend is no break
    first, second, third = date(2026, 9, 3), date(2026, 9, 4), date(2026, 9, 7)
    assert [step(eve, end, SEPTEMBER, eve=True) for end in (first, second, third)] == [-1, -1, -3]
    # … and the same rung does not come again on the day after the break.
    assert step(first, second, SEPTEMBER) == -1


@given(days, days, calendars)
def test_rungs_only_rise_and_never_run_ahead_of_the_day(
    start: date, end: date, calendar: WorkCalendar
) -> None:
    assume(abs((end - start).days) < 200)
    target = aim(end, end, end, calendar)
    before = -1000
    for offset in range(40):
        where = position(start + timedelta(days=offset), target, end, calendar)
        found = standing(where, DEFAULT_RUNGS)
        now = found[1] if found else -999
        assert before <= now <= max(where, -999)
        assert found is not None or where < DEFAULT_RUNGS[0].offset
        before = now


@given(st.integers(-40, 400))
def test_every_place_has_one_rung_and_the_last_repeats_each_fifth_day(where: int) -> None:
    found = standing(where, DEFAULT_RUNGS)
    if where < -10:
        assert found is None
        return
    assert found is not None
    rung, at = found
    inside = [each for each in DEFAULT_RUNGS if each.offset <= where]
    assert rung == inside[-1]
    assert at == (rung.offset if where < 3 else 3 + (where - 3) // 5 * 5)
    assert at <= where < at + 5


@given(days, days, calendars)
def test_on_the_last_working_day_before_the_deadline_nobody_is_late(
    on: date, end: date, calendar: WorkCalendar
) -> None:
    where = position(on, aim(end, end, end, calendar), end, calendar)
    assert (where > 0) == (on > end)
