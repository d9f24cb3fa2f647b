"""Recurring duties: rhythms become tasks ahead of their day, once a period; rules are kept by the day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from core.deadlines import DeadlineKind
from plans.models import Plan
from tasks import actions, ledger
from tasks.actions import RuleBroken, open_occurrences
from tasks.checkins import CheckIn
from tasks.duty_tally import tally
from tasks.ledger import Decision
from tasks.models import Breach, Duty, Task
from tasks.models.facts import How
from tasks.recurrence import DueRule, Every, Rhythm, Shift
from tasks.status import Confirmation, Execution
from tests.cast import TODAY, Cast
from units.models import CalendarDay

pytestmark = pytest.mark.django_db

WEEKLY = Rhythm(Every.WEEK, starts_on=TODAY)
BY_HOA = Decision("Trần Thị Hòa", How.MEETING, "Kết luận giao ban")


def at(day: str | date, clock: str = "10:00") -> time_machine.travel:
    return time_machine.travel(f"{day}T{clock}:00+07:00", tick=False)


def order(cast: Cast, phrase: str = "hằng tuần", **fields: Any) -> Task:
    """A recurring order given today, Tuesday 13 October 2026."""
    defaults: dict[str, Any] = {
        "code": "DK01", "title": "Theo dõi, đôn đốc", "phrase": phrase, "nominal_end": None,
        "deadline_kind": DeadlineKind.RECURRING, "assigned_on": TODAY,
    }  # fmt: skip
    return cast.task(**(defaults | fields))


def made(task: Task) -> list[tuple[str, str]]:
    """(period, due) of what has appeared for an order."""
    found = Task.objects.filter(duty__task=task).order_by("effective_end")
    return [(each.period_key, f"{each.effective_end:%d/%m}") for each in found]


# --- from the words of the order ------------------------------------------------------------------------------------


def test_giving_a_recurring_order_sets_the_rhythms_its_words_name(cast: Cast) -> None:
    task = order(cast, "định kỳ (hàng tuần, hàng tháng)", product="Báo cáo")
    weekly, monthly = task.duties.all()
    assert (weekly.rhythm, weekly.due_rule) == (Every.WEEK, DueRule.LAST_WORKDAY)
    assert (monthly.rhythm, monthly.due_rule) == (Every.MONTH, DueRule.WINDOW)
    assert weekly.starts_on == TODAY and weekly.ends_on == date(2026, 12, 31)
    lines = task.events.filter(verb="set_rhythm")
    assert [line.by.is_system for line in lines] == [True, True]
    assert ledger.first_broken(task) is None


def test_words_that_name_no_rhythm_leave_it_to_the_owner(cast: Cast) -> None:
    task = order(cast, "định kỳ theo quy định")
    assert not task.duties.exists()
    assert list(Task.objects.without_rhythm()) == [task]
    actions.set_rhythm(task, by=cast.lan, rhythm=WEEKLY)
    assert not Task.objects.without_rhythm().exists()


def test_chosen_days_with_nothing_to_hand_in_are_a_rule(cast: Cast) -> None:
    rule = order(cast, "thứ Tư và thứ Sáu hằng tuần")
    assert rule.duties.get().is_rule and not made(rule)
    delivered = order(cast, "thứ Tư và thứ Sáu hằng tuần", code="DK02", product="Báo cáo nhanh")
    assert delivered.duties.get().rhythm == Every.WEEKDAYS
    assert made(delivered) == [("2026-10-14", "14/10"), ("2026-10-16", "16/10")]


def test_two_days_of_the_year_are_told_apart(cast: Cast) -> None:
    task = order(cast, "trước ngày 01/6 và 15/11 hằng năm")
    assert [duty.title for duty in task.duties.all()] == [
        "Theo dõi, đôn đốc (lần 1)",
        "Theo dõi, đôn đốc (lần 2)",
    ]


def test_orders_that_only_ask_are_followed_and_have_no_rhythm(cast: Cast) -> None:
    task = order(cast, "hằng quý", strength="encourage")
    assert not task.duties.exists() and task.check_in == CheckIn.QUARTER
    with pytest.raises(RuleBroken, match="chỉ theo dõi bằng cập nhật định kỳ"):
        actions.set_rhythm(task, by=cast.lan, rhythm=WEEKLY)


# --- occurrences ----------------------------------------------------------------------------------------------------


def test_an_occurrence_is_a_task_with_its_period_and_everything_of_its_order(cast: Cast) -> None:
    task = order(cast, product="Báo cáo tuần", leader_in_charge=cast.hoa)
    found = Task.objects.filter(duty__task=task).first()
    assert found is not None
    assert found.title == "Theo dõi, đôn đốc – tuần 42/2026"
    assert found.code == "DK01/T42-2026"
    assert (found.deadline_kind, found.effective_end) == (DeadlineKind.DATE, date(2026, 10, 16))
    same = ("plan", "lead_unit", "tracking_unit", "strength", "leader_in_charge", "product", "phrase")
    assert all(getattr(found, name) == getattr(task, name) for name in same)
    assert found.assigned_on == TODAY and found.parent is None
    event = found.events.get()
    assert event.verb == "assign" and event.by.is_system and ledger.facts_of(event)["order"] == task.pk
    assert ledger.first_broken(found) is None


def test_they_appear_ahead_once_however_often_it_is_asked(cast: Cast) -> None:
    task = order(cast)
    assert made(task) == [("2026-W42", "16/10")]
    assert open_occurrences(TODAY) == 0
    with at("2026-10-16"):
        assert open_occurrences(date(2026, 10, 16)) == 1
        assert open_occurrences(date(2026, 10, 16)) == 0
    assert made(task) == [("2026-W42", "16/10"), ("2026-W43", "23/10")]


def test_after_standing_still_for_weeks_every_missed_one_appears(cast: Cast) -> None:
    task = order(cast)
    with at("2026-11-10"):
        open_occurrences(date(2026, 11, 10))
    assert [due for _, due in made(task)] == ["16/10", "23/10", "30/10", "06/11", "13/11"]


def test_a_missed_one_stays_missed_and_the_next_is_another_task(cast: Cast) -> None:
    task = order(cast)
    with at("2026-10-26"):
        open_occurrences(date(2026, 10, 26))
        first, second, _ahead = Task.objects.filter(duty__task=task).order_by("effective_end")
        actions.submit(second, by=cast.minh, text="Đã gửi", product_on=date(2026, 10, 23))
        actions.confirm(second, by=cast.lan)
        calendar = CalendarDay.objects.as_calendar()
        found = tally(Task.objects.filter(duty__task=task), date(2026, 10, 26), calendar)
        assert (found.given, found.on_time, found.late, found.missed, found.open) == (3, 1, 0, 1, 1)
        actions.submit(first, by=cast.minh, text="Gửi bù")
        waiting = tally(Task.objects.filter(duty__task=task), date(2026, 10, 26), calendar)
        assert (waiting.missed, waiting.open) == (0, 2)
        actions.confirm(first, by=cast.lan)
        found = tally(Task.objects.filter(duty__task=task), date(2026, 10, 26), calendar)
        assert (found.on_time, found.late, found.missed, found.open) == (1, 1, 0, 1)


def test_the_week_of_a_long_break_has_none(cast: Cast) -> None:
    for n in range(5):
        CalendarDay.objects.create(day=date(2026, 10, 19) + timedelta(days=n), kind="holiday", name="Nghỉ")
    task = order(cast)
    with at("2026-10-28"):
        open_occurrences(date(2026, 10, 28))
    assert [key for key, _ in made(task)] == ["2026-W42", "2026-W44"]


def test_a_due_day_on_a_day_off_moves_by_the_dutys_own_rule(cast: Cast) -> None:
    task = order(cast, "ngày 25 hằng tháng")  # a Sunday
    later = Rhythm(Every.MONTH, DueRule.DAY, due_day=25, shift=Shift.LATER, starts_on=TODAY)
    actions.set_rhythm(task, by=cast.lan, rhythm=later, title="Gửi bản giấy")
    with at("2026-10-20"):
        open_occurrences(date(2026, 10, 20))
    assert made(task) == [("2026-10", "23/10"), ("2026-10", "26/10")]


def test_an_order_to_many_has_one_occurrence_for_each_unit(cast: Cast) -> None:
    task = order(cast, lead_group=cast.branches)
    assert Duty.objects.of(task).count() == 2
    found = Task.objects.filter(duty__task__parent=task)
    assert {each.lead_unit for each in found} == {cast.cn1, cast.cn2}
    actions.set_rhythm(task, by=cast.lan, rhythm=Rhythm(Every.QUARTER, starts_on=TODAY))
    assert [line.verb for line in task.events.all()] == ["assign", "set_rhythm"]
    for child in task.children.all():
        assert [duty.rhythm for duty in child.duties.all()] == [Every.WEEK, Every.QUARTER]
        assert ledger.first_broken(child) is None


def test_a_unit_that_joins_later_takes_over_the_rhythms_of_the_others(cast: Cast) -> None:
    task = order(cast, "định kỳ theo quy định", lead_group=cast.branches)
    actions.set_rhythm(task, by=cast.lan, rhythm=WEEKLY, title="Báo cáo nhanh")
    cast.branches.memberships.create(unit=cast.doan, valid_from=TODAY)
    joined = actions.assign_member(task, by=cast.lan, unit=cast.doan)
    assert [(duty.rhythm, duty.title) for duty in joined.duties.all()] == [(Every.WEEK, "Báo cáo nhanh")]
    assert made(joined) == [("2026-W42", "16/10")]


def test_a_rhythm_set_late_asks_for_nothing_that_was_due_before(cast: Cast) -> None:
    task = order(cast, "định kỳ theo quy định", assigned_on=date(2026, 9, 1))
    actions.set_rhythm(task, by=cast.lan, rhythm=replace(WEEKLY, starts_on=date(2026, 9, 1)))
    assert made(task) == [("2026-W42", "16/10")]


# --- what makes none ------------------------------------------------------------------------------------------------


def test_a_suspended_order_makes_none_not_even_afterwards(cast: Cast) -> None:
    task = order(cast)
    actions.suspend(task, by=cast.hoa, reason="Chờ sắp xếp")
    with at("2026-10-26"):
        assert open_occurrences(date(2026, 10, 26)) == 0
        actions.resume(task, by=cast.hoa, reason="Tiếp tục")
        open_occurrences(date(2026, 10, 26))
    assert [due for _, due in made(task)] == ["16/10", "30/10"]


def test_a_stopped_order_makes_none_and_what_appeared_ahead_is_not_asked_for(cast: Cast) -> None:
    task = order(cast)
    actions.discontinue(task, by=cast.lan, reason="Không còn cần", decision=BY_HOA)
    ahead = Task.objects.get(duty__task=task)
    assert ahead.execution == Execution.DISCONTINUED and ledger.first_broken(ahead) is None
    with at("2026-10-26"):
        assert open_occurrences(date(2026, 10, 26)) == 0


def test_a_closed_unit_and_a_closed_plan_make_none(cast: Cast) -> None:
    order(cast)
    order(cast, lead=cast.doan, code="DK02")
    cast.doan.closed_on = date(2026, 10, 14)
    cast.doan.save()
    with at("2026-10-16"):
        assert open_occurrences(date(2026, 10, 16)) == 1
    Plan.objects.update(state=Plan.State.CLOSED)
    with at("2026-10-30"):
        assert open_occurrences(date(2026, 10, 30)) == 0


def test_an_order_handed_over_takes_along_what_is_not_due_yet(cast: Cast) -> None:
    task = order(cast)
    with at("2026-10-19"):
        open_occurrences(date(2026, 10, 19))
        actions.hand_over(task, by=cast.lan, to=cast.vpdk, reason="Đúng chức năng", decision=BY_HOA)
        missed, ahead = Task.objects.filter(duty__task=task).order_by("effective_end")
    assert (missed.lead_unit, ahead.lead_unit) == (cast.ptd, cast.vpdk)
    with at("2026-10-26"):
        open_occurrences(date(2026, 10, 26))
    assert Task.objects.filter(duty__task=task).latest("effective_end").lead_unit == cast.vpdk


def test_one_rhythm_that_fails_does_not_stop_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.actions import occurring

    broken, whole = order(cast), order(cast, code="DK02")
    real = occurring.open_of

    def fails(duty: Duty, on: date) -> int:
        if duty.task_id == broken.pk:
            raise RuntimeError
        return real(duty, on)

    monkeypatch.setattr(occurring, "open_of", fails)
    with at("2026-10-16"):
        assert open_occurrences(date(2026, 10, 16)) == 1
    monkeypatch.undo()
    with at("2026-10-17"):
        assert open_occurrences(date(2026, 10, 17)) == 1
    assert made(broken) == made(whole)


# --- setting and ending ---------------------------------------------------------------------------------------------


def test_ending_a_rhythm_ends_it_for_every_unit_of_the_order(cast: Cast) -> None:
    task = order(cast, lead_group=cast.branches)
    actions.end_rhythm(task, by=cast.lan, duty=Duty.objects.of(task)[0], reason="Chuyển sang báo cáo tháng")
    assert not Duty.objects.of(task).in_force().exists()
    assert set(Task.objects.filter(duty__task__parent=task).values_list("execution", flat=True)) == {
        "stopped"
    }
    for each in [task, *task.children.all(), *Task.objects.filter(duty__task__parent=task)]:
        assert ledger.first_broken(each) is None


def test_what_was_sent_or_missed_stays_when_its_rhythm_ends(cast: Cast) -> None:
    task = order(cast)
    with at("2026-10-20"):
        open_occurrences(date(2026, 10, 20))
        missed, sent = Task.objects.filter(duty__task=task).order_by("effective_end")
        actions.submit(sent, by=cast.minh, text="Đã gửi")
        actions.end_rhythm(task, by=cast.lan, duty=task.duties.get(), reason="Không còn cần")
    assert Task.objects.get(pk=missed.pk).execution == Execution.NOT_STARTED
    assert Task.objects.get(pk=sent.pk).confirmation == Confirmation.SUBMITTED


def test_the_same_rhythm_twice_is_refused(cast: Cast) -> None:
    task = order(cast)
    same = task.duties.get().as_rhythm
    with pytest.raises(RuleBroken, match="đã có nhịp"):
        actions.set_rhythm(task, by=cast.lan, rhythm=same)


@pytest.mark.parametrize(
    ("rhythm", "field"),
    [
        (Rhythm(Every.WEEKDAYS), "weekdays"),
        (Rhythm(Every.RULE, weekdays=(8,)), "weekdays"),
        (Rhythm(Every.MONTH, DueRule.DAY), "due_day"),
        (Rhythm(Every.MONTH, DueRule.DAY, due_day=32), "due_day"),
        (Rhythm(Every.QUARTER, DueRule.DAY, due_day=5, due_month=5), "due_month"),
        (Rhythm(Every.MONTH, DueRule.WINDOW, due_day=10), "due_day"),
        (Rhythm(Every.WEEK, DueRule.WINDOW), "due_rule"),
        (Rhythm(Every.WEEK, starts_on=TODAY, ends_on=date(2026, 10, 1)), "ends_on"),
    ],
)
def test_a_rhythm_that_makes_no_sense_is_refused_by_field(cast: Cast, rhythm: Rhythm, field: str) -> None:
    task = order(cast)
    with pytest.raises(RuleBroken) as refused:
        actions.set_rhythm(task, by=cast.lan, rhythm=rhythm)
    assert list(refused.value.error_dict) == [field]


def test_only_the_owner_sets_and_ends_rhythms_and_only_of_standing_orders(cast: Cast) -> None:
    task = order(cast)
    for person in (cast.minh, cast.hoa, cast.tu, cast.son):
        with pytest.raises(RuleBroken, match="không có quyền"):
            actions.set_rhythm(task, by=person, rhythm=Rhythm(Every.YEAR, starts_on=TODAY))
        with pytest.raises(RuleBroken, match="không có quyền"):
            actions.end_rhythm(task, by=person, duty=task.duties.get(), reason="x")
    with pytest.raises(RuleBroken, match="Chỉ nhiệm vụ thường xuyên"):
        actions.set_rhythm(cast.task("NV09"), by=cast.lan, rhythm=WEEKLY)


# --- rules ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def rule(cast: Cast) -> Task:
    """Only online on Wednesdays and Fridays: in force a month before the notice was signed."""
    task = order(cast, "thường xuyên", deadline_kind=DeadlineKind.STANDING, assigned_on=date(2026, 10, 8))
    kept = Rhythm(Every.RULE, weekdays=(3, 5), starts_on=date(2026, 9, 11))
    actions.set_rhythm(task, by=cast.lan, rhythm=kept)
    return task


def test_breaches_are_logged_per_day_several_a_day(cast: Cast, rule: Task) -> None:
    duty = rule.duties.get()
    day = date(2026, 9, 11)  # before the order was given
    actions.log_breach(rule, by=cast.mai, duty=duty, on=day, text="Nhận 02 hồ sơ giấy", count=2)
    by_phone = Decision("Lê Văn Minh", How.PHONE)
    actions.log_breach(rule, by=cast.lan, duty=duty, on=day, text="Nhận thêm 01 hồ sơ", decision=by_phone)
    first, second = Breach.objects.all()
    assert (first.count, first.recorded_for_unit, second.recorded_for_unit) == (2, False, True)
    assert [line.verb for line in rule.events.all()][-2:] == ["log_breach", "log_breach"]
    assert ledger.first_broken(rule) is None


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 10, 14), "sau hôm nay"),
        (date(2026, 10, 12), "không thuộc phạm vi"),  # a Monday
        (date(2026, 10, 9), "không thuộc phạm vi"),  # a Friday off
        (date(2026, 9, 9), "chưa hoặc không còn hiệu lực"),
    ],
)
def test_only_a_past_day_the_rule_covers_can_be_broken(cast: Cast, rule: Task, day: date, words: str) -> None:
    CalendarDay.objects.create(day=date(2026, 10, 9), kind="agency", name="Nghỉ bão")
    with pytest.raises(RuleBroken, match=words):
        actions.log_breach(rule, by=cast.mai, duty=rule.duties.get(), on=day, text="x")
    assert not Breach.objects.exists()


def test_another_unit_logs_nothing(cast: Cast, rule: Task) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.log_breach(rule, by=cast.tu, duty=rule.duties.get(), on=date(2026, 9, 11), text="x")
