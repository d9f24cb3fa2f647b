"""Words as they are printed: the normal form, unbreakable blanks, the date line, outline letters."""

import re
from datetime import date

from core.text import nfc
from reports.document.norm import POINT_LETTERS

NBSP = "\u00a0"
BLANK = NBSP * 8
"""Room for a clerk to write a number or a day by hand (about 9 mm at 13 pt); never broken, never stretched.
"""

_BOUND = re.compile(
    r"\b(số|ngày|tháng|năm|quý|tuần|Điều|khoản|Khoản|Mục|Phụ lục|Bảng|Biểu đồ) (?=[0-9IVX])", re.IGNORECASE
)
_SIGN = re.compile(r"(?<=[≥≤<>=]) (?=[0-9])")
_POINTS = re.compile(r"(?<=[0-9]) (?=điểm\b)|(?<=\bđiểm) (?=%)")
_BLANKS = re.compile(" {3,}")


def printed(text: str) -> str:
    """`text` ready for paper: NFC, no invisible characters, "ngày 05", "Điều 3", "≥ 98%", "2,1 điểm %" never torn.

    Runs of three or more spaces are blanks left to be filled in by hand and become unbreakable; nothing else
    is corrected, since plans are quoted as they were written.
    """
    text = NBSP.join(nfc(part) for part in text.split(NBSP))  # nfc takes them for odd spaces
    text = _BLANKS.sub(lambda match: NBSP * len(match[0]), text)
    text = _POINTS.sub(NBSP, _SIGN.sub(NBSP, text))
    return _BOUND.sub(lambda match: f"{match[1]}{NBSP}", text)


def date_line(day: date | None, year: int | None, blank: str = BLANK) -> str:
    """The date of issue in words: "ngày 05 tháng 01 năm 2026", "ngày 29 tháng 6 năm 2026"; blanks without a
    day.

    Only days under 10 and the months January and February take a leading zero (Annex I, II.4b).
    """
    if day is None:
        return f"ngày{blank}tháng{blank}năm{NBSP}{year}" if year else f"ngày{blank}tháng{blank}năm{blank}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày{NBSP}{day.day:02d} tháng{NBSP}{month} năm{NBSP}{day.year}"


def roman(number: int) -> str:
    """1 → "I", 4 → "IV", 19 → "XIX"."""
    digits = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    parts = []
    for value, letters in digits:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def point_letter(number: int) -> str:
    """1 → "a", 5 → "đ"; beyond the alphabet the letters double ("aa", "ab"), which the decree does not
    foresee.
    """
    more, last = divmod(number - 1, len(POINT_LETTERS))
    return (point_letter(more) if more else "") + POINT_LETTERS[last]
