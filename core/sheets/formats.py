"""Spreadsheets for django-import-export: two formats and three widgets that respect what is in a cell.

XLSX keeps real dates and numbers; CSV is UTF-8 with a mark, so that Excel opens it rightly, and cannot carry
a formula. A dataset read by either holds `sheet` and `row_numbers`: where its rows stand in the file.
Widgets read days and numbers as people here write them and normalise text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import tablib
from import_export import widgets
from import_export.formats.base_formats import Format

from core.fields import check_day, parse_day
from core.sheets.reading import HEADING_ROWS, MAX_ROWS, Row, SheetError, open_workbook
from core.sheets.writing import Column, SheetSpec, sheet_name, write_workbook
from core.text import clean_line, nfc, number_vi, parse_number_vi, shown

EXCEL_EPOCH_ORDINAL = date(1899, 12, 30).toordinal()
SHORTEST_WIDTH, LONGEST_WIDTH = 8, 60


class _Table(Format):
    """What both formats share."""

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes | str) -> tablib.Dataset:
        """The table in a file; raises SheetError (Vietnamese) for what `open_workbook` and CSV refuse."""
        sheet, rows = self.read(in_stream.encode() if isinstance(in_stream, str) else in_stream)
        if not rows:
            raise SheetError("Tệp không có dòng nào.")
        at = _heading_index(rows)
        headings = [
            "" if value is None else str(value).removesuffix("*").strip() for value in rows[at].values
        ]
        while headings and not headings[-1]:
            headings.pop()
        if twice := next((each for each in headings if each and headings.count(each) > 1), None):
            raise SheetError(f"Hai cột cùng tên “{shown(twice)}”. Hãy bỏ hoặc đổi tên một cột.")
        dataset = tablib.Dataset(headers=headings)
        dataset.sheet = sheet
        dataset.row_numbers = []
        for row in rows[at + 1 :]:
            values = [*row.values, *([None] * len(headings))][: len(headings)]
            if any(value is not None for value in values):
                dataset.append(values)
                dataset.row_numbers.append(row.number)
        return dataset

    def read(self, data: bytes) -> tuple[str, Sequence[Row]]:
        raise NotImplementedError


def _heading_index(rows: Sequence[Row]) -> int:
    """The first of the leading rows with the most text cells, all different: a title above has one."""
    best_at, best = 0, 0
    for at, row in enumerate(rows):
        if row.number > HEADING_ROWS:
            break
        texts = [value for value in row.values if isinstance(value, str)]
        if len(texts) == sum(value is not None for value in row.values) and len(texts) > best:
            best_at, best = at, len(texts)
    return best_at


class XLSX(_Table):
    """Excel workbooks: read with the guard and the numbers of `core.sheets.reading`, written by `writing`."""

    def get_title(self) -> str:
        return "xlsx"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def read(self, data: bytes) -> tuple[str, Sequence[Row]]:
        book = open_workbook(data, "")
        sheets = book.sheets_with_data()
        if len(sheets) > 1:
            names = ", ".join(f"“{each}”" for each in sheets)
            raise SheetError(f"Tệp có nhiều trang có dữ liệu: {names}. Hãy chỉ để một trang.")
        return (sheets[0], book.rows(sheets[0])) if sheets else ("", [])

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        rows = list(dataset)
        columns = [
            Column(heading=str(heading), key=str(index), width=_width(heading, [row[index] for row in rows]))
            for index, heading in enumerate(dataset.headers or [])
        ]
        return write_workbook([SheetSpec(sheet_name(dataset.title or "Danh sách"), columns, rows)])


def _width(heading: object, values: Sequence[object]) -> float:
    longest = max((len(_csv_text(value)) for value in [heading, *values[:200]]), default=0)
    return min(max(longest + 2, SHORTEST_WIDTH), LONGEST_WIDTH)


# --- CSV -------------------------------------------------------------------------------------------

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")


class SafeCSV(_Table):
    """CSV: UTF-8 with a byte order mark, days as dd/mm/yyyy, decimal comma, no formulas.

    Text a spreadsheet would run as a formula gets a leading apostrophe, which reading takes off again;
    numbers, negative ones too, stay as they are.
    """

    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([_guarded(heading) for heading in dataset.headers or []])
        for row in dataset:
            writer.writerow([_guarded(value) for value in row])
        return out.getvalue().encode("utf-8-sig")

    def read(self, data: bytes) -> tuple[str, Sequence[Row]]:
        text = _csv_decoded(data)
        if hidden := re.search("[\x00-\x08\x0e-\x1f]", text):
            line = text.count("\n", 0, hidden.start()) + 1
            at = hidden.start() - (text.rfind("\n", 0, hidden.start()) + 1) + 1
            raise SheetError(
                f"Dòng {line} có ký tự không hiển thị được (mã U+{ord(hidden[0]):04X}) ở vị trí {at}."
            )
        first_line = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first_line.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows: list[Row] = []
        started = 1
        try:
            for values in reader:
                if any(value.strip() for value in values):
                    rows.append(Row(started, tuple(_unguarded(value) for value in values)))
                started = reader.line_num + 1
                if len(rows) > MAX_ROWS + 1:
                    raise SheetError(f"Tệp có hơn {number_vi(MAX_ROWS)} dòng. Hãy chia thành nhiều tệp.")
        except csv.Error as error:
            raise SheetError(f"Không đọc được tệp CSV: dấu nháy mở ở dòng {started}.") from error
        return "", rows


def _csv_decoded(data: bytes) -> str:
    if len(data) < 2:
        raise SheetError("Tệp rỗng.")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetError("Tệp CSV không dùng bảng mã Unicode. Hãy lưu dạng CSV UTF-8.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _csv_text(value: object) -> str:
    """A value as people here write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (float, Decimal, Fraction)):
        return format(value if isinstance(value, Decimal) else Decimal(str(float(value))), "f").replace(
            ".", ","
        )
    return nfc(str(value))


def _guarded(value: object) -> str:
    text = _csv_text(value)
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.lstrip("'").startswith(_FORMULA_START) else text


def _unguarded(text: str) -> str | None:
    if text.startswith("'") and text.lstrip("'").startswith(_FORMULA_START):
        text = text[1:]
    return nfc(text).strip() or None


# --- widgets ---------------------------------------------------------------------------------------


def day_from_cell(value: object) -> date | None:
    """The day in a cell of a date column: a date, a day as typed, or the serial number of a cell without
    date format. Raises ValueError (Vietnamese)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return check_day(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not 0 < value < 100_000:
            return check_day(date.min)
        return check_day(date.fromordinal(EXCEL_EPOCH_ORDINAL + int(value)))
    if isinstance(value, str):
        return parse_day(value)
    return check_day(date.min)  # a time of day: a serial number below one


def number_from_cell(value: object) -> Decimal | None:
    """The number in a cell, typed or real. Raises ValueError (Vietnamese)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Decimal(str(value))
    text = value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)
    return parse_number_vi(text)


class DayWidget(widgets.Widget):
    """A calendar day: read by `day_from_cell`, written as a real date."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        return day_from_cell(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class NumberWidget(widgets.Widget):
    """A number (Decimal, or int with `whole`): read as people here write it, written as a real number."""

    def __init__(self, *, whole: bool = False) -> None:
        super().__init__(coerce_to_string=False)
        self.whole = whole

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | int | None:
        number = number_from_cell(value)
        if number is None or not self.whole:
            return number
        if number % 1:
            raise ValueError(f"“{shown(value)}” không phải là số nguyên. Hãy nhập ví dụ 50.")
        return int(number)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


class LineWidget(widgets.Widget):
    """One line of text in normal form; a whole number in the cell is its digits."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return "" if value is None else clean_line(_csv_text(value))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)
