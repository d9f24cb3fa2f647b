"""The outline of a plan from the column “Mục” of its targets and tasks. Pure.

A cell holds the label as printed, and may go on with the heading: "II.1", "II.1 Chỉ tiêu", "IV.3. Văn phòng Sở".
A real plan may print a label twice; the second is written "IV.2 (lần 2)", which keeps the printed label "IV.2".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.text import clean_line, fold

LONGEST_LABEL = 30

_PART = r"(?:[IVXLC]+|\d+|[A-Za-zĐđ])"
_LABEL = rf"(?P<label>(?:(?:Mục|Phần|Chương|Điều|Khoản|Điểm)\s+)?{_PART}(?:[.)/-]{_PART})*)[.)]?"
_CELL = re.compile(
    rf"{_LABEL}(?:\s*\(\s*lần\s+(?P<time>\d+|thứ hai|hai|thứ ba|ba)\s*\))?(?:[\s:.–-]+(?P<text>.*))?"
)
_TIMES = {"thứ hai": 2, "hai": 2, "thứ ba": 3, "ba": 3}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True)
class Mark:
    """Where a row stands: printed label, which of the clauses with that label, heading when the cell has one."""

    label: str
    time: int
    text: str

    @property
    def key(self) -> tuple[str, int]:
        return (fold(self.label), self.time)


def parse_mark(cell: str) -> Mark | None:
    """What a cell of “Mục” says; None when it does not begin with a label of at most 30 characters."""
    match = _CELL.fullmatch(clean_line(cell))
    if match is None or len(match["label"]) > LONGEST_LABEL:
        return None
    time = match["time"] or "1"
    return Mark(match["label"], _TIMES.get(time) or int(time), (match["text"] or "").strip())


def level(label: str) -> int:
    """How deep a label stands: "II" 1, "II.2" 2, "II.2.1" 3."""
    return len(_parts(label))


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """One mark a clause, with its heading, in the order of the outline: I, II.1, II.2, IV.2, IV.2 (lần 2).

    Roman and Arabic numbers and letters are put in order where every label is made of them; else the order of the
    cells stands.
    """
    found: dict[tuple[str, int], Mark] = {}
    for mark in marks:
        if mark.key not in found or not found[mark.key].text:
            found[mark.key] = mark
    clauses = list(found.values())
    places = {mark.key: _place(mark) for mark in clauses}
    if any(place is None for place in places.values()):
        return clauses
    try:
        return sorted(clauses, key=lambda mark: places[mark.key])  # type: ignore[arg-type, return-value]
    except TypeError:  # a letter where another label has a number
        return clauses


def _parts(label: str) -> list[str]:
    return [part for part in re.split(r"[.)/\s-]+", fold(label)) if re.fullmatch(r"[ivxlc]+|\d+|[a-z]", part)]


def _place(mark: Mark) -> tuple[int | str, ...] | None:
    parts = _parts(mark.label)
    return (*(_number(part) for part in parts), mark.time) if parts else None


def _number(part: str) -> int | str:
    """A part as a number where it is one; a single letter of a list (a, b, c) as itself."""
    if part.isdigit():
        return int(part)
    if set(part) <= set(_ROMAN) and part not in ("c", "l"):
        values = [_ROMAN[letter] for letter in part]
        return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
    return part
