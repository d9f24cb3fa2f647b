"""Duties that come back: from a rhythm and a calendar to the periods it is owed in. Pure; no database, no clock.

The same rhythm gives the same occurrences whenever and for whatever span of days it is asked: `occurrences` over two
spans that touch is `occurrences` over both together.

Sources: issue 3, item 5; office rule 12 (days off); Decree 09/2019/NĐ-CP, articles 8 and 12 (reporting windows from the
15th to the 14th, sent at least one working day after the cut-off; norms §2), laid in `core.periods`.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from core.fields import FIRST_DAY, LAST_DAY
from core.periods import parse
from core.text import count_vi, date_vi
from core.workdays import WorkCalendar

_DAY = timedelta(days=1)
# A due day lies at most this far from its period: the month after it, and a long break.
_REACH = timedelta(days=75)


class Every(models.TextChoices):
    """How often a duty comes back."""

    WEEK = "week", "Hằng tuần"
    MONTH = "month", "Hằng tháng"
    QUARTER = "quarter", "Hằng quý"
    HALF = "half", "6 tháng một lần"
    NINE_MONTHS = "nine", "9 tháng đầu năm"
    YEAR = "year", "Hằng năm"
    WEEKDAYS = "weekdays", "Các ngày trong tuần"
    # A rule ("only online on Wednesdays and Fridays"): nothing to deliver, breaches are logged per day.
    RULE = "rule", "Quy định phải giữ theo ngày"


class DueRule(models.TextChoices):
    LAST_WORKDAY = "last", "Ngày làm việc cuối cùng của kỳ"
    DAY = "day", "Ngày cố định"
    WINDOW = "window", "Theo kỳ báo cáo (Nghị định 09/2019/NĐ-CP)"


class Shift(models.TextChoices):
    EARLIER = "earlier", "Ngày làm việc liền trước"
    LATER = "later", "Ngày làm việc kế tiếp"
    NONE = "none", "Giữ nguyên"


# Rhythms by days of the week: they name their days and have no day of their own.
BY_WEEKDAY = frozenset({Every.WEEKDAYS, Every.RULE})
# Months in one period of the rhythms that are made of months.
MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF: 6, Every.NINE_MONTHS: 9, Every.YEAR: 12}
# Its name in `core.periods`.
_WINDOW_KIND = {Every.NINE_MONTHS: "nine_months"}
# Occurrences appear this many days before they are due, unless the owner says otherwise.
AHEAD_DAYS = {
    Every.WEEK: 7,
    Every.MONTH: 10,
    Every.QUARTER: 20,
    Every.HALF: 30,
    Every.NINE_MONTHS: 30,
    Every.YEAR: 30,
    Every.WEEKDAYS: 3,
    Every.RULE: 0,
}
WEEKDAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a duty comes back.

    `due_day`: of the week (1 = Monday) for a weekly duty, else of a month (the last day of a shorter month);
    `due_month`: which month of the period it lies in, 1 the first; one more than the period has is the month after it,
    None the last. `weekdays`: Monday 1 … Sunday 7. `starts_on`, `ends_on`: the first and last day of the duty.
    """

    every: Every
    due_rule: DueRule = DueRule.LAST_WORKDAY
    due_day: int | None = None
    due_month: int | None = None
    weekdays: tuple[int, ...] = ()
    shift: Shift = Shift.EARLIER
    starts_on: date = FIRST_DAY
    ends_on: date | None = None

    @property
    def last_day(self) -> date:
        return self.ends_on or LAST_DAY


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a duty is owed. `start`, `end`: its period as far as the duty holds; `nominal`: the day the rhythm
    names; `due`: that day moved off days off."""

    key: str
    label: str
    start: date
    end: date
    nominal: date
    due: date

    @property
    def code(self) -> str:
        """The period behind the code of the order: "T47-2026" (week), "11-2026", "QIV-2026", "18-11-2026"."""
        return period_code(self.key)


def occurrences(rhythm: Rhythm, calendar: WorkCalendar, since: date, until: date) -> list[Occurrence]:
    """Occurrences due from `since` to `until`, both included, in the order of their periods.

    A rule has none. A period in which the duty holds on no working day has none either, nor has a period that ends
    after the duty did when its day comes later than the duty's end.
    """
    if rhythm.every == Every.RULE or until < since:
        return []
    if rhythm.every == Every.WEEKDAYS:
        found = _by_weekday(rhythm, calendar, since, until)
    else:
        found = _by_period(rhythm, calendar, since, until)
    return [each for each in found if since <= each.due <= until]


def covered_days(rhythm: Rhythm, calendar: WorkCalendar, since: date, until: date) -> list[date]:
    """Days from `since` to `until` on which a duty by days of the week holds: its working days of the week."""
    first, last = max(since, rhythm.starts_on), min(until, rhythm.last_day)
    return [
        day for day in _days(first, last) if day.isoweekday() in rhythm.weekdays and calendar.is_workday(day)
    ]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _by_weekday(rhythm: Rhythm, calendar: WorkCalendar, since: date, until: date) -> Iterator[Occurrence]:
    for day in covered_days(rhythm, calendar, since, until):
        key = day.isoformat()
        yield Occurrence(key, period_label(Every.WEEKDAYS, key), day, day, day, day)


@dataclass(frozen=True, slots=True)
class _Period:
    key: str
    label: str
    start: date
    end: date
    first_month: int = 0  # of a period of months


def _by_period(rhythm: Rhythm, calendar: WorkCalendar, since: date, until: date) -> Iterator[Occurrence]:
    for period in _periods(rhythm, since - _REACH, until + _REACH):
        first, last = max(period.start, rhythm.starts_on), min(period.end, rhythm.last_day)
        if last < first or calendar.next_workday(first) > last:
            continue
        nominal = _nominal(rhythm, period, calendar, last)
        if nominal < rhythm.starts_on or (nominal > rhythm.last_day and period.end > rhythm.last_day):
            continue
        due = _moved(nominal, rhythm, calendar)
        if due is not None:
            yield Occurrence(period.key, period.label, first, last, nominal, due)


def _nominal(rhythm: Rhythm, period: _Period, calendar: WorkCalendar, last: date) -> date:
    if rhythm.due_rule == DueRule.LAST_WORKDAY:
        return calendar.previous_workday(last)
    if rhythm.due_day is None:
        # The report of a window goes out on the first working day after its cut-off.
        return calendar.next_workday(period.end + _DAY) if rhythm.due_rule == DueRule.WINDOW else last
    if rhythm.every == Every.WEEK:
        return period.start + timedelta(days=rhythm.due_day - 1)
    months = MONTHS[rhythm.every]
    index = period.first_month + (rhythm.due_month or months) - 2
    year, month = int(period.key[:4]) + index // 12, index % 12 + 1
    return date(year, month, min(rhythm.due_day, monthrange(year, month)[1]))


def _moved(nominal: date, rhythm: Rhythm, calendar: WorkCalendar) -> date | None:
    """`nominal` moved off days off by the duty's own rule; the other way where the first leads out of the duty's days;
    None where no working day of the duty is left."""
    if rhythm.shift == Shift.NONE or calendar.is_workday(nominal):
        return nominal
    # What is due after the duty's end (the report on its last period) may also be moved there.
    end = rhythm.last_day if nominal <= rhythm.last_day else LAST_DAY
    days = [calendar.previous_workday(nominal), calendar.next_workday(nominal)]
    fitting = [day for day in days if rhythm.starts_on <= day <= end]
    if not fitting:
        return None
    return fitting[0] if rhythm.shift == Shift.EARLIER else fitting[-1]


def _periods(rhythm: Rhythm, since: date, until: date) -> Iterator[_Period]:
    """Periods of the rhythm that touch the span, as the year is laid out, whether the duty holds in them or not."""
    since, until = max(since, FIRST_DAY), min(until, LAST_DAY)
    if rhythm.every == Every.WEEK:
        day = since - timedelta(days=since.weekday())
        while day <= until:
            year, week, _ = day.isocalendar()
            key = f"{year}-W{week:02d}"
            yield _Period(key, period_label(Every.WEEK, key), day, day + 6 * _DAY)
            day += 7 * _DAY
        return
    months = MONTHS[rhythm.every]
    for year in range(since.year, min(until.year + 1, LAST_DAY.year) + 1):
        for first in range(1, 14 - months, months) if months != 9 else (1,):
            period = _period_of_months(rhythm, year, first, months)
            if period.end >= since and period.start <= until:
                yield period


def _period_of_months(rhythm: Rhythm, year: int, first: int, months: int) -> _Period:
    key = _key(year, first, months)
    label = period_label(rhythm.every, key)
    if rhythm.due_rule == DueRule.WINDOW:
        window = parse(_WINDOW_KIND.get(rhythm.every, str(rhythm.every)), key)
        return _Period(key, label, window.start, window.end, first)
    last = first + months - 1
    return _Period(key, label, date(year, first, 1), date(year, last, monthrange(year, last)[1]), first)


_QUARTERS = ("I", "II", "III", "IV")


def _key(year: int, first: int, months: int) -> str:
    """Named as in `core.periods`."""
    match months:
        case 1:
            return f"{year}-{first:02d}"
        case 3:
            return f"{year}-Q{(first + 2) // 3}"
        case 6:
            return f"{year}-H{(first + 5) // 6}"
        case _:
            return f"{year}"


def period_label(every: Every, key: str) -> str:
    """As printed behind a title: "tuần 47/2026", "tháng 11/2026", "6 tháng cuối năm 2026"."""
    year, _, part = key.partition("-")
    match every:
        case Every.WEEKDAYS:
            return f"ngày {date_vi(date.fromisoformat(key))}"
        case Every.WEEK:
            return f"tuần {int(part[1:])}/{year}"
        case Every.MONTH:
            # A leading zero for January and February only (Decree 30/2020).
            return f"tháng {part if part <= '02' else int(part)}/{year}"
        case Every.QUARTER:
            return f"quý {_QUARTERS[int(part[1]) - 1]}/{year}"
        case Every.HALF:
            return f"6 tháng {'đầu' if part == 'H1' else 'cuối'} năm {year}"
        case Every.NINE_MONTHS:
            return f"9 tháng năm {year}"
        case _:
            return f"năm {year}"


def period_code(key: str) -> str:
    """A key as it stands behind the code of an order."""
    year, _, part = key.partition("-")
    if part.startswith("W"):
        return f"T{part[1:]}-{year}"
    if part.startswith("Q"):
        return f"Q{_QUARTERS[int(part[1]) - 1]}-{year}"
    if part.startswith("H"):
        return f"6T{'Đ' if part == 'H1' else 'C'}-{year}"
    return "-".join([*reversed(part.split("-")), year]) if part else year


# --- how a rule was kept ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthKept:
    """One month of a rule: days it covered so far, those without a breach, how many breaches."""

    month: date
    covered: int
    kept: int
    breaches: int

    @property
    def label(self) -> str:
        return period_label(Every.MONTH, f"{self.month:%Y-%m}")


def kept_by_month(
    rhythm: Rhythm, calendar: WorkCalendar, breaches: Iterable[tuple[date, int]], on: date
) -> list[MonthKept]:
    """Months from the rule's first day to `on`, the newest first. A day later declared off still counts its breach."""
    counts: Counter[date] = Counter()
    for day, count in breaches:
        counts[day] += count
    covered = set(covered_days(rhythm, calendar, rhythm.starts_on, on)) | set(counts)
    months = sorted({day.replace(day=1) for day in covered}, reverse=True)
    found = []
    for month in months:
        days = [day for day in covered if day.replace(day=1) == month]
        broken = [day for day in days if counts[day]]
        found.append(MonthKept(month, len(days), len(days) - len(broken), sum(counts[day] for day in broken)))
    return found


# --- in words ------------------------------------------------------------------------------------------------------


def weekday_words(weekdays: Iterable[int]) -> str:
    """ "thứ Tư và thứ Sáu"."""
    names = [WEEKDAY_NAMES[day - 1] for day in weekdays]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} và {names[-1]}"


def describe(rhythm: Rhythm) -> str:
    """The rhythm in plain words, to be shown beside the phrase it was read from."""
    every = Every(rhythm.every)
    if every in BY_WEEKDAY:
        days = f"{weekday_words(rhythm.weekdays)} hằng tuần, trừ ngày nghỉ"
        return f"Phải giữ vào {days}" if every == Every.RULE else days[:1].upper() + days[1:]
    return f"{every.label}, {_due_words(rhythm)}{_shift_words(rhythm)}"


def _due_words(rhythm: Rhythm) -> str:
    if rhythm.due_rule == DueRule.LAST_WORKDAY:
        return "ngày làm việc cuối cùng của kỳ"
    window = "số liệu theo kỳ từ ngày 15 đến ngày 14, " if rhythm.due_rule == DueRule.WINDOW else ""
    if rhythm.due_day is None:
        return f"{window}hạn là ngày làm việc đầu tiên sau ngày chốt số liệu"
    if rhythm.every == Every.WEEK:
        return f"hạn {WEEKDAY_NAMES[rhythm.due_day - 1]}"
    months = MONTHS[Every(rhythm.every)]
    month = rhythm.due_month or months
    where = f"ngày {count_vi(rhythm.due_day)}"
    if month > months:
        return f"{window}hạn {where} của tháng sau kỳ"
    if months == 1:
        return f"{window}hạn {where}"
    if months in (9, 12):
        return f"{window}hạn {where}/{month}"
    return f"{window}hạn {where} của tháng thứ {month} trong kỳ"


def _shift_words(rhythm: Rhythm) -> str:
    if rhythm.due_rule == DueRule.LAST_WORKDAY or rhythm.due_day is None:
        return ""
    match rhythm.shift:
        case Shift.EARLIER:
            return "; rơi vào ngày nghỉ thì làm trước"
        case Shift.LATER:
            return "; rơi vào ngày nghỉ thì lùi sang ngày làm việc kế tiếp"
        case _:
            return "; không chuyển khi rơi vào ngày nghỉ"
