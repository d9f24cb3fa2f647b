"""Reporting periods and their legal windows (Decree 09/2019, article 12).

A reporting month runs from the 15th of the month before to the 14th; the longer periods are built of such
months. Weeks are ISO weeks, Monday to Sunday. A period is named by (kind, key):

============= ========== =========================================
kind          key        window
============= ========== =========================================
week          2026-W47   Mon 16/11/2026 – Sun 22/11/2026
month         2026-11    15/10/2026 – 14/11/2026
quarter       2026-Q4    15/9/2026 – 14/12/2026
half          2026-H2    15/6/2026 – 14/12/2026
nine_months   2026       15/12/2025 – 14/9/2026
year          2026       15/12/2025 – 14/12/2026
============= ========== =========================================

Beside the windows there is the collection of a milestone, up to its very day (office rule 14): kind `TO_DAY`, key the
ISO date, made by `up_to` with the day it begins; a name alone does not say that day.

Wrong names raise ValueError with a sentence for the person who typed them.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.text import date_vi, shown

KINDS = {
    "week": "tuần",
    "month": "tháng",
    "quarter": "quý",
    "half": "6 tháng",
    "nine_months": "9 tháng",
    "year": "năm",
}
"""Every kind of legal window and its name."""

TO_DAY = "to_day"
"""The kind of a collection up to a milestone's day."""

FIRST_YEAR, LAST_YEAR = 2000, 2100

_OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)

# kind → part of the key behind the year → (first month, last month, label before the year)
_MONTHS: dict[str, dict[str, tuple[int, int, str]]] = {
    "month": {f"{m:02d}": (m, m, f"tháng {m:02d}" if m <= 2 else f"tháng {m}") for m in range(1, 13)},
    "quarter": {
        "Q1": (1, 3, "quý I"),
        "Q2": (4, 6, "quý II"),
        "Q3": (7, 9, "quý III"),
        "Q4": (10, 12, "quý IV"),
    },
    "half": {"H1": (1, 6, "6 tháng đầu"), "H2": (7, 12, "6 tháng cuối")},
    "nine_months": {"": (1, 9, "9 tháng")},
    "year": {"": (1, 12, "")},
}
_EXAMPLES = {
    "week": "2026-W47",
    "month": "2026-11",
    "quarter": "2026-Q4",
    "half": "2026-H2",
    "nine_months": "2026",
    "year": "2026",
}


@dataclass(frozen=True)
class Period:
    """One window of reporting; `start` and `end` both belong to it. Make one with `parse` or `containing`."""

    kind: str
    key: str
    start: date
    end: date

    @property
    def cutoff(self) -> datetime:
        """The moment the figures are taken: 23:59 of the last day, office time."""
        return datetime.combine(self.end, time(23, 59), tzinfo=_OFFICE_ZONE)

    @property
    def label(self) -> str:
        """As printed: "tháng 11 năm 2026", "tuần 47 năm 2026", "6 tháng cuối năm 2026"."""
        return label_of(self.kind, self.key)

    def previous(self) -> "Period":
        """The period of the same kind just before; for nine months, those of last year."""
        if self.kind == "nine_months":
            return self.same_last_year()
        return containing(self.kind, self.start - _DAY)

    def next(self) -> "Period":
        """The period of the same kind just after; for nine months, those of next year."""
        if self.kind == "nine_months":
            return parse(self.kind, str(_split(self.key)[0] + 1))
        return containing(self.kind, self.end + _DAY)

    def same_last_year(self) -> "Period":
        """The period of the same name a year ago; week 53 goes with the last week of a shorter year."""
        year, part = _split(self.key)
        if self.kind == "week":
            return _week(year - 1, min(int(part[1:]), _weeks_in(year - 1)))
        return _months(self.kind, year - 1, part)


def up_to(day: date, start: date) -> Period:
    """The collection up to a milestone's day of what arose from `start` on. Raises ValueError for an end before it."""
    if start > day:
        raise ValueError(f"Ngày bắt đầu {date_vi(start)} sau mốc {date_vi(day)}.")
    return Period(TO_DAY, day.isoformat(), start, day)


def label_of(kind: str, key: str) -> str:
    """The printed name of the period so named: "tháng 11 năm 2026", "đến ngày 30/6/2026"."""
    if kind == TO_DAY:
        return f"đến ngày {date_vi(date.fromisoformat(key))}"
    year, part = _split(key)
    name = f"tuần {int(part[1:])}" if kind == "week" else _MONTHS[kind][part][2]
    return f"{name} năm {year}".lstrip()


def parse(kind: str, key: str) -> Period:
    """The period named by `kind` and `key`.

    Raises ValueError for an unknown kind, a key of another form, a week or year that does not exist.
    """
    if kind not in KINDS:
        raise ValueError(f"Không có loại kỳ báo cáo “{shown(kind)}”. Các loại: {', '.join(KINDS)}.")
    match = re.fullmatch(r"[0-9]{4}(?:-(?:W[0-9]{2}|Q[1-4]|H[12]|[0-9]{2}))?", key)
    if match:
        year, part = _split(key)
        _check_year(year)
        if kind == "week" and part.startswith("W") and 1 <= int(part[1:]) <= _weeks_in(year):
            return _week(year, int(part[1:]))
        if kind != "week" and part in _MONTHS[kind]:
            return _months(kind, year, part)
    raise ValueError(
        f"“{shown(key)}” không phải là kỳ báo cáo {KINDS[kind]}. Hãy nhập theo mẫu {_EXAMPLES[kind]}."
    )


def containing(kind: str, on: date) -> Period:
    """The period of `kind` whose window holds the day `on`.

    Raises ValueError for an unknown kind, outside 2000–2100, and for nine months between 15/9 and 14/12, days
    that belong to no nine-month window.
    """
    if kind == "week":
        iso = on.isocalendar()
        return _week(iso.year, iso.week)
    if kind not in KINDS:
        return parse(kind, "")
    shift = on.month + (on.day >= 15)  # from the 15th on, a day counts for the next month
    year, month = (on.year + 1, 1) if shift == 13 else (on.year, shift)
    for part, (first, last, _label) in _MONTHS[kind].items():
        if first <= month <= last:
            return _months(kind, year, part)
    raise ValueError(f"Ngày {date_vi(on)} không thuộc kỳ báo cáo {KINDS[kind]} nào.")


def _split(key: str) -> tuple[int, str]:
    """("2026-Q4") → (2026, "Q4"); ("2026") → (2026, "")."""
    year, _, part = key.partition("-")
    return int(year), part


def _week(year: int, number: int) -> Period:
    _check_year(year)
    monday = date.fromisocalendar(year, number, 1)
    return Period("week", f"{year}-W{number:02d}", monday, monday + 6 * _DAY)


def _weeks_in(year: int) -> int:
    """52 or 53: the week of 28 December is always the last of its year."""
    return date(year, 12, 28).isocalendar().week


def _months(kind: str, year: int, part: str) -> Period:
    _check_year(year)
    first, last, _label = _MONTHS[kind][part]
    start = date(year, first - 1, 15) if first > 1 else date(year - 1, 12, 15)
    return Period(kind, f"{year}-{part}".rstrip("-"), start, date(year, last, 14))


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Năm của kỳ báo cáo phải từ {FIRST_YEAR} đến {LAST_YEAR}.")
