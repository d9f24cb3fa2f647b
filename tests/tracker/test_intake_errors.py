"""Bad workbooks: a Vietnamese message at its cell, all of them at once, and nothing saved."""

from typing import Any

import pytest

from core.sheets.reading import SheetError
from plans.models import Clause, Document, Indicator, Plan, Target
from tasks.models import Task
from tests.core.sheet_files import workbook as raw_workbook
from tests.seed_004 import PLAN, ROWS, workbook
from tracker.intake import layout
from tracker.intake.applying import apply
from tracker.intake.draft import IntakeRefused
from tracker.intake.reading import NOTHING_PLANNED, ONLY_TEMPLATE, read
from tracker.intake.template import build, template
from units.models import StaffMember, Unit, User

pytestmark = pytest.mark.django_db

TARGET = {"code": "CT01", "name": "Chỉ tiêu", "scope": "Văn bản không nêu", "level": "đạt 70%"}
TASK = {"code": "NV01", "title": "Nhiệm vụ", "lead": "VPS"}


def errors_of(data: bytes) -> list[str]:
    """What the import says; nothing may be saved."""
    tables = (Plan, Document, Clause, Indicator, Target, Task, Unit, StaffMember)
    before = [model.objects.count() for model in tables]
    with pytest.raises(IntakeRefused) as refused:
        apply(read(data, "thu.xlsx"), User.objects.system())
    assert [model.objects.count() for model in tables] == before
    return refused.value.lines()


def task_errors(*changes: dict[str, Any]) -> list[str]:
    return errors_of(workbook(rows={layout.TARGETS: [], layout.TASKS: [TASK | change for change in changes]}))


def target_errors(*changes: dict[str, Any]) -> list[str]:
    return errors_of(
        workbook(rows={layout.TASKS: [], layout.TARGETS: [TARGET | change for change in changes]})
    )


# --- the file and its sheets -----------------------------------------------------------------------------------------


def test_the_untouched_template_is_only_the_example() -> None:
    assert errors_of(template()) == [ONLY_TEMPLATE]


def test_a_plan_without_targets_and_tasks_is_not_filled_in() -> None:
    assert errors_of(workbook(rows={layout.TARGETS: [], layout.TASKS: []})) == [NOTHING_PLANNED]


def test_an_empty_workbook_names_the_sheets_it_should_have() -> None:
    found = errors_of(raw_workbook({"Sheet1": []}))
    assert found == [
        "Không thấy trang tính “Kế hoạch”. Tệp có: “Sheet1”.",
        "Không thấy trang tính “Chỉ tiêu”. Tệp có: “Sheet1”.",
        "Không thấy trang tính “Nhiệm vụ”. Tệp có: “Sheet1”.",
    ]


def test_a_missing_column_is_named() -> None:
    data = raw_workbook({
        "Kế hoạch": [["Mục", "Giá trị"], ["Mã kế hoạch", "K1"]],
        "Chỉ tiêu": [["Mã chỉ tiêu", "Mức chỉ tiêu"]],
        "Nhiệm vụ": [["Mã nhiệm vụ", "Nhiệm vụ", "Thời hạn"], ["NV01", "Một việc", "30/4/2023"]],
    })  # fmt: skip
    found = errors_of(data)
    assert "Trang “Nhiệm vụ” thiếu cột bắt buộc: Chủ trì." in found
    assert any("Trang “Kế hoạch” thiếu mục bắt buộc: Tên kế hoạch" in each for each in found)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "Tệp rỗng"),
        (b"%PDF-1.7 " + b"x" * 100, "đây là tệp PDF"),
        (b"<html><body>x</body></html>", "HTML"),
    ],
)
def test_what_is_no_workbook_is_refused_before_reading(data: bytes, why: str) -> None:
    with pytest.raises(SheetError, match=why):
        read(data, "thu.xlsx")


def test_hidden_rows_and_unknown_columns_are_remarks_and_no_errors() -> None:
    draft = read(
        raw_workbook({
            "Kế hoạch": [["Mục", "Giá trị"], *([name.rstrip(" *"), PLAN.get(key)]
                         for key, (name, _) in layout.PLAN_ITEMS.items())],
            "Chỉ tiêu": [["Mã chỉ tiêu", "Mức chỉ tiêu"]],
            "Nhiệm vụ": [["Mã nhiệm vụ", "Nhiệm vụ", "Chủ trì", "Màu sắc"], ["NV01", "Một việc", "VPS", "đỏ"]],
        }),
        "thu.xlsx",
    )  # fmt: skip
    assert draft.errors == []
    assert draft.notes == ["Trang “Nhiệm vụ”: không dùng cột “Màu sắc”."]


# --- cells -----------------------------------------------------------------------------------------------------------

TASK_ERRORS = [
    ({"phrase": "31/02/2023"}, "dòng 3, cột I “Thời hạn”", "không"),
    ({"phrase": "làm cho nhanh"}, "cột I “Thời hạn”", "Chưa hiểu thời hạn"),
    ({"phrase": "15/01/2024"}, "cột I “Thời hạn”", "nằm ngoài thời gian của kế hoạch (01/01/2023 – 31/12/2023)"),
    ({"phrase": "Đã thực hiện ngày 01/01/2090"}, "cột I “Thời hạn”", "không được sau hôm nay"),
    ({"lead": "VPS; PDD"}, "cột E “Chủ trì”", "chuyển “PDD” sang cột “Đồng chủ trì”"),
    ({"lead": "Văn phòng Xở"}, "cột E “Chủ trì”", "Có phải: “Văn phòng Sở”"),
    ({"lead": ""}, "cột E “Chủ trì”", "chưa có nội dung"),
    ({"coordinating": "VPS"}, "cột G “Phối hợp”", "đã ghi ở cột “Chủ trì”"),
    ({"joint": "PDD", "coordinating": "Phòng Quản lý đất đai"}, "cột G “Phối hợp”", "đã ghi ở cột “Đồng chủ trì”"),
    ({"coordinating": "các đơn vị liên quan"}, "cột G “Phối hợp”", "Phối hợp khác ghi trong văn bản"),
    ({"due": "10/4/2023", "phrase": "12/4/2023"}, "cột J “Ngày hạn cụ thể”", "ở đây hãy để trống"),
    ({"due": "30/02/2023"}, "cột J “Ngày hạn cụ thể”", "không phải là ngày có thật"),
    ({"strength": "Ra lệnh"}, "cột K “Mức độ giao”", "không có trong danh sách"),
    ({"leader": "Ông Không Có"}, "cột L “Lãnh đạo phụ trách”", "không có người dùng này"),
    ({"clause": "gạch đầu dòng"}, "cột B “Mục”", "không rõ ký hiệu mục"),
    ({"title": ""}, "cột C “Nhiệm vụ”", "chưa có nội dung"),
    ({"title": "x" * 501}, "cột C “Nhiệm vụ”", "Tối đa 500 ký tự"),
    ({"note": "TỐI MẬT"}, "cột N “Ghi chú”", "bí mật nhà nước"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place", "why"), TASK_ERRORS, ids=[str(each[0])[:40] for each in TASK_ERRORS]
)
def test_a_wrong_cell_of_a_task_is_named(change: dict[str, Any], place: str, why: str) -> None:
    found = task_errors(change)
    assert len(found) == 1
    assert found[0].startswith("Trang “Nhiệm vụ”, dòng 3") and place in found[0] and why in found[0]


TARGET_ERRORS = [
    ({"level": "đạt 170%"}, "“Mức chỉ tiêu”", "từ 0 đến 100"),
    ({"level": "cao hơn năm trước"}, "“Mức chỉ tiêu”", "Chưa hiểu mức chỉ tiêu"),
    ({"level": "giảm nhiều"}, "“Mức chỉ tiêu”", "Chưa hiểu mức tăng, giảm"),
    ({"level": "giảm 10% so với năm 2030"}, "“Mức chỉ tiêu”", "phải kết thúc trước mốc"),
    ({"level": "50 - 40%"}, "“Mức chỉ tiêu”", "mức đầu lớn hơn mức sau"),
    ({"level": 0.7}, "“Mức chỉ tiêu”", "không rõ là tỷ lệ phần trăm hay số"),
    ({"level": "170", "indicators": "SOHOA"}, "“Mức chỉ tiêu”", "phải từ 0 đến 100"),
    ({"level": "ít nhất 87 thủ tục", "indicators": "SOHOA"}, "“Mức chỉ tiêu”", "chỉ số tính theo %"),
    ({"indicators": "SOHOAA"}, "“Chỉ số”", "Có phải: “SOHOA”"),
    ({"indicators": "SOHOA; sohoa"}, "“Chỉ số”", "hai lần"),
    ({"scope": "Từng đơn vị trong nhóm", "whom": "Các Chi nhánh"}, "“Đơn vị hoặc nhóm”", "không có nhóm này"),
    ({"scope": "Một đơn vị"}, "“Đơn vị hoặc nhóm”", "chưa có nội dung"),
    ({"whom": "VPS"}, "“Đơn vị hoặc nhóm”", "để trống khi văn bản không nêu đơn vị"),
    ({"scope": ""}, "“Áp dụng cho”", "chưa có nội dung"),
    ({"phrase": "hằng tháng"}, "“Mốc”", "không phải là một mốc"),
]


@pytest.mark.parametrize(
    ("change", "place", "why"), TARGET_ERRORS, ids=[str(each[0])[:40] for each in TARGET_ERRORS]
)
def test_a_wrong_cell_of_a_target_is_named(change: dict[str, Any], place: str, why: str) -> None:
    found = target_errors(change)
    assert len(found) == 1
    assert found[0].startswith("Trang “Chỉ tiêu”, dòng 3") and place in found[0] and why in found[0]


PLAN_ERRORS = [
    ({"starts_on": "31/02/2023"}, "“Từ ngày”", "không phải là ngày có thật"),
    ({"ends_on": "31/12/2022"}, "“Đến ngày”", "đứng trước ngày bắt đầu"),
    ({"issued_on": "4/13/2023"}, "“Ngày ban hành”", "không rõ ngày hay tháng"),
    ({"title": ""}, "“Tên kế hoạch”", "chưa có nội dung"),
    ({"tracking_unit": "Văn phòng"}, "“Đơn vị theo dõi, đôn đốc”", "không có đơn vị này"),
    ({"includes_day": "có lẽ"}, "gồm cả ngày D”", "Hãy chọn: Có; Không"),
    ({"leader": "Ông Không Có"}, "“Lãnh đạo phụ trách”", "không có người dùng này"),
]


@pytest.mark.parametrize(
    ("change", "place", "why"), PLAN_ERRORS, ids=[str(each[0])[:40] for each in PLAN_ERRORS]
)
def test_a_wrong_item_of_the_plan_is_named(change: dict[str, Any], place: str, why: str) -> None:
    found = errors_of(workbook(change, {layout.TARGETS: [TARGET], layout.TASKS: []}))
    assert len(found) == 1
    assert found[0].startswith("Trang “Kế hoạch”, dòng") and "cột B " in found[0]
    assert place in found[0] and why in found[0]


UNIT_ERRORS = [
    ({"kind": ""}, "“Loại đơn vị”", "chưa có nội dung"),
    ({"kind": "Tập đoàn"}, "“Loại đơn vị”", "không có trong danh sách"),
    ({"parent": "Sở Lạ"}, "“Đơn vị cấp trên”", "không có đơn vị này"),
    ({"parent": "CNCL"}, "“Đơn vị cấp trên”", "vòng lặp"),
    ({"email": "khong phai thu"}, "“Thư điện tử”", "thư điện tử"),
]


@pytest.mark.parametrize(
    ("change", "place", "why"), UNIT_ERRORS, ids=[str(each[0])[:40] for each in UNIT_ERRORS]
)
def test_a_wrong_cell_of_a_unit_is_named(change: dict[str, Any], place: str, why: str) -> None:
    units = [row | change if row["code"] == "VPDK" else row for row in ROWS[layout.UNITS]]
    found = errors_of(workbook(rows={layout.UNITS: units}))
    assert any(each.startswith("Trang “Đơn vị”, dòng") and place in each and why in each for each in found)


def test_one_code_stands_once() -> None:
    assert task_errors({}, {}) == [
        "Trang “Nhiệm vụ”, dòng 4, cột A “Mã nhiệm vụ”: “NV01”: trùng với dòng 3. Mỗi mã chỉ ghi một dòng."
    ]


def test_rows_of_one_target_agree() -> None:
    found = target_errors({}, {"name": "Chỉ tiêu khác"})
    assert len(found) == 1 and "khác với dòng 3 của cùng chỉ tiêu “CT01”" in found[0]


def test_staff_without_reason_or_day() -> None:
    staff = [row | {"reason": "", "checked_on": None} for row in ROWS[layout.STAFF]]
    found = errors_of(workbook(rows={layout.STAFF: staff}))
    assert len([each for each in found if "chưa có ngày xác nhận" in each]) == 4
    assert len([each for each in found if "hãy ghi lý do" in each]) == 1


def test_an_identity_number_is_no_staff_code() -> None:
    found = errors_of(workbook(rows={layout.STAFF: [ROWS[layout.STAFF][0] | {"code": "042190001234"}]}))
    assert len(found) == 1 and "không thu thập số căn cước" in found[0] and "042190001234" not in found[0]


def test_all_errors_are_listed_at_once_but_not_more_than_two_hundred() -> None:
    tasks = [TASK | {"code": f"NV{n}", "phrase": "31/02/2023"} for n in range(250)]
    found = errors_of(workbook(rows={layout.TASKS: tasks}))
    assert len(found) == 201 and found[-1] == "và 50 lỗi khác"


def test_errors_of_reading_and_of_checking_come_together() -> None:
    found = task_errors({"phrase": "31/02/2023"}, {"code": "NV02", "lead": "Phòng Lạ"})
    assert len(found) == 2


def test_a_rule_of_the_database_is_an_error_at_its_row() -> None:
    """What only saving finds out still names the row."""
    found = task_errors({"phrase": "từ 30/6/2023 đến 30/6/2023"}, {"code": "NV02", "product": "x" * 301})
    assert len(found) == 1 and "dòng 4" in found[0] and "Tối đa 300 ký tự" in found[0]


def test_the_reader_takes_a_workbook_typed_elsewhere() -> None:
    """Other headings, title rows, real dates, no optional sheets: read all the same."""
    apply(read(workbook(), "a.xlsx"), User.objects.system())
    data = raw_workbook({
        "KẾ HOẠCH": [["Mục", "Giá trị"], *([name, PLAN.get(key)] for key, (name, _) in layout.PLAN_ITEMS.items())],
        "Chỉ tiêu": [["Mã chỉ tiêu", "Mức chỉ tiêu"]],
        "nhiệm vụ": [
            ["BẢNG NHIỆM VỤ"], [],
            ["Mã nhiệm vụ", "NỘI DUNG NHIỆM VỤ", "Đơn vị chủ trì", "Thời hạn hoàn thành", "Sản phẩm"],
            ["NV01", "Một việc", "vpđkđđ", "trước ngày 30/4/2023", None],
        ],
    })  # fmt: skip
    draft = read(data, "b.xlsx")
    assert draft.errors == []
    assert [(row.code, row.title, row.lead) for row in draft.tasks] == [("NV01", "Một việc", "vpđkđđ")]


def test_a_filled_template_without_examples_overwritten_is_read_without_them() -> None:
    draft = read(build(PLAN, ROWS, examples=True, every_account=True), "thu.xlsx")
    assert draft.errors == []
    assert len(draft.tasks) == 23 and len(draft.targets) == 8
