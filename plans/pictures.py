"""The trajectory of a target as a drawing for the page: inline SVG, told by dashes and marks as well as by colour.

The figures themselves stand in a table beneath it (`course_page`); the drawing carries a title and a description for
whoever cannot see it. No inline style: the content security policy refuses it, widths are attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text import number_vi
from plans.pace import Point

_WIDE = (640, 250, 58, 14, 12, 28)  # width, height, left, right, top, bottom
_SMALL = (240, 120, 34, 8, 8, 20)
_GRID = 4


@dataclass(frozen=True, slots=True)
class Picture:
    """Three lines and the day: the plan (dashed, squares), what was reached (solid, dots), what is needed (dotted,
    triangle at its end). `unit` is "%" or the counted thing."""

    plan: Sequence[Point]
    actual: Sequence[Point]
    needed: Sequence[Point]
    today: date
    unit: str

    @property
    def is_empty(self) -> bool:
        return not (self.plan or self.actual)


def draw(picture: Picture, key: str, title: str, description: str, *, small: bool = False) -> SafeString:
    """The drawing; `key` makes its ids unique on the page."""
    width, height, left, right, top, bottom = _SMALL if small else _WIDE
    points = [*picture.plan, *picture.actual, *picture.needed]
    first = min(point.day for point in points)
    last = max([*(point.day for point in points), picture.today])
    days = max(1, (last - first).days)
    step, ceiling = _scale([point.value for point in points], picture.unit)

    def x(day: date) -> float:
        return left + (width - left - right) * (day - first).days / days

    def y(value: Fraction) -> float:
        return height - bottom - (height - top - bottom) * float(value / ceiling)

    def path(points: Sequence[Point]) -> str:
        return " ".join(f"{x(point.day):.1f},{y(point.value):.1f}" for point in points)

    rows = range(0, _GRID + 1, 2 if small else 1)
    levels = [(f"{y(step * n):.1f}", number_vi(step * n, _decimals(step))) for n in rows]
    grid = format_html_join(
        "",
        '<line class="course-grid" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        [
            (
                left,
                width - right,
                at,
                at,
                left - 4,
                f"{float(at) + 4:.1f}",
                words + ("%" if picture.unit == "%" else ""),
            )
            for at, words in levels
        ],
    )
    dates = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        [
            (
                f"{x(day):.1f}",
                height - 6,
                anchor,
                f"{day:%d/%m}" if first.year == last.year else f"{day:%m/%Y}",
            )
            for day, anchor in _dates(first, last, small=small)
        ],
    )
    now = ""
    if first <= picture.today <= last:
        at = f"{x(picture.today):.1f}"
        now = format_html(
            '<line class="course-now" x1="{}" x2="{}" y1="{}" y2="{}"/>', at, at, top, height - bottom
        )
    lines = [
        format_html('<polyline class="course-{}" points="{}"/>', name, path(line))
        for name, line in (("plan", picture.plan), ("needed", picture.needed), ("actual", picture.actual))
        if len(line) > 1
    ]
    size = 3 if small else 4
    squares = format_html_join(
        "",
        '<rect class="course-square" x="{}" y="{}" width="{}" height="{}"/>',
        [
            (f"{x(each.day) - size:.1f}", f"{y(each.value) - size:.1f}", 2 * size, 2 * size)
            for each in picture.plan
        ],
    )
    dots = format_html_join(
        "",
        '<circle class="course-dot" cx="{}" cy="{}" r="{}"/>',
        [(f"{x(each.day):.1f}", f"{y(each.value):.1f}", size) for each in picture.actual],
    )
    end = picture.needed[-1] if picture.needed else None
    triangle = ""
    if end is not None:
        at_x, at_y, half = x(end.day), y(end.value), size + 2
        triangle = format_html(
            '<polygon class="course-triangle" points="{},{} {},{} {},{}"/>',
            f"{at_x:.1f}", f"{at_y - half:.1f}", f"{at_x - half:.1f}", f"{at_y + half:.1f}",
            f"{at_x + half:.1f}", f"{at_y + half:.1f}",
        )  # fmt: skip
    return format_html(
        '<svg class="course{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-ten {}-ta">'
        '<title id="{}-ten">{}</title><desc id="{}-ta">{}</desc>{}{}{}{}{}{}{}</svg>',
        " course-small" if small else "", width, height, key, key, key, title, key, description,
        grid, dates, now, SafeString("".join(lines)), squares, dots, triangle,
    )  # fmt: skip


def legend(*, needed: bool) -> SafeString:
    """What each line and mark means."""
    rows = [
        ("Lộ trình của kế hoạch", '<line class="course-plan" x1="0" x2="34" y1="8" y2="8"/>'
         '<rect class="course-square" x="13" y="4" width="8" height="8"/>'),
        ("Kết quả", '<line class="course-actual" x1="0" x2="34" y1="8" y2="8"/>'
         '<circle class="course-dot" cx="17" cy="8" r="4"/>'),
        ("Hôm nay", '<line class="course-now" x1="17" x2="17" y1="0" y2="16"/>'),
    ]  # fmt: skip
    if needed:
        rows.append(
            ("Tốc độ cần có", '<line class="course-needed" x1="0" x2="34" y1="8" y2="8"/>'
             '<polygon class="course-triangle" points="17,3 12,13 22,13"/>')
        )  # fmt: skip
    return format_html(
        '<ul class="legend course-legend">{}</ul>',
        format_html_join(
            "",
            '<li><svg class="course-swatch" viewBox="0 0 34 16" aria-hidden="true">{}</svg>{}</li>',
            [(SafeString(mark), words) for words, mark in rows],
        ),
    )


def _scale(values: Sequence[Fraction], unit: str) -> tuple[Fraction, Fraction]:
    """The distance of grid lines and the top of the scale; per cents reach 100 at least."""
    highest = max([*values, Fraction(0)])
    if unit == "%" and highest <= 100:
        return Fraction(100, _GRID), Fraction(100)
    power = Fraction(1, 100)
    while True:
        for factor in (1, 2, 5):
            if power * factor * _GRID >= highest:
                return power * factor, power * factor * _GRID
        power *= 10


def _decimals(step: Fraction) -> int:
    return 0 if step.denominator == 1 else 1 if (step * 10).denominator == 1 else 2


def _dates(first: date, last: date, *, small: bool) -> list[tuple[date, str]]:
    """The days written below: both ends, and between them what room allows."""
    parts = 1 if small else 4
    span = (last - first).days
    found = [(first + timedelta(days=span * n // parts), "middle") for n in range(parts + 1)]
    return [(found[0][0], "start"), *found[1:-1], (found[-1][0], "end")] if span else [(first, "start")]
