"""Ranges and changes in the matrix: judged on exact fractions, a change once the figure it counts from is accepted."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from core.periods import parse
from plans.actions import accept_figure
from plans.attainment import Attainment
from plans.course_page import goal_words, heat_map
from plans.courses import courses
from plans.definitions import redefine
from plans.models import Indicator, Milestone, Plan, Target, TargetIndicator
from plans.summaries import Line, demand_words, needed_words, target_matrix
from tests.cast import TODAY, Cast
from tests.plans.promised import CLOSED, indicator, report
from units.models import CalendarDay, Unit, UnitGroup, User

pytestmark = pytest.mark.django_db
LAST_YEAR = parse("month", "2025-09")


def changed(plan: Plan, of: Indicator, bound: Unit | UnitGroup, scope: str, **demand: object) -> Target:
    number = Target.objects.count() + 1
    whom = {"unit": bound} if scope == "unit" else {"group": bound}
    target = Target.objects.create(plan=plan, code=f"T{number}", name=f"T{number}", scope=scope, **whom)
    TargetIndicator.objects.create(target=target, indicator=of)
    Milestone.objects.create(target=target, nominal_end=date(2026, 9, 14), **demand)
    return target


def accepted(of: Indicator, unit: Unit, numerator: int, denominator: int | None, period: object) -> None:
    figure = report(of, unit, numerator, denominator, period=period)  # type: ignore[arg-type]
    accept_figure(figure, by=User.objects.system())


def line(plan: Plan) -> Line:
    return target_matrix(plan, TODAY).rows[0].lines[0]


DOWN_A_TENTH = {
    "comparator": "dn", "value": Decimal(10), "is_relative": True, "base_kind": "month", "base_key": "2025-09",
}  # fmt: skip


def test_a_range_is_printed_with_both_ends_and_judged_by_them(cast: Cast) -> None:
    of = indicator()
    target = changed(
        cast.plan, of, cast.ptd, "unit", comparator="rg", value=Decimal(40), value_to=Decimal(50)
    )
    accepted(of, cast.ptd, 55, 100, CLOSED)
    cell = line(cast.plan).current
    assert cell is not None
    assert demand_words(target.milestones.get(), of) == "40% – 50%"
    assert (cell.attainment, cell.gap) == (Attainment.SHORT, Fraction(5))


def test_a_change_waits_for_the_figure_it_counts_from(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    changed(cast.plan, of, cast.ptd, "unit", **DOWN_A_TENTH)
    accepted(of, cast.ptd, 90, None, CLOSED)
    cell = line(cast.plan).current
    assert cell is not None
    assert (cell.attainment, cell.attainment.label, cell.gap) == (Attainment.NO_BASE, "Chưa có số gốc", None)
    assert needed_words(cell, of) == ""


def test_a_figure_of_the_base_that_is_not_accepted_is_no_base(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    changed(cast.plan, of, cast.ptd, "unit", **DOWN_A_TENTH)
    accepted(of, cast.ptd, 90, None, CLOSED)
    report(of, cast.ptd, 100, None, period=LAST_YEAR)
    cell = line(cast.plan).current
    assert cell is not None and cell.attainment == Attainment.NO_BASE


@pytest.mark.parametrize(("now", "verdict", "gap"), [(90, Attainment.REACHED, 0), (91, Attainment.SHORT, 1)])
def test_a_change_becomes_an_absolute_demand(cast: Cast, now: int, verdict: Attainment, gap: int) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    changed(cast.plan, of, cast.ptd, "unit", **DOWN_A_TENTH)
    accepted(of, cast.ptd, 100, None, LAST_YEAR)
    accepted(of, cast.ptd, now, None, CLOSED)
    cell = line(cast.plan).current
    assert cell is not None
    assert (cell.attainment, cell.gap) == (verdict, gap)
    assert cell.demand == "giảm 10% so với tháng 9 năm 2025"
    assert needed_words(cell, of) == "tức ≤ 90 hồ sơ, từ 100 hồ sơ"


def test_a_group_together_counts_from_the_sum_of_all_its_units(cast: Cast) -> None:
    of = indicator()
    points = {
        "comparator": "up",
        "value": Decimal(5),
        "base_kind": "month",
        "base_key": "2025-09",
    }
    changed(cast.plan, of, cast.branches, "together", **points)
    accepted(of, cast.cn1, 10, 20, LAST_YEAR)
    accepted(of, cast.cn1, 15, 20, CLOSED)
    accepted(of, cast.cn2, 70, 80, CLOSED)
    cell = line(cast.plan).current
    assert cell is not None and cell.attainment == Attainment.NO_BASE, "one unit's base is another sum"
    accepted(of, cast.cn2, 70, 80, LAST_YEAR)
    cell = line(cast.plan).current
    assert cell is not None and cell.base is not None and cell.base.figure is not None
    # Σ/Σ: 80/100 then, 85/100 now; the mean of the two rates would have been 68,75%.
    assert cell.needed.base == 80
    assert cell.attainment == Attainment.REACHED


def test_a_base_counted_another_way_is_no_base(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    changed(cast.plan, of, cast.ptd, "unit", **DOWN_A_TENTH)
    accepted(of, cast.ptd, 100, None, LAST_YEAR)
    by, start = User.objects.system(), CLOSED.start
    redefine(of, by=by, valid_from=start, reason="Công văn 15", numerator="Hồ sơ quá hạn đã giải quyết")
    accepted(of, cast.ptd, 50, None, CLOSED)
    cell = line(cast.plan).current
    assert cell is not None and cell.attainment == Attainment.NO_BASE


def test_the_plan_page_says_what_a_change_comes_to_or_that_its_base_is_missing(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    changed(cast.plan, of, cast.ptd, "unit", **DOWN_A_TENTH)
    accepted(of, cast.ptd, 80, None, CLOSED)
    client = Client()
    client.force_login(cast.lan)
    url = reverse("plan", args=[cast.plan.pk]) + "?xem=chi-tieu"
    text = client.get(url).content.decode()
    assert "giảm 10% so với tháng 9 năm 2025" in text and "Chưa có số gốc" in text
    accepted(of, cast.ptd, 100, None, LAST_YEAR)
    text = client.get(url).content.decode()
    assert "tức ≤ 90 hồ sơ, từ 100 hồ sơ" in text and "Chưa có số gốc" not in text


def test_each_unit_of_a_group_counts_from_its_own_figure(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ")
    for unit, then, now in ((cast.cn1, 100, 90), (cast.cn2, 10, 10)):
        accepted(of, unit, then, None, LAST_YEAR)
        accepted(of, unit, now, None, CLOSED)
    changed(cast.plan, of, cast.branches, "each", **DOWN_A_TENTH)
    found = line(cast.plan)
    assert found.current is not None
    assert (found.current.reached, found.current.members) == (1, 2)
    assert found.current.attainment == Attainment.SHORT


def test_the_page_of_a_target_holds_a_change_with_and_without_its_base(cast: Cast) -> None:
    of = indicator("HAN", "Hồ sơ quá hạn", measure_unit="hồ sơ", direction="lower")
    made = changed(cast.plan, of, cast.branches, "each", **DOWN_A_TENTH)
    Milestone.objects.create(
        target=made, order=1, nominal_end=date(2026, 12, 15), **DOWN_A_TENTH | {"value": Decimal(20)}
    )
    client = Client()
    client.force_login(cast.lan)
    address = reverse("target", args=[made.pk])
    accepted(of, cast.cn1, 80, None, CLOSED)
    assert "Chưa có số gốc" in client.get(address).content.decode()
    accepted(of, cast.cn1, 100, None, LAST_YEAR)
    (each,) = courses(
        target_matrix(cast.plan, TODAY, target=made), cast.plan, TODAY, CalendarDay.objects.as_calendar()
    )[made.pk]
    course = next(member for member in each.members if member.line.unit == cast.cn1)
    assert course.goal is not None and course.goal.value == 80
    assert goal_words(course) == "giảm 20% so với tháng 9 năm 2025, đến ngày 15/12/2026"
    cells = heat_map(each, target_matrix(cast.plan, TODAY, target=made))["rows"][0]["cells"]
    assert [cell["text"] for cell in cells] == ["Đạt", "Hiện đã đạt mức"]
