"""The level a plan sets, as it is written: "đạt 70%", "trên 30%", "tối thiểu 80%", "ít nhất 87 thủ tục", "40 - 50%",
"giảm 10%", "tăng 5 điểm %", "giảm 3 ngày so với năm 2025". Pure.

A phrase is never half understood: when a word is left over that changes the meaning, `LevelError` says what may
be written.

A change counts from the figure of an earlier period (`Base`). One that names none counts from the same period of the
year before, and the understood words say so. "10%" of a change is a tenth of that figure; points of a rate are
written "điểm %".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import periods
from core.periods import Period
from core.text import clean_line, date_vi, fold, number_vi, parse_number_vi, shown

PERCENT = "%"
LARGEST = Decimal("9999999999")


class LevelError(ValueError):
    """The phrase cannot be read; the message says in Vietnamese why and what may be written."""


@dataclass(frozen=True)
class Base:
    """The period a change counts from: `kind` and `key` where the phrase names it; else the milestone's own window of
    `year` (0: the year before), or, with `before`, the window just before it."""

    kind: str = ""
    key: str = ""
    year: int = 0
    before: bool = False

    def period(self, frequency: str, day: date) -> Period:
        """The very period, for an indicator of this frequency at a milestone of this day. Raises LevelError for one
        that is not over before the milestone's own."""
        kind = self.kind or frequency
        own = periods.containing(kind, _in_its_month(kind, day))
        found = own.same_last_year()
        if self.key:
            found = periods.parse(self.kind, self.key)
        elif self.before:
            found = own.previous()
        while self.year and _year(found) > self.year:
            found = found.same_last_year()
        if found.end >= day or (self.year and _year(found) != self.year):
            raise LevelError(f"Kỳ gốc ({found.label}) phải kết thúc trước mốc {date_vi(day)}.")
        return found

    def label(self, period: Period) -> str:
        """The name of that period; one the phrase does not name is said to be understood so."""
        return f"{period.label} (cùng kỳ năm trước)" if self == Base() else period.label


def _year(window: Period) -> int:
    return int(window.key[:4])


def _in_its_month(kind: str, day: date) -> date:
    """A milestone at the end of June asks for June, though the window of July has begun on the 15th."""
    return day if kind == "week" else day.replace(day=min(day.day, 14))


@dataclass(frozen=True)
class Level:
    """`comparator` as in `Milestone.Comparator`; `measure_unit` is "%", the counted thing, or "" when unsaid.

    `value_to` is the upper end of a range. A change has a `base`; `is_relative` when it is in percent of it.
    """

    phrase: str
    comparator: str
    value: Decimal
    measure_unit: str = ""
    value_to: Decimal | None = None
    is_relative: bool = False
    base: Base | None = None

    @property
    def is_bare_fraction(self) -> bool:
        """A number up to one and nothing else: it may be a share of one, as spreadsheets hold percentages."""
        return bool(re.fullmatch(r"[\d.,]+", self.phrase)) and 0 < self.value <= 1


# Words before the number, without accents; the longer form stands above the shorter one.
_BEFORE = (
    (r"(?:khong (?:vuot )?qua|toi da|nhieu nhat|cao nhat|khong (?:cao|lon|nhieu) hon|khong tren|<=|≤)", "le"),
    (r"(?:toi thieu|it nhat|khong duoi|khong (?:thap|it|nho) hon|>=|≥)", "ge"),
    (r"(?:tren|hon|vuot(?: muc)?|(?:cao|lon|nhieu) hon|>)", "gt"),
    (r"(?:duoi|(?:thap|nho|it) hon|<)", "lt"),
    (r"(?:bang|dung|=)", "eq"),
)
_INTRODUCTION = r"(?:(?:phan dau|dam bao|bao dam|duy tri|giu vung|hoan thanh|co|phai|muc|ty le|chiem|la)\s+)*"
_REACH = r"(?P<reach>(?:dat|tu)(?:\s+(?:muc|tu))?\s+)?"
_NUMBER = r"(?P<number>\d[\d.,]*)"
_AFTER = r"\s*(?P<percent>%|phan tram\b)?\s*(?P<rest>.*)"
_COMPARATORS = "|".join(rf"(?P<{name}>{words})" for words, name in _BEFORE)
_LEVEL = re.compile(rf"{_INTRODUCTION}{_REACH}(?:(?:{_COMPARATORS})\s*)?(?:dat\s+)?{_NUMBER}{_AFTER}")
_RANGE = re.compile(
    rf"{_INTRODUCTION}(?:(?:dat|tu|trong|khoang|muc)\s+)*{_NUMBER}\s*(?P<first>%|phan tram)?"
    rf"\s*(?:-|den|toi)\s*(?P<to>\d[\d.,]*){_AFTER}"
)
_LOOKS_LIKE_RANGE = re.compile(r"\d\s*%?\s*(?:-|den|toi|va)\s*\d")

_DOWN = r"(?P<down>cat giam|giam|rut ngan|tiet kiem|bot)"
_LEAST = r"(?:(?:them|duoc|toi thieu|it nhat|khong duoi)\s+)*"
_CHANGE = re.compile(
    rf"{_INTRODUCTION}(?:{_DOWN}|(?P<up>tang))\s+{_LEAST}{_NUMBER}\s*(?P<points>diem\s*(?:%|phan tram))?{_AFTER}"
)
_LOOKS_LIKE_CHANGE = re.compile(r"\b(?:tang|giam|cat giam|rut ngan|tiet kiem|bot)\b")
# "giảm từ 20% xuống còn 18%", "tăng lên 90%": where it ends is what must be reached.
_ARRIVES = re.compile(
    rf"{_INTRODUCTION}(?:(?:giam|cat giam|rut ngan)(?:\s+tu\s+\d[\d.,]*\s*\S*)?\s+(?P<down>con|xuong(?: con)?)"
    rf"|tang(?:\s+tu\s+\d[\d.,]*\s*\S*)?\s+(?P<up>len))\s+(?P<rest>.+)"
)
_COMPARED = re.compile(r"(?:^|\s)so (?:voi|sanh voi)\s+(?P<base>.+)$")
_UPWARD, _DOWNWARD = "tro len", "tro xuong"

EXAMPLES = (
    "đạt 70%; trên 30%; 100%; tối thiểu 80%; không quá 5%; ít nhất 87 thủ tục; 40 - 50%; giảm 10%;"
    " tăng 5 điểm %; giảm 3 ngày so với năm 2025"
)


def parse_level(phrase: str) -> Level:
    """What `phrase` demands.

    "đạt N", "từ N trở lên", "tối thiểu N" are ≥; "trên N" is >; "100%" alone is =, any other number alone is ≥,
    since who reaches more has reached it. Raises LevelError for a phrase that is not understood, a percentage outside
    0–100.
    """
    phrase = clean_line(phrase)
    folded = re.sub(r"[–—−]", "-", fold(phrase))
    if _LOOKS_LIKE_CHANGE.search(folded):
        arrives = _ARRIVES.fullmatch(folded)
        if arrives is not None:
            return _arrival(phrase, arrives)
        return _change(phrase, folded)
    if _LOOKS_LIKE_RANGE.search(folded):
        return _range(phrase, folded)
    match = _LEVEL.fullmatch(folded)
    if match is None:
        raise _not_understood(phrase)
    number = match["number"].rstrip(".,")
    is_percent = match["percent"] is not None
    value = _value(number, is_percent)
    comparator = next((name for _, name in _BEFORE if match[name]), "")
    rest = match["rest"].strip(" .;,")
    if rest.endswith((_UPWARD, _DOWNWARD)):
        if comparator:
            raise _not_understood(phrase)
        comparator = "ge" if rest.endswith(_UPWARD) else "le"
        rest = rest.removesuffix(_UPWARD).removesuffix(_DOWNWARD).strip()
    if re.search(r"\d", rest):
        raise _not_understood(phrase)
    if not comparator:
        bare_whole = is_percent and value == 100 and not match["reach"]
        comparator = "eq" if bare_whole else "ge"
    return Level(phrase, comparator, value, PERCENT if is_percent else _as_written(phrase, number, rest))


def _value(number: str, is_percent: bool) -> Decimal:
    try:
        value = parse_number_vi(number.rstrip(".,"))
    except ValueError as error:
        raise LevelError(f"{error} Mức chỉ tiêu có thể ghi: {EXAMPLES}.") from error
    if is_percent and not 0 <= value <= 100:
        raise LevelError("Tỷ lệ phần trăm phải từ 0 đến 100.")
    if value > LARGEST:
        raise LevelError(f"Mức chỉ tiêu phải từ 0 đến {number_vi(LARGEST)}.")
    return value


def _range(phrase: str, folded: str) -> Level:
    match = _RANGE.fullmatch(folded)
    rest = match["rest"].strip(" .;,") if match else ""
    if match is None or re.search(r"\d", rest) or rest.endswith((_UPWARD, _DOWNWARD)):
        raise _not_understood(phrase)
    is_percent = match["percent"] is not None
    if match["first"] and not is_percent:
        raise _not_understood(phrase)
    low, high = _value(match["number"], is_percent), _value(match["to"], is_percent)
    if low > high:
        raise LevelError(f"“{shown(phrase)}”: mức đầu lớn hơn mức sau. Hãy nhập, ví dụ 40 - 50%.")
    unit = PERCENT if is_percent else _as_written(phrase, match["to"].rstrip(".,"), rest)
    return Level(phrase, "rg", low, unit, value_to=high)


def _arrival(phrase: str, match: re.Match[str]) -> Level:
    down = match["down"] is not None
    reached = parse_level(match["rest"])
    if reached.comparator not in ("ge", "eq") or reached.base is not None:
        raise _not_understood(phrase)
    number = re.search(r"\d[\d.,]*", match["rest"])
    assert number is not None
    unit = reached.measure_unit
    if unit not in ("", PERCENT):
        unit = phrase.rpartition(number[0].rstrip(".,"))[2].strip(" .;,")
    return Level(phrase, "le" if down else "ge", reached.value, unit)


def _change(phrase: str, folded: str) -> Level:
    compared = _COMPARED.search(folded)
    base = _base(phrase, compared["base"]) if compared else Base()
    head = folded[: compared.start()] if compared else folded
    match = _CHANGE.fullmatch(head.strip(" ,;."))
    if match is None:
        raise LevelError(
            f"Chưa hiểu mức tăng, giảm “{shown(phrase)}”. Hãy nhập, ví dụ: giảm 10%; tăng 5 điểm %;"
            " giảm 3 ngày so với năm 2025; giảm xuống 18%."
        )
    rest = match["rest"].strip(" .;,")
    if re.search(r"\d", rest) or rest.endswith((_UPWARD, _DOWNWARD)):
        raise _not_understood(phrase)
    points = match["points"] is not None
    is_relative = match["percent"] is not None and not points
    number = match["number"].rstrip(".,")
    value = _value(number, False)
    if (points or (is_relative and match["down"])) and value > 100:
        raise LevelError("Mức giảm theo phần trăm, mức tăng, giảm theo điểm % phải từ 0 đến 100.")
    unit = ""
    if points:
        unit = PERCENT
    elif not is_relative and rest:
        said = re.split(r"\s+so\s+(?:với|sánh)", phrase)[0]
        unit = _as_written(said, number, rest)
    if fold(unit).split(" ")[:1] == ["lan"]:
        raise LevelError(
            f"“{shown(phrase)}” có thể hiểu hai cách. Hãy ghi theo %, ví dụ tăng 2 lần là tăng 100%."
        )
    return Level(phrase, "dn" if match["down"] else "up", value, unit, is_relative=is_relative, base=base)


_YEAR = r"(?:nam )?(?P<year>\d{4})"
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_KINDS = {"nam": "year", "quy": "quarter", "thang": "month", "tuan": "week"}
_BASES: tuple[tuple[re.Pattern[str], object], ...] = (
    (
        re.compile(r"(?:ky bao cao )?cung ky(?: (?:nam (?:truoc|ngoai)|nam lien ke|nam lien truoc))?"),
        lambda m: Base(),
    ),
    (re.compile(rf"cung ky {_YEAR}"), lambda m: Base(year=int(m["year"]))),
    (
        re.compile(r"(?:ky|thang|quy|tuan) (?:truoc|lien truoc|lien ke)"),
        lambda m: Base(_KINDS.get(m[0].split()[0], ""), before=True),
    ),
    (re.compile(r"nam (?:truoc|ngoai|lien truoc|lien ke)"), lambda m: Base("year")),
    (
        re.compile(rf"quy (?P<quarter>iv|i{{1,3}}|[1-4])(?:/| | - ?){_YEAR}"),
        lambda m: Base("quarter", f"{m['year']}-Q{_QUARTERS.get(m['quarter']) or m['quarter']}"),
    ),
    (
        re.compile(rf"thang (?P<month>\d{{1,2}})(?:/| ){_YEAR}"),
        lambda m: Base("month", f"{m['year']}-{int(m['month']):02d}"),
    ),
    (
        re.compile(rf"6 thang (?P<half>dau|cuoi) {_YEAR}"),
        lambda m: Base("half", f"{m['year']}-{'H1' if m['half'] == 'dau' else 'H2'}"),
    ),
    (re.compile(_YEAR), lambda m: Base("year", m["year"])),
)


def _base(phrase: str, words: str) -> Base:
    words = words.strip(" .;,")
    for pattern, make in _BASES:
        match = pattern.fullmatch(words)
        if match is not None:
            base: Base = make(match)  # type: ignore[operator]
            try:
                if base.key:
                    periods.parse(base.kind, base.key)
            except ValueError as error:
                raise LevelError(str(error)) from error
            return base
    raise LevelError(
        f"“{shown(phrase)}”: chưa hiểu kỳ gốc. Hãy nhập, ví dụ: so với năm 2025; so với cùng kỳ năm trước;"
        " so với quý IV/2025."
    )


def _as_written(phrase: str, number: str, rest: str) -> str:
    """The counted thing behind the number, with its accents: "thủ tục" of "ít nhất 87 thủ tục"."""
    if not rest:
        return ""
    return re.sub(r"\s*trở (?:lên|xuống)\s*$", "", phrase.rpartition(number)[2]).strip(" .;,")


def _not_understood(phrase: str) -> LevelError:
    return LevelError(f"Chưa hiểu mức chỉ tiêu “{shown(phrase)}”. Hãy nhập, ví dụ: {EXAMPLES}.")


def check_level(level: Level, measure_units: Iterable[str]) -> None:
    """The level speaks of what its indicators count. Raises LevelError with a sentence that begins small, as after the
    name of a cell."""
    units = set(measure_units)
    if not units or (level.base is not None and level.is_relative):
        return
    if PERCENT in units:
        if level.base is not None and level.measure_unit != PERCENT:
            raise LevelError("chỉ số tính theo %. Hãy ghi mức tăng, giảm theo %, hoặc theo điểm %.")
        if level.measure_unit not in (PERCENT, ""):
            raise LevelError("chỉ số tính theo %. Hãy ghi mức theo tỷ lệ phần trăm.")
        if level.is_bare_fraction:
            raise LevelError("không rõ là tỷ lệ phần trăm hay số. Hãy nhập dạng chữ, ví dụ đạt 70%.")
        if max(level.value, level.value_to or level.value) > 100:
            raise LevelError("phải từ 0 đến 100.")
    elif level.measure_unit == PERCENT:
        raise LevelError(f"chỉ số tính theo {'; '.join(sorted(units))}, không phải theo %.")


_IN_WORDS = {"ge": "đạt {} trở lên", "gt": "trên {}", "eq": "bằng {}", "le": "không quá {}", "lt": "dưới {}"}


def describe_level(
    comparator: str,
    value: Decimal,
    measure_unit: str,
    *,
    value_to: Decimal | None = None,
    is_relative: bool = False,
    base: str = "",
) -> str:
    """How the system has understood a level, in plain words: "đạt 70% trở lên", "từ 40% đến 50%", "giảm 3 ngày so với
    năm 2025". `base`: the name of the period a change counts from."""
    if comparator in ("up", "dn"):
        return describe_change(comparator, value, measure_unit, is_relative, base)
    figure = _with_unit(value, measure_unit)
    if comparator == "rg":
        assert value_to is not None
        low = figure if measure_unit == PERCENT else _plain(value)
        return f"từ {low} đến {_with_unit(value_to, measure_unit)}"
    if comparator == "ge" and measure_unit == PERCENT and value == 100:
        return f"đạt {figure}"
    return _IN_WORDS[comparator].format(figure)


def describe_change(comparator: str, value: Decimal, measure_unit: str, is_relative: bool, base: str) -> str:
    """ "giảm 10% so với năm 2025", "tăng 5 điểm % so với tháng 12 năm 2025"."""
    if is_relative:
        size = f"{_plain(value)}%"
    elif measure_unit == PERCENT:
        size = f"{_plain(value)} điểm %"
    else:
        size = _with_unit(value, measure_unit)
    words = f"{'tăng' if comparator == 'up' else 'giảm'} {size}"
    return f"{words} so với {base}" if base else words


def _plain(value: Decimal) -> str:
    return number_vi(value, max(0, -int(value.normalize().as_tuple().exponent)))


def _with_unit(value: Decimal, measure_unit: str) -> str:
    return _plain(value) + (PERCENT if measure_unit == PERCENT else f" {measure_unit}".rstrip())
