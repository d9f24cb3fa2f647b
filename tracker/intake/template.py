"""The workbook people fill in: guide, one sheet a noun, lists to choose from, an example row in each sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.clock import today
from core.sheets.reading import EXAMPLE_MARK
from core.sheets.writing import Cell, Column, ColumnRef, SheetSpec, write_workbook
from tracker.intake import layout
from tracker.intake.accounts import account_columns
from units.models import RoleGrant, Unit, UnitGroup, User
from units.permissions import Role

FILE_NAME = "Mau-nhap-ke-hoach.xlsx"
FILL_ROWS = 300
# Excel lists longer than this are no help to choose from.
LONGEST_LIST = 500

_GUIDE = (
    (
        "1",
        "Điền các trang theo thứ tự: Kế hoạch, Đơn vị (nếu có đơn vị mới), Chỉ số, Chỉ tiêu, Nhiệm vụ, Nhân sự.",
    ),
    ("2", "Cột có dấu * là bắt buộc. Chọn một ô để xem cách ghi; ô có mũi tên thì chọn trong danh sách."),
    (
        "3",
        f"Dòng chữ nghiêng bắt đầu bằng “{EXAMPLE_MARK}” là dòng ví dụ, không được nhập. Điền từ dòng ngay dưới,"
        " hoặc ghi đè lên dòng ví dụ.",
    ),
    (
        "4",
        "Thời hạn và mức chỉ tiêu: ghi đúng như văn bản. Trước khi lưu, hệ thống cho xem đã hiểu thành ngày nào.",
    ),
    (
        "5",
        "Chỉ tiêu có nhiều mốc: mỗi mốc một dòng, lặp lại mã chỉ tiêu. Chỉ tiêu ghép (ví dụ tiếp nhận và thanh toán"
        " trực tuyến): một chỉ tiêu, ghi nhiều mã chỉ số cách nhau bằng dấu chấm phẩy.",
    ),
    (
        "6",
        "Mỗi nhiệm vụ một đơn vị chủ trì. Giao nhiều đơn vị thì ghi tên nhóm: mỗi đơn vị trong nhóm có một nhiệm vụ"
        " riêng. Đơn vị chủ trì thứ hai trong văn bản ghi ở cột Đồng chủ trì.",
    ),
    ("7", "Văn bản đánh trùng ký hiệu mục: mục thứ hai ghi thêm (lần 2), ví dụ IV.2 (lần 2)."),
    (
        "8",
        "Các trang Đơn vị, Chỉ số, Nhân sự để trống được. Ở trang Đơn vị và Nhân sự, ô trống là giữ nguyên.",
    ),
    (
        "9",
        "Nhập lại cùng một tệp không làm thay đổi gì. Kế hoạch đã giao thì không sửa nội dung bằng tệp được nữa.",
    ),
    ("10", "Không đưa nội dung bí mật nhà nước, số căn cước vào tệp."),
)

_EXAMPLES: dict[str, list[dict[str, Any]]] = {
    layout.UNITS: [
        {
            "code": "CN1",
            "name": "Chi nhánh Văn phòng Đăng ký đất đai khu vực 1",
            "short_name": "CN khu vực 1",
            "kind": "Chi nhánh",
            "parent": "Văn phòng Đăng ký đất đai",
            "email": "cn1@example.vn",
            "groups": "Các Chi nhánh VPĐKĐĐ",
        }
    ],
    layout.INDICATORS: [
        {
            "code": "HS-TT",
            "name": "Tỷ lệ hồ sơ được tiếp nhận trực tuyến",
            "measure_unit": "%",
            "numerator": "Hồ sơ tiếp nhận trực tuyến trong kỳ",
            "denominator": "Tổng số hồ sơ tiếp nhận trong kỳ",
            "data_source": "Hệ thống một cửa điện tử",
            "frequency": "Hằng tháng",
            "source": "Đơn vị báo cáo",
            "basis": "Số trong kỳ",
            "direction": "Càng cao càng tốt",
        }
    ],
    layout.TARGETS: [
        {
            "code": "CT01",
            "clause": "II.1",
            "name": "Tỷ lệ hồ sơ được tiếp nhận trực tuyến tại các chi nhánh",
            "indicators": "HS-TT",
            "scope": "Từng đơn vị trong nhóm",
            "whom": "Các Chi nhánh VPĐKĐĐ",
            "phrase": "trước ngày 30/6/2026",
            "level": "trên 70%",
        },
        {"code": "CT01", "phrase": "đến cuối năm 2026", "level": "trên 80%"},
    ],
    layout.TASKS: [
        {
            "code": "NV01",
            "clause": "II.2.1",
            "title": "Xây dựng video clip hướng dẫn người dân nộp hồ sơ trực tuyến",
            "product": "03 video clip",
            "lead": "Văn phòng Sở",
            "coordinating": "Văn phòng Đăng ký đất đai; Đoàn Thanh niên Sở",
            "coordination_note": "công chức địa chính cấp xã",
            "phrase": "trong tháng 4/2026",
            "strength": "Giao",
            "quote": "Xây dựng video clip … hoàn thành trong tháng 4/2026",
        }
    ],
    layout.STAFF: [
        {
            "code": "CB-001",
            "full_name": "Nguyễn Thị Ví Dụ",
            "unit": "Văn phòng Sở",
            "position": "Chuyên viên",
            "employment": "Đang làm việc",
            "joined_on": "01/02/2024",
            "account": "Đã kích hoạt",
            "checked_on": "05/4/2026",
        }
    ],
}


def template(user: User | None = None) -> bytes:
    """The empty workbook, with the units, groups and leaders `user` may choose from in its lists."""
    return build(choices=_Choices.of(user), examples=True)


def build(
    plan: Mapping[str, Any] | None = None,
    rows: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    choices: "_Choices | None" = None,
    examples: bool = False,
    every_account: bool = False,
) -> bytes:
    """The workbook with a plan (item key → value) and rows (sheet → mappings by column key) filled in."""
    rows = rows or {}
    accounts = account_columns(None if every_account else today())
    staff = (
        *layout.STAFF_COLUMNS,
        *(
            Column(each.heading, each.key, width=18, choices=tuple(layout.ACCOUNT_STATES))
            for each in accounts
        ),
        *layout.STAFF_CHECK_COLUMNS,
    )
    columns: dict[str, tuple[Column, ...]] = {
        layout.UNITS: layout.UNIT_COLUMNS,
        layout.INDICATORS: layout.INDICATOR_COLUMNS,
        layout.TARGETS: layout.TARGET_COLUMNS,
        layout.TASKS: layout.TASK_COLUMNS,
        layout.STAFF: staff,
    }
    choices = choices or _Choices()
    sheets = [_guide(), _plan_sheet(plan or {}, choices)]
    for name, title in _TITLES.items():
        found = [dict(example) for example in _EXAMPLES[name]] if examples else []
        for example in found:
            if accounts and "account" in example:
                example[accounts[0].key] = example["account"]
        sheets.append(
            SheetSpec(
                name,
                choices.put(columns[name]),
                rows=rows.get(name, ()),
                examples=found,
                title=title,
                frozen=2 if name in (layout.TARGETS, layout.TASKS) else 1,
                fill_rows=FILL_ROWS,
            )
        )
    return write_workbook(sheets)


_TITLES = {
    layout.UNITS: "ĐƠN VỊ (chỉ ghi đơn vị mới hoặc cần sửa)",
    layout.INDICATORS: "CHỈ SỐ DÙNG ĐỂ ĐO CHỈ TIÊU",
    layout.TARGETS: "CHỈ TIÊU CỦA KẾ HOẠCH (mỗi mốc một dòng)",
    layout.TASKS: "NHIỆM VỤ CỦA KẾ HOẠCH",
    layout.STAFF: "DANH SÁCH CÔNG CHỨC, VIÊN CHỨC, NGƯỜI LAO ĐỘNG VÀ TÀI KHOẢN",
}


def _guide() -> SheetSpec:
    columns = (Column("Bước", "step", width=8), Column("Hướng dẫn", "words", width=110))
    return SheetSpec(layout.GUIDE, columns, rows=_GUIDE, title="HƯỚNG DẪN NHẬP KẾ HOẠCH")


def _plan_sheet(plan: Mapping[str, Any], choices: "_Choices") -> SheetSpec:
    lists: dict[str, tuple[Sequence[str], bool]] = {
        "kind": (tuple(layout.DOCUMENT_KINDS), True),
        "includes_day": (tuple(layout.YES_NO), True),
        "shifts_holidays": (tuple(layout.YES_NO), True),
        "issuer": (choices.units, False),
        "tracking_unit": (choices.units, False),
        "leader": (choices.leaders, False),
    }
    rows = []
    for key, (name, how) in layout.PLAN_ITEMS.items():
        options, strict = lists.get(key, ((), False))
        rows.append([name, Cell(plan.get(key), choices=options or None, strict=strict), how])
    return SheetSpec(layout.PLAN, layout.PLAN_COLUMNS, rows=rows, title="THÔNG TIN KẾ HOẠCH", frozen=1)


class _Choices:
    """What an installation offers to choose from; without units yet, what is typed on the sheet “Đơn vị”."""

    def __init__(
        self, units: Sequence[str] = (), groups: Sequence[str] = (), leaders: Sequence[str] = ()
    ) -> None:
        self.units = units
        self.groups = groups
        self.leaders = leaders

    @classmethod
    def of(cls, user: User | None) -> "_Choices":
        if user is None:
            return cls()
        visible = Unit.objects.visible_to(user).open_on(today())
        units = list(visible.values_list("name", flat=True)[:LONGEST_LIST])
        groups = list(UnitGroup.objects.visible_to(user).values_list("name", flat=True)[:LONGEST_LIST])
        grants = RoleGrant.objects.valid_on(today()).filter(role=Role.LEADER, unit__in=visible)
        leaders = list(
            grants.order_by("user__full_name").values_list("user__full_name", flat=True).distinct()
        )
        return cls(units, groups, leaders)

    def put(self, columns: Iterable[Column]) -> list[Column]:
        return [self._with_list(column) for column in columns]

    def _with_list(self, column: Column) -> Column:
        typed = ColumnRef(layout.UNITS, "name")
        lists: dict[str, Any] = {
            "parent": list(self.units) or typed,
            "unit": list(self.units) or typed,
            "lead": [*self.units, *self.groups] or typed,
            "whom": [*self.units, *self.groups] or typed,
            "leader": list(self.leaders) or None,
        }
        if column.choices is None and lists.get(column.key):
            return replace(column, choices=lists[column.key], strict=False)
        return column
