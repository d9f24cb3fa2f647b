"""The courses of a snapshot's targets: trajectories, units beside each other, and what the owner lets be said of those
hard to reach (office rule 31). From the same courses the pages show (`plans.courses`)."""

from collections.abc import Callable
from datetime import date

from core.workdays import WorkCalendar
from plans.course_page import colour_badge, heat_columns, heat_row
from plans.courses import Course, courses, hard_to_reach
from plans.models import Plan
from plans.summaries import Line, Matrix
from reports.snapshot import CourseCell, CourseFacts, CoursePoint

Naming = Callable[[Line], tuple[str, str]]


def collect_courses(
    plan: Plan, matrix: Matrix, on: date, calendar: WorkCalendar, naming: Naming
) -> tuple[CourseFacts, ...]:
    """One for each line that has milestones, in the order of the plan. `naming`: its key and scope, as in the rows of
    targets."""
    said = _said(plan, on)
    found = courses(matrix, plan, on, calendar)
    return tuple(
        _facts(course, matrix, said, naming, member=False)
        for row in matrix.rows
        for course in found[row.target.pk]
        if course.goal is not None
    )


def _facts(
    course: Course,
    matrix: Matrix,
    said: dict[tuple[int, int, int | None, date], str],
    naming: Naming,
    *,
    member: bool,
) -> CourseFacts:
    key, scope = naming(course.line)
    line, goal = course.line, course.goal
    needs = ""
    if goal is not None and goal.day is not None and course.is_hard_to_reach:
        unit = line.unit.pk if line.unit is not None and member else None
        needs = said.get((line.target.pk, line.indicator.pk, unit, goal.day), "")
    return CourseFacts(
        key=key,
        indicator=line.indicator.name,
        scope=scope,
        measure_unit=line.indicator.measure_unit,
        word=colour_badge(course)["text"],
        off_track=course.colour is not None and course.colour.is_off_track,
        result=course.actual,
        expected=course.expected,
        gap=course.gap,
        goal_on=goal.day if goal is not None else None,
        needs=needs,
        points=_points(course),
        columns=tuple(heat_columns(course, matrix)),
        members=tuple(_facts(each, matrix, said, naming, member=True) for each in course.members),
        cells=_cells(course, matrix),
    )


def _points(course: Course) -> tuple[CoursePoint, ...]:
    """Every known result, and the corners of the plan's line: a picture marks those, never the days between."""
    line = course.trajectory
    actual = {point.day: point.value for point in course.actuals()}
    last = max([course.on, *(each.day for each in line.demands if each.day is not None)])
    corners = {point.day: point.value for point in line.corners(last)}
    return tuple(CoursePoint(day, corners.get(day), actual.get(day)) for day in sorted({*actual, *corners}))


def _cells(course: Course, matrix: Matrix) -> tuple[CourseCell, ...]:
    if course.members:
        return ()
    return tuple(CourseCell(cell["text"], cell["sub"]) for cell in heat_row(course, matrix))


def _said(plan: Plan, on: date) -> dict[tuple[int, int, int | None, date], str]:
    """What documents may say now of milestones still to come, by target, indicator, unit of a group, day."""
    return {
        (
            row.target_indicator.target_id,
            row.target_indicator.indicator_id,
            row.unit_id,
            row.milestone_on,
        ): row.needs
        for row in hard_to_reach(target_indicator__target__plan=plan, milestone_on__gte=on)
    }
