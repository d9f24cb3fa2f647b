"""Judging figures: exact at the boundary, 0/0 is nothing arisen, totals are sums over sums."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.attainment import Attainment, Figure, judge, rate, total, worst

counts = st.integers(min_value=0, max_value=10**6)
figures = st.builds(
    lambda numerator, rest: Figure(Decimal(numerator), Decimal(numerator + rest)), counts, counts
)
comparators = st.sampled_from(["ge", "gt", "eq", "le", "lt"])
OTHER_SIDE = {"ge": "lt", "gt": "le", "le": "gt", "lt": "ge"}


@pytest.mark.parametrize(
    ("comparator", "below", "exactly", "above"),
    [
        ("ge", Attainment.SHORT, Attainment.REACHED, Attainment.REACHED),
        ("gt", Attainment.SHORT, Attainment.SHORT, Attainment.REACHED),
        ("eq", Attainment.SHORT, Attainment.REACHED, Attainment.SHORT),
        ("le", Attainment.REACHED, Attainment.REACHED, Attainment.SHORT),
        ("lt", Attainment.REACHED, Attainment.SHORT, Attainment.SHORT),
    ],
)
def test_a_milestone_is_exact_at_its_value(
    comparator: str, below: Attainment, exactly: Attainment, above: Attainment
) -> None:
    """70% of 1,000,000: one file more or less decides, however the percentage would be rounded."""
    for numerator, expected in ((699_999, below), (700_000, exactly), (700_001, above)):
        figure = Figure(Decimal(numerator), Decimal(1_000_000))
        assert judge(figure, ratio=True, comparator=comparator, value=Decimal(70)) == expected


def test_a_third_is_not_rounded_up_to_its_milestone() -> None:
    third = Figure(Decimal(1), Decimal(3))
    assert judge(third, ratio=True, comparator="ge", value=Decimal("33.3333")) == Attainment.REACHED
    assert judge(third, ratio=True, comparator="ge", value=Decimal("33.3334")) == Attainment.SHORT


@given(comparator=comparators, value=st.decimals(0, 100, places=2), ratio=st.just(True))
def test_nothing_over_nothing_is_neither_reached_nor_short(
    comparator: str, value: Decimal, ratio: bool
) -> None:
    nothing = Figure(Decimal(0), Decimal(0))
    assert rate(nothing, ratio=ratio) is None
    assert judge(nothing, ratio=ratio, comparator=comparator, value=value) == Attainment.NONE_ARISEN


@given(comparator=comparators, value=st.decimals(0, 100, places=2))
def test_without_a_figure_there_is_no_verdict(comparator: str, value: Decimal) -> None:
    assert judge(None, ratio=True, comparator=comparator, value=value) == Attainment.NO_DATA


@given(figure=figures.filter(lambda f: f.denominator), value=st.decimals(0, 100, places=2))
def test_a_comparator_and_its_opposite_never_agree(figure: Figure, value: Decimal) -> None:
    for comparator, opposite in OTHER_SIDE.items():
        verdicts = {
            judge(figure, ratio=True, comparator=each, value=value) for each in (comparator, opposite)
        }
        assert verdicts == {Attainment.REACHED, Attainment.SHORT}


@given(st.lists(figures, min_size=1, max_size=8))
def test_a_total_is_sum_over_sum_and_lies_between_its_parts(parts: list[Figure]) -> None:
    whole = total(parts)
    assert whole is not None and whole.denominator is not None
    assert whole.numerator == sum(part.numerator for part in parts)
    assert whole.denominator == sum(part.denominator for part in parts)  # type: ignore[misc]
    rates = [found for part in parts if (found := rate(part, ratio=True)) is not None]
    if rates:
        assert min(rates) <= rate(whole, ratio=True) <= max(rates)  # type: ignore[operator]
    else:
        assert rate(whole, ratio=True) is None


@given(st.lists(figures, min_size=1, max_size=6), st.data())
def test_a_total_does_not_depend_on_how_units_are_grouped(parts: list[Figure], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(parts)))
    halves = [half for half in (total(parts[:cut]), total(parts[cut:])) if half is not None]
    assert total(halves) == total(parts)


def test_the_mean_of_percentages_is_not_the_total() -> None:
    small, large = Figure(Decimal(1), Decimal(1)), Figure(Decimal(0), Decimal(999))
    assert rate(total([small, large]), ratio=True) == Fraction(1, 10)


def test_nothing_to_add_is_no_figure_and_a_count_stays_a_count() -> None:
    assert total([]) is None
    assert total([Figure(Decimal(2)), Figure(Decimal(3))]) == Figure(Decimal(5))
    assert rate(Figure(Decimal(5)), ratio=False) == 5


@given(st.lists(st.sampled_from(Attainment), min_size=1))
def test_a_compound_target_is_reached_only_when_each_part_is(results: list[Attainment]) -> None:
    assert (worst(results) == Attainment.REACHED) == (set(results) == {Attainment.REACHED})
    assert (worst(results) == Attainment.SHORT) == (Attainment.SHORT in results)
