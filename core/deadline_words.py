"""The words of deadlines: from a phrase to its skeleton, in which every day is a token.

Two tables, each applied from top to bottom. `_SPELLINGS` brings a phrase to one spelling; `_FRAGMENTS`
replaces each day by ``DA``, ``DB`` … and each named period (month, quarter, half, year) by ``PA``, ``PB`` …
so that "Từ 03/4/2023- 30/6/2023 và 6 tháng cuối năm 2023" becomes ``tu DA - DB va PC``. What a skeleton means
is said in `core.deadlines`.
"""

import calendar as month_calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from core.text import fold

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Table = tuple[tuple[re.Pattern[str], Any], ...]


class DeadlineError(ValueError):
    """The phrase cannot be read; the message says in Vietnamese why and what may be written."""


def compiled(*rows: tuple[str, Any], guard: str = "") -> Table:
    """The rows of a table in their order, patterns compiled; `guard` stands in front of each pattern."""
    return tuple((re.compile(guard + pattern), meaning) for pattern, meaning in rows)


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    return month_calendar.monthrange(year, month)[1]


# --- one spelling ----------------------------------------------------------------------------------------

_SPELLINGS = compiled(
    (r"[\u2010-\u2015\u2212]", "-"),
    (r"[“”\"'‘’*]", ""),
    (r"\s*/\s*", "/"),
    (r"\s*[,;]\s*", " , "),
    (r"^[\s,:.-]+(?=\S)|[\s,:.]+$", ""),
    # "hằng tháng", "mỗi quý"; "định kỳ", also as damaged by font conversion; "6 tháng một lần", "02 lần/năm"
    (r"\b(?:hang|moi|tung) (?:ngay|tuan|thang|quy|6 thang|nam)\b", "R"),
    # (but not the "Quyết định ký ngày …")
    (r"(?<!quyet )(?<!nghi )(?<!quy )\bdinh k\w\b", "R"),
    (r"\b(?:\d+ )?(?:ngay|tuan|thang|quy|nam) (?:mot|1|01) lan\b", "R"),
    (r"\b(?:\d+ )?lan/(?:ngay|tuan|thang|quy|nam)\b", "R"),
    # "thứ Sáu, ngày 15/5"; "17 giờ 00 phút ngày 15/5", "17h30, ngày 15/5"
    (r"\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)(?: ,)? (?=ngay|\d)", ""),
    (r"\b\d{1,2} ?(?:h|gio|g|:) ?(?:\d{2})?(?: ?phut)?(?: ,)?(?= (?:ngay )?\d)", "T"),
    # a remark in brackets with no day in it; the brackets around the whole phrase
    (r"(?<=\S) ?\([^()\dR]*\)", ""),
    (r"^\((.*)\)$", r"\1"),
    # "Quí IV"; "quý II - III/2026" is "quý II - quý III/2026"
    (r"\bqui (?=[i1-4])", "quy "),
    (r"\bquy (iv|i{1,3}|[1-4])( ?(?:-|,|den|va) ?)(?:quy )?(?=(?:iv|i{1,3}|[1-4])\b)", r"quy \1\2quy "),
    # the label and the verb in front, the verb behind
    (
        r"^(?:(?:cong viec|thoi gian|thoi han|han chot|han|moc|hoan thanh|thuc hien|trien khai|to chuc"
        r"|ban hanh|trinh|bao cao|ket thuc|phai|dam bao|bao dam|xong)\b[\s,:.-]*)+(?=\S)",
        "",
    ),
    (r"(?<=\S)(?<!\bda) (?:phai )?(?:hoan thanh|thuc hien xong|xong)$", ""),
)


def respelled(phrase: str) -> str:
    """`phrase` in the one spelling the other tables know: no accents, one dash, no label in front."""
    text = fold(phrase)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


# --- days and periods ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fragment:
    """A day (`day` given) or a period of whole months; its year, or the month of a day, may be unsaid."""

    first_month: int | None
    last_month: int | None
    day: int | None = None
    year: int | None = None


def _check_year(year: int) -> None:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DeadlineError("Ngày phải từ 01/01/2000 đến 31/12/2100.")


def _printed_year(text: str | None) -> int | None:
    """The year the text prints; a printed year outside the century never falls back on the plan's."""
    if not text:
        return None
    _check_year(int(text))
    return int(text)


def _check_day(day: int, month: int, year: int | None) -> None:
    leap_year = 2000  # a day without a year exists if it exists in some year
    if not (1 <= month <= 12 and 1 <= day <= month_length(year or leap_year, month)):
        printed = f"{day:02d}/{month:02d}" + (f"/{year}" if year else "")
        raise DeadlineError(
            f"“{printed}” không phải là ngày có thật. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026."
        )


def _day(day: str, month: str, year: str | None = None) -> Fragment:
    printed_year = _printed_year(year)
    _check_day(int(day), int(month), printed_year)
    return Fragment(int(month), int(month), int(day), printed_year)


def _bare_day(day: str) -> Fragment:
    return Fragment(None, None, int(day))


def _short_year(printed: str) -> Fragment:
    raise DeadlineError(f"“{printed}”: năm phải ghi đủ 4 chữ số. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026.")


def _month(month: str, year: str | None = None) -> Fragment:
    if not 1 <= int(month) <= 12:
        raise DeadlineError(f"Không có tháng {int(month)}. Hãy nhập tháng/năm, ví dụ 02/2026.")
    return Fragment(int(month), int(month), year=_printed_year(year))


def _quarter(name: str, year: str | None = None) -> Fragment:
    last = 3 * ({"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(name) or int(name))
    return Fragment(last - 2, last, year=_printed_year(year))


def _part_of_year(months: str, end: str, year: str | None = None) -> Fragment:
    length = int(months)
    if not 1 <= length <= 11:
        raise DeadlineError(f"Không rõ {length} tháng nào của năm. Hãy nhập, ví dụ 6 tháng cuối năm 2026.")
    first, last = (13 - length, 12) if end == "cuoi" else (1, length)
    return Fragment(first, last, year=_printed_year(year))


def _year(year: str | None = None) -> Fragment:
    return Fragment(1, 12, year=_printed_year(year))


_Y = r"(?: ?[/-] ?| nam | )(\d{4})(?!\d)"  # the year behind a month or quarter: /2026, - 2026, " năm 2026"

# The function beside a pattern says what its brackets mean. The longer form stands above the shorter one, and
# no form begins inside a number.
_FRAGMENTS = compiled(
    (r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)(?: 00:00:00)?", lambda year, month, day: _day(day, month, year)),
    (rf"(?:ngay )?(\d{{1,2}}) thang (\d{{1,2}}){_Y}", _day),
    (r"(?:ngay )?(\d{1,2}) thang (\d{1,2})(?!\d)", _day),
    (r"(?:ngay )?(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)", _day),
    (r"(?:ngay )?(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)", _day),
    (r"(?:ngay )?(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)", _day),
    (r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{2})(?![\d/])", _short_year),
    (r"(\d{1,2}) thang (dau|cuoi) nam(?: (\d{4})(?!\d))?", _part_of_year),
    (r"(\d{1,2}) thang nam (\d{4})(?!\d)", lambda months, year: _part_of_year(months, "dau", year)),
    (rf"quy (iv|i{{1,3}}|[1-4]){_Y}", _quarter),
    (r"quy (iv|i{1,3}|[1-4])\b", _quarter),
    (rf"thang (\d{{1,2}}){_Y}", _month),
    (r"thang (\d{1,2})(?![\d/])", _month),
    (r"(\d{1,2}) ?[/-] ?(\d{4})(?![\d/])", _month),  # but 12/2022/TT-BTTTT is the number of a document
    (r"(?:ngay )?(\d{1,2})/(\d{1,2})(?![\d/])", _day),
    (r"(?:ngay )?(\d{1,2})(?= ?(?:-|den)(?: het)? +D)", _bare_day),  # "10 - 15/6/2026"
    (r"(?:nam )?(\d{4})(?!\d)", _year),
    (r"(?:(?<=cuoi )|(?<=het )|(?<=trong ))nam(?= ?(?:$|[,)]))", _year),
    guard=r"(?<![\d/.])",
)

# Two days or periods of one breath: "01/4 - 30/6/2026", "tháng 3 đến hết tháng 6/2026", "01/6 và 15/11".
_NEIGHBOURS = re.compile(r"\b([DP][A-Z]) (?:(?:-|den|toi|va|,|het|cuoi|truoc|tu|trong) )+(?=([DP][A-Z])\b)")


def skeleton_of(text: str) -> tuple[str, dict[str, Fragment]]:
    """The respelled `text` with its days and periods replaced by tokens, and the fragment of each token.

    What a fragment leaves unsaid it takes from the next one ("từ 01/4 đến 30/6/2023"), else from the one
    before. Raises DeadlineError for a day or month that does not exist.
    """
    fragments: dict[str, Fragment] = {}
    for pattern, make in _FRAGMENTS:

        def token(match: re.Match[str], make: Callable[..., Fragment] = make) -> str:
            fragment = make(*match.groups())
            name = ("D" if fragment.day else "P") + chr(ord("A") + len(fragments))
            fragments[name] = fragment
            return f" {name} "

        text = pattern.sub(token, text)
    skeleton = " ".join(text.split())

    neighbours = _NEIGHBOURS.findall(skeleton)
    for left, right in reversed(neighbours):
        fragments[left] = _completed(fragments[left], fragments[right])
    for left, right in neighbours:
        fragments[right] = _completed(fragments[right], fragments[left])
    return skeleton, fragments


def _completed(fragment: Fragment, neighbour: Fragment) -> Fragment:
    if fragment.first_month is None:
        fragment = replace(fragment, first_month=neighbour.first_month, last_month=neighbour.last_month)
    return replace(fragment, year=fragment.year or neighbour.year)


@dataclass(frozen=True)
class Days:
    """The days behind the tokens of one phrase, as the plan counts them."""

    fragments: dict[str, Fragment]
    plan_year: int | None
    includes_day: bool

    def span(self, token: str) -> tuple[date, date]:
        """First and last day; the same one twice for a day."""
        fragment = self.fragments[token]
        year, first, last = fragment.year or self.plan_year, fragment.first_month, fragment.last_month
        if year is None or first is None or last is None:
            raise DeadlineError("Thời hạn chưa ghi đủ tháng, năm. Hãy nhập ngày/tháng/năm, ví dụ 28/02/2026.")
        _check_year(year)
        if fragment.day:
            _check_day(fragment.day, first, year)
            return date(year, first, fragment.day), date(year, first, fragment.day)
        return date(year, first, 1), date(year, last, month_length(year, last))

    def first(self, token: str) -> date:
        return self.span(token)[0]

    def last(self, token: str) -> date:
        return self.span(token)[1]

    def before(self, token: str) -> tuple[date, date]:
        """(printed, nominal) of "trước": the day before; a day itself when the plan includes it."""
        first = self.first(token)
        day_before = first - timedelta(days=1)
        if token.startswith("D"):
            printed, nominal = first, first if self.includes_day else day_before
        else:
            printed = nominal = day_before
        if nominal < FIRST_DAY:
            raise DeadlineError("Ngày phải từ 01/01/2000 đến 31/12/2100.")
        return printed, nominal

    def ends(self, token: str, strictly_before: str | None) -> tuple[date, date]:
        """(printed, nominal) of an end, which the word "trước" in front of it makes strict."""
        return self.before(token) if strictly_before else (self.last(token), self.last(token))

    def dated(self) -> set[str]:
        """The tokens whose year is printed."""
        return {token for token, fragment in self.fragments.items() if fragment.year}
