"""Statistics as a workbook: one sheet a table, counts as whole numbers, rates as numbers beside both their counts."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.sheets.writing import Column as SheetColumn
from core.sheets.writing import SheetSpec, write_workbook
from tasks.statistics import By, Figures
from tasks.statistics_page import RANKING_FORMULA, TABLES, Column, Reader, Statistics, ranking


def workbook(reader: Reader, found: Statistics, described: str, grouping: str) -> bytes:
    """Every table of the page for the groups this person sees; the ranking only for whom it is."""
    sheets = [_sheet(key, found, described, grouping) for key in TABLES]
    if reader.sees_ranking and found.by == By.UNIT:
        sheets.append(_ranking(found, described))
    return write_workbook(sheets)


def _sheet(key: str, found: Statistics, described: str, grouping: str) -> SheetSpec:
    spec = TABLES[key]
    columns = [SheetColumn(grouping, "label", width=42)]
    for number, column in enumerate(spec.columns):
        if column.out_of is None:
            columns.append(SheetColumn(column.label, f"c{number}", width=15, kind="number"))
        else:
            columns += [
                SheetColumn(f"{column.label}: tử số", f"c{number}", width=15, kind="whole"),
                SheetColumn(f"{column.label}: mẫu số", f"d{number}", width=15, kind="whole"),
                SheetColumn(f"{column.label} (%)", f"p{number}", width=15, kind="number"),
            ]
    rows = [{"label": group.label} | _cells(spec.columns, figures) for group, figures in found.shown()]
    guidance = (described, *spec.notes, "Tỷ lệ để trống là không phát sinh.")
    return SheetSpec(
        spec.title[:31], columns, rows, title=f"THỐNG KÊ: {spec.title.upper()}", guidance=guidance, frozen=1
    )


def _cells(columns: tuple[Column, ...], figures: Figures) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for number, column in enumerate(columns):
        cells[f"c{number}"] = _plain(column.number(figures))
        if column.out_of is not None:
            share = column.share(figures)
            cells[f"d{number}"] = column.out_of(figures)
            cells[f"p{number}"] = None if share is None else _plain(share)
    return cells


def _plain(value: int | Fraction) -> int | Decimal:
    if isinstance(value, Fraction):
        return round(Decimal(value.numerator) / value.denominator, 1)
    return value


def _ranking(found: Statistics, described: str) -> SheetSpec:
    columns = [
        SheetColumn("Hạng", "rank", width=10, kind="whole"),
        SheetColumn("Đơn vị", "label", width=42),
        SheetColumn("Đúng hạn", "in_time", width=15, kind="whole"),
        SheetColumn("Đến hạn trong kỳ", "due", width=15, kind="whole"),
        SheetColumn("Tỷ lệ đúng hạn (%)", "rate", width=18, kind="number"),
    ]
    rows = [
        row
        | {
            "rank": int(row["rank"]) if row["rank"] else None,
            "rate": _plain(Fraction(100 * row["in_time"], row["due"])) if row["due"] else None,
        }
        for row in ranking(found)
    ]
    return SheetSpec(
        "Xếp hạng",
        columns,
        [{column.key: row[column.key] for column in columns} for row in rows],
        title="XẾP HẠNG ĐƠN VỊ THEO TỶ LỆ ĐÚNG HẠN",
        guidance=(described, RANKING_FORMULA),
    )
