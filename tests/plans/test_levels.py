"""A level is read as the plan writes it, or refused: never half understood."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.levels import LevelError, check_level, describe_level, parse_level

READ = [
    # as the plan of seed 004 writes them
    ("đạt 70%", "ge", "70", "%"),
    ("trên 30%", "gt", "30", "%"),
    ("đạt trên 90%", "gt", "90", "%"),
    ("đạt  100%", "ge", "100", "%"),
    ("100%", "eq", "100", "%"),
    # others
    ("80%", "ge", "80", "%"),
    ("Tối thiểu 80%", "ge", "80", "%"),
    ("đạt tối thiểu 80%", "ge", "80", "%"),
    ("phấn đấu đạt 95,5%", "ge", "95.5", "%"),
    ("đảm bảo 100%", "eq", "100", "%"),
    ("từ 90% trở lên", "ge", "90", "%"),
    ("đạt từ 90% trở lên", "ge", "90", "%"),
    ("không dưới 90 %", "ge", "90", "%"),
    ("ít nhất 87 thủ tục", "ge", "87", "thủ tục"),
    ("87 thủ tục", "ge", "87", "thủ tục"),
    ("tối thiểu 1.234 hồ sơ", "ge", "1234", "hồ sơ"),
    ("bằng 50%", "eq", "50", "%"),
    ("không quá 5%", "le", "5", "%"),
    ("không vượt quá 5%", "le", "5", "%"),
    ("tối đa 02 lần", "le", "2", "lần"),
    ("5% trở xuống", "le", "5", "%"),
    ("dưới 2%", "lt", "2", "%"),
    ("≥ 80%", "ge", "80", "%"),
    (">80%", "gt", "80", "%"),
    ("<= 3", "le", "3", ""),
    ("80 phần trăm", "ge", "80", "%"),
    ("0%", "ge", "0", "%"),
]


@pytest.mark.parametrize(("phrase", "comparator", "value", "unit"), READ)
def test_a_phrase_says_comparator_value_and_unit(phrase: str, comparator: str, value: str, unit: str) -> None:
    level = parse_level(phrase)
    assert (level.comparator, level.value, level.measure_unit) == (comparator, Decimal(value), unit)


REFUSED = [
    ("170%", "từ 0 đến 100"),
    ("trên 100,1%", "từ 0 đến 100"),
    ("50 - 40%", "mức đầu lớn hơn mức sau"),
    ("từ 80% đến 190%", "từ 0 đến 100"),
    ("giảm 10 - 15%", "Chưa hiểu"),
    ("giảm trên 10%", "Chưa hiểu mức tăng, giảm"),
    ("giảm 120%", "từ 0 đến 100"),
    ("tăng 2 lần", "hai cách"),
    ("giảm nhiều", "Chưa hiểu mức tăng, giảm"),
    ("giảm 10% so với hôm qua", "chưa hiểu kỳ gốc"),
    ("giảm 10% so với tháng 13/2025", "không phải là kỳ báo cáo tháng"),
    ("đạt 40% và 50%", "Chưa hiểu"),
    ("cao", "Chưa hiểu"),
    ("", "Chưa hiểu"),
    ("-5%", "Chưa hiểu"),
    ("trên 90% trở lên", "Chưa hiểu"),
    ("đạt 70% tại Sở và 30% tại chi nhánh", "Chưa hiểu"),
    ("1.23.4%", "không phải là số"),
    ("99999999999999", "từ 0 đến"),
]


RANGES = [
    ("40 - 50%", "40", "50", "%"),
    ("từ 40% đến 50%", "40", "50", "%"),
    ("40% – 50%", "40", "50", "%"),
    ("đạt từ 40 đến 50%", "40", "50", "%"),
    ("từ 3 đến 5,5 ngày", "3", "5.5", "ngày"),
]


@pytest.mark.parametrize(("phrase", "low", "high", "unit"), RANGES)
def test_a_range_has_two_ends(phrase: str, low: str, high: str, unit: str) -> None:
    level = parse_level(phrase)
    assert (level.comparator, level.value, level.value_to, level.measure_unit) == (
        "rg", Decimal(low), Decimal(high), unit,
    )  # fmt: skip


CHANGES = [
    # phrase, comparator, size, unit, whether in percent of the base, the base for a monthly figure at 31/12/2026
    ("giảm 10%", "dn", "10", "", True, "tháng 12 năm 2025"),
    ("giảm 10% so với cùng kỳ", "dn", "10", "", True, "tháng 12 năm 2025"),
    ("cắt giảm tối thiểu 10% số hồ sơ quá hạn", "dn", "10", "", True, "tháng 12 năm 2025"),
    ("tăng 150% so với năm trước", "up", "150", "", True, "năm 2025"),
    ("tăng 5 điểm %", "up", "5", "%", False, "tháng 12 năm 2025"),
    ("tăng thêm 5 điểm phần trăm so với cùng kỳ năm 2024", "up", "5", "%", False, "tháng 12 năm 2024"),
    ("giảm 3 ngày so với năm 2025", "dn", "3", "ngày", False, "năm 2025"),
    ("rút ngắn 02 ngày làm việc so với quý IV/2025", "dn", "2", "ngày làm việc", False, "quý IV năm 2025"),
    ("giảm 1.234 hồ sơ so với tháng 10/2026", "dn", "1234", "hồ sơ", False, "tháng 10 năm 2026"),
    ("giảm 5% so với kỳ trước", "dn", "5", "", True, "tháng 11 năm 2026"),
    ("giảm 5% so với 6 tháng cuối năm 2025", "dn", "5", "", True, "6 tháng cuối năm 2025"),
]


@pytest.mark.parametrize(("phrase", "comparator", "size", "unit", "relative", "base"), CHANGES)
def test_a_change_counts_from_an_earlier_period(
    phrase: str, comparator: str, size: str, unit: str, relative: bool, base: str
) -> None:
    level = parse_level(phrase)
    assert (level.comparator, level.value, level.measure_unit, level.is_relative) == (
        comparator, Decimal(size), unit, relative,
    )  # fmt: skip
    assert level.base is not None and level.base.period("month", date(2026, 12, 31)).label == base


def test_a_change_that_names_no_base_says_which_was_understood() -> None:
    base = parse_level("giảm 10%").base
    stated = parse_level("giảm 10% so với năm 2025").base
    assert base is not None and stated is not None
    at = date(2026, 6, 30)
    assert base.label(base.period("quarter", at)) == "quý II năm 2025 (cùng kỳ năm trước)"
    assert stated.label(stated.period("quarter", at)) == "năm 2025"


def test_a_base_lies_before_its_milestone() -> None:
    for phrase in ("giảm 5% so với năm 2026", "giảm 5% so với cùng kỳ năm 2027"):
        base = parse_level(phrase).base
        assert base is not None
        with pytest.raises(LevelError, match="phải kết thúc trước mốc"):
            base.period("month", date(2026, 6, 30))


ARRIVALS = [
    ("giảm từ 20% xuống còn 18%", "le", "18", "%"),
    ("giảm còn 3 ngày", "le", "3", "ngày"),
    ("tăng lên 90%", "ge", "90", "%"),
]


@pytest.mark.parametrize(("phrase", "comparator", "value", "unit"), ARRIVALS)
def test_a_change_that_says_where_it_ends_is_a_level(
    phrase: str, comparator: str, value: str, unit: str
) -> None:
    level = parse_level(phrase)
    assert (level.comparator, level.value, level.measure_unit, level.base) == (
        comparator, Decimal(value), unit, None,
    )  # fmt: skip


MISMATCHED = [
    ("đạt 70%", {"ngày"}, "không phải theo %"),
    ("3 ngày", {"%"}, "tính theo %"),
    ("giảm 3 ngày", {"%"}, "điểm %"),
    ("tăng 5 điểm %", {"ngày"}, "không phải theo %"),
    ("40 - 150", {"%"}, "từ 0 đến 100"),
    ("0,95", {"%"}, "không rõ là tỷ lệ"),
    ("1", {"%"}, "không rõ là tỷ lệ"),
]


@pytest.mark.parametrize(("phrase", "units", "why"), MISMATCHED)
def test_a_level_speaks_of_what_its_indicators_count(phrase: str, units: set[str], why: str) -> None:
    with pytest.raises(LevelError, match=why):
        check_level(parse_level(phrase), units)


def test_a_change_in_percent_fits_every_indicator() -> None:
    check_level(parse_level("giảm 10%"), {"hồ sơ"})
    check_level(parse_level("giảm 10%"), {"%"})


@pytest.mark.parametrize(("phrase", "why"), REFUSED)
def test_what_is_not_one_level_is_refused_with_a_way_out(phrase: str, why: str) -> None:
    with pytest.raises(LevelError, match=why):
        parse_level(phrase)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(phrase: str) -> None:
    try:
        level = parse_level(phrase)
    except LevelError as error:
        assert str(error)
    else:
        assert level.value >= 0


@given(
    st.sampled_from(["ge", "gt", "eq", "le", "lt"]),
    st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False),
)
def test_the_words_shown_back_mean_the_same(comparator: str, value: Decimal) -> None:
    level = parse_level(describe_level(comparator, value, "%"))
    assert (level.comparator, level.value, level.measure_unit) == (comparator, value, "%")


@given(
    st.decimals(0, 50, places=2, allow_nan=False, allow_infinity=False),
    st.decimals(50, 100, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from(["%", "ngày"]),
)
def test_a_range_shown_back_means_the_same(low: Decimal, high: Decimal, unit: str) -> None:
    level = parse_level(describe_level("rg", low, unit, value_to=high))
    assert (level.comparator, level.value, level.value_to, level.measure_unit) == ("rg", low, high, unit)


@given(
    st.sampled_from(["up", "dn"]),
    st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from([("%", False), ("", True), ("ngày", False)]),
)
def test_a_change_shown_back_means_the_same(
    comparator: str, size: Decimal, counted: tuple[str, bool]
) -> None:
    unit, is_relative = counted
    level = parse_level(describe_level(comparator, size, unit, is_relative=is_relative))
    assert (level.comparator, level.value, level.measure_unit, level.is_relative) == (
        comparator, size, unit, is_relative,
    )  # fmt: skip
