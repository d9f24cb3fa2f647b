"""Nobody is charged for what others let lie: reviewers, deciders, and duties without an end of work."""

from datetime import date

import pytest
import time_machine

from tasks import actions
from tasks.actions import RuleBroken
from tasks.ledger import Decision
from tasks.models import DeadlineChange, Task
from tasks.models.facts import How
from tasks.status import DeadlineClass, Execution, deadline_class, status_text
from tests.cast import SAID, Cast
from units.models import CalendarDay

pytestmark = pytest.mark.django_db
LAPSED, PENDING = DeadlineChange.Decision.LAPSED, DeadlineChange.Decision.PENDING


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def at(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day}T10:00:00+07:00", tick=False)


def class_on(task: Task, on: date) -> DeadlineClass:
    return deadline_class(again(task), on, CalendarDay.objects.as_calendar())


# --- waiting for the reviewer ----------------------------------------------------------------------------------------


def test_days_that_a_withdrawn_result_waited_are_not_charged(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 15))
    actions.submit(task, by=cast.minh, text="Đã xong")  # Tuesday 13
    with at("2026-10-20"):  # five working days later nobody has looked
        actions.withdraw(task, by=cast.minh)
    assert again(task).counted_end == date(2026, 10, 22)
    assert task.events.last().verb == "withdraw"


def test_a_result_withdrawn_on_the_same_day_gains_nothing(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 15))
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.withdraw(task, by=cast.minh)
    assert again(task).counted_end == date(2026, 10, 15)


# --- requests nobody decided -----------------------------------------------------------------------------------------


def ask(cast: Cast, task: Task) -> None:
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")


def test_a_request_lapses_when_the_work_is_done_in_time(cast: Cast) -> None:
    task = cast.task()
    ask(cast, task)
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.confirm(task, by=cast.lan)
    assert task.deadline_changes.get().decision == LAPSED
    assert "decide_extension" not in actions.verbs_for(cast.hoa, again(task))


def test_a_request_lapses_when_the_work_is_stopped(cast: Cast) -> None:
    task = cast.task()
    ask(cast, task)
    actions.discontinue(task, by=cast.lan, reason="Đã giao nơi khác", decision=SAID)
    assert task.deadline_changes.get().decision == LAPSED


def test_a_request_made_in_time_can_still_be_granted_when_the_work_came_late(cast: Cast) -> None:
    """The leader's silence is not the unit's delay."""
    task = cast.task()
    ask(cast, task)
    with at("2026-11-05"):
        actions.submit(task, by=cast.minh, text="Đã xong")
        actions.confirm(task, by=cast.lan)
        assert class_on(task, date(2026, 11, 5)) == DeadlineClass.DONE_LATE
        assert task.deadline_changes.get().decision == PENDING
        assert "decide_extension" in actions.verbs_for(cast.hoa, again(task))
        actions.decide_extension(task, by=cast.hoa, granted=True)
    assert class_on(task, date(2026, 11, 5)) == DeadlineClass.DONE_EARLY
    assert again(task).first_effective_end == date(2026, 10, 30)


def test_an_officer_who_writes_their_own_name_as_the_decider_is_refused(cast: Cast) -> None:
    task = cast.task()
    ask(cast, task)
    mine = Decision(decided_by=" nguyễn thị LAN", how=How.PHONE)
    with pytest.raises(RuleBroken, match="không tự quyết định"):
        actions.decide_extension(task, by=cast.lan, granted=True, decision=mine)
    assert again(task).effective_end == date(2026, 10, 30)


# --- duties without an end of work -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["standing", "recurring"])
def test_a_duty_that_recurs_until_a_day_is_not_overdue_after_it(cast: Cast, kind: str) -> None:
    """ "Hằng tháng đến 30/10/2026": the check-ins stop then; nothing can be submitted, so nothing can be late."""
    task = cast.task(deadline_kind=kind, phrase="hằng tháng đến 30/10/2026")
    assert task.nominal_end == date(2026, 10, 30)
    assert class_on(task, date(2027, 1, 4)) == DeadlineClass.NO_DEADLINE
    assert "ask_extension" not in actions.verbs_for(cast.minh, task)
    with pytest.raises(RuleBroken, match="không có thời hạn"):
        ask(cast, task)


def test_the_last_working_day_before_a_deadline_on_a_day_off_says_so(cast: Cast) -> None:
    cast.plan.shifts_holidays = False
    cast.plan.save()
    task = cast.task(nominal_end=date(2026, 10, 18))  # a Sunday, set by a superior
    words = status_text(task, date(2026, 10, 16), CalendarDay.objects.as_calendar())
    assert words == "Sắp đến hạn, hết ngày làm việc trước hạn"


# --- giving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "words"), [("draft", "đang là dự thảo"), ("closed", "đã kết thúc")])
def test_a_task_is_not_given_past_its_plan(cast: Cast, state: str, words: str) -> None:
    """Its units would see a piece of a plan that is not theirs yet."""
    task = cast.task(given=False)
    type(cast.plan).objects.filter(pk=cast.plan.pk).update(state=state)
    with pytest.raises(RuleBroken, match=words):
        actions.assign(task, by=cast.lan)
    assert not Task.objects.visible_to(cast.minh).exists()


def test_writing_a_draft_read_before_it_was_given_does_not_take_it_back(cast: Cast) -> None:
    stale = cast.task(given=False)
    actions.assign(again(stale), by=cast.lan)
    stale.title = "Tên khác"
    with pytest.raises(RuleBroken, match="đã giao"):
        actions.save_task(stale, calendar=CalendarDay.objects.as_calendar())
    assert again(stale).assigned_on is not None


def test_nothing_is_said_to_be_done_on_a_day_to_come(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="sau hôm nay"):
        cast.task(deadline_kind="done", nominal_end=date(2026, 10, 20), completed_on=date(2026, 10, 20))


def test_a_link_that_is_no_web_address_is_refused(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="https://"):
        actions.attach(cast.task(), by=cast.minh, url="javascript:alert(1)")


# --- whose words they are --------------------------------------------------------------------------------------------


def test_the_office_does_not_record_for_a_unit_when_the_task_is_its_own(cast: Cast) -> None:
    own, others = cast.task("NV01", cast.vp), cast.task("NV02")
    for task in (own, others):
        actions.update_progress(task, by=cast.lan, text="Đang làm")
    assert [task.updates.get().recorded_for_unit for task in (own, others)] == [False, True]
    assert [task.events.last().recorded_for_unit for task in (own, others)] == [False, True]
    assert again(own).execution == Execution.IN_PROGRESS
