"""What a figure says about a demand, on exact fractions."""

from decimal import Decimal

import pytest

from plans.attainment import Attainment, Figure, judge, total


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
