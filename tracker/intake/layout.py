"""The sheets of the plan workbook and their columns: the one place for the template and for the reader."""

from core.sheets.writing import Column
from plans.models import Document, Indicator, Target
from tasks.status import Strength
from units.models import AccountCheck, StaffMember, Unit

PLAN, UNITS, INDICATORS = "Kế hoạch", "Đơn vị", "Chỉ số"
TARGETS, TASKS, STAFF = "Chỉ tiêu", "Nhiệm vụ", "Nhân sự"
GUIDE = "Hướng dẫn"
# In the order they are saved: a target needs its indicator, a task its unit.
SHEETS = (PLAN, UNITS, INDICATORS, TARGETS, TASKS, STAFF)
REQUIRED = (PLAN, TARGETS, TASKS)

SCOPES = {
    "Một đơn vị": Target.Scope.UNIT,
    "Từng đơn vị trong nhóm": Target.Scope.EACH,
    "Cả nhóm tính chung": Target.Scope.TOGETHER,
    "Văn bản không nêu": Target.Scope.UNSTATED,
}
KINDS = {label: value for value, label in Unit.Kind.choices}
STRENGTHS = {label: value for value, label in Strength.choices}
EMPLOYMENTS = {label: value for value, label in StaffMember.Employment.choices}
DOCUMENT_KINDS = {label: value for value, label in Document.Kind.choices}
FREQUENCIES = {label: value for value, label in Indicator.Frequency.choices}
SOURCES = {label: value for value, label in Indicator.Source.choices}
BASES = {label: value for value, label in Indicator.Basis.choices}
DIRECTIONS = {label: value for value, label in Indicator.Direction.choices}
YES_NO = {"Có": True, "Không": False}
ACCOUNT_STATES = {label: value for value, label in AccountCheck.State.choices}

# Words people also write, folded; the words of the lists above need not stand here.
SYNONYMS = {
    "luy ke": "Lũy kế từ 01/01",
    "x": "Có",
    "✓": "Có",
    "1": "Có",
    "yes": "Có",
    "0": "Không",
    "ko": "Không",
    "da cap": "Đã được cấp",
    "da kich hoat muc 2": "Đã kích hoạt",
    "chua": "Chưa kích hoạt",
    "chua cap": "Chưa kích hoạt",
    "don vi": "Một đơn vị",
    "tung don vi": "Từng đơn vị trong nhóm",
    "chung nhom": "Cả nhóm tính chung",
    "khong neu": "Văn bản không nêu",
    "so": "Sở, ban, ngành",
    "phong": "Phòng chuyên môn",
    "ubnd": "Ủy ban nhân dân",
    "don vi ngoai": "Cơ quan ngoài",
}

# --- Kế hoạch: one line for each item, name and value ------------------------------------------------------------

PLAN_COLUMNS = (
    Column("Mục", "item", width=34),
    Column("Giá trị", "value", width=60),
    Column("Cách ghi", "how", width=70),
)

# key → (name of the item, how to write it). Items of a plan in the order of the sheet.
PLAN_ITEMS: dict[str, tuple[str, str]] = {
    "code": ("Mã kế hoạch *", "Mã ngắn, không trùng với kế hoạch khác. Ví dụ: KH-DVC-2026"),
    "title": ("Tên kế hoạch *", "Ví dụ: Đẩy mạnh thực hiện dịch vụ công trực tuyến năm 2026"),
    "kind": ("Loại văn bản", "Chọn trong danh sách; để trống là Kế hoạch"),
    "number": ("Số, ký hiệu", "Ví dụ: 12/KH-SNNMT. Chưa có số thì để trống, điền sau khi ban hành"),
    "issued_on": ("Ngày ban hành", "Ngày/tháng/năm, ví dụ 05/4/2026. Chưa ký thì để trống"),
    "signer": ("Người ký", "Ví dụ: Nguyễn Văn An"),
    "issuer": ("Cơ quan ban hành *", "Mã hoặc tên đơn vị"),
    "tracking_unit": ("Đơn vị theo dõi, đôn đốc *", "Mã hoặc tên đơn vị, ví dụ Văn phòng Sở"),
    "leader": ("Lãnh đạo phụ trách", "Tên đăng nhập, hoặc họ và tên"),
    "starts_on": ("Từ ngày *", "Ví dụ: 01/01/2026"),
    "ends_on": ("Đến ngày *", "Ví dụ: 31/12/2026"),
    "includes_day": (
        "“Trước ngày D” gồm cả ngày D",
        "Có hoặc Không; để trống là Không: “trước ngày 30/4” thì ngày cuối là 29/4",
    ),
    "shifts_holidays": (
        "Hạn rơi vào ngày nghỉ thì chuyển sang ngày làm việc kế tiếp",
        "Có hoặc Không; để trống là Có. Hạn do cấp trên giao thì chọn Không",
    ),
    "incoming_number": ("Số đến", "Chỉ ghi khi văn bản do cơ quan khác gửi đến"),
    "incoming_on": ("Ngày đến", "Ví dụ: 10/4/2026"),
    "bases": (
        "Căn cứ",
        "Mỗi văn bản một dòng (Alt+Enter). Ví dụ: Quyết định số 24/QĐ-UBND ngày 04/12/2025 của UBND tỉnh",
    ),
}
PLAN_REQUIRED = ("code", "title", "issuer", "tracking_unit", "starts_on", "ends_on")

# --- the lists ---------------------------------------------------------------------------------------------------

_MANY = "Nhiều đơn vị thì cách nhau bằng dấu chấm phẩy (;)."

UNIT_COLUMNS = (
    Column("Mã đơn vị", "code", width=14, required=True, hint="Mã ngắn, không trùng. Ví dụ: VPDK"),
    Column("Tên đơn vị", "name", width=44, required=True),
    Column("Tên gọi tắt", "short_name", width=20, hint="Tên in trong bảng, biểu đồ. Có thể để trống."),
    Column("Loại đơn vị", "kind", width=22, required=True, choices=tuple(KINDS)),
    Column("Đơn vị cấp trên", "parent", width=30, hint="Mã hoặc tên. Cơ quan ngoài thì để trống."),
    Column("Thư điện tử", "email", width=28),
    Column("Nhóm", "groups", width=40, hint=f"Tên nhóm mà đơn vị thuộc về. {_MANY}"),
)

INDICATOR_COLUMNS = (
    Column("Mã chỉ số", "code", width=18, required=True, hint="Mã dùng ở cột “Chỉ số” của trang Chỉ tiêu."),
    Column("Tên chỉ số", "name", width=48, required=True),
    Column("Đơn vị tính", "measure_unit", width=14, hint="Để trống là %."),
    Column("Tử số", "numerator", width=36),
    Column("Mẫu số", "denominator", width=36),
    Column("Nguồn số liệu", "data_source", width=26),
    Column("Tần suất", "frequency", width=14, choices=tuple(FREQUENCIES), hint="Để trống là Hằng tháng."),
    Column(
        "Cách lấy số liệu", "source", width=22, choices=tuple(SOURCES), hint="Để trống là Đơn vị báo cáo."
    ),
    Column("Loại số liệu", "basis", width=16, choices=tuple(BASES), hint="Để trống là Số trong kỳ."),
    Column(
        "Chiều tốt", "direction", width=20, choices=tuple(DIRECTIONS), hint="Để trống là Càng cao càng tốt."
    ),
    Column("Đơn vị xác nhận", "confirmed_by", width=24, hint="Đơn vị chịu trách nhiệm xác nhận số liệu."),
    Column("Căn cứ", "legal_basis", width=28, hint="Số, ký hiệu văn bản quy định chỉ số."),
)

TARGET_COLUMNS = (
    Column(
        "Mã chỉ tiêu",
        "code",
        width=13,
        required=True,
        hint="Chỉ tiêu có nhiều mốc thì lặp lại mã, mỗi mốc một dòng; các cột khác chỉ cần ghi ở dòng đầu.",
    ),
    Column("Mục", "clause", width=16, hint="Ký hiệu mục trong văn bản, ví dụ II.1 hoặc II.1 Chỉ tiêu."),
    Column("Chỉ tiêu", "name", width=46, hint="Ghi ở dòng đầu của mỗi chỉ tiêu."),
    Column(
        "Chỉ số",
        "indicators",
        width=22,
        hint="Mã chỉ số. Chỉ tiêu ghép thì ghi nhiều mã cách nhau bằng dấu chấm phẩy (;): phải đạt tất cả. "
        "Để trống: lập chỉ số mới theo tên chỉ tiêu.",
    ),
    Column("Áp dụng cho", "scope", width=22, choices=tuple(SCOPES), hint="Ghi ở dòng đầu của mỗi chỉ tiêu."),
    Column(
        "Đơn vị hoặc nhóm", "whom", width=30, strict=False, hint="Tên, tên gọi tắt hoặc mã đơn vị; tên nhóm."
    ),
    Column(
        "Mốc", "phrase", width=24, hint="Ghi như văn bản: “trước ngày 30/4/2026”, “từ 10/4/2026”, “cuối năm”."
    ),
    Column(
        "Mức chỉ tiêu",
        "level",
        width=18,
        required=True,
        hint="Ghi như văn bản: “đạt 70%”, “trên 30%”, “tối thiểu 80%”, “40 - 50%”, “giảm 10%”.",
    ),
    Column("Trích nguyên văn", "quote", width=38),
)

TASK_COLUMNS = (
    Column("Mã nhiệm vụ", "code", width=13, required=True, hint="Không trùng trong kế hoạch. Ví dụ: NV01"),
    Column(
        "Mục",
        "clause",
        width=16,
        hint="Ký hiệu mục trong văn bản, ví dụ II.2.1. Trùng ký hiệu: IV.2 (lần 2).",
    ),
    Column("Nhiệm vụ", "title", width=56, required=True),
    Column("Sản phẩm", "product", width=28),
    Column(
        "Chủ trì",
        "lead",
        width=28,
        required=True,
        strict=False,
        hint="Một đơn vị, hoặc một nhóm (giao từng đơn vị trong nhóm). Đơn vị thứ hai trở đi ghi ở cột Đồng chủ trì.",
    ),
    Column("Đồng chủ trì", "joint", width=24, hint=_MANY),
    Column("Phối hợp", "coordinating", width=30, hint=f"Đơn vị hoặc nhóm. {_MANY}"),
    Column(
        "Phối hợp khác ghi trong văn bản",
        "coordination_note",
        width=28,
        hint="Nơi phối hợp không phải là đơn vị trong danh sách, ví dụ công chức địa chính cấp xã.",
    ),
    Column(
        "Thời hạn",
        "phrase",
        width=26,
        hint="Ghi như văn bản: 30/4/2026; trước ngày 30/4/2026; trong tháng 4/2026; quý II/2026; "
        "từ 03/4/2026 đến 30/6/2026; thường xuyên; hằng tháng. Văn bản không ghi thì để trống.",
    ),
    Column(
        "Ngày hạn cụ thể",
        "due",
        width=15,
        kind="date",
        hint="Chỉ ghi khi thời hạn dẫn chiếu nơi khác (“thời gian nêu trên”) hoặc tính từ một mốc.",
    ),
    Column("Mức độ giao", "strength", width=14, choices=tuple(STRENGTHS), hint="Để trống là Giao."),
    Column("Lãnh đạo phụ trách", "leader", width=24, strict=False, hint="Tên đăng nhập, hoặc họ và tên."),
    Column("Trích nguyên văn", "quote", width=38),
    Column("Ghi chú", "note", width=24),
    Column(
        "Trừ các đơn vị",
        "left_out",
        width=24,
        hint=f"Chỉ ghi khi chủ trì là một nhóm: đơn vị trong nhóm không được giao. {_MANY}",
    ),
    Column(
        "Hạn cấp trên giao",
        "superior",
        width=14,
        choices=tuple(YES_NO),
        hint="Có: thời hạn không chuyển ngày nghỉ, chỉ cấp trên gia hạn. Để trống là Không.",
    ),
    Column(
        "Hạn nội bộ",
        "internal_end",
        width=14,
        kind="date",
        hint="Sớm hơn hạn cấp trên giao; ví dụ 25/4/2026.",
    ),
    Column("Phần việc đếm được", "parts", width=18, hint="Số và đơn vị tính, ví dụ: 3 địa bàn."),
    Column(
        "Được báo cáo không phát sinh",
        "allows_nil",
        width=16,
        choices=tuple(YES_NO),
        hint="Có: khi văn bản ghi “(nếu có)”. Để trống là Không.",
    ),
)

STAFF_COLUMNS = (
    Column(
        "Mã cán bộ", "code", width=14, required=True, hint="Mã ngắn, không trùng; không dùng số căn cước."
    ),
    Column("Họ và tên", "full_name", width=28, required=True),
    Column("Đơn vị", "unit", width=32, required=True, strict=False),
    Column("Chức vụ / vị trí việc làm", "position", width=24),
    Column(
        "Tình trạng", "employment", width=20, choices=tuple(EMPLOYMENTS), hint="Để trống là Đang làm việc."
    ),
    Column("Ngày vào đơn vị", "joined_on", width=14, kind="date"),
)
STAFF_CHECK_COLUMNS = (
    Column("Lý do", "reason", width=28, hint="Bắt buộc khi chưa kích hoạt hoặc được miễn."),
    Column(
        "Ngày xác nhận",
        "checked_on",
        width=14,
        kind="date",
        hint="Ngày đơn vị xác nhận tình trạng tài khoản.",
    ),
)

# Other names a column may have.
ALIASES: dict[str, tuple[str, ...]] = {
    "item": ("Nội dung",),
    "value": ("Nội dung ghi", "Giá trị ghi"),
    "groups": ("Nhóm đơn vị",),
    "email": ("Email", "Thư điện tử liên hệ"),
    "lead": ("Đơn vị chủ trì", "Cơ quan chủ trì"),
    "coordinating": ("Đơn vị phối hợp", "Cơ quan phối hợp"),
    "phrase": ("Thời hạn hoàn thành", "Thời gian hoàn thành", "Hạn", "Mốc thời gian"),
    "title": ("Nội dung nhiệm vụ", "Tên nhiệm vụ"),
    "product": ("Sản phẩm, kết quả",),
    "scope": ("Đối tượng", "Đối tượng áp dụng"),
    "level": ("Mức phải đạt", "Mục tiêu"),
    "position": ("Chức vụ", "Vị trí việc làm"),
    "full_name": ("Họ tên",),
    "joined_on": ("Ngày vào",),
    "name": (),
}


def headings(columns: tuple[Column, ...]) -> dict[str, tuple[str, ...]]:
    """What `Workbook.find_table` looks for: key → the names a column may have, ours first."""
    return {each.key: (each.heading, *ALIASES.get(each.key, ())) for each in columns}


def required(columns: tuple[Column, ...]) -> list[str]:
    return [each.key for each in columns if each.required]
