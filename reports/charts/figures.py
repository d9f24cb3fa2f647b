"""The bar charts, and the door to all kinds. Read without colour: greys, hatching, words beside the marks."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from core.text import NOTHING_ARISEN, count_vi, number_vi, percent_vi
from reports.charts.courses import draw_course, draw_multiples
from reports.charts.sheet import BLACK, WHITE, Sheet, grid_step, text_width, tick, wrap
from reports.charts.specs import (
    NO_DATA,
    PARTITION_LABELS,
    WIDTH_MM,
    ChartSpec,
    CourseChart,
    CoverageChart,
    MultiplesChart,
    PartitionChart,
    TargetChart,
    TrajectoryChart,
    as_float,
    with_unit,
)
from reports.charts.trajectory import draw_trajectory

MOST_ROWS = 60
LABEL_WIDTH = 56.0
LEGEND_PT = 8.0
GRID = "0.8"
_LINE_HEIGHT = 1.25  # of the letter size
_MM_PER_POINT = 25.4 / 72

# done on time, done late, open in time, open overdue: fill, hatch, colour of the figure inside
PARTITION_LOOK = (("0.3", "", WHITE), ("0.88", "///", BLACK), (WHITE, "", BLACK), ("0.95", "xxxxx", BLACK))


def draw(spec: ChartSpec) -> bytes:
    """PNG bytes of any chart."""
    match spec:
        case PartitionChart():
            return _partition(spec)
        case TargetChart():
            return _targets(spec)
        case CoverageChart():
            return _coverage(spec)
        case TrajectoryChart():
            return draw_trajectory(spec) or _nothing()
        case CourseChart():
            return draw_course(spec) or _nothing()
        case MultiplesChart():
            return draw_multiples(spec) or _nothing()


# --- what the bar charts share ------------------------------------------------------------------------------


class _Rows(NamedTuple):
    """Where the rows of a bar chart lie: labels cut to lines, row height and letter size by their number."""

    labels: list[list[str]]
    pitch: float
    size_pt: float
    left_out: int

    @property
    def height(self) -> float:
        return self.pitch * len(self.labels)

    @property
    def bar_height(self) -> float:
        return min(5.0, self.pitch * 0.62)


def _rows(labels: Sequence[str]) -> _Rows:
    shown = labels[:MOST_ROWS]
    count = len(shown)
    size, most_lines, least_pitch = (
        (8.0, 3, 7.0) if count <= 12 else (7.5, 2, 6.0) if count <= 30 else (6.5, 1, 3.5)
    )
    wrapped = [wrap(label, LABEL_WIDTH - 2, size, most_lines) for label in shown]
    longest = max(len(lines) for lines in wrapped)
    pitch = max(least_pitch, longest * size * _MM_PER_POINT * _LINE_HEIGHT + 0.6)
    return _Rows(wrapped, pitch, size, len(labels) - count)


def _row_labels(sheet: Sheet, rows: _Rows, top: float) -> None:
    step = rows.size_pt * _MM_PER_POINT * _LINE_HEIGHT
    for index, lines in enumerate(rows.labels):
        middle = top + (index + 0.5) * rows.pitch
        for number, line in enumerate(lines):
            y = middle + (number - (len(lines) - 1) / 2) * step
            sheet.text(LABEL_WIDTH - 2, y, line, rows.size_pt, align="right")


def _left_out(sheet: Sheet, rows: _Rows) -> None:
    if rows.left_out:
        note = f"Còn {count_vi(rows.left_out)} dòng không vẽ, xem bảng số liệu."
        sheet.text(WIDTH_MM, sheet.height - 2.5, note, 6.5, align="right")


def _nothing() -> bytes:
    sheet = Sheet(WIDTH_MM, 24)
    sheet.bar(1, 1, WIDTH_MM - 2, 22, fill=WHITE)
    sheet.text(WIDTH_MM / 2, 12, NO_DATA, 9, align="center")
    return sheet.png()


def _scale(
    sheet: Sheet, left: float, width: float, top: float, height: float, end: float, step: float
) -> None:
    """Grid lines with their values below, from 0 to `end`."""
    for index in range(math.floor(end / step + 1e-9) + 1):
        x = left + width * index * step / end
        sheet.line([x, x], [top, top + height], color=GRID if index else BLACK)
        sheet.text(x, top + height + 2.6, tick(index * step, step), 7, align="center")


def _in_column(sheet: Sheet, x: float, y: float, width: float, words: str, size_pt: float) -> None:
    """Words in the middle of a column, smaller letters when they would not fit."""
    while text_width(words, size_pt) > width - 1 and size_pt > 5.5:
        size_pt -= 0.5
    sheet.text(x, y, wrap(words, width - 1, size_pt, 1)[0], size_pt, align="center")


# --- tasks by unit ------------------------------------------------------------------------------------------


def _partition(chart: PartitionChart) -> bytes:
    if not chart.rows:
        return _nothing()
    rows = _rows([row.label for row in chart.rows])
    top, foot = 8.0, 5.5 if not rows.left_out else 9.0
    sheet = Sheet(WIDTH_MM, top + rows.height + foot)
    _partition_legend(sheet)
    largest = max(1, *(sum(row.parts) for row in chart.rows))
    total_width = text_width(number_vi(largest), rows.size_pt) + 3
    width = WIDTH_MM - LABEL_WIDTH - total_width - 2
    _scale(sheet, LABEL_WIDTH, width, top, rows.height, largest, grid_step(largest, whole=True))
    _row_labels(sheet, rows, top)
    for index, row in enumerate(chart.rows[:MOST_ROWS]):
        middle = top + (index + 0.5) * rows.pitch
        x = LABEL_WIDTH
        for part, (fill, hatch, color) in zip(row.parts, PARTITION_LOOK, strict=True):
            if not part:
                continue
            length = width * part / largest
            sheet.bar(x, middle - rows.bar_height / 2, length, rows.bar_height, fill=fill, hatch=hatch)
            words = number_vi(part)
            if text_width(words, rows.size_pt) + 1.2 <= length:
                sheet.text(
                    x + length / 2, middle, words, rows.size_pt, align="center", color=color, halo=bool(hatch)
                )
            x += length
        total = sum(row.parts)
        sheet.text(
            x + 1.5, middle, number_vi(total) if total else "không có nhiệm vụ", rows.size_pt, halo=True
        )
    _left_out(sheet, rows)
    return sheet.png()


def _partition_legend(sheet: Sheet) -> None:
    size = LEGEND_PT - 0.5
    widths = [5.5 + text_width(label, size) for label in PARTITION_LABELS]
    gap = (WIDTH_MM - sum(widths)) / (len(widths) + 1)
    x = gap
    for label, width, (fill, hatch, _) in zip(PARTITION_LABELS, widths, PARTITION_LOOK, strict=True):
        sheet.bar(x, 1.8, 4, 3, fill=fill, hatch=hatch)
        sheet.text(x + 5.2, 3.3, label, size)
        x += width + gap


# --- targets ------------------------------------------------------------------------------------------------

_FIGURE_COLUMNS = (("Kết quả", 17.0), ("Mục tiêu", 18.0), ("Đánh giá", 25.0))


def _targets(chart: TargetChart) -> bytes:
    if not chart.rows:
        return _nothing()
    rows = _rows([row.label for row in chart.rows])
    top, foot = 14.0, 5.5 if not rows.left_out else 9.0
    sheet = Sheet(WIDTH_MM, top + rows.height + foot)
    width = WIDTH_MM - LABEL_WIDTH - sum(column for _, column in _FIGURE_COLUMNS) - 2
    values = [
        as_float(value) for row in chart.rows for value in (row.actual, row.target) if value is not None
    ]
    largest = max(100.0 if chart.unit == "%" else 0.0, *values) or 1.0
    step = 25.0 if chart.unit == "%" and largest <= 100 else grid_step(largest)
    _scale(sheet, LABEL_WIDTH, width, top, rows.height, largest, step)
    _row_labels(sheet, rows, top)

    x = LABEL_WIDTH + 8
    sheet.bar(x, 1.8, 4, 3, fill="0.6")
    sheet.text(x + 5.2, 3.3, "Kết quả", LEGEND_PT)
    x += 5.2 + text_width("Kết quả", LEGEND_PT) + 6
    _milestone(sheet, x, 3.3, 4.0)
    sheet.text(x + 2, 3.3, "Mục tiêu", LEGEND_PT)
    places = []  # middle and width of each column of figures
    x = LABEL_WIDTH + width + 2
    sheet.line([x, WIDTH_MM], [top, top])
    for title, column in _FIGURE_COLUMNS:
        places.append((x + column / 2, column))
        sheet.text(x + column / 2, top - 3, title, LEGEND_PT - 0.5, align="center")
        x += column

    for index, row in enumerate(chart.rows[:MOST_ROWS]):
        middle = top + (index + 0.5) * rows.pitch
        if row.actual is not None:
            length = max(0.0, width * as_float(row.actual) / largest)
            sheet.bar(LABEL_WIDTH, middle - rows.bar_height / 2, length, rows.bar_height, fill="0.6")
        _milestone(sheet, LABEL_WIDTH + width * as_float(row.target) / largest, middle, rows.bar_height + 2)
        figures = (
            "–" if row.actual is None else with_unit(row.actual, chart.unit),
            f"{row.comparator} {with_unit(row.target, chart.unit)}".strip(),
            row.verdict or (NO_DATA if row.actual is None else ""),
        )
        for (x, column), words in zip(places, figures, strict=True):
            _in_column(sheet, x, middle, column, words, rows.size_pt)
    _left_out(sheet, rows)
    return sheet.png()


def _milestone(sheet: Sheet, x: float, middle: float, height: float) -> None:
    sheet.line([x, x], [middle - height / 2, middle + height / 2], width_pt=2.0)


# --- coverage -----------------------------------------------------------------------------------------------


def _coverage(chart: CoverageChart) -> bytes:
    if not chart.rows:
        return _nothing()
    rows = _rows([row.label for row in chart.rows])
    top, foot = 8.0, 5.5 if not rows.left_out else 9.0
    sheet = Sheet(WIDTH_MM, top + rows.height + foot)
    column = 22.0
    width = WIDTH_MM - LABEL_WIDTH - 2 * column - 3
    middles = (WIDTH_MM - 1.5 * column, WIDTH_MM - 0.5 * column)
    for x, title in zip(middles, ("Số người", "Tỷ lệ"), strict=True):
        sheet.text(x, top - 3.5, title, LEGEND_PT - 0.5, align="center")
    sheet.line([LABEL_WIDTH + width + 3, WIDTH_MM], [top, top])
    _scale(sheet, LABEL_WIDTH, width, top, rows.height, 100, 25)
    sheet.text(LABEL_WIDTH + width / 2, top - 3.5, "Tỷ lệ hoàn tất (%)", LEGEND_PT - 0.5, align="center")
    _row_labels(sheet, rows, top)
    for index, row in enumerate(chart.rows[:MOST_ROWS]):
        middle = top + (index + 0.5) * rows.pitch
        upper = middle - rows.bar_height / 2
        if row.total:
            share = min(1.0, row.done / row.total)
            sheet.bar(LABEL_WIDTH, upper, width, rows.bar_height, fill=WHITE)
            if share:
                sheet.bar(LABEL_WIDTH, upper, width * share, rows.bar_height, fill="0.5")
            share_text = percent_vi(row.done, row.total)
        else:
            share_text = NOTHING_ARISEN
        counts = f"{number_vi(row.done)}/{number_vi(row.total)}"
        for x, words in zip(middles, (counts, share_text), strict=True):
            _in_column(sheet, x, middle, column, words, rows.size_pt)
    _left_out(sheet, rows)
    return sheet.png()
