"""A level is read as the plan writes it, or refused: never half understood."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.levels import LevelError, describe_level, parse_level

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
    ("giảm 10%", "mức tăng, giảm"),
    ("tăng 5% so với năm trước", "mức tăng, giảm"),
    ("40 - 50%", "khoảng"),
    ("từ 80% đến 90%", "khoảng"),
    ("cao", "Chưa hiểu"),
    ("", "Chưa hiểu"),
    ("-5%", "Chưa hiểu"),
    ("trên 90% trở lên", "Chưa hiểu"),
    ("đạt 70% tại Sở và 30% tại chi nhánh", "Chưa hiểu"),
    ("1.23.4%", "không phải là số"),
    ("99999999999999", "từ 0 đến"),
]


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
