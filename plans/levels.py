"""The level a plan sets, as it is written: "đạt 70%", "trên 30%", "tối thiểu 80%", "ít nhất 87 thủ tục". Pure.

A phrase is never half understood: when a word is left over that changes the meaning, `LevelError` says what may
be written. Only levels to be held at a day are read; a change ("giảm 10%") needs the figure it starts from, and a
range ("40 - 50") two comparators, so both are refused with the way out.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from core.text import clean_line, fold, number_vi, parse_number_vi, shown

PERCENT = "%"
LARGEST = Decimal("9999999999")


class LevelError(ValueError):
    """The phrase cannot be read; the message says in Vietnamese why and what may be written."""


@dataclass(frozen=True)
class Level:
    """`comparator` as in `Milestone.Comparator`; `measure_unit` is "%", the counted thing, or "" when unsaid."""

    phrase: str
    comparator: str
    value: Decimal
    measure_unit: str = ""


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
_CHANGE = re.compile(r"\b(?:tang|giam|cat giam|rut ngan|tiet kiem|bot)\b")
_RANGE = re.compile(r"\d\s*%?\s*(?:-|–|den|toi|va)\s*\d")
_UPWARD, _DOWNWARD = "tro len", "tro xuong"

EXAMPLES = "đạt 70%; trên 30%; 100%; tối thiểu 80%; không quá 5%; ít nhất 87 thủ tục"


def parse_level(phrase: str) -> Level:
    """What `phrase` demands.

    "đạt N", "từ N trở lên", "tối thiểu N" are ≥; "trên N" is >; "100%" alone is =, any other number alone is ≥,
    since who reaches more has reached it. Raises LevelError for a phrase that is not understood, a change, a
    range, a percentage outside 0–100.
    """
    phrase = clean_line(phrase)
    folded = fold(phrase).replace("–", "-")
    if _CHANGE.search(folded):
        raise LevelError(
            f"“{shown(phrase)}” là mức tăng, giảm. Hãy nhập mức phải đạt, ví dụ: giảm từ 20% còn 18% thì nhập"
            " không quá 18%."
        )
    if _RANGE.search(folded):
        raise LevelError(
            f"“{shown(phrase)}” là một khoảng. Hãy nhập mức thấp nhất phải đạt, ví dụ tối thiểu 40%."
        )
    match = _LEVEL.fullmatch(folded)
    if match is None:
        raise _not_understood(phrase)
    number = match["number"].rstrip(".,")
    try:
        value = parse_number_vi(number)
    except ValueError as error:
        raise LevelError(f"{error} Mức chỉ tiêu có thể ghi: {EXAMPLES}.") from error
    is_percent = match["percent"] is not None
    if is_percent and not 0 <= value <= 100:
        raise LevelError("Tỷ lệ phần trăm phải từ 0 đến 100.")
    if value > LARGEST:
        raise LevelError(f"Mức chỉ tiêu phải từ 0 đến {number_vi(LARGEST)}.")
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


def _as_written(phrase: str, number: str, rest: str) -> str:
    """The counted thing behind the number, with its accents: "thủ tục" of "ít nhất 87 thủ tục"."""
    if not rest:
        return ""
    return re.sub(r"\s*trở (?:lên|xuống)\s*$", "", phrase.partition(number)[2]).strip(" .;,")


def _not_understood(phrase: str) -> LevelError:
    return LevelError(f"Chưa hiểu mức chỉ tiêu “{shown(phrase)}”. Hãy nhập, ví dụ: {EXAMPLES}.")


_IN_WORDS = {"ge": "đạt {} trở lên", "gt": "trên {}", "eq": "bằng {}", "le": "không quá {}", "lt": "dưới {}"}


def describe_level(comparator: str, value: Decimal, measure_unit: str) -> str:
    """How the system has understood a level, in plain words: "đạt 70% trở lên"."""
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    figure = number_vi(value, decimals) + (
        PERCENT if measure_unit == PERCENT else f" {measure_unit}".rstrip()
    )
    if comparator == "ge" and measure_unit == PERCENT and value == 100:
        return f"đạt {figure}"
    return _IN_WORDS[comparator].format(figure)
