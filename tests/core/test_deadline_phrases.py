"""The deadline phrases of real plans, as a table: what is written, what it means.

Sources: the five documents our user wrote from, the trap list of the collected plans, norms of the trade.
"""

from datetime import date

import pytest

from core.deadlines import Deadline, DeadlineKind, Span, SpanUnit, parse

DATE, RANGE, STANDING, RECURRING = (
    DeadlineKind.DATE,
    DeadlineKind.RANGE,
    DeadlineKind.STANDING,
    DeadlineKind.RECURRING,
)
DONE, RELATIVE, NONE, REFERENCE = (
    DeadlineKind.DONE,
    DeadlineKind.RELATIVE,
    DeadlineKind.NONE,
    DeadlineKind.REFERENCE,
)


def d(text: str) -> date:
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


# --- a last day ------------------------------------------------------------------------------------------

LAST_DAYS = [
    # the day itself
    ("10/4/2023", "10/4/2023"),
    ("Thời gian hoàn thành: 10/4/2023", "10/4/2023"),
    ("ngày 10/4/2023", "10/4/2023"),
    ("đến ngày 10/4/2023", "10/4/2023"),
    ("Đến hết ngày 15/5/2025", "15/5/2025"),
    ("chậm nhất ngày 15/5/2025", "15/5/2025"),
    ("Chậm nhất là ngày 15/5/2025.", "15/5/2025"),
    ("chậm nhất đến ngày 15/5/2025", "15/5/2025"),
    ("muộn nhất ngày 15/5/2025", "15/5/2025"),
    ("không quá ngày 15/5/2025", "15/5/2025"),
    ("tính đến ngày 15/5/2025", "15/5/2025"),
    ("tới ngày 15/5/2025", "15/5/2025"),
    ("phải xong 15/5/2025", "15/5/2025"),
    ("đến 15/5/2025 xong", "15/5/2025"),
    ("đến 15/5/2025 thực hiện xong", "15/5/2025"),
    ("Công việc hoàn thành, báo cáo chậm nhất vào ngày 15/5/2025", "15/5/2025"),
    ("đến ngày 15/5/2025 phải hoàn thành", "15/5/2025"),
    ("10/4/2023 (thứ Hai)", "10/4/2023"),
    ("thứ Sáu, ngày 15/5/2026", "15/5/2026"),
    ("Chủ nhật 31/5/2026", "31/5/2026"),
    ("từ ngày ký đến ngày 30/6/2026", "30/6/2026"),
    ("từ nay đến hết ngày 30/6/2026", "30/6/2026"),
    ("từ nay tới cuối tháng 6/2026", "30/6/2026"),
    ("kể từ thời điểm ban hành - 30/6/2026", "30/6/2026"),
    # the ways to write a day
    ("ngày 05 tháng 3 năm 2026", "5/3/2026"),
    ("05 tháng 3 năm 2026", "5/3/2026"),
    ("05.03.2026", "5/3/2026"),
    ("5-3-2026", "5/3/2026"),
    ("05 / 03 / 2026", "5/3/2026"),
    ("2026-03-05", "5/3/2026"),
    ("2026-03-05 00:00:00", "5/3/2026"),
    ("13/04/2026", "13/4/2026"),
    ("29/02/2028", "29/2/2028"),
    ("01/01/2000", "1/1/2000"),
    ("31/12/2100", "31/12/2100"),
    # with an hour the day itself is the last one
    ("trước 17 giờ 00 ngày 15/5/2025", "15/5/2025"),
    ("trước 17h ngày 15/5/2025", "15/5/2025"),
    ("chậm nhất 16h30, ngày 15/5/2025", "15/5/2025"),
    ("đến trước 16 giờ 30 phút 15/5/2025", "15/5/2025"),
    # a month
    ("hoàn thành trong tháng 4/2023", "30/4/2023"),
    ("Công việc hoàn thành trong tháng 5/2018", "31/5/2018"),
    ("trong tháng 6/2023", "30/6/2023"),
    ("ngay trong tháng 4/2023", "30/4/2023"),
    ("Tháng 10/2025", "31/10/2025"),
    ("(tháng 6/2018)", "30/6/2018"),
    ("6/2025", "30/6/2025"),
    ("12-2025", "31/12/2025"),
    ("THÁNG 02 NĂM 2025", "28/2/2025"),
    ("tháng 02/2028", "29/2/2028"),
    ("cuối tháng 4/2023", "30/4/2023"),
    ("đến hết tháng 4 năm 2023", "30/4/2023"),
    # a quarter
    ("Quí IV-2025", "31/12/2025"),
    ("Quý IV/2025", "31/12/2025"),
    ("Quý III Năm 2026", "30/9/2026"),
    ("trong quý II/2026", "30/6/2026"),
    ("Quý I/2030", "31/3/2030"),
    ("quý 4 năm 2025", "31/12/2025"),
    ("quý 1/2026", "31/3/2026"),
    # a part of the year, a year
    ("6 tháng cuối năm 2023", "31/12/2023"),
    ("6 tháng đầu năm 2023", "30/6/2023"),
    ("9 tháng đầu năm 2026", "30/9/2026"),
    ("9 tháng năm 2026", "30/9/2026"),
    ("Đến cuối năm 2023", "31/12/2023"),
    ("đến hết năm 2025", "31/12/2025"),
    ("Đến năm 2030", "31/12/2030"),
    ("Hoàn thành trong năm 2025", "31/12/2025"),
    ("xong trong năm 2025", "31/12/2025"),
    ("Năm 2026", "31/12/2026"),
    ("2026", "31/12/2026"),
    ("trước cuối năm 2026", "31/12/2026"),
    ("trước hết tháng 6/2026", "30/6/2026"),
    ("từ ngày ban hành đến hết năm 2026", "31/12/2026"),
    ("thường xuyên đến hết năm 2026", "31/12/2026"),
    ("thường xuyên, trong năm 2026", "31/12/2026"),
    # before a month, a quarter, a year: the day before it begins
    ("trước tháng 6/2023", "31/5/2023"),
    ("trước quý II/2026", "31/3/2026"),
    ("trước năm 2026", "31/12/2025"),
]


@pytest.mark.parametrize(("phrase", "last"), LAST_DAYS)
def test_a_last_day(phrase, last):
    assert parse(phrase) == Deadline(phrase, DATE, printed=d(last), nominal=d(last))


BEFORE = [
    ("Đến trước ngày 30/4/2023", "30/4/2023", "29/4/2023"),
    ("Đến trước ngày 30/5/2023", "30/5/2023", "29/5/2023"),
    ("trước ngày 15/5/2025", "15/5/2025", "14/5/2025"),
    ("hoàn thành trước ngày 20/01/2025", "20/1/2025", "19/1/2025"),
    ("trước ngày 31 tháng 12 năm 2026", "31/12/2026", "30/12/2026"),
    ("trước ngày 01 tháng 01 năm 2026", "1/1/2026", "31/12/2025"),
    ("chậm nhất trước ngày 01/3/2028", "1/3/2028", "29/2/2028"),
    ("xong trước 30/6/2026", "30/6/2026", "29/6/2026"),
    ("từ ngày ký đến trước ngày 30/6/2026", "30/6/2026", "29/6/2026"),
]


@pytest.mark.parametrize(("phrase", "printed", "day_before"), BEFORE)
def test_before_a_day_is_the_day_before_it(phrase, printed, day_before):
    assert parse(phrase) == Deadline(phrase, DATE, printed=d(printed), nominal=d(day_before))


@pytest.mark.parametrize(("phrase", "printed", "day_before"), BEFORE)
def test_before_a_day_is_the_day_itself_when_the_plan_says_so(phrase, printed, day_before):
    assert parse(phrase, includes_day=True) == Deadline(phrase, DATE, printed=d(printed), nominal=d(printed))


@pytest.mark.parametrize(("phrase", "last"), LAST_DAYS)
def test_the_plans_reading_of_before_changes_no_other_phrase(phrase, last):
    assert parse(phrase, includes_day=True) == parse(phrase)


# --- from … to … -----------------------------------------------------------------------------------------

RANGES = [
    (
        "Từ 03/4/2023- 30/6/2023 và 6 tháng cuối năm 2023",
        [("3/4/2023", "30/6/2023"), ("1/7/2023", "31/12/2023")],
    ),
    ("từ ngày 03/4/2023 đến ngày 30/6/2023", [("3/4/2023", "30/6/2023")]),
    ("từ ngày 03/4/2023 đến hết ngày 30/6/2023", [("3/4/2023", "30/6/2023")]),
    ("Từ 03/4/2023 – 30/6/2023; 6 tháng cuối năm", [("3/4/2023", "30/6/2023"), ("1/7/2023", "31/12/2023")]),
    ("từ 01/4 đến 30/6/2023", [("1/4/2023", "30/6/2023")]),
    ("từ 01/11/2023 đến 15/11", [("1/11/2023", "15/11/2023")]),
    ("từ ngày 10 đến ngày 15/6/2026", [("10/6/2026", "15/6/2026")]),
    ("10-15/6/2026", [("10/6/2026", "15/6/2026")]),
    ("từ 15/4/2026 đến tháng 6/2026", [("15/4/2026", "30/6/2026")]),
    ("tháng 4 - 6/2026", [("1/4/2026", "30/6/2026")]),
    ("từ tháng 11/2025 đến hết tháng 02/2026", [("1/11/2025", "28/2/2026")]),
    ("Quý IV/2025- Quý II/2026", [("1/10/2025", "30/6/2026")]),
    ("từ quý I đến quý III năm 2026", [("1/1/2026", "30/9/2026")]),
    ("quý II-III/2026", [("1/4/2026", "30/9/2026")]),
    ("quý I, III/2026", [("1/1/2026", "31/3/2026"), ("1/7/2026", "30/9/2026")]),
    ("năm 2026 - 2027", [("1/1/2026", "31/12/2027")]),
    ("Năm 2025-2030", [("1/1/2025", "31/12/2030")]),
    ("giai đoạn 2026–2030", [("1/1/2026", "31/12/2030")]),
    ("trong năm 2026, trong năm 2027", [("1/1/2026", "31/12/2026"), ("1/1/2027", "31/12/2027")]),
    ("từ 01/4/2026 tới cuối tháng 6/2026", [("1/4/2026", "30/6/2026")]),
    ("tháng 4/2026, và tháng 6/2026", [("1/4/2026", "30/4/2026"), ("1/6/2026", "30/6/2026")]),
    ("trong tháng 4 - 6/2026", [("1/4/2026", "30/6/2026")]),
    ("năm 2026 và năm 2027", [("1/1/2026", "31/12/2026"), ("1/1/2027", "31/12/2027")]),
    ("thường xuyên từ 05/4/2023 đến 31/12/2023", [("5/4/2023", "31/12/2023")]),
    ("từ 05/4/2023 đến 05/4/2023", [("5/4/2023", "5/4/2023")]),
]


@pytest.mark.parametrize(("phrase", "intervals"), RANGES)
def test_from_a_day_to_a_day(phrase, intervals):
    expected = tuple((d(first), d(last)) for first, last in intervals)
    end = expected[-1][1]
    assert parse(phrase, year=2023) == Deadline(
        phrase, RANGE, start=expected[0][0], printed=end, nominal=end, intervals=expected
    )


def test_start_and_end_of_several_intervals_are_the_outermost_days():
    deadline = parse("từ 01/7/2026 đến 31/12/2026 và từ 01/01/2026 đến 31/3/2026")
    assert (deadline.start, deadline.nominal) == (d("1/1/2026"), d("31/12/2026"))
    assert deadline.intervals == ((d("1/7/2026"), d("31/12/2026")), (d("1/1/2026"), d("31/3/2026")))


@pytest.mark.parametrize(
    "phrase",
    [
        "từ ngày 01/4/2026 đến trước ngày 30/6/2026",
        "thường xuyên từ 01/4/2026 đến trước 30/6/2026",
        "thường xuyên, từ 01/4/2026 đến trước 30/6/2026",
    ],
)
def test_a_range_that_ends_before_a_day(phrase):
    start, printed, day_before = d("1/4/2026"), d("30/6/2026"), d("29/6/2026")
    assert parse(phrase) == Deadline(
        phrase, RANGE, start=start, printed=printed, nominal=day_before, intervals=((start, day_before),)
    )
    assert parse(phrase, includes_day=True).intervals == ((start, printed),)


# --- without an end, recurring, done ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "start"),
    [
        ("Bắt đầu từ ngày 05/4/2023 và duy trì thường xuyên", "5/4/2023"),
        ("Từ 10/4/2023", "10/4/2023"),
        ("kể từ ngày 05/4/2023", "5/4/2023"),
        ("từ ngày 01/6/2018", "1/6/2018"),
        ("Thời gian thực hiện bắt đầu từ ngày 11/10/2023", "11/10/2023"),
        ("bắt đầu ngày 11/10/2023", "11/10/2023"),
        ("bắt đầu thực hiện từ ngày 11/10/2023", "11/10/2023"),
        ("tính từ ngày 11/10/2023", "11/10/2023"),
        ("từ ngày 11/10/2023 và duy trì thực hiện liên tục", "11/10/2023"),
        ("từ ngày 11/10/2023 về sau", "11/10/2023"),
        ("từ ngày 11/10/2023, lâu dài", "11/10/2023"),
        ("thường xuyên từ ngày 10/4/2023 trở đi", "10/4/2023"),
        ("trong năm 2026 và các quý sau", "1/1/2026"),
        ("tháng 4/2026 và các tháng tiếp theo", "1/4/2026"),
        ("năm 2026, những năm tiếp theo của nhiệm kỳ", "1/1/2026"),
        ("từ ngày 10/4/2023 trở đi", "10/4/2023"),
        ("thường xuyên, liên tục từ ngày 10/4/2023", "10/4/2023"),
        ("từ tháng 6/2026", "1/6/2026"),
        ("năm 2026 và các năm tiếp theo", "1/1/2026"),
        ("Từ quý II/2026 và những năm tiếp theo", "1/4/2026"),
        ("thường xuyên", None),
        ("Thường xuyên, liên tục.", None),
        ("thực hiện thường xuyên", None),
        ("duy trì thường xuyên", None),
        ("liên tục", None),
        ("trong quá trình thực hiện", None),
        ("quá trình thực hiện", None),
        ("trong suốt quá trình thực hiện", None),
    ],
)
def test_a_standing_duty_has_no_end(phrase, start):
    assert parse(phrase) == Deadline(phrase, STANDING, start=start and d(start))


@pytest.mark.parametrize(
    "phrase",
    [
        "định kỳ (hàng tuần, hàng tháng)",
        "Định kỳ hàng tháng",
        "Định kǶ",  # as a font conversion damaged it
        "hằng năm",
        "mỗi năm",
        "hàng quý",
        "trước ngày 20 hằng tháng",
        "trước ngày 15 hằng tháng",
        "trước ngày 01/6 và 15/11 hằng năm",
        "từ ngày 01/6 đến ngày 15/11 hằng năm",
        "Thường xuyên, định kỳ hằng quý báo cáo về Sở Tài chính",
        "Thường xuyên (hàng tuần)",
        "6 tháng một lần",
        "02 lần/năm",
        "báo cáo hàng tuần",
        "định kỳ theo quy định",
    ],
)
def test_a_recurring_duty_has_no_day_of_its_own(phrase):
    assert parse(phrase, year=2026) == Deadline(phrase, RECURRING)


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("hàng tháng, từ tháng 3 đến tháng 12/2026", "1/3/2026", "31/12/2026"),
        ("hằng tháng đến hết năm 2026", None, "31/12/2026"),
        ("hàng tuần trong tháng 4/2023", None, "30/4/2023"),
        ("định kỳ hàng tuần từ ngày 11/10/2023", "11/10/2023", None),
        ("hằng năm, giai đoạn 2026-2030", "1/1/2026", "31/12/2030"),
        ("hàng tuần đến 30/6/2026", None, "30/6/2026"),
        ("trước ngày 01/6 và 15/11 hằng năm, từ năm 2026", "1/1/2026", None),
    ],
)
def test_a_recurrence_may_begin_and_end(phrase, start, end):
    end = end and d(end)
    assert parse(phrase) == Deadline(phrase, RECURRING, start=start and d(start), printed=end, nominal=end)


def test_a_recurrence_that_ends_before_a_day():
    deadline = parse("hàng tháng đến trước ngày 30/6/2026")
    assert (deadline.printed, deadline.nominal) == (d("30/6/2026"), d("29/6/2026"))


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("Đã thực hiện vào ngày 01/4/2023", "1/4/2023"),
        ("đã thực hiện ngày 01/4/2023", "1/4/2023"),
        ("đã được triển khai từ ngày 01/4/2023", "1/4/2023"),
        ("Đã hoàn thành 01/4/2023", "1/4/2023"),
        ("đã tổ chức xong, ngày 01/4/2023", "1/4/2023"),
        ("đã ban hành trong ngày 01/4/2023", "1/4/2023"),
        ("đã báo cáo đến ngày 01/4/2023", "1/4/2023"),
        ("đã trình ngày 01/4/2023", "1/4/2023"),
        ("đã gửi ngày 01/4/2023", "1/4/2023"),
        ("Đã hoàn thành", None),
        ("đã thực hiện xong", None),
        ("đã thực hiện trong tháng 3/2023", None),
    ],
)
def test_work_already_carried_out(phrase, day):
    assert parse(phrase) == Deadline(phrase, DONE, done_on=day and d(day))


# --- relative, by reference, none ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "within"),
    [
        ("trong vòng 05 ngày làm việc kể từ ngày nhận", Span(5, SpanUnit.WORKDAY)),
        ("trong vòng 10 ngày", Span(10, SpanUnit.DAY)),
        ("10 ngày", Span(10, SpanUnit.DAY)),
        ("trong thời hạn 3 tháng, kể từ ngày ban hành", Span(3, SpanUnit.MONTH)),
        ("chậm nhất sau 02 tuần kể từ khi nhận văn bản", Span(2, SpanUnit.WEEK)),
        ("không quá 1 năm sau khi ban hành", Span(1, SpanUnit.YEAR)),
        ("tối đa 15 ngày tính từ ngày nhận", Span(15, SpanUnit.DAY)),
        ("trong thời gian là 120 ngày", Span(120, SpanUnit.DAY)),
        ("từ lúc nhận hồ sơ", None),
        ("kể từ thời điểm ban hành", None),
        ("trước khi trình UBND tỉnh", None),
        ("trước ngày khai giảng", None),
        ("kể từ ngày ký", None),
        ("từ khi Quyết định này có hiệu lực", None),
        ("trong vòng 24 giờ kể từ khi nhận", None),
        ("sau khi Chiến lược tiêu chuẩn quốc gia được ban hành", None),
        ("Sau khi Thông tư 12/2022/TT-BTTTT hết hiệu lực", None),
        ("ngay khi có hướng dẫn", None),
        ("khi có phát sinh", None),
        ("Khi có yêu cầu", None),
        ("đột xuất", None),
    ],
)
def test_counted_from_an_event(phrase, within):
    assert parse(phrase) == Deadline(phrase, RELATIVE, within=within)


def test_counted_from_a_day():
    phrase = "trong vòng 10 ngày kể từ ngày 05/4/2023"
    assert parse(phrase) == Deadline(phrase, RELATIVE, start=d("5/4/2023"), within=Span(10, SpanUnit.DAY))


@pytest.mark.parametrize(
    "phrase",
    [
        "đảm bảo thời gian nêu trên",
        "như trên",
        "-nt-",
        "đúng thời hạn",
        "theo quy định",
        "Triển khai đảm bảo theo lộ trình, hướng dẫn của Bộ, ngành",
        "Theo tiến độ xây dựng dự thảo văn bản của cơ quan chủ trì soạn thảo",
        "Theo tiến độ được giao của Luật An ninh mạng 2025",
        "theo Kế hoạch năm 2026",
        "theo đúng kế hoạch",
        "theo thời gian của cấp trên",
        "theo hướng dẫn",
        "theo yêu cầu",
        "theo chỉ đạo của UBND tỉnh",
        "thời gian đã nói ở trên",
        "thời hạn quy định tại trên",
    ],
)
def test_the_day_stands_elsewhere(phrase):
    assert parse(phrase) == Deadline(phrase, REFERENCE)


@pytest.mark.parametrize(
    ("phrase", "kept"),
    [
        ("", ""),
        ("  \n ", ""),
        ("-", "-"),
        ("không", "không"),
        ("không có thời hạn", "không có thời hạn"),
        ("Chưa xác định", "Chưa xác định"),
        ("không xác định thời gian", "không xác định thời gian"),
        ("không quy định", "không quy định"),
        ("không ghi", "không ghi"),
        ("chưa có thời hạn", "chưa có thời hạn"),
        ("chưa rõ thời gian", "chưa rõ thời gian"),
    ],
)
def test_nothing_is_said(phrase, kept):
    assert parse(phrase) == Deadline(kept, NONE)


# --- the year of the plan, the spelling of the phrase ----------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "last"),
    [
        ("đến cuối năm", "31/12/2026"),
        ("trong năm", "31/12/2026"),
        ("hết năm", "31/12/2026"),
        ("30/6", "30/6/2026"),
        ("ngày 30 tháng 6", "30/6/2026"),
        ("trong tháng 4", "30/4/2026"),
        ("quý III", "30/9/2026"),
        ("6 tháng đầu năm", "30/6/2026"),
        ("từ nay đến cuối năm", "31/12/2026"),
    ],
)
def test_the_plan_lends_its_year(phrase, last):
    assert parse(phrase, year=2026) == Deadline(phrase, DATE, printed=d(last), nominal=d(last))


def test_a_printed_year_stands_over_the_plans():
    assert parse("trong tháng 4/2023", year=2026).nominal == d("30/4/2023")


def test_the_phrase_is_kept_as_written():
    assert parse("  Đến  trước ngày\u00a030/4/2023. ").phrase == "Đến trước ngày 30/4/2023."


@pytest.mark.parametrize(
    "phrase",
    [
        "TRƯỚC NGÀY 30/4/2023",
        "trước ngày 30/4/2023;",
        "“Trước ngày 30/4/2023”",
        "- Trước ngày 30/4/2023.",
        "Tru\u031bo\u031b\u0301c nga\u0300y 30/4/2023",  # NFD, as from a Mac
        "truoc ngay 30/4/2023",
        "trước\u00a0ngày 30/4/2023",
        "Thời hạn: trước ngày 30/4/2023",
    ],
)
def test_case_accents_and_punctuation_do_not_matter(phrase):
    assert parse(phrase).nominal == d("29/4/2023")


def test_a_deadline_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse("10/4/2023").nominal = d("11/4/2023")
    with pytest.raises(AttributeError):
        Span(1, SpanUnit.DAY).amount = 2
