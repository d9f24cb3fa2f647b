"""The chain also holds what stands beside it: texts, decisions, evidence, and the state of the task itself."""

from datetime import date

import pytest
from django.db import connection

from core.append_only import lifted
from tasks import actions, ledger
from tasks.ledger import Decision
from tasks.models import Event, Task
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(cast: Cast) -> Task:
    """Reported on, extended, proven, returned, sent again, confirmed."""
    task = cast.task()
    said = Decision(decided_by="  Lê  Văn Minh ", how="phone", basis=" 12  BC ")
    actions.update_progress(task, by=cast.lan, text="  Đã xong 3/5 \r\n", percent=60, decision=said)
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.hoa, granted=True, note="Đồng ý")
    actions.attach(task, by=cast.mai, number="45/BC-PTD", issued_on=date(2026, 10, 12), issuer="Phòng QLĐĐ")
    actions.submit(task, by=cast.minh, text="Đã ban hành 20/20", product_on=date(2026, 10, 12))
    actions.return_result(task, by=cast.lan, reason="Thiếu biên bản")
    actions.submit(task, by=cast.minh, text="Đã bổ sung", product_on=date(2026, 10, 13))
    actions.confirm(task, by=cast.lan, note="Đạt")
    return task


def by_hand(sql: str) -> None:
    """What somebody with the database in their hands could do."""
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_was_written_through_the_verbs_is_whole(task: Task) -> None:
    assert ledger.first_broken(task) is None
    assert [event.verb for event in task.events.all()][-1] == "confirm"


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("UPDATE tasks_progressupdate SET text = 'khác' WHERE NOT is_submission", "update"),
        ("UPDATE tasks_progressupdate SET product_on = '2026-10-01' WHERE text = 'Đã bổ sung'", "submit"),
        ("UPDATE tasks_evidence SET number = '46/BC-PTD'", "attach"),
        ("DELETE FROM tasks_evidence", "attach"),
        ("UPDATE tasks_deadlinechange SET reason = 'khác'", "ask_extension"),
        ("UPDATE tasks_deadlinechange SET granted_end = '2026-12-20'", "decide_extension"),
        ("UPDATE tasks_deadlinechange SET decided_by_name = 'Người khác'", "decide_extension"),
        ("UPDATE tasks_task SET completed_on = '2026-10-01'", "confirm"),
        ("UPDATE tasks_task SET counted_end = '2026-12-31'", "confirm"),
        ("DELETE FROM tasks_event WHERE verb = 'confirm'", "submit"),
    ],
)
def test_whatever_was_changed_past_the_verbs_is_found(task: Task, sql: str, verb: str) -> None:
    by_hand(sql)
    broken = ledger.first_broken(task)
    assert broken is not None and broken.verb == verb


def test_a_content_that_is_no_content_is_a_break_and_no_crash(task: Task) -> None:
    event = task.events.get(verb="return")
    content_digest, digest = ledger.link(event.previous_digest, "[]")
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tasks_event SET content = '[]', content_digest = %s, digest = %s WHERE id = %s",
            [content_digest, digest, event.pk],
        )
    broken = ledger.first_broken(task)
    assert broken is not None and broken.pk == event.pk


def test_every_line_says_before_and_after(task: Task) -> None:
    confirmed = ledger._content(task.events.get(verb="confirm"))["changed"]
    assert confirmed == {
        "entry_gap": [None, 0],
        "completed_on": [None, "2026-10-13"],
        "confirmation": ["submitted", "confirmed"],
        "execution": ["in_progress", "done"],
        "percent": [60, 100],
    }
    given = ledger._content(task.events.get(verb="assign"))["changed"]
    assert set(given) == set(ledger.STATE) and given["effective_end"] == [None, "2026-10-30"]


def test_an_order_and_its_parts_are_whole(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Đã xong")
        actions.confirm(part, by=cast.lan)
    assert [ledger.first_broken(each) for each in (order, *order.children.all())] == [None, None, None]
    assert Event.objects.filter(task=order).count() == 2
