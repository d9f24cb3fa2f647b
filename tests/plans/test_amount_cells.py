"""Amounts in cells of workbooks and exports: read one way, or refused in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.amounts import LARGEST
from plans.cells import amount_from_cell
from plans.tables import amount_words

AMOUNTS = st.decimals(min_value=0, max_value=LARGEST, places=2)


@given(AMOUNTS)
def test_what_we_print_is_what_we_read(amount: Decimal) -> None:
    assert amount_from_cell(amount_words(amount), ratio=False) == amount


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


def test_a_number_of_a_formula_loses_only_the_noise_of_binary_fractions() -> None:
    assert amount_from_cell(0.1 + 0.2 + 10, ratio=False) == Decimal("10.30")
    with pytest.raises(ValueError, match="hai chữ số"):
        amount_from_cell(10.125, ratio=False)
