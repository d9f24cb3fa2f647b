"""Hồ sơ theo dõi nhiệm vụ: everything about one task for an inspector, and a trace of who took it."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.append_only import AppendOnlyError, lifted
from notifications.models import Digest, Notice
from reports.layouts import task_file
from reports.models import TaskFileLook
from reports.papers.task_files import read
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Event, Opening, Task
from tasks.rules import past_tense
from tests.cast import TODAY, Cast, make_user
from tests.reports.paper_words import faults, words
from units.permissions import Role

pytestmark = pytest.mark.django_db

PHONE = Decision(decided_by="Trần Thị Hòa", how="phone")


@pytest.fixture
def task(cast: Cast) -> Task:
    """Opened, reported, proven, extended by phone with the paper later, returned, confirmed, asked to explain."""
    task = cast.task(coordinators=[(cast.vpdk, "coordinating")])
    Opening.objects.create(task=task, user=cast.mai)
    actions.accept(task, by=cast.minh)
    actions.update_progress(task, by=cast.mai, text="Đã rà soát 12 thủ tục", percent=40)
    paper = SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.4 bien ban", content_type="application/pdf")
    actions.attach(task, by=cast.mai, file=paper, title="Biên bản họp")
    actions.attach(task, by=cast.mai, number="45/BC-PTD", issued_on=date(2026, 10, 12), issuer="Phòng QLĐĐ")
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.lan, granted=True, note="Đồng ý", decision=PHONE)
    decided = Event.objects.get(task=task, verb="decide_extension")
    actions.add_basis(task, by=cast.lan, event=decided, basis="120/SNNMT-VP")
    actions.raise_obstacle(
        task, by=cast.minh, text="Thiếu máy quét", asked_of=cast.vp, due_on=date(2026, 10, 20)
    )
    actions.request_explanation(
        task, by=cast.lan, about="Vì sao chậm", due_on=date(2026, 10, 20), decision=PHONE
    )
    actions.submit(task, by=cast.minh, text="Đã ban hành 20/20", product_on=date(2026, 10, 12))
    actions.return_result(task, by=cast.lan, reason="Thiếu biên bản")
    digest = Digest.objects.create(
        recipient=cast.mai, day=TODAY, message_id="m1", state="sent", sent_at="2026-10-13T07:45:00+07:00"
    )
    Notice.objects.create(
        recipient=cast.mai, key="a", group="2_due", task=task, text="Còn 03 ngày", url="/", day=TODAY, digest=digest,
        state="sent",
    )  # fmt: skip
    Notice.objects.create(
        recipient=cast.minh, key="b", group="2_due", task=task, text="Còn 03 ngày", url="/", day=TODAY,
        state="skipped", reason="Nhiệm vụ đã hoàn thành",
    )  # fmt: skip
    return task


def paper(task: Task, cast: Cast) -> bytes:
    return task_file.build(read(task, by=cast.son))


def test_every_line_of_the_ledger_is_there(task: Task, cast: Cast):
    snapshot = read(task, by=cast.son)
    text = words(task_file.build(snapshot))
    events = list(task.events.all())
    assert [row[0] for row in snapshot.events] == [str(event.sequence) for event in events]
    for event in events:
        assert past_tense(event.verb) in text and event.digest[:8] in text


def test_it_tells_the_texts_the_dates_and_the_decisions(task: Task, cast: Cast):
    text = words(paper(task, cast))
    for part in (
        "Đã rà soát 12 thủ tục", "Chờ Bộ hướng dẫn", "Đồng ý gia hạn đến 20/11/2026", "Trần Thị Hòa; điện thoại",
        "Văn bản bổ sung: 120/SNNMT-VP", "Ghi nhận: Nguyễn Thị Lan", "120/SNNMT-VP (bổ sung)", "Thiếu máy quét",
        "Vì sao chậm", "Thiếu biên bản", "Phạm Thị Mai", "Đã gửi lúc 13/10/2026 07:45",
        "Không gửi: Nhiệm vụ đã hoàn thành", "Văn phòng Đăng ký đất đai", "số 45/BC-PTD, ngày 12/10/2026",
        "chuỗi nguyên vẹn", "Kế hoạch số 12/KH-SNNMT",
    ):  # fmt: skip
        assert part in text, part


def test_a_line_of_a_part_says_whose_decision_it_followed_and_on_what_paper(cast: Cast):
    order = cast.task("NV08", lead_group=cast.branches)
    part = order.children.first()
    actions.discontinue(order, by=cast.lan, reason="Thôi", decision=PHONE)
    told = "\n".join(read(part, by=cast.son).events[-1])
    assert "Theo quyết định ghi ở nhiệm vụ chung" in told and "chưa có văn bản" in told
    event = order.events.get(verb="discontinue")
    actions.add_basis(order, by=cast.lan, event=event, basis="15/TB-SNNMT")
    told = "\n".join(read(part, by=cast.son).events[-2])
    assert "Văn bản bổ sung: 15/TB-SNNMT" in told and "chưa có văn bản" not in told


def test_files_stand_with_their_size_and_whole_digest(task: Task, cast: Cast):
    digest = hashlib.sha256(b"%PDF-1.4 bien ban").hexdigest()
    text = words(paper(task, cast))
    assert digest in text.replace("\n", "") and "17 byte" in text


def test_dates_stand_twice_the_day_of_the_thing_and_the_day_it_was_entered(task: Task, cast: Cast):
    row = next(row for row in read(task, by=cast.son).events if row[1] == past_tense("submit"))
    assert row[2] == "12/10/2026" and row[3].startswith("13/10/2026")


def test_it_keeps_the_form_and_the_same_snapshot_gives_the_same_bytes(task: Task, cast: Cast):
    snapshot = read(task, by=cast.son)
    assert faults(task_file.build(snapshot)) == []
    assert task_file.build(snapshot) == task_file.build(snapshot)


@pytest.mark.parametrize("lead", ["ptd", "order"])
def test_a_fresh_task_and_an_order_to_many_make_a_file(cast: Cast, lead: str):
    fresh = cast.task() if lead == "ptd" else cast.task(lead_group=cast.branches)
    docx = paper(fresh, cast)
    assert faults(docx) == []
    assert "Chưa có tài liệu kiểm chứng" in words(docx)


def test_sixty_long_lines_keep_the_form_and_lose_no_word(cast: Cast):
    task = cast.task(title=("Rà soát danh mục " * 30)[:298])
    for number in range(60):
        long = "\x0bĐã làm " + "nội dung thứ tự dài " * (300 if number == 7 else 2)
        actions.update_progress(task, by=cast.mai, text=f"Lần {number} {long} hết{number}")
    docx = paper(task, cast)
    assert faults(docx) == []
    text = words(docx)
    assert all(f"Lần {number}\nĐã làm" in text and f"hết{number}" in text for number in range(60))
    assert task_file.CONTINUED in text


def test_no_row_is_taller_than_a_page(task: Task, cast: Cast):
    snapshot = read(task, by=cast.son)
    row = (*snapshot.events[0][:6], "từ " * 3000, "")
    built = words(task_file.build(replace(snapshot, events=(row,))))
    assert built.count("từ ") >= 2900 and max(len(line) for line in built.split("\n")) < 2000


def test_a_content_that_was_removed_shows_as_removed_and_is_told_nowhere(task: Task, cast: Cast):
    removal = actions.request_removal(
        task, by=cast.minh, kind="other", reason="Nhập nhầm", events=[*task.events.filter(verb="update")]
    )
    actions.decide_removal(removal, by=cast.lan, approved=True, minutes_number="01/BB", minutes_on=TODAY)
    text = words(paper(task, cast))
    assert "Đã rà soát 12 thủ tục" not in text
    assert "Nội dung đã được gỡ theo quyết định." in text and "chuỗi nguyên vẹn" in text


def test_a_broken_chain_is_said_with_its_line(task: Task, cast: Cast):
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_progressupdate SET text = 'khác' WHERE percent = 40")
    broken = Event.objects.get(task=task, verb="update").sequence
    assert f"KHÔNG còn nguyên vẹn từ dòng số {broken}" in words(paper(task, cast))


# --- who, and the trace -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "status"), [("lan", 200), ("son", 200), ("hoa", 403), ("minh", 403), ("mai", 403), ("tu", 404)]
)
def test_only_inspectors_and_the_office_take_it(cast: Cast, client: Client, task, person: str, status: int):
    client.force_login(getattr(cast, person))
    assert client.get(reverse("task_file", args=[task.pk])).status_code == status
    assert client.post(reverse("task_file_word", args=[task.pk])).status_code == status
    assert TaskFileLook.objects.count() == (status == 200)


def test_every_look_is_written_down_with_the_digest_of_what_was_handed_out(cast: Cast, client: Client, task):
    client.force_login(cast.son)
    answer = client.post(reverse("task_file_word", args=[task.pk]))
    look = TaskFileLook.objects.get()
    assert (look.by, look.task, look.role) == (cast.son, task, "auditor")
    assert look.sha256 == hashlib.sha256(answer.content).hexdigest()
    with pytest.raises(AppendOnlyError):
        look.delete()


def test_looking_at_the_page_alone_leaves_no_trace(cast: Cast, client: Client, task):
    client.force_login(cast.son)
    client.get(reverse("task_file", args=[task.pk]))
    assert not TaskFileLook.objects.exists()


def test_the_office_sees_who_took_it_and_the_inspector_does_not(cast: Cast, client: Client, task):
    client.force_login(cast.son)
    client.post(reverse("task_file_word", args=[task.pk]))
    digest = TaskFileLook.objects.get().sha256[:16]
    assert digest not in client.get(reverse("task_file", args=[task.pk])).content.decode()
    assert client.get(reverse("task_file_looks")).status_code == 403
    client.force_login(cast.lan)
    assert digest in client.get(reverse("task_file", args=[task.pk])).content.decode()
    assert digest in client.get(reverse("task_file_looks")).content.decode()


def test_the_administrator_sees_every_look_but_no_title(cast: Cast, client: Client, task):
    client.force_login(cast.son)
    client.post(reverse("task_file_word", args=[task.pk]))
    client.force_login(make_user("quantri", "Quản Trị", (Role.ADMIN, cast.so)))
    page = client.get(reverse("task_file_looks")).content.decode()
    assert cast.son.full_name in page and task.code in page and task.title not in page


def test_the_links_stand_on_the_task_page_for_those_who_may(cast: Cast, client: Client, task):
    seen = {}
    for person in ("lan", "son", "minh", "mai"):
        client.force_login(getattr(cast, person))
        page = client.get(reverse("task", args=[task.pk])).content.decode()
        seen[person] = (
            reverse("order_slip", args=[task.pk]) in page,
            reverse("task_file", args=[task.pk]) in page,
        )
    assert seen == {"lan": (True, True), "son": (False, True), "minh": (True, False), "mai": (False, False)}
