"""From the printed day to the day the clock stops, and how the reading is shown in words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.deadlines import (
    Deadline,
    DeadlineKind,
    Span,
    SpanUnit,
    counted_from,
    describe,
    effective_end,
    parse,
)
from core.text import date_vi
from core.workdays import WorkCalendar
from tests.core.calendars import VIETNAM

DAY = timedelta(days=1)
TEN_YEARS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
CALENDARS = st.builds(WorkCalendar, off=st.frozensets(TEN_YEARS), working=st.frozensets(TEN_YEARS))

GOLDEN = [
    ("trước ngày 30/4/2023", date(2023, 4, 29), date(2023, 5, 4)),
    ("trước ngày 30/5/2023", date(2023, 5, 29), date(2023, 5, 29)),
    ("10/4/2023", date(2023, 4, 10), date(2023, 4, 10)),
    ("trong tháng 4/2023", date(2023, 4, 30), date(2023, 5, 4)),
    ("02/01/2026", date(2026, 1, 2), date(2026, 1, 5)),
    ("10/01/2026", date(2026, 1, 10), date(2026, 1, 10)),
    ("31/8/2026", date(2026, 8, 31), date(2026, 9, 3)),
    ("22/8/2026", date(2026, 8, 22), date(2026, 8, 22)),
    ("24/11/2026", date(2026, 11, 24), date(2026, 11, 25)),
    ("15/02/2026", date(2026, 2, 15), date(2026, 2, 23)),
]


@pytest.mark.parametrize(("phrase", "nominal", "effective"), GOLDEN)
def test_a_last_day_off_moves_to_the_next_working_day(phrase, nominal, effective):
    assert parse(phrase).nominal == nominal
    assert effective_end(nominal, VIETNAM) == effective


@pytest.mark.parametrize(("phrase", "nominal", "effective"), GOLDEN)
def test_the_deadline_of_a_superior_does_not_move(phrase, nominal, effective):
    assert effective_end(nominal, VIETNAM, shift=False) == nominal


def test_without_a_last_day_there_is_nothing_to_move():
    assert effective_end(None, VIETNAM) is None


@given(CALENDARS, TEN_YEARS)
def test_the_effective_end_is_a_working_day_with_only_days_off_in_between(calendar, nominal):
    end = effective_end(nominal, calendar)
    assert calendar.is_workday(end)
    assert end >= nominal
    assert not any(calendar.is_workday(nominal + n * DAY) for n in range((end - nominal).days))


@given(TEN_YEARS)
def test_every_day_of_ten_years_is_read_in_every_spelling(day):
    spellings = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"ngày {day.day:02d} tháng {day.month} năm {day.year}",
        day.isoformat(),
        date_vi(day),
        f"chậm nhất ngày {date_vi(day)}",
    )
    assert {parse(spelling).nominal for spelling in spellings} == {day}
    assert parse(f"trước ngày {date_vi(day)}").nominal == day - DAY
    assert parse(f"từ {date_vi(day)}").start == day
    assert parse(f"đã thực hiện ngày {date_vi(day)}").done_on == day


@given(TEN_YEARS, TEN_YEARS)
def test_a_range_is_read_or_refused_by_its_order(first, last):
    phrase = f"từ {date_vi(first)} đến {date_vi(last)}"
    if last < first:
        with pytest.raises(ValueError, match="đứng trước ngày bắt đầu"):
            parse(phrase)
    else:
        assert parse(phrase).intervals == ((first, last),)


@given(TEN_YEARS)
def test_a_month_ends_on_its_last_day(day):
    end = parse(f"trong tháng {day.month}/{day.year}").nominal
    assert (end.year, end.month) == (day.year, day.month)
    assert (end + DAY).day == 1


@given(TEN_YEARS)
def test_what_is_described_is_read_again_as_the_same_day(day):
    assert parse(describe(parse(date_vi(day)))).nominal == day


# --- relative deadlines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "day", "last"),
    [
        (Span(5, SpanUnit.WORKDAY), date(2026, 11, 20), date(2026, 11, 30)),  # over 24 November
        (Span(10, SpanUnit.DAY), date(2023, 4, 5), date(2023, 4, 15)),  # the first day is not counted
        (Span(2, SpanUnit.WEEK), date(2023, 4, 5), date(2023, 4, 19)),
        (Span(1, SpanUnit.MONTH), date(2026, 1, 31), date(2026, 2, 28)),
        (Span(1, SpanUnit.MONTH), date(2028, 1, 31), date(2028, 2, 29)),
        (Span(3, SpanUnit.MONTH), date(2026, 3, 15), date(2026, 6, 15)),
        (Span(1, SpanUnit.MONTH), date(2026, 11, 30), date(2026, 12, 30)),
        (Span(2, SpanUnit.MONTH), date(2026, 11, 30), date(2027, 1, 30)),
        (Span(1, SpanUnit.YEAR), date(2024, 2, 29), date(2025, 2, 28)),
        (Span(2, SpanUnit.YEAR), date(2024, 3, 1), date(2026, 3, 1)),
    ],
)
def test_a_length_of_time_is_counted_from_a_day(span, day, last):
    assert counted_from(span, day, VIETNAM) == last


# --- the reading in words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("10/4/2023", "đến hết ngày 10/4/2023"),
        ("Đến trước ngày 30/4/2023", "trước ngày 30/4/2023, tức là đến hết ngày 29/4/2023"),
        (
            "Từ 03/4/2023- 30/6/2023 và 6 tháng cuối năm 2023",
            "từ ngày 03/4/2023 đến hết ngày 30/6/2023 và từ ngày 01/7/2023 đến hết ngày 31/12/2023",
        ),
        ("thường xuyên", "thường xuyên"),
        ("Từ 10/4/2023", "thường xuyên, bắt đầu từ ngày 10/4/2023"),
        ("hằng tháng", "định kỳ: “hằng tháng”"),
        (
            "hằng tháng, từ tháng 3/2026 đến trước ngày 31/12/2026",
            "định kỳ: “hằng tháng, từ tháng 3/2026 đến trước ngày 31/12/2026”, bắt đầu từ ngày 01/3/2026, "
            "trước ngày 31/12/2026, tức là đến hết ngày 30/12/2026",
        ),
        ("Đã thực hiện vào ngày 01/4/2023", "đã thực hiện ngày 01/4/2023"),
        ("đã hoàn thành", "đã thực hiện"),
        (
            "trong vòng 05 ngày làm việc kể từ ngày nhận",
            "trong vòng 05 ngày làm việc, tính từ mốc nêu trong văn bản: "
            "“trong vòng 05 ngày làm việc kể từ ngày nhận”",
        ),
        ("10 ngày kể từ ngày 05/4/2023", "trong vòng 10 ngày, tính từ ngày 05/4/2023"),
        ("trong vòng 02 tuần từ ngày 05/4/2023", "trong vòng 02 tuần, tính từ ngày 05/4/2023"),
        ("trong vòng 3 tháng từ ngày 05/4/2023", "trong vòng 03 tháng, tính từ ngày 05/4/2023"),
        ("trong vòng 1 năm từ ngày 05/4/2023", "trong vòng 01 năm, tính từ ngày 05/4/2023"),
        ("kể từ ngày ký", "tính từ mốc nêu trong văn bản: “kể từ ngày ký”"),
        ("đảm bảo thời gian nêu trên", "theo thời hạn nêu ở nội dung khác: “đảm bảo thời gian nêu trên”"),
        ("", "không ghi thời hạn"),
    ],
)
def test_the_reading_is_shown_in_plain_words(phrase, words):
    assert describe(parse(phrase)) == words


def test_a_day_corrected_by_hand_is_described_too():
    day = date(2026, 6, 30)
    assert describe(Deadline("sớm", DeadlineKind.DATE, nominal=day)) == "đến hết ngày 30/6/2026"
    assert describe(Deadline("sớm", DeadlineKind.DATE)) == "chưa rõ ngày cuối"


def test_the_kinds_as_stored_and_as_shown():
    """The stored words are in databases and workbooks: changing one needs a migration."""
    assert {kind.value: kind.label for kind in DeadlineKind} == {
        "date": "có ngày hạn",
        "range": "có ngày bắt đầu và ngày kết thúc",
        "standing": "thường xuyên",
        "recurring": "định kỳ",
        "done": "đã thực hiện",
        "relative": "tính từ một mốc",
        "none": "không ghi thời hạn",
        "reference": "theo thời hạn ở nội dung khác",
    }
    assert [unit.value for unit in SpanUnit] == ["workday", "day", "week", "month", "year"]
