"""Reading .xlsx files that people filled in.

`open_workbook` lets in only a harmless Excel workbook; `Workbook.rows` gives the rows of a sheet with the
numbers Excel shows; `Workbook.find_table` finds the headings wherever they stand and gives each value
its key. What is wrong with the file or a sheet is a SheetError, what is wrong with a cell a CellError;
both speak Vietnamese and name the place.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from core.content import (
    BROKEN,
    ENCRYPTED,
    KIND_WORDS,
    MAX_SIZE,
    ContentError,
    sniff,
    too_large,
)
from core.sheets import guard
from core.sheets.guard import column_letter
from core.text import fold, nfc, number_vi, shown

MAX_ROWS = 5_000
HEADING_ROWS = 20
HEADING_SHARE = 0.6
EXAMPLE_MARK = "Ví dụ:"
"""A row whose first cell starts with this mark shows how to fill in; it is never data."""

Value = str | int | float | bool | date | datetime | time | timedelta | None

ERROR_IN_CELL = "ô báo lỗi công thức. Hãy sửa công thức hoặc nhập giá trị."
NO_RESULT_IN_CELL = "công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại, hoặc dán giá trị."


class SheetError(ValueError):
    """The file or a sheet cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell. `message` may quote the value already; otherwise it is put before."""

    sheet: str
    row: int
    column: str
    heading: str
    value: object
    message: str

    def __str__(self) -> str:
        typed = "" if self.value is None or self.value == "" else f"“{_as_typed(self.value)}”"
        what = self.message if not typed or typed in self.message else f"{typed}: {self.message}"
        return f"Trang “{self.sheet}”, dòng {self.row}, cột {self.column} “{self.heading}”: {what}"


def _as_typed(value: object) -> str:
    return shown(value.strftime("%d/%m/%Y") if isinstance(value, date) else value)


_NONE_DOUBTFUL: Mapping[int, str] = MappingProxyType({})


class Row(NamedTuple):
    """One row that is not blank: its number in Excel, its values from column A on, and which of them
    are not to be believed (column index from 0 to the reason)."""

    number: int
    values: tuple[Value, ...]
    doubtful: Mapping[int, str] = _NONE_DOUBTFUL


@dataclass(frozen=True)
class Table:
    """A table found in a sheet. `rows`: (row number, {key: value}) with every known key present, None for
    an empty cell. `columns`: key to letter; `headings`: key to the heading as written; `unknown`:
    headings nobody asked for. `errors`: cells without a believable value, given as None in `rows`."""

    sheet: str
    rows: list[tuple[int, dict[str, Value]]]
    columns: dict[str, str]
    headings: dict[str, str]
    unknown: list[str]
    errors: list[CellError]

    def error(self, row: int, key: str, value: object, message: str) -> CellError:
        """An error at a place of this table."""
        return CellError(self.sheet, row, self.columns[key], self.headings[key], value, message)


class Workbook:
    """An opened workbook. Made by `open_workbook`."""

    def __init__(self, data: bytes, name: str, max_rows: int) -> None:
        self.name = name
        self._data = data
        self._max_rows = max_rows
        self._scans: dict[str, guard.SheetScan] = {}
        self._rows: dict[str, list[Row]] = {}
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            self._part_of = _sheet_parts(data)
        except (CalamineError, KeyError, ElementTree.ParseError) as error:
            raise SheetError(BROKEN) from error
        sheets = [each for each in self._book.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
        self.sheet_names = [each.name for each in sheets if each.visible is not SheetVisibleEnum.VeryHidden]
        self.hidden_sheets = [each.name for each in sheets if each.visible is SheetVisibleEnum.Hidden]

    def sheet(self, name: str) -> str:
        """The name of a sheet as the file writes it, found without regard to case, accents and spaces.
        Raises SheetError naming the sheets there are."""
        for each in self.sheet_names:
            if fold(each) == fold(name):
                return each
        present = ", ".join(f"“{each}”" for each in self.sheet_names if each not in self.hidden_sheets)
        raise SheetError(f"Không thấy trang tính “{name}”. Tệp có: {present}.")

    def rows(self, sheet: str) -> list[Row]:
        """The rows of a sheet that hold something, with the numbers Excel shows; nothing after 200 blank
        rows. Text is in normal form, whole numbers are int. Raises SheetError beyond the limit of rows."""
        sheet = self.sheet(sheet)
        if sheet not in self._rows:
            self._rows[sheet] = list(self._filled_rows(sheet))
        return self._rows[sheet]

    def _filled_rows(self, sheet: str) -> Iterator[Row]:
        scan = self._scan(sheet)
        last = count = 0
        for number, values in self._values(sheet, scan):
            if number - last > guard.MAX_BLANK_ROWS:
                return
            doubtful = _NONE_DOUBTFUL
            if number in scan.doubtful:
                doubtful = {column - 1: reason for column, reason in scan.doubtful[number].items()}
            elif not any(values) and all(value is None for value in values):
                continue
            last, count = number, count + 1
            if count > self._max_rows + HEADING_ROWS:
                raise self._too_long(sheet)
            yield Row(number, values, doubtful)
        # A formula without a result is no value to calamine: a last row of such formulas never came.
        for number in sorted(each for each in scan.doubtful if last < each <= last + guard.MAX_BLANK_ROWS):
            yield Row(number, (), {column - 1: reason for column, reason in scan.doubtful[number].items()})

    def _too_long(self, sheet: str) -> SheetError:
        return SheetError(
            f"Trang “{sheet}” có hơn {number_vi(self._max_rows)} dòng. Hãy chia thành nhiều tệp."
        )

    def hidden_rows(self, sheet: str) -> int:
        """How many rows are hidden or filtered away; they are read like all others."""
        sheet = self.sheet(sheet)
        hidden = self._scan(sheet).hidden_rows
        return sum(1 for row in self.rows(sheet) if row.number in hidden)

    def merged(self, sheet: str) -> list[tuple[int, int, int, int]]:
        """Merged cells: first row, first column, last row, last column; rows as Excel numbers them, columns from 0."""
        sheet = self.sheet(sheet)
        ranges = self._calamine_sheet(sheet, self._scan(sheet)).merged_cell_ranges or []
        return [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]

    def find_table(
        self, sheet: str, headings: Mapping[str, Sequence[str]], required: Sequence[str] = ()
    ) -> Table:
        """The table whose headings stand in one of the first 20 rows.

        `headings`: key to the names a column may have, the first of them the one we print. They are
        compared without case, accents, extra spaces, line breaks, and a closing "*" or ":".
        Raises SheetError for a missing sheet, a missing required column, two columns of one name.
        """
        sheet = self.sheet(sheet)
        rows = self.rows(sheet)
        known = {_heading_key(name): key for key, names in headings.items() for name in names}
        at, share = _best_heading_row(rows, known, set(required or headings))
        columns, unknown = _columns(sheet, rows[at], known) if share else ({}, [])
        if share < HEADING_SHARE or any(key not in columns for key in required):
            missing = [headings[key][0] for key in required or headings if key not in columns]
            raise SheetError(f"Trang “{sheet}” thiếu cột bắt buộc: {', '.join(missing)}.")
        table = Table(
            sheet=sheet,
            rows=[],
            columns={key: column_letter(index + 1) for key, index in columns.items()},
            headings={key: str(rows[at].values[index]) for key, index in columns.items()},
            unknown=unknown,
            errors=[],
        )
        # A key without a column takes the empty cell put behind each row.
        places = [columns.get(key, -1) for key in headings]
        picked = itemgetter(*places, -1)
        width = max(places) + 1
        for row in rows[at + 1 :]:
            cells = row.values
            if _is_example(cells):
                continue
            if len(cells) < width:
                cells += (None,) * (width - len(cells))
            found = picked((*cells, None))
            if row.doubtful:
                self._note_doubtful(table, row, columns)
            elif not any(found) and all(value is None for value in found):
                continue
            table.rows.append((row.number, dict(zip(headings, found, strict=False))))
        if len(table.rows) > self._max_rows:
            raise self._too_long(sheet)
        return table

    @staticmethod
    def _note_doubtful(table: Table, row: Row, columns: Mapping[str, int]) -> None:
        for key, index in columns.items():
            if reason := row.doubtful.get(index):
                message = ERROR_IN_CELL if reason == guard.ERROR_CELL else NO_RESULT_IN_CELL
                table.errors.append(table.error(row.number, key, None, message))

    def _scan(self, sheet: str) -> guard.SheetScan:
        if sheet not in self._scans:
            part = self._part_of.get(sheet)
            with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
                if part is None or part not in archive.namelist():
                    raise SheetError(BROKEN)
                xml = archive.read(part)
            try:
                self._scans[sheet] = guard.scan(xml)
            except guard.TooWide as error:
                raise SheetError(
                    f"Trang “{sheet}” có quá nhiều cột (đến cột {column_letter(error.columns)},"
                    f" tối đa {guard.MAX_COLUMNS} cột). Hãy xóa các cột thừa."
                ) from error
            except guard.SheetBroken as error:
                raise SheetError(BROKEN) from error
        return self._scans[sheet]

    def _values(self, sheet: str, scan: guard.SheetScan) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Row number and values from column A on, blank rows included."""
        try:
            found = self._calamine_sheet(sheet, scan)
            start = found.start
            if start is None:
                return
            left = (None,) * start[1]
            cleaned = _Cleaned().__getitem__
            for number, values in enumerate(found.iter_rows(), start=1):
                # True equals 1: a row with either is read without what is known.
                if True in values or False in values:
                    yield number, left + tuple([_clean(value) for value in values])
                else:
                    yield number, left + tuple(map(cleaned, values))
        except CalamineError as error:
            raise SheetError(BROKEN) from error
        except BaseException as error:
            # A panic of the Rust code is no Exception; it must not end more than this file.
            if type(error).__name__ == "PanicException":
                raise SheetError(BROKEN) from error
            raise

    def _calamine_sheet(self, sheet: str, scan: guard.SheetScan) -> CalamineSheet:
        if scan.cut is None:
            return self._book.get_sheet_by_name(sheet)
        smaller = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(smaller, "w") as new:
            for entry in old.namelist():
                new.writestr(entry, scan.cut if entry == self._part_of[sheet] else old.read(entry))
        smaller.seek(0)
        return CalamineWorkbook.from_filelike(smaller).get_sheet_by_name(sheet)

    def sheets_with_data(self) -> list[str]:
        """Visible sheets that hold anything."""
        return [name for name in self.sheet_names if name not in self.hidden_sheets and self.rows(name)]


def open_workbook(data: bytes, name: str, *, max_rows: int = MAX_ROWS) -> Workbook:
    """The workbook in `data`; `name` is the name of the file, for the message.

    Raises SheetError for a file that is empty, too large, not .xlsx, locked by a password, with macros,
    broken, or a zip bomb.
    """
    if len(data) > MAX_SIZE:
        raise SheetError(too_large(len(data), MAX_SIZE))
    if len(data) < 2:
        raise SheetError("Tệp rỗng.")
    try:
        kind = sniff(io.BytesIO(data))
    except ContentError as error:
        raise SheetError(str(error)) from error
    if kind == "locked":
        raise SheetError(ENCRYPTED)
    if kind == "macros" or name.lower().endswith((".xlsm", ".xlsb")):
        raise SheetError("Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx (không có macro).")
    if kind != "xlsx":
        raise SheetError(
            f"Tệp không phải là Excel .xlsx (đây là {KIND_WORDS[kind]})."
            " Hãy mở bằng Excel và lưu lại dạng .xlsx."
        )
    return Workbook(data, name, max_rows)


def _sheet_parts(data: bytes) -> dict[str, str]:
    """Sheet name to the part of the archive that holds it, in both dialects of the standard."""
    # Proved harmless by `open_workbook` already.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book, links = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    if b"<!DOCTYPE" in book + links:
        raise SheetError(BROKEN)
    targets = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(links)}
    parts = {}
    for element in ElementTree.fromstring(book).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), None)
            target = targets.get(link, "")
            parts[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


class _Cleaned(dict[Any, Value]):
    """Values of cells to what they are cleaned: most words and numbers of a sheet stand in many rows."""

    def __missing__(self, value: Any) -> Value:
        self[value] = found = _clean(value)
        return found


def _clean(value: Any) -> Value:
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable()
        return (value if plain else nfc(value)).strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _is_example(cells: tuple[Value, ...]) -> bool:
    first = cells[0] if cells else None
    if first is None:
        first = next((value for value in cells if value is not None), None)
    # The colon is looked for first: folding every row costs more than reading it.
    return isinstance(first, str) and ":" in first and fold(first).startswith(fold(EXAMPLE_MARK))


def _heading_key(text: str) -> str:
    return re.sub(r"[\s*:]+$", "", fold(text))


def _best_heading_row(rows: Sequence[Row], known: Mapping[str, str], wanted: set[str]) -> tuple[int, float]:
    """Index of the row among the first 20 of the sheet that matches most of the wanted headings, and the
    share it matches."""
    best_at, best = 0, 0
    for at, row in enumerate(rows):
        if row.number > HEADING_ROWS:
            break
        matched = {known.get(_heading_key(value)) for value in row.values if isinstance(value, str)}
        if len(matched & wanted) > best:
            best_at, best = at, len(matched & wanted)
    return best_at, best / len(wanted)


def _columns(sheet: str, row: Row, known: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Key to column index, and the headings nobody knows."""
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for index, value in enumerate(row.values):
        if not isinstance(value, str):
            continue
        key = known.get(_heading_key(value))
        if key is None:
            unknown.append(value)
        elif key in columns:
            first, second = column_letter(columns[key] + 1), column_letter(index + 1)
            raise SheetError(
                f"Trang “{sheet}”: cột {first} và cột {second} cùng là “{shown(value)}”."
                " Hãy bỏ hoặc đổi tên một cột."
            )
        else:
            columns[key] = index
    return columns, unknown
