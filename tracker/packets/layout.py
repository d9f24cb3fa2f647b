"""What stands on the sheets of a packet. `editable` columns are for the unit; the last one is for us."""

from core.sheets.writing import Column

GUIDE, FIGURES, TASKS = "Hướng dẫn", "Số liệu", "Nhiệm vụ"
NONE_ARISEN = "Không phát sinh"
SOURCES = ("Hệ thống một cửa", "Cổng Dịch vụ công quốc gia", "Sổ theo dõi của đơn vị")
PERCENT_HINT = "Số nguyên từ 0 đến 100, không ghi dấu %."

KEY = Column("Mã dòng (không sửa)", "key", width=10, hidden=True)

FIGURE_COLUMNS = (
    Column("Chỉ số", "indicator", width=42),
    Column("Kỳ", "period", width=30),
    Column("Mức phải đạt", "demand", width=14),
    Column("Số đang ghi nhận", "known", width=22),
    Column("Tử số (hoặc số liệu)", "numerator", width=14, kind="number", editable=True,
           hint="Nhập số lượng, ví dụ 1264. Không nhập tỷ lệ; tỷ lệ do hệ thống tính."),
    Column("Mẫu số", "denominator", width=14, kind="number", editable=True,
           hint="Nhập số lượng. Chỉ số không tính theo tỷ lệ thì để trống."),
    Column(NONE_ARISEN, "nothing", width=16, editable=True, choices=(NONE_ARISEN,),
           hint="Chọn khi kỳ này không có hồ sơ, công việc nào."),
    Column("Nguồn số liệu", "source", width=26, editable=True, choices=SOURCES, strict=False),
    Column("Nguyên nhân chưa đạt", "cause", width=34, editable=True),
    Column("Biện pháp khắc phục", "remedy", width=34, editable=True),
    KEY,
)  # fmt: skip

TASK_COLUMNS = (
    Column("Mã", "code", width=10),
    Column("Nhiệm vụ", "title", width=48),
    Column("Thời hạn", "due", width=14, kind="date"),
    Column("Tình trạng", "state", width=18),
    Column("Tỷ lệ đang ghi nhận (%)", "known", width=12, kind="whole"),
    Column("Tỷ lệ hoàn thành (%)", "percent", width=12, kind="whole", editable=True, hint=PERCENT_HINT),
    Column("Nội dung đã thực hiện", "text", width=40, editable=True),
    Column("Khó khăn, vướng mắc", "obstacle", width=30, editable=True),
    Column("Kiến nghị, đề xuất", "proposal", width=30, editable=True),
    Column("Văn bản kết quả: số, ký hiệu", "number", width=18, editable=True),
    Column("Ngày văn bản", "issued_on", width=14, kind="date", editable=True),
    KEY,
)  # fmt: skip

GUIDE_LINES = (
    "Chỉ điền các ô nền vàng ở trang “Số liệu” và trang “Nhiệm vụ”. Ô để trống: không thay đổi gì.",
    "Số liệu là số lượng (tử số, mẫu số), không phải tỷ lệ phần trăm. Ví dụ 1264 và 1840.",
    "Kỳ không có hồ sơ, công việc nào: chọn “Không phát sinh”.",
    "Số liệu chưa đạt mức phải đạt: ghi nguyên nhân.",
    "Văn bản kết quả: ghi cả số, ký hiệu và ngày. Tệp văn bản gửi kèm thư nếu có.",
    "Không thêm, không sửa mã dòng; xóa hoặc sắp xếp lại dòng không ảnh hưởng các dòng khác.",
    "Lưu tệp dạng .xlsx và gửi lại Văn phòng. Không đưa nội dung bí mật nhà nước.",
)


def headings(columns: tuple[Column, ...]) -> dict[str, tuple[str, ...]]:
    """Key → heading, for `find_table`."""
    return {each.key: (each.heading,) for each in columns}


def editable(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(each.key for each in columns if each.editable)
