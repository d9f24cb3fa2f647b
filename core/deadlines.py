"""The language of deadlines: what a clerk writes, and the days it means.

`parse` brings the phrase to its skeleton (`core.deadline_words`) and looks for it in `_RULES`, a table read
from top to bottom; the first rule that fits says what the phrase means. A phrase is never half understood:
when a word or a day is left over, `DeadlineError` says what may be written.

How days are counted: Civil Code 91/2015, articles 145–148. The first day is not counted; a last day off moves
to the next working day.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from core.deadline_words import Days, DeadlineError, compiled, month_length, respelled, skeleton_of
from core.text import clean_line, count_vi, date_vi, fold, shown
from core.workdays import WorkCalendar

__all__ = [
    "Deadline",
    "DeadlineError",
    "DeadlineKind",
    "Since",
    "Span",
    "SpanUnit",
    "counted_from",
    "describe",
    "effective_end",
    "parse",
]

_LONGEST_PHRASE = 500


class DeadlineKind(StrEnum):
    """What sort of deadline a phrase states."""

    DATE = "date"  # a last day
    RANGE = "range"  # from a day to a day, once or several times
    STANDING = "standing"  # holds from now or from a day on, without end
    RECURRING = "recurring"  # comes back every week, month, quarter …
    DONE = "done"  # already carried out
    RELATIVE = "relative"  # counted from an event: the signing, the receipt …
    NONE = "none"  # nothing is said
    REFERENCE = "reference"  # the day stands elsewhere: "thời gian nêu trên", "theo lộ trình …"

    @property
    def label(self) -> str:
        """The kind in a list of choices."""
        return _KIND_WORDS[self]


_KIND_WORDS = {
    DeadlineKind.DATE: "có ngày hạn",
    DeadlineKind.RANGE: "có ngày bắt đầu và ngày kết thúc",
    DeadlineKind.STANDING: "thường xuyên",
    DeadlineKind.RECURRING: "định kỳ",
    DeadlineKind.DONE: "đã thực hiện",
    DeadlineKind.RELATIVE: "tính từ một mốc",
    DeadlineKind.NONE: "không ghi thời hạn",
    DeadlineKind.REFERENCE: "theo thời hạn ở nội dung khác",
}


class SpanUnit(StrEnum):
    """The units in which a relative deadline is counted."""

    WORKDAY = "workday"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Since(StrEnum):
    """The event a relative deadline counts from (office rule 11)."""

    RECEIVED = "received"  # the day the unit received it; until that is recorded, the day of assignment
    SIGNED = "signed"
    EFFECTIVE = "effective"


_SINCE = (
    (re.compile(r"\bhieu luc\b"), Since.EFFECTIVE),
    (re.compile(r"\b(?:ky|ban hanh)\b"), Since.SIGNED),
)


@dataclass(frozen=True)
class Span:
    """A length of time: "05 ngày làm việc", "3 tháng"."""

    amount: int
    unit: SpanUnit


@dataclass(frozen=True)
class Deadline:
    """A phrase and what it means; what the phrase does not say is None.

    - `phrase`: as written, white space and Unicode normalised;
    - `start`: the first day;
    - `printed`: the last day as the text prints it; `nominal`: the last day on which work is still in time
      ("trước ngày 30/4": printed 30/4, nominal 29/4); of a recurring deadline only when the recurrence ends;
    - `intervals`: every (first day, last day) of a range, in the order of the text;
    - `done_on`: the day of work already carried out;
    - `within`: the length of a relative deadline, counted from `start` or from an event the text names.
    """

    phrase: str
    kind: DeadlineKind
    start: date | None = None
    printed: date | None = None
    nominal: date | None = None
    intervals: tuple[tuple[date, date], ...] = ()
    done_on: date | None = None
    within: Span | None = None

    @property
    def since(self) -> Since | None:
        """The event a length of time counts from; None when the phrase names a day, or no length."""
        if self.within is None or self.start is not None:
            return None
        words = fold(self.phrase)
        return next((since for pattern, since in _SINCE if pattern.search(words)), Since.RECEIVED)


def parse(phrase: str, *, year: int | None = None, includes_day: bool = False) -> Deadline:
    """The meaning of `phrase`.

    `year` completes a phrase that prints none ("trước ngày 30/4", "đến cuối năm"): the year of the plan.
    `includes_day` is the plan's reading of "trước ngày D": D itself still counts.
    Raises DeadlineError for a phrase that is not understood, a day that does not exist or lies outside
    2000–2100, a missing year, an end before its start.
    """
    phrase = clean_line(phrase)
    if not phrase:
        return Deadline(phrase, DeadlineKind.NONE)
    if len(phrase) > _LONGEST_PHRASE:
        raise _not_understood(phrase)
    skeleton, fragments = skeleton_of(respelled(phrase))
    days = Days(fragments, year, includes_day)
    for pattern, meaning in _RULES:
        match = pattern.fullmatch(skeleton)
        if match:
            return replace(meaning(match, days), phrase=phrase)
    raise _not_understood(phrase)


def effective_end(nominal: date | None, calendar: WorkCalendar, *, shift: bool = True) -> date | None:
    """The day the clock stops: the next working day when `nominal` is a day off (article 148, clause 5).

    `shift` False is for deadlines that do not move, such as those set by a superior.
    """
    if nominal is None or not shift:
        return nominal
    return calendar.next_workday(nominal)


def counted_from(span: Span, day: date, calendar: WorkCalendar) -> date:
    """The last day of `span` counted from `day`, which itself does not count (articles 147 and 148).

    Months and years end on the day of the same number, or on the last day of a shorter month.
    """
    match span.unit:
        case SpanUnit.WORKDAY:
            return calendar.add_workdays(day, span.amount)
        case SpanUnit.DAY:
            return day + timedelta(days=span.amount)
        case SpanUnit.WEEK:
            return day + timedelta(weeks=span.amount)
        case SpanUnit.MONTH:
            return _months_later(day, span.amount)
        case SpanUnit.YEAR:
            return _months_later(day, 12 * span.amount)


def describe(deadline: Deadline) -> str:
    """How the system has understood the phrase, in plain words, to be shown beside it."""
    quoted = f"“{deadline.phrase}”"
    since = f", bắt đầu từ ngày {date_vi(deadline.start)}" if deadline.start else ""
    match deadline.kind:
        case DeadlineKind.DATE:
            return _last_day(deadline.printed, deadline.nominal)
        case DeadlineKind.RANGE:
            return " và ".join(
                f"từ ngày {date_vi(first)} đến hết ngày {date_vi(last)}" for first, last in deadline.intervals
            )
        case DeadlineKind.STANDING:
            return f"thường xuyên{since}"
        case DeadlineKind.RECURRING:
            until = f", {_last_day(deadline.printed, deadline.nominal)}" if deadline.nominal else ""
            return f"định kỳ: {quoted}{since}{until}"
        case DeadlineKind.DONE:
            return f"đã thực hiện ngày {date_vi(deadline.done_on)}" if deadline.done_on else "đã thực hiện"
        case DeadlineKind.RELATIVE if deadline.within:
            length = f"{count_vi(deadline.within.amount)} {_UNIT_WORDS[deadline.within.unit]}"
            origin = f"ngày {date_vi(deadline.start)}" if deadline.start else f"{_EVENT_IN_TEXT}: {quoted}"
            return f"trong vòng {length}, tính từ {origin}"
        case DeadlineKind.RELATIVE:
            return f"tính từ {_EVENT_IN_TEXT}: {quoted}"
        case DeadlineKind.REFERENCE:
            return f"theo thời hạn nêu ở nội dung khác: {quoted}"
        case DeadlineKind.NONE:
            return deadline.kind.label


_EVENT_IN_TEXT = "mốc nêu trong văn bản"
_UNIT_WORDS = {
    SpanUnit.WORKDAY: "ngày làm việc",
    SpanUnit.DAY: "ngày",
    SpanUnit.WEEK: "tuần",
    SpanUnit.MONTH: "tháng",
    SpanUnit.YEAR: "năm",
}


def _last_day(printed: date | None, nominal: date | None) -> str:
    if nominal is None:
        return "chưa rõ ngày cuối"
    until = f"đến hết ngày {date_vi(nominal)}"
    if printed is None or printed == nominal:
        return until
    return f"trước ngày {date_vi(printed)}, tức là {until}"


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    return first.replace(day=min(day.day, month_length(first.year, first.month)))


# --- what a skeleton means -------------------------------------------------------------------------------
#
# DA, DB … is a day, PA, PB … a month, quarter, half or year, R a word of recurrence, T an hour. All other
# words are in lower case and have no accents.

_D = r"D[A-Z]"
_DP = r"[DP][A-Z]"
_WORDS = r"[^A-Z]*"  # words that name no day, the number of a document among them
_PLAIN = r"[^A-Z\d]*"  # words without any figure
_FROM = r"(?:(?:bat dau|ke|tinh|thuc hien) )*(?:tu|bat dau)"
_EVENT = r"(?:ngay|khi|luc|thoi diem)\b(?! ?\d)"  # "từ ngày ký", "từ khi có hiệu lực"; no date behind
_STEADY = r"(?:duy tri |thuc hien )*(?:thuong xuyen|lien tuc)"
_BY = r"(?:(?:cham nhat|muon nhat|khong qua|tinh|den|toi|vao|la|het|cuoi|ngay|trong) )*"
_TO = r"(?:-|den|toi)(?: (?:het|cuoi))?"
_DONE = r"(?:thuc hien|hoan thanh|trien khai|to chuc|ban hanh|bao cao|trinh|gui)"
_EARLIER = r"(?:tien do|lo trinh|thoi han|thoi gian|quy dinh|ke hoach|huong dan|yeu cau|chi dao)"
_INTERVAL = rf"(?P<first>{_DP})(?: {_TO} (?P<end>{_DP}))?"
_ONE_INTERVAL = rf"(?:{_FROM} |trong |giai doan )?(?:{_DP} {_TO} {_DP}|P[A-Z])"


def _none(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.NONE)


def _done(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.DONE, done_on=days.first(match["day"]) if match["day"] else None)


def _counted(match: re.Match[str], days: Days) -> Deadline:
    unit = SpanUnit.WORKDAY if match["working"] else _SPAN_UNITS[match["unit"]]
    start = days.first(match["start"]) if match["start"] else None
    return Deadline("", DeadlineKind.RELATIVE, start=start, within=Span(int(match["amount"]), unit))


_SPAN_UNITS = {"ngay": SpanUnit.DAY, "tuan": SpanUnit.WEEK, "thang": SpanUnit.MONTH, "nam": SpanUnit.YEAR}


def _recurring(match: re.Match[str], days: Days) -> Deadline:
    """Days without a year ("trước ngày 15/11 hằng năm") belong to the rhythm; the others begin or end it."""
    dated = days.dated()
    begin = re.search(rf"\btu (?P<day>{_DP})", match[0]) or re.search(rf"(?P<day>{_DP}) - {_DP}", match[0])
    end = re.search(rf"(?:\bden|\bhet|\btrong|-) (?P<before>truoc )?(?P<day>{_DP})", match[0])
    start = days.first(begin["day"]) if begin and begin["day"] in dated else None
    printed, nominal = days.ends(end["day"], end["before"]) if end and end["day"] in dated else (None, None)
    if dated - {found["day"] for found in (begin, end) if found}:
        raise DeadlineError(
            "Thời hạn vừa có ngày riêng vừa định kỳ. Hãy tách thành hai dòng, ví dụ: 30/6/2026; hằng tháng."
        )
    if start and nominal:
        _check_order(start, nominal)
    return Deadline("", DeadlineKind.RECURRING, start=start, printed=printed, nominal=nominal)


def _relative(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.RELATIVE)


def _reference(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.REFERENCE)


def _standing(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.STANDING)


def _standing_from(match: re.Match[str], days: Days) -> Deadline:
    return Deadline("", DeadlineKind.STANDING, start=days.first(match["start"]))


def _date(match: re.Match[str], days: Days) -> Deadline:
    printed, nominal = days.ends(match["end"], match.groupdict().get("before"))
    return Deadline("", DeadlineKind.DATE, printed=printed, nominal=nominal)


def _range(match: re.Match[str], days: Days) -> Deadline:
    intervals = []
    for part in re.finditer(_INTERVAL, match[0]):
        first, last = days.span(part["first"])
        if part["end"]:
            last = days.last(part["end"])
        _check_order(first, last)
        intervals.append((first, last))
    end = max(last for _first, last in intervals)
    start = min(first for first, _last in intervals)
    return Deadline("", DeadlineKind.RANGE, start=start, printed=end, nominal=end, intervals=tuple(intervals))


def _range_before(match: re.Match[str], days: Days) -> Deadline:
    start = days.first(match["start"])
    printed, nominal = days.before(match["end"])
    _check_order(start, nominal)
    return Deadline(
        "", DeadlineKind.RANGE, start=start, printed=printed, nominal=nominal, intervals=((start, nominal),)
    )


def _several(match: re.Match[str], days: Days) -> Deadline:
    raise DeadlineError("Có nhiều ngày hạn trong một dòng. Hãy tách mỗi ngày hạn thành một dòng riêng.")


def _check_order(first: date, last: date) -> None:
    if last < first:
        raise DeadlineError(f"Ngày kết thúc {date_vi(last)} đứng trước ngày bắt đầu {date_vi(first)}.")


# The first rule that fits the whole skeleton counts.
_RULES = compiled(
    # "không", "chưa xác định thời hạn", "-"
    (r"-|khong(?: (?:co|xac dinh|quy dinh|ghi))?(?: thoi (?:han|gian))?", _none),
    (r"chua (?:co|xac dinh|ro)(?: thoi (?:han|gian))?", _none),
    # "đã thực hiện vào ngày 01/4/2023", "đã hoàn thành"
    (
        rf"da (?:duoc )?{_DONE}(?: xong)?(?: ,)?(?: (?:vao|trong|tu|den))?(?: (?:(?P<day>{_D})|P[A-Z]))?",
        _done,
    ),
    # "thời gian nêu trên", "như trên"; "theo lộ trình của Bộ", "theo kế hoạch năm 2026", "đúng thời hạn"
    (rf"{_WORDS}\b(?:neu|noi|nhu|quy dinh) (?:o |tai )?tren|nt-?", _reference),
    (rf"(?:theo|dung) (?:dung )?{_EARLIER}\b{_WORDS}(?:(?<!den )(?<!het )(?<!trong )P[A-Z])?", _reference),
    # "hằng tháng", "định kỳ (hàng tuần, hàng tháng)", "trước ngày 01/6 và 15/11 hằng năm"
    (r".*R.*", _recurring),
    # "từ ngày ký đến hết năm 2026", "từ nay đến 30/6/2026": only the end is known
    (rf"{_FROM} (?:nay|{_EVENT}){_WORDS}{_TO} (?P<before>truoc )?(?P<end>{_DP})", _date),
    # "trong vòng 05 ngày làm việc kể từ ngày nhận", "10 ngày kể từ ngày 05/4/2023"
    (
        r"(?:(?:trong|cham nhat|khong qua|toi da|sau|vong|thoi han|thoi gian|la) )*"
        r"(?P<amount>\d{1,3}) (?P<unit>ngay|tuan|thang|nam)(?P<working> lam viec)?(?: ,)?"
        rf"(?: {_FROM} (?P<start>{_D})| (?:ke |tinh )?(?:tu|sau)\b{_WORDS})?",
        _counted,
    ),
    # "thường xuyên, liên tục", "trong suốt quá trình thực hiện"
    (rf"(?:{_STEADY}|(?:trong )?(?:suot )?qua trinh)\b{_PLAIN}", _standing),
    # "thường xuyên từ 05/4/2023", "bắt đầu từ ngày 05/4/2023 và duy trì thường xuyên", "từ 10/4/2023 trở đi"
    (rf"{_STEADY}(?: ,)?(?: lien tuc)?(?: ,)? {_FROM} (?P<start>{_DP})(?: tro di)?", _standing_from),
    (rf"{_FROM} (?P<start>{_DP})(?: (?:,|va|tro di|ve sau|lau dai|{_STEADY}))*", _standing_from),
    # "năm 2026 và các năm tiếp theo"
    (
        rf"(?:(?:{_FROM}|trong) )?(?P<start>{_DP}) (?:,|va) (?:cac|nhung) (?:nam|thang|quy) "
        rf"(?:tiep theo|sau){_PLAIN}",
        _standing_from,
    ),
    # "kể từ ngày ký", "sau khi Nghị định … ban hành", "ngay khi có hướng dẫn"; "khi có phát sinh", "đột xuất"
    (rf"{_WORDS}\b(?:tu|sau|truoc|ngay) {_EVENT}{_WORDS}", _relative),
    (rf"(?:khi|dot xuat)\b{_PLAIN}", _relative),
    # "trước 17 giờ 00 ngày 30/4/2023": with an hour the day itself is the last one
    (rf"{_BY}(?:truoc )?T(?: ,)? (?P<end>{_D})", _date),
    (rf"{_BY}(?P<before>truoc )(?P<end>{_DP})", _date),
    # "10/4/2023", "chậm nhất là ngày …", "đến hết tháng 4/2023", "thường xuyên đến hết năm 2026"
    (rf"(?:{_STEADY}(?: ,)? )?{_BY}(?:truoc (?:cuoi|het) )?(?P<end>{_DP})", _date),
    # "từ 03/4/2023 - 30/6/2023 và 6 tháng cuối năm 2023", "Quý IV/2025 - Quý II/2026", "giai đoạn 2026-2030"
    (rf"(?:{_STEADY}(?: ,)? )?{_FROM} (?P<start>{_DP}) {_TO} truoc (?P<end>{_DP})", _range_before),
    (rf"(?:{_STEADY}(?: ,)? )?{_BY}{_ONE_INTERVAL}(?: (?:va|,|, va) {_ONE_INTERVAL})*", _range),
    # "trước ngày 30/4/2023 và 30/5/2023"
    (rf"{_BY}(?:truoc )?{_DP}(?: (?:va|,) {_BY}(?:truoc )?{_DP})+", _several),
)


def _not_understood(phrase: str) -> DeadlineError:
    return DeadlineError(
        f"Chưa hiểu thời hạn “{shown(phrase)}”. Hãy nhập, ví dụ: 30/4/2026; trước ngày 30/4/2026; "
        "trong tháng 4/2026; quý II/2026; đến cuối năm 2026; từ 03/4/2026 đến 30/6/2026; "
        "thường xuyên; hằng tháng."
    )
