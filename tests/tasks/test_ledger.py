"""`manage.py verify_ledger`: every chain is checked, the first broken link is named."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from core.append_only import lifted
from tasks import actions
from tasks.models import ContentRemoval, Event, Task
from tests.cast import Cast


@pytest.fixture
def task(cast: Cast) -> Task:
    """Given, reported on, sent and confirmed: four links; a second task is only given."""
    task = cast.task("NV01")
    actions.update_progress(task, by=cast.mai, text="Đang làm", percent=50)
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.confirm(task, by=cast.lan)
    cast.task("NV02")
    return task


def verify() -> tuple[int, str]:
    """(exit status, what was said)."""
    out = io.StringIO()
    try:
        call_command("verify_ledger", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def tamper(task: Task, sequence: int, /, **columns: object) -> None:
    """What somebody with the database in their hands could do."""
    row = Event.objects.get(task=task, sequence=sequence)
    with lifted(connection):
        assignments = ", ".join(f"{name} = %s" for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE tasks_event SET {assignments} WHERE id = %s", [*columns.values(), row.pk])


def test_whole_chains_are_counted(task: Task) -> None:
    assert verify() == (0, "Sổ ghi nguyên vẹn: 2 nhiệm vụ, 5 dòng.\n")


@pytest.mark.parametrize(
    "columns",
    [
        {"content": '{"facts":{}}'},
        {"content_digest": "0" * 64},
        {"digest": "0" * 64},
        {"previous_digest": "0" * 64},
        {"sequence": 9},
        {"decided_by": "Người khác"},
        {"entered_at": "2026-01-01T00:00:00+00:00"},
        {"how": "phone"},
        {"recorded_for_unit": True},
    ],
)
def test_any_column_that_was_changed_is_found(task: Task, columns: dict[str, object]) -> None:
    tamper(task, 3, **columns)
    status, said = verify()
    assert status == 1
    first = 4 if "sequence" in columns else 3  # a line moved to the end leaves the gap at the next one
    assert f"nhiệm vụ {task.pk} (NV01): dòng {first}" in said
    assert "1 trong 2 nhiệm vụ có sổ ghi bị hỏng" in said


def test_the_first_broken_link_is_named(task: Task) -> None:
    for sequence in (2, 4):
        tamper(task, sequence, basis="sửa")
    _, said = verify()
    assert "dòng 2, “Cập nhật tiến độ”" in said
    assert "dòng 4" not in said


def test_a_removed_line_is_found(task: Task) -> None:
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_event WHERE task_id = %s AND sequence = 2", [task.pk])
    assert verify()[0] == 1


def test_a_given_task_without_any_line_is_found(task: Task) -> None:
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_event WHERE task_id = %s", [task.pk])
    status, said = verify()
    assert status == 1
    assert f"nhiệm vụ {task.pk} (NV01): đã giao nhưng không có dòng nào trong sổ" in said


def test_announcing_an_event_leaves_its_chain_whole(task: Task) -> None:
    Event.objects.update(announced_at="2026-10-13T09:00:00+07:00")
    assert verify()[0] == 0


def remove_line(task: Task, cast: Cast, sequence: int) -> ContentRemoval:
    event = task.events.get(sequence=sequence)
    asked = actions.request_removal(task, by=cast.minh, kind="other", reason="Ghi nhầm", events=[event])
    return actions.decide_removal(
        asked, by=cast.lan, approved=True, minutes_number="7/BB-VP", minutes_on=date(2026, 10, 12)
    )


def test_content_removed_by_decision_is_a_gap_not_a_break(task: Task, cast: Cast) -> None:
    remove_line(task, cast, 2)
    status, said = verify()
    assert status == 0
    assert said == (
        f"GỠ    nhiệm vụ {task.pk} (NV01): dòng 2, biên bản số 7/BB-VP ngày 12/10/2026\n"
        "Đã gỡ nội dung theo quyết định: 1 dòng.\n"
        "Sổ ghi nguyên vẹn: 2 nhiệm vụ, 7 dòng.\n"
    )


def test_content_emptied_by_hand_is_refused_by_the_table_itself(task: Task) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        tamper(task, 2, content="")


def test_content_emptied_by_hand_under_a_removal_of_another_line_is_a_break(task: Task, cast: Cast) -> None:
    removal = remove_line(task, cast, 2)
    tamper(task, 3, content="", removal_id=removal.pk)
    status, said = verify()
    assert status == 1
    assert f"nhiệm vụ {task.pk} (NV01): dòng 3" in said
