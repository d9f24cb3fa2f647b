"""From a rhythm and a calendar to the periods it is owed in, over ten years of days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from tasks.recurrence import (
    BY_WEEKDAY,
    MONTHS,
    DueRule,
    Every,
    Rhythm,
    Shift,
    covered_days,
    describe,
    occurrences,
    period_label,
)
from tests.core.calendars import VIETNAM

FIRST, LAST = date(2021, 1, 1), date(2030, 12, 31)
days = st.dates(FIRST, LAST)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Breaches of the week's rule: single days off, breaks of up to twelve days, Saturdays worked in exchange."""
    off = set(draw(st.lists(days, max_size=30)))
    for start in draw(st.lists(days, max_size=8)):
        off |= {start + timedelta(days=n) for n in range(draw(st.integers(1, 12)))}
    working = {day + timedelta(days=(5 - day.weekday()) % 7) for day in draw(st.lists(days, max_size=6))}
    return WorkCalendar(off=frozenset(off), working=frozenset(working))


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    every = draw(st.sampled_from([each for each in Every if each != Every.RULE]))
    starts = draw(days)
    ends = draw(st.none() | st.dates(starts, LAST))
    rhythm = Rhythm(every, shift=draw(st.sampled_from(list(Shift))), starts_on=starts, ends_on=ends)
    if every == Every.WEEKDAYS:
        return replace(rhythm, weekdays=tuple(sorted(draw(st.sets(st.integers(1, 7), min_size=1)))))
    if every == Every.WEEK:
        day = draw(st.none() | st.integers(1, 7))
        return replace(rhythm, due_rule=DueRule.DAY, due_day=day) if day else rhythm
    rule = draw(st.sampled_from(list(DueRule)))
    if rule == DueRule.LAST_WORKDAY:
        return rhythm
    if rule == DueRule.WINDOW:
        return replace(rhythm, due_rule=rule, due_day=draw(st.none() | st.integers(15, 31)))
    month = draw(st.none() | st.integers(1, MONTHS[every] + 1))
    return replace(rhythm, due_rule=rule, due_day=draw(st.integers(1, 31)), due_month=month)


@given(rhythms(), calendars(), days, days, days)
def test_it_does_not_matter_when_and_in_how_many_parts_it_is_asked(
    rhythm: Rhythm, calendar: WorkCalendar, a: date, b: date, c: date
) -> None:
    a, b, c = sorted((a, b, c))
    whole = occurrences(rhythm, calendar, a, c)
    parts = occurrences(rhythm, calendar, a, b) + occurrences(rhythm, calendar, b + timedelta(days=1), c)
    assert parts == whole


@given(rhythms(), calendars())
def test_each_period_comes_once_on_a_working_day_of_the_duty(rhythm: Rhythm, calendar: WorkCalendar) -> None:
    found = occurrences(rhythm, calendar, FIRST, LAST)
    assert len({each.key for each in found}) == len(found) == len({each.label for each in found})
    assert [each.due for each in found] == sorted(each.due for each in found)
    for each in found:
        assert rhythm.starts_on <= each.start <= each.end <= rhythm.last_day
        assert each.due >= rhythm.starts_on
        assert calendar.is_workday(each.due) or rhythm.shift == Shift.NONE
        assert any(
            calendar.is_workday(each.start + timedelta(days=n))
            for n in range((each.end - each.start).days + 1)
        )


@given(rhythms(), calendars())
def test_a_due_day_moves_only_off_days_off_and_by_the_dutys_own_rule(
    rhythm: Rhythm, calendar: WorkCalendar
) -> None:
    for each in occurrences(rhythm, calendar, FIRST, LAST):
        if calendar.is_workday(each.nominal) or rhythm.shift == Shift.NONE:
            assert each.due == each.nominal
        elif each.due < each.nominal:
            later = calendar.next_workday(each.nominal)
            assert rhythm.shift == Shift.EARLIER or later > rhythm.last_day
            assert each.due == calendar.previous_workday(each.nominal)
        else:
            earlier = calendar.previous_workday(each.nominal)
            assert rhythm.shift == Shift.LATER or earlier < rhythm.starts_on
            assert each.due == calendar.next_workday(each.nominal)


@given(calendars(), days, st.integers(1, 3000))
def test_every_week_with_a_working_day_has_one_and_every_other_has_none(
    calendar: WorkCalendar, starts: date, length: int
) -> None:
    ends = min(starts + timedelta(days=length), LAST)
    rhythm = Rhythm(Every.WEEK, starts_on=starts, ends_on=ends)
    found = {each.key for each in occurrences(rhythm, calendar, FIRST, LAST)}
    worked = [starts + timedelta(days=n) for n in range((ends - starts).days + 1)]
    worked = [day for day in worked if calendar.is_workday(day)]
    assert found == {f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in worked}


@given(calendars(), days, days, st.sets(st.integers(1, 7), min_size=1))
def test_weekday_duties_have_no_occurrence_on_days_off(
    calendar: WorkCalendar, a: date, b: date, weekdays: set[int]
) -> None:
    a, b = sorted((a, b))
    rhythm = Rhythm(Every.WEEKDAYS, weekdays=tuple(sorted(weekdays)), starts_on=a)
    found = [each.due for each in occurrences(rhythm, calendar, FIRST, b)]
    assert found == covered_days(rhythm, calendar, FIRST, b)
    assert all(day.isoweekday() in weekdays and calendar.is_workday(day) and a <= day <= b for day in found)


def owed(rhythm: Rhythm, since: str, until: str) -> list[tuple[str, str, str]]:
    """(label, nominal, due) of what is due between two days of 2026, by the calendar of Viet Nam."""
    found = occurrences(rhythm, VIETNAM, date.fromisoformat(since), date.fromisoformat(until))
    return [(each.label, f"{each.nominal:%d/%m}", f"{each.due:%d/%m}") for each in found]


def test_the_weekly_report_of_an_office() -> None:
    assert owed(Rhythm(Every.WEEK), "2026-11-09", "2026-11-29") == [
        ("tuần 46/2026", "13/11", "13/11"),
        ("tuần 47/2026", "20/11", "20/11"),
        ("tuần 48/2026", "27/11", "27/11"),
    ]


def test_the_week_of_tet_has_no_report_and_the_next_has() -> None:
    found = [label for label, _, _ in owed(Rhythm(Every.WEEK), "2026-02-09", "2026-02-28")]
    assert found == ["tuần 7/2026", "tuần 9/2026"]


def test_a_report_due_on_a_swapped_day_off_goes_out_before_it() -> None:
    """Tết: 14 to 22 February 2026 without a working day."""
    rhythm = Rhythm(Every.MONTH, DueRule.DAY, due_day=20)
    assert owed(rhythm, "2026-02-01", "2026-02-28") == [("tháng 02/2026", "20/02", "13/02")]
    later = replace(rhythm, shift=Shift.LATER)
    assert owed(later, "2026-02-01", "2026-02-28") == [("tháng 02/2026", "20/02", "23/02")]
    kept = replace(rhythm, shift=Shift.NONE)
    assert owed(kept, "2026-02-01", "2026-02-28") == [("tháng 02/2026", "20/02", "20/02")]


def test_the_31st_of_a_shorter_month_is_its_last_day() -> None:
    rhythm = Rhythm(Every.MONTH, DueRule.DAY, due_day=31, shift=Shift.NONE)
    assert [due for _, _, due in owed(rhythm, "2026-01-01", "2026-04-30")] == [
        "31/01", "28/02", "31/03", "30/04"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        # The 14th closes the figures; the first working day after it is the day to send (14/11/2026 is a Saturday).
        (Every.MONTH, ("tháng 11/2026", "2026-10-15", "2026-11-14", "2026-11-16")),
        (Every.QUARTER, ("quý III/2026", "2026-06-15", "2026-09-14", "2026-09-15")),
        (Every.HALF, ("6 tháng đầu năm 2026", "2025-12-15", "2026-06-14", "2026-06-15")),
        (Every.NINE_MONTHS, ("9 tháng năm 2026", "2025-12-15", "2026-09-14", "2026-09-15")),
        (Every.YEAR, ("năm 2026", "2025-12-15", "2026-12-14", "2026-12-15")),
    ],
)
def test_the_legal_reporting_windows(every: Every, expected: tuple[str, ...]) -> None:
    found = occurrences(Rhythm(every, DueRule.WINDOW), VIETNAM, date(2026, 6, 1), date(2026, 12, 31))
    assert expected in [(e.label, e.start.isoformat(), e.end.isoformat(), e.due.isoformat()) for e in found]


def test_a_window_report_with_a_day_of_its_own() -> None:
    rhythm = Rhythm(Every.QUARTER, DueRule.WINDOW, due_day=20)
    assert owed(rhythm, "2026-06-01", "2026-06-30") == [("quý II/2026", "20/06", "19/06")]


def test_the_first_and_the_last_period_are_cut() -> None:
    rhythm = Rhythm(Every.MONTH, starts_on=date(2026, 10, 20), ends_on=date(2026, 12, 10))
    found = occurrences(rhythm, VIETNAM, date(2026, 1, 1), date(2027, 12, 31))
    assert [(e.key, e.start, e.due) for e in found] == [
        ("2026-10", date(2026, 10, 20), date(2026, 10, 30)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 10)),
    ]


def test_the_report_on_the_last_whole_period_is_owed_after_the_duty_ended() -> None:
    rhythm = Rhythm(
        Every.MONTH, DueRule.DAY, due_day=5, due_month=2,
        starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31),
    )  # fmt: skip
    found = occurrences(rhythm, VIETNAM, date(2026, 1, 1), date(2027, 12, 31))
    assert [(e.label, e.due) for e in found] == [
        ("tháng 11/2026", date(2026, 12, 4)),
        ("tháng 12/2026", date(2027, 1, 5)),
    ]


def test_a_window_that_closes_after_the_duty_ended_has_no_report() -> None:
    rhythm = Rhythm(Every.YEAR, DueRule.WINDOW, ends_on=date(2026, 12, 31))
    assert [e.label for e in occurrences(rhythm, VIETNAM, date(2026, 1, 1), date(2028, 12, 31))] == [
        "năm 2026"
    ]


def test_a_rule_covers_its_days_and_has_nothing_to_deliver() -> None:
    """ "Only online on Wednesdays and Fridays": Wednesday 2 September is National Day."""
    rule = Rhythm(Every.RULE, weekdays=(3, 5), starts_on=date(2026, 8, 28))
    assert covered_days(rule, VIETNAM, date(2026, 8, 1), date(2026, 9, 11)) == [
        date(2026, 8, 28), date(2026, 9, 4), date(2026, 9, 9), date(2026, 9, 11)
    ]  # fmt: skip
    assert occurrences(rule, VIETNAM, FIRST, LAST) == []


@pytest.mark.parametrize(
    ("rhythm", "code"),
    [
        (Rhythm(Every.WEEK), "T47-2026"),
        (Rhythm(Every.MONTH), "11-2026"),
        (Rhythm(Every.QUARTER), "QIV-2026"),
        (Rhythm(Every.HALF), "6TC-2026"),
        (Rhythm(Every.NINE_MONTHS), "2026"),
        (Rhythm(Every.YEAR), "2026"),
        (Rhythm(Every.WEEKDAYS, weekdays=(5,)), "20-11-2026"),
    ],
)
def test_the_period_behind_the_code_of_the_order(rhythm: Rhythm, code: str) -> None:
    found = occurrences(rhythm, VIETNAM, date(2026, 1, 1), date(2026, 12, 31))
    assert code in [each.code for each in found]


@given(rhythms())
def test_every_rhythm_can_be_said_in_words(rhythm: Rhythm) -> None:
    words = describe(rhythm)
    assert (
        not words[0].islower() and not words.endswith(".") and (rhythm.every in BY_WEEKDAY or ", " in words)
    )


@given(rhythms(), calendars())
def test_a_period_is_told_by_its_key_alone(rhythm: Rhythm, calendar: WorkCalendar) -> None:
    for each in occurrences(rhythm, calendar, FIRST, LAST):
        assert period_label(rhythm.every, each.key) == each.label
