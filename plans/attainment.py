"""Judging figures against milestones, on exact fractions. Pure.

0/0 is "không phát sinh", never 0 % and never 100 %. A rate over many units is the sum of numerators over the sum
of denominators, never a mean of percentages. (norms §3.3)
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Figure(NamedTuple):
    """Numerator and denominator as reported; a count has no denominator."""

    numerator: Decimal
    denominator: Decimal | None = None


class Attainment(StrEnum):
    REACHED = "reached"
    SHORT = "short"
    NO_DATA = "no_data"
    NO_BASE = "no_base"  # a change, and the figure it counts from is not known: no verdict either
    NONE_ARISEN = "none_arisen"

    @property
    def label(self) -> str:
        return {
            Attainment.REACHED: "Đạt",
            Attainment.SHORT: "Chưa đạt",
            Attainment.NO_DATA: "Không có số liệu",
            Attainment.NO_BASE: "Chưa có số gốc",
            Attainment.NONE_ARISEN: "Không phát sinh",
        }[self]


class Demand(NamedTuple):
    """What a milestone demands. Comparators as in `Milestone.Comparator`; `value_to` is the upper end of a range.

    A change ("up", "dn") is in percent of the base where `is_relative`, else in the indicator's own unit; `base` is
    the rate or count it starts from, None while nobody knows it.
    """

    comparator: str
    value: Decimal | Fraction
    value_to: Decimal | Fraction | None = None
    is_relative: bool = False
    base: Fraction | None = None

    @property
    def is_change(self) -> bool:
        return self.comparator in CHANGES

    def absolute(self) -> "Demand | None":
        """The same demand with no change in it: "giảm 10%" of 50 is "không quá 45"; None without the base."""
        if not self.is_change:
            return self
        if self.base is None:
            return None
        size = Fraction(self.value)
        step = self.base * size / 100 if self.is_relative else size
        if self.comparator == "up":
            return Demand("ge", self.base + step)
        return Demand("le", self.base - step)

    def met_by(self, actual: Fraction) -> bool | None:
        """Whether an exact result meets it; None without the base."""
        demand = self.absolute()
        if demand is None:
            return None
        low = Fraction(demand.value)
        if demand.comparator == "rg":
            assert demand.value_to is not None
            return low <= actual <= Fraction(demand.value_to)
        return _COMPARE[demand.comparator](actual, low)

    def gap(self, actual: Fraction) -> Fraction | None:
        """Result less demand; of a range, less its nearer end, nothing inside; None without the base."""
        demand = self.absolute()
        if demand is None:
            return None
        low = Fraction(demand.value)
        if demand.comparator == "rg" and actual > low:
            assert demand.value_to is not None
            return max(actual - Fraction(demand.value_to), Fraction(0))
        return actual - low


CHANGES = frozenset({"up", "dn"})

_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "ge": lambda actual, value: actual >= value,
    "gt": lambda actual, value: actual > value,
    "eq": lambda actual, value: actual == value,
    "le": lambda actual, value: actual <= value,
    "lt": lambda actual, value: actual < value,
}


def total(figures: Iterable[Figure]) -> Figure | None:
    """Sum over units; None when there is nothing to add. A figure without denominator makes the total a count."""
    found = list(figures)
    if not found:
        return None
    numerator = sum((f.numerator for f in found), Decimal(0))
    if any(f.denominator is None for f in found):
        return Figure(numerator)
    return Figure(numerator, sum((f.denominator for f in found if f.denominator is not None), Decimal(0)))


def rate(figure: Figure | None, *, ratio: bool) -> Fraction | None:
    """The actual value in the indicator's own unit (percent for a ratio); None without data or at 0/0."""
    if figure is None:
        return None
    if not ratio:
        return Fraction(figure.numerator)
    if not figure.denominator:
        return None
    return Fraction(figure.numerator) * 100 / Fraction(figure.denominator)


def judge(
    figure: Figure | None,
    *,
    ratio: bool,
    comparator: str,
    value: Decimal | Fraction,
    value_to: Decimal | Fraction | None = None,
    is_relative: bool = False,
    base: Fraction | None = None,
) -> Attainment:
    """Whether `figure` meets a demand; its parts as in `Demand`.

    A rate whose denominator nobody gave is no data, not "không phát sinh".
    """
    if figure is None or (ratio and figure.denominator is None):
        return Attainment.NO_DATA
    actual = rate(figure, ratio=ratio)
    if actual is None:
        return Attainment.NONE_ARISEN
    met = Demand(comparator, value, value_to, is_relative, base).met_by(actual)
    if met is None:
        return Attainment.NO_BASE
    return Attainment.REACHED if met else Attainment.SHORT


def worst(results: Iterable[Attainment]) -> Attainment:
    """A compound target is reached when each of its indicators is."""
    order = [Attainment.SHORT, Attainment.NO_DATA, Attainment.NO_BASE]
    order += [Attainment.NONE_ARISEN, Attainment.REACHED]
    found = set(results)
    return next((each for each in order if each in found), Attainment.NO_DATA)
