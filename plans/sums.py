"""Totals of accepted figures by the tree of units (`FigureSum`): kept with each acceptance, made again when units move.

What counts is what the pages count: of each unit and window the highest accepted revision. `drift` compares the copy
with the facts; `rebuild` makes it again from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, Least

from plans.attainment import Figure
from plans.models import FigureSum, Indicator, Measurement
from units.models import Unit

BATCH = 2000


class Window(NamedTuple):
    """One indicator in one window."""

    indicator_id: int
    period_kind: str
    period_key: str


class Own(NamedTuple):
    """One unit's own figure, in hundredths."""

    numerator: int
    denominator: int | None
    as_of: date


@dataclass(slots=True)
class Total:
    numerator: int = 0
    denominator: int = 0
    units: int = 0
    counts: int = 0
    as_of: date | None = None
    newest_as_of: date | None = None

    def add(self, own: Own) -> None:
        self.numerator += own.numerator
        self.denominator += own.denominator or 0
        self.units += 1
        self.counts += own.denominator is None
        self.as_of = own.as_of if self.as_of is None else min(self.as_of, own.as_of)
        self.newest_as_of = own.as_of if self.newest_as_of is None else max(self.newest_as_of, own.as_of)


class TreeRow(NamedTuple):
    """A total with the name of its unit, read without whole rows: a tree has many."""

    unit_id: int
    name: str
    short_name: str
    depth: int
    numerator: int
    denominator: int
    units: int
    counts: int
    as_of: date | None

    @property
    def label(self) -> str:
        return self.short_name or self.name


def figure_of(row: FigureSum | TreeRow) -> Figure:
    """The total as a figure; one without denominator makes it a count, as in `attainment.total`."""
    denominator = None if row.counts else Decimal(row.denominator) / 100
    return Figure(Decimal(row.numerator) / 100, denominator)


def newest_below(indicator: Indicator, unit: Unit, *, kind: str | None = None) -> FigureSum | None:
    """The total below a unit of the newest window anybody has a figure for. One row of one index."""
    rows = FigureSum.objects.filter(indicator=indicator, unit=unit, units__gt=0)
    if kind is not None:
        rows = rows.filter(period_kind=kind)
    return rows.order_by("-period_end", "-as_of").first()


def series_below(indicator: Indicator, unit: Unit) -> QuerySet[FigureSum]:
    """The totals below a unit window by window, oldest first."""
    found = FigureSum.objects.filter(indicator=indicator, unit=unit, units__gt=0)
    return found.order_by("period_end", "newest_as_of")


def on_day(series: Sequence[FigureSum], day: date) -> FigureSum | None:
    """The newest window all of whose figures go up to a day or less; else the one the day lies in (office rule 14)."""
    whole = [row for row in series if row.newest_as_of is not None and row.newest_as_of <= day]
    if whole:
        return whole[-1]
    return next((row for row in series if row.period_start <= day <= row.period_end), None)


def tree_rows(indicator: Indicator, root: Unit, window: FigureSum, *, levels: int = 2) -> list[TreeRow]:
    """The totals of a unit and so many levels below it in one window, in the order of the organisation."""
    units = level = [root.pk]
    for _ in range(levels):
        level = list(Unit.objects.filter(parent__in=level).order_by().values_list("pk", flat=True))
        units = [*units, *level]
    found = FigureSum.objects.filter(
        indicator=indicator,
        period_kind=window.period_kind,
        period_key=window.period_key,
        unit__in=units,
        units__gt=0,
    )
    return [TreeRow(*row) for row in found.order_by("unit__tree_start").values_list(*_SHOWN)]


_SHOWN = (
    "unit_id", "unit__name", "unit__short_name", "unit__depth", "numerator", "denominator", "units", "counts", "as_of",
)  # fmt: skip


# --- kept with each acceptance --------------------------------------------------------------------


@transaction.atomic
def take_in(figure: Measurement) -> None:
    """Adds an accepted figure to its unit and all above it, in the place of what the unit had for this window.

    The caller holds the lock of the unit's row (`actions`), so that one unit's figures come one after the other; rows
    shared with other units are locked from the top down.
    """
    place = Unit.objects.only("tree_start").get(pk=figure.unit_id).tree_start
    chain = list(
        Unit.objects.filter(tree_start__lte=place, tree_end__gte=place)
        .order_by("tree_start")
        .values_list("pk", flat=True)
    )
    rows = FigureSum.objects.filter(
        indicator=figure.indicator_id,
        period_kind=figure.period_kind,
        period_key=figure.period_key,
        unit__in=chain,
    )
    known = set(rows.values_list("unit_id", flat=True))
    FigureSum.objects.bulk_create(
        [_empty(figure, unit) for unit in chain if unit not in known], ignore_conflicts=True
    )
    # Never the other way round than somebody else: the order of keys is the same for everybody.
    locked = {row.unit_id: row for row in rows.select_for_update(of=("self",)).order_by("unit_id")}
    mine = locked[figure.unit_id]
    new = _own(figure.numerator, figure.denominator, figure.as_of)
    more = {
        "numerator": new.numerator - (mine.own_numerator or 0),
        "denominator": (new.denominator or 0) - (mine.own_denominator or 0),
        "units": int(mine.own_numerator is None),
        "counts": int(new.denominator is None) - int(_is_count(mine)),
    }
    rows.update(
        **{name: F(name) + amount for name, amount in more.items()},
        as_of=Least(Coalesce("as_of", new.as_of), new.as_of),
        newest_as_of=Greatest(Coalesce("newest_as_of", new.as_of), new.as_of),
    )
    FigureSum.objects.filter(pk=mine.pk).update(
        own_numerator=new.numerator, own_denominator=new.denominator, own_as_of=new.as_of
    )
    if mine.own_as_of is not None and mine.own_as_of != new.as_of:
        _days_again(locked.values(), mine.own_as_of)


def _is_count(row: FigureSum) -> bool:
    return row.own_numerator is not None and row.own_denominator is None


def _days_again(rows: Iterable[FigureSum], gone: date) -> None:
    """The oldest and newest day of totals that may have been the day of a figure now replaced."""
    for row in rows:
        if gone in (row.as_of, row.newest_as_of):
            unit = Unit.objects.only("tree_start", "tree_end").get(pk=row.unit_id)
            below = FigureSum.objects.filter(
                indicator=row.indicator_id,
                period_kind=row.period_kind,
                period_key=row.period_key,
                unit__tree_start__gte=unit.tree_start,
                unit__tree_start__lte=unit.tree_end,
            )
            days = below.aggregate(as_of=Min("own_as_of"), newest_as_of=Max("own_as_of"))
            FigureSum.objects.filter(pk=row.pk).update(**days)


def _own(numerator: Decimal, denominator: Decimal | None, as_of: date) -> Own:
    return Own(int(numerator * 100), None if denominator is None else int(denominator * 100), as_of)


def _empty(figure: Measurement, unit: int) -> FigureSum:
    return FigureSum(
        indicator_id=figure.indicator_id,
        unit_id=unit,
        period_kind=figure.period_kind,
        period_key=figure.period_key,
        period_start=figure.period_start,
        period_end=figure.period_end,
    )


# --- when units move ------------------------------------------------------------------------------


@contextmanager
def following_tree() -> Iterator[None]:
    """Whatever moves units inside, the totals follow: those of units that are above a moved one now or were before.

    Who changes the tree of units wraps it so (reorganisation, imports). In one transaction with the change.
    """
    with transaction.atomic():
        before = _parents()
        yield
        after = _parents()
        wrong: set[int] = set()
        for unit, parent in after.items():
            if before.get(unit, parent) != parent:
                wrong |= set(_above(unit, before)) ^ set(_above(unit, after))
        retotal(wrong)


def _parents() -> dict[int, int | None]:
    return dict(Unit.objects.order_by().values_list("pk", "parent_id"))


def _above(unit: int, parents: dict[int, int | None]) -> Iterator[int]:
    seen = {unit}
    parent = parents.get(unit)
    while parent is not None and parent not in seen:
        seen.add(parent)
        yield parent
        parent = parents.get(parent)


@transaction.atomic
def retotal(units: Iterable[int]) -> None:
    """The totals of these units again, from the own figures below them."""
    for unit in Unit.objects.filter(pk__in=set(units)).order_by("pk"):
        below = FigureSum.objects.filter(
            own_numerator__isnull=False,
            unit__tree_start__gte=unit.tree_start,
            unit__tree_start__lte=unit.tree_end,
        ).values_list(*_OWN)
        totals: dict[Window, Total] = defaultdict(Total)
        spans: dict[Window, tuple[date, date]] = {}
        for indicator, kind, key, start, end, numerator, denominator, as_of in below.iterator(BATCH):
            window = Window(indicator, kind, key)
            totals[window].add(Own(numerator, denominator, as_of))
            spans[window] = (start, end)
        there = {
            Window(row.indicator_id, row.period_kind, row.period_key): row
            for row in FigureSum.objects.filter(unit=unit)
        }
        changed, new = [], []
        for window in totals.keys() | there.keys():
            row = there.get(window)
            if row is None:
                row = FigureSum(
                    unit=unit, **window._asdict(), period_start=spans[window][0], period_end=spans[window][1]
                )
                new.append(row)
            else:
                changed.append(row)
            _put(row, totals.get(window, Total()))
        FigureSum.objects.bulk_create(new, batch_size=BATCH)
        FigureSum.objects.bulk_update(changed, _TOTALS, batch_size=200)


_OWN = (
    "indicator_id", "period_kind", "period_key", "period_start", "period_end",
    "own_numerator", "own_denominator", "own_as_of",
)  # fmt: skip
_TOTALS = ("numerator", "denominator", "units", "counts", "as_of", "newest_as_of")


def _put(row: FigureSum, total: Total) -> None:
    for name in _TOTALS:
        setattr(row, name, getattr(total, name))


# --- from the facts -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Live:
    """What the rows of one indicator should say, from the facts."""

    own: dict[tuple[Window, int], Own]
    totals: dict[tuple[Window, int], Total]
    spans: dict[Window, tuple[date, date]]


def _live(indicator: int, parents: dict[int, int | None], windows: Q) -> _Live:
    facts = (
        Measurement.objects.accepted()
        .filter(windows, indicator=indicator)
        .order_by("-revision", "-pk")
        .values_list(
            "unit_id", "period_kind", "period_key", "period_start", "period_end",
            "numerator", "denominator", "as_of",
        )
    )  # fmt: skip
    found = _Live({}, defaultdict(Total), {})
    above: dict[int, list[int]] = {}
    for unit, kind, key, start, end, numerator, denominator, as_of in facts.iterator(BATCH):
        window = Window(indicator, kind, key)
        if (window, unit) in found.own:
            continue
        own = found.own[window, unit] = _own(numerator, denominator, as_of)
        found.spans[window] = (start, end)
        if unit not in above:
            above[unit] = [unit, *_above(unit, parents)]
        for each in above[unit]:
            found.totals[window, each].add(own)
    return found


def rebuild() -> int:
    """Makes every row again from the facts; how many there are. One indicator in one transaction."""
    parents, made = _parents(), 0
    for indicator in Indicator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            FigureSum.objects.filter(indicator=indicator).delete()
            live = _live(indicator, parents, Q())
            rows = (_row(live, window, unit) for window, unit in live.totals)
            while batch := _first(rows):
                made += len(FigureSum.objects.bulk_create(batch))
    return made


def _row(live: _Live, window: Window, unit: int) -> FigureSum:
    own = live.own.get((window, unit))
    start, end = live.spans[window]
    row = FigureSum(unit_id=unit, **window._asdict(), period_start=start, period_end=end)
    _put(row, live.totals[window, unit])
    if own is not None:
        row.own_numerator, row.own_denominator, row.own_as_of = own
    return row


def _first(rows: Iterator[FigureSum]) -> list[FigureSum]:
    return list(islice(rows, BATCH))


def drift(*, newest_only: bool = False) -> list[str]:
    """Where the copy says otherwise than the facts, one line each: nothing, unless somebody wrote past the verbs.

    `newest_only` looks at the newest window of each indicator: cheap enough for a daily look.
    """
    parents, wrong = _parents(), []
    for indicator in Indicator.objects.order_by("pk").values_list("pk", flat=True):
        wanted = Q()
        if newest_only:
            last = Measurement.objects.accepted().filter(indicator=indicator).order_by("-period_end").first()
            if last is None:
                continue
            wanted = Q(period_kind=last.period_kind, period_key=last.period_key)
        live = _live(indicator, parents, wanted)
        stored = {
            (Window(indicator, row.period_kind, row.period_key), row.unit_id): row
            for row in FigureSum.objects.filter(wanted, indicator=indicator)
        }
        for at in stored.keys() | live.totals.keys():
            said = _said(stored.get(at))
            should = _said(_row(live, *at) if at in live.totals else None)
            if said != should:
                wrong.append(f"indicator {indicator}, unit {at[1]}, {at[0].period_key}: {said}, not {should}")
    return sorted(wrong)


def _said(row: FigureSum | None) -> tuple[Any, ...] | None:
    """What a row says; one that no unit has a figure for says nothing."""
    if row is None or not row.units:
        return None
    own = (row.own_numerator, row.own_denominator, row.own_as_of)
    return (*own, *(getattr(row, name) for name in _TOTALS))
