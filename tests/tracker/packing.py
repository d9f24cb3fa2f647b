"""Filling a packet in as a unit does, and saving it as another program would: values stay, our formats do not."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import xlsxwriter

from core.sheets.reading import open_workbook
from tracker.packets import layout

COLUMNS = {layout.FIGURES: layout.FIGURE_COLUMNS, layout.TASKS: layout.TASK_COLUMNS}
Rows = list[dict[str, Any]]


def rows_of(data: bytes, sheet: str) -> Rows:
    """The rows of a sheet by column key."""
    table = open_workbook(data, "goi.xlsx", max_rows=20_000).find_table(
        sheet, layout.headings(COLUMNS[sheet])
    )
    return [dict(values) for _, values in table.rows]


def saved(sheets: Mapping[str, Rows], *, renamed: Mapping[str, str] | None = None) -> bytes:
    """A workbook of these sheets with a title, a line and the headings."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            page.write(0, 0, "TIÊU ĐỀ")
            for at, column in enumerate(COLUMNS[name]):
                page.write(2, at, (renamed or {}).get(column.key, column.heading))
                for number, row in enumerate(rows, 3):
                    value = row.get(column.key)
                    if isinstance(value, date):
                        page.write_datetime(number, at, value, day)
                    elif isinstance(value, str) and value.startswith("="):
                        page.write_formula(number, at, value, None, row.get("result", ""))
                    elif value is not None:
                        page.write(number, at, value)
    return out.getvalue()


def filled(
    data: bytes,
    figures: Callable[[Rows], Rows] | Mapping[str, Any] | None = None,
    tasks: Callable[[Rows], Rows] | Mapping[str, Any] | None = None,
    **more: Any,
) -> bytes:
    """The packet with the first row of a sheet filled in, or its rows made otherwise by a function."""
    sheets = {}
    for sheet, change in ((layout.FIGURES, figures), (layout.TASKS, tasks)):
        rows = rows_of(data, sheet)
        if callable(change):
            rows = change(rows)
        elif change is not None:
            rows[0] |= dict(change)
        sheets[sheet] = rows
    return saved(sheets, **more)
