"""There is no refusal, only "đề nghị giao lại": both units say what they think, a leader decides (office rule 3)."""

import pytest

from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.models import Reassignment, Task
from tasks.status import Confirmation, Execution
from tests.cast import SAID, Cast

pytestmark = pytest.mark.django_db


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def propose(cast: Cast, task: Task) -> Reassignment:
    return actions.propose_reassignment(
        task, by=cast.minh, reason="Không thuộc chức năng", proposed_unit=cast.vpdk
    )


def test_the_named_lead_stays_answerable_until_somebody_decides(cast: Cast) -> None:
    task = cast.task()
    propose(cast, task)
    assert again(task).execution == Execution.REASSIGN and again(task).lead_unit == cast.ptd
    actions.update_progress(task, by=cast.mai, text="Vẫn đang thu thập số liệu")
    assert again(task).execution == Execution.REASSIGN
    actions.submit(task, by=cast.minh, text="Đã xong")
    assert again(task).confirmation == Confirmation.SUBMITTED
    assert task.reassignments.get().decision == Reassignment.Decision.LAPSED
    assert ledger.first_broken(again(task)) is None


def test_the_proposed_unit_sees_the_task_and_says_what_it_thinks(cast: Cast) -> None:
    task = cast.task()
    assert task not in Task.objects.visible_to(cast.dung)
    propose(cast, task)
    assert task in Task.objects.visible_to(cast.dung)
    assert actions.verbs_for(cast.dung, again(task)) == ["give_view"]
    view = actions.give_view(task, by=cast.dung, text="Đồng ý nhận, cần thêm thời gian")
    own = actions.give_view(task, by=cast.minh, text="Hồ sơ đang lưu tại VPĐKĐĐ")
    assert (view.unit, own.unit) == (cast.vpdk, cast.ptd)


def test_agreed_the_task_moves_with_its_dates_and_its_past(cast: Cast) -> None:
    task = cast.task(coordinators=[(cast.vpdk, "coordinating")])
    actions.accept(task, by=cast.mai)
    propose(cast, task)
    actions.decide_reassignment(task, by=cast.hoa, agreed=True)
    task = again(task)
    assert task.lead_unit == cast.vpdk and task.execution == Execution.NOT_STARTED
    assert task.nominal_end == task.first_effective_end
    assert not task.coordinations.exists(), "a unit that leads and works along is one"
    assert [event.verb for event in task.events.all()][-1] == "decide_reassignment"
    assert ledger.first_broken(task) is None
    assert task in Task.objects.visible_to(cast.dung) and task not in Task.objects.visible_to(cast.minh)


def test_refused_it_goes_back_to_where_it_was_with_a_reason(cast: Cast) -> None:
    task = cast.task()
    actions.accept(task, by=cast.mai)
    propose(cast, task)
    with pytest.raises(RuleBroken, match="lý do không đồng ý"):
        actions.decide_reassignment(task, by=cast.hoa, agreed=False)
    actions.decide_reassignment(task, by=cast.hoa, agreed=False, note="Đúng chức năng của Phòng")
    assert again(task).execution == Execution.ACKNOWLEDGED and again(task).lead_unit == cast.ptd


def test_the_unit_may_take_its_proposal_back(cast: Cast) -> None:
    task = cast.task()
    propose(cast, task)
    actions.withdraw_reassignment(task, by=cast.minh)
    assert again(task).execution == Execution.NOT_STARTED
    with pytest.raises(RuleBroken, match="Không có đề nghị giao lại"):
        actions.decide_reassignment(task, by=cast.hoa, agreed=True, new_lead=cast.vpdk)


def test_an_officer_only_records_the_decision_and_says_who_decided(cast: Cast) -> None:
    task = cast.task()
    propose(cast, task)
    with pytest.raises(RuleBroken, match="lãnh đạo đã quyết định"):
        actions.decide_reassignment(task, by=cast.lan, agreed=True)
    decided = actions.decide_reassignment(task, by=cast.lan, agreed=True, decision=SAID)
    assert (decided.decided_by_name, decided.recorded_by) == ("Trần Thị Hòa", cast.lan)


def test_a_second_proposal_waits_for_the_first(cast: Cast) -> None:
    task = cast.task()
    propose(cast, task)
    with pytest.raises(RuleBroken):
        propose(cast, task)


def test_an_outside_body_proposes_nothing_here(cast: Cast) -> None:
    task = cast.task(lead=cast.ubtx)
    with pytest.raises(RuleBroken, match="văn bản trả lời"):
        actions.propose_reassignment(task, by=cast.lan, reason="Không thuộc thẩm quyền")


@pytest.mark.parametrize("place", ["lead", "closed"])
def test_a_task_goes_only_to_an_open_unit_that_does_not_lead_it_yet(cast: Cast, place: str) -> None:
    task = cast.task()
    if place == "closed":
        cast.doan.closed_on = task.assigned_on
        cast.doan.save()
    to = cast.ptd if place == "lead" else cast.doan
    with pytest.raises(RuleBroken):
        actions.hand_over(task, by=cast.hoa, to=to, reason="Giao lại")
    assert again(task).lead_unit == cast.ptd and task.events.count() == 1


def test_a_unit_never_gets_a_second_part_of_the_same_order(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    part = order.children.get(lead_unit=cast.cn1)
    with pytest.raises(RuleBroken, match="đã có phần việc"):
        actions.hand_over(part, by=cast.hoa, to=cast.cn2, reason="Nhập chi nhánh")
