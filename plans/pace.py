"""Where a target should be today, and what is needed from now on, on exact fractions. Pure.

The plan's line runs straight from the start to each milestone and stays flat behind the last one; a level that "holds
from" a day is a step at that day. Without a known start the first milestone is a step too. Percentages are numbers of
percent (`70` is 70 %), as in `plans.attainment`.

What is needed is said in the one way that fits the figure:

* a cumulative count: so many a week ("cần 182 hồ sơ/tuần");
* a rate that gathers over one window: the rate the rest of the window needs, with as much volume a working day as so
  far ("mỗi tuần còn lại cần ≥ 94%"); above 100 % it can no longer be reached;
* anything else, each window new or a state on a day: so much more a week ("mỗi tuần cần tăng ≥ 1,5 điểm %").

A week is five working days of the calendar. What is printed is rounded to the safe side: who does it, reaches it.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from core.text import number_vi
from core.workdays import WorkCalendar

WEEK = 5
_DAY = timedelta(days=1)


class Sense(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Demand:
    """One milestone with an absolute level; comparators ge, gt, le, lt, eq, rg as in `Milestone.Comparator`.

    `day` None: the plan names no day, the level holds from its start. `holds`: from `day` on, else judged at it.
    `lower_is_better` decides the side of "eq" and of a range only.
    """

    comparator: str
    value: Fraction
    value_to: Fraction | None = None
    day: date | None = None
    holds: bool = False
    lower_is_better: bool = False

    @property
    def sense(self) -> Sense:
        if self.comparator in ("ge", "gt"):
            return Sense.UP
        if self.comparator in ("le", "lt"):
            return Sense.DOWN
        return Sense.DOWN if self.lower_is_better else Sense.UP

    @property
    def edge(self) -> Fraction:
        """The level the line runs to: the near end of what is demanded."""
        if self.comparator == "rg" and self.sense == Sense.DOWN and self.value_to is not None:
            return self.value_to
        return self.value

    @property
    def far_edge(self) -> Fraction | None:
        """The level not to be passed either; None where further is only better."""
        if self.comparator == "eq":
            return self.value
        if self.comparator == "rg":
            return self.value_to if self.sense == Sense.UP else self.value
        return None

    @property
    def is_strict(self) -> bool:
        return self.comparator in ("gt", "lt")

    def is_met(self, actual: Fraction) -> bool:
        if self.is_strict:
            return actual > self.value if self.comparator == "gt" else actual < self.value
        near = actual >= self.edge if self.sense == Sense.UP else actual <= self.edge
        far = self.far_edge
        if far is None:
            return near
        return near and (actual <= far if self.sense == Sense.UP else actual >= far)


class Point(NamedTuple):
    day: date
    value: Fraction


# --- the line of the plan -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The plan's line of one target. Made by `trajectory`."""

    begins_on: date
    start: Point | None
    demands: tuple[Demand, ...]  # those with a day, in order
    always: Demand | None  # the one without a day

    def expected(self, on: date) -> Fraction | None:
        """Where the line stands on a day; None before anything is asked."""
        if on < self.begins_on:
            return None
        before = self._before(on)
        after = next((each for each in self.demands if each.day is not None and each.day > on), None)
        if after is None or after.holds or before is None or after.day is None:
            return before.value if before else None
        if before.day >= after.day:
            return after.edge
        passed = Fraction((on - before.day).days, (after.day - before.day).days)
        return before.value + (after.edge - before.value) * passed

    def _before(self, on: date) -> Point | None:
        """The newest fixed point of the line up to a day."""
        come = [
            Point(each.day, each.edge) for each in self.demands if each.day is not None and each.day <= on
        ]
        if come:
            return come[-1]
        if self.start is not None and self.start.day <= on:
            return self.start
        return Point(self.begins_on, self.always.edge) if self.always else None

    def goal(self, on: date) -> Demand | None:
        """What is being worked for on a day: the next demand, behind the last one that one."""
        coming = next((each for each in self.demands if each.day is not None and each.day >= on), None)
        return coming or (self.demands[-1] if self.demands else self.always)

    def in_force(self, on: date) -> Demand | None:
        """The demand whose day has come."""
        come = [each for each in self.demands if each.day is not None and each.day <= on]
        return come[-1] if come else self.always

    def is_missed(self, on: date, actual: Fraction) -> bool:
        """Whether a level that is to be held on a day is not."""
        demanded = self.in_force(on)
        held = demanded is not None and (demanded.holds or demanded.day is None)
        return held and demanded is not None and not demanded.is_met(actual)

    def corners(self, until: date) -> list[Point]:
        """The points to draw the line through, up to a day: its milestones, and both ends of each step."""
        found: list[Point] = []
        days = {self.begins_on, until}
        if self.start:
            days.add(self.start.day)
        for each in self.demands:
            if each.day is not None and each.day <= until:
                days |= {each.day, max(self.begins_on, each.day - _DAY)} if each.holds else {each.day}
        for day in sorted(day for day in days if self.begins_on <= day <= until):
            value = self.expected(day)
            if value is not None:
                found.append(Point(day, value))
        return found


def trajectory(begins_on: date, demands: Iterable[Demand], first: Point | None = None) -> Trajectory:
    """The line from the plan's first day.

    `first` is the baseline: the first figure known, when it was known before the first milestone fell due. The line
    begins at its level on the plan's first day; one that already was better than the first milestone begins at that
    milestone's level, since nobody is asked to fall back.
    """
    found = list(demands)
    dated = sorted((each for each in found if each.day is not None), key=lambda each: each.day or date.max)
    always = next((each for each in found if each.day is None), None)
    start = None
    if first is not None and dated and dated[0].day is not None and first.day <= dated[0].day:
        edge = dated[0].edge
        better = max if dated[0].sense == Sense.DOWN else min
        if dated[0].day > begins_on:
            start = Point(begins_on, better(first.value, edge))
    return Trajectory(begins_on, start, tuple(dated), always)


def gap(line: Trajectory, on: date, actual: Fraction) -> Fraction | None:
    """How far the result is ahead of the line (behind: negative), in the indicator's own unit, whichever way is better.

    A level that may not be passed either ("bằng", a range) is missed by the distance behind it. None before anything
    is asked.
    """
    expected, goal = line.expected(on), line.goal(on)
    if expected is None or goal is None:
        return None
    far = goal.far_edge
    if goal.sense == Sense.UP:
        return far - actual if far is not None and actual > max(far, expected) else actual - expected
    return actual - far if far is not None and actual < min(far, expected) else expected - actual


def share(line: Trajectory, on: date, actual: Fraction) -> Fraction | None:
    """Result over expectation in percent, above 100 when ahead; for "the lower the better" expectation over result.

    None where there is nothing to divide by.
    """
    expected, goal = line.expected(on), line.goal(on)
    if expected is None or goal is None:
        return None
    over, under = (actual, expected) if goal.sense == Sense.UP else (expected, actual)
    return over * 100 / under if under > 0 else None


# --- what is needed from now on -------------------------------------------------------------------


class Gathering(StrEnum):
    """How the figure that will judge the milestone comes about."""

    COUNT = "count"  # one amount that only grows
    RATE = "rate"  # numerator and denominator both grow until the day
    LEVEL = "level"  # each window new, or a state on a day


class State(StrEnum):
    MET = "met"
    NEEDED = "needed"
    IMPOSSIBLE = "impossible"
    # Not reached, and no working day is left to say a pace for.
    LAST_DAYS = "last_days"


@dataclass(frozen=True, slots=True)
class Pace:
    """What the rest of the time needs. `each_week`: an amount a week, a rate in percent, or a change a week, by
    `gathering`; None where there is none to say. `days`: working days left, today included."""

    state: State
    gathering: Gathering
    sense: Sense
    days: int
    each_week: Fraction | None = None
    # Working days of volume that were seen and are still expected (`Gathering.RATE`).
    volume_to_come: Fraction | None = None

    @property
    def weeks(self) -> Fraction:
        return Fraction(self.days, WEEK)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest figure: what it counts, from when, up to which day."""

    numerator: Fraction
    denominator: Fraction | None
    since: date
    as_of: date

    @property
    def value(self) -> Fraction | None:
        """The amount, or the rate in percent; None over 0."""
        if self.denominator is None:
            return self.numerator
        return self.numerator * 100 / self.denominator if self.denominator else None


def needed(
    known: Known, demand: Demand, on: date, gathering: Gathering, calendar: WorkCalendar
) -> Pace | None:
    """What reaching `demand` takes from `on` on; None without a day to reach it by (a level that holds already has
    none), or a result to start from.

    Whether it "can no longer be reached" is claimed only when nothing that may have happened since the figure's day
    could change it, the volume staying as it was.
    """
    if demand.day is None or known.value is None or (demand.holds and demand.day <= on):
        return None
    sense, value = demand.sense, known.value
    days = calendar.workdays_between(on - _DAY, demand.day)
    met = demand.is_met(value)
    if demand.day <= known.as_of or demand.day < on:
        return Pace(State.MET if met else State.IMPOSSIBLE, gathering, sense, 0)
    if gathering == Gathering.COUNT:
        return _count(known, demand, days, met=met)
    if gathering == Gathering.RATE:
        return _rate(known, demand, calendar, days, met=met)
    if met:
        return Pace(State.MET, gathering, sense, days)
    if not days:
        return Pace(State.LAST_DAYS, gathering, sense, days)
    away = _missing(demand, value)
    return Pace(State.NEEDED, gathering, sense, days, away * WEEK / days)


def _missing(demand: Demand, value: Fraction) -> Fraction:
    """The distance to the nearest level that is demanded, never negative."""
    far = demand.far_edge
    up = demand.sense == Sense.UP
    if far is not None and (value > far if up else value < far):
        return abs(value - far)
    return max(Fraction(0), demand.edge - value if up else value - demand.edge)


def _count(known: Known, demand: Demand, days: int, *, met: bool) -> Pace:
    """An amount that only grows. Downwards, what may still be added is the pace not to be passed."""
    left = _goal_amount(demand) - known.numerator
    far = demand.far_edge
    if demand.sense == Sense.UP:
        if far is not None and known.numerator > far:
            return Pace(State.IMPOSSIBLE, Gathering.COUNT, demand.sense, days)
        if met:
            return Pace(State.MET, Gathering.COUNT, demand.sense, days)
    elif left < 0:
        return Pace(State.IMPOSSIBLE, Gathering.COUNT, demand.sense, days)
    each_week = left * WEEK / days if days else None
    if demand.sense == Sense.DOWN:
        return Pace(State.MET, Gathering.COUNT, demand.sense, days, each_week)
    state = State.NEEDED if days else State.LAST_DAYS
    return Pace(state, Gathering.COUNT, demand.sense, days, each_week)


def _goal_amount(demand: Demand) -> Fraction:
    """The least (for "lower": the largest) whole amount that meets the demand, where "more than" must be passed."""
    if demand.comparator == "gt":
        return Fraction(math.floor(demand.value) + 1)
    if demand.comparator == "lt":
        return Fraction(math.ceil(demand.value) - 1)
    return demand.edge


def _rate(known: Known, demand: Demand, calendar: WorkCalendar, days: int, *, met: bool) -> Pace:
    """A rate that gathers: of the volume still to come, which share must count."""
    done, all_ = known.numerator, known.denominator
    assert all_ is not None and demand.day is not None
    seen = calendar.workdays_between(known.since - _DAY, known.as_of)
    ahead = calendar.workdays_between(known.as_of, demand.day)
    sense = demand.sense
    if not (seen and ahead):
        state = State.MET if met else State.LAST_DAYS
        return Pace(state, Gathering.RATE, sense, days)
    coming = all_ * ahead / seen
    share_needed = (demand.edge * (all_ + coming) / 100 - done) * 100 / coming
    far = demand.far_edge
    limit = None if far is None else (far * (all_ + coming) / 100 - done) * 100 / coming
    if _out_of_reach(share_needed, limit, demand):
        return Pace(State.IMPOSSIBLE, Gathering.RATE, sense, days, share_needed, coming)
    clamped = min(Fraction(100), max(Fraction(0), share_needed))
    return Pace(State.MET if met else State.NEEDED, Gathering.RATE, sense, days, clamped, coming)


def _out_of_reach(share_needed: Fraction, limit: Fraction | None, demand: Demand) -> bool:
    """Whether no share from 0 to 100 % of what is to come brings the total where it is demanded."""
    if demand.sense == Sense.UP:
        beyond = share_needed >= 100 if demand.comparator == "gt" else share_needed > 100
        return beyond or (limit is not None and limit < 0)
    beyond = share_needed <= 0 if demand.comparator == "lt" else share_needed < 0
    return beyond or (limit is not None and limit > 100)


def plan_of_pace(line: Trajectory, known: Known, on: date) -> list[Point]:
    """The line still to be run: from the newest result straight to the next milestone; nothing behind the last."""
    goal = line.goal(on)
    if goal is None or goal.day is None or goal.day <= known.as_of or known.value is None:
        return []
    return [Point(known.as_of, known.value), Point(goal.day, goal.edge)]


# --- in words -------------------------------------------------------------------------------------


def rounded_up(value: Fraction, decimals: int = 1) -> Fraction:
    scale = 10**decimals
    return Fraction(math.ceil(value * scale), scale)


def rounded_down(value: Fraction, decimals: int = 1) -> Fraction:
    scale = 10**decimals
    return Fraction(math.floor(value * scale), scale)


IMPOSSIBLE = "Không còn khả năng đạt"


def weeks_words(days: int) -> str:
    """ "còn 6 tuần", "còn 3 ngày làm việc", "còn 6,4 tuần": of five working days."""
    if days < WEEK:
        return f"còn {days:02d} ngày làm việc" if days else "không còn ngày làm việc"
    weeks = Fraction(days, WEEK)
    return f"còn {number_vi(weeks, 0 if weeks.denominator == 1 else 1)} tuần"


def pace_words(pace: Pace, measure_unit: str) -> str:
    """ "còn 6 tuần, cần 182 hồ sơ/tuần"; "không còn khả năng đạt" is for screens only (office rule 31)."""
    if pace.state == State.IMPOSSIBLE:
        return IMPOSSIBLE
    if pace.state == State.LAST_DAYS:
        return "Không còn ngày làm việc trước mốc"
    if pace.state == State.MET and (pace.each_week is None or pace.gathering == Gathering.LEVEL):
        return "Đã đạt mức"
    return f"{'Đã đạt mức; ' if pace.state == State.MET else ''}{need_words(pace, measure_unit)}"


def need_words(pace: Pace, measure_unit: str) -> str:
    """ "còn 6 tuần, cần 182 hồ sơ/tuần", "mỗi tuần còn lại cần ≥ 94%", "còn 6 tuần, mỗi tuần cần tăng 1,5 điểm %"."""
    left, need = weeks_words(pace.days), need_each_week(pace, measure_unit)
    if pace.gathering == Gathering.RATE:
        return f"mỗi tuần còn lại cần {need.removesuffix(' mỗi tuần còn lại')}"
    if pace.gathering == Gathering.LEVEL and pace.days >= WEEK:
        return f"{left}, mỗi tuần cần {need.removesuffix(' mỗi tuần')}"
    cap = pace.gathering == Gathering.COUNT and pace.sense == Sense.DOWN
    return f"{left}, {'không quá' if cap else 'cần'} {need}"


def need_each_week(pace: Pace, measure_unit: str) -> str:
    """The need alone: "182 hồ sơ/tuần", "≥ 94% mỗi tuần còn lại", "tăng 1,5 điểm % mỗi tuần", in the last days
    "tăng thêm 3,8 điểm %"."""
    assert pace.each_week is not None
    up = pace.sense == Sense.UP
    safe: Callable[[Fraction, int], Fraction] = rounded_up if up else rounded_down
    if pace.gathering == Gathering.RATE:
        return f"{'≥' if up else '≤'} {_number(safe(pace.each_week, 1))}% mỗi tuần còn lại"
    if pace.gathering == Gathering.LEVEL:
        unit = "điểm %" if measure_unit == "%" else measure_unit
        if pace.days < WEEK:  # no whole week is left: what is missing, not what a week of it would be
            away = rounded_up(pace.each_week * pace.days / WEEK, 1)
            return f"{'tăng' if up else 'giảm'} thêm {_number(away)} {unit}"
        return f"{'tăng' if up else 'giảm'} {_number(rounded_up(pace.each_week, 1))} {unit} mỗi tuần"
    if pace.days < WEEK:
        return f"{_number(safe(pace.each_week / WEEK, 0))} {measure_unit}/ngày"
    return f"{_number(safe(pace.each_week, 0))} {measure_unit}/tuần"


def assumption_words(pace: Pace, as_of: str) -> str:
    """What the need takes for granted."""
    if pace.gathering == Gathering.RATE:
        volume = (
            f", dự kiến còn {number_vi(rounded_up(pace.volume_to_come, 0))}" if pace.volume_to_come else ""
        )
        return f"Tính từ số liệu đến ngày {as_of}, giả định khối lượng mỗi ngày làm việc từ nay như từ đầu kỳ{volume}."
    if pace.gathering == Gathering.COUNT:
        return f"Tính từ số liệu đến ngày {as_of}, chưa kể phần phát sinh sau ngày đó; 01 tuần là 05 ngày làm việc."
    return f"Tính theo đường thẳng từ số liệu đến ngày {as_of}; 01 tuần là 05 ngày làm việc."


def _number(value: Fraction) -> str:
    return number_vi(value, 0 if value.denominator == 1 else 1)


__all__ = [
    "Demand",
    "Gathering",
    "Known",
    "Pace",
    "Point",
    "Sense",
    "State",
    "Trajectory",
    "assumption_words",
    "gap",
    "need_each_week",
    "need_words",
    "needed",
    "pace_words",
    "plan_of_pace",
    "share",
    "trajectory",
]
