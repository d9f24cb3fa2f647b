"""Small workbooks for the tests of `core.sheets`, made cell by cell or bent out of shape."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

SHEET_XML = "xl/worksheets/sheet1.xml"


def workbook(
    sheets: Mapping[str, Sequence[Sequence[Any]]], *, hidden_sheets: Sequence[str] = (), **cells: Any
) -> bytes:
    """A workbook of these rows; `cells` such as `A5=1` are added to the first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(rows):
                for column, value in enumerate(values):
                    write(sheet, row, column, value, days)
            if name in hidden_sheets:
                sheet.hide()
        first = book.worksheets()[0]
        for place, value in cells.items():
            row, column = xlsxwriter.utility.xl_cell_to_rowcol(place)
            write(first, row, column, value, days)
    return out.getvalue()


def write(sheet: Any, row: int, column: int, value: Any, days: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, days)
    elif isinstance(value, Serial):
        sheet.write_number(row, column, value.number, days)
    else:
        sheet.write(row, column, value)


class Serial:
    """A number in a cell with a date format."""

    def __init__(self, number: float) -> None:
        self.number = number


def bent(data: bytes, bend: Callable[[bytes], bytes], part: str = SHEET_XML) -> bytes:
    """The same workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, bend(content) if name == part else content)
    return out.getvalue()


def with_sheet_xml(xml: str) -> bytes:
    """A workbook whose one sheet "Trang" is this XML inside <sheetData>."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    whole = f'<worksheet xmlns="{space}"><sheetData>{xml}</sheetData></worksheet>'
    return bent(workbook({"Trang": [["a"]]}), lambda _old: whole.encode())
