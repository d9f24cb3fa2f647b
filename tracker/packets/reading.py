"""Reading a packet back: which rows something was typed into, and what. Knows the file, not the database.

Rows may be gone, sorted otherwise or added; a row nobody typed into says nothing, whatever its key. Raises SheetError
for a file that is no packet, or one of another edition or unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from core.sheets.reading import SheetError, Table, Value, Workbook, open_workbook
from core.sheets.writing import Column
from core.text import fold, shown
from plans.cells import amount_from_cell
from tracker.intake.draft import Errors, Line
from tracker.packets import layout
from tracker.packets.keys import FIGURE, TASK, KeyBroken, OldFormat, RowKey, read_key, signing_keys

MAX_ROWS = 20_000
NO_PACKET = "Tệp không phải là gói cập nhật. Hãy tải gói từ trang của đơn vị, điền rồi gửi lại."


class TypedFigure(NamedTuple):
    key: RowKey
    numerator: Decimal | None
    denominator: Decimal | None
    source: str
    cause: str
    remedy: str
    line: Line


class TypedTask(NamedTuple):
    key: RowKey
    percent: int | None
    text: str
    obstacle: str
    proposal: str
    number: str
    issued_on: date | None
    line: Line


@dataclass
class Packet:
    """What was typed. `unit` is whose packet it is; `notes` are remarks that do not hinder."""

    name: str
    unit: int = 0
    figures: list[TypedFigure] = field(default_factory=list)
    tasks: list[TypedTask] = field(default_factory=list)
    errors: Errors = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_packet(data: bytes, name: str) -> Packet:
    """All that was typed into a packet, with every wrong cell noted. `name` is the name of the file."""
    book = open_workbook(data, name, max_rows=MAX_ROWS)
    packet = Packet(name)
    found = False
    for kind, title, columns in (
        (FIGURE, layout.FIGURES, layout.FIGURE_COLUMNS),
        (TASK, layout.TASKS, layout.TASK_COLUMNS),
    ):
        sheet = _sheet(book, title)
        if sheet is None:
            packet.notes.append(f"Tệp không có trang “{title}”: trang này không thay đổi gì.")
            continue
        table = book.find_table(sheet, layout.headings(columns), required=_needed(columns))
        found = True
        packet.errors.extend(table.errors)
        unread = {each.row for each in table.errors}
        known = Known()
        for key, line in _typed_lines(table, columns, kind, packet):
            before = len(packet.errors)
            typed = _figure(key, line, known) if kind == FIGURE else _task(key, line, known)
            # What could not be read is named already; the rest of such a row is judged when it can be.
            if len(packet.errors) > before or line.number in unread:
                continue
            if isinstance(typed, TypedFigure):
                packet.figures.append(typed)
            else:
                packet.tasks.append(typed)
    if not found:
        raise SheetError(NO_PACKET)
    return packet


def _sheet(book: Workbook, title: str) -> str | None:
    """The sheet by its name; None when it was deleted."""
    return next((each for each in book.sheet_names if fold(each) == fold(title)), None)


def _needed(columns: tuple[Column, ...]) -> list[str]:
    """Columns without which a row cannot be understood; the others are there for people."""
    return [each.key for each in columns if each.editable or each is layout.KEY]


def _typed_lines(
    table: Table, columns: tuple[Column, ...], kind: str, packet: Packet
) -> Iterator[tuple[RowKey, Line]]:
    wanted, seen, signing = layout.editable(columns), dict[str, int](), signing_keys()
    typing, nothing = itemgetter(*wanted), (None,) * len(wanted)
    for number, values in table.rows:
        text = values["key"]
        blank = typing(values) == nothing
        if blank and (packet.unit or not isinstance(text, str)):
            continue
        line = Line(table, number, values, packet.errors)
        key = _key(text, signing, kind, line, quiet=blank)
        if key is None:
            continue
        if not packet.unit:
            packet.unit = key.unit
        if blank:
            continue
        if key.unit != packet.unit:
            line.wrong("key", "dòng của đơn vị khác, không nhận.", value="")
        elif key.what in seen:
            line.wrong("key", f"trùng với dòng {seen[key.what]}.", value="")
        else:
            seen[key.what] = number
            yield key, line


def _key(text: Value, signing: tuple[bytes, ...], kind: str, line: Line, *, quiet: bool) -> RowKey | None:
    """The key of a row; a row without typing is not worth an error."""
    try:
        key = read_key(text if isinstance(text, str) else "", signing)
        if key.kind != kind:
            raise KeyBroken("dòng của trang khác, không nhận.")
    except OldFormat as error:
        raise SheetError(str(error)) from error
    except KeyBroken as error:
        if not quiet:
            line.wrong("key", str(error), value="")
        return None
    return key


class Known:
    """Words of one sheet already read and found good. Clerks fill many rows with the same ones; a wrong one is judged
    in each cell, for its error names the cell."""

    def __init__(self) -> None:
        self._prose: dict[str, str] = {}
        self._lines: dict[tuple[str, int], str] = {}

    def prose(self, line: Line, key: str) -> str:
        value = line.values[key]
        if value is None:
            return ""
        if not isinstance(value, str):
            return line.prose(key)
        found = self._prose.get(value)
        if found is None:
            before = len(line.errors)
            found = line.prose(key)
            if len(line.errors) == before:
                self._prose[value] = found
        return found

    def line(self, line: Line, key: str, *, longest: int) -> str:
        value = line.values[key]
        if value is None:
            return ""
        if not isinstance(value, str):
            return line.line(key, longest=longest)
        found = self._lines.get((value, longest))
        if found is None:
            before = len(line.errors)
            found = line.line(key, longest=longest)
            if len(line.errors) == before:
                self._lines[value, longest] = found
        return found


def _figure(key: RowKey, line: Line, known: Known) -> TypedFigure:
    nothing = not line.is_blank("nothing") and line.choice("nothing", {layout.NONE_ARISEN: True}, False)
    # Both columns count parts of a whole where there are two; a count such as 0,5 has only the first.
    ratio = not line.is_blank("denominator")
    numerator, denominator = _amount(line, "numerator", ratio), _amount(line, "denominator", ratio)
    if nothing and (numerator or denominator):
        line.wrong("nothing", "đã ghi số liệu thì không chọn “Không phát sinh”.")
    elif nothing:
        numerator, denominator = Decimal(0), Decimal(0)
    return TypedFigure(
        key,
        numerator,
        denominator,
        known.line(line, "source", longest=200),
        known.prose(line, "cause"),
        known.prose(line, "remedy"),
        line,
    )


def _amount(line: Line, key: str, ratio: bool) -> Decimal | None:
    try:
        return amount_from_cell(line.values[key], ratio=ratio)
    except ValueError as error:
        line.wrong(key, str(error))
        return None


def _task(key: RowKey, line: Line, known: Known) -> TypedTask:
    return TypedTask(
        key,
        _percent(line),
        known.prose(line, "text"),
        known.prose(line, "obstacle"),
        known.prose(line, "proposal"),
        known.line(line, "number", longest=60),
        line.day("issued_on"),
        line,
    )


def _percent(line: Line) -> int | None:
    value = line.values["percent"]
    if value is None:
        return None
    typed = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(typed, bool) or not isinstance(typed, int) or not 0 <= typed <= 100:
        line.wrong(
            "percent", f"“{shown(value)}” không phải là số nguyên từ 0 đến 100. Hãy ghi 60, không ghi 60%."
        )
        return None
    return typed
