"""The course of a target as ready strings: for the plan's table and for the target's own page."""

from datetime import date
from typing import Any

from core.periods import label_of
from core.templatetags.ui import NOTHING, day
from core.text import count_vi, distance_vi, number_vi
from plans import pictures, sums
from plans.attainment import Attainment, rate
from plans.colours import Colour, When
from plans.courses import Course
from plans.models import FigureSum, Indicator
from plans.pace import IMPOSSIBLE, Pace, State, assumption_words, need_each_week, pace_words
from plans.summaries import Cell, Line, Matrix, day_of, demand_words, value_words
from plans.tables import ATTAINED_KINDS, amount_words
from units.models import Unit

COLOUR_KINDS = {
    Colour.REACHED: "done",
    Colour.ON_TRACK: "intime",
    Colour.AT_RISK: "soon",
    Colour.BEHIND: "overdue",
    Colour.NO_DATA: "none",
}
HARD = "Khó đạt nếu giữ tiến độ hiện nay"


def colour_badge(course: Course) -> dict[str, str]:
    """The colour with its word; 0/0 and what nothing is asked of yet say so."""
    if course.colour == Colour.NO_DATA and course.known is not None and course.actual is None:
        return {"kind": "none", "text": Attainment.NONE_ARISEN.label}
    if course.colour is None:
        return {"kind": "none", "text": "Chưa đến mốc" if course.goal else "Không nêu mốc"}
    return {"kind": COLOUR_KINDS[course.colour], "text": course.colour.label}


def gap_words(course: Course) -> str:
    """ "vượt lộ trình 2 điểm %", "chậm so với lộ trình 4,2 điểm %", "đúng lộ trình"."""
    if course.gap is None:
        return ""
    if not course.gap:
        return "đúng lộ trình"
    amount = distance_vi(abs(course.gap), course.line.indicator.measure_unit)
    return f"{'vượt lộ trình' if course.gap > 0 else 'chậm so với lộ trình'} {amount}"


def pace_text(course: Course, *, frank: bool) -> str:
    """What the rest of the time needs. `frank`: for the owner and the unit, who read that it is out of reach
    (office rule 31)."""
    if course.pace is None:
        return ""
    words = pace_words(course.pace, course.line.indicator.measure_unit)
    return words if frank or words != IMPOSSIBLE else HARD


def needs_of(course: Course) -> str:
    """What documents may print behind "cần", where the machine can say it."""
    pace: Pace | None = course.pace
    if pace is None or course.goal is None or course.goal.day is None:
        return ""
    indicator = course.line.indicator
    until = f"đến ngày {day(course.goal.day)}"
    if pace.state == State.NEEDED and pace.each_week is not None:
        return f"{need_each_week(pace, indicator.measure_unit)} {until}"
    if course.actual is None:
        return ""
    away = distance_vi(abs(course.goal.edge - course.actual), indicator.measure_unit)
    return f"{'tăng' if course.goal.edge > course.actual else 'giảm'} thêm {away} {until}"


def brief(course: Course, *, frank: bool) -> dict[str, Any]:
    """For one cell of the plan's table."""
    parts = []
    if course.expected is not None:
        parts.append(f"hôm nay cần {value_words(course.expected, course.line.indicator)}")
    if words := gap_words(course):
        parts.append(words + (f" ({course.compared_on:%d/%m})" if course.compared_on != course.on else ""))
    if course.colour is not None and course.colour.is_off_track and (words := pace_text(course, frank=frank)):
        parts.append(_small(words))
    if course.members:
        off = sum(each.colour is not None and each.colour.is_off_track for each in course.members)
        parts = [*parts[:1], f"{count_vi(off)}/{count_vi(len(course.members))} đơn vị chậm hoặc có nguy cơ"]
    return {"badge": colour_badge(course), "sub": "; ".join(parts)}


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


# --- the target's own page ------------------------------------------------------------------------


def line_facts(course: Course, *, frank: bool) -> list[tuple[str, Any]]:
    """What one line says today."""
    indicator, line = course.line.indicator, course.line
    latest = line.latest
    facts: list[tuple[str, Any]] = [("Kết quả mới nhất", result_words(line))]
    if latest.known < latest.expected:
        facts.append(("Đơn vị có số liệu", f"{count_vi(latest.known)}/{count_vi(latest.expected)}"))
    if latest.as_of is not None:
        facts.append(("Số liệu đến ngày", day(latest.as_of)))
    facts.append(("Hôm nay cần có", value_words(course.expected, indicator) or "Chưa đến mốc"))
    if gap_words(course):
        on = f" (tại ngày {day(course.compared_on)})" if course.compared_on != course.on else ""
        words = gap_words(course)
        facts.append(("So với lộ trình", f"{words[:1].upper()}{words[1:]}{on}"))
    if course.rule is not None:
        unit = "điểm %" if indicator.is_ratio else indicator.measure_unit
        words = course.rule.words(unit)
        if course.rule.test == When.IMPOSSIBLE and not frank:
            words = HARD
        facts.append(("Xếp màu do", f"{words[:1].upper()}{words[1:]}"))
    if course.goal is not None:
        facts.append(("Mức đang hướng tới", goal_words(course)))
    if words := pace_text(course, frank=frank):
        facts.append(("Từ nay đến mốc", f"{words[:1].upper()}{words[1:]}"))
        if course.pace is not None and course.pace.each_week is not None and latest.as_of is not None:
            facts.append(("Cách tính tốc độ", assumption_words(course.pace, day(latest.as_of))))
    return facts


def result_words(line: Line) -> str:
    """ "68,7% (1.264/1.840)"."""
    figure = line.latest.figure
    if figure is None:
        return "Không có số liệu"
    value = value_words(line.actual, line.indicator) or Attainment.NONE_ARISEN.label
    if not line.indicator.is_ratio or figure.denominator is None:
        return value
    return f"{value} ({amount_words(figure.numerator)}/{amount_words(figure.denominator)})"


def goal_words(course: Course) -> str:
    """ "≥ 90%, đến ngày 30/06/2026"."""
    cell = _goal_cell(course)
    if cell is None or course.goal is None:
        return ""
    when = "không nêu mốc"
    if course.goal.day is not None:
        when = f"{'từ' if course.goal.holds else 'đến'} ngày {day(course.goal.day)}"
    return f"{cell.demand}, {when}"


def _goal_cell(course: Course) -> Cell | None:
    goal = course.goal
    cells = [cell for cell in course.line.cells if cell is not None]
    if goal is None:
        return None
    return next(
        (
            cell
            for cell in cells
            # By its day: the value of a change is the level it comes to, not what the milestone says.
            if (day_of(cell.milestone), cell.milestone.holds_from is not None) == (goal.day, goal.holds)
        ),
        None,
    )


def picture_of(course: Course) -> pictures.Picture:
    until = max([course.on, *(each.day for each in course.trajectory.demands if each.day is not None)])
    return pictures.Picture(
        plan=course.trajectory.corners(until),
        actual=course.actuals(),
        needed=course.way_to_go() if course.gap is not None and course.gap < 0 else [],
        today=course.on,
        unit=course.line.indicator.measure_unit,
    )


def drawing(course: Course, key: str, *, small: bool = False) -> dict[str, Any] | None:
    """The picture with its legend, and its figures as rows of a table."""
    found = picture_of(course)
    if found.is_empty:
        return None
    indicator = course.line.indicator
    whom = course.line.scope
    title = f"Lộ trình và kết quả: {indicator.name}, {whom}"
    return {
        "svg": pictures.draw(found, key, title, _described(course, found), small=small),
        "legend": pictures.legend(needed=bool(found.needed)),
        "rows": _rows(course, found),
    }


def _described(course: Course, found: pictures.Picture) -> str:
    """The drawing in one sentence or two."""
    indicator = course.line.indicator
    parts = []
    if found.plan:
        ends = found.plan[0], found.plan[-1]
        parts.append(
            f"Lộ trình từ {value_words(ends[0].value, indicator)} ngày {day(ends[0].day)} đến "
            f"{value_words(ends[1].value, indicator)} ngày {day(ends[1].day)}"
        )
    if found.actual:
        last = found.actual[-1]
        parts.append(f"kết quả mới nhất {value_words(last.value, indicator)} ngày {day(last.day)}")
    else:
        parts.append("chưa có kết quả")
    if gap_words(course):
        parts.append(gap_words(course))
    return "; ".join(parts) + ". Số liệu ở bảng bên dưới."


def _rows(course: Course, found: pictures.Picture) -> list[dict[str, str]]:
    """Every day of the picture: what the plan asks of it, what was reached."""
    indicator = course.line.indicator
    actual = {point.day: point.value for point in found.actual}
    marks = {
        each.day: f"Mốc {demand}"
        for each in course.trajectory.demands
        if each.day is not None and (demand := _demand_on(course, each.day))
    }
    days = sorted({*(point.day for point in found.plan), *actual, *marks, course.on})
    return [
        {
            "day": day(each),
            "plan": value_words(course.trajectory.expected(each), indicator) or NOTHING,
            "actual": value_words(actual.get(each), indicator) or NOTHING,
            "note": ", ".join(filter(None, (marks.get(each, ""), "hôm nay" if each == course.on else ""))),
        }
        for each in days
    ]


def _demand_on(course: Course, on: date) -> str:
    found = (
        demand_words(cell.milestone, course.line.indicator)
        for cell in course.line.cells
        if cell is not None and day_of(cell.milestone) == on
    )
    return next(found, "")


# --- a group unit by unit -------------------------------------------------------------------------


def multiples(course: Course, key: str, *, frank: bool) -> list[dict[str, Any]]:
    """A small picture of each unit, in the order of the organisation, never worst first (office rule 30)."""
    found = []
    for number, each in enumerate(course.members):
        picture = drawing(each, f"{key}-{number}", small=True)
        found.append(
            {
                "unit": each.line.scope,
                "badge": colour_badge(each),
                "result": result_words(each.line),
                "sub": brief(each, frank=frank)["sub"],
                "svg": picture["svg"] if picture else "",
            }
        )
    return found


def heat_map(course: Course, matrix: Matrix) -> dict[str, Any] | None:
    """Units × milestones: how each was judged, or how it stands on the way; the word in each cell."""
    if not course.members:
        return None
    return {
        "columns": heat_columns(course, matrix),
        "rows": [{"unit": each.line.scope, "cells": heat_row(each, matrix)} for each in course.members],
    }


def _shown(course: Course) -> list[int]:
    """Columns of the matrix that hold a milestone of this line: its members have the same."""
    return [at for at, cell in enumerate(course.line.cells) if cell is not None]


def heat_columns(course: Course, matrix: Matrix) -> list[str]:
    return [matrix.columns[at].label for at in _shown(course)]


def heat_row(course: Course, matrix: Matrix) -> list[dict[str, Any]]:
    """How one line stands at each of its milestones, in words."""
    return [_heat(course, course.line.cells[at], matrix.columns[at].label) for at in _shown(course)]


def _heat(course: Course, cell: Cell | None, label: str) -> dict[str, Any]:
    """A milestone that has come: its judgement. The one worked for now: the colour. Later ones: not yet."""
    if cell is None:
        return {"label": label, "kind": "none", "text": NOTHING, "sub": ""}
    indicator = course.line.indicator
    if cell.due:
        sub = value_words(cell.actual, indicator)
        return {
            "label": label,
            "kind": ATTAINED_KINDS[cell.attainment],
            "text": cell.attainment.label,
            "sub": sub,
        }
    if cell is _goal_cell(course):
        sub = value_words(course.actual, indicator)
        badge = colour_badge(course)
        text = "Hiện đã đạt mức" if course.colour == Colour.REACHED else badge["text"]
        return {"label": label, "kind": badge["kind"], "text": text, "sub": sub}
    return {"label": label, "kind": "none", "text": "Chưa đến mốc", "sub": cell.demand}


# --- the tree of units ----------------------------------------------------------------------------


def tree_of(indicator: Indicator, root: Unit) -> dict[str, Any] | None:
    """The newest totals by the tree below a unit; None where at most one unit has a figure."""
    newest = sums.newest_below(indicator, root)
    if newest is None or newest.units < 2:
        return None
    rows = sums.tree_rows(indicator, root, newest)
    window = _window_words(newest)
    return {
        "window": window,
        "rows": [_tree_row(row, indicator, root) for row in rows],
        "series": [
            {"window": _window_words(row), **_total_words(row, indicator)}
            for row in sums.series_below(indicator, root)
        ][-12:],
    }


def _window_words(row: FigureSum) -> str:
    return label_of(row.period_kind, row.period_key)


def _tree_row(row: sums.TreeRow, indicator: Indicator, root: Unit) -> dict[str, Any]:
    return {
        "unit": row.label,
        "indent": min(2, row.depth - root.depth),
        "units": number_vi(row.units),
        "as_of": day(row.as_of),
        **_total_words(row, indicator),
    }


def _total_words(row: FigureSum | sums.TreeRow, indicator: Indicator) -> dict[str, str]:
    figure = sums.figure_of(row)
    value = rate(figure, ratio=indicator.is_ratio)
    return {
        "numerator": amount_words(figure.numerator),
        "denominator": amount_words(figure.denominator),
        "value": value_words(value, indicator) or Attainment.NONE_ARISEN.label,
    }
