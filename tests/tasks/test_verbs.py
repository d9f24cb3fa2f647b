"""The life of a task, verb by verb: who may, when, and what stays written."""

from datetime import date

import pytest
import time_machine

from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.ledger import Decision
from tasks.models import DeadlineChange, Task
from tasks.models.facts import How
from tasks.rules import RULES
from tasks.status import Confirmation, Execution
from tests.cast import SAID, Cast
from tests.tasks.test_rules_when import EXPECTED, LETTERS, STATES

pytestmark = pytest.mark.django_db


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def at(day: str) -> time_machine.travel:
    return time_machine.travel(f"{day}T10:00:00+07:00", tick=False)


# --- the straight way ------------------------------------------------------------------------------------------------


def test_a_task_goes_from_order_to_confirmed_result_and_every_step_is_in_the_ledger(cast: Cast) -> None:
    task = cast.task()
    actions.accept(task, by=cast.mai)
    actions.update_progress(task, by=cast.mai, text="Đã rà soát 10/20 quy trình", percent=50)
    actions.attach(task, by=cast.mai, number="45/BC-PTD", issued_on=date(2026, 10, 12), issuer="Phòng QLĐĐ")
    actions.submit(task, by=cast.minh, text="Đã ban hành 20/20 quy trình", product_on=date(2026, 10, 12))
    actions.confirm(task, by=cast.lan)
    task = again(task)
    assert (task.execution, task.confirmation) == (Execution.DONE, Confirmation.CONFIRMED)
    assert task.completed_on == date(2026, 10, 12)
    assert [e.verb for e in task.events.all()] == [
        "assign",
        "accept",
        "update",
        "attach",
        "submit",
        "confirm",
    ]
    assert [e.by.username for e in task.events.all()] == ["lan", "mai", "mai", "mai", "minh", "lan"]
    assert ledger.first_broken(task) is None


def test_without_a_product_date_the_day_of_submission_is_the_completion_date(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Đã xong")
    with at("2026-10-20"):
        actions.confirm(task, by=cast.lan)
    assert again(task).completed_on == date(2026, 10, 13)


def test_a_product_may_be_older_than_the_order_but_not_newer_than_today(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="sau hôm nay"):
        actions.submit(task, by=cast.minh, text="Đã xong", product_on=date(2026, 10, 14))
    actions.submit(task, by=cast.minh, text="Đã xong", product_on=date(2026, 4, 1))
    assert again(task).confirmation == Confirmation.SUBMITTED


def test_a_percentage_never_changes_the_state(cast: Cast) -> None:
    task = cast.task()
    actions.update_progress(task, by=cast.mai, text="Xong hết", percent=100)
    assert again(task).execution == Execution.IN_PROGRESS


@pytest.mark.parametrize("percent", [-1, 101, 170])
def test_a_percentage_outside_0_to_100_is_refused(cast: Cast, percent: int) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="từ 0 đến 100"):
        actions.update_progress(task, by=cast.mai, text="Đang làm", percent=percent)
    assert not task.updates.exists() and task.events.count() == 1


# --- who -------------------------------------------------------------------------------------------------------------


def test_the_clerk_prepares_and_the_head_sends(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.submit(task, by=cast.mai, text="Đã xong")
    cast.ptd.clerk_may_send = True
    cast.ptd.save()
    actions.submit(task, by=cast.mai, text="Đã xong")
    assert again(task).confirmation == Confirmation.SUBMITTED


@pytest.mark.parametrize("verb", sorted(RULES))
def test_another_unit_can_do_nothing(cast: Cast, verb: str) -> None:
    assert actions.may(cast.tu, verb, cast.task()) is None


@pytest.mark.parametrize("verb", sorted(RULES))
def test_an_auditor_only_reads(cast: Cast, verb: str) -> None:
    assert actions.may(cast.son, verb, cast.task()) is None


def test_nobody_confirms_what_they_sent_themselves(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.lan, text="Đơn vị báo qua điện thoại là đã xong")
    with pytest.raises(RuleBroken, match="không được tự xác nhận"):
        actions.confirm(task, by=cast.lan)
    assert "confirm" not in actions.verbs_for(cast.lan, again(task))
    actions.confirm(task, by=cast.hoa)
    assert again(task).execution == Execution.DONE


def test_the_office_records_for_a_unit_and_the_ledger_says_so(cast: Cast) -> None:
    task = cast.task()
    said = Decision(decided_by="Lê Văn Minh", how=How.PHONE)
    update = actions.update_progress(task, by=cast.lan, text="Đã xong 3/5", decision=said)
    event = task.events.get(verb="update")
    assert update.recorded_for_unit and event.recorded_for_unit
    assert (event.by, event.decided_by, event.how) == (cast.lan, "Lê Văn Minh", How.PHONE)
    assert (event.role, event.unit) == ("plan_owner", cast.vp)


def test_a_leader_not_in_charge_does_not_decide(cast: Cast) -> None:
    cast.plan.leader_in_charge = cast.minh
    cast.plan.save()
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Đã xong")
    assert actions.may(cast.hoa, "confirm", again(task)) is None


# --- returned work and fair clocks -----------------------------------------------------------------------------------


def test_days_with_the_reviewer_are_not_charged_to_the_unit(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 15))
    actions.submit(task, by=cast.minh, text="Đã xong")  # Tuesday 13
    with at("2026-10-20"):  # Tuesday 20: five working days later
        actions.return_result(task, by=cast.lan, reason="Thiếu biên bản")
    task = again(task)
    assert task.confirmation == Confirmation.RETURNED
    assert task.effective_end == date(2026, 10, 15)
    assert task.counted_end == date(2026, 10, 22)


def test_a_return_needs_a_reason(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Đã xong")
    with pytest.raises(RuleBroken, match="bổ sung"):
        actions.return_result(task, by=cast.lan, reason="   ")
    assert again(task).confirmation == Confirmation.SUBMITTED


def test_a_submission_can_be_withdrawn_until_it_is_decided(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.withdraw(task, by=cast.minh)
    with pytest.raises(RuleBroken, match="Chưa có kết quả"):
        actions.confirm(task, by=cast.lan)


# --- more time -------------------------------------------------------------------------------------------------------


def test_an_extension_moves_the_deadline_and_keeps_the_first(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 22), reason="Chờ Bộ hướng dẫn")
    change = actions.decide_extension(task, by=cast.hoa, granted=True)
    task = again(task)
    assert task.first_effective_end == date(2026, 10, 30)
    assert task.nominal_end == date(2026, 11, 22)  # a Sunday
    assert task.effective_end == date(2026, 11, 23)
    assert change.decided_by_name == "Trần Thị Hòa"
    assert task.was_extended


def test_an_officer_never_decides_an_extension_in_their_own_name(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    with pytest.raises(RuleBroken, match="lãnh đạo đã quyết định"):
        actions.decide_extension(task, by=cast.lan, granted=True)
    said = Decision(decided_by="Trần Thị Hòa", how=How.NOTE, basis="Bút phê ngày 13/10/2026")
    change = actions.decide_extension(task, by=cast.lan, granted=True, decision=said)
    assert (change.decided_by_name, change.recorded_by) == ("Trần Thị Hòa", cast.lan)


def test_a_request_near_the_deadline_is_marked_late(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 15))
    change = actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    assert change.late


def test_a_refusal_needs_a_reason_and_leaves_the_deadline(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    with pytest.raises(RuleBroken, match="lý do"):
        actions.decide_extension(task, by=cast.hoa, granted=False)
    actions.decide_extension(task, by=cast.hoa, granted=False, note="Việc đã rõ")
    assert again(task).effective_end == date(2026, 10, 30)
    assert task.deadline_changes.get().decision == DeadlineChange.Decision.REFUSED


def test_only_one_request_waits_at_a_time_and_it_must_be_later(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="phải sau hạn hiện tại"):
        actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 10, 30), reason="Bận")
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    with pytest.raises(RuleBroken, match="đang chờ quyết định"):
        actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 21), reason="Chờ nữa")


# --- orders to many --------------------------------------------------------------------------------------------------


def test_an_order_to_a_group_becomes_one_task_per_member_and_is_done_with_the_last(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    first, second = order.children.order_by("id")
    assert {first.lead_unit, second.lead_unit} == {cast.cn1, cast.cn2}
    actions.submit(first, by=cast.tu, text="Đã xong", product_on=date(2026, 10, 12))
    actions.confirm(first, by=cast.lan)
    assert again(order).execution == Execution.NOT_STARTED
    actions.submit(second, by=cast.dung, text="Đã xong")
    actions.confirm(second, by=cast.lan)
    assert (again(order).execution, again(order).completed_on) == (Execution.DONE, date(2026, 10, 13))


def test_giving_an_order_twice_changes_nothing(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    assert len(actions.assign(order, by=cast.lan)) == 2
    assert order.children.count() == 2 and order.events.count() == 1


def test_an_order_to_many_is_worked_on_in_its_parts_only(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    with pytest.raises(RuleBroken):
        actions.update_progress(order, by=cast.lan, text="Đang làm")


def test_a_closed_unit_receives_nothing(cast: Cast) -> None:
    task = cast.task(given=False)
    cast.ptd.closed_on = date(2026, 9, 30)
    cast.ptd.save()
    with pytest.raises(RuleBroken, match="chấm dứt hoạt động"):
        actions.assign(task, by=cast.lan)


# --- stopping --------------------------------------------------------------------------------------------------------


def test_a_suspended_task_waits_until_it_is_resumed(cast: Cast) -> None:
    task = cast.task()
    actions.suspend(task, by=cast.lan, reason="Chờ văn bản của Bộ", decision=SAID)
    with pytest.raises(RuleBroken, match="Tạm dừng"):
        actions.submit(task, by=cast.minh, text="Đã xong")
    actions.resume(task, by=cast.lan, reason="Đã có văn bản")
    assert again(task).execution == Execution.IN_PROGRESS


def test_a_standing_duty_is_followed_but_never_submitted_as_done(cast: Cast) -> None:
    task = cast.task(deadline_kind="standing", nominal_end=None, phrase="thường xuyên")
    actions.update_progress(task, by=cast.mai, text="Đã hướng dẫn 120 lượt người dân")
    with pytest.raises(RuleBroken, match="thường xuyên"):
        actions.submit(task, by=cast.minh, text="Đã xong")


# --- a full grid: no verb works from a state the table does not name ------------------------------


@pytest.mark.parametrize("execution", Execution.values)
@pytest.mark.parametrize("confirmation", Confirmation.values)
def test_only_the_verbs_of_the_table_are_offered(cast: Cast, execution: str, confirmation: str) -> None:
    if confirmation == "confirmed" and execution != "done":
        confirmation = "none"
    task = cast.task()
    Task.objects.filter(pk=task.pk).update(
        execution=execution,
        confirmation=confirmation,
        completed_on=date(2026, 10, 5),
        submitted_on=date(2026, 10, 5),
    )
    task = again(task)
    offered = set(actions.verbs_for(cast.lan, task)) | set(actions.verbs_for(cast.minh, task))
    letter = next(key for key, each in LETTERS.items() if each == confirmation)
    column = next(key for key, each in STATES.items() if each == execution)
    assert all(letter in EXPECTED[verb][column] for verb in offered)


def test_a_task_done_before_the_plan_was_issued_is_born_complete(cast: Cast) -> None:
    done_on = date(2026, 9, 1)
    task = cast.task(
        deadline_kind="done",
        nominal_end=done_on,
        completed_on=done_on,
        phrase="Đã thực hiện vào ngày 01/9/2026",
    )
    assert (task.execution, task.confirmation, task.completed_on) == (
        Execution.DONE,
        Confirmation.NONE,
        done_on,
    )
    assert actions.verbs_for(cast.mai, task) == ["attach"]
