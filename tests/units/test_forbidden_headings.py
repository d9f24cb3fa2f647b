"""Secrets of an account and pictures of cards are refused by the heading of their column."""

import pytest

from units.privacy import forbidden_heading


@pytest.mark.parametrize(
    "heading",
    ["Mật khẩu", "MẬT  KHẨU VNeID", "Mat khau dang nhap", "Password", "OTP", "Mã OTP", "Mã xác thực", "Mã PIN",
     "Số PIN", "Ảnh CCCD", "Ảnh chụp thẻ căn cước", "Mã QR của thẻ"],
)  # fmt: skip
def test_it_is_refused_with_the_heading_named(heading: str) -> None:
    refusal = forbidden_heading(heading)
    assert refusal is not None
    assert heading in refusal


@pytest.mark.parametrize(
    "heading",
    ["Họ và tên", "Mã cán bộ", "Số CCCD", "Số định danh cá nhân", "Năm sinh", "Đã kích hoạt VNeID mức 2", "Ghi chú",
     "Chức vụ", "Pin điện thoại", "Khẩu phần", ""],
)  # fmt: skip
def test_usual_columns_are_read(heading: str) -> None:
    assert forbidden_heading(heading) is None
