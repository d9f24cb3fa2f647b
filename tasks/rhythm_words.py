"""Reading the rhythm from the words of an order: "hằng tháng", "định kỳ (hàng tuần, hàng tháng)", "trước ngày 25 hằng
tháng", "06 tháng một lần". Pure.

`core.deadlines` has said that the phrase recurs, and from when to when; here is how often, and by which day. A phrase
is never half understood: when a word that may name a time is left over, nothing is read and the owner sets the rhythm.
"""

import re
from datetime import date, timedelta

from core.text import fold
from tasks.recurrence import MONTHS, DueRule, Every, Rhythm

_UNITS = {
    "tuan": Every.WEEK,
    "thang": Every.MONTH,
    "3 thang": Every.QUARTER,
    "quy": Every.QUARTER,
    "6 thang": Every.HALF,
    "9 thang": Every.NINE_MONTHS,
    "12 thang": Every.YEAR,
    "nam": Every.YEAR,
}
_DAY_NAMES = {"hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6, "chu nhat": 7}

# Days and months of a printed year begin or end the duty; `core.deadlines` reads them.
_YEARED = (
    r"(?:(?:ngay )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:thang )?\d{1,2}[/-]\d{4}|thang \d{1,2} nam \d{4}"
    r"|quy (?:i{1,3}|iv|[1-4])(?:[/-]| nam )\d{4}|(?:nam )?\d{4}(?: ?- ?\d{4})?)"
)
_SPAN = re.compile(
    rf",? ?(?:\b(?:bat dau|ke|tinh|thuc hien|cho|tu|den|toi|trong|giai doan|het|cuoi|truoc|ngay)\b ?|- ?)+"
    rf"(?:{_YEARED}|thang \d{{1,2}}(?= (?:-|den|toi)\b))|^{_YEARED}"
)
_WEEKDAY = r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"
_HOUR = r"\d{1,2} ?(?:h|gio|:) ?(?:\d{1,2})?(?: phut)?,? "
_WEEKDAYS = re.compile(
    rf"(?P<before>truoc )?(?P<hour>{_HOUR})?(?:(?:vao|cac|ngay) )*"
    rf"(?P<days>{_WEEKDAY}(?:(?: ?,| va| ?, va) (?:ngay )?{_WEEKDAY})*)"
)
_BY = r"(?:(?:cham nhat|muon nhat|truoc|vao|la|den|het) )*"
_DATE = r"(?:ngay )?\d{1,2}/\d{1,2}(?![\d/])"
_DATES = re.compile(rf"{_BY}(?:{_HOUR})?{_DATE}(?:(?: ?,| va| ?, va) {_BY}{_DATE})*")
_MONTH_DAY = re.compile(
    rf"(?P<by>{_BY})(?P<hour>{_HOUR})?ngay (?:mung )?(?P<day>\d{{1,2}})(?![\d/])"
    r"(?: (?:cua |trong )?thang (?P<month>sau|ke tiep|tiep theo|cuoi|dau)"
    r"(?: (?:cua |moi |hang )*(?P<quarter>quy)(?P<next> (?:sau|ke tiep|tiep theo))?)?)?(?: cua)?"
)
_LAST = re.compile(
    r"(?:vao )?(?:ngay lam viec cuoi(?: cung)?(?: cua)?|cuoi) "
    r"(?:thang ,? ?(?=hang thang)|tuan ,? ?(?=hang tuan)|quy ,? ?(?=hang quy))?"
    r"(?=(?:moi |hang |tung )?(?:tuan|thang|quy|nam)\b)"
)
_UNIT = r"(?:(?:3|6|9|12) )?thang|tuan|quy(?! (?:dinh|che|trinh|hoach))|nam"
_ONCE = re.compile(
    rf"(?:moi )?(?:1 )?(?P<unit>{_UNIT}) (?:mot|1) lan|(?:mot|1) lan ?(?:/|moi) ?(?P<per>{_UNIT})"
)
_EVERY = re.compile(
    rf"(?:(?:dinh ky|hang|moi|tung|theo|cua|bao cao) )+(?P<units>(?:{_UNIT})\b"
    rf"(?:(?: ?,| va| ?, va|/| hoac) ?(?:(?:dinh ky|hang|moi|tung) )*(?:{_UNIT})\b)*)"
)
# What is left over and may name a time.
_LEFT = re.compile(r"\d|\b(?:ngay|tuan|thang|quy|nam|thu|chu nhat|dau|giua|cuoi|truoc|sau|lan|gio)\b")


def rhythms_of(phrase: str, *, includes_day: bool = False, is_report: bool = False) -> tuple[Rhythm, ...]:
    """The rhythms the phrase names, in its order; none when it names none or cannot be read whole.

    `includes_day`: the plan's reading of "trước ngày D". `is_report`: what is owed is a report, so that a phrase
    without a day means the legal reporting windows (Decree 09/2019); other work is due on the last working day.
    """
    text = _one_spelling(phrase)
    is_report = is_report or "bao cao" in text
    text = _without_span(text)
    text, weekdays = _take_weekdays(text, includes_day)
    text, dates = _take_dates(text, includes_day)
    text, days = _take_month_days(text, includes_day)
    text, at_end = _LAST.subn("", text)
    text, units = _take_units(text)
    units += [Every.QUARTER for day in days if day.of_quarter and Every.QUARTER not in units]
    if _LEFT.search(text) or not units or len(days) > 1 or weekdays is None:
        return ()
    if (weekdays and Every.WEEK not in units) or (dates and units != [Every.YEAR]):
        return ()
    if (days and not any(unit in MONTHS for unit in units)) or (dates and days):
        return ()
    if dates:
        return tuple(
            Rhythm(Every.YEAR, DueRule.DAY, due_day=each.day, due_month=each.month) for each in dates
        )
    found = []
    for unit in units:
        if unit == Every.WEEK:
            found.append(_weekly(weekdays))
        elif days:
            found.append(days[0].rhythm(unit))
        else:
            windows = is_report and not at_end
            found.append(Rhythm(unit, DueRule.WINDOW if windows else DueRule.LAST_WORKDAY))
    return tuple(found)


def _one_spelling(phrase: str) -> str:
    text = fold(phrase)
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"[“”\"'‘’*]", "", text)
    text = re.sub(r"\s*/\s*", "/", text)
    text = re.sub(r"\s*[,;()]\s*", " , ", text)
    text = re.sub(r"\b0(\d)\b(?!/)", r"\1", text)
    text = re.sub(r"[\s,.:]+$|^[\s,.:]+", "", text)
    return re.sub(r"(?: ,)+ ", " , ", re.sub(r"\s+", " ", text))


def _without_span(text: str) -> str:
    while True:
        shorter = " ".join(_SPAN.sub(" ", text, count=1).split())
        if shorter == text:
            return text.strip(" ,-")
        text = shorter


def _weekly(weekdays: list[int]) -> Rhythm:
    if not weekdays:
        return Rhythm(Every.WEEK)
    if len(weekdays) == 1:
        return Rhythm(Every.WEEK, DueRule.DAY, due_day=weekdays[0])
    return Rhythm(Every.WEEKDAYS, weekdays=tuple(weekdays))


def _take_weekdays(text: str, includes_day: bool) -> tuple[str, list[int] | None]:
    """What is left of the text, and the days of the week; None for "trước thứ Hai", which names none."""
    found: list[int] = []
    for match in _WEEKDAYS.finditer(text):
        days = [
            _DAY_NAMES.get(name) or int(name) - 1
            for name in re.findall(r"thu (\w+)|(chu nhat)", match["days"])
            for name in name
            if name
        ]
        if match["before"] and not match["hour"] and not includes_day:
            days = [day - 1 for day in days]
        if 0 in days:
            return text, None
        found += days
    return _WEEKDAYS.sub(" ", text), sorted(set(found))


def _take_dates(text: str, includes_day: bool) -> tuple[str, list[date]]:
    """Days of the year without a year ("trước ngày 01/6 và 15/11"), of a leap year; a wrong one stays in the text."""
    found = []
    for match in _DATES.finditer(text):
        strict = "truoc" in match[0] and not re.search(_HOUR, match[0]) and not includes_day
        for day, month in re.findall(r"(\d{1,2})/(\d{1,2})", match[0]):
            try:
                each = date(2000, int(month), int(day))
            except ValueError:
                return text, []
            found.append((each - timedelta(days=1)).replace(year=2000) if strict else each)
    return _DATES.sub(" ", text), found


class _MonthDay:
    """ "trước ngày 25", "ngày 05 tháng sau", "ngày 15 tháng cuối quý"."""

    def __init__(self, match: re.Match[str], includes_day: bool) -> None:
        self.day = int(match["day"])
        self.month, self.of_quarter, self.of_next = (
            match["month"],
            bool(match["quarter"]),
            bool(match["next"]),
        )
        self.strict = "truoc" in match["by"] and not match["hour"] and not includes_day

    def rhythm(self, every: Every) -> Rhythm:
        months = MONTHS[every]
        if self.month in ("sau", "ke tiep", "tiep theo") or self.of_next:
            month: int | None = months + 1
        elif self.month == "dau":
            month = 1
        else:
            month = None
        day = self.day - 1 if self.strict else self.day
        if day == 0:  # "trước ngày 01 tháng sau": the last day of the month before
            day, month = 31, None if month in (None, 1) or month == months + 1 else month - 1
        return Rhythm(every, DueRule.DAY, due_day=day, due_month=month)


def _take_month_days(text: str, includes_day: bool) -> tuple[str, list[_MonthDay]]:
    matches = list(_MONTH_DAY.finditer(text))
    if any(not 1 <= int(match["day"]) <= 31 for match in matches):
        return text, []
    return _MONTH_DAY.sub(" ", text), [_MonthDay(match, includes_day) for match in matches]


def _take_units(text: str) -> tuple[str, list[Every]]:
    """How often, in the order of the text, each once."""
    found: list[tuple[int, str]] = []
    for match in _ONCE.finditer(text):
        found.append((match.start(), match["unit"] or match["per"]))
    text = _ONCE.sub(lambda match: " " * len(match[0]), text)
    for match in _EVERY.finditer(text):
        found += [
            (match.start() + part.start(), part[0]) for part in re.finditer(rf"(?:{_UNIT})\b", match["units"])
        ]
    text = _EVERY.sub(" ", text)
    return text, list(dict.fromkeys(_UNITS[name] for _, name in sorted(found)))
