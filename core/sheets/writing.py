"""Writing .xlsx files people fill in or read: templates with lists to choose from, and exports.

`write_workbook` takes plain descriptions of sheets and gives the bytes. Text is always written as text:
nothing a person typed becomes a formula or a link. Dates are dates, numbers are numbers, so that Excel
sorts and adds them. The layout prints on A4 landscape with the headings on each page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import xlsxwriter
from django.utils import timezone
from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from core import clock
from core.fields import DAY_OUT_OF_RANGE, FIRST_DAY, LAST_DAY
from core.sheets.reading import EXAMPLE_MARK, MAX_ROWS
from core.text import nfc

LISTS_SHEET = "Danh mục"
LONGEST_CELL = 32_767
LINE_HEIGHT = 16
TALLEST_ROW = 409
CUT_MARK = "…(đã cắt)"

_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
_CELL = {**_FONT, "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
_HEADING = {
    **_CELL,
    "bold": True,
    "bg_color": "#DCE6F1",
    "align": "center",
    "valign": "vcenter",
    "border_color": "#7F7F7F",
}
_EXAMPLE = {"italic": True, "font_color": "#595959", "bg_color": "#F2F2F2"}
_OPEN = {"locked": 0, "bg_color": "#FFFDE7"}
_NUMBER_FORMATS = {
    "text": "@",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
    "whole": "#,##0",
    "number": "General",  # while filling in; a written fraction takes the next one
    "fraction": "#,##0.0##",
}

Kind = Literal["text", "date", "number", "whole", "moment"]


@dataclass(frozen=True)
class ColumnRef:
    """The values people type into a column of another sheet, as a source for a list."""

    sheet: str
    key: str


@dataclass(frozen=True)
class Column:
    """One column.

    heading: what people read; `key`: the name under which rows given as mappings hold the value.
    choices: the list to choose from, literal or a column of another sheet; with `strict=False` Excel warns
    but takes other values too. required: the heading gets a closing " *". hint: shown when a cell of the
    column is chosen (up to 255 characters). editable: open for typing on a protected sheet. hidden: for the program
    that reads the file again, not for people.
    """

    heading: str
    key: str
    width: float = 20
    kind: Kind = "text"
    choices: Sequence[str] | ColumnRef | None = None
    strict: bool = True
    required: bool = False
    hint: str = ""
    editable: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Cell:
    """A value whose cell has a list or a hint of its own: for sheets of two columns, name and value."""

    value: Any = None
    choices: Sequence[str] | ColumnRef | None = None
    strict: bool = True
    hint: str = ""


@dataclass(frozen=True)
class SheetSpec:
    """One sheet. Rows are mappings by column key or sequences in the order of the columns.

    title, guidance: lines above the headings. examples: rows under the headings, set apart and marked
    "Ví dụ:" in their first cell; the reader skips them. frozen: how many columns stay when scrolling.
    fill_rows: for a template, how many rows below the data take lists and hints; 0 for an export.
    protected: only editable columns of the rows that are there take typing, with lists and hints. Without a password:
    it keeps slips away, not people.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any] | Sequence[Any]] = ()
    examples: Sequence[Mapping[str, Any] | Sequence[Any]] = ()
    title: str = ""
    guidance: Sequence[str] = field(default_factory=tuple)
    frozen: int = 0
    fill_rows: int = 0
    protected: bool = False


def write_workbook(sheets: Sequence[SheetSpec]) -> bytes:
    """The workbook as bytes; equal input at an equal clock gives equal bytes."""
    out = io.BytesIO()
    # Strings are written as strings only (write_string); the options say it twice.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": timezone.make_naive(clock.now())})
        written = [_SheetWriter(book, spec) for spec in sheets]
        lists = _Lists(book, {each.spec.name: each for each in written})
        for each in written:
            each.write(lists)
        lists.hide()
    return out.getvalue()


def sheet_name(name: str) -> str:
    """A name Excel takes for a sheet: up to 31 characters, none of `[]:*?/\\`."""
    return re.sub(r"[\[\]:*?/\\]", " ", nfc(name)).strip(" '")[:31] or "Trang"


class _SheetWriter:
    """One sheet being written: heading lines, headings, examples, rows, then the print set-up."""

    def __init__(self, book: Any, spec: SheetSpec) -> None:
        self.book = book
        self.spec = spec
        self.sheet = book.add_worksheet(spec.name)
        self.heading_row = len(self._lines())
        self.first_row = self.heading_row + 1
        self._formats: dict[tuple[str, bool, bool, bool], Any] = {}
        self._guided: list[tuple[int, int, Cell]] = []

    def _lines(self) -> list[str]:
        lines = [self.spec.title] if self.spec.title else []
        return [*lines, *self.spec.guidance]

    def write(self, lists: _Lists) -> None:
        last_column = len(self.spec.columns) - 1
        for index, column in enumerate(self.spec.columns):
            look = self.format(column.kind, border=False)
            self.sheet.set_column(index, index, column.width, look, {"hidden": column.hidden})
        self._write_lines(last_column)
        heading = self.book.add_format(_HEADING)
        required = self.book.add_format({**_HEADING, "font_color": "#9C0006"})
        lines = max((_lines_of(column.heading, column.width - 3) for column in self.spec.columns), default=1)
        self.sheet.set_row(self.heading_row, LINE_HEIGHT * lines + 6)
        for index, column in enumerate(self.spec.columns):
            text = f"{column.heading} *" if column.required else column.heading
            self.sheet.write_string(self.heading_row, index, text, required if column.required else heading)
        row = self.first_row
        for example in self.spec.examples:
            self._write_row(row, self._marked(example), example=True)
            row += 1
        for values in self.spec.rows:
            self._write_row(row, self._in_order(values))
            row += 1
        guided = row + self.spec.fill_rows - 1
        if self.spec.fill_rows or (self.spec.protected and guided >= self.first_row):
            self._guide(lists, guided)
        for at, index, cell in self._guided:
            column = replace(
                self.spec.columns[index], choices=cell.choices, strict=cell.strict, hint=cell.hint
            )
            self._validate(column, lists, at, at, index)
        self._set_up_print(last_column, max(row - 1, self.heading_row))
        if self.spec.protected:
            self.sheet.protect(
                "", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True}
            )

    def _write_lines(self, last_column: int) -> None:
        title = self.book.add_format({**_FONT, "bold": True, "font_size": 14})
        plain = self.book.add_format({**_FONT, "text_wrap": True})
        for row, line in enumerate(self._lines()):
            is_title = bool(self.spec.title) and row == 0
            style = title if is_title else plain
            if last_column > 0:
                self.sheet.merge_range(row, 0, row, last_column, "", style)
            self.sheet.write_string(row, 0, nfc(line), style)
            width = sum(column.width for column in self.spec.columns)
            self.sheet.set_row(row, (20 if is_title else LINE_HEIGHT) * _lines_of(line, width))

    def _in_order(self, values: Mapping[str, Any] | Sequence[Any]) -> list[Any]:
        if isinstance(values, Mapping):
            return [values.get(column.key) for column in self.spec.columns]
        return list(values)

    def _marked(self, example: Mapping[str, Any] | Sequence[Any]) -> list[Any]:
        first, *rest = self._in_order(example)
        return [f"{EXAMPLE_MARK} {'' if first is None else first}".strip(), *rest]

    def _write_row(self, row: int, values: Sequence[Any], *, example: bool = False) -> None:
        lines = 1
        for index, (column, value) in enumerate(zip(self.spec.columns, values, strict=True)):
            self._write_cell(row, index, column, value, example)
            text = value.value if isinstance(value, Cell) else value
            lines = max(lines, _lines_of(text, column.width)) if isinstance(text, str) else lines
        if lines > 1:
            # Not every program fits wrapped rows by itself.
            self.sheet.set_row(row, min(LINE_HEIGHT * lines, TALLEST_ROW))

    def _write_cell(self, row: int, index: int, column: Column, value: Any, example: bool) -> None:
        if isinstance(value, Cell):
            self._guided.append((row, index, value))
            value = value.value

        def look(kind: str) -> Any:
            return self.format(kind, example=example, open_=self.spec.protected and column.editable)

        if value is None or value == "":
            self.sheet.write_blank(row, index, None, look(column.kind))
        elif isinstance(value, bool):
            self.sheet.write_string(row, index, "Có" if value else "Không", look("text"))
        elif isinstance(value, datetime):
            local = timezone.make_naive(value) if timezone.is_aware(value) else value
            self.sheet.write_datetime(row, index, local, look("moment"))
        elif isinstance(value, date):
            self.sheet.write_datetime(row, index, value, look("date"))
        elif isinstance(value, (int, float, Decimal, Fraction)):
            self.sheet.write_number(row, index, float(value), look("fraction" if value % 1 else "whole"))
        else:
            self.sheet.write_string(row, index, cell_text(str(value)), look("text"))

    def format(self, kind: str, *, example: bool = False, border: bool = True, open_: bool = False) -> Any:
        key = (kind, example, border, open_)
        if key not in self._formats:
            look = {**(_CELL if border else {**_FONT, "text_wrap": True}), **(_EXAMPLE if example else {})}
            look |= {**_OPEN} if open_ else {}
            self._formats[key] = self.book.add_format({**look, "num_format": _NUMBER_FORMATS[kind]})
        return self._formats[key]

    # --- help while filling in

    def _guide(self, lists: _Lists, last_row: int) -> None:
        for index, column in enumerate(self.spec.columns):
            self._validate(column, lists, self.first_row, last_row, index)

    def _validate(self, column: Column, lists: _Lists, first_row: int, last_row: int, index: int) -> None:
        rule = _rule(column, lists)
        if column.hint:
            rule |= {"input_title": column.heading[:32], "input_message": column.hint[:255]}
        if rule:
            rule = {"validate": "any", "ignore_blank": True, **rule}
            self.sheet.data_validation(first_row, index, last_row, index, rule)

    # --- paper

    def _set_up_print(self, last_column: int, last_row: int) -> None:
        self.sheet.freeze_panes(self.first_row, self.spec.frozen)
        self.sheet.autofilter(self.heading_row, 0, last_row, last_column)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self.heading_row)
        self.sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer("&C&P/&N")
        self.sheet.hide_gridlines(1)


def _lines_of(text: str, width: float) -> int:
    """How many printed lines a text takes in a column of this width; rather one too many."""
    per_line = max(int(width * 1.15), 1)  # Times New Roman is narrower than the font Excel measures by
    return sum(max(1, -(-len(line) // per_line)) for line in text.splitlines()) or 1


def cell_text(text: str) -> str:
    """Text as a cell takes it: normal form, at most 32,767 characters, a cut marked as such."""
    text = nfc(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT_MARK)] + CUT_MARK


def _rule(column: Column, lists: _Lists) -> dict[str, Any]:
    if column.choices:
        return {
            "validate": "list",
            "source": lists.source(column.choices),
            "error_type": "stop" if column.strict else "warning",
            "error_title": "Không có trong danh sách",
            "error_message": "Hãy chọn một giá trị trong danh sách."
            if column.strict
            else "Giá trị này không có trong danh sách. Vẫn dùng?",
        }
    if column.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": FIRST_DAY,
            "maximum": LAST_DAY,
            "error_title": "Ngày không hợp lệ",
            "error_message": f"{DAY_OUT_OF_RANGE} Nhập ngày/tháng/năm.",
        }
    if column.kind in ("number", "whole"):
        return {
            "validate": "decimal" if column.kind == "number" else "integer",
            "criteria": "between",
            "minimum": -1_000_000_000_000,
            "maximum": 1_000_000_000_000,
            "error_title": "Không phải là số",
            "error_message": "Hãy nhập số, ví dụ 50 hoặc 50,5."
            if column.kind == "number"
            else "Hãy nhập số nguyên, ví dụ 50.",
        }
    return {}


class _Lists:
    """The hidden sheet that holds the literal lists, each in one column, equal lists once."""

    def __init__(self, book: Any, sheets: Mapping[str, _SheetWriter]) -> None:
        self._book = book
        self._sheets = sheets
        self._sheet: Any = None
        self._ranges: dict[tuple[str, ...], str] = {}

    def source(self, choices: Sequence[str] | ColumnRef) -> str:
        """The range a list validation points at."""
        if isinstance(choices, ColumnRef):
            return self._range_of(choices)
        values = tuple(choices)
        if values not in self._ranges:
            if self._sheet is None:
                self._sheet = self._book.add_worksheet(LISTS_SHEET)
            column = len(self._ranges)
            for row, value in enumerate(values):
                self._sheet.write_string(row, column, cell_text(value))
            cells = xl_range_abs(0, column, len(values) - 1, column)
            self._ranges[values] = f"='{LISTS_SHEET}'!{cells}"
        return self._ranges[values]

    def _range_of(self, ref: ColumnRef) -> str:
        there = self._sheets[ref.sheet]
        index = next(at for at, column in enumerate(there.spec.columns) if column.key == ref.key)
        letter = xl_col_to_name(index, col_abs=True)
        first = there.first_row + len(there.spec.examples) + 1
        quoted = ref.sheet.replace("'", "''")
        return f"='{quoted}'!{letter}${first}:{letter}${first + MAX_ROWS - 1}"

    def hide(self) -> None:
        """After everything is written: the sheet exists only when a list needed it."""
        if self._sheet is not None:
            self._sheet.very_hidden()
