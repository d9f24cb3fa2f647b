"""The rhythm is read from the words of the order, whole or not at all."""

from typing import Any

import pytest

from core.deadlines import DeadlineKind, parse
from tasks.recurrence import DueRule, Every, Rhythm
from tasks.rhythm_words import rhythms_of

WEEK, MONTH, QUARTER, HALF, NINE, YEAR = (
    Every.WEEK, Every.MONTH, Every.QUARTER, Every.HALF, Every.NINE_MONTHS, Every.YEAR
)  # fmt: skip


def on_day(every: Every, day: int, month: int | None = None) -> Rhythm:
    return Rhythm(every, DueRule.DAY, due_day=day, due_month=month)


READ: list[tuple[str, list[Rhythm]]] = [
    # how often
    ("hằng tháng", [Rhythm(MONTH)]),
    ("Hàng quý.", [Rhythm(QUARTER)]),
    ("mỗi năm", [Rhythm(YEAR)]),
    ("Định kỳ hàng tháng", [Rhythm(MONTH)]),
    ("định kỳ (hàng tuần, hàng tháng)", [Rhythm(WEEK), Rhythm(MONTH)]),
    ("Định kỳ hằng tháng, hằng quý", [Rhythm(MONTH), Rhythm(QUARTER)]),
    ("Thường xuyên (hàng tuần)", [Rhythm(WEEK)]),
    ("06 tháng một lần", [Rhythm(HALF)]),
    ("3 tháng một lần", [Rhythm(QUARTER)]),
    ("mỗi tuần một lần", [Rhythm(WEEK)]),
    ("01 lần/tháng", [Rhythm(MONTH)]),
    ("hằng tháng, quý, 6 tháng, 9 tháng và năm", [Rhythm(every) for every in (MONTH, QUARTER, HALF, NINE, YEAR)]),
    # by which day
    ("trước ngày 25 hằng tháng", [on_day(MONTH, 24)]),
    ("chậm nhất ngày 25 hằng tháng", [on_day(MONTH, 25)]),
    ("trước 16 giờ 00 ngày 25 hằng tháng", [on_day(MONTH, 25)]),
    ("ngày 05 tháng sau, hằng tháng", [on_day(MONTH, 5, 2)]),
    ("trước ngày 01 tháng sau, hằng tháng", [on_day(MONTH, 31)]),
    ("trước ngày 15 tháng cuối quý, hằng quý", [on_day(QUARTER, 14)]),
    ("ngày 10 tháng sau, định kỳ hằng quý", [on_day(QUARTER, 10, 4)]),
    ("trước ngày 01/6 và 15/11 hằng năm", [on_day(YEAR, 31, 5), on_day(YEAR, 14, 11)]),
    ("ngày làm việc cuối cùng của tháng, hằng tháng", [Rhythm(MONTH)]),
    ("cuối mỗi quý", [Rhythm(QUARTER)]),
    # days of the week
    ("thứ Sáu hằng tuần", [on_day(WEEK, 5)]),
    ("chiều thứ Sáu hằng tuần", [on_day(WEEK, 5)]),
    ("trước thứ Sáu hằng tuần", [on_day(WEEK, 4)]),
    ("thứ Tư và thứ Sáu hằng tuần", [Rhythm(Every.WEEKDAYS, weekdays=(3, 5))]),
    ("định kỳ vào Thứ 4 và Thứ 6 hàng tuần", [Rhythm(Every.WEEKDAYS, weekdays=(3, 5))]),
    ("hằng tuần vào thứ Sáu; hằng tháng vào ngày 25", [on_day(WEEK, 5), on_day(MONTH, 25)]),
    # from when to when is read elsewhere
    ("hàng tháng, từ tháng 3 đến tháng 12/2026", [Rhythm(MONTH)]),
    ("hằng năm, giai đoạn 2026-2030", [Rhythm(YEAR)]),
    ("hàng tuần đến 30/6/2026", [Rhythm(WEEK)]),
    ("trước ngày 25 hằng tháng từ ngày 01/3/2026", [on_day(MONTH, 24)]),
    # reports follow the legal windows where no day is named
    ("Thường xuyên, định kỳ hằng quý báo cáo về Sở Tài chính", [Rhythm(QUARTER, DueRule.WINDOW)]),
    ("báo cáo hàng tuần", [Rhythm(WEEK)]),
    ("báo cáo trước ngày 20 hằng tháng", [on_day(MONTH, 19)]),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "expected"), READ, ids=[phrase for phrase, _ in READ])
def test_what_is_read(phrase: str, expected: list[Rhythm]) -> None:
    assert list(rhythms_of(phrase)) == expected


@pytest.mark.parametrize("phrase", [phrase for phrase, _ in READ])
def test_the_language_of_deadlines_takes_the_same_phrases_for_recurring(phrase: str) -> None:
    assert parse(phrase, year=2026).kind == DeadlineKind.RECURRING


@pytest.mark.parametrize(
    "phrase",
    [
        "định kỳ",
        "định kỳ theo quy định",
        "02 lần/năm",
        "2 tháng một lần",
        "hằng ngày",
        "đầu mỗi tháng",
        "trước thứ Hai hằng tuần",
        "ngày 32 hằng tháng",
        "định kỳ 6 tháng (trước ngày 15/6), năm (trước ngày 15/12)",
        "thường xuyên",
        "30/4/2026",
        "trong tháng 4/2026",
        "",
    ],
)
def test_what_cannot_be_read_whole_gives_nothing(phrase: str) -> None:
    assert rhythms_of(phrase) == ()


def test_the_plan_says_whether_before_the_25th_includes_it() -> None:
    assert rhythms_of("trước ngày 25 hằng tháng", includes_day=True) == (on_day(MONTH, 25),)


@pytest.mark.parametrize(
    ("given", "rule"), [({}, DueRule.LAST_WORKDAY), ({"is_report": True}, DueRule.WINDOW)]
)
def test_a_report_without_a_day_follows_the_legal_window(given: dict[str, Any], rule: DueRule) -> None:
    assert rhythms_of("hằng tháng", **given) == (Rhythm(MONTH, rule),)
