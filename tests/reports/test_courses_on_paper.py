"""Courses in the report: off-track lines as trajectories, a group's units beside each other and by milestone, and what
is said of targets hard to reach only once the office accepted it."""

import io
from datetime import date
from decimal import Decimal

import pytest
from docx import Document

from core.periods import parse
from plans.actions import accept_figure, report_figure
from plans.colours import Colour
from plans.course_actions import let_documents_say, stop_saying
from plans.courses import Course, courses
from plans.models import HardToReach, Indicator, Target
from plans.summaries import target_matrix
from reports import charts, prose
from reports.collect import collect
from reports.document.check import conformance
from reports.forecasts import forecasts
from reports.layouts import progress
from reports.models import AgencyProfile
from reports.profiles import default_profile, letterhead_of
from reports.snapshot import Snapshot, from_text, to_text
from tests.cast import TODAY, Cast
from tests.plans.promised import indicator, target
from units.models import CalendarDay, Unit, User

pytestmark = pytest.mark.django_db

SEPTEMBER = parse("month", "2026-09")
STEPS = ((date(2026, 7, 31), "ge", "60"), (date(2026, 12, 15), "ge", "80"))
SAID = "khó đạt nếu giữ tiến độ hiện nay; cần tăng 40 điểm %"


def known(of: Indicator, unit: Unit, done: int, key: str = "2026-09", cause: str = "") -> None:
    system = User.objects.system()
    month = parse("month", key)
    made = report_figure(
        of, unit, month, by=system, numerator=Decimal(done), denominator=Decimal(100), cause=cause
    )
    accept_figure(made, by=system)


def taken(cast: Cast) -> Snapshot:
    return collect(cast.plan, SEPTEMBER, TODAY)


def course(cast: Cast, of: Target) -> Course:
    matrix = target_matrix(cast.plan, TODAY, target=of)
    return courses(matrix, cast.plan, TODAY, CalendarDay.objects.as_calendar())[of.pk][0]


@pytest.fixture
def own(cast: Cast) -> Target:
    made = target(cast.plan, indicator(), cast.ptd, *STEPS)
    known(made.indicators.get(), cast.ptd, 35, "2026-02")
    known(made.indicators.get(), cast.ptd, 40, cause="Thiếu máy quét")
    return made


def test_nothing_is_called_hard_to_reach_before_the_office_accepts_it(cast: Cast, own: Target) -> None:
    assert "khó đạt" not in "\n".join(prose.write(taken(cast)).values())


def test_what_the_office_accepted_stands_with_the_units_own_cause(cast: Cast, own: Target) -> None:
    let_documents_say(course(cast, own), "tăng 40 điểm %", by=cast.lan)
    text = prose.write(taken(cast))["III.2"].replace("điểm phần trăm", "điểm %")
    assert f"{SAID}; đơn vị báo cáo “Thiếu máy quét”." in text
    assert "không còn khả năng" not in text.lower()


def test_without_the_units_text_no_cause_is_written(cast: Cast) -> None:
    silent = target(cast.plan, indicator(), cast.ptd, *STEPS)
    known(silent.indicators.get(), cast.ptd, 40)
    let_documents_say(course(cast, silent), "tăng 40 điểm %", by=cast.lan)
    text = prose.write(taken(cast))["III.2"].replace("điểm phần trăm", "điểm %")
    assert f"{SAID}; đơn vị chưa báo cáo nguyên nhân." in text


def test_what_was_taken_back_is_not_said(cast: Cast, own: Target) -> None:
    let_documents_say(course(cast, own), "tăng 40 điểm %", by=cast.lan)
    stop_saying(HardToReach.objects.get(), by=cast.lan)
    assert "khó đạt" not in "\n".join(prose.write(taken(cast)).values())


def test_what_is_said_already_is_not_offered_again(cast: Cast, own: Target) -> None:
    known(own.indicators.get(), cast.ptd, 38, "2026-08")
    cast.task("NV01", assigned_on=date(2026, 8, 1))
    assert len(forecasts(taken(cast))) == 1
    let_documents_say(course(cast, own), "tăng 40 điểm %", by=cast.lan)
    assert forecasts(taken(cast)) == ()


def test_a_line_off_track_is_drawn_with_the_pace_it_needs(cast: Cast, own: Target) -> None:
    spec = progress.chart_specs(taken(cast))["course_1"]
    assert isinstance(spec, charts.CourseChart)
    assert [(each.day, each.value) for each in spec.needed] == [
        (date(2026, 9, 14), 40),
        (date(2026, 12, 15), 80),
    ]
    assert [each.value for each in spec.actual] == [35, 40]
    assert "kết quả đến ngày 14/9/2026: 40%" in charts.alt_text(spec)


def test_what_the_page_calls_on_track_is_not_offered_as_hard_to_reach(cast: Cast) -> None:
    made = target(cast.plan, indicator(), cast.ptd, *STEPS)
    cast.task("NV01", assigned_on=date(2026, 8, 1))
    known(made.indicators.get(), cast.ptd, 66, "2026-08")
    known(made.indicators.get(), cast.ptd, 67)
    assert course(cast, made).colour == Colour.ON_TRACK
    assert forecasts(taken(cast)) == ()


def test_only_corners_of_the_plans_line_are_marked_as_such(cast: Cast, own: Target) -> None:
    spec = progress.chart_specs(taken(cast))["course_1"]
    assert isinstance(spec, charts.CourseChart)
    assert [each.day for each in spec.plan] == [cast.plan.starts_on, date(2026, 7, 31), date(2026, 12, 15)]


@pytest.fixture
def each(cast: Cast) -> Target:
    made = target(cast.plan, indicator(), cast.branches, *STEPS)
    known(made.indicators.get(), cast.cn1, 90)
    known(made.indicators.get(), cast.cn2, 40)
    return made


def test_a_group_is_drawn_and_tabled_unit_by_unit_in_the_order_of_the_organisation(
    cast: Cast, each: Target
) -> None:
    snapshot = taken(cast)
    spec = progress.chart_specs(snapshot)["units_1"]
    assert isinstance(spec, charts.MultiplesChart)
    assert [(panel.label, panel.word) for panel in spec.panels] == [
        ("Chi nhánh Bình Sơn", "90%: đạt"), ("Chi nhánh An Phú", "40%: chậm"),
    ]  # fmt: skip
    head = letterhead_of(default_profile(cast.vp, AgencyProfile.Reach.INTERNAL))
    pictures = {name: charts.render(found) for name, found in progress.chart_specs(snapshot).items()}
    paper = progress.build(snapshot, prose.write(snapshot), head, pictures)
    assert [check for check in conformance(paper) if not check.ok] == []
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(paper)).tables
    ]
    heat = next(table for table in tables if "Chi nhánh An Phú" in table[-1][1] and len(table[0]) == 4)
    assert [row[1:] for row in heat[-2:]] == [
        ["Chi nhánh Bình Sơn", "Không có số liệu", "Hiện đã đạt mức (90%)"],
        ["Chi nhánh An Phú", "Không có số liệu", "Chậm (40%)"],
    ]


def test_a_snapshot_with_courses_comes_back_from_its_text_exactly(cast: Cast, own: Target) -> None:
    snapshot = taken(cast)
    assert snapshot.courses and from_text(to_text(snapshot)) == snapshot


def test_the_text_of_a_snapshot_without_courses_is_as_before_there_were_any(cast: Cast) -> None:
    text = to_text(taken(cast))
    assert '"courses"' not in text and to_text(from_text(text)) == text
