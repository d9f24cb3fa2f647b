"""What a plan's targets have reached on a day: the matrix pages and reports print. Figures only.

A milestone is judged by the accepted figure collected up to its own day; without one by the newest accepted
figure up to that day, else, said so by its `as_of`, that of the window the day lies in (office rule 14). Totals
over units are the sum of numerators over the sum of denominators, of one and the same period; units without a
figure for it are named, never guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import OuterRef, Prefetch, Q, Subquery

from core.periods import TO_DAY, Period
from core.text import date_vi, percent_vi, plain_vi
from plans import sums
from plans.attainment import Attainment, Demand, Figure, judge, rate, total, worst
from plans.levels import PERCENT, describe_change, describe_level
from plans.models import FigureSum, Indicator, Measurement, Milestone, Plan, Target, TargetIndicator
from units.coverage import UnitCoverage, by_unit
from units.models import AccountKind, GroupMember, Reorganisation, Unit
from units.permissions import Ranges


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known on a day: the figure, the day it goes up to, and how many of the units it covers."""

    figure: Figure | None
    as_of: date | None
    period: str
    known: int
    expected: int
    missing: tuple[str, ...] = ()


class Recorded(NamedTuple):
    """The total of one window, over as many of the units as have a figure for it."""

    period: Period
    as_of: date
    figure: Figure
    known: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One milestone of one line. `due`: its day has come; a later one is judged by the newest figure so far.

    `reached` of `members` units have it, where each unit of a group is bound by itself.
    """

    milestone: Milestone
    demand: str
    needed: Demand
    due: bool
    reading: Reading
    actual: Fraction | None
    attainment: Attainment
    reached: int | None = None
    members: int | None = None
    # Of a change: the figure it counts from.
    base: Reading | None = None

    @property
    def gap(self) -> Fraction | None:
        """Result less demand, in the indicator's unit; None without a result, or without the base of a change."""
        return None if self.actual is None else self.needed.gap(self.actual)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator for one scope. `cells` follow `Matrix.columns`, `current` is the one that counts today.

    The line of a group bound unit by unit carries its units as `members`. `series`: every window there is a figure
    for, oldest first.
    """

    target: Target
    indicator: Indicator
    unit: Unit | None
    scope: str
    latest: Reading
    actual: Fraction | None
    cells: tuple[Cell | None, ...]
    current: Cell | None
    members: "tuple[Line, ...]" = ()
    # Days of the plan from which the figures are counted another way than before.
    redefined: tuple[date, ...] = ()
    series: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Milestones of one day. `day` is None where the plan names none; `holds`: from that day on."""

    day: date | None
    holds: bool
    label: str


@dataclass(frozen=True, slots=True)
class TargetRows:
    """A line of the plan with its indicators: reached when each of them is."""

    target: Target
    lines: tuple[Line, ...]

    @property
    def attainment(self) -> Attainment:
        return worst(line.current.attainment for line in self.lines if line.current is not None)


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: tuple[Column, ...] = ()
    rows: tuple[TargetRows, ...] = ()

    def tally(self) -> dict[Attainment, int]:
        """How many targets stand where, by the milestone that counts today."""
        found = dict.fromkeys(Attainment, 0)
        for row in self.rows:
            found[row.attainment] += 1
        return found


def target_matrix(
    plan: Plan, on: date, *, only: Ranges | None = None, target: Target | None = None
) -> Matrix:
    """Every target of the plan, or one, against its milestones, as known on `on`.

    `only` keeps the lines of single units to those in these subtree ranges, for a person who may see no other
    unit's figures; totals over a group stay. Who sees one unit of a group bound unit by unit has that unit's line,
    since there is nothing to stand for the group. Six queries, and three more for each day roster figures are
    read on.
    """
    targets = [each for each in _targets(plan, on) if target is None or each == target]
    if not targets:
        return Matrix()
    members = group_units(targets, on)
    bound = [unit for each in targets for unit in bound_units(each, members, plan)]
    figures = _Figures(targets, bound, on)
    roster = _Roster(targets)
    columns = _columns(targets)
    rows = []
    for target in targets:
        units = bound_units(target, members, plan)
        if only is not None and target.scope in (Target.Scope.UNIT, Target.Scope.EACH):
            units = [unit for unit in units if _inside(unit, only)]
            if not units:
                continue
        alone = only is not None and target.scope == Target.Scope.EACH and len(units) == 1
        reader = _Reader(target, units, plan, figures, roster, columns, on, alone)
        rows.append(
            TargetRows(target, tuple(reader.line(each.indicator) for each in target.target_indicators.all()))
        )
    return Matrix(tuple(column for column, _ in columns), tuple(rows))


def value_words(value: Fraction | Decimal | None, indicator: Indicator) -> str:
    """A result or a demand in the indicator's own unit: "95,5%", "12 hồ sơ", "12,25 ha"; nothing without a value."""
    if value is None:
        return ""
    return percent_vi(value, 100) if indicator.is_ratio else f"{plain_vi(value)} {indicator.measure_unit}"


def demand_words(milestone: Milestone, indicator: Indicator) -> str:
    """ "≥ 70%", "40% – 50%", "giảm 3 ngày so với năm 2025"."""
    if milestone.base_period is not None:
        unit = PERCENT if indicator.is_ratio else indicator.measure_unit
        return describe_change(
            milestone.comparator, milestone.value, unit, milestone.is_relative, milestone.base_period.label
        )
    value = value_words(milestone.value, indicator)
    if milestone.value_to is not None:
        return f"{value} – {value_words(milestone.value_to, indicator)}"
    return f"{Milestone.SYMBOLS[milestone.comparator]} {value}"


def level_phrase(milestone: Milestone, is_ratio: bool) -> str:
    """The level as the plan writes it; one that was never written in words is said in ours."""
    base = milestone.base_period
    return milestone.value_phrase or describe_level(
        milestone.comparator,
        milestone.value,
        PERCENT if is_ratio else "",
        value_to=milestone.value_to,
        is_relative=milestone.is_relative,
        base=base.label if base else "",
    )


def needed_words(cell: "Cell", indicator: Indicator) -> str:
    """What a change comes to once its base is known: "tức ≤ 45%, từ 50%"; "" for any other level."""
    absolute = cell.needed.absolute()
    if not cell.needed.is_change or absolute is None:
        return ""
    must = f"{Milestone.SYMBOLS[absolute.comparator]} {value_words(absolute.value, indicator)}"
    return f"tức {must}, từ {value_words(cell.needed.base, indicator)}"


def day_of(milestone: Milestone) -> date | None:
    """The day a milestone is judged on, or holds from."""
    return milestone.nominal_end or milestone.holds_from


# --- Reading the tables ---------------------------------------------------------------------------


def _targets(plan: Plan, on: date) -> list[Target]:
    indicators = Prefetch(
        "target_indicators",
        TargetIndicator.objects.select_related("indicator")
        .prefetch_related("indicator__versions")
        .order_by("order"),
    )
    standing = plan.targets.followed_on(on).select_related("unit", "group", "clause")
    found = standing.prefetch_related(indicators, "milestones")
    return list(found.order_by("order", "id"))


def group_units(targets: Iterable[Target], on: date) -> dict[int, list[Unit]]:
    """Group → its units on the day, in the order of the organisation."""
    groups = {target.group_id for target in targets if target.group_id}
    found: dict[int, list[Unit]] = defaultdict(list)
    if groups:
        valid = GroupMember.objects.filter(group__in=groups, valid_from__lte=on).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )
        for membership in valid.select_related("unit").order_by("unit__tree_start"):
            if membership.unit.is_open(on):
                found[membership.group_id].append(membership.unit)
    return found


def bound_units(target: Target, members: dict[int, list[Unit]], plan: Plan) -> list[Unit]:
    """The units a target binds; one the text does not name binds whoever issued the plan."""
    if target.unit is not None:
        return [target.unit]
    if target.group_id is not None:
        return members[target.group_id]
    return [plan.issuer]


def _inside(unit: Unit, ranges: Ranges) -> bool:
    return any(start <= unit.tree_start <= end for start, end in ranges)


@dataclass(frozen=True, slots=True)
class _Found:
    period: tuple[date, date]
    period_kind: str
    period_key: str
    as_of: date
    figure: Figure


class _Ended(NamedTuple):
    """When a unit ended, and the unit it was merged into."""

    on: date | None
    heir: int


class _Figures:
    """Accepted figures of the bound units up to a day, newest first, the highest accepted revision of each period: one
    query. Of a whole tree the kept totals are read instead (`plans.sums`), never its thousands of figures.

    A unit that others were merged into is read with their figures before, so that a milestone judged before the merger
    stays judged (results before and after count for a reorganised unit: Decree 233/2026, art. 9). What a split unit
    reported cannot be divided and stays its own.
    """

    def __init__(self, targets: Iterable[Target], units: Iterable[Unit], on: date) -> None:
        wanted = {each.indicator_id for target in targets for each in target.target_indicators.all()}
        columns = (
            "indicator_id", "unit_id", "period_kind", "period_key", "period_start", "period_end", "as_of",
            "numerator", "denominator", "unit__closed_on", "heir",
        )  # fmt: skip
        took_over = Reorganisation.objects.filter(
            kind__in=(Reorganisation.Kind.MERGE, Reorganisation.Kind.DISSOLVE),
            carried_out_at__isnull=False,
            predecessors=OuterRef("unit"),
            effective_on__lte=on,
        )
        bound = Q(unit__in={unit.pk for unit in units}) | Q(unit__closed_on__isnull=False)
        rows = (
            Measurement.objects.accepted()
            .filter(bound, indicator__in=wanted, as_of__lte=on)
            .annotate(heir=Subquery(took_over.values("successors")[:1]))
            .order_by("-revision", "-id")
            .values_list(*columns)
        )
        self._by_pair: dict[tuple[int, int], list[_Found]] = defaultdict(list)
        self._series: dict[tuple[int, int], list[FigureSum]] = {}
        self._on = on
        seen: set[tuple[Any, ...]] = set()
        ended: dict[int, _Ended] = {}
        for row in rows:
            indicator, unit, kind, key, start, end, as_of, numerator, denominator = row[:9]
            if row[10] is not None:
                ended[unit] = _Ended(*row[9:])
            if (indicator, unit, kind, key) in seen:
                continue
            seen.add((indicator, unit, kind, key))
            figure = Figure(numerator, denominator)
            self._by_pair[indicator, unit].append(_Found((start, end), kind, key, as_of, figure))
        # The earliest first: who took over may have been taken over itself.
        heirs: dict[int, list[int]] = defaultdict(list)
        for unit in sorted(ended, key=lambda pk: (ended[pk].on or date.min, pk)):
            heirs[ended[unit].heir].append(unit)
        for heir, predecessors in heirs.items():
            for indicator in wanted:
                self._inherit(indicator, heir, predecessors)
        for found in self._by_pair.values():
            found.sort(key=lambda each: (each.as_of, each.period[1]), reverse=True)

    def _inherit(self, indicator: int, heir: int, units: list[int]) -> None:
        """Gives `heir` the totals of the periods for which all `units` that report this indicator have a figure, and it
        has none."""
        known = [{(f.period_kind, f.period_key): f for f in found} for unit in units
                 if (found := self._by_pair.get((indicator, unit)))]  # fmt: skip
        if not known:
            return
        own = self._by_pair[indicator, heir]
        has = {(found.period_kind, found.period_key) for found in own}
        for key in set.intersection(*(set(each) for each in known)) - has:
            parts = [each[key] for each in known]
            figure = total(part.figure for part in parts)
            if figure is not None:
                as_of = min(part.as_of for part in parts)
                own.append(_Found(parts[0].period, *key, as_of, figure))

    def below(self, indicator: Indicator, unit: Unit, day: date) -> Reading | None:
        """The kept total of a whole tree on a day; None where nobody below ever had a figure. As many units are
        expected as ever had one for the same window."""
        rows = self._tree(indicator, unit)
        if not rows:
            return None
        expected = max(row.units for row in rows)
        return _of_tree(sums.on_day(rows, day), expected)

    def below_in(self, indicator: Indicator, unit: Unit, period: Period) -> Reading | None:
        """The kept total of a whole tree in one period; None where nobody below had a figure for it."""
        rows = self._tree(indicator, unit)
        wanted = (period.kind, period.key)
        found = next((row for row in rows if (row.period_kind, row.period_key) == wanted), None)
        return None if found is None else _of_tree(found, max(row.units for row in rows))

    def series_below(self, indicator: Indicator, unit: Unit) -> tuple[Recorded, ...]:
        return tuple(
            Recorded(
                Period(row.period_kind, row.period_key, row.period_start, row.period_end),
                row.as_of,
                sums.figure_of(row),
                row.units,
            )
            for row in self._tree(indicator, unit)
            if row.as_of is not None and row.newest_as_of is not None and row.newest_as_of <= self._on
        )

    def _tree(self, indicator: Indicator, unit: Unit) -> list[FigureSum]:
        key = indicator.pk, unit.pk
        if key not in self._series:
            self._series[key] = list(sums.series_below(indicator, unit))
        return self._series[key]

    def at(self, indicator: Indicator, units: Sequence[tuple[int, str]], day: date) -> Reading:
        """The total over (id, label) of units, of the newest period any of them has a figure for."""
        found = {pk: each for pk, _ in units if (each := self._one(indicator.pk, pk, day)) is not None}
        if not found:
            missing = tuple(label for _, label in units)
            return Reading(None, None, "", 0, len(units), missing)
        newest = max(
            found.values(), key=lambda each: (_is_collected_on(each, day), each.period[1], each.as_of)
        )
        same = {pk: each for pk, each in found.items() if each.period == newest.period}
        return Reading(
            total(each.figure for each in same.values()),
            min(each.as_of for each in same.values()),
            f"{newest.period_kind} {newest.period_key}",
            len(same),
            len(units),
            tuple(label for pk, label in units if pk not in same),
        )

    def of(self, indicator: Indicator, units: Sequence[tuple[int, str]], period: Period) -> Reading:
        """The total over units of one period."""
        wanted = (period.kind, period.key)
        found = {
            pk: each
            for pk, _ in units
            for each in self._by_pair.get((indicator.pk, pk), [])
            if (each.period_kind, each.period_key) == wanted
        }
        return Reading(
            total(each.figure for each in found.values()),
            min((each.as_of for each in found.values()), default=None),
            f"{period.kind} {period.key}",
            len(found),
            len(units),
            tuple(label for pk, label in units if pk not in found),
        )

    def series(self, indicator: Indicator, units: Iterable[int]) -> tuple[Recorded, ...]:
        """The totals of `units`, window by window, oldest first."""
        windows: dict[Period, list[_Found]] = defaultdict(list)
        for unit in units:
            for each in self._by_pair.get((indicator.pk, unit), ()):
                windows[Period(each.period_kind, each.period_key, *each.period)].append(each)
        found = []
        for period, parts in windows.items():
            figure = total(part.figure for part in parts)
            if figure is not None:
                found.append(Recorded(period, min(part.as_of for part in parts), figure, len(parts)))
        return tuple(sorted(found, key=lambda each: (each.as_of, each.period.end)))

    def _one(self, indicator: int, unit: int, day: date) -> _Found | None:
        found = self._by_pair.get((indicator, unit), [])
        collected = next((each for each in found if _is_collected_on(each, day)), None)
        if collected is not None:
            return collected
        upto = next((each for each in found if each.as_of <= day), None)
        if upto is not None:
            return upto
        return next((each for each in found if each.period[0] <= day <= each.period[1]), None)


def _is_collected_on(found: _Found, day: date) -> bool:
    """Whether the figure is that of the milestone's own collection."""
    return found.period_kind == TO_DAY and found.period_key == day.isoformat()


def _of_tree(row: FigureSum | None, expected: int) -> Reading:
    if row is None:
        return Reading(None, None, "", 0, expected, ("",) * expected)
    missing = ("",) * (expected - row.units)
    period = f"{row.period_kind} {row.period_key}"
    return Reading(sums.figure_of(row), row.as_of, period, row.units, expected, missing)


class _Roster:
    """Figures computed from staff accounts: who holds them over who must, in a unit with its subtree.

    An indicator with the code of an account kind counts that kind; any other one, people who hold all kinds.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        found = [each.indicator for target in targets for each in target.target_indicators.all()]
        self.is_needed = any(each.source == Indicator.Source.STAFF_ACCOUNTS for each in found)
        self._kinds = dict(AccountKind.objects.values_list("code", "pk")) if self.is_needed else {}
        self._days: dict[date, list[UnitCoverage]] = {}

    def at(self, indicator: Indicator, units: Sequence[Unit], day: date) -> Reading:
        if day not in self._days:
            self._days[day] = by_unit(Unit.objects.inside(), day)[1]
        kind = self._kinds.get(indicator.code)
        held = required = 0
        for row in self._days[day]:
            if any(unit.tree_start <= row.unit.tree_start <= unit.tree_end for unit in units):
                count = row.all_kinds if kind is None else row.kinds.get(kind)
                if count is not None:
                    held += count.held
                    required += count.required
        figure = Figure(Decimal(held), Decimal(required))
        return Reading(figure, day, "", len(units), len(units))

    def series(
        self, indicator: Indicator, units: Sequence[Unit], start: date, on: date
    ) -> tuple[Recorded, ...]:
        """The roster on the plan's first day and today: a state has no windows."""
        days = [day for day in dict.fromkeys((start, on)) if day <= on]
        found = []
        for day in days:
            figure = self.at(indicator, units, day).figure
            if figure is not None and figure.denominator:
                found.append(Recorded(Period(TO_DAY, day.isoformat(), day, day), day, figure, len(units)))
        return tuple(found)


def _columns(targets: Iterable[Target]) -> list[tuple[Column, tuple[date | None, bool]]]:
    """One column a day, in order; the undated ones last. The label is the plan's own phrase."""
    found: dict[tuple[date | None, bool], Column] = {}
    for target in targets:
        for milestone in target.milestones.all():
            key = _column_key(milestone)
            if key not in found or not found[key].label:
                found[key] = Column(*key, milestone.phrase)
    ordered = sorted(found, key=lambda key: (key[0] is None, key[0] or date.max, not key[1]))
    return [(Column(*key, found[key].label or _label(key)), key) for key in ordered]


def _column_key(milestone: Milestone) -> tuple[date | None, bool]:
    return day_of(milestone), milestone.nominal_end is None and milestone.holds_from is not None


def _label(key: tuple[date | None, bool]) -> str:
    day, holds = key
    if day is None:
        return "Không nêu mốc"
    return f"{'Từ' if holds else 'Đến'} ngày {date_vi(day)}"


# --- Judging --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Makes the lines of one target."""

    target: Target
    units: list[Unit]
    plan: Plan
    figures: _Figures
    roster: _Roster
    columns: list[tuple[Column, tuple[date | None, bool]]]
    on: date
    # Of a group bound unit by unit only this one unit is shown.
    alone: bool = False
    _milestones: dict[tuple[date | None, bool], Milestone] = field(init=False)

    def __post_init__(self) -> None:
        self._milestones = {_column_key(each): each for each in self.target.milestones.all()}

    def line(self, indicator: Indicator) -> Line:
        if self.alone:
            (shown,) = self.units
            return self._line(indicator, [shown], shown, shown.label)
        if self.target.scope != Target.Scope.EACH:
            unit = self.target.unit
            return self._line(indicator, self.units, unit, self.target.scope_label)
        members = tuple(self._line(indicator, [unit], unit, unit.label) for unit in self.units)
        whole = self._line(indicator, self.units, None, self.target.scope_label)
        cells = tuple(_together(cell, members, at) for at, cell in enumerate(whole.cells))
        current = None
        if whole.current is not None:
            current = next(each for each in cells if each and each.milestone is whole.current.milestone)
        return replace(whole, unit=None, cells=cells, current=current, members=members)

    def _line(self, indicator: Indicator, units: list[Unit], unit: Unit | None, scope: str) -> Line:
        latest = self._read(indicator, units, self.on)
        cells: list[Cell | None] = []
        for _, key in self.columns:
            milestone = self._milestones.get(key)
            cells.append(self._cell(indicator, units, milestone, latest) if milestone else None)
        actual = rate(latest.figure, ratio=indicator.is_ratio)
        there = [cell for cell in cells if cell is not None]
        redefined = tuple(
            each
            for each in indicator.redefined()
            if self.plan.starts_on <= each <= min(self.plan.ends_on, self.on)
        )
        line = Line(self.target, indicator, unit, scope, latest, actual, tuple(cells), _current(there))
        return replace(line, redefined=redefined, series=self._series(indicator, units))

    def _cell(self, indicator: Indicator, units: list[Unit], milestone: Milestone, latest: Reading) -> Cell:
        day = day_of(milestone)
        due = day is None or day <= self.on
        reading = latest
        if due and milestone.nominal_end is not None and milestone.nominal_end < self.on:
            reading = self._read(indicator, units, milestone.nominal_end)
        ratio = indicator.is_ratio
        base = self._base(indicator, units, milestone)
        needed = milestone.demand(rate(base.figure, ratio=ratio) if base else None)
        return Cell(
            milestone,
            demand_words(milestone, indicator),
            needed,
            due,
            reading,
            rate(reading.figure, ratio=ratio),
            judge(reading.figure, ratio=ratio, **needed._asdict()),
            base=base,
        )

    def _base(self, indicator: Indicator, units: list[Unit], milestone: Milestone) -> Reading | None:
        """The accepted figure of the period a change counts from, of the same units together: without one of them it
        would be another sum."""
        period = milestone.base_period
        if period is None:
            return None
        if indicator.source == Indicator.Source.STAFF_ACCOUNTS:
            return self.roster.at(indicator, units, period.end)
        places = [(unit.pk, unit.label) for unit in units]
        reading = self.figures.of(indicator, places, period)
        if reading.figure is None and self.target.scope == Target.Scope.UNSTATED:
            reading = self.figures.below_in(indicator, self.plan.issuer, period) or reading
        # A part of the units is another sum, and a figure counted another way another thing.
        alike = indicator.definition_on(period.end).counts_like(indicator.definition_on(self._day(milestone)))
        return reading if reading.known == reading.expected and alike else replace(reading, figure=None)

    def _day(self, milestone: Milestone) -> date:
        return day_of(milestone) or self.on

    def _series(self, indicator: Indicator, units: list[Unit]) -> tuple[Recorded, ...]:
        if indicator.source == Indicator.Source.STAFF_ACCOUNTS:
            return self.roster.series(indicator, units, self.plan.starts_on, self.on)
        found = self.figures.series(indicator, [unit.pk for unit in units])
        if found or self.target.scope != Target.Scope.UNSTATED:
            return found
        return self.figures.series_below(indicator, self.plan.issuer)

    def _read(self, indicator: Indicator, units: list[Unit], day: date) -> Reading:
        if indicator.source == Indicator.Source.STAFF_ACCOUNTS:
            return self.roster.at(indicator, units, day)
        if self.target.scope == Target.Scope.UNSTATED:
            own = self.figures.at(indicator, [(self.plan.issuer_id, self.plan.issuer.label)], day)
            if own.figure is not None:
                return own
            return self.figures.below(indicator, self.plan.issuer, day) or own
        return self.figures.at(indicator, [(unit.pk, unit.label) for unit in units], day)


def _together(cell: Cell | None, members: Sequence[Line], at: int) -> Cell | None:
    """The group's cell of a demand on each unit: reached when every unit has."""
    if cell is None:
        return None
    found = [each for line in members if (each := line.cells[at]) is not None]
    reached = sum(each.attainment == Attainment.REACHED for each in found)
    verdict = worst(each.attainment for each in found)
    return replace(cell, attainment=verdict, reached=reached, members=len(found))


def _current(cells: Sequence[Cell]) -> Cell | None:
    """The newest milestone whose day has come, else the next one."""
    due = [cell for cell in cells if cell.due and day_of(cell.milestone) is not None]
    if due:
        return due[-1]
    return next((cell for cell in cells if not cell.due), next(iter(cells), None))


__all__ = [
    "Cell",
    "Column",
    "Line",
    "Matrix",
    "Reading",
    "Recorded",
    "TargetRows",
    "day_of",
    "demand_words",
    "level_phrase",
    "needed_words",
    "target_matrix",
    "value_words",
]
