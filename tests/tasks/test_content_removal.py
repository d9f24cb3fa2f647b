"""Content that must go: one person asks, another decides with minutes, the chain still verifies and the gap shows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from core.append_only import lifted
from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.actions.removing import removable_events
from tasks.history import timeline
from tasks.models import (
    ContentRemoval,
    DeadlineChange,
    Event,
    Evidence,
    ProgressUpdate,
    RemovalReading,
    Task,
)
from tasks.models.removal import HIDDEN, REMOVED
from tests.cast import Cast
from units.actions import grant_role
from units.permissions import Role

pytestmark = pytest.mark.django_db

SECRET = "Số căn cước 079 123 456 789 của ông A"
REASON = "Có số định danh của công dân"


@pytest.fixture
def task(cast: Cast) -> Task:
    """Reported on with a number that must not be kept, asked for more time, decided, proven."""
    grant_role(cast.son, Role.PLAN_OWNER, cast.vp, by=None)
    task = cast.task()
    actions.update_progress(task, by=cast.mai, text=SECRET, percent=40, obstacle=f"Vướng ở {SECRET}")
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.hoa, granted=True, note="Đồng ý")
    paper = SimpleUploadedFile("danh-sach.pdf", b"%PDF-1.4 079123456789", content_type="application/pdf")
    actions.attach(task, by=cast.mai, file=paper, title="Danh sách hồ sơ")
    return task


def line(task: Task, verb: str) -> Event:
    return task.events.get(verb=verb)


def ask(task: Task, cast: Cast, *verbs: str, own: tuple[str, ...] = ()) -> ContentRemoval:
    events = [line(task, verb) for verb in verbs]
    return actions.request_removal(task, by=cast.minh, kind="personal", reason=REASON, events=events, own=own)


def approve(removal: ContentRemoval, cast: Cast) -> ContentRemoval:
    return actions.decide_removal(
        removal, by=cast.lan, approved=True, minutes_number="05/BB-VP", minutes_on=date(2026, 10, 12)
    )


def stored(task: Task) -> str:
    """Every text the database keeps of the task, as bytes on disk would tell."""
    rows = [str(row) for model in (Event, ProgressUpdate, DeadlineChange, Evidence, ContentRemoval)
            for row in model.objects.filter(task=task).values()]  # fmt: skip
    return "\n".join([*rows, *map(str, Task.objects.filter(pk=task.pk).values())])


# --- Asking -------------------------------------------------------------------------------------------


def test_a_request_hides_the_words_at_once_and_keeps_them_stored(task: Task, cast: Cast) -> None:
    ask(task, cast, "update")
    update = task.updates.get()
    assert (update.text, update.obstacle, update.percent) == (HIDDEN, HIDDEN, 40)
    assert SECRET in stored(task)
    assert SECRET not in str(timeline(task))
    assert ledger.first_broken(task) is None


def test_a_hidden_row_does_not_speak_through_a_deferred_column(task: Task, cast: Cast) -> None:
    ask(task, cast, "update")
    assert task.updates.only("text").get().text == HIDDEN
    assert task.updates.defer("text").get().text == HIDDEN


def test_a_hidden_file_is_not_handed_out(task: Task, cast: Cast, client) -> None:
    ask(task, cast, "attach")
    client.force_login(cast.mai)
    assert client.get(f"/tai-lieu/{task.evidence.get().pk}/").status_code == 404


def test_a_refused_request_makes_everything_readable_again(task: Task, cast: Cast) -> None:
    title = task.title
    removal = ask(task, cast, "update", own=("title",))
    assert Task.objects.get(pk=task.pk).title == HIDDEN
    actions.decide_removal(removal, by=cast.lan, approved=False, note="Chưa đủ căn cứ")
    task = Task.objects.get(pk=task.pk)
    assert (task.title, task.updates.get().text) == (title, SECRET)
    assert task in Task.objects.matching(title)
    assert ledger.first_broken(task) is None
    assert not ContentRemoval.objects.get().held


def test_the_reason_does_not_repeat_what_must_go(task: Task, cast: Cast) -> None:
    for reason in (f"Có {SECRET.upper()}", "Số 079123456789", "Số 079 123 456 789"):
        with pytest.raises(RuleBroken, match="không được nhắc lại"):
            actions.request_removal(
                task, by=cast.minh, kind="personal", reason=reason, events=[line(task, "update")]
            )


@pytest.mark.parametrize("who", ["mai", "tu", "hoa", "stranger"])
def test_only_the_head_of_the_lead_and_the_office_ask(task: Task, cast: Cast, who: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.request_removal(
            task, by=getattr(cast, who), kind="other", reason=REASON, events=[line(task, "update")]
        )


def test_something_must_be_chosen_and_not_twice(task: Task, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="ít nhất một"):
        ask(task, cast)
    event = line(task, "update")
    ask(task, cast, "update")
    with pytest.raises(RuleBroken, match="đang chờ gỡ"):
        actions.request_removal(task, by=cast.lan, kind="other", reason=REASON, events=[event])


def test_lines_that_repeat_the_words_go_along(task: Task, cast: Cast) -> None:
    actions.submit(task, by=cast.minh, text=f"Đã trả kết quả. {SECRET}")
    actions.return_result(task, by=cast.lan, reason="Thiếu biên bản bàn giao")
    removal = ask(task, cast, "update")
    approve(removal, cast)
    assert SECRET not in stored(task)
    assert line(task, "submit").is_removed
    assert not line(task, "return").is_removed


# --- Deciding -----------------------------------------------------------------------------------------


def test_approved_the_words_are_gone_and_the_chain_still_verifies(task: Task, cast: Cast) -> None:
    removal = approve(ask(task, cast, "update", "attach"), cast)
    assert SECRET not in stored(task)
    assert "danh-sach" not in stored(task)
    assert ledger.first_broken(task) is None
    update = ProgressUpdate.objects.get(task=task)
    assert (update.text, update.obstacle, update.percent) == (REMOVED, "", 40)
    assert (removal.asked_by, removal.decided_by) == (cast.minh, cast.lan)
    assert line(task, "remove_content").by == cast.lan


def test_the_file_is_destroyed_and_its_hash_stays(
    task: Task, cast: Cast, django_capture_on_commit_callbacks: Callable
) -> None:
    proof = task.evidence.get()
    storage, name, digest = proof.file.storage, proof.file.name, proof.sha256
    removal = ask(task, cast, "attach")
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        approve(removal, cast)
    assert not storage.exists(name)
    proof = Evidence.objects.get(pk=proof.pk)
    assert (proof.file.name, proof.file_name, proof.sha256) == ("", "", digest)


def test_the_gap_says_who_when_and_why_and_keeps_its_dates(task: Task, cast: Cast) -> None:
    approve(ask(task, cast, "update", "decide_extension"), cast)
    told = {fact["verb"]: fact for fact in timeline(task)}
    for words in (
        "Nội dung đã được gỡ",
        REASON,
        "05/BB-VP",
        "12/10/2026",
        "Lê Văn Minh",
        "Nguyễn Thị Lan",
        "13/10/2026",
    ):
        assert words in told["update"]["text"]
    assert told["decide_extension"]["title"] == "Đồng ý gia hạn"
    assert told["decide_extension"]["changes"] == [("Hạn", "30/10/2026", "20/11/2026")]
    assert "Đã gỡ ở: dòng 2, dòng 4." in told["remove_content"]["text"]


def test_own_texts_leave_the_whole_family_and_the_search(cast: Cast) -> None:
    order = cast.task(
        lead_group=cast.branches, title="Kế hoạch phòng thủ khu vực", quote="Nguyên văn của kế hoạch"
    )
    part = order.children.first()
    removal = actions.request_removal(
        part, by=cast.lan, kind="secret", reason="Trích sai văn bản", own=["title"]
    )
    assert not Task.objects.matching("phòng thủ").exists()
    actions.decide_removal(
        removal, by=cast.hoa, approved=True, minutes_number="1/BB", minutes_on=date(2026, 10, 13)
    )
    for each in Task.objects.all():
        assert each.title == REMOVED
        assert each.quote == "Nguyên văn của kế hoạch"
        assert "remove_content" in [event.verb for event in each.events.all()]
        assert ledger.first_broken(each) is None
    assert not Task.objects.matching("phòng thủ").exists()
    assert "phòng thủ" not in str(list(Task.objects.values()) + list(ContentRemoval.objects.values()))


@pytest.mark.parametrize("who", ["mai", "tu", "stranger"])
def test_only_the_office_above_and_administrators_decide(task: Task, cast: Cast, who: str) -> None:
    removal = ask(task, cast, "update")
    with pytest.raises(RuleBroken, match="không có quyền"):
        actions.decide_removal(
            removal, by=getattr(cast, who), approved=True, minutes_number="1", minutes_on=date(2026, 10, 13)
        )


def test_an_administrator_may_be_the_second_person(task: Task, cast: Cast) -> None:
    grant_role(cast.stranger, Role.ADMIN, cast.so, by=None)
    removal = ask(task, cast, "update")
    approved = {"approved": True, "minutes_number": "1", "minutes_on": date(2026, 10, 13)}
    assert actions.decide_removal(removal, by=cast.stranger, **approved).approved


def test_nobody_decides_on_their_own_request(task: Task, cast: Cast) -> None:
    removal = actions.request_removal(
        task, by=cast.lan, kind="personal", reason=REASON, events=[line(task, "update")]
    )
    with pytest.raises(RuleBroken, match="người thứ hai"):
        approve(removal, cast)
    with pytest.raises(RuleBroken, match="người thứ hai"):
        actions.read_for_decision(removal, by=cast.lan)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentRemoval.objects.filter(pk=removal.pk).update(decided_by=cast.lan)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"approved": True, "minutes_on": date(2026, 10, 12)}, "số biên bản"),
        ({"approved": True, "minutes_number": "5"}, "ngày biên bản"),
        (
            {"approved": True, "minutes_number": "5", "minutes_on": date(2026, 10, 14)},
            "không được sau hôm nay",
        ),
        ({"approved": False}, "lý do không đồng ý"),
        ({"approved": False, "note": f"Giữ lại {SECRET}"}, "không được nhắc lại"),
    ],
)
def test_a_decision_needs_minutes_or_a_reason(task: Task, cast: Cast, given: dict, words: str) -> None:
    with pytest.raises(RuleBroken, match=words):
        actions.decide_removal(ask(task, cast, "update"), by=cast.lan, **given)


def test_a_request_is_decided_once(task: Task, cast: Cast) -> None:
    removal = approve(ask(task, cast, "update"), cast)
    ask(task, cast, "ask_extension")
    with pytest.raises(RuleBroken, match="đã được quyết định"):
        actions.decide_removal(removal, by=cast.hoa, approved=False, note="Không")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentRemoval.objects.filter(pk=removal.pk).update(decided_by=cast.hoa)


def test_the_words_are_shown_to_who_may_decide_and_each_reading_is_kept(task: Task, cast: Cast) -> None:
    removal = ask(task, cast, "update", own=("title",))
    shown = actions.read_for_decision(removal, by=cast.lan)
    assert any(SECRET in text for each in shown for text in each.texts)
    assert any(task.title in each.texts for each in shown)
    assert list(RemovalReading.objects.values_list("removal", "by")) == [(removal.pk, cast.lan.pk)]
    with pytest.raises(RuleBroken):
        actions.read_for_decision(removal, by=cast.mai)


def test_two_requests_on_one_row_go_their_own_ways(task: Task, cast: Cast) -> None:
    asked = ask(task, cast, "ask_extension")
    decided = ask(task, cast, "decide_extension")
    approve(asked, cast)
    assert task.deadline_changes.get().is_hidden
    approve(decided, cast)
    change = task.deadline_changes.get()
    assert (change.reason, change.decision_note, change.is_hidden) == (REMOVED, "", False)
    assert ledger.first_broken(task) is None


def test_a_reason_that_said_too_much_can_go_as_well(task: Task, cast: Cast) -> None:
    approve(ask(task, cast, "update"), cast)
    again = actions.request_removal(
        task, by=cast.minh, kind="other", reason="Ghi thừa", events=[line(task, "request_removal")]
    )
    approve(again, cast)
    assert ContentRemoval.objects.order_by("pk")[0].reason == REMOVED
    assert ledger.first_broken(task) is None
    assert "remove_content" not in [event.verb for event in removable_events(task)]


def test_work_goes_on_after_a_removal(task: Task, cast: Cast) -> None:
    approve(ask(task, cast, "update"), cast)
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.confirm(task, by=cast.lan)
    assert ledger.first_broken(task) is None


# --- Tampering ----------------------------------------------------------------------------------------

BY_HAND = {
    "a line emptied without any removal": (
        "UPDATE tasks_event SET content = '', removal_id = {removal} WHERE verb = 'assign'"
    ),
    "a row emptied beyond the decision": "UPDATE tasks_deadlinechange SET reason = '', removal_id = {removal}",
    "a column emptied beyond the decision": "UPDATE tasks_progressupdate SET text = 'khác'",
    "another line made to look removed": "UPDATE tasks_delegation SET text = '', removal_id = {removal}",
    "the decision written over": "UPDATE tasks_contentremoval SET minutes_number = '99/BB' WHERE id = {removal}",
    "the decider written over": "UPDATE tasks_contentremoval SET decided_by_id = {hoa} WHERE id = {removal}",
    "the reason written over": "UPDATE tasks_contentremoval SET reason = 'khác' WHERE id = {removal}",
    "a gap that points elsewhere": "UPDATE tasks_event SET removal_id = {other} WHERE verb = 'update'",
    "a row that points elsewhere": "UPDATE tasks_progressupdate SET removal_id = {other}",
    "who did it, in an emptied line": "UPDATE tasks_event SET by_id = {hoa} WHERE verb = 'update'",
    "a figure in an emptied row": "UPDATE tasks_progressupdate SET percent = 90",
    "the digest of an emptied line": "UPDATE tasks_event SET content_digest = digest WHERE verb = 'update'",
    "the line of the removal taken away": "DELETE FROM tasks_event WHERE verb = 'remove_content'",
    "a state the emptied line left": "UPDATE tasks_task SET percent = 90",
}


@pytest.mark.parametrize("what", BY_HAND)
def test_the_check_finds(task: Task, cast: Cast, what: str) -> None:
    actions.delegate(task, by=cast.minh, officer=cast.mai, text="Làm trước")
    removal = approve(ask(task, cast, "update"), cast)
    other = ContentRemoval.objects.create(
        task=cast.task("NV02"), kind="other", reason="x", what={}, asked_by=cast.lan
    )
    assert ledger.first_broken(task) is None
    sql = BY_HAND[what].format(removal=removal.pk, other=other.pk, hoa=cast.hoa.pk)
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(sql)
    assert ledger.first_broken(task) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tasks_progressupdate SET text = ''",
        "UPDATE tasks_progressupdate SET text = 'khác', removal_id = {removal}",
        "UPDATE tasks_event SET content = '' WHERE verb = 'assign'",
        "UPDATE tasks_event SET content = '{{}}', removal_id = {removal} WHERE verb = 'assign'",
        "UPDATE tasks_event SET removal_id = NULL WHERE verb = 'update'",
        "UPDATE tasks_event SET verb = 'confirm', content = '', removal_id = {removal} WHERE verb = 'assign'",
        "UPDATE tasks_contentremoval SET approved = NULL",
        "UPDATE tasks_contentremoval SET minutes_number = '9'",
        "DELETE FROM tasks_contentremoval",
    ],
)
def test_the_database_itself_refuses(task: Task, cast: Cast, sql: str) -> None:
    removal = approve(ask(task, cast, "update"), cast)
    actions.update_progress(task, by=cast.mai, text="Tiếp tục")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(removal=removal.pk))
