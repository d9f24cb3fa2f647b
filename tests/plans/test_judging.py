"""What a figure says about a demand, on exact fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.attainment import Attainment, Demand, Figure, judge, total, worst


def judged(numerator: int, denominator: int | None, comparator: str, value: str) -> Attainment:
    figure = Figure(Decimal(numerator), None if denominator is None else Decimal(denominator))
    return judge(figure, ratio=True, comparator=comparator, value=Decimal(value))


@pytest.mark.parametrize(
    ("numerator", "denominator", "comparator", "value", "expected"),
    [
        (9, 10, "ge", "90", Attainment.REACHED),
        (9, 10, "gt", "90", Attainment.SHORT),  # "trên 90%"
        (899_999, 1_000_000, "ge", "90", Attainment.SHORT),  # never rounded up
        (10, 10, "eq", "100", Attainment.REACHED),
        (1, 3, "ge", "33.3333", Attainment.REACHED),
        (1, 3, "ge", "33.3334", Attainment.SHORT),
        (0, 0, "ge", "90", Attainment.NONE_ARISEN),
        (7, None, "ge", "90", Attainment.NO_DATA),  # nobody gave the denominator: that is not 0/0
    ],
)
def test_a_rate_is_judged_exactly(
    numerator: int, denominator: int | None, comparator: str, value: str, expected: Attainment
) -> None:
    assert judged(numerator, denominator, comparator, value) == expected


def test_a_total_is_the_sum_of_numerators_over_the_sum_of_denominators() -> None:
    assert total([Figure(Decimal(1), Decimal(2)), Figure(Decimal(98), Decimal(98))]) == Figure(
        Decimal(99), Decimal(100)
    )


# --- ranges and changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "expected", "gap"),
    [
        ("39.9999", Attainment.SHORT, "-0.0001"),
        ("40", Attainment.REACHED, "0"),
        ("45", Attainment.REACHED, "0"),
        ("50", Attainment.REACHED, "0"),
        ("50.0001", Attainment.SHORT, "0.0001"),
    ],
)
def test_a_range_holds_both_its_ends(actual: str, expected: Attainment, gap: str) -> None:
    demand = Demand("rg", Decimal(40), Decimal(50))
    verdict = judge(Figure(Decimal(actual)), ratio=False, **demand._asdict())
    assert (verdict, demand.gap(Fraction(actual))) == (expected, Fraction(gap))


@pytest.mark.parametrize(
    ("comparator", "size", "relative", "base", "must_be"),
    [
        ("dn", "10", True, "80", "72"),  # a tenth of what it was
        ("dn", "3", False, "15", "12"),  # "giảm 3 ngày"
        ("up", "5", False, "60", "65"),  # "tăng 5 điểm %"
        ("up", "5", True, "60", "63"),
        ("dn", "10", True, "0", "0"),
    ],
)
def test_a_change_is_an_absolute_demand_once_its_base_is_known(
    comparator: str, size: str, relative: bool, base: str, must_be: str
) -> None:
    demand = Demand(comparator, Decimal(size), None, relative, Fraction(base))
    absolute = demand.absolute()
    assert absolute is not None and absolute.value == Fraction(must_be)
    assert demand.met_by(Fraction(must_be))
    over = Fraction(must_be) + (Fraction(1, 10**6) if comparator == "dn" else -Fraction(1, 10**6))
    assert demand.met_by(over) is False


def test_a_change_without_a_base_has_no_verdict() -> None:
    verdict = judge(Figure(Decimal(9)), ratio=False, comparator="dn", value=Decimal(10), is_relative=True)
    assert verdict == Attainment.NO_BASE and verdict.label == "Chưa có số gốc"
    assert worst([Attainment.REACHED, verdict]) == Attainment.NO_BASE
    assert worst([Attainment.SHORT, verdict]) == Attainment.SHORT


@given(
    st.sampled_from(["ge", "gt", "eq", "le", "lt", "rg", "up", "dn"]),
    st.fractions(0, 100), st.fractions(0, 100), st.fractions(0, 100), st.fractions(-50, 200),
    st.booleans(),
)  # fmt: skip
def test_a_gap_says_what_the_verdict_says(
    comparator: str, value: Fraction, width: Fraction, base: Fraction, actual: Fraction, relative: bool
) -> None:
    demand = Demand(comparator, value, value + width if comparator == "rg" else None, relative, base)
    gap, met = demand.gap(actual), demand.met_by(actual)
    assert gap is not None
    expected = {
        "ge": gap >= 0, "gt": gap > 0, "eq": gap == 0, "le": gap <= 0, "lt": gap < 0, "rg": gap == 0,
        "up": gap >= 0, "dn": gap <= 0,
    }  # fmt: skip
    assert met is expected[comparator]
