"""The sentences of a report follow from its figures: nothing is praised, guessed or left to a constant."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reports import outline, prose
from reports.forecasts import forecasts
from reports.snapshot import Counts, Coverage
from reports.wording import aim_text, aim_words, gap_text, small

pytestmark = pytest.mark.django_db  # the figures are read from the database, once


@pytest.fixture
def words(figures):
    return prose.write(figures)


def test_the_outline_is_that_of_the_norm():
    firsts = [section.heading.upper() for section in outline.OUTLINE if section.level == 1]
    assert firsts == [
        "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH",
        "KẾT QUẢ THỰC HIỆN",
        "ĐÁNH GIÁ CHUNG",
        "PHƯƠNG HƯỚNG, NHIỆM VỤ TRỌNG TÂM KỲ TỚI",
        "KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert set(outline.EDITABLE) == {"I", "II.1", "II.2", "II.3", "III.1", "III.2", "III.3", "IV", "V"}


def test_the_first_sentence_cites_the_plan_in_full_and_later_ones_by_number(figures, words):
    assert outline.opening(figures, "Văn phòng Sở") == (
        "Thực hiện Kế hoạch số 12/KH-SNNMT ngày 28/9/2026 của Sở Nông nghiệp và Môi trường về đẩy mạnh dịch vụ công"
        " trực tuyến năm 2026, Văn phòng Sở báo cáo kết quả thực hiện tháng 11 năm 2026, từ ngày 15/10/2026 đến ngày"
        " 14/11/2026, như sau:"
    )
    assert "28/9/2026" not in "".join(words.values())
    assert outline.subject(figures) == "Kết quả thực hiện Kế hoạch số 12/KH-SNNMT tháng 11 năm 2026"


def test_figures_before_the_end_of_the_window_say_so(figures):
    early = replace(figures, as_of=figures.as_of.replace(day=10))
    assert "(số liệu đến ngày 10/11/2026)" in outline.opening(early, "Văn phòng Sở")


def test_the_partition_is_said_with_two_figures_and_a_decimal_comma(words):
    assert (
        "tổng số nhiệm vụ có thời hạn là 21, gồm: đã hoàn thành 09 nhiệm vụ (đúng hạn 07, quá hạn 02), đạt 42,9%;"
        " đang thực hiện 12 nhiệm vụ (trong hạn 08, quá hạn 04)."
    ) in words["II.2"]


def test_the_period_before_is_compared(words):
    assert "số nhiệm vụ hoàn thành tăng 07 (từ 02 lên 09)" in words["II.2"]
    assert "75,6% (1.512/2.000)" in words["II.1"]
    assert "tăng 6,9 điểm phần trăm so với kỳ trước" in words["II.1"]
    assert "đạt 85,7%, tăng 5,7 điểm phần trăm so với kỳ trước" in words["II.3"]


def test_without_a_period_before_nothing_is_compared(figures):
    first = prose.write(replace(figures, previous=None))
    assert "kỳ trước" not in "".join(first.values())


def test_nothing_arisen_is_neither_zero_nor_reached(words):
    assert "01 chỉ tiêu không phát sinh" in words["II.1"]
    assert "phản ánh" not in words["III.2"]


def test_a_cause_is_quoted_from_the_unit_or_said_to_be_missing(words):
    assert (
        "đơn vị báo cáo “Kho lưu trữ bị dột sau bão, phải di chuyển hồ sơ trước khi quét”" in words["III.3"]
    )
    assert "(Văn phòng Sở): đơn vị chưa báo cáo nguyên nhân." in words["III.3"]
    assert "- Đối với 01 chỉ tiêu chưa đạt còn lại: đơn vị chưa báo cáo nguyên nhân." in words["III.3"]
    assert words["III.3"].count("nguyên nhân.") == 4


def test_many_units_without_a_word_are_counted_not_repeated(figures):
    late = next(task for task in figures.tasks if task.state == "overdue" and task.parts is None)
    many = replace(figures, tasks=tuple(replace(late, code=f"L{n}", cause="") for n in range(5)), targets=())
    assert prose.write(many)["III.3"] == "- Đối với 05 nhiệm vụ quá hạn: đơn vị chưa báo cáo nguyên nhân."


def test_a_late_list_names_units_and_never_persons(words):
    assert (
        "Bố trí máy quét, đường truyền tại các điểm tiếp nhận (Văn phòng Đăng ký đất đai; hạn 06/11/2026;"
        " quá hạn 05 ngày làm việc)." in words["III.2"]
    )
    text = "".join(words.values())
    for person in ("Lê Văn Minh", "Vũ Tiến Dũng", "Nguyễn Thị Lan", "Trần Thị Hòa", "Đỗ Anh Tú"):
        assert person not in text


def test_obstacles_and_proposals_are_the_units_own(figures, words):
    obstacle = "Chi nhánh An Phú (nhiệm vụ “Số hóa hồ sơ tồn tại kho lưu trữ của đơn vị”)"
    assert obstacle not in words["III.2"]  # it is the cause of a late task, told in III.3
    assert obstacle in prose.write(replace(figures, tasks=()))["III.2"]
    assert "Đề nghị Sở bố trí kinh phí sửa chữa kho lưu trữ." in words["V"]
    assert "quyết định 01 đề nghị gia hạn" in words["V"]


def test_the_next_period_is_what_falls_due_in_it(words):
    assert "Trong tháng 12 năm 2026 (từ ngày 15/11/2026 đến ngày 14/12/2026)" in words["IV"]
    assert "hạn 25/11/2026" in words["IV"] and "15/12/2026" not in words["IV"]
    assert "Hoàn thành dứt điểm 04 nhiệm vụ đang quá hạn" in words["IV"]


def test_a_quiet_month_is_said_to_be_quiet(figures):
    quiet = replace(
        figures,
        orders=Counts(),
        leaves=Counts(),
        units=(),
        tasks=(),
        targets=(),
        activity=type(figures.activity)(),
        obstacles=(),
        proposals=(),
        next_tasks=(),
        next_milestones=(),
        coverage=Coverage((), (), None),
        previous=None,
    )
    said = prose.write(quiet)
    assert said["I"] == "Đến ngày 14/11/2026, chưa có nhiệm vụ nào được giao theo Kế hoạch số 12/KH-SNNMT."
    assert said["II.1"] == "Kế hoạch không giao chỉ tiêu định lượng."
    assert "chưa có danh sách" in said["II.3"]
    assert said["III.1"] == "Trong kỳ chưa có nhiệm vụ hoàn thành, chưa có chỉ tiêu đạt mức."
    assert "không có nhiệm vụ quá hạn" in said["III.2"]
    assert said["III.3"] == "Không có nhiệm vụ quá hạn, chỉ tiêu chưa đạt phải giải trình nguyên nhân."
    assert said["V"] == "Trong kỳ, các đơn vị không có kiến nghị, đề xuất."


def test_a_late_month_does_not_claim_that_nothing_is_late(words):
    text = "".join(words.values())
    assert "không có nhiệm vụ đang thực hiện quá hạn" not in text and "không có nhiệm vụ quá hạn" not in text


def test_no_target_is_called_out_of_reach_without_the_owner(figures, words):
    assert "khó đạt" not in "".join(words.values())
    assert forecasts(figures) == (
        "Tỷ lệ hồ sơ thanh toán trực tuyến (Sở) khó đạt nếu giữ tiến độ hiện nay; cần tăng thêm 30 điểm % đến ngày"
        " 31/12/2026.",
    )


def test_long_lists_are_cut_and_point_to_the_annex(figures):
    late = next(task for task in figures.tasks if task.state == "overdue" and task.parts is None)
    many = replace(figures, tasks=tuple(replace(late, code=f"L{n}") for n in range(13)))
    assert "- Và 03 nhiệm vụ khác (Phụ lục II)." in prose.write(many)["III.2"]


# --- read with the eyes of the director's office ----------------------------------------------------------------


def test_the_agency_above_is_not_asked_what_the_own_director_decides(figures):
    upward = prose.write(figures, external=True)
    assert upward["V"] == "Trong kỳ không có kiến nghị, đề xuất với cấp trên."
    assert {key: text for key, text in upward.items() if key != "V"} == {
        key: text for key, text in prose.write(figures).items() if key != "V"
    }


def test_units_late_with_one_order_stand_on_one_line(figures):
    late = next(task for task in figures.tasks if task.state == "overdue" and task.parts is None)
    parts = tuple(replace(late, code=f"P{n}", part_of="ORDER", lead=f"Chi nhánh {n}") for n in (1, 2))
    said = prose.write(replace(figures, tasks=parts))
    assert "Có 01 nhiệm vụ đang thực hiện quá hạn, tính theo từng đơn vị là 02:" in said["III.2"]
    assert said["III.2"].count(late.title) == 1 and "(Chi nhánh 1, Chi nhánh 2; hạn" in said["III.2"]
    assert "Hoàn thành dứt điểm 01 nhiệm vụ đang quá hạn." in said["IV"]


def test_a_deadline_in_words_is_quoted_after_a_colon(figures):
    late = next(task for task in figures.tasks if task.state == "overdue" and task.parts is None)
    worded = replace(late, deadline="Hoàn thành trong tháng 10/2026")
    assert (
        "; thời hạn: hoàn thành trong tháng 10/2026; "
        in prose.write(replace(figures, tasks=(worded,)))["III.2"]
    )


def _line(figures):
    """A target with its newest figure and that of the period before."""
    return next(
        row
        for row in figures.targets
        if not row.member and row.newest and row.rate is not None and figures.previous_figure(row.key)
    )


def test_a_figure_older_than_the_report_says_its_day_and_is_not_compared_with_itself(figures):
    row = _line(figures)
    before = figures.previous_figure(row.key)
    stale = replace(figures, targets=(replace(row, role="current", figure=before),))
    said = prose.write(stale)["II.1"]
    assert f"số liệu đến ngày {before.as_of:%d/%m/%Y}" in said
    assert "không có số liệu mới trong kỳ" in said and "bằng kỳ trước" not in said


def test_a_figure_that_lacks_units_says_so_and_is_not_compared(figures):
    part = replace(_line(figures), role="current", missing=("CN An Phú",))
    said = prose.write(replace(figures, targets=(part,)))["II.1"]
    assert "chưa có số liệu của CN An Phú" in said and "so với kỳ trước" not in said


def test_a_hundred_per_cent_is_printed_without_a_sign(figures):
    whole = replace(_line(figures), comparator="eq", value=Decimal(100))
    assert aim_text(whole) == aim_words(whole) == "100%" == aim_text(replace(whole, comparator="ge"))
    assert gap_text(replace(whole, verdict="short")).startswith("còn thiếu")


def test_accounts_nobody_had_asked_about_are_no_rise(figures):
    unasked = replace(figures.previous, coverage=replace(figures.previous.coverage, held=0))
    assert "kỳ trước" not in prose.write(replace(figures, previous=unasked))["II.3"]


def test_a_running_year_looks_ahead_from_its_day(figures):
    running = replace(figures, as_of=figures.as_of.replace(day=10))
    assert prose.write(running)["IV"].startswith(
        "Trong thời gian còn lại của tháng 11 năm 2026 và trong tháng 12 năm 2026 (đến ngày 14/12/2026),"
    )


def test_nothing_done_is_not_a_count_of_nothing(figures):
    none = Counts(open_in_time=3)
    said = prose.write(replace(figures, orders=none))["II.2"]
    assert (
        "là 03, chưa có nhiệm vụ nào hoàn thành; đang thực hiện 03 nhiệm vụ (trong hạn 03, quá hạn 0)."
        in said
    )


def test_first_letters_as_papers_print_them():
    assert small("Tỷ lệ hồ sơ") == "tỷ lệ hồ sơ" and small("VNeID mức 2") == "VNeID mức 2"
