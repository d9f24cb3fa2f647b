"""Events of the ledger become notices: to whom it concerns, at once, once."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from notifications import announcer
from notifications.models import Notice
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Event, Task
from tasks.models.facts import How
from tests.cast import SAID, Cast
from tests.notifications.helpers import texts

TITLE = "Rà soát quy trình nội bộ NV01"


@pytest.fixture
def task(cast: Cast) -> Task:
    """A task of the division, given, its news already told."""
    task = cast.task()
    announcer.forget()
    return task


def inboxes(cast: Cast) -> dict[str, list[str]]:
    return {person.username: texts(person) for person in cast.people if texts(person)}


def test_a_new_task_is_told_to_clerk_and_head_not_to_who_gave_it(cast: Cast) -> None:
    task = cast.task(product="Quyết định", coordinators=[(cast.vpdk, "coordinating")])
    assert announcer.announce() == 3
    assert inboxes(cast) == {
        "minh": [f"Mới giao: {TITLE}"],
        "mai": [f"Mới giao: {TITLE}"],
        "dung": [f"Phối hợp thực hiện: {TITLE}"],
    }
    notice = Notice.objects.get(recipient=cast.mai)
    assert (notice.group, notice.task, notice.url) == (Notice.Group.NEW, task, f"/nhiem-vu/{task.pk}/")
    assert notice.detail == "Thời hạn: 30/10/2026"
    assert (
        Notice.objects.get(recipient=cast.dung).detail
        == "Chủ trì: Phòng Quản lý đất đai; Thời hạn: 30/10/2026"
    )


def test_an_order_to_many_units_is_told_to_each_once(cast: Cast) -> None:
    cast.task(lead_group=cast.branches)
    announcer.announce()
    assert inboxes(cast) == {"tu": [f"Mới giao: {TITLE}"], "dung": [f"Mới giao: {TITLE}"]}


def test_a_result_goes_to_the_owner_and_the_answer_to_the_unit(cast: Cast, task: Task) -> None:
    actions.submit(task, by=cast.minh, text="Đã xong")
    announcer.announce()
    assert inboxes(cast) == {"lan": [f"Chờ xác nhận: {TITLE}"]}
    actions.return_result(task, by=cast.lan, reason="Thiếu phụ lục")
    announcer.announce()
    returned = Notice.objects.get(recipient=cast.mai)
    assert (returned.text, returned.group) == (f"Yêu cầu bổ sung: {TITLE}", Notice.Group.RETURNED)
    assert returned.detail == "Thiếu phụ lục; Thời hạn: 30/10/2026"
    actions.submit(task, by=cast.minh, text="Đã bổ sung")
    actions.confirm(task, by=cast.lan)
    announcer.announce()
    assert texts(cast.minh)[-1] == f"Đã xác nhận hoàn thành: {TITLE}"


def test_more_time_is_asked_of_the_owner_never_of_the_leader(cast: Cast, task: Task) -> None:
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ số liệu của tỉnh")
    announcer.announce()
    assert inboxes(cast) == {"lan": [f"Đề nghị gia hạn đến 20/11/2026: {TITLE}"]}
    phone = Decision(decided_by="Trần Thị Hòa", how=How.PHONE)
    actions.decide_extension(task, by=cast.lan, granted=True, granted_end=date(2026, 11, 10), decision=phone)
    announcer.announce()
    assert texts(cast.mai) == [f"Đồng ý gia hạn đến 10/11/2026: {TITLE}"]
    assert texts(cast.hoa) == []


@pytest.mark.parametrize(
    ("verb", "words"),
    [(actions.suspend, "Tạm dừng"), (actions.discontinue, "Không tiếp tục thực hiện")],
)
def test_a_stop_is_told_with_its_reason(cast: Cast, task: Task, verb, words: str) -> None:
    verb(task, by=cast.lan, reason="Theo ý kiến cuộc họp", decision=SAID)
    announcer.announce()
    notice = Notice.objects.get(recipient=cast.minh)
    assert notice.text == f"{words}: {TITLE}"
    assert notice.detail.startswith("Theo ý kiến cuộc họp; ")


def test_acts_that_concern_nobody_else_are_announced_to_nobody(cast: Cast, task: Task) -> None:
    actions.accept(task, by=cast.mai)
    actions.update_progress(task, by=cast.mai, text="Đang làm", percent=40)
    assert announcer.announce() == 0
    assert not Event.objects.filter(announced_at__isnull=True).exists()


def test_outside_bodies_are_told_nothing(cast: Cast) -> None:
    cast.task(lead=cast.ubtx)
    assert announcer.announce() == 0


def test_what_was_rolled_back_is_never_told(cast: Cast, task: Task) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.submit(task, by=cast.minh, text="Đã xong")
        raise RuntimeError
    assert announcer.announce() == 0


def test_announcing_again_tells_nothing_again(cast: Cast) -> None:
    cast.task()
    assert [announcer.announce(), announcer.announce()] == [2, 0]


def test_a_whole_plan_is_announced_over_several_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcer, "BATCH", 5)
    for number in range(12):
        cast.task(f"NV{number}")
    assert announcer.announce() == 24
    assert len(texts(cast.mai)) == 12


def test_marks_and_notices_are_one_transaction(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.task()

    def fails(*args: object, **kwargs: object) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(announcer.Event.objects.filter().__class__, "update", fails)
        announcer.announce()
    assert not Notice.objects.exists()
    assert announcer.announce() == 2


def test_an_event_that_cannot_be_announced_waits_and_the_others_go(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, _ = cast.task("NV01"), cast.task("NV02")
    words = announcer.event_words

    def fails(event: Event) -> tuple[str, str]:
        if event.task_id == poison.pk:
            raise ValueError("poison")
        return words(event)

    with monkeypatch.context() as patch:
        patch.setattr(announcer, "event_words", fails)
        announcer.announce()
    assert texts(cast.mai) == ["Mới giao: Rà soát quy trình nội bộ NV02"]
    announcer.announce()
    assert len(texts(cast.mai)) == 2


def test_a_row_the_database_refuses_does_not_hold_up_its_batch(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, _ = cast.task("NV01"), cast.task("NV02")
    store = announcer.Notice.objects.bulk_create

    def refuses(rows: list[Notice], **options: object) -> object:
        if any(row.task_id == poison.pk for row in rows):
            raise DatabaseError("value too long")
        return store(rows, **options)

    monkeypatch.setattr(announcer.Notice.objects, "bulk_create", refuses)
    announcer.announce()
    assert texts(cast.mai) == ["Mới giao: Rà soát quy trình nội bộ NV02"]


def test_a_very_long_title_fits(cast: Cast) -> None:
    cast.task(title="Rà soát " * 60)
    announcer.announce()
    (text,) = texts(cast.mai)
    assert len(text) <= 300
    assert text.endswith("…")


def test_a_history_that_was_loaded_can_be_passed_over_in_silence(cast: Cast) -> None:
    cast.task()
    assert announcer.forget() == 1
    assert announcer.announce() == 0
