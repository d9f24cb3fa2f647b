"""A phrase is never half understood: what cannot be read is refused in words that help."""

import contextlib
import time

import pytest

from core.deadlines import DeadlineError, parse

OUT_OF_BOUNDS = "Ngày phải từ 01/01/2000 đến 31/12/2100."
UNREAL = "“{}” không phải là ngày có thật. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."


def refusal(phrase, **reading):
    """The message with which the phrase is refused."""
    with pytest.raises(DeadlineError) as refused:
        parse(phrase, **reading)
    return str(refused.value)


@pytest.mark.parametrize(
    "day", ["31/02/2026", "29/02/2027", "31/04/2026", "45/04/2026", "00/04/2026", "13/13/2026", "15/00/2026"]
)
@pytest.mark.parametrize("phrase", ["{}", "trước ngày {}", "từ 01/01/2026 đến {}", "đã thực hiện ngày {}"])
def test_an_impossible_day_is_named(phrase, day):
    assert refusal(phrase.format(day)) == UNREAL.format(day)


def test_an_impossible_day_without_a_year_is_named():
    assert refusal("trước ngày 31/4 hằng năm") == UNREAL.format("31/04")


def test_the_29th_of_february_exists_only_in_some_years():
    assert parse("trước ngày 29/02 hằng năm").nominal is None
    assert refusal("29/02", year=2026) == UNREAL.format("29/02/2026")


def test_a_bare_day_must_exist_in_the_month_of_its_neighbour():
    assert refusal("từ ngày 30 đến 15/02/2026") == UNREAL.format("30/02/2026")


@pytest.mark.parametrize(
    "phrase", ["30/6/1999", "01/01/2101", "năm 1999", "tháng 1/2101", "trước ngày 01/01/2000"]
)
def test_days_outside_the_century_are_refused(phrase):
    assert refusal(phrase) == OUT_OF_BOUNDS


@pytest.mark.parametrize(
    "phrase",
    ["15/5/0000", "tháng 5/0000", "quý I/0000", "năm 0000", "6 tháng đầu năm 0000", "hằng năm, 15/5/0000"],
)
def test_a_year_that_is_printed_is_never_replaced_by_the_plans(phrase):
    assert refusal(phrase, year=2026) == OUT_OF_BOUNDS


def test_the_year_of_the_plan_must_lie_in_the_century_too():
    assert refusal("đến cuối năm", year=1999) == OUT_OF_BOUNDS


@pytest.mark.parametrize("phrase", ["1/2/26", "trước ngày 1.2.26", "1-2-26"])
def test_a_year_of_two_figures_is_refused(phrase):
    assert (
        refusal(phrase)
        == f"“{phrase[-6:]}”: năm phải ghi đủ 4 chữ số. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."
    )


@pytest.mark.parametrize("phrase", ["30/6", "trong tháng 4", "quý II", "đến cuối năm", "6 tháng đầu năm"])
def test_a_missing_year_is_asked_for(phrase):
    assert refusal(phrase) == "Thời hạn chưa ghi đủ tháng, năm. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."


@pytest.mark.parametrize(("phrase", "month"), [("13/2026", 13), ("tháng 0/2026", 0), ("tháng 13", 13)])
def test_a_month_that_does_not_exist_is_named(phrase, month):
    assert refusal(phrase, year=2026) == f"Không có tháng {month}. Hãy nhập tháng/năm, ví dụ 02/2026."


@pytest.mark.parametrize("months", [0, 12])
def test_a_part_of_the_year_is_less_than_the_year(months):
    assert (
        refusal(f"{months} tháng cuối năm 2026")
        == f"Không rõ {months} tháng nào của năm. Hãy nhập, ví dụ 6 tháng cuối năm 2026."
    )


@pytest.mark.parametrize(
    ("phrase", "last", "first"),
    [
        ("từ 30/6/2026 đến 01/6/2026", "01/6/2026", "30/6/2026"),
        ("từ 30/6/2026 đến trước ngày 30/6/2026", "29/6/2026", "30/6/2026"),
        ("quý III/2026 - quý I/2026", "31/3/2026", "01/7/2026"),
        ("hàng tháng, từ tháng 6/2026 đến tháng 4/2026", "30/4/2026", "01/6/2026"),
        ("6 tháng cuối năm 2026 và từ 05/3/2026 đến 04/3/2026", "04/3/2026", "05/3/2026"),
    ],
)
def test_an_end_before_its_start_is_refused(phrase, last, first):
    assert refusal(phrase) == f"Ngày kết thúc {last} đứng trước ngày bắt đầu {first}."


@pytest.mark.parametrize(
    "phrase",
    [
        "trước ngày 30/4/2023 và 30/5/2023",
        "30/4/2023; 30/5/2023",
        "trước ngày 30/4/2023, trước ngày 30/5/2023",
    ],
)
def test_several_deadlines_in_one_line_are_to_be_split(phrase):
    assert refusal(phrase) == "Có nhiều ngày hạn trong một dòng. Hãy tách mỗi ngày hạn thành một dòng riêng."


@pytest.mark.parametrize(
    "phrase",
    [
        "Quý IV/2026, định kỳ hằng quý báo cáo",
        "trước ngày 15/5/2025, hàng tháng báo cáo",
        "30/6/2026, hằng tháng đến 31/12/2026",
    ],
)
def test_a_deadline_inside_a_recurrence_is_to_be_split(phrase):
    assert refusal(phrase) == (
        "Thời hạn vừa có ngày riêng vừa định kỳ. Hãy tách thành hai dòng, ví dụ: 30/6/2026; hằng tháng."
    )


@pytest.mark.parametrize(
    "phrase",
    [
        "càng sớm càng tốt",
        "hoàn thành",
        "đầu tháng 5/2026",
        "năm nay",
        "trước ngày 15",
        "từ ngày 01/01/2018 đến nay",
        "30/4/2026 hoặc 30/5/2026",
        "5/12/20261",
        "thường xuyên đến 15",
        "theo tiến độ, xong 30/6/2026",
        "theo tiến độ đến năm 2026",
        "theo kế hoạch, xong trong năm 2026",
        "theo kế hoạch hết năm 2026",
        "kể từ ngày ký, 30/6/2026",
        "trong vòng 5 ngày, 30/6/2026",
        "=HYPERLINK(1)",
        "10/4/2023 " + "x" * 500,
    ],
)
def test_what_is_not_understood_is_answered_with_examples(phrase):
    quoted = phrase if len(phrase) <= 40 else phrase[:40] + "…"
    assert refusal(phrase) == (
        f"Chưa hiểu thời hạn “{quoted}”. Hãy nhập, ví dụ: 30/4/2026; trước ngày 30/4/2026; "
        "trong tháng 4/2026; quý II/2026; đến cuối năm 2026; từ 03/4/2026 đến 30/6/2026; "
        "thường xuyên; hằng tháng."
    )


def test_the_longest_phrase_is_still_read():
    assert parse("sau khi " + "x" * 492).within is None  # 500 characters
    assert refusal("sau khi " + "x" * 493).startswith("Chưa hiểu thời hạn")


@pytest.mark.parametrize(
    "junk", ["trong ", "tu ", "den het cuoi ", "ngay khi ", "- ", "R ", "(", " ,", "1/1 va ", "thuong xuyen "]
)
def test_junk_is_answered_at_once(junk):
    begun = time.perf_counter()
    with contextlib.suppress(DeadlineError):
        parse(junk * (480 // len(junk)) + "5", year=2026)
    assert time.perf_counter() - begun < 0.5
