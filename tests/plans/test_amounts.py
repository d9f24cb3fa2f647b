"""Amounts as people write them in forms, workbooks and exports: read one way, or refused in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.amounts import LARGEST, amount_from_cell, typed_amount
from plans.tables import amount_words

AMOUNTS = st.decimals(min_value=0, max_value=LARGEST, places=2)


@given(AMOUNTS)
def test_what_we_print_is_what_we_read(amount: Decimal) -> None:
    assert typed_amount(amount_words(amount)) == amount
    assert amount_from_cell(amount_words(amount), ratio=True) == amount


@given(st.integers(min_value=0, max_value=10**11))
def test_a_whole_number_in_a_cell_is_itself(amount: int) -> None:
    assert amount_from_cell(amount, ratio=True) == amount
    assert amount_from_cell(float(amount), ratio=False) == amount


@given(st.floats(min_value=0.001, max_value=0.999))
def test_a_share_of_one_is_never_taken_for_a_count_of_a_ratio(share: float) -> None:
    with pytest.raises(ValueError, match="Ô ghi tỷ lệ"):
        amount_from_cell(share, ratio=True)


@given(st.one_of(st.text(), st.floats(), st.booleans(), st.dates(), st.times(), st.integers()))
def test_anything_else_is_an_amount_the_column_holds_or_a_refusal(value: object) -> None:
    try:
        amount = amount_from_cell(value, ratio=False)
    except ValueError as error:
        assert str(error)
    else:
        assert amount is None or (0 <= amount <= LARGEST and amount == round(amount, 2))


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1.234", 1234), ("1.234,5", "1234.5"), ("12,5", "12.5"), ("95.5", "95.5"), (" 7 ", 7), ("0", 0)],
)
def test_a_dot_stands_between_thousands_and_a_comma_before_decimals(typed: str, amount: object) -> None:
    assert typed_amount(typed) == Decimal(str(amount))


@pytest.mark.parametrize(
    "typed", ["1,234", "1.234.5", "80%", "-1", "NaN", "Infinity", "1e3", "mười", "1,2,3"]
)
def test_what_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        typed_amount(typed)


def test_a_number_of_a_formula_loses_only_the_noise_of_binary_fractions() -> None:
    assert amount_from_cell(0.1 + 0.2 + 10, ratio=False) == Decimal("10.30")
    with pytest.raises(ValueError, match="hai chữ số"):
        amount_from_cell(10.125, ratio=False)
