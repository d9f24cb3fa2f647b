"""What the system refuses to take about a person, whatever the file says (norms §4.1, §4.3)."""

import re

from core.text import fold

# Whole words of a heading without accents and case. `pin` alone also stands in "pin điện thoại", so it needs a "mã".
_FORBIDDEN = (
    (r"mat khau|password|passwd|passcode|mk dang nhap|mk vneid", "mật khẩu"),
    (r"otp|ma xac thuc|ma xac nhan|ma bao mat|smart otp", "mã dùng một lần (OTP)"),
    (r"(?:ma|so) pin|pin code|ma pin vneid", "mã PIN"),
    (r"(?:anh|hinh|ban) (?:chup |scan )?(?:the )?(?:cccd|can cuoc|cmnd|chung minh)", "ảnh thẻ căn cước"),
    (r"qr (?:cua |tren )?(?:the|cccd|can cuoc)|noi dung qr", "nội dung mã QR của thẻ"),
)


def forbidden_heading(text: str) -> str | None:
    """Why a column with this heading is refused, in words for the clerk; None where it may be read."""
    heading = re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()
    for pattern, what in _FORBIDDEN:
        if re.search(rf"\b(?:{pattern})\b", heading):
            return f"Cột “{text.strip()[:60]}”: hệ thống không nhận {what}. Hãy xóa cột này khỏi tệp rồi tải lại."
    return None
