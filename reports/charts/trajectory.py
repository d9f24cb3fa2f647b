"""Plan and actual over the periods: two lines told apart by dash and mark, not by colour."""

import math
from collections.abc import Iterable

from core.text import Number
from reports.charts.sheet import BLACK, Sheet, grid_step, text_width, tick, wrap
from reports.charts.specs import WIDTH_MM, TrajectoryChart, as_float, value_text

HEIGHT_MM = 68.0
RIGHT, TOP, BOTTOM = WIDTH_MM - 6, 13.0, 62.0
LEAST_LEFT = 16.0
GRID = "0.8"

Spot = tuple[float, float]


def draw_trajectory(chart: TrajectoryChart) -> bytes | None:
    """PNG bytes; None when no period has a value."""
    points = chart.points
    values = [
        as_float(value) for point in points for value in (point.plan, point.actual) if value is not None
    ]
    if not values:
        return None
    sheet = Sheet(WIDTH_MM, HEIGHT_MM)
    low, high, step = _range(values, chart.unit)
    ticks = [low + index * step for index in range(round((high - low) / step) + 1)]
    left = max(LEAST_LEFT, 3 + max(text_width(tick(value, step), 7.5) for value in ticks))
    spacing = (RIGHT - left) / len(points)
    xs = [left + (index + 0.5) * spacing for index in range(len(points))]

    def y_of(value: Number) -> float:
        return BOTTOM - (as_float(value) - low) / (high - low) * (BOTTOM - TOP)

    def spots(series: Iterable[Number | None]) -> list[Spot | None]:
        return [None if value is None else (x, y_of(value)) for x, value in zip(xs, series, strict=True)]

    for value in ticks:
        y = y_of(value)
        sheet.line([left, RIGHT], [y, y], color=BLACK if value == low else GRID)
        sheet.text(left - 1.5, y, tick(value, step), 7.5, align="right")
    if chart.unit:
        sheet.text(1, TOP - 5, wrap(f"({chart.unit})", 30, 7.5, 1)[0], 7.5)
    _legend(sheet)
    _periods(sheet, xs, [point.label for point in points], spacing)

    plan = spots(point.plan for point in points)
    actual = spots(point.actual for point in points)
    for stretch in _stretches(plan):
        _plan_line(sheet, stretch)
    for stretch in _stretches(actual):
        _actual_line(sheet, stretch)

    for index in _labelled(
        xs, plan, actual, widest=max(text_width(value_text(value), 7) for value in values)
    ):
        _values(sheet, points[index].plan, plan[index], points[index].actual, actual[index])
    return sheet.png()


def _labelled(
    xs: list[float], plan: list[Spot | None], actual: list[Spot | None], widest: float
) -> list[int]:
    """Which periods carry their figures: all if there is room, else the last actual and the plan's end."""
    if len(xs) == 1 or widest < xs[1] - xs[0] - 1:
        return list(range(len(xs)))
    last_plan, last_actual = _last(plan), _last(actual)
    if last_actual < 0 or (last_plan >= 0 and abs(xs[last_plan] - xs[last_actual]) < widest + 1):
        return [last_plan if last_actual < 0 else last_actual]
    return [index for index in (last_actual, last_plan) if index >= 0]


def _range(values: list[float], unit: str) -> tuple[float, float, float]:
    """Lowest and highest value of the axis and its step: percentages from 0 to 100 unless they need more."""
    low, high = min(0.0, *values), max(values)
    if unit == "%" and low >= 0 and high <= 100:
        return 0.0, 100.0, 20.0
    step = grid_step(max(high - low, abs(high), 1e-6))
    return math.floor(low / step) * step, (math.floor(high / step) + 1) * step, step


def _legend(sheet: Sheet) -> None:
    for x, line, words in ((46.0, _plan_line, "Lộ trình"), (91.0, _actual_line, "Kết quả thực hiện")):
        line(sheet, [(x - 5, 3.5), (x, 3.5), (x + 5, 3.5)])
        sheet.text(x + 7, 3.5, words, 8)


def _plan_line(sheet: Sheet, spots: list[Spot]) -> None:
    xs, ys = zip(*spots, strict=True)
    sheet.line(xs, ys, width_pt=1.0, dashed=True, marker="s", filled=False)


def _actual_line(sheet: Sheet, spots: list[Spot]) -> None:
    xs, ys = zip(*spots, strict=True)
    sheet.line(xs, ys, width_pt=1.6, marker="o")


def _periods(sheet: Sheet, xs: list[float], labels: list[str], spacing: float) -> None:
    """The names of the periods, every second, third … one when they would touch."""
    widest = max(text_width(label, 7.5) for label in labels)
    every = max(1, math.ceil((min(widest, 30) + 2) / spacing))
    for x, label in list(zip(xs, labels, strict=True))[::every]:
        room = min(spacing * every - 1, 2 * x, 2 * (WIDTH_MM - x))
        sheet.text(x, BOTTOM + 3.2, wrap(label, room, 7.5, 1)[0], 7.5, align="center")


def _values(
    sheet: Sheet, planned: Number | None, at_plan: Spot | None, reached: Number | None, at_actual: Spot | None
) -> None:
    """The figures of one period: the higher one above its mark, the lower one below."""
    behind = planned is not None and reached is not None and as_float(reached) < as_float(planned)
    if reached is not None and at_actual:
        _value(sheet, at_actual, reached, below=behind)
    if planned is not None and at_plan and planned != reached:
        _value(sheet, at_plan, planned, below=reached is not None and not behind)


def _value(sheet: Sheet, at: Spot, value: Number, *, below: bool) -> None:
    words = value_text(value)
    x = min(at[0], WIDTH_MM - 0.5 - text_width(words, 7) / 2)
    sheet.text(x, at[1] + (3.2 if below else -3.2), words, 7, align="center", halo=True)


def _stretches(spots: Iterable[Spot | None]) -> list[list[Spot]]:
    """Neighbouring known points: a gap in the figures is a gap in the line."""
    stretches: list[list[Spot]] = [[]]
    for spot in spots:
        if spot is not None:
            stretches[-1].append(spot)
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _last(spots: list[Spot | None]) -> int:
    """Index of the last known point, -1 without any."""
    return max((index for index, spot in enumerate(spots) if spot is not None), default=-1)
