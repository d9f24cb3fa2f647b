"""What clerks type for a count: read one way, or asked; never guessed, never half stored."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from core.text import number_vi
from plans.amounts import LARGEST, read_amount
from plans.models import Measurement
from tests.cast import Cast
from tests.plans.promised import CLOSED, indicator, target

READ = [
    ("1264", "1264"),
    ("1.264", "1264"),
    ("1 264", "1264"),
    ("1.234.567", "1234567"),
    ("1.234,5", "1234.5"),
    ("12,5", "12.5"),
    ("0", "0"),
    ("1\u00a0264", "1264"),
]


@pytest.mark.parametrize(("typed", "amount"), READ)
def test_the_comma_is_decimal_and_the_dot_divides_thousands(typed: str, amount: str) -> None:
    assert read_amount(typed) == Decimal(amount)


REFUSED = [
    ("1,234", "có thể hiểu hai cách. Nếu là hàng nghìn, hãy nhập 1234;"),
    ("1,234,567", "hãy nhập 1234567"),
    ("1,234.5", "hãy nhập 1234,5"),
    ("12,345", "hai cách"),
    ("0,9512", "quá hai chữ số"),
    ("95%", "là tỷ lệ"),
    ("0,95%", "là tỷ lệ"),
    ("nan", "không phải là số"),
    ("NaN", "không phải là số"),
    ("inf", "không phải là số"),
    ("∞", "không phải là số"),
    ("1e3", "không phải là số"),
    ("mười hai", "không phải là số"),
    ("12 hồ sơ", "không phải là số"),
    ("1.23.4", "không phải là số"),
    ("1000000000000", "tối đa 12 chữ số"),
]


@pytest.mark.parametrize(("typed", "why"), REFUSED)
def test_anything_else_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace(".", r"\.").replace("(", r"\(")):
        read_amount(typed)


@given(st.decimals(0, LARGEST, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_as_we_print_it_is_read_as_the_same(amount: Decimal) -> None:
    assert read_amount(number_vi(amount, 2)) == amount


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(typed: str) -> None:
    try:
        amount = read_amount(typed)
    except ValueError as error:
        assert str(error)
    else:
        assert amount.is_finite() and amount == round(amount, 2)


# --- at the door ---------------------------------------------------------------------------------------------------

AT_THE_DOOR = [
    ({"numerator": "12", "denominator": "10"}, "numerator", "không được lớn hơn mẫu số"),
    ({"numerator": "-3", "denominator": "10"}, "numerator", "không được âm"),
    ({"numerator": "3", "denominator": "-10"}, "denominator", "không được âm"),
    ({"numerator": "ba", "denominator": "10"}, "numerator", "không phải là số"),
    ({"numerator": "NaN", "denominator": "10"}, "numerator", "không phải là số"),
    ({"numerator": "1,264", "denominator": "1,840"}, "numerator", "có thể hiểu hai cách"),
    ({"numerator": "0,95", "denominator": "1"}, "numerator", "giống một tỷ lệ"),
    ({"numerator": "0.95", "denominator": "100"}, "numerator", "giống một tỷ lệ"),
    ({"numerator": "95%", "denominator": "100"}, "numerator", "là tỷ lệ"),
    ({"numerator": "95", "denominator": ""}, "denominator", "Hãy nhập mẫu số"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "field", "why"), AT_THE_DOOR)
def test_a_wrong_amount_is_named_at_its_field_and_nothing_is_saved(
    cast: Cast, typed: dict[str, str], field: str, why: str
) -> None:
    of = indicator()
    target(cast.plan, of, cast.ptd)
    client = Client()
    client.force_login(cast.minh)
    url = reverse("figure", args=[of.pk, cast.ptd.pk])
    answer = client.post(url, {"period": CLOSED.key, "seen": "0", **typed})
    assert answer.status_code == 422
    form = answer.context["report_form"]
    assert why in form.errors[field][0]
    assert not Measurement.objects.exists()
    assert form["numerator"].value() == typed["numerator"], "what was typed stays"
