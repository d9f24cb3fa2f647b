"""Judging figures against milestones, on exact fractions. Pure.

0/0 is "không phát sinh", never 0 % and never 100 %. A rate over many units is the sum of numerators over the sum
of denominators, never a mean of percentages. (norms §3.3)
"""

from collections.abc import Iterable
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
    NONE_ARISEN = "none_arisen"

    @property
    def label(self) -> str:
        return {
            Attainment.REACHED: "Đạt",
            Attainment.SHORT: "Chưa đạt",
            Attainment.NO_DATA: "Không có số liệu",
            Attainment.NONE_ARISEN: "Không phát sinh",
        }[self]


_COMPARE = {
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


def judge(figure: Figure | None, *, ratio: bool, comparator: str, value: Decimal) -> Attainment:
    """Whether `figure` meets "comparator value". Comparators as in `Milestone.Comparator`.

    A rate whose denominator nobody gave is no data, not "không phát sinh".
    """
    if figure is None or (ratio and figure.denominator is None):
        return Attainment.NO_DATA
    actual = rate(figure, ratio=ratio)
    if actual is None:
        return Attainment.NONE_ARISEN
    return Attainment.REACHED if _COMPARE[comparator](actual, Fraction(value)) else Attainment.SHORT


def worst(results: Iterable[Attainment]) -> Attainment:
    """A compound target is reached when each of its indicators is."""
    order = [Attainment.SHORT, Attainment.NO_DATA, Attainment.NONE_ARISEN, Attainment.REACHED]
    found = set(results)
    return next((each for each in order if each in found), Attainment.NO_DATA)
