"""A refusal says what to do instead: nobody is left in front of a closed door."""

from datetime import date

import pytest

from plans.models import Plan
from tasks import actions
from tasks.actions import RuleBroken
from tasks.models import DeadlineChange, Task
from tasks.rules import RULES, refusal
from tasks.status import Execution
from tests.cast import Cast

# They say themselves that there is nothing to do.
NOTHING_TO_DO = {"accept", "resume", "reopen"}
LEADS_ON = {
    Execution.SUSPENDED: "resume",
    Execution.REASSIGN: "withdraw_reassignment",
    Execution.DONE: "reopen",
    Execution.DISCONTINUED: "reopen",
}


CLOSED_DOORS = [
    (verb, execution)
    for verb in sorted(set(RULES) - NOTHING_TO_DO)
    for execution in LEADS_ON
    if execution not in RULES[verb].execution
]


@pytest.mark.parametrize(("verb", "execution"), CLOSED_DOORS)
def test_what_cannot_be_done_in_a_state_names_the_act_that_leads_on(verb: str, execution: Execution) -> None:
    task = Task(assigned_on=date(2026, 10, 1), lead_unit_id=1, execution=execution, deadline_kind="date")
    way_on = LEADS_ON[execution]
    assert execution in RULES[way_on].execution
    assert RULES[way_on].label.casefold() in (refusal(verb, task) or "").casefold()


@pytest.mark.parametrize("verb", sorted(verb for verb, rule in RULES.items() if rule.leaf_only))
def test_what_an_order_to_many_does_not_take_is_done_on_the_task_of_each_unit(verb: str) -> None:
    order = Task(assigned_on=date(2026, 10, 1), lead_group_id=1, deadline_kind="date")
    assert "mở nhiệm vụ của từng đơn vị" in (refusal(verb, order) or "")


def test_an_order_that_was_read_as_a_date_is_mended_before_it_gets_a_rhythm() -> None:
    task = Task(assigned_on=date(2026, 10, 1), lead_unit_id=1, deadline_kind="date")
    assert "đính chính thời hạn trước" in (refusal("set_rhythm", task) or "")


@pytest.mark.django_db
def test_who_sent_a_result_is_told_who_confirms_it(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.lan, text="Đơn vị báo đã xong")
    with pytest.raises(RuleBroken, match="người khác của Văn phòng hoặc lãnh đạo phụ trách xác nhận"):
        actions.confirm(task, by=cast.lan)
    with pytest.raises(RuleBroken, match="rút lại kết quả"):
        actions.return_result(task, by=cast.lan, reason="Nhầm")


@pytest.mark.django_db
def test_a_receipt_after_an_extension_is_kept_and_moves_nothing(cast: Cast) -> None:
    columns = actions.read_phrase(
        Task(plan=cast.plan, tracking_unit=cast.vp), "trong vòng 10 ngày làm việc kể từ ngày nhận", None
    )
    task = cast.task(**columns, assigned_on=date(2026, 10, 12))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    actions.receive(task, by=cast.mai, on=date(2026, 10, 13))
    task = Task.objects.get(pk=task.pk)
    assert (task.received_on, task.nominal_end) == (date(2026, 10, 13), date(2026, 11, 20))


@pytest.mark.django_db
def test_a_request_for_more_time_ends_where_no_deadline_is_left(cast: Cast) -> None:
    """Nobody could decide on it any more: a decision needs a deadline."""
    task = cast.task()
    asked = actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    actions.correct_deadline(task, by=cast.lan, phrase="thường xuyên", reason="Đọc nhầm")
    asked.refresh_from_db()
    assert asked.decision == DeadlineChange.Decision.LAPSED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "words"), [(Plan.State.DRAFT, "giao cùng kế hoạch"), (Plan.State.CLOSED, "nhiệm vụ phát sinh")]
)
def test_a_plan_that_is_not_running_says_how_its_task_is_given(cast: Cast, state: str, words: str) -> None:
    task = cast.task(given=False)
    Plan.objects.filter(pk=cast.plan.pk).update(state=state)
    with pytest.raises(RuleBroken, match=words):
        actions.assign(task, by=cast.lan)


@pytest.mark.django_db
def test_a_unit_that_has_a_part_already_takes_no_second_one(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    part = order.children.get(lead_unit=cast.cn1)
    with pytest.raises(RuleBroken, match="“Không tiếp tục thực hiện”"):
        actions.hand_over(part, by=cast.hoa, to=cast.cn2, reason="Gộp địa bàn")
