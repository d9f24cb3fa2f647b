"""The demo agency: a department of an invented province under today's two-level government.

No person, number or province is real. Old names appear once, as predecessors.
"""

from datetime import date
from random import Random
from typing import NamedTuple

from units.models import StaffMember, Unit

PROVINCE = "Bình Lâm"
MERGED_ON = date(2025, 3, 1)
K = Unit.Kind


class DemoUnit(NamedTuple):
    code: str
    name: str
    short: str
    kind: str
    parent: str = ""
    staff: int = 0
    clerk_sends: bool = False


UNITS = (
    DemoUnit("SNNMT", "Sở Nông nghiệp và Môi trường", "Sở", K.DEPARTMENT, staff=4),
    DemoUnit("VP", "Văn phòng Sở", "Văn phòng", K.OFFICE, "SNNMT", 22),
    DemoUnit("TCCB", "Phòng Tổ chức cán bộ", "Phòng TCCB", K.DIVISION, "SNNMT", 10),
    DemoUnit("KHTC", "Phòng Kế hoạch - Tài chính", "Phòng KH-TC", K.DIVISION, "SNNMT", 14),
    DemoUnit("QLDD", "Phòng Quản lý đất đai", "Phòng QLĐĐ", K.DIVISION, "SNNMT", 16),
    DemoUnit("MT", "Phòng Môi trường", "Phòng Môi trường", K.DIVISION, "SNNMT", 15),
    DemoUnit("KSTNN", "Phòng Khoáng sản và Tài nguyên nước", "Phòng KS-TNN", K.DIVISION, "SNNMT", 12),
    DemoUnit("CCTT", "Chi cục Trồng trọt và Chăn nuôi", "CC Trồng trọt - CN", K.ATTACHED, "SNNMT", 36),
    DemoUnit("CCTL", "Chi cục Thủy lợi", "CC Thủy lợi", K.ATTACHED, "SNNMT", 26),
    DemoUnit("CCKL", "Chi cục Kiểm lâm", "CC Kiểm lâm", K.ATTACHED, "SNNMT", 46),
    DemoUnit("TTCNTT", "Trung tâm Công nghệ thông tin và Dữ liệu", "TT CNTT", K.ATTACHED, "SNNMT", 18, True),
    DemoUnit("TTQT", "Trung tâm Quan trắc môi trường", "TT Quan trắc", K.ATTACHED, "SNNMT", 20),
    DemoUnit("VPDK", "Văn phòng Đăng ký đất đai", "VPĐKĐĐ", K.ATTACHED, "SNNMT", 52),
    DemoUnit("CN01", "Chi nhánh Văn phòng Đăng ký đất đai Tân Hòa", "CN Tân Hòa", K.BRANCH, "VPDK", 21),
    DemoUnit("CN02", "Chi nhánh Văn phòng Đăng ký đất đai Phú Lương", "CN Phú Lương", K.BRANCH, "VPDK", 19),
    DemoUnit("CN03", "Chi nhánh Văn phòng Đăng ký đất đai An Khê", "CN An Khê", K.BRANCH, "VPDK", 18, True),
    DemoUnit("CN04", "Chi nhánh Văn phòng Đăng ký đất đai Hà Trung", "CN Hà Trung", K.BRANCH, "VPDK", 17),
    DemoUnit("CN05", "Chi nhánh Văn phòng Đăng ký đất đai Lộc Sơn", "CN Lộc Sơn", K.BRANCH, "VPDK", 16),
    DemoUnit("CN06", "Chi nhánh Văn phòng Đăng ký đất đai Vĩnh Giang", "CN Vĩnh Giang", K.BRANCH, "VPDK", 18),
    DemoUnit("DTN", "Đoàn Thanh niên Sở Nông nghiệp và Môi trường", "Đoàn Thanh niên", K.UNION, "SNNMT"),
    DemoUnit("CDS", "Công đoàn Sở Nông nghiệp và Môi trường", "Công đoàn Sở", K.UNION, "SNNMT"),
    DemoUnit("STNMT", "Sở Tài nguyên và Môi trường", "", K.DEPARTMENT),
    DemoUnit("SNNPTNT", "Sở Nông nghiệp và Phát triển nông thôn", "", K.DEPARTMENT),
    DemoUnit("UBNDT", f"UBND tỉnh {PROVINCE}", "UBND tỉnh", K.OUTSIDE),
    DemoUnit("TTPVHCC", "Trung tâm Phục vụ hành chính công tỉnh", "TT PVHCC tỉnh", K.OUTSIDE),
    DemoUnit("SKHCN", "Sở Khoa học và Công nghệ", "Sở KH&CN", K.OUTSIDE),
    DemoUnit("SNV", "Sở Nội vụ", "", K.OUTSIDE),
    DemoUnit("CAT", f"Công an tỉnh {PROVINCE}", "Công an tỉnh", K.OUTSIDE),
    DemoUnit("THUE", f"Thuế tỉnh {PROVINCE}", "Thuế tỉnh", K.OUTSIDE),
    DemoUnit("BUUDIEN", f"Bưu điện tỉnh {PROVINCE}", "Bưu điện tỉnh", K.OUTSIDE),
    DemoUnit("BPTTH", f"Báo và phát thanh, truyền hình {PROVINCE}", "Báo và PTTH tỉnh", K.OUTSIDE),
    DemoUnit("PTH", "UBND phường Tân Hòa", "", K.OUTSIDE),
    DemoUnit("PAT", "UBND phường An Thịnh", "", K.OUTSIDE),
    DemoUnit("XPL", "UBND xã Phú Lương", "", K.OUTSIDE),
    DemoUnit("XMD", "UBND xã Minh Đức", "", K.OUTSIDE),
    DemoUnit("XLS", "UBND xã Lộc Sơn", "", K.OUTSIDE),
    DemoUnit("XHT", "UBND xã Hòa Thịnh", "", K.OUTSIDE),
)
LATE_COMMUNE = "XHT"
DISSOLVED_UNION = "CDS"
CLOSED = ("STNMT", "SNNPTNT")
LEAVER = "cnttcu"
DIVISIONS = "Các phòng chuyên môn thuộc Sở"
BRANCHES = "Các Chi nhánh Văn phòng Đăng ký đất đai"
ALL_UNITS = "Các phòng, đơn vị thuộc Sở"
COMMUNES = "UBND các xã, phường"
GROUPS = {
    DIVISIONS: ("TCCB", "KHTC", "QLDD", "MT", "KSTNN"),
    BRANCHES: ("CN01", "CN02", "CN03", "CN04", "CN05", "CN06"),
    ALL_UNITS: ("TCCB", "KHTC", "QLDD", "MT", "KSTNN", "CCTT", "CCTL", "CCKL", "TTCNTT", "TTQT", "VPDK"),
    COMMUNES: ("PTH", "PAT", "XPL", "XMD", "XLS"),
}

_FAMILY = [
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Trần",
    "Lê",
    "Lê",
    "Phạm",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đinh",
    "Trịnh",
    "Mai",
]
_MIDDLE_WOMAN = [
    "Thị",
    "Thị",
    "Thị",
    "Thu",
    "Ngọc",
    "Thanh",
    "Minh",
    "Hồng",
    "Kim",
    "Bích",
    "Phương",
    "Thùy",
    "Khánh",
]
_MIDDLE_MAN = [
    "Văn",
    "Văn",
    "Văn",
    "Đức",
    "Quang",
    "Minh",
    "Hữu",
    "Anh",
    "Xuân",
    "Tiến",
    "Mạnh",
    "Ngọc",
    "Công",
    "Đình",
]
_WOMAN = [
    "An",
    "Anh",
    "Bình",
    "Chi",
    "Dung",
    "Duyên",
    "Giang",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hiền",
    "Hoa",
    "Huệ",
    "Hương",
    "Lan",
    "Liên",
    "Linh",
    "Loan",
    "Ly",
    "Mai",
    "Nga",
    "Ngân",
    "Nhung",
    "Oanh",
    "Phương",
    "Quyên",
    "Tâm",
    "Thảo",
    "Thu",
    "Thủy",
    "Trang",
    "Tuyết",
    "Uyên",
    "Vân",
    "Yến",
]
_MAN = [
    "An",
    "Bách",
    "Bảo",
    "Cường",
    "Dũng",
    "Đạt",
    "Đông",
    "Giang",
    "Hải",
    "Hiếu",
    "Hòa",
    "Hùng",
    "Huy",
    "Khang",
    "Khánh",
    "Kiên",
    "Lâm",
    "Long",
    "Lực",
    "Nam",
    "Nghĩa",
    "Phong",
    "Phúc",
    "Quân",
    "Quý",
    "Sơn",
    "Thành",
    "Thắng",
    "Thịnh",
    "Toàn",
    "Trung",
    "Tuấn",
    "Tùng",
    "Việt",
    "Vinh",
]


def person_name(random: Random) -> str:
    if random.random() < 0.52:
        return f"{random.choice(_FAMILY)} {random.choice(_MIDDLE_WOMAN)} {random.choice(_WOMAN)}"
    return f"{random.choice(_FAMILY)} {random.choice(_MIDDLE_MAN)} {random.choice(_MAN)}"


_TOP = {
    K.DIVISION: ("Trưởng phòng", "Phó Trưởng phòng", "Phó Trưởng phòng"),
    K.OFFICE: ("Chánh Văn phòng", "Phó Chánh Văn phòng", "Phó Chánh Văn phòng"),
    K.BRANCH: ("Giám đốc Chi nhánh", "Phó Giám đốc Chi nhánh"),
    K.ATTACHED: ("Giám đốc", "Phó Giám đốc", "Phó Giám đốc"),
    K.DEPARTMENT: ("Giám đốc Sở", "Phó Giám đốc Sở", "Phó Giám đốc Sở", "Phó Giám đốc Sở"),
}
_REST = {
    K.DIVISION: ("Chuyên viên chính", "Chuyên viên", "Chuyên viên"),
    K.OFFICE: ("Chuyên viên", "Văn thư", "Kế toán", "Nhân viên lái xe"),
    K.BRANCH: ("Viên chức đăng ký đất đai", "Viên chức đo đạc", "Viên chức một cửa", "Hợp đồng lao động"),
    K.ATTACHED: ("Viên chức", "Kỹ thuật viên", "Chuyên viên", "Hợp đồng lao động"),
}


def position(kind: str, number: int, random: Random) -> str:
    top = _TOP[K(kind)]
    return top[number] if number < len(top) else random.choice(_REST.get(K(kind), ("Chuyên viên",)))


def employment(number: int, random: Random) -> str:
    """Nearly everybody is at work; a few stand beside the count, as in any office."""
    if number < 2:
        return StaffMember.Employment.WORKING
    draw = random.random()
    for limit, status in (
        (0.015, StaffMember.Employment.MATERNITY),
        (0.025, StaffMember.Employment.SECONDED_OUT),
        (0.035, StaffMember.Employment.STUDY),
        (0.04, StaffMember.Employment.PRE_RETIREMENT),
        (0.12, StaffMember.Employment.CONTRACT),
    ):
        if draw < limit:
            return status
    return StaffMember.Employment.WORKING


class DemoPerson(NamedTuple):
    """A login and its roles: (role, unit code)."""

    username: str
    full_name: str
    position: str
    grants: tuple[tuple[str, str], ...]


PEOPLE = (
    DemoPerson("vanphong", "Nguyễn Thị Thanh Lan", "Chuyên viên Văn phòng Sở", (("plan_owner", "VP"),)),
    DemoPerson(
        "chanhvanphong", "Hoàng Quốc Việt", "Chánh Văn phòng Sở", (("plan_owner", "VP"), ("unit_head", "VP"))
    ),
    DemoPerson("giamdoc", "Trần Đức Hòa", "Giám đốc Sở", (("leader", "SNNMT"),)),
    DemoPerson("phogiamdoc1", "Phan Thị Kim Oanh", "Phó Giám đốc Sở", (("leader", "SNNMT"),)),
    DemoPerson("phogiamdoc2", "Vũ Mạnh Cường", "Phó Giám đốc Sở", (("leader", "SNNMT"),)),
    DemoPerson("thanhtra", "Bùi Hồng Sơn", "Thanh tra viên", (("auditor", "SNNMT"),)),
    DemoPerson("truongphong", "Lê Quang Minh", "Trưởng phòng Quản lý đất đai", (("unit_head", "QLDD"),)),
    DemoPerson("chuyenvien", "Phạm Ngọc Mai", "Chuyên viên Phòng Quản lý đất đai", (("unit_clerk", "QLDD"),)),
    DemoPerson(
        "tccb",
        "Đặng Thu Hương",
        "Trưởng phòng Tổ chức cán bộ",
        (("unit_head", "TCCB"), ("staff_admin", "SNNMT")),
    ),
    DemoPerson("khtc", "Ngô Xuân Trung", "Trưởng phòng Kế hoạch - Tài chính", (("unit_head", "KHTC"),)),
    DemoPerson("moitruong", "Dương Minh Châu", "Trưởng phòng Môi trường", (("unit_head", "MT"),)),
    DemoPerson("khoangsan", "Trịnh Hữu Nghĩa", "Trưởng phòng KS-TNN", (("unit_head", "KSTNN"),)),
    DemoPerson(
        "trongtrot",
        "Hồ Thị Bích Liên",
        "Chi cục trưởng Chi cục Trồng trọt và Chăn nuôi",
        (("unit_head", "CCTT"),),
    ),
    DemoPerson("thuyloi", "Đinh Công Thành", "Chi cục trưởng Chi cục Thủy lợi", (("unit_head", "CCTL"),)),
    DemoPerson("kiemlam", "Lý Văn Lâm", "Chi cục trưởng Chi cục Kiểm lâm", (("unit_head", "CCKL"),)),
    DemoPerson("cntt", "Mai Tiến Đạt", "Giám đốc Trung tâm CNTT", (("unit_head", "TTCNTT"),)),
    # Leaves in the course of the story; whoever comes after takes over.
    DemoPerson(LEAVER, "Phùng Gia Bảo", "Viên chức Trung tâm CNTT", (("unit_clerk", "TTCNTT"),)),
    DemoPerson("cnttchuyenvien", "Trần Khánh Ly", "Viên chức Trung tâm CNTT", (("unit_clerk", "TTCNTT"),)),
    DemoPerson("quantrac", "Võ Ngọc Phong", "Giám đốc Trung tâm Quan trắc", (("unit_head", "TTQT"),)),
    DemoPerson("vpdk", "Nguyễn Hữu Toàn", "Giám đốc VPĐKĐĐ", (("unit_head", "VPDK"),)),
    DemoPerson("vpdkchuyenvien", "Lê Thị Thùy Trang", "Viên chức VPĐKĐĐ", (("unit_clerk", "VPDK"),)),
    DemoPerson("chinhanh", "Đỗ Anh Tuấn", "Giám đốc Chi nhánh Tân Hòa", (("unit_head", "CN01"),)),
    DemoPerson("chinhanh2", "Phạm Thị Hồng Nhung", "Giám đốc Chi nhánh Phú Lương", (("unit_head", "CN02"),)),
    DemoPerson("chinhanh3", "Bùi Đình Kiên", "Giám đốc Chi nhánh An Khê", (("unit_head", "CN03"),)),
    DemoPerson("chinhanh4", "Trần Quang Vinh", "Giám đốc Chi nhánh Hà Trung", (("unit_head", "CN04"),)),
    DemoPerson("chinhanh5", "Vũ Thị Thanh Hà", "Giám đốc Chi nhánh Lộc Sơn", (("unit_head", "CN05"),)),
    # Nobody signs in for Vĩnh Giang: the office records for it.
    DemoPerson("doanthanhnien", "Lê Khánh Linh", "Bí thư Đoàn Thanh niên Sở", (("unit_head", "DTN"),)),
)
