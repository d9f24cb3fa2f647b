"""How a target stands, by rules read from the top: the first that fits decides. Pure.

The default rules take the usual bands of delivery offices: from 95 % of the expectation "on track", from 85 % "at
risk", below that "late"; ten points behind the line is late in any case, and a level to be held now is never "on track"
while it is missed. An office may set its own, for all its
indicators or for one. "Không có số liệu" is a colour of its own, and 0/0 never counts as bad.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.text import number_vi


class Colour(StrEnum):
    REACHED = "reached"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    BEHIND = "behind"
    NO_DATA = "no_data"

    @property
    def label(self) -> str:
        return {
            Colour.REACHED: "Đạt",
            Colour.ON_TRACK: "Đúng tiến độ",
            Colour.AT_RISK: "Có nguy cơ",
            Colour.BEHIND: "Chậm",
            Colour.NO_DATA: "Không có số liệu",
        }[self]

    @property
    def is_off_track(self) -> bool:
        """Whether whoever reports such a figure owes a cause and a remedy."""
        return self in (Colour.AT_RISK, Colour.BEHIND)


class When(StrEnum):
    """What a rule asks. Those on gap and share never fit while nothing is expected."""

    NO_DATA = "no_data"
    REACHED = "reached"
    IMPOSSIBLE = "impossible"
    SHORT = "short"
    GAP_AT_LEAST = "gap_at_least"
    GAP_BELOW = "gap_below"
    SHARE_AT_LEAST = "share_at_least"
    SHARE_BELOW = "share_below"
    ALWAYS = "always"

    @property
    def label(self) -> str:
        return {
            When.NO_DATA: "không có số liệu, không phát sinh",
            When.REACHED: "đã đạt mức đang hướng tới",
            When.IMPOSSIBLE: "không còn khả năng đạt",
            When.SHORT: "chưa đạt mức đang phải giữ",
            When.GAP_AT_LEAST: "chênh lệch so với lộ trình từ … trở lên",
            When.GAP_BELOW: "chênh lệch so với lộ trình dưới …",
            When.SHARE_AT_LEAST: "kết quả bằng từ …% mức cần có trở lên",
            When.SHARE_BELOW: "kết quả dưới …% mức cần có",
            When.ALWAYS: "các trường hợp còn lại",
        }[self]

    @property
    def has_threshold(self) -> bool:
        return self in _MEASURED


_MEASURED = (When.GAP_AT_LEAST, When.GAP_BELOW, When.SHARE_AT_LEAST, When.SHARE_BELOW)


@dataclass(frozen=True, slots=True)
class Rule:
    test: When
    colour: Colour
    threshold: Fraction | None = None

    def words(self, unit: str = "") -> str:
        """ "kết quả bằng từ 95% mức cần có trở lên"."""
        if self.threshold is None:
            return self.test.label
        value = number_vi(self.threshold, 0 if self.threshold.denominator == 1 else 1)
        return self.test.label.replace(
            "…", value + (f" {unit}" if unit and "…%" not in self.test.label else "")
        )


@dataclass(frozen=True, slots=True)
class Stand:
    """What the rules look at. `gap` in the indicator's unit, `share` in percent; None while nothing is expected."""

    has_result: bool
    is_reached: bool = False
    is_impossible: bool = False
    # Short of a level that is to be held now.
    is_short: bool = False
    gap: Fraction | None = None
    share: Fraction | None = None


DEFAULT_RULES = (
    Rule(When.NO_DATA, Colour.NO_DATA),
    Rule(When.REACHED, Colour.REACHED),
    Rule(When.IMPOSSIBLE, Colour.BEHIND),
    Rule(When.GAP_AT_LEAST, Colour.ON_TRACK, Fraction(0)),
    Rule(When.SHARE_BELOW, Colour.BEHIND, Fraction(85)),
    Rule(When.GAP_BELOW, Colour.BEHIND, Fraction(-10)),
    Rule(When.SHORT, Colour.AT_RISK),
    Rule(When.SHARE_AT_LEAST, Colour.ON_TRACK, Fraction(95)),
    Rule(When.SHARE_AT_LEAST, Colour.AT_RISK, Fraction(85)),
    Rule(When.ALWAYS, Colour.AT_RISK),
)


def for_indicator(rules: Sequence[Rule], *, is_ratio: bool) -> tuple[Rule, ...]:
    """Rules meant for all indicators, as they hold for one.

    Points of a rate mean nothing to an amount, where ten may be a thousandth: of an amount only being ahead or behind
    counts, and the share.
    """
    in_points = (When.GAP_AT_LEAST, When.GAP_BELOW)
    return tuple(rule for rule in rules if is_ratio or rule.test not in in_points or not rule.threshold)


def colour_of(stand: Stand, rules: Sequence[Rule] = DEFAULT_RULES) -> Colour | None:
    """The colour of the first rule that fits; None while there is a result and nothing is expected of it yet.

    Without a result there is no other answer than "không có số liệu", whatever the rules say.
    """
    if not stand.has_result:
        return Colour.NO_DATA
    rule = deciding(stand, rules)
    return rule.colour if rule else None


def deciding(stand: Stand, rules: Sequence[Rule] = DEFAULT_RULES) -> Rule | None:
    """The rule that gives a result its colour."""
    if not stand.has_result or (stand.gap is None and not stand.is_reached):
        return None
    return next((rule for rule in rules if _fits(rule, stand)), None)


def _fits(rule: Rule, stand: Stand) -> bool:
    match rule.test:
        case When.NO_DATA:
            return not stand.has_result
        case When.REACHED:
            return stand.is_reached
        case When.IMPOSSIBLE:
            return stand.is_impossible
        case When.SHORT:
            return stand.is_short
        case When.ALWAYS:
            return True
    measured = stand.gap if rule.test in (When.GAP_AT_LEAST, When.GAP_BELOW) else stand.share
    if measured is None or rule.threshold is None:
        return False
    if rule.test in (When.GAP_AT_LEAST, When.SHARE_AT_LEAST):
        return measured >= rule.threshold
    return measured < rule.threshold


# --- beside the number: what people expect --------------------------------------------------------


class Confidence(StrEnum):
    SURE = "sure"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"

    @property
    def label(self) -> str:
        return {
            Confidence.SURE: "Chắc chắn đạt",
            Confidence.LIKELY: "Có khả năng đạt",
            Confidence.DOUBTFUL: "Khó đạt",
        }[self]


def contradicts(confidence: Confidence, colour: Colour | None) -> bool:
    """Whether people see it otherwise than the number: they are asked why."""
    if confidence == Confidence.SURE:
        return colour in (Colour.AT_RISK, Colour.BEHIND)
    if confidence == Confidence.LIKELY:
        return colour == Colour.BEHIND
    return colour in (Colour.REACHED, Colour.ON_TRACK)
