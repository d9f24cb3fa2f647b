"""Reporting periods: the windows of Decree 09/2019 and the names of periods."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import periods
from core.periods import Period, containing, parse

DAY = timedelta(days=1)
OUT_OF_BOUNDS = "Năm của kỳ báo cáo phải từ 2000 đến 2100."
EXAMPLES = {
    "week": "2026-W47",
    "month": "2026-11",
    "quarter": "2026-Q4",
    "half": "2026-H2",
    "nine_months": "2026",
    "year": "2026",
}


def refusal(make, *arguments):
    """The message with which the period is refused."""
    with pytest.raises(ValueError) as refused:
        make(*arguments)
    return str(refused.value)


TEN_YEARS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
KINDS_WITHOUT_GAPS = st.sampled_from(["week", "month", "quarter", "half", "year"])

WINDOWS = [
    ("week", "2026-W47", date(2026, 11, 16), date(2026, 11, 22), "tuần 47 năm 2026"),
    ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4), "tuần 1 năm 2026"),
    ("week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3), "tuần 53 năm 2026"),
    ("month", "2026-01", date(2025, 12, 15), date(2026, 1, 14), "tháng 01 năm 2026"),
    ("month", "2026-02", date(2026, 1, 15), date(2026, 2, 14), "tháng 02 năm 2026"),
    ("month", "2026-03", date(2026, 2, 15), date(2026, 3, 14), "tháng 3 năm 2026"),
    ("month", "2026-11", date(2026, 10, 15), date(2026, 11, 14), "tháng 11 năm 2026"),
    ("month", "2026-12", date(2026, 11, 15), date(2026, 12, 14), "tháng 12 năm 2026"),
    ("quarter", "2026-Q1", date(2025, 12, 15), date(2026, 3, 14), "quý I năm 2026"),
    ("quarter", "2026-Q2", date(2026, 3, 15), date(2026, 6, 14), "quý II năm 2026"),
    ("quarter", "2026-Q3", date(2026, 6, 15), date(2026, 9, 14), "quý III năm 2026"),
    ("quarter", "2026-Q4", date(2026, 9, 15), date(2026, 12, 14), "quý IV năm 2026"),
    ("half", "2026-H1", date(2025, 12, 15), date(2026, 6, 14), "6 tháng đầu năm 2026"),
    ("half", "2026-H2", date(2026, 6, 15), date(2026, 12, 14), "6 tháng cuối năm 2026"),
    ("nine_months", "2026", date(2025, 12, 15), date(2026, 9, 14), "9 tháng năm 2026"),
    ("year", "2026", date(2025, 12, 15), date(2026, 12, 14), "năm 2026"),
    ("year", "2000", date(1999, 12, 15), date(2000, 12, 14), "năm 2000"),
    ("year", "2100", date(2099, 12, 15), date(2100, 12, 14), "năm 2100"),
]


@pytest.mark.parametrize(("kind", "key", "start", "end", "label"), WINDOWS)
def test_the_window_and_the_label(kind, key, start, end, label):
    period = parse(kind, key)
    assert period == Period(kind, key, start, end)
    assert period.label == label


def test_figures_are_taken_at_the_end_of_the_last_day():
    cutoff = parse("month", "2026-11").cutoff
    assert cutoff == datetime(2026, 11, 14, 23, 59, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert cutoff.utcoffset() == timedelta(hours=7)


def test_every_kind_has_its_name():
    assert periods.KINDS == {
        "week": "tuần",
        "month": "tháng",
        "quarter": "quý",
        "half": "6 tháng",
        "nine_months": "9 tháng",
        "year": "năm",
    }


@pytest.mark.parametrize(
    ("kind", "on", "key"),
    [
        ("month", date(2026, 11, 14), "2026-11"),
        ("month", date(2026, 11, 15), "2026-12"),
        ("month", date(2026, 12, 14), "2026-12"),
        ("month", date(2026, 12, 15), "2027-01"),
        ("month", date(2026, 1, 1), "2026-01"),
        ("quarter", date(2026, 3, 14), "2026-Q1"),
        ("quarter", date(2026, 3, 15), "2026-Q2"),
        ("half", date(2026, 6, 14), "2026-H1"),
        ("half", date(2026, 6, 15), "2026-H2"),
        ("nine_months", date(2026, 9, 14), "2026"),
        ("nine_months", date(2026, 12, 15), "2027"),
        ("year", date(2026, 12, 14), "2026"),
        ("year", date(2026, 12, 15), "2027"),
        ("week", date(2026, 11, 22), "2026-W47"),
        ("week", date(2026, 11, 23), "2026-W48"),
        ("week", date(2027, 1, 3), "2026-W53"),
    ],
)
def test_the_period_of_a_day(kind, on, key):
    assert containing(kind, on).key == key


@pytest.mark.parametrize("on", [date(2026, 9, 15), date(2026, 12, 14)])
def test_the_last_months_belong_to_no_nine_months(on):
    assert refusal(containing, "nine_months", on) == (
        f"Ngày {on.day}/{on.month}/2026 không thuộc kỳ báo cáo 9 tháng nào."
    )


@pytest.mark.parametrize(
    ("kind", "key", "previous", "following", "last_year"),
    [
        ("week", "2026-W01", "2025-W52", "2026-W02", "2025-W01"),
        ("week", "2026-W53", "2026-W52", "2027-W01", "2025-W52"),
        ("month", "2026-01", "2025-12", "2026-02", "2025-01"),
        ("month", "2026-12", "2026-11", "2027-01", "2025-12"),
        ("quarter", "2026-Q1", "2025-Q4", "2026-Q2", "2025-Q1"),
        ("half", "2026-H2", "2026-H1", "2027-H1", "2025-H2"),
        ("nine_months", "2026", "2025", "2027", "2025"),
        ("year", "2026", "2025", "2027", "2025"),
    ],
)
def test_neighbours(kind, key, previous, following, last_year):
    period = parse(kind, key)
    assert period.previous() == parse(kind, previous)
    assert period.next() == parse(kind, following)
    assert period.same_last_year() == parse(kind, last_year)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("week", "2026-W54"),
        ("week", "2025-W53"),  # 2025 has 52 weeks
        ("week", "2026-W00"),
        ("week", "2026-47"),
        ("week", "2026"),
        ("month", "2026-13"),
        ("month", "2026-00"),
        ("month", "2026-1"),
        ("month", "11/2026"),
        ("month", "2026"),
        ("month", "2026-Q1"),
        ("quarter", "2026-Q5"),
        ("quarter", "2026-H1"),
        ("half", "2026-H3"),
        ("nine_months", "2026-Q3"),
        ("year", "2026-01"),
        ("year", "26"),
        ("year", "2026-"),
        ("year", " 2026"),
        ("year", "٢٠٢٦"),
        ("year", ""),
    ],
)
def test_a_wrong_key_is_answered_with_an_example(kind, key):
    name, example = periods.KINDS[kind], EXAMPLES[kind]
    assert refusal(parse, kind, key) == (
        f"“{key}” không phải là kỳ báo cáo {name}. Hãy nhập theo mẫu {example}."
    )


@pytest.mark.parametrize(
    ("kind", "key"),
    [("year", "1999"), ("year", "2101"), ("week", "0000-W01"), ("week", "1999-W01"), ("month", "2101-01")],
)
def test_years_outside_the_century_are_refused(kind, key):
    assert refusal(parse, kind, key) == OUT_OF_BOUNDS


@pytest.mark.parametrize(
    ("kind", "on"),
    [
        ("year", date(2100, 12, 15)),
        ("month", date(2100, 12, 15)),
        ("year", date(1999, 12, 14)),
        ("week", date(2000, 1, 1)),  # ISO week 52 of 1999
    ],
)
def test_days_outside_the_century_have_no_period(kind, on):
    assert refusal(containing, kind, on) == OUT_OF_BOUNDS


def test_the_first_day_and_the_last_day_of_the_century_are_inside():
    assert containing("year", date(1999, 12, 15)).key == "2000"
    assert containing("year", date(2100, 12, 14)).key == "2100"


@pytest.mark.parametrize(("make", "argument"), [(parse, "2026"), (containing, date(2026, 1, 1))])
def test_an_unknown_kind_is_answered_with_the_kinds(make, argument):
    assert refusal(make, "day", argument) == (
        "Không có loại kỳ báo cáo “day”. Các loại: week, month, quarter, half, nine_months, year."
    )


def test_a_period_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse("year", "2026").end = date(2027, 1, 1)


@given(KINDS_WITHOUT_GAPS, TEN_YEARS)
def test_every_day_lies_in_its_period_and_the_next_one_follows_at_once(kind, on):
    period = containing(kind, on)
    assert period.start <= on <= period.end
    assert period.next().start == period.end + DAY
    assert period.previous().end == period.start - DAY
    assert period.next().previous() == period == period.previous().next()
    assert parse(kind, period.key) == period


@given(TEN_YEARS)
def test_longer_periods_are_made_of_whole_months(on):
    month = containing("month", on)
    for kind in ("quarter", "half", "year"):
        longer = containing(kind, on)
        assert longer.start <= month.start
        assert month.end <= longer.end
        assert longer.start.day == 15
        assert longer.end.day == 14


def test_a_milestone_collects_up_to_its_very_day():
    collection = periods.up_to(date(2026, 6, 30), date(2026, 4, 5))
    assert collection == Period("to_day", "2026-06-30", date(2026, 4, 5), date(2026, 6, 30))
    assert collection.label == "đến ngày 30/6/2026"


def test_a_collection_does_not_end_before_it_begins():
    assert "sau mốc" in refusal(periods.up_to, date(2026, 6, 30), date(2026, 7, 1))


def test_a_collection_cannot_be_found_by_its_name_alone():
    assert "Không có loại kỳ báo cáo" in refusal(parse, "to_day", "2026-06-30")
