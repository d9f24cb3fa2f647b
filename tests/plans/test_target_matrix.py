"""Targets against their milestones: which figure judges which milestone, for whom, and what is said without one."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from core import periods
from plans.actions import accept_figure, report_figure
from plans.attainment import Attainment
from plans.models import Indicator, Milestone, Target, TargetIndicator
from plans.summaries import Cell, Matrix, demand_words, target_matrix, value_words
from tests.cast import TODAY, Cast
from units.actions import record_check, save_member
from units.models import AccountKind, StaffMember, Unit, User

pytestmark = pytest.mark.django_db

AUGUST, SEPTEMBER = periods.parse("month", "2026-08"), periods.parse("month", "2026-09")
END_AUGUST, END_SEPTEMBER, END_YEAR = date(2026, 8, 31), date(2026, 9, 30), date(2026, 12, 31)


def indicator(code: str = "HSTT", **fields: Any) -> Indicator:
    return Indicator.objects.create(code=code, name=f"Tỷ lệ {code}", **fields)


def target(
    cast: Cast, *indicators: Indicator, scope: str = "unit", code: str = "CT1", **fields: Any
) -> Target:
    bound = {"unit": {"unit": cast.so}, "unstated": {}}.get(scope, {"group": cast.branches})
    found = Target.objects.create(
        plan=cast.plan, code=code, name="Hồ sơ trực tuyến", scope=scope, **(bound | fields)
    )
    for order, each in enumerate(indicators):
        TargetIndicator.objects.create(target=found, indicator=each, order=order)
    return found


def milestone(of: Target, day: date | None, value: int, comparator: str = "ge", **fields: Any) -> Milestone:
    order = of.milestones.count()
    return Milestone.objects.create(
        target=of, order=order, nominal_end=day, comparator=comparator, value=value, **fields
    )


def accepted(
    cast: Cast, of: Indicator, unit: Unit, period: periods.Period, num: int, den: int | None
) -> None:
    denominator = None if den is None else Decimal(den)
    found = report_figure(of, unit, period, by=cast.lan, numerator=Decimal(num), denominator=denominator)
    accept_figure(found, by=User.objects.system())


def cells(matrix: Matrix, row: int = 0, line: int = 0) -> list[Cell | None]:
    return list(matrix.rows[row].lines[line].cells)


def test_each_milestone_is_judged_by_the_figure_of_its_own_day(cast: Cast) -> None:
    """A good later figure does not rescue a milestone that was missed."""
    share = indicator()
    found = target(cast, share)
    milestone(found, END_AUGUST, 70)
    milestone(found, END_SEPTEMBER, 80)
    milestone(found, END_YEAR, 95, "gt")
    accepted(cast, share, cast.so, AUGUST, 650, 1000)
    accepted(cast, share, cast.so, SEPTEMBER, 900, 1000)
    august, september, year = cells(target_matrix(cast.plan, TODAY))
    assert august and september and year
    assert (august.attainment, august.actual, august.reading.as_of) == (
        Attainment.SHORT,
        Fraction(65),
        date(2026, 8, 14),
    )
    assert (september.attainment, september.due) == (Attainment.REACHED, True)
    assert (year.due, year.gap) == (False, Fraction(-5))


def test_without_an_earlier_figure_the_window_around_the_milestone_stands_in_and_says_its_day(
    cast: Cast,
) -> None:
    share = indicator()
    milestone(target(cast, share), END_AUGUST, 70)
    accepted(cast, share, cast.so, SEPTEMBER, 75, 100)
    (cell,) = cells(target_matrix(cast.plan, TODAY))
    assert cell and (cell.attainment, cell.reading.as_of) == (Attainment.REACHED, date(2026, 9, 14))


def test_no_figure_and_nothing_arisen_are_different_things(cast: Cast) -> None:
    share, other = indicator("A"), indicator("B")
    milestone(target(cast, share, code="CT1"), END_SEPTEMBER, 70)
    milestone(target(cast, other, code="CT2"), END_SEPTEMBER, 70)
    accepted(cast, other, cast.so, SEPTEMBER, 0, 0)
    matrix = target_matrix(cast.plan, TODAY)
    assert [row.attainment for row in matrix.rows] == [Attainment.NO_DATA, Attainment.NONE_ARISEN]
    assert matrix.tally()[Attainment.NO_DATA] == 1


def test_a_figure_not_yet_accepted_judges_nothing(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share), END_SEPTEMBER, 70)
    report_figure(share, cast.so, SEPTEMBER, by=cast.lan, numerator=Decimal(90), denominator=Decimal(100))
    assert target_matrix(cast.plan, TODAY).rows[0].attainment == Attainment.NO_DATA


def test_a_revision_that_waits_leaves_the_accepted_figure_standing(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share), END_SEPTEMBER, 70)
    accepted(cast, share, cast.so, SEPTEMBER, 90, 100)
    report_figure(share, cast.so, SEPTEMBER, by=cast.lan, numerator=Decimal(10), denominator=Decimal(100))
    assert target_matrix(cast.plan, TODAY).rows[0].lines[0].actual == Fraction(90)


def test_together_is_the_sum_of_numerators_over_the_sum_of_denominators(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share, scope="together"), END_SEPTEMBER, 50)
    accepted(cast, share, cast.cn1, SEPTEMBER, 90, 100)
    accepted(cast, share, cast.cn2, SEPTEMBER, 90, 300)
    (cell,) = cells(target_matrix(cast.plan, TODAY))
    assert cell and (cell.actual, cell.attainment) == (Fraction(45), Attainment.SHORT)


def test_a_total_never_mixes_periods_and_names_who_is_missing(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share, scope="together"), END_SEPTEMBER, 50)
    accepted(cast, share, cast.cn1, SEPTEMBER, 90, 100)
    accepted(cast, share, cast.cn2, AUGUST, 0, 300)
    reading = target_matrix(cast.plan, TODAY).rows[0].lines[0].latest
    assert (reading.known, reading.expected, reading.missing) == (1, 2, ("Chi nhánh An Phú",))
    assert reading.figure and reading.figure.denominator == 100


def test_a_demand_on_each_unit_is_reached_when_every_unit_has(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share, scope="each"), END_SEPTEMBER, 50, "gt")
    accepted(cast, share, cast.cn1, SEPTEMBER, 90, 100)
    accepted(cast, share, cast.cn2, SEPTEMBER, 50, 100)
    line = target_matrix(cast.plan, TODAY).rows[0].lines[0]
    assert line.current and (line.current.reached, line.current.members) == (1, 2)
    assert line.current.attainment == Attainment.SHORT
    assert [(each.scope, each.current and each.current.attainment) for each in line.members] == [
        ("Chi nhánh Bình Sơn", Attainment.REACHED),
        ("Chi nhánh An Phú", Attainment.SHORT),
    ]


def test_a_compound_target_lists_both_indicators_and_needs_both(cast: Cast) -> None:
    online, paid = indicator("HSTT"), indicator("TTTT")
    milestone(target(cast, online, paid), END_SEPTEMBER, 70)
    accepted(cast, online, cast.so, SEPTEMBER, 90, 100)
    accepted(cast, paid, cast.so, SEPTEMBER, 60, 100)
    (row,) = target_matrix(cast.plan, TODAY).rows
    assert [line.indicator.code for line in row.lines] == ["HSTT", "TTTT"]
    assert row.attainment == Attainment.SHORT


def test_a_target_that_names_nobody_is_read_from_the_issuer_else_from_all_its_units(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share, scope="unstated"), END_SEPTEMBER, 50)
    accepted(cast, share, cast.cn1, SEPTEMBER, 10, 100)
    accepted(cast, share, cast.cn2, SEPTEMBER, 30, 100)
    assert target_matrix(cast.plan, TODAY).rows[0].lines[0].actual == Fraction(20)
    accepted(cast, share, cast.so, SEPTEMBER, 77, 100)
    assert target_matrix(cast.plan, TODAY).rows[0].lines[0].actual == Fraction(77)


def test_roster_indicators_are_computed_from_accounts_of_the_unit_and_those_below(cast: Cast) -> None:
    kind = AccountKind.objects.create(code="CDVC", name="Cổng Dịch vụ công", counts_when="issued")
    for number, unit in enumerate([cast.vpdk, cast.cn1, cast.cn1, cast.ptd]):
        someone = save_member(StaffMember(code=f"CB{number}", unit=unit, full_name=f"Nguyễn Văn {number}"))
        if number == 1:
            record_check(someone, kind, by=cast.tu, state="issued", checked_on=date(2026, 10, 1))
    share = indicator("CDVC", source=Indicator.Source.STAFF_ACCOUNTS)
    found = target(cast, share, unit=cast.vpdk)
    milestone(found, None, 100, "eq", holds_from=date(2026, 10, 5))
    line = target_matrix(cast.plan, TODAY).rows[0].lines[0]
    assert line.latest.figure == (Decimal(1), Decimal(3))
    assert line.current and (line.current.due, line.current.attainment) == (True, Attainment.SHORT)


def test_somebody_limited_to_a_unit_sees_its_own_lines_and_the_totals(cast: Cast) -> None:
    share = indicator()
    milestone(target(cast, share, code="CT1"), END_SEPTEMBER, 50)
    milestone(target(cast, share, scope="each", code="CT2"), END_SEPTEMBER, 50)
    milestone(target(cast, share, scope="together", code="CT3"), END_SEPTEMBER, 50)
    accepted(cast, share, cast.cn1, SEPTEMBER, 10, 100)
    accepted(cast, share, cast.cn2, SEPTEMBER, 30, 100)
    matrix = target_matrix(cast.plan, TODAY, only=((cast.cn1.tree_start, cast.cn1.tree_end),))
    assert [row.target.code for row in matrix.rows] == ["CT2", "CT3"]
    (own,) = matrix.rows[0].lines
    # Not the group with one unit in it: what is said of the group would be that unit's.
    assert (own.scope, own.unit, own.members) == ("Chi nhánh Bình Sơn", cast.cn1, ())
    assert matrix.rows[1].lines[0].actual == Fraction(20)


def test_columns_stand_in_the_order_of_their_days_under_the_plans_own_words(cast: Cast) -> None:
    found = target(cast, indicator())
    milestone(found, END_YEAR, 95)
    milestone(found, END_AUGUST, 70, phrase="trước ngày 01/9/2026")
    milestone(found, None, 100)
    assert [column.label for column in target_matrix(cast.plan, TODAY).columns] == [
        "trước ngày 01/9/2026",
        "Đến ngày 31/12/2026",
        "Không nêu mốc",
    ]


def test_the_number_of_queries_does_not_grow_with_targets(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    share = indicator()
    for number in range(8):
        milestone(target(cast, share, scope="each", code=f"CT{number}"), END_SEPTEMBER, 50)
    accepted(cast, share, cast.cn1, SEPTEMBER, 10, 100)
    with django_assert_max_num_queries(6):
        target_matrix(cast.plan, TODAY)


def test_words_of_demands_and_values(cast: Cast) -> None:
    share, count = indicator(), indicator("SO", measure_unit="hồ sơ")
    found = target(cast, share)
    assert demand_words(milestone(found, END_YEAR, 95, "gt"), share) == "> 95%"
    assert value_words(Fraction(191, 2), share) == "95,5%"
    assert value_words(Decimal(1200), count) == "1.200 hồ sơ"
    assert value_words(None, share) == ""
