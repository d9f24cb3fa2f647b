"""Where a target should be on a day, how far off it is, and what the rest of the time needs: to the safe side."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from plans.pace import (
    Demand,
    Gathering,
    Known,
    Point,
    Sense,
    State,
    gap,
    need_each_week,
    need_words,
    needed,
    pace_words,
    rounded_up,
    share,
    trajectory,
)

START = date(2026, 1, 1)
APRIL, MAY = date(2026, 4, 30), date(2026, 5, 30)
PLAIN = WorkCalendar()


def by(day: date, value: int, comparator: str = "ge", **more: object) -> Demand:
    return Demand(comparator, Fraction(value), day=day, **more)  # type: ignore[arg-type]


def first(value: int) -> Point:
    return Point(date(2026, 1, 14), Fraction(value))


# --- the line -------------------------------------------------------------------------------------


def test_between_two_milestones_the_line_is_straight() -> None:
    line = trajectory(START, [by(APRIL, 70), by(MAY, 80)])
    assert line.expected(APRIL) == 70
    assert line.expected(date(2026, 5, 15)) == 75
    assert line.expected(MAY) == line.expected(date(2026, 12, 31)) == 80


def test_it_begins_on_the_plans_first_day_with_the_first_known_figure() -> None:
    line = trajectory(date(2026, 4, 20), [by(APRIL, 70)], Point(date(2026, 4, 22), Fraction(50)))
    assert line.expected(date(2026, 4, 20)) == 50
    assert line.expected(date(2026, 4, 25)) == 60
    assert line.expected(date(2026, 4, 19)) is None


def test_without_a_known_start_the_first_milestone_is_a_step() -> None:
    line = trajectory(START, [by(APRIL, 70)])
    assert line.expected(APRIL - timedelta(days=1)) is None
    assert line.expected(APRIL) == 70


def test_a_figure_of_a_day_behind_the_first_milestone_is_no_start() -> None:
    line = trajectory(START, [by(APRIL, 70)], Point(MAY, Fraction(60)))
    assert line.start is None


def test_nobody_is_asked_to_fall_back_to_the_first_milestone() -> None:
    line = trajectory(START, [by(APRIL, 70)], first(95))
    assert {line.expected(START), line.expected(APRIL)} == {70}
    falling = trajectory(START, [by(APRIL, 5, "le")], first(3))
    assert {falling.expected(START), falling.expected(APRIL)} == {5}


def test_a_level_that_holds_from_a_day_is_a_step_and_stays() -> None:
    line = trajectory(START, [by(APRIL, 70), by(MAY, 90, holds=True)], first(70))
    assert line.expected(MAY - timedelta(days=1)) == 70
    assert line.expected(MAY) == line.expected(date(2026, 12, 31)) == 90


def test_a_level_without_a_day_holds_from_the_start() -> None:
    line = trajectory(START, [Demand("ge", Fraction(98))])
    assert line.expected(START) == 98 and line.goal(START) == line.in_force(START) == line.always


def test_the_line_is_drawn_through_its_milestones_and_both_ends_of_a_step() -> None:
    line = trajectory(START, [by(APRIL, 70), by(MAY, 90, holds=True)], first(50))
    assert line.corners(date(2026, 6, 30)) == [
        Point(START, Fraction(50)),
        Point(APRIL, Fraction(70)),
        Point(MAY - timedelta(days=1), Fraction(70)),
        Point(MAY, Fraction(90)),
        Point(date(2026, 6, 30), Fraction(90)),
    ]


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
levels = st.fractions(min_value=0, max_value=100, max_denominator=50)


@given(
    st.lists(st.tuples(days, levels), min_size=1, max_size=5, unique_by=lambda each: each[0]), levels, days
)
def test_the_line_never_leaves_its_corner_points(
    stones: list[tuple[date, Fraction]], known: Fraction, on: date
) -> None:
    demands = [Demand("ge", value, day=day) for day, value in stones]
    line = trajectory(START, demands, Point(START, known))
    corners = [value for _, value in stones] + ([line.start.value] if line.start else [])
    expected = line.expected(on)
    assert expected is None or min(corners) <= expected <= max(corners)
    for day, value in stones:
        assert line.expected(day) == value


@given(
    st.lists(st.tuples(days, levels), min_size=1, max_size=4, unique_by=lambda each: each[0]),
    levels,
    days,
    levels,
)
def test_lower_is_better_is_the_mirror_image(
    stones: list[tuple[date, Fraction]], known: Fraction, on: date, actual: Fraction
) -> None:
    up = trajectory(START, [Demand("ge", v, day=d) for d, v in stones], Point(START, known))
    down = trajectory(START, [Demand("le", 100 - v, day=d) for d, v in stones], Point(START, 100 - known))
    expected = up.expected(on)
    assert down.expected(on) == (None if expected is None else 100 - expected)
    assert gap(down, on, 100 - actual) == gap(up, on, actual)


@given(st.sampled_from(["ge", "gt", "le", "lt", "eq", "rg"]), levels, levels, levels, st.booleans())
def test_behind_the_last_milestone_the_gap_says_whether_the_demand_is_met(
    comparator: str, one: Fraction, other: Fraction, actual: Fraction, lower: bool
) -> None:
    low, high = sorted((one, other))
    demand = Demand(comparator, low, high if comparator == "rg" else None, APRIL, lower_is_better=lower)
    found = gap(trajectory(START, [demand]), MAY, actual)
    assert found is not None
    if demand.is_strict:
        assert demand.is_met(actual) == (found > 0)
    else:
        assert demand.is_met(actual) == (found >= 0)


def test_a_level_that_may_not_be_passed_is_missed_by_the_distance_behind_it() -> None:
    line = trajectory(START, [by(APRIL, 40, "rg", value_to=Fraction(50))])
    assert gap(line, APRIL, Fraction(45)) == 5
    assert gap(line, APRIL, Fraction(53)) == -3
    assert gap(line, APRIL, Fraction(38)) == -2


def test_the_share_of_the_expectation_is_above_a_hundred_when_ahead_whichever_way_is_better() -> None:
    assert share(trajectory(START, [by(APRIL, 80)]), APRIL, Fraction(72)) == 90
    assert share(trajectory(START, [by(APRIL, 10, "le")]), APRIL, Fraction(8)) == 125
    assert share(trajectory(START, [by(APRIL, 0)]), APRIL, Fraction(8)) is None


# --- the pace -------------------------------------------------------------------------------------

MONDAY = date(2026, 10, 12)
FRIDAY_SIX_WEEKS_ON = date(2026, 11, 20)


def counted(
    numerator: int, as_of: date = MONDAY, denominator: int | None = None, since: date = START
) -> Known:
    return Known(Fraction(numerator), None if denominator is None else Fraction(denominator), since, as_of)


def test_a_count_needs_so_many_a_week() -> None:
    pace = needed(counted(908), by(FRIDAY_SIX_WEEKS_ON, 2000), MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None and pace.state == State.NEEDED and pace.days == 30
    assert pace_words(pace, "hồ sơ") == "còn 6 tuần, cần 182 hồ sơ/tuần"


def test_in_the_last_week_it_is_so_many_a_day() -> None:
    pace = needed(counted(90), by(date(2026, 10, 14), 100), MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None
    assert pace_words(pace, "hồ sơ") == "còn 03 ngày làm việc, cần 4 hồ sơ/ngày"


def test_days_off_shorten_the_time_left() -> None:
    off = WorkCalendar(off=frozenset({date(2026, 10, 13), date(2026, 10, 14)}))
    pace = needed(counted(0), by(date(2026, 10, 16), 90), MONDAY, Gathering.COUNT, off)
    assert pace is not None and pace.days == 3


def test_more_than_means_one_more() -> None:
    pace = needed(counted(100), by(date(2026, 10, 16), 100, "gt"), MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None and (pace.state, pace.each_week) == (State.NEEDED, 1)


def test_a_count_not_to_be_passed_says_how_many_may_still_come() -> None:
    pace = needed(counted(4), by(FRIDAY_SIX_WEEKS_ON, 10, "le"), MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None and pace_words(pace, "vụ") == "Đã đạt mức; còn 6 tuần, không quá 1 vụ/tuần"
    passed = needed(counted(11), by(FRIDAY_SIX_WEEKS_ON, 10, "le"), MONDAY, Gathering.COUNT, PLAIN)
    assert passed is not None and pace_words(passed, "vụ") == "Không còn khả năng đạt"


def test_a_rate_needs_a_better_share_of_what_is_still_to_come() -> None:
    # Ten working days: 86 of 100; ten more of the same volume: 90 % of 200 is 180, so 94 of the next 100.
    known = counted(86, date(2026, 10, 23), 100, since=MONDAY)
    pace = needed(known, by(date(2026, 11, 6), 90), date(2026, 10, 24), Gathering.RATE, PLAIN)
    assert pace is not None and pace.volume_to_come == 100
    assert pace_words(pace, "%") == "mỗi tuần còn lại cần ≥ 94%"


def test_a_rate_that_would_need_more_than_everything_can_no_longer_be_reached() -> None:
    known = counted(70, date(2026, 10, 23), 100, since=MONDAY)
    late = needed(known, by(date(2026, 11, 6), 90), date(2026, 10, 24), Gathering.RATE, PLAIN)
    assert late is not None and late.state == State.IMPOSSIBLE
    just = needed(known, by(date(2026, 11, 6), 85), date(2026, 10, 24), Gathering.RATE, PLAIN)
    assert just is not None and (just.state, just.each_week) == (State.NEEDED, 100)
    strict = needed(known, by(date(2026, 11, 6), 85, "gt"), date(2026, 10, 24), Gathering.RATE, PLAIN)
    assert strict is not None and strict.state == State.IMPOSSIBLE


def test_a_state_needs_so_many_points_a_week() -> None:
    pace = needed(counted(81, MONDAY, 100), by(FRIDAY_SIX_WEEKS_ON, 90), MONDAY, Gathering.LEVEL, PLAIN)
    assert pace is not None
    assert pace_words(pace, "%") == "còn 6 tuần, mỗi tuần cần tăng 1,5 điểm %"


@pytest.mark.parametrize(
    ("known", "comparator", "goal", "words"),
    [
        (Fraction(431, 5), "ge", 90, "còn 04 ngày làm việc, cần tăng thêm 3,8 điểm %"),
        (Fraction(12), "le", 5, "còn 04 ngày làm việc, cần giảm thêm 7 điểm %"),
    ],
)
def test_with_less_than_a_week_left_a_state_needs_what_is_missing(
    known: Fraction, comparator: str, goal: int, words: str
) -> None:
    """Not what a whole week of that pace would bring: 4,8 points for a gap of 3,8 nobody understands."""
    stood = Known(known, Fraction(100), date(2026, 1, 1), MONDAY - timedelta(days=3))
    pace = needed(stood, by(MONDAY + timedelta(days=3), goal, comparator), MONDAY, Gathering.LEVEL, PLAIN)
    assert pace is not None and pace.days == 4
    assert pace_words(pace, "%") == words
    assert need_each_week(pace, "%") == words.split("cần ")[1]


@pytest.mark.parametrize("gathering", Gathering)
def test_behind_the_day_a_demand_is_met_or_out_of_reach(gathering: Gathering) -> None:
    for value, state in ((60, State.MET), (80, State.IMPOSSIBLE)):
        pace = needed(counted(70, MONDAY, 100), by(date(2026, 10, 1), value), MONDAY, gathering, PLAIN)
        assert pace is not None and pace.state == state


def test_without_a_working_day_left_nothing_is_claimed() -> None:
    saturday, sunday = date(2026, 10, 17), date(2026, 10, 18)
    pace = needed(counted(70, date(2026, 10, 16), 100), by(sunday, 80), saturday, Gathering.LEVEL, PLAIN)
    assert pace is not None and pace.state == State.LAST_DAYS


def test_a_level_that_holds_or_has_no_day_has_no_pace_and_0_of_0_none_either() -> None:
    known = counted(70, MONDAY, 100)
    for demand in (by(MAY, 80, holds=True), Demand("ge", Fraction(80))):
        assert needed(known, demand, MONDAY, Gathering.LEVEL, PLAIN) is None
    nothing = counted(0, MONDAY, 0)
    assert needed(nothing, by(FRIDAY_SIX_WEEKS_ON, 80), MONDAY, Gathering.RATE, PLAIN) is None


amounts = st.integers(0, 5000)
later = st.integers(1, 120).map(lambda n: MONDAY + timedelta(days=n))
comparators = st.sampled_from(["ge", "gt"])


@given(amounts, amounts, later, comparators)
def test_who_keeps_the_pace_of_a_count_reaches_it_and_who_keeps_less_does_not(
    done: int, value: int, day: date, comparator: str
) -> None:
    demand = by(day, value, comparator)
    pace = needed(counted(done), demand, MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None and pace.state in (State.MET, State.NEEDED)
    if pace.state == State.NEEDED:
        assert pace.each_week is not None
        assert demand.is_met(done + pace.each_week * pace.weeks)
        assert not demand.is_met(done + pace.each_week * pace.weeks - 1)


@given(amounts, amounts, later, st.integers(0, 100), st.sampled_from(["ge", "gt", "le", "lt"]))
def test_who_keeps_the_rate_reaches_it_and_out_of_reach_means_out_of_reach(
    one: int, other: int, day: date, value: int, comparator: str
) -> None:
    done, everything = sorted((one, other))
    demand = by(day, value, comparator)
    known = counted(done, MONDAY, everything, since=date(2026, 9, 15))
    pace = needed(known, demand, MONDAY, Gathering.RATE, PLAIN)
    if pace is None or pace.volume_to_come is None:
        return
    assert pace.each_week is not None

    def total(rate: Fraction) -> Fraction:
        assert pace is not None and pace.volume_to_come is not None
        whole = everything + pace.volume_to_come
        return (done + pace.volume_to_come * rate / 100) * 100 / whole

    best = Fraction(100) if pace.sense == Sense.UP else Fraction(0)
    assert demand.is_met(total(best)) == (pace.state != State.IMPOSSIBLE)
    if pace.state != State.IMPOSSIBLE and not demand.is_strict:
        assert demand.is_met(total(pace.each_week))


@given(st.fractions(min_value=0, max_value=1000, max_denominator=1000))
def test_what_is_printed_is_never_less_than_what_is_needed(value: Fraction) -> None:
    printed = rounded_up(value, 1)
    assert value <= printed < value + Fraction(1, 10)


def test_a_document_says_the_need_and_never_that_it_is_impossible() -> None:
    pace = needed(counted(908), by(FRIDAY_SIX_WEEKS_ON, 2000), MONDAY, Gathering.COUNT, PLAIN)
    assert pace is not None and need_words(pace, "hồ sơ") == "còn 6 tuần, cần 182 hồ sơ/tuần"
