"""The course of targets by days: plan dashed with squares, result solid with dots, the pace needed dotted; one large,
or many small beside each other. Told apart by dash and mark, never by colour."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from core.text import count_vi, date_vi
from reports.charts.sheet import BLACK, Sheet, grid_step, text_width, tick, wrap
from reports.charts.specs import (
    NO_DATA,
    WIDTH_MM,
    CourseChart,
    DatedValue,
    MultiplesChart,
    as_float,
    with_unit,
)

HEIGHT_MM = 70.0
PANELS_IN_ROW = 3
PANEL_HEIGHT_MM = 36.0
MOST_PANELS = 18
GRID = "0.8"


class _Box(NamedTuple):
    """Where a drawing lies on the sheet, in millimetres, and its letters."""

    left: float
    top: float
    right: float
    bottom: float
    size_pt: float


class _Scales(NamedTuple):
    first: date
    last: date
    low: float
    high: float
    step: float


def draw_course(chart: CourseChart) -> bytes | None:
    """PNG bytes; None when there is nothing to draw."""
    scales = _scales([chart])
    if scales is None:
        return None
    sheet = Sheet(WIDTH_MM, HEIGHT_MM)
    left = max(16.0, 3 + max(text_width(tick(value, scales.step), 7.5) for value in _ticks(scales)))
    box = _Box(left, 14.0, WIDTH_MM - 8, 62.0, 7.5)
    if chart.unit:
        sheet.text(1, box.top - 5, wrap(f"({chart.unit})", 30, 7.5, 1)[0], 7.5)
    _legend(sheet, needed=bool(chart.needed))
    _frame(sheet, box, scales, dates=6)
    _lines(sheet, box, scales, chart)
    for line in (chart.plan, chart.actual):
        if line:
            x, y = _spot(line[-1], box, scales)
            words = with_unit(line[-1].value, "%" if chart.unit == "%" else "")
            x = min(x, WIDTH_MM - 0.5 - text_width(words, 7) / 2)
            below = line is chart.actual and bool(chart.plan) and y > _spot(chart.plan[-1], box, scales)[1]
            sheet.text(x, y + (3.4 if below else -3.4), words, 7, align="center", halo=True)
    return sheet.png()


def draw_multiples(chart: MultiplesChart) -> bytes | None:
    """PNG bytes; all panels on the same scales, so that they can be compared."""
    panels = chart.panels[:MOST_PANELS]
    scales = _scales([panel.course for panel in panels])
    if scales is None:
        return None
    rows = math.ceil(len(panels) / PANELS_IN_ROW)
    left_out = len(chart.panels) - len(panels)
    sheet = Sheet(WIDTH_MM, 9 + rows * PANEL_HEIGHT_MM + (5 if left_out else 0))
    _legend(sheet, needed=False)
    width = WIDTH_MM / PANELS_IN_ROW
    for index, panel in enumerate(panels):
        row, column = divmod(index, PANELS_IN_ROW)
        x, top = column * width, 9 + row * PANEL_HEIGHT_MM
        box = _Box(x + 9, top + 10, x + width - 4, top + PANEL_HEIGHT_MM - 6, 6.5)
        sheet.text(x + 1, top + 2.5, wrap(panel.label, width - 3, 7.5, 1)[0], 7.5)
        sheet.text(x + 1, top + 6, wrap(panel.word, width - 3, 7, 1)[0], 7)
        _frame(sheet, box, scales, dates=2)
        _lines(sheet, box, scales, panel.course)
        if not panel.course.actual:
            sheet.text(
                (box.left + box.right) / 2, (box.top + box.bottom) / 2, NO_DATA, 7, align="center", halo=True
            )
    if left_out:
        note = f"Còn {count_vi(left_out)} đơn vị không vẽ, xem bảng số liệu."
        sheet.text(WIDTH_MM, sheet.height - 2.5, note, 6.5, align="right")
    return sheet.png()


def _scales(charts: Sequence[CourseChart]) -> _Scales | None:
    points = [each for chart in charts for line in (chart.plan, chart.actual, chart.needed) for each in line]
    if not points:
        return None
    days = [each.day for each in points]
    first, last = min(days), max(days)
    if first == last:
        last += timedelta(days=1)
    values = [as_float(each.value) for each in points]
    high = max(values)
    if all(chart.unit == "%" for chart in charts) and high <= 100:
        return _Scales(first, last, 0.0, 100.0, 25.0)
    step = grid_step(max(high, 1e-6))
    return _Scales(first, last, 0.0, (math.floor(high / step) + 1) * step, step)


def _ticks(scales: _Scales) -> list[float]:
    return [index * scales.step for index in range(round(scales.high / scales.step) + 1)]


def _spot(point: DatedValue, box: _Box, scales: _Scales) -> tuple[float, float]:
    share = (point.day - scales.first).days / (scales.last - scales.first).days
    height = (as_float(point.value) - scales.low) / (scales.high - scales.low)
    return box.left + share * (box.right - box.left), box.bottom - height * (box.bottom - box.top)


def _frame(sheet: Sheet, box: _Box, scales: _Scales, *, dates: int) -> None:
    """Grid lines with their values, and the days below: both ends and between them."""
    for value in _ticks(scales):
        y = box.bottom - value / scales.high * (box.bottom - box.top)
        sheet.line([box.left, box.right], [y, y], color=BLACK if value == 0 else GRID)
        sheet.text(box.left - 1.2, y, tick(value, scales.step), box.size_pt, align="right")
    span = (scales.last - scales.first).days
    for index in range(dates):
        day = scales.first + timedelta(days=span * index // (dates - 1))
        x = box.left + (box.right - box.left) * index / (dates - 1)
        words = date_vi(day)
        half = text_width(words, box.size_pt) / 2
        if dates == 2:  # inside the panel: its neighbour begins where it ends
            x += half if index == 0 else -half
        x = min(max(x, half + 0.3), WIDTH_MM - half - 0.3)
        sheet.text(x, box.bottom + 3.0, words, box.size_pt, align="center")


def _lines(sheet: Sheet, box: _Box, scales: _Scales, chart: CourseChart) -> None:
    def draw(line: Sequence[DatedValue], **look: object) -> None:
        if line:
            xs, ys = zip(*(_spot(each, box, scales) for each in line), strict=True)
            sheet.line(xs, ys, **look)  # type: ignore[arg-type]

    draw(chart.plan, width_pt=1.0, dashed=True, marker="s", filled=False)
    draw(chart.needed, width_pt=1.0, dotted=True, marker="^", filled=False)
    draw(chart.actual, width_pt=1.6, marker="o")


def _legend(sheet: Sheet, *, needed: bool) -> None:
    rows = [
        ("Lộ trình", {"width_pt": 1.0, "dashed": True, "marker": "s", "filled": False}),
        ("Kết quả thực hiện", {"width_pt": 1.6, "marker": "o"}),
    ]
    if needed:
        rows.append(("Tốc độ cần có", {"width_pt": 1.0, "dotted": True, "marker": "^", "filled": False}))
    x = 30.0
    for words, look in rows:
        sheet.line([x - 5, x, x + 5], [3.5, 3.5, 3.5], **look)  # type: ignore[arg-type]
        sheet.text(x + 7, 3.5, words, 8)
        x += 16 + text_width(words, 8) + 5
