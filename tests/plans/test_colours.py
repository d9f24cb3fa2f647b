"""Which colour a target gets: the first rule that fits, "không có số liệu" apart, people beside the number."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.colours import (
    DEFAULT_RULES,
    Colour,
    Confidence,
    Rule,
    Stand,
    When,
    colour_of,
    contradicts,
)


def stand(gap: int | None = None, share: int | None = None, **more: bool) -> Stand:
    return Stand(
        more.get("has_result", True),
        more.get("is_reached", False),
        more.get("is_impossible", False),
        more.get("is_short", False),
        None if gap is None else Fraction(gap),
        None if share is None else Fraction(share),
    )


@pytest.mark.parametrize(
    ("found", "colour"),
    [
        (stand(has_result=False), Colour.NO_DATA),
        (stand(-1, 99, is_reached=True), Colour.REACHED),
        (stand(-1, 99, is_impossible=True), Colour.BEHIND),
        (stand(0, 100), Colour.ON_TRACK),
        (stand(-4, 95), Colour.ON_TRACK),
        (stand(-5, 94), Colour.AT_RISK),
        (stand(-4, 96, is_short=True), Colour.AT_RISK),  # a level to be held now is missed
        (stand(-9, 85), Colour.AT_RISK),
        (stand(-3, 84), Colour.BEHIND),  # 3 of 19: a small gap may be a large share
        (stand(-11, 88), Colour.BEHIND),  # ten points behind is late in any case
        (stand(5, None), Colour.ON_TRACK),
        (stand(), None),  # a result, and nothing asked of it yet
    ],
)
def test_the_usual_rules(found: Stand, colour: Colour | None) -> None:
    assert colour_of(found) == colour


def test_the_first_rule_that_fits_decides() -> None:
    rules = (
        Rule(When.GAP_AT_LEAST, Colour.AT_RISK, Fraction(-5)),
        Rule(When.SHARE_AT_LEAST, Colour.ON_TRACK, Fraction(50)),
        Rule(When.ALWAYS, Colour.BEHIND),
    )
    assert colour_of(stand(-5, 60), rules) == Colour.AT_RISK
    assert colour_of(stand(-6, 60), rules) == Colour.ON_TRACK
    assert colour_of(stand(-6, 40), rules) == Colour.BEHIND


def test_without_a_result_no_rule_can_say_anything_else() -> None:
    assert colour_of(stand(has_result=False), (Rule(When.ALWAYS, Colour.ON_TRACK),)) == Colour.NO_DATA


numbers = st.integers(-200, 200)


@given(numbers, st.integers(0, 300), st.booleans())
def test_the_usual_rules_leave_no_case_open(gap: int, share: int, impossible: bool) -> None:
    assert colour_of(stand(gap, share, is_impossible=impossible)) in set(Colour) - {Colour.NO_DATA}


@given(st.integers(1, 100), numbers, numbers)
def test_more_of_the_same_is_never_a_worse_colour(expected: int, one: int, other: int) -> None:
    order = [Colour.BEHIND, Colour.AT_RISK, Colour.ON_TRACK]
    low, high = sorted((abs(one), abs(other)))

    def rank(actual: int) -> int:
        found = Stand(
            True, False, False, False, Fraction(actual - expected), Fraction(actual * 100, expected)
        )
        colour = colour_of(found)
        assert colour is not None
        return order.index(colour)

    assert rank(low) <= rank(high)


def test_rules_are_told_in_words() -> None:
    assert Rule(When.SHARE_AT_LEAST, Colour.ON_TRACK, Fraction(95)).words() == (
        "kết quả bằng từ 95% mức cần có trở lên"
    )
    assert Rule(When.GAP_BELOW, Colour.BEHIND, Fraction(-10)).words("điểm %") == (
        "chênh lệch so với lộ trình dưới -10 điểm %"
    )
    assert DEFAULT_RULES[-1].words() == "các trường hợp còn lại"


@pytest.mark.parametrize(
    ("confidence", "colours"),
    [
        (Confidence.SURE, {Colour.AT_RISK, Colour.BEHIND}),
        (Confidence.LIKELY, {Colour.BEHIND}),
        (Confidence.DOUBTFUL, {Colour.REACHED, Colour.ON_TRACK}),
    ],
)
def test_when_people_see_it_otherwise_than_the_number(confidence: Confidence, colours: set[Colour]) -> None:
    assert {colour for colour in (*Colour, None) if contradicts(confidence, colour)} == colours
