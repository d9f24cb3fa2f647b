"""Who owes which figure for which window, and what each person is shown of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.actions import accept_figure, return_figure
from plans.models import Milestone, Plan
from plans.owed import Standing, figures_owed, in_force, open_windows, owed_rows
from tests.cast import TODAY, Cast
from tests.plans.promised import CLOSED, RUNNING, indicator, report, target
from units.models import User


def seen_by(user: User) -> list[tuple[str, str]]:
    return [(each.indicator.code, each.unit.code) for each in figures_owed(user, TODAY)]


def standing(cast: Cast) -> Standing:
    return owed_rows(figures_owed(cast.lan, TODAY), TODAY)[0].standing


def test_each_member_of_a_group_owes_the_figure_and_a_unit_sees_only_itself(cast: Cast) -> None:
    online = indicator()
    target(cast.plan, online, cast.branches)
    target(cast.plan, online, cast.ptd)
    everything = [("HSTT", "PTD"), ("HSTT", "CN1"), ("HSTT", "CN2")]
    assert seen_by(cast.lan) == everything, "the office that follows the plan"
    assert seen_by(cast.hoa) == seen_by(cast.son) == everything, "leadership and the auditor read"
    assert seen_by(cast.dung) == [("HSTT", "CN1"), ("HSTT", "CN2")], "a head with the units below"
    assert seen_by(cast.tu) == [("HSTT", "CN1")]
    assert seen_by(cast.stranger) == []


def test_a_figure_wanted_by_two_targets_is_owed_once(cast: Cast) -> None:
    online = indicator()
    target(cast.plan, online, cast.ptd)
    target(cast.plan, online, cast.ptd)
    assert seen_by(cast.minh) == [("HSTT", "PTD")]


def test_where_the_text_names_nobody_whoever_issued_the_plan_owes_it(cast: Cast) -> None:
    target(cast.plan, indicator(), None)
    assert seen_by(cast.lan) == [("HSTT", "SO")]


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.CLOSED])
def test_a_plan_that_does_not_run_asks_for_nothing(cast: Cast, state: str) -> None:
    target(cast.plan, indicator(), cast.ptd)
    Plan.objects.update(state=state)
    assert seen_by(cast.lan) == []


def test_the_closed_month_is_due_and_the_running_one_is_open(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ptd)
    row = owed_rows(figures_owed(cast.minh, TODAY), TODAY)[0]
    assert (row.closed, row.running) == (CLOSED, RUNNING)
    assert (CLOSED.start, CLOSED.end) == (date(2026, 8, 15), date(2026, 9, 14))
    assert (row.closed_standing, row.running_standing) == (Standing.MISSING, Standing.RUNNING)
    assert row.to_report == CLOSED


def test_a_quarterly_figure_is_asked_for_quarters(cast: Cast) -> None:
    target(cast.plan, indicator(frequency="quarter"), cast.ptd)
    row = owed_rows(figures_owed(cast.minh, TODAY), TODAY)[0]
    assert row.closed is not None and row.running is not None
    assert (row.closed.key, row.running.key) == ("2026-Q3", "2026-Q4")


def test_windows_before_the_plan_are_not_owed(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ptd)
    Plan.objects.update(starts_on=date(2026, 9, 20))
    owed = figures_owed(cast.minh, TODAY)
    row = owed_rows(owed, TODAY)[0]
    assert row.closed is None and row.standing == Standing.RUNNING
    assert row.to_report == RUNNING
    assert open_windows(owed[0], TODAY) == [RUNNING]


def test_a_figure_goes_from_missing_to_waiting_to_returned_to_accepted(cast: Cast) -> None:
    online = indicator()
    target(cast.plan, online, cast.ptd)
    assert standing(cast) == Standing.MISSING
    first = report(online, cast.ptd, 5, 10, by=cast.minh)
    assert standing(cast) == Standing.WAITING
    return_figure(first, by=cast.lan, reason="Thiếu hồ sơ bưu chính")
    assert standing(cast) == Standing.RETURNED
    second = report(online, cast.ptd, 6, 12, by=cast.minh)
    assert standing(cast) == Standing.WAITING
    accept_figure(second, by=cast.lan)
    assert standing(cast) == Standing.ACCEPTED


def test_what_was_sent_back_in_the_running_month_comes_first(cast: Cast) -> None:
    online = indicator()
    target(cast.plan, online, cast.ptd)
    accept_figure(report(online, cast.ptd, 5, 10), by=cast.lan)
    return_figure(report(online, cast.ptd, 1, 10, period=RUNNING), by=cast.lan, reason="Đối chiếu lại")
    row = owed_rows(figures_owed(cast.minh, TODAY), TODAY)[0]
    assert row.standing == Standing.RETURNED and row.to_report == RUNNING


def test_an_outside_body_is_never_chased(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ubtx)
    row = owed_rows(figures_owed(cast.lan, TODAY), TODAY)[0]
    assert row.closed_standing == row.standing == Standing.UNASKED


def test_a_unit_that_was_closed_before_the_window_owes_nothing(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ptd)
    cast.ptd.closed_on = date(2026, 8, 1)
    cast.ptd.save()
    assert owed_rows(figures_owed(cast.lan, TODAY), TODAY) == []


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(st.lists(DAYS, max_size=5, unique=True), DAYS)
def test_the_demand_in_force_is_the_newest_whose_day_has_come(days: list[date], on: date) -> None:
    milestones = [
        Milestone(order=order, nominal_end=day, comparator="ge", value=Decimal(order))
        for order, day in enumerate(days)
    ]
    come = [day for day in days if day <= on]
    found = in_force(milestones, on)
    assert (found.nominal_end if found else None) == max(come, default=None)


def test_a_demand_without_a_date_holds_until_a_dated_one_has_come() -> None:
    undated = Milestone(order=0, comparator="ge", value=Decimal(50))
    dated = Milestone(order=1, nominal_end=TODAY, comparator="ge", value=Decimal(70))
    assert in_force([undated, dated], TODAY - timedelta(days=1)) is undated
    assert in_force([undated, dated], TODAY) is dated
