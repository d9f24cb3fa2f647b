"""Numbers and dates as clerks write them, and as they type them."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import count_vi, date_vi, distance_vi, number_vi, parse_number_vi, percent_vi


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (21914, 0, "21.914"),
        (1234567, 0, "1.234.567"),
        (999, 0, "999"),
        (0, 0, "0"),
        (95.5, 1, "95,5"),
        (Decimal("1234.5"), 2, "1.234,50"),
        (Fraction(1, 3), 2, "0,33"),
        (Fraction(2, 3), 0, "1"),
        (0.5, 0, "1"),  # half is rounded up
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (0.05, 1, "0,1"),
        (1.005, 2, "1,01"),  # the decimal that was typed, not its binary neighbour
        (0.1, 20, "0,10000000000000000000"),
        (-2.5, 0, "-3"),
        (-1234.5, 1, "-1.234,5"),
        (-0.04, 1, "0,0"),  # no minus nought
        (Decimal("-0"), 0, "0"),
    ],
)
def test_a_number(value, decimals, printed):
    assert number_vi(value, decimals) == printed


def test_a_number_has_no_decimals_unless_asked():
    assert number_vi(Decimal("12.4")) == "12"


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (955, 1000, "95,5%"),
        (2, 3, "66,7%"),
        (1, 1, "100%"),
        (7, 10, "70%"),
        (1999, 2000, "100,0%"),  # rounded, and it shows
        (0, 5, "0%"),
        (0, 0, "không phát sinh"),
        (5, 0, "không phát sinh"),
        (Decimal("0.5"), 1, "50%"),
        (0.1, 1, "10%"),
        (17, 10, "170%"),
    ],
)
def test_a_share(numerator, denominator, printed):
    assert percent_vi(numerator, denominator) == printed


def test_a_share_with_two_decimals():
    assert percent_vi(1, 3, 2) == "33,33%"
    assert percent_vi(1, 3, decimals=0) == "33%"


@pytest.mark.parametrize(
    ("n", "printed"), [(0, "0"), (1, "01"), (9, "09"), (10, "10"), (12, "12"), (1234, "1.234"), (-5, "-5")]
)
def test_a_count_in_running_text(n, printed):
    assert count_vi(n) == printed


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (date(2023, 4, 5), "05/4/2023"),
        (date(2023, 4, 10), "10/4/2023"),
        (date(2023, 2, 10), "10/02/2023"),
        (date(2023, 1, 1), "01/01/2023"),
        (date(2023, 3, 9), "09/3/2023"),
        (date(2023, 11, 8), "08/11/2023"),
        (date(2023, 10, 31), "31/10/2023"),
    ],
)
def test_a_date_in_running_text(day, printed):
    assert date_vi(day) == printed


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_date_can_be_read_back(day):
    number, month, year = map(int, date_vi(day).split("/"))
    assert date(year, month, number) == day
    assert len(date_vi(day)) >= len("10/4/2023")
    assert date_vi(day) != date_vi(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("50", "50"),
        ("50,5", "50.5"),
        ("1.234", "1234"),
        ("1.234,5", "1234.5"),
        ("1.234.567,25", "1234567.25"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("95.5", "95.5"),
        ("12.50", "12.5"),
        ("1.2345", "1.2345"),
        ("0.500", "0.5"),  # nought point five, not five hundred
        ("1234,500", "1234.5"),
        ("95,5%", "95.5"),
        ("95,5 %", "95.5"),
        (" 7 ", "7"),
        ("+3", "3"),
        ("-5", "-5"),
        ("\u22125,5", "-5.5"),
        ("-0", "0"),
        ("-0,0", "0"),
        ("100", "100"),
        ("007", "7"),
        ("1234567890123456789012345", "1234567890123456789012345"),
    ],
)
def test_a_number_typed(typed, value):
    number = parse_number_vi(typed)
    assert number == Decimal(value)
    assert str(number) == value


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "1,234.5",
        "1.23.4",
        "12.34,5",
        "1,2,3",
        ",5",
        "5,",
        "1e5",
        "inf",
        "NaN",
        "0x10",
        "12 34",
        "50%%",
        "--5",
        "٥٠",
        "9" * 26,
        "9" * 5000,
    ],
)
def test_what_is_not_a_number_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=r"không phải là số. Hãy nhập ví dụ 50 hoặc 50,5.$"):
        parse_number_vi(typed)


@given(st.decimals(-(10**12), 10**12, places=3))
def test_every_printed_number_can_be_typed_again(value):
    assert parse_number_vi(number_vi(value, 3)) == value


@pytest.mark.parametrize(
    ("size", "unit", "printed"),
    [
        (Fraction(19, 2), "%", "9,5 điểm %"),
        (Fraction(10), "%", "10 điểm %"),
        (Fraction(10, 499), "%", "0,02 điểm %"),
        (Fraction(1, 5000), "%", "dưới 0,01 điểm %"),
        (Fraction(0), "%", "0 điểm %"),
        (Fraction(31, 4), "ha", "7,75 ha"),
        (Fraction(136, 3), "hồ sơ", "45,3 hồ sơ"),
        (Fraction(12), "", "12"),
    ],
)
def test_a_distance_is_never_rounded_to_nothing(size, unit, printed):
    assert distance_vi(size, unit) == printed
