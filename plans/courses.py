"""The course of each line of a plan's targets on a day: its trajectory, how far off it is, in which colour, at what
pace it can still be reached. Composes `summaries` (figures), `pace`, `colours`; the pages and the papers read it.

A result is held against the line on its own day, or on the day of a milestone passed since: what happened later nobody
knows yet. Behind the last milestone the colour is that of its judgement.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from core.periods import Period
from core.workdays import WorkCalendar
from plans.attainment import Attainment, Figure, rate
from plans.colours import DEFAULT_RULES, Colour, Rule, Stand, When, colour_of, deciding, for_indicator
from plans.models import ColourRuleSet, HardToReach, Indicator, Measurement, Milestone, Plan
from plans.owed import Owed, assess, bases_of, demands
from plans.pace import (
    Demand,
    Gathering,
    Known,
    Pace,
    Point,
    State,
    Trajectory,
    gap,
    needed,
    plan_of_pace,
    share,
    trajectory,
)
from plans.summaries import Cell, Line, Matrix, Recorded, day_of, demand_words, value_words
from units.models import CalendarDay, Unit

RulesOf = Callable[[Indicator], Sequence[Rule]]

# The worse first: what a group bound unit by unit shows.
_WORST = (Colour.BEHIND, Colour.AT_RISK, Colour.NO_DATA, Colour.ON_TRACK, Colour.REACHED)


@dataclass(frozen=True, slots=True)
class Course:
    """`expected`: where the line stands today. `gap` (ahead: positive) and `share` as of `compared_on`.

    `colour` None: a figure, and nothing asked of it yet; `rule` gave it. `members`: of a group bound unit by unit,
    whose colour is the worst of theirs.
    """

    line: Line
    on: date
    trajectory: Trajectory
    known: Known | None
    goal: Demand | None
    expected: Fraction | None
    compared_on: date | None
    gap: Fraction | None
    share: Fraction | None
    colour: Colour | None
    pace: Pace | None
    members: "tuple[Course, ...]" = ()
    rule: Rule | None = None

    @property
    def actual(self) -> Fraction | None:
        return self.known.value if self.known else None

    @property
    def key(self) -> tuple[int, int, int | None]:
        """Target, indicator, unit."""
        return self.line.target.pk, self.line.indicator.pk, self.line.unit.pk if self.line.unit else None

    @property
    def is_hard_to_reach(self) -> bool:
        """Whether documents may come to say "khó đạt": off track, with a milestone still to come."""
        ahead = self.goal is not None and self.goal.day is not None and self.goal.day >= self.on
        return ahead and self.colour is not None and self.colour.is_off_track

    def actuals(self) -> list[Point]:
        """The known results in the order of their days, one a day."""
        points = {}
        for each in self.line.series:
            value = rate(each.figure, ratio=self.line.indicator.is_ratio)
            if value is not None:
                points[each.as_of] = value
        return [Point(day, value) for day, value in sorted(points.items())]

    def way_to_go(self) -> list[Point]:
        """From the newest result straight to the next milestone."""
        if self.known is None or (self.pace is not None and self.pace.state == State.IMPOSSIBLE):
            return []
        return plan_of_pace(self.trajectory, self.known, self.on)


# --- one line -------------------------------------------------------------------------------------


def demand_of(milestone: Milestone, indicator: Indicator, base: Fraction | None) -> Demand | None:
    """The milestone as an absolute level: "giảm 10%" of a base of 50 is 45; None while the base is not known."""
    level = milestone.demand(base).absolute()
    if level is None:
        return None
    return Demand(
        comparator=level.comparator,
        value=Fraction(level.value),
        value_to=None if level.value_to is None else Fraction(level.value_to),
        day=day_of(milestone),
        holds=milestone.holds_from is not None,
        lower_is_better=indicator.direction == Indicator.Direction.LOWER,
    )


def line_of(
    plan: Plan,
    indicator: Indicator,
    milestones: Iterable[tuple[Milestone, Fraction | None]],
    first: Point | None,
) -> Trajectory:
    """The plan's line of one indicator of one target, from its milestones with the base each counts from."""
    demands = (demand_of(each, indicator, base) for each, base in milestones)
    return trajectory(plan.starts_on, [each for each in demands if each is not None], first)


def first_point(series: Iterable[Recorded], indicator: Indicator) -> Point | None:
    """The first result known: where the line begins."""
    for each in series:
        value = rate(each.figure, ratio=indicator.is_ratio)
        if value is not None:
            return Point(each.as_of, value)
    return None


def baseline(line_series: Sequence[Recorded], indicator: Indicator, plan: Plan) -> Point | None:
    """A cumulative count begins at nothing; anything else with the first figure known."""
    if indicator.is_cumulative and not indicator.is_ratio:
        return Point(plan.starts_on, Fraction(0))
    return first_point(line_series, indicator)


def gathering_of(indicator: Indicator, window: tuple[date, date] | None, goal: Demand) -> Gathering:
    """How the figure that judges the goal comes about: the newest window's own figure grows until then only where the
    goal's day lies in it."""
    if indicator.basis == Indicator.Basis.STATE:
        return Gathering.LEVEL
    grows = indicator.is_cumulative or (
        window is not None and goal.day is not None and window[0] <= goal.day <= window[1]
    )
    if not grows:
        return Gathering.LEVEL
    return Gathering.RATE if indicator.is_ratio else Gathering.COUNT


def known_of(figure: Figure | None, as_of: date | None, since: date, *, ratio: bool) -> Known | None:
    if figure is None or as_of is None or (ratio and figure.denominator is None):
        return None
    denominator = Fraction(figure.denominator) if ratio and figure.denominator is not None else None
    return Known(Fraction(figure.numerator), denominator, since, as_of)


def _course(line: Line, plan: Plan, on: date, rules_of: RulesOf, calendar: WorkCalendar) -> Course:
    indicator = line.indicator
    milestones = [(cell.milestone, cell.needed.base) for cell in line.cells if cell is not None]
    path = line_of(plan, indicator, milestones, baseline(line.series, indicator, plan))
    newest = line.series[-1] if line.series else None
    since = indicator.counted_since(newest.period.start, newest.as_of) if newest else plan.starts_on
    known = known_of(line.latest.figure, line.latest.as_of, since, ratio=indicator.is_ratio)
    goal = path.goal(on)
    if line.members:
        members = tuple(_course(each, plan, on, rules_of, calendar) for each in line.members)
        colours = {each.colour for each in members}
        colour = next((each for each in _WORST if each in colours), None)
        expected = path.expected(on)
        return Course(line, on, path, known, goal, expected, None, None, None, colour, None, members)
    final = _final(line.cells, goal, on)
    if final is not None:
        known = known_of(final.reading.figure, final.reading.as_of, since, ratio=indicator.is_ratio)
    actual = known.value if known else None
    compared_on = _compared_on(path, known, on)
    ahead = share_ = pace = None
    if known is not None and actual is not None and compared_on is not None:
        ahead, share_ = gap(path, compared_on, actual), share(path, compared_on, actual)
        if goal is not None:
            window = (newest.period.start, newest.period.end) if newest else None
            pace = needed(known, goal, on, gathering_of(indicator, window, goal), calendar)
    reached = (
        final.attainment == Attainment.REACHED
        if final is not None
        else goal is not None and actual is not None and goal.is_met(actual)
    )
    stand = Stand(
        has_result=actual is not None,
        is_reached=reached,
        is_impossible=pace is not None and pace.state == State.IMPOSSIBLE,
        is_short=actual is not None and path.is_missed(on, actual),
        gap=ahead,
        share=share_,
    )
    rules = rules_of(indicator)
    colour, rule = (colour_of(stand, rules), deciding(stand, rules)) if milestones else (None, None)
    expected = path.expected(on)
    return Course(line, on, path, known, goal, expected, compared_on, ahead, share_, colour, pace, rule=rule)


def _final(cells: Sequence[Cell | None], goal: Demand | None, on: date) -> Cell | None:
    """The cell of the last milestone once it has passed: what it was judged by counts for good."""
    if goal is None or goal.day is None or goal.holds or goal.day >= on:
        return None
    return next((cell for cell in cells if cell is not None and day_of(cell.milestone) == goal.day), None)


def _compared_on(path: Trajectory, known: Known | None, on: date) -> date | None:
    if known is None:
        return None
    passed = [each.day for each in path.demands if each.day is not None and each.day <= on]
    return min(on, max([known.as_of, *passed, path.begins_on]))


# --- many lines -----------------------------------------------------------------------------------


def courses(
    matrix: Matrix, plan: Plan, on: date, calendar: WorkCalendar, *, rules_of: RulesOf | None = None
) -> dict[int, tuple[Course, ...]]:
    """Target → the course of each of its lines. Two queries: the office's colour rules, unless given."""
    rules_of = rules_of or colour_rules(plan.tracking_unit)
    return {
        row.target.pk: tuple(_course(line, plan, on, rules_of, calendar) for line in row.lines)
        for row in matrix.rows
    }


def every(found: Iterable[Course]) -> Iterator[Course]:
    """Each line, below a group its members."""
    for each in found:
        yield each
        yield from each.members


def colour_rules(office: Unit) -> RulesOf:
    """The rules an office set for an indicator, else for all, else the usual ones. The newest set stands."""
    newest: dict[int | None, ColourRuleSet] = {}
    for found in ColourRuleSet.objects.filter(office=office).prefetch_related("rules").order_by("id"):
        newest[found.indicator_id] = found
    sets = {key: rules for key, found in newest.items() if (rules := rules_in(found))}

    def rules_of(indicator: Indicator) -> Sequence[Rule]:
        own = sets.get(indicator.pk)
        return own or for_indicator(sets.get(None) or DEFAULT_RULES, is_ratio=indicator.is_ratio)

    return rules_of


def rules_in(found: ColourRuleSet) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            When(each.test),
            Colour(each.colour),
            None if each.threshold is None else Fraction(each.threshold),
        )
        for each in found.rules.all()
    )


def hard_to_reach(**which: Any) -> list[HardToReach]:
    """What the office lets documents say (office rule 31): its newest word on each line and milestone, unless that took
    it back."""
    newest: dict[tuple[int, int | None, date], HardToReach] = {}
    rows = HardToReach.objects.filter(**which).select_related("unit", "by", "target_indicator__target__plan")
    for row in rows.order_by("pk"):
        newest[row.target_indicator_id, row.unit_id, row.milestone_on] = row
    return [row for row in newest.values() if not row.is_withdrawn]


def wants_cause(owed: Owed, figure: Measurement) -> bool:
    """Whether a figure of another system is off track and its unit has not said why."""
    if figure.origin != Measurement.Origin.SYSTEM or figure.cause or owed.indicator.is_computed:
        return False
    found = Figure(figure.numerator, figure.denominator)
    return behind_words(owed, found, figure.as_of, figure.window) != ""


def behind_words(owed: Owed, figure: Figure, as_of: date, window: Period) -> str:
    """Why the unit owes a cause and a remedy for a figure: "68,7% so với mức ≥ 70%"; nothing where it keeps pace.

    Asked of the unit, never of the office that enters for it (office rule 31: the machine then prints that the unit has
    given no cause).
    """
    indicator = owed.indicator
    actual = value_words(rate(figure, ratio=indicator.is_ratio), indicator)
    milestones = demands(owed, as_of)
    if assess(indicator, figure, milestones, bases_of(owed, milestones)) == Attainment.SHORT:
        return f"{actual} so với mức {', '.join(demand_words(each, indicator) for each in milestones)}"
    wanted = off_track_of(owed, figure, as_of, window)
    return "" if wanted is None else f"{actual} so với lộ trình cần có {value_words(wanted, indicator)}"


def off_track_of(owed: Owed, figure: Figure, as_of: date, window: Period) -> Fraction | None:
    """What the line of a target asks of the unit on the day of a figure about to be reported, where the figure's colour
    would be off track by the office's rules; None where it keeps pace with each."""
    indicator = owed.indicator
    actual = rate(figure, ratio=indicator.is_ratio)
    if actual is None:
        return None
    known = (
        Measurement.objects.accepted()
        .filter(indicator=indicator, unit=owed.unit)
        .exclude(period_kind=window.kind, period_key=window.key)
        .order_by("as_of", "period_end")
    )
    # As the page draws the line: from the first figure known, which may be this one.
    first = Point(as_of, actual)
    for each in known.filter(as_of__lte=as_of)[:12]:
        value = rate(Figure(each.numerator, each.denominator), ratio=indicator.is_ratio)
        if value is not None:
            first = Point(each.as_of, value)
            break
    since = indicator.counted_since(window.start, as_of)
    said = known_of(figure, as_of, since, ratio=indicator.is_ratio)
    for target in owed.own_targets:
        plan = target.plan
        start = (
            Point(plan.starts_on, Fraction(0))
            if indicator.is_cumulative and not indicator.is_ratio
            else first
        )
        milestones = target.milestones.all()
        bases = bases_of(owed, milestones)
        based = [(each, bases.get((each.base_kind, each.base_key))) for each in milestones]
        path = line_of(plan, indicator, based, start)
        goal = path.goal(as_of)
        pace = None
        if said is not None and goal is not None:
            gathering = gathering_of(indicator, (window.start, window.end), goal)
            pace = needed(said, goal, as_of, gathering, CalendarDay.objects.as_calendar())
        stand = Stand(
            has_result=True,
            is_reached=goal is not None and goal.is_met(actual),
            is_impossible=pace is not None and pace.state == State.IMPOSSIBLE,
            is_short=path.is_missed(as_of, actual),
            gap=gap(path, as_of, actual),
            share=share(path, as_of, actual),
        )
        colour = colour_of(stand, colour_rules(plan.tracking_unit)(indicator))
        if colour is not None and colour.is_off_track:
            return path.expected(as_of)
    return None
