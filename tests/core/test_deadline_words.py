"""Every word the deadline tables know, one by one: no entry of a table stands there untested."""

from datetime import date

import pytest

from core.deadline_words import FIRST_DAY, LAST_DAY, respelled, skeleton_of
from core.deadlines import DeadlineError, DeadlineKind, parse


def test_the_century_that_may_be_entered():
    assert (date(2000, 1, 1), date(2100, 12, 31)) == (FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize("every", ["hàng", "hằng", "mỗi", "từng"])
@pytest.mark.parametrize("time", ["ngày", "tuần", "tháng", "quý", "6 tháng", "năm"])
def test_words_of_recurrence(every, time):
    assert respelled(f"{every} {time}") == "R"


@pytest.mark.parametrize("time", ["ngày", "tuần", "tháng", "quý", "năm"])
@pytest.mark.parametrize(
    "once", ["{} một lần", "{} 1 lần", "{} 01 lần", "2 {} một lần", "1 lần/{}", "lần/{}"]
)
def test_how_often_in_a_time(time, once):
    assert respelled(once.format(time)) == "R"


@pytest.mark.parametrize(
    ("phrase", "skeleton"),
    [
        ("hạng ngày hội", "hang ngay hoi"),
        ("xhàng ngày", "xhang ngay"),
        ("hàng ngàyx", "hang ngayx"),
        ("định kýx", "dinh kyx"),
        ("xđịnh kỳ", "xdinh ky"),
    ],
)
def test_a_word_of_recurrence_stands_alone(phrase, skeleton):
    expected = {"hạng ngày hội": "R hoi"}.get(phrase, skeleton)  # without accents it is the same word
    assert respelled(phrase) == expected


WEEKDAYS = ["Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "2", "3", "7"]


@pytest.mark.parametrize("weekday", [*(f"thứ {name}" for name in WEEKDAYS), "Chủ nhật"])
@pytest.mark.parametrize("comma", [",", ""])
def test_the_name_of_the_weekday_is_dropped_before_a_day(weekday, comma):
    assert respelled(f"{weekday}{comma} ngày 15/5/2026") == "ngay 15/5/2026"
    assert respelled(f"{weekday}{comma} 15/5/2026") == "15/5/2026"


def test_the_name_of_a_weekday_alone_is_kept():
    assert respelled("thứ Hai tuần sau") == "thu hai tuan sau"


@pytest.mark.parametrize(
    "hour", ["17 giờ", "17 giờ 00", "17 giờ 00 phút", "17 giờ 30phút", "17h", "17h30", "17g30", "9g", "17:00"]
)
@pytest.mark.parametrize("link", [" ", ", ", " ngày ", ", ngày "])
def test_an_hour_before_a_day(hour, link):
    assert respelled(f"trước {hour}{link}15/5/2026").split()[:2] == ["truoc", "T"]
    assert parse(f"trước {hour}{link}15/5/2026").nominal == date(2026, 5, 15)


@pytest.mark.parametrize(
    "label",
    [
        "Công việc",
        "Thời gian",
        "Thời hạn",
        "Hạn chót",
        "Hạn",
        "Mốc",
        "Hoàn thành",
        "Thực hiện",
        "Triển khai",
        "Tổ chức",
        "Ban hành",
        "Trình",
        "Báo cáo",
        "Kết thúc",
        "Phải",
        "Đảm bảo",
        "Bảo đảm",
        "Xong",
        "Thời gian thực hiện",
        "- Thời hạn hoàn thành",
    ],
)
@pytest.mark.parametrize("mark", [" ", ": ", " - "])
def test_the_label_in_front_is_dropped(label, mark):
    assert respelled(f"{label}{mark}30/6/2026") == "30/6/2026"


def test_a_label_alone_is_no_deadline_and_a_longer_word_no_label():
    assert respelled("Thời hạn") == "thoi han"
    assert respelled("hạnx 30/6/2026") == "hanx 30/6/2026"


@pytest.mark.parametrize("verb", ["hoàn thành", "phải hoàn thành", "thực hiện xong", "xong", "phải xong"])
def test_the_verb_behind_is_dropped(verb):
    assert respelled(f"đến 30/6/2026 {verb}") == "den 30/6/2026"


@pytest.mark.parametrize(
    ("phrase", "spelling"),
    [
        ("30/6/2026 (thứ Hai)", "30/6/2026"),
        ("30/6/2026(tạm tính)", "30/6/2026"),
        ("30/6/2026 (gia hạn 30/7/2026)", "30/6/2026 (gia han 30/7/2026)"),  # a day is not a remark
        ("(30/6/2026)", "30/6/2026"),
        ("(tháng sáu)", "thang sau"),
        ("01 — 30/6/2026", "01 - 30/6/2026"),
        ("Quí IV", "quy iv"),
        ("Quí II", "quy ii"),
        ("Quí 4", "quy 4"),
        ("qui định", "qui dinh"),
        ("Quý II - III", "quy ii - quy iii"),
        ("Quý II, quý IV", "quy ii , quy iv"),
        ("quý IV đến I", "quy iv den quy i"),
        ("quý 1 và 2", "quy 1 va quy 2"),
        ("quý III và IV", "quy iii va quy iv"),
        ("quý II và I năm", "quy ii va quy i nam"),
        ("xquý I, ý", "xquy i , y"),
        ("quý I, ivx", "quy i , ivx"),
    ],
)
def test_one_spelling(phrase, spelling):
    assert respelled(phrase) == spelling


@pytest.mark.parametrize(
    "phrase",
    [
        "2026-03-055",
        "05 tháng 3 năm 20261",
        "ngày 30 tháng 123",
        "5/3/20261",
        "5-3-20261",
        "5.3.20261",
        "1/2/261",
        "6 tháng đầu năm 20261",
        "9 tháng năm 20261",
        "quý IV/20261",
        "quý IVx",
        "tháng 4/20261",
        "tháng 123",
        "4/20261",
        "30/123",
        "năm 20261",
        "120/6/2026",
        "1.5/6/2026",
        "năm học",
        "đầu năm",
        "cuối năm học",
    ],
)
def test_a_day_is_not_read_out_of_a_longer_number_or_word(phrase):
    with pytest.raises(DeadlineError, match=r"^Chưa hiểu thời hạn"):
        parse(phrase, year=2026)


@pytest.mark.parametrize("quarter", ["I", "II", "III", "IV", "1", "2", "3", "4"])
@pytest.mark.parametrize("year", ["/2026", " / 2026", "-2026", " - 2026", " năm 2026", " 2026", ""])
def test_the_four_quarters_in_every_spelling(quarter, year):
    number = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(quarter) or int(quarter)
    deadline = parse(f"quý {quarter}{year}", year=2026)
    assert (
        deadline.nominal
        == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)][number - 1]
    )


@pytest.mark.parametrize(
    ("length", "first_end", "last_start"), [(1, (1, 31), 12), (3, (3, 31), 10), (11, (11, 30), 2)]
)
def test_the_first_and_the_last_months_of_a_year(length, first_end, last_start):
    assert parse(f"{length} tháng đầu năm 2026").nominal == date(2026, *first_end)
    last, first = parse(f"{length} tháng cuối năm 2026 và {length} tháng đầu năm 2027").intervals
    assert last == (date(2026, last_start, 1), date(2026, 12, 31))
    assert first == (date(2027, 1, 1), date(2027, *first_end))


@pytest.mark.parametrize(
    ("link", "shared"),
    [
        (" - ", True),
        (" đến ", True),
        (" tới ", True),
        (" đến hết ", True),
        (" đến cuối ", True),
        (" đến trước ", True),
        (" và ", True),
        (", ", True),
        (", từ ", True),
        (" và trong ", True),
        (" hoặc ", False),
    ],
)
def test_neighbours_share_the_year_in_both_directions(link, shared):
    for phrase in (f"tháng 3{link}tháng 6/2026", f"tháng 3/2026{link}tháng 6"):
        _skeleton, fragments = skeleton_of(respelled(phrase))
        years = {fragment.year for fragment in fragments.values()}
        assert years == ({2026} if shared else {2026, None})


def test_the_first_day_of_the_century_may_be_a_last_day():
    assert parse("trước ngày 02/01/2000").nominal == date(2000, 1, 1)
    assert parse("trước tháng 02/2000").nominal == date(2000, 1, 31)
    with pytest.raises(DeadlineError, match=r"^Ngày phải từ 01/01/2000"):
        parse("trước năm 2000")


def test_a_year_lent_by_the_plan_does_not_make_a_rhythm_end():
    assert parse("trước ngày 15/11 hằng năm", year=2026).kind is DeadlineKind.RECURRING
    assert parse("trước ngày 15/11 hằng năm", year=2026).nominal is None
