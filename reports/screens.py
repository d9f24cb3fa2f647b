"""A table of the paper on the screen: the same cells, in the shape the templates draw."""

from collections.abc import Sequence
from typing import Any

from reports.document.tables import Align, GroupRow, Table

_TITLE = 1  # every table of a report opens with a number and the name of its row


def shown(table: Table, caption: str) -> dict[str, Any]:
    """For `reports/table.html`: heading rows, body, total; each cell knows its heading, for small screens."""
    grouped = any(column.group for column in table.columns)
    upper: list[dict[str, Any]] = []
    lower: list[dict[str, Any]] = []
    for index, column in enumerate(table.columns):
        css = "num" if index > _TITLE and column.align != Align.LEFT else ""
        if not column.group:
            upper.append({"text": column.title, "rowspan": 2 if grouped else 1, "colspan": 1, "css": css})
            continue
        if upper and upper[-1]["text"] == column.group:
            upper[-1]["colspan"] += 1
        else:
            upper.append({"text": column.group, "rowspan": 1, "colspan": 1, "css": css})
        lower.append({"text": column.title, "css": css})
    return {
        "caption": caption,
        "upper": upper,
        "lower": lower,
        "rows": [_cells(table, row) for row in table.rows if not isinstance(row, GroupRow)],
        "total": _cells(table, table.total) if table.total and table.rows else None,
        "note": table.note,
        "empty": table.empty_text,
        "columns": len(table.columns),
    }


def _cells(table: Table, row: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "text": text.replace("\n", " "),
            "label": f"{column.group}: {column.title}" if column.group else column.title,
            "css": _css(column.align, text, index - _TITLE),
        }
        for index, (column, text) in enumerate(zip(table.columns, row, strict=True))
    ]


def _css(align: Align, text: str, place: int) -> str:
    """`place` counts from the name of the row; the number before it is not for a small screen."""
    if place == 0:
        return "cell-title"
    if place < 0 or not text:
        return "blank"
    return "" if align == Align.LEFT else "num"


def target_rows(rows: Sequence[Sequence[str] | GroupRow]) -> list[dict[str, str]]:
    """Rows of the annex of targets for `reports/targets.html`: cells of one thing stand together."""
    names = (
        "number", "name", "scope", "unit", "aim", "milestone", "numerator", "denominator", "result", "before",
        "verdict",
    )  # fmt: skip
    return [
        {name: cell.replace("\n", " ") for name, cell in zip(names, row, strict=True)}
        for row in rows
        if not isinstance(row, GroupRow)
    ]


def task_rows(rows: Sequence[Sequence[str] | GroupRow]) -> list[dict[str, Any]]:
    """Rows of the annex of tasks for `reports/tasks.html`: cells of one thing stand together."""
    return [{"group": row.text} if isinstance(row, GroupRow) else _task(row) for row in rows]


def _task(row: Sequence[str]) -> dict[str, Any]:
    number, title, source, lead, coordinating, product, deadline, progress, completed, state, cause = (
        cell.replace("\n", " ") for cell in row
    )
    about = (("Văn bản giao", source), ("Đơn vị phối hợp", coordinating), ("Sản phẩm", product))
    return {
        "number": number,
        "title": title,
        "more": [(label, value) for label, value in about if value],
        "lead": lead,
        "deadline": deadline,
        "progress": progress,
        "completed": completed,
        "state": state,
        "cause": cause,
    }
