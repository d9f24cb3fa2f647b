"""An obstacle has an asker, somebody who is asked, a day to reply by and a reply; a direction is a leader's word."""

from datetime import date

import pytest

from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.models import Obstacle, Task
from tests.cast import SAID, TODAY, Cast

pytestmark = pytest.mark.django_db


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def test_by_default_the_tracking_office_is_asked_and_has_three_working_days(cast: Cast) -> None:
    obstacle = actions.raise_obstacle(cast.task(), by=cast.mai, text="Phần mềm chưa kết nối")
    assert (obstacle.asked_of, obstacle.due_on) == (cast.vp, date(2026, 10, 16))


def test_the_unit_that_is_asked_sees_the_task_and_replies(cast: Cast) -> None:
    task = cast.task()
    obstacle = actions.raise_obstacle(task, by=cast.mai, text="Thiếu dữ liệu", asked_of=cast.vpdk)
    assert task in Task.objects.visible_to(cast.dung) and task not in Task.objects.visible_to(cast.tu)
    with pytest.raises(RuleBroken, match="nội dung trả lời"):
        actions.answer_obstacle(task, by=cast.dung, obstacle=obstacle, outcome="resolved", reply=" ")
    actions.answer_obstacle(
        task, by=cast.dung, obstacle=obstacle, outcome="resolved", reply="Đã chuyển dữ liệu"
    )
    found = task.obstacles.get()
    assert (found.outcome, found.decision_note) == (Obstacle.Outcome.RESOLVED, "Đã chuyển dữ liệu")
    assert ledger.first_broken(again(task)) is None


def test_a_unit_replies_only_to_what_was_asked_of_it(cast: Cast) -> None:
    task = cast.task()
    other = actions.raise_obstacle(task, by=cast.mai, text="Thiếu kinh phí", asked_of=cast.vp)
    actions.raise_obstacle(task, by=cast.mai, text="Thiếu dữ liệu", asked_of=cast.vpdk)
    with pytest.raises(RuleBroken, match="đơn vị khác trả lời"):
        actions.answer_obstacle(task, by=cast.dung, obstacle=other, outcome="resolved", reply="Đã cấp")


def test_an_obstacle_is_answered_once(cast: Cast) -> None:
    task = cast.task()
    obstacle = actions.raise_obstacle(task, by=cast.mai, text="Thiếu dữ liệu")
    actions.answer_obstacle(task, by=cast.lan, obstacle=obstacle, outcome="guided", reply="Xem hướng dẫn")
    with pytest.raises(RuleBroken, match="Không có vướng mắc"):
        actions.answer_obstacle(task, by=cast.hoa, obstacle=obstacle, outcome="declined", reply="Không")


def test_a_leader_directs_and_nothing_else_changes(cast: Cast) -> None:
    task = again(cast.task())
    before = {name: getattr(task, name) for name in ledger.STATE}
    direction = actions.direct(
        task, by=cast.hoa, text="Làm việc với Bưu điện trong tuần", due_on=date(2026, 10, 16)
    )
    assert direction.given_by_name == "Trần Thị Hòa"
    assert {name: getattr(again(task), name) for name in ledger.STATE} == before
    with pytest.raises(RuleBroken, match="trước hôm nay"):
        actions.direct(task, by=cast.hoa, text="Gấp", due_on=date(2026, 10, 12))


def test_an_officer_records_a_direction_only_in_a_leaders_name(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="lãnh đạo đã quyết định"):
        actions.direct(task, by=cast.lan, text="Khẩn trương")
    assert (
        actions.direct(task, by=cast.lan, text="Khẩn trương", decision=SAID).given_by_name == SAID.decided_by
    )


def test_an_order_to_many_can_be_directed_as_a_whole(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    actions.direct(order, by=cast.hoa, text="Các Chi nhánh báo cáo hằng tuần")
    assert order.directions.count() == 1


def test_a_report_the_office_knows_of_is_awaited_for_two_working_days(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 12))
    with pytest.raises(RuleBroken, match="đã nhận báo cáo ở đâu"):
        actions.note_reported(task, by=cast.lan, source="")
    actions.note_reported(task, by=cast.lan, source="Công văn 88/PTD")
    assert again(task).awaited_until == date(2026, 10, 15) > TODAY
    actions.update_progress(task, by=cast.mai, text="Đã cập nhật")
    assert again(task).awaited_until is None
