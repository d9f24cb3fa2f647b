"""Sign-ins of the demo. They work only in demo mode (`units.backends`)."""

from typing import NamedTuple


class Account(NamedTuple):
    """`label` says in Vietnamese what the person does."""

    username: str
    password: str
    full_name: str
    label: str


DEMO_PASSWORD = "ke-hoach-demo"
DEMO_ACCOUNTS = (
    Account("vanphong", DEMO_PASSWORD, "Nguyễn Thị Thanh Lan", "Văn phòng Sở: theo dõi, đôn đốc kế hoạch"),
    Account("chuyenvien", DEMO_PASSWORD, "Phạm Ngọc Mai", "Chuyên viên đầu mối, Phòng Quản lý đất đai"),
    Account("truongphong", DEMO_PASSWORD, "Lê Quang Minh", "Trưởng phòng Quản lý đất đai"),
    Account("chinhanh", DEMO_PASSWORD, "Đỗ Anh Tuấn", "Giám đốc Chi nhánh Tân Hòa"),
    Account("giamdoc", DEMO_PASSWORD, "Trần Đức Hòa", "Giám đốc Sở"),
    Account("thanhtra", DEMO_PASSWORD, "Bùi Hồng Sơn", "Thanh tra: chỉ xem"),
)
