"""Who decided, who recorded it, how, and the paper, which may come later; reopening; officers; late joiners."""

from datetime import date

import pytest

from tasks import actions, ledger, matters
from tasks.actions import RuleBroken
from tasks.ledger import Decision
from tasks.models import Event, Task
from tasks.models.facts import How
from tasks.status import Confirmation, Execution
from tests.cast import LONG_AGO, SAID, Cast
from units.models import GroupMember

pytestmark = pytest.mark.django_db

BY_PHONE = Decision(decided_by="Trần Thị Hòa", how=How.PHONE)


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def test_a_decision_by_phone_owes_its_paper_until_it_comes(cast: Cast) -> None:
    task = cast.task()
    actions.suspend(task, by=cast.lan, reason="Chờ hướng dẫn", decision=BY_PHONE)
    owed = matters.papers_owed(Event.objects.all())
    event = owed.get()
    with pytest.raises(RuleBroken, match="số, ký hiệu"):
        actions.add_basis(task, by=cast.lan, event=event, basis=" ")
    actions.add_basis(task, by=cast.lan, event=event, basis="Thông báo 15/TB-SNNMT ngày 14/10/2026")
    assert not owed.exists()
    with pytest.raises(RuleBroken, match="Không có quyết định nào"):
        actions.add_basis(task, by=cast.lan, event=event, basis="Văn bản khác")
    assert ledger.first_broken(again(task)) is None


def test_what_the_office_records_for_a_unit_is_no_decision_and_owes_no_paper(cast: Cast) -> None:
    task = cast.task()
    heard = Decision(decided_by="Lê Văn Minh", how=How.PHONE)
    actions.update_progress(task, by=cast.lan, text="Đã xong 50%", decision=heard)
    assert not matters.papers_owed(Event.objects.all()).exists()


@pytest.mark.parametrize("verb", ["suspend", "discontinue", "reopen"])
def test_an_officer_never_stops_or_reopens_work_in_their_own_name(cast: Cast, verb: str) -> None:
    task = cast.task()
    if verb == "reopen":
        actions.discontinue(task, by=cast.hoa, reason="Thôi")
    own = Decision(decided_by=cast.lan.full_name, how=How.PHONE)
    for decision in (Decision(), own, Decision(decided_by="Trần Thị Hòa")):
        with pytest.raises(RuleBroken, match="lãnh đạo đã quyết định"):
            getattr(actions, verb)(task, by=cast.lan, reason="Theo họp", decision=decision)
    getattr(actions, verb)(task, by=cast.lan, reason="Theo họp", decision=SAID)


def test_a_confirmed_task_reopened_keeps_what_was_confirmed_in_the_ledger(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong", product_on=date(2026, 10, 12))
    actions.confirm(task, by=cast.lan)
    actions.reopen(task, by=cast.hoa, reason="Kết quả chưa đúng thực tế")
    task = again(task)
    assert (task.execution, task.confirmation) == (Execution.IN_PROGRESS, Confirmation.NONE)
    assert ledger.facts_of(task.events.last())["was_completed_on"] == "2026-10-12"
    actions.submit(task, by=cast.minh, text="Xong thật")
    actions.confirm(task, by=cast.lan)
    assert again(task).completed_on == date(2026, 10, 13)
    assert ledger.first_broken(again(task)) is None


def test_reopening_a_part_opens_the_order_again(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Xong")
        actions.confirm(part, by=cast.lan)
    assert not again(order).is_open
    actions.reopen(order.children.first(), by=cast.hoa, reason="Chưa đạt")
    assert again(order).is_open


def test_an_open_task_has_nothing_to_reopen(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="không cần mở lại"):
        actions.reopen(cast.task(), by=cast.hoa, reason="Thử")


def test_the_head_gives_the_work_to_an_officer_and_the_order_stays(cast: Cast) -> None:
    task = again(cast.task())
    with pytest.raises(RuleBroken, match="người của đơn vị"):
        actions.delegate(task, by=cast.minh, officer=cast.tu)
    with pytest.raises(RuleBroken, match="quyền"):
        actions.delegate(task, by=cast.mai, officer=cast.mai)
    with pytest.raises(RuleBroken, match="không được sau hạn"):
        actions.delegate(task, by=cast.minh, officer=cast.mai, due_on=date(2026, 11, 30))
    actions.delegate(task, by=cast.minh, officer=cast.mai, text="Lập dự thảo", due_on=date(2026, 10, 20))
    after = again(task)
    assert (after.officer, after.lead_unit, after.nominal_end) == (cast.mai, cast.ptd, task.nominal_end)
    assert after.execution == Execution.NOT_STARTED
    assert ledger.first_broken(after) is None


def test_the_same_document_may_prove_many_tasks(cast: Cast) -> None:
    first, second = cast.task(), cast.task("NV02")
    proof = {"number": "45/BC-PTD", "issued_on": date(2026, 10, 12)}
    actions.attach(first, by=cast.mai, **proof)
    assert actions.proves_also(actions.attach(second, by=cast.mai, **proof)) == 1


# --- orders to many ---------------------------------------------------------------------------------------------------


def test_members_left_out_get_no_part(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches, given=False)
    order.exclusions.create(unit=cast.cn2, reason="Đang sáp nhập")
    actions.assign(order, by=cast.lan)
    assert [part.lead_unit for part in order.children.all()] == [cast.cn1]


def test_a_unit_that_joins_later_is_shown_and_given_its_part_on_demand(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    assert matters.Matters(again(order)).late_joiners == []
    GroupMember.objects.create(group=cast.branches, unit=cast.doan, valid_from=LONG_AGO)
    assert matters.Matters(again(order)).late_joiners == [cast.doan]
    part = actions.assign_member(order, by=cast.lan, unit=cast.doan)
    assert (part.lead_unit, part.nominal_end) == (cast.doan, order.nominal_end)
    assert part.assigned_on == date(2026, 10, 13)
    assert matters.Matters(again(order)).late_joiners == []
    with pytest.raises(RuleBroken):
        actions.assign_member(order, by=cast.lan, unit=cast.doan)
    assert ledger.first_broken(again(order)) is None


def test_nothing_arose_counts_where_the_order_allows_it(cast: Cast) -> None:
    strict = cast.task()
    with pytest.raises(RuleBroken, match="không phát sinh"):
        actions.submit(strict, by=cast.minh, text="", nil=True)
    if_any = cast.task("NV02", allows_nil=True)
    sent = actions.submit(if_any, by=cast.minh, text="", nil=True)
    assert sent.is_nil and sent.text == "Không phát sinh."


def test_countable_parts_are_x_of_y(cast: Cast) -> None:
    task = cast.task(parts_total=3, parts_label="địa bàn")
    actions.update_progress(task, by=cast.mai, text="Xong 02 địa bàn", parts_done=2)
    assert again(task).parts_done == 2
    with pytest.raises(RuleBroken, match="từ 0 đến 3"):
        actions.update_progress(task, by=cast.mai, text="Xong 4", parts_done=4)
    with pytest.raises(RuleBroken, match="không chia"):
        actions.update_progress(cast.task("NV02"), by=cast.mai, text="Xong", parts_done=1)
