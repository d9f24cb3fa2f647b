"""The plan of an old department, filled into our workbook by hand from its document of April 2023.

Figures, names and dates are the document's; descriptions are worded here. The document names no divisions and only
three of the branches' districts, so a few units of that time stand in for "các phòng, đơn vị" and "các Chi nhánh".
"""

from typing import Any

from tracker.intake import layout
from tracker.intake.template import build

FILE_NAME = "seed_004.xlsx"

BRANCHES = "Các Chi nhánh Văn phòng Đăng ký đất đai"
DIVISIONS = "Các phòng, đơn vị thuộc Sở"

PLAN: dict[str, Any] = {
    "code": "DVCTT-2023",
    "title": (
        "Đẩy mạnh thực hiện dịch vụ công trực tuyến các thủ tục hành chính"
        " ngành Tài nguyên và Môi trường năm 2023"
    ),
    "kind": "Kế hoạch",
    "number": "/KH-STNMT",  # the number is blank in the document, and so is the day of its date
    "signer": "Lê Ngọc Huấn",
    "issuer": "Sở Tài nguyên và Môi trường",
    "tracking_unit": "Văn phòng Sở",
    "starts_on": "01/01/2023",
    "ends_on": "31/12/2023",
    "includes_day": "Không",
    "shifts_holidays": "Có",
    "bases": (
        "Nghị quyết số 05-NQ/TU ngày 22/10/2021 của Ban Chấp hành Đảng bộ tỉnh về chuyển đổi số tỉnh Hà Tĩnh\n"
        "Quyết định số 2454/QĐ-UBND ngày 04/12/2022 của UBND tỉnh về Đề án đẩy mạnh cải cách hành chính"
    ),
}

# code, name, short name, kind, parent, groups
_UNITS = [
    ("STNMT", "Sở Tài nguyên và Môi trường", "Sở TN&MT", "Sở, ban, ngành", "", ""),
    ("VPS", "Văn phòng Sở", "", "Văn phòng", "STNMT", DIVISIONS),
    ("PDD", "Phòng Quản lý đất đai", "", "Phòng chuyên môn", "STNMT", DIVISIONS),
    ("PMT", "Phòng Môi trường", "", "Phòng chuyên môn", "STNMT", DIVISIONS),
    ("PKS", "Phòng Khoáng sản", "", "Phòng chuyên môn", "STNMT", DIVISIONS),
    ("VPDK", "Văn phòng Đăng ký đất đai", "VPĐKĐĐ", "Đơn vị trực thuộc", "STNMT", DIVISIONS),
    ("CNCL", "Chi nhánh Văn phòng Đăng ký đất đai Can Lộc", "CN Can Lộc", "Chi nhánh", "VPDK", BRANCHES),
    ("CNHL", "Chi nhánh Văn phòng Đăng ký đất đai Hồng Lĩnh", "CN Hồng Lĩnh", "Chi nhánh", "VPDK", BRANCHES),
    ("CNDT", "Chi nhánh Văn phòng Đăng ký đất đai Đức Thọ", "CN Đức Thọ", "Chi nhánh", "VPDK", BRANCHES),
    (
        "DTN",
        "Đoàn Thanh niên Sở Tài nguyên và Môi trường",
        "Đoàn Thanh niên Sở",
        "Tổ chức đoàn thể, đảng",
        "STNMT",
        "",
    ),
    ("UBH", "Ủy ban nhân dân các huyện, thị xã, thành phố", "UBND cấp huyện", "Cơ quan ngoài", "", ""),
    ("TTHCC", "Trung tâm Hành chính công tỉnh", "", "Cơ quan ngoài", "", ""),
    ("TTCB", "Trung tâm Công báo - Tin học", "", "Cơ quan ngoài", "", ""),
    ("STTTT", "Sở Thông tin và Truyền thông", "Sở TT&TT", "Cơ quan ngoài", "", ""),
    ("CTHUE", "Cục Thuế tỉnh", "", "Cơ quan ngoài", "", ""),
]

# code, name, numerator, denominator, how the figure is got
_INDICATORS = [
    ("TTHC-CK", "Tỷ lệ thủ tục được công khai đầy đủ, kịp thời", "Thủ tục được công khai đúng",
     "Tổng số thủ tục thuộc thẩm quyền", "Đơn vị báo cáo"),
    ("dvcqg", "Tỷ lệ người có tài khoản Cổng Dịch vụ công quốc gia", "Người có tài khoản",
     "Người đang làm việc", "Tính từ danh sách tài khoản nhân sự"),
    ("vneid-2", "Tỷ lệ người kích hoạt VNeID mức độ 2", "Người đã kích hoạt", "Người đang làm việc",
     "Tính từ danh sách tài khoản nhân sự"),
    ("HS-TT", "Tỷ lệ hồ sơ tiếp nhận trực tuyến", "Hồ sơ tiếp nhận trực tuyến", "Hồ sơ phát sinh",
     "Từ hệ thống khác"),
    ("TT-TT", "Tỷ lệ hồ sơ thanh toán trực tuyến", "Hồ sơ thanh toán trực tuyến",
     "Hồ sơ có nghĩa vụ tài chính", "Từ hệ thống khác"),
    ("HS-TTR", "Tỷ lệ hồ sơ toàn trình xử lý trực tuyến", "Hồ sơ toàn trình tiếp nhận, thụ lý trực tuyến",
     "Hồ sơ thuộc danh mục toàn trình", "Từ hệ thống khác"),
    ("SOHOA", "Tỷ lệ số hóa hồ sơ, kết quả giải quyết", "Hồ sơ được số hóa", "Hồ sơ phát sinh",
     "Từ hệ thống khác"),
]  # fmt: skip

MILESTONES = (
    "Đến trước ngày 30/4/2023",
    "Đến trước ngày 30/5/2023",
    "Đến trước ngày 30/6/2023",
    "Đến cuối năm 2023",
)

# code, target, indicators, scope, whom, levels at the four milestones
_SERIES = [
    ("CT04", "Tiếp nhận và thanh toán trực tuyến hồ sơ phát sinh thuộc thẩm quyền của Sở", "HS-TT; TT-TT",
     "Một đơn vị", "Sở TN&MT", ("đạt 70%", "đạt 80%", "trên 90%", "trên 95%")),
    ("CT05", "Tiếp nhận và thanh toán trực tuyến hồ sơ phát sinh tại các Chi nhánh", "HS-TT; TT-TT",
     "Từng đơn vị trong nhóm", BRANCHES, ("trên 30%", "trên 50%", "trên 70%", "trên 80%")),
    ("CT06", "Hồ sơ thuộc danh mục toàn trình được tiếp nhận, thụ lý trực tuyến", "HS-TTR",
     "Văn bản không nêu", "", ("đạt 50%", "đạt 70%", "đạt trên 90%", "đạt 100%")),
    ("CT07", "Số hóa hồ sơ, kết quả tại Sở", "SOHOA", "Một đơn vị", "Sở TN&MT",
     ("đạt 80%", "đạt 90%", "đạt 100%", "đạt 100%")),
    ("CT08", "Số hóa hồ sơ, kết quả tại các Chi nhánh", "SOHOA", "Từng đơn vị trong nhóm", BRANCHES,
     ("đạt 40%", "đạt 50%", "đạt 60%", "đạt 90%")),
]  # fmt: skip


def _target_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"code": "CT01", "clause": "II.1 Chỉ tiêu", "name": "Công khai đầy đủ, kịp thời thủ tục hành chính",
         "indicators": "TTHC-CK", "scope": "Văn bản không nêu", "level": "100%"},
        {"code": "CT02", "clause": "II.1", "name": "Người làm việc tại Sở có tài khoản Cổng Dịch vụ công quốc gia",
         "indicators": "dvcqg", "scope": "Một đơn vị", "whom": "STNMT", "phrase": "Từ 10/4/2023", "level": "100%"},
        {"code": "CT03", "clause": "II.1", "name": "Người làm việc tại Sở kích hoạt VNeID mức độ 2",
         "indicators": "vneid-2", "scope": "Một đơn vị", "whom": "STNMT", "phrase": "Từ 10/4/2023", "level": "100%"},
    ]  # fmt: skip
    for code, name, indicators, scope, whom, levels in _SERIES:
        for at, (phrase, level) in enumerate(zip(MILESTONES, levels, strict=True)):
            row = {"code": code, "phrase": phrase, "level": level}
            if at == 0:
                row |= {
                    "clause": "II.1",
                    "name": name,
                    "indicators": indicators,
                    "scope": scope,
                    "whom": whom,
                }
            rows.append(row)
    return rows


def _task(code: str, clause: str, title: str, lead: str, phrase: str = "", **rest: Any) -> dict[str, Any]:
    return {"code": code, "clause": clause, "title": title, "lead": lead, "phrase": phrase, **rest}


TASKS = [
    _task("NV01", "II.2.1", "Làm video clip, đồ họa hướng dẫn làm thủ tục trên môi trường điện tử để tuyên truyền",
          "Văn phòng Sở", "10/4/2023", product="Video clip, đồ họa hướng dẫn", coordinating="VPĐKĐĐ"),
    _task("NV02", "II.2.2", "Tập huấn dịch vụ công trực tuyến, thanh toán trực tuyến cho người làm việc tại Sở",
          "Văn phòng Sở", "Đã thực hiện vào ngày 01/4/2023", coordinating="VPĐKĐĐ"),
    _task("NV03", "II.2.3", "Hướng dẫn người dân, doanh nghiệp làm thủ tục bằng dịch vụ công trực tuyến",
          "Đoàn Thanh niên Sở", "Bắt đầu từ ngày 05/4/2023 và duy trì thường xuyên", coordinating="VPĐKĐĐ",
          coordination_note="Phòng TN&MT cấp huyện; công chức địa chính cấp xã"),
    _task("NV04", "II.2.4", "Tuyên truyền kết quả dịch vụ công trực tuyến trên báo, đài của tỉnh và báo ngành",
          "Văn phòng Sở", "Từ 03/4/2023- 30/6/2023 và 6 tháng cuối năm 2023", coordinating="VPĐKĐĐ"),
    _task("NV05", "IV.1 Các Phó Giám đốc Sở", "Trực tiếp chỉ đạo các phòng, đơn vị theo lĩnh vực phụ trách",
          "Sở TN&MT", note="Văn bản giao các đồng chí Phó Giám đốc Sở"),
    _task("NV06", "IV.2 UBND cấp huyện", "Bố trí nơi, người hướng dẫn, hỗ trợ người dân và phối hợp triển khai",
          "UBND cấp huyện", strength="Đề nghị", coordinating="Sở TN&MT"),
    _task("NV07", "IV.2 (lần 2) Các phòng, đơn vị thuộc Sở", "Tổ chức thực hiện Kế hoạch, chịu trách nhiệm về kết quả",
          DIVISIONS),
    _task("NV08", "IV.2 (lần 2)", "Bổ sung mã hồ sơ vào các thông báo thu phí, lệ phí", DIVISIONS,
          "kể từ ngày 05/4/2023"),
    _task("NV09", "IV.2 (lần 2)", "Ưu tiên giải quyết nhanh hồ sơ nộp qua dịch vụ công trực tuyến", DIVISIONS),
    _task("NV10", "IV.2 (lần 2)", "Hỗ trợ cán bộ một cửa số hóa hồ sơ đầu vào, kết quả đầu ra", DIVISIONS,
          coordinating="Trung tâm Hành chính công tỉnh"),
    _task("NV11", "IV.2 (lần 2)", "Khuyến khích cá nhân, tổ chức, đơn vị tư vấn dùng dịch vụ công trực tuyến",
          DIVISIONS, strength="Khuyến khích"),
    _task("NV12", "IV.2 (lần 2)", "Chỉ đạo người làm việc tại đơn vị đăng ký tài khoản, kích hoạt VNeID mức độ 2",
          DIVISIONS, "đảm bảo thời gian nêu trên", due="10/4/2023", note="Dẫn chiếu chỉ tiêu từ 10/4/2023, mục II.1"),
    _task("NV13", "IV.3 Văn phòng Sở", "Tham mưu thành lập Tổ chỉ đạo, kiểm tra thực hiện Kế hoạch", "Văn phòng Sở",
          product="Quyết định thành lập Tổ chỉ đạo, kiểm tra"),
    _task("NV14", "IV.3", "Khắc phục vướng mắc trên Cổng dịch vụ công, đưa dữ liệu lên Cổng quốc gia", "Văn phòng Sở",
          "hoàn thành trong tháng 4/2023", coordinating="Trung tâm Công báo - Tin học"),
    _task("NV15", "IV.3", "Đôn đốc xây dựng quy trình nội bộ, điện tử; rà soát thủ tục đủ điều kiện toàn trình",
          "Văn phòng Sở", coordinating="Sở TT&TT"),
    _task("NV16", "IV.3", "Theo dõi, đôn đốc các phòng, đơn vị và báo cáo Giám đốc Sở", "Văn phòng Sở",
          "định kỳ (hàng tuần, hàng tháng)"),
    _task("NV17", "IV.4 Văn phòng Đăng ký đất đai", "Xử lý thủ tục đất đai cấp huyện trên VBDLIS, thí điểm 03 huyện",
          "VPĐKĐĐ", "trong tháng 4/2023", coordinating="UBND cấp huyện", note="Can Lộc, Hồng Lĩnh, Đức Thọ"),
    _task("NV18", "IV.4", "Xây dựng quy chế trao đổi thông tin với ngành Thuế", "VPĐKĐĐ",
          "hoàn thành trong tháng 6/2023", product="Quy chế trao đổi thông tin", coordinating="Cục Thuế tỉnh"),
    _task("NV19", "IV.4", "Tập huấn dịch vụ công trực tuyến cho viên chức, người lao động của đơn vị", "VPĐKĐĐ",
          coordinating="Văn phòng Sở", coordination_note="các đơn vị liên quan"),
    _task("NV20", "IV.4", "Bố trí đủ người tại bộ phận tiếp nhận, trả kết quả cấp huyện để hướng dẫn", "VPĐKĐĐ"),
    _task("NV21", "IV.4", "Trang bị máy quét, máy tính phục vụ số hóa", "VPĐKĐĐ"),
    _task("NV22", "IV.5 Đoàn Thanh niên Sở", "Triển khai các nhiệm vụ theo Kế hoạch", "Đoàn Thanh niên Sở"),
    _task("NV23", "IV.5", "Tham mưu lập tổ, nhóm đoàn viên công khai số điện thoại hỗ trợ", "Đoàn Thanh niên Sở",
          product="Các tổ, nhóm đoàn viên"),
]  # fmt: skip

# Invented people: code, name, unit, VNeID level 2, portal account, reason
_STAFF = [
    ("VPS-01", "Nguyễn Thị Mẫu", "VPS", "Đã kích hoạt", "Đã được cấp", ""),
    ("VPS-02", "Trần Văn Thử", "VPS", "Chưa kích hoạt", "Đã được cấp", "Chờ trả thẻ căn cước"),
    ("VPDK-01", "Lê Văn Giả Định", "VPDK", "Đã kích hoạt", "Đã được cấp", ""),
    ("CNCL-01", "Phạm Thị Ví Dụ", "CNCL", "Đã được cấp", "Đã được cấp", ""),
]

ROWS: dict[str, list[dict[str, Any]]] = {
    layout.UNITS: [
        dict(zip(("code", "name", "short_name", "kind", "parent", "groups"), row, strict=True)) for row in _UNITS
    ],
    layout.INDICATORS: [
        {"code": code, "name": name, "measure_unit": "%", "numerator": above, "denominator": below, "source": source}
        for code, name, above, below, source in _INDICATORS
    ],
    layout.TARGETS: _target_rows(),
    layout.TASKS: TASKS,
    layout.STAFF: [
        {"code": code, "full_name": name, "unit": unit, "position": "Chuyên viên", "account:vneid-2": vneid,
         "account:dvcqg": portal, "reason": reason, "checked_on": "10/4/2023"}
        for code, name, unit, vneid, portal, reason in _STAFF
    ],
}  # fmt: skip


def workbook(
    plan: dict[str, Any] | None = None, rows: dict[str, list[dict[str, Any]]] | None = None
) -> bytes:
    """The workbook of the seed; `plan` and `rows` replace items and whole sheets of it."""
    return build(PLAN | (plan or {}), ROWS | (rows or {}), every_account=True)
