"""Standing orders want a word now and then; that is never a deadline, and never late."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.deadlines import DeadlineKind
from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.checkins import CheckIn, heard_since, wants_update
from tasks.models import Task
from tasks.summaries import total_of
from tasks.tables import badges
from tests.cast import TODAY, Cast
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def standing(cast: Cast, **fields: Any) -> Task:
    kind = {"deadline_kind": DeadlineKind.STANDING, "nominal_end": None, "phrase": "thường xuyên"}
    return cast.task(**(kind | fields))


def wanting(on: date) -> list[Task]:
    return list(Task.objects.wanting_update(on))


def test_a_standing_order_wants_a_word_each_month_unless_told_otherwise(cast: Cast) -> None:
    task = standing(cast, assigned_on=date(2026, 10, 1))
    assert task.check_in == CheckIn.MONTH
    assert wanting(date(2026, 11, 1)) == [] and wanting(date(2026, 11, 2)) == [task]
    with time_machine.travel("2026-11-02T23:30:00+07:00", tick=False):
        actions.update_progress(task, by=cast.mai, text="Đã hướng dẫn 214 lượt")
    assert wanting(date(2026, 12, 2)) == [] and wanting(date(2026, 12, 3)) == [task]


def test_it_counts_from_the_day_it_was_to_begin(cast: Cast) -> None:
    standing(cast, assigned_on=date(2026, 10, 1), starts_on=date(2026, 11, 15))
    assert wanting(date(2026, 12, 15)) == [] and len(wanting(date(2026, 12, 16))) == 1


def test_the_owner_chooses_how_often_also_for_all_units_of_an_order(cast: Cast) -> None:
    task = standing(cast, lead_group=cast.branches)
    actions.set_check_in(task, by=cast.lan, check_in=CheckIn.WEEK)
    assert {child.check_in for child in task.children.all()} == {CheckIn.WEEK}
    assert len(wanting(TODAY)) == 2
    actions.set_check_in(task, by=cast.lan, check_in=CheckIn.NONE)
    assert wanting(date(2027, 10, 1)) == []
    assert all(ledger.first_broken(each) is None for each in [task, *task.children.all()])
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.set_check_in(task, by=cast.tu, check_in=CheckIn.WEEK)


def test_an_order_heard_of_through_its_occurrences_wants_none(cast: Cast) -> None:
    task = standing(cast, deadline_kind=DeadlineKind.RECURRING, phrase="hằng tháng")
    assert task.check_in == CheckIn.NONE


def test_it_is_a_badge_and_a_filter_and_never_late(cast: Cast) -> None:
    task = standing(cast, assigned_on=date(2026, 1, 5))
    calendar = CalendarDay.objects.as_calendar()
    assert [each.text for each in badges(task, TODAY, calendar)][:2] == [
        "Thường xuyên",
        "Cần cập nhật định kỳ",
    ]
    counted = total_of(Task.objects.all(), TODAY, calendar)
    assert (counted.total, counted.open_overdue, counted.standing) == (0, 0, 1)


def test_suspended_ended_and_stopped_orders_want_nothing(cast: Cast) -> None:
    suspended = standing(cast, assigned_on=date(2026, 1, 5))
    actions.suspend(suspended, by=cast.hoa, reason="Chờ")
    standing(cast, code="NV02", assigned_on=date(2026, 1, 5), nominal_end=date(2026, 9, 30))
    assert wanting(TODAY) == []


KINDS = st.sampled_from([DeadlineKind.STANDING, DeadlineKind.RECURRING, DeadlineKind.DATE])
NEAR = st.dates(date(2026, 5, 1), date(2026, 12, 31))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    starts, ends = draw(st.none() | NEAR), draw(st.none() | NEAR)
    if starts and ends and ends < starts:
        starts, ends = ends, starts
    heard = st.datetimes(datetime(2026, 5, 1), datetime(2026, 12, 31), timezones=st.just(ZONE))
    return {
        "check_in": draw(st.sampled_from(CheckIn)),
        "deadline_kind": draw(KINDS),
        "assigned_on": draw(NEAR),
        "starts_on": starts,
        "nominal_end": ends,
        "last_update_at": draw(st.none() | heard),
    }


@given(found=st.lists(rows(), min_size=1, max_size=25), on=NEAR)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_query_says_the_same_as_the_rule(cast: Cast, found: list[dict[str, Any]], on: date) -> None:
    Task.objects.all().delete()
    common = {"plan": cast.plan, "title": "x", "lead_unit": cast.ptd, "tracking_unit": cast.vp}
    tasks = [Task(code=f"T{number}", **common, **row) for number, row in enumerate(found)]
    Task.objects.bulk_create(tasks)
    expected = {task.code for task in tasks if wants_update(task, on)}
    assert {task.code for task in wanting(on)} == expected


@given(st.sampled_from([CheckIn.WEEK, CheckIn.MONTH, CheckIn.QUARTER]), NEAR)
def test_the_later_the_day_the_later_a_word_must_be(check_in: CheckIn, on: date) -> None:
    today, tomorrow = heard_since(check_in, on), heard_since(check_in, on + timedelta(days=1))
    assert today is not None and tomorrow is not None and today <= tomorrow < on
