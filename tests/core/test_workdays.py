"""Working days: the week, the holidays of 2023 and 2026, the Saturdays worked in exchange."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from tests.core.calendars import VIETNAM

WEEK = WorkCalendar()
TEN_YEARS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
CALENDARS = st.builds(WorkCalendar, off=st.frozensets(TEN_YEARS), working=st.frozensets(TEN_YEARS))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), True),  # Monday
    ],
)
def test_without_holidays_the_week_decides(day, worked):
    assert WEEK.is_workday(day) is worked


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 1, 2), False),  # Friday off in exchange …
        (date(2026, 1, 10), True),  # … for this Saturday
        (date(2026, 1, 17), False),  # any other Saturday
        (date(2026, 8, 31), False),
        (date(2026, 8, 22), True),
        (date(2026, 11, 24), False),
    ],
)
def test_holidays_and_exchanged_days(day, worked):
    assert VIETNAM.is_workday(day) is worked


def test_a_day_ordered_off_and_ordered_to_work_is_worked():
    day = date(2026, 11, 23)
    both = WorkCalendar(off=frozenset({day}), working=frozenset({day}))
    assert both.is_workday(day)
    assert both.workdays_between(day - DAY, day) == 1


def test_next_and_previous_stay_on_a_working_day():
    day = date(2026, 11, 23)
    assert VIETNAM.next_workday(day) == day
    assert VIETNAM.previous_workday(day) == day


def test_next_and_previous_step_over_the_long_break():
    saturday_of_tet = date(2026, 2, 14)
    assert VIETNAM.next_workday(saturday_of_tet) == date(2026, 2, 23)
    assert VIETNAM.previous_workday(date(2026, 2, 22)) == date(2026, 2, 13)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # from a Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday: the Monday is the first
        (date(2026, 11, 23), 1, date(2026, 11, 25)),  # over 24 November
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2026, 11, 25), -2, date(2026, 11, 20)),
        (date(2026, 1, 8), 2, date(2026, 1, 10)),  # the worked Saturday counts
        (date(2026, 2, 13), 10, date(2026, 3, 6)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),  # nought moves nothing, not even off a Sunday
    ],
)
def test_add_workdays(start, n, expected):
    assert VIETNAM.add_workdays(start, n) == expected


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # the first day does not count, the last one does
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 23), date(2026, 11, 20), 0),
        (date(2026, 11, 23), date(2026, 11, 25), 1),
        (date(2026, 1, 9), date(2026, 1, 10), 1),
        (date(2026, 2, 13), date(2026, 2, 23), 1),
        (date(2025, 12, 31), date(2026, 12, 31), 261 - 14 + 2),  # Mondays to Fridays, off, worked Saturdays
    ],
)
def test_workdays_between(start, end, count):
    assert VIETNAM.workdays_between(start, end) == count


@given(CALENDARS, TEN_YEARS, st.integers(0, 60))
def test_counting_is_looking_at_each_day(calendar, start, length):
    end = start + length * DAY
    days = [start + n * DAY for n in range(1, length + 1)]
    assert calendar.workdays_between(start, end) == sum(calendar.is_workday(d) for d in days)


@given(CALENDARS, TEN_YEARS)
def test_next_is_the_first_working_day_and_previous_the_last(calendar, day):
    following, preceding = calendar.next_workday(day), calendar.previous_workday(day)
    assert preceding <= day <= following
    assert calendar.is_workday(following)
    assert calendar.is_workday(preceding)
    assert calendar.workdays_between(day - DAY, following) == 1
    assert calendar.workdays_between(preceding, day) == 0


@given(CALENDARS, TEN_YEARS, st.integers(1, 40))
def test_adding_and_counting_agree(calendar, day, n):
    later, earlier = calendar.add_workdays(day, n), calendar.add_workdays(day, -n)
    assert calendar.workdays_between(day, later) == n
    assert calendar.workdays_between(earlier - DAY, day - DAY) == n
    assert calendar.is_workday(later)
    assert calendar.is_workday(earlier)


def test_calendars_with_the_same_days_are_one_key():
    again = WorkCalendar(off=frozenset(VIETNAM.off), working=frozenset(VIETNAM.working))
    assert again == VIETNAM
    assert {again: "seen"}[VIETNAM] == "seen"


def test_ten_thousand_counts_over_ten_years_take_less_than_a_second():
    begun = time.perf_counter()
    for n in range(10_000):
        VIETNAM.workdays_between(date(2020, 1, 1), date(2029, 12, 31) - (n % 300) * DAY)
    assert time.perf_counter() - begun < 1
