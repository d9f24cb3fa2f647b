"""What is decided once for an order to many is carried to its parts, and owes one paper: on the order."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions, ledger, matters, states
from tasks.actions import RuleBroken, verbs_for
from tasks.ledger import Decision
from tasks.models import Event, LaterBasis, Task
from tasks.models.facts import How
from tasks.recurrence import Every, Rhythm
from tasks.status import Execution
from tests.cast import SAID, TODAY, Cast
from units.actions import set_group

pytestmark = pytest.mark.django_db

BY_PHONE = Decision(decided_by="Trần Thị Hòa", how=How.PHONE)
PAPER = "Thông báo 15/TB-SNNMT ngày 14/10/2026"


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def stand(*tasks: Task) -> list[str]:
    return [again(task).execution for task in tasks]


def owed() -> list[Event]:
    return list(matters.papers_owed(Event.objects.all()))


def whole(*tasks: Task) -> bool:
    return all(
        ledger.first_broken(again(task)) is None and states.first_difference(again(task)) is None
        for task in tasks
    )


@pytest.fixture
def order(cast: Cast) -> Task:
    return cast.task(lead_group=cast.branches)


@pytest.fixture
def parts(order: Task) -> list[Task]:
    return list(order.children.order_by("pk"))


def do(cast: Cast, verb: str, order: Task, decision: Decision = BY_PHONE) -> None:
    """The verb on an order to many, brought to where it may be done."""
    if verb == "resume":
        actions.suspend(order, by=cast.lan, reason="Chờ hướng dẫn", decision=SAID)
    if verb == "reopen":
        actions.discontinue(order, by=cast.lan, reason="Thôi", decision=SAID)
    if verb == "correct_deadline":
        actions.correct_deadline(
            order, by=cast.lan, phrase="20/11/2026", reason="Đọc nhầm", decision=decision
        )
    else:
        getattr(actions, verb)(again(order), by=cast.lan, reason="Theo họp", decision=decision)


@pytest.mark.parametrize("verb", ["discontinue", "suspend", "resume", "reopen", "correct_deadline"])
def test_recorded_by_phone_it_owes_one_paper_which_settles_every_line(
    cast: Cast, order: Task, parts: list[Task], verb: str
) -> None:
    do(cast, verb, order)
    lines = Event.objects.filter(verb=verb, how=How.PHONE)
    assert {line.task_id for line in lines} == {order.pk, *(part.pk for part in parts)}
    assert [(line.task_id, line.verb) for line in owed()] == [(order.pk, verb)]
    assert "add_basis" in verbs_for(cast.lan, again(order))
    assert "add_basis" not in verbs_for(cast.lan, again(parts[0]))
    actions.add_basis(order, by=cast.lan, event=owed()[0], basis=PAPER)
    assert owed() == []
    assert {later.event_id for later in LaterBasis.objects.filter(basis=PAPER)} == {line.pk for line in lines}
    assert whole(order, *parts)


def test_the_page_of_a_part_says_where_the_paper_is_added_and_shows_it_then(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    client = Client()
    client.force_login(cast.lan)
    page = reverse("task", args=[parts[0].pk])
    do(cast, "discontinue", order)
    assert "Chưa có văn bản, bổ sung một lần ở nhiệm vụ chung" in client.get(page).content.decode()
    actions.add_basis(order, by=cast.lan, event=owed()[0], basis=PAPER)
    shown = client.get(page).content.decode()
    assert PAPER in shown and "Chưa có văn bản" not in shown


def test_an_order_given_by_phone_owes_one_paper(cast: Cast) -> None:
    order = cast.task(
        lead_group=cast.branches, plan=None, source="oral", ordered_by="Trần Thị Hòa", ordered_how=How.PHONE
    )
    assert [line.task_id for line in owed()] == [order.pk]
    with_new = set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1, cast.cn2, cast.vpdk], since=TODAY)
    assert with_new == order.lead_group
    joined = actions.assign_member(order, by=cast.lan, unit=cast.vpdk, decision=BY_PHONE)
    assert {line.task_id for line in owed()} == {order.pk}
    assert whole(order, joined)


def test_stopping_a_standing_order_stops_what_it_asked_for_ahead_on_one_paper(cast: Cast) -> None:
    order = cast.task(deadline_kind="recurring", phrase="thường xuyên", nominal_end=None, product="Báo cáo")
    monthly = Rhythm(every=Every.MONTH, due_day=25, starts_on=date(2026, 10, 1))
    actions.set_rhythm(order, by=cast.lan, rhythm=monthly, ahead_days=60)
    occurrences = list(Task.objects.filter(duty__task=order))
    actions.discontinue(order, by=cast.lan, reason="Thôi", decision=BY_PHONE)
    assert len(occurrences) >= 2 and set(stand(*occurrences)) == {Execution.DISCONTINUED}
    assert [line.task_id for line in owed()] == [order.pk]
    actions.add_basis(order, by=cast.lan, event=owed()[0], basis=PAPER)
    assert owed() == [] and whole(order, *occurrences)


def test_a_line_cannot_be_cut_loose_from_the_one_it_follows(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    from django.db import connection

    from core.append_only import lifted

    do(cast, "discontinue", order)
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_event SET follows_id = NULL WHERE task_id = %s", [parts[0].pk])
    broken = ledger.first_broken(again(parts[0]))
    assert broken is not None and broken.verb == "assign"


# --- stopping for a while, going on, opening again ---------------------------------------------------------------


def test_an_order_stops_for_a_while_with_its_parts_and_goes_on_with_them(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    actions.suspend(order, by=cast.hoa, reason="Chờ Bộ")
    assert stand(order, *parts) == [Execution.SUSPENDED] * 3
    actions.resume(order, by=cast.hoa, reason="Đã có hướng dẫn")
    assert stand(order, *parts) == [Execution.IN_PROGRESS] * 3


def test_a_part_whose_result_waits_does_not_stop_and_one_that_stopped_before_does_not_go_on(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    sent, before = parts
    actions.submit(sent, by=cast.dung, text="Xong")
    actions.suspend(before, by=cast.hoa, reason="Chi nhánh đang chuyển trụ sở")
    actions.suspend(order, by=cast.hoa, reason="Chờ Bộ")
    assert stand(order, sent, before) == [Execution.SUSPENDED, Execution.IN_PROGRESS, Execution.SUSPENDED]
    actions.resume(order, by=cast.hoa, reason="Đã có hướng dẫn")
    assert stand(order, sent, before) == [Execution.IN_PROGRESS, Execution.IN_PROGRESS, Execution.SUSPENDED]
    assert whole(order, sent, before)


def test_an_order_that_was_stopped_is_opened_again_with_the_parts_that_ended_with_it(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    first, second = parts
    actions.discontinue(first, by=cast.hoa, reason="Chi nhánh không có việc này")
    actions.discontinue(order, by=cast.hoa, reason="Đã giao nơi khác")
    with pytest.raises(RuleBroken, match="hãy mở lại nhiệm vụ chung trước"):
        actions.reopen(second, by=cast.hoa, reason="Vẫn phải làm")
    actions.reopen(order, by=cast.hoa, reason="Vẫn phải làm")
    assert stand(order, first, second) == [
        Execution.IN_PROGRESS, Execution.DISCONTINUED, Execution.IN_PROGRESS,
    ]  # fmt: skip
    assert whole(order, first, second)


def test_an_order_that_is_done_names_its_parts_as_the_place_to_open_again(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    for part in parts:
        actions.submit(part, by=cast.dung, text="Xong")
    with pytest.raises(RuleBroken, match="xác nhận hoặc yêu cầu bổ sung ở nhiệm vụ của từng đơn vị"):
        actions.suspend(order, by=cast.hoa, reason="Chờ Bộ")
    for part in parts:
        actions.confirm(part, by=cast.lan)
    with pytest.raises(RuleBroken, match="mở lại ở nhiệm vụ của từng đơn vị"):
        actions.reopen(order, by=cast.hoa, reason="Chưa đạt")
