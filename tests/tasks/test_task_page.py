"""The page of one task: what each person sees and can do, and what happens when two people meet on it."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.ledger import Decision
from tasks.models import DeadlineChange, Evidence, Task
from tasks.models.facts import How
from tasks.status import Confirmation, Execution
from tests.cast import Cast
from units.models import CalendarDay, User

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, task: Task) -> str:
    response = signed_in(user).get(reverse("task", args=[task.pk]))
    assert response.status_code == 200
    return response.content.decode()


def do(user: User, task: Task, verb: str, **data: Any) -> HttpResponse:
    return signed_in(user).post(reverse("task_verb", args=[task.pk, verb]), data)


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def panels(html: str) -> list[str]:
    """Anchors of the forms that matter now; the others stand in the group `others` reads."""
    return _anchors(html.partition('id="viec-khac"')[0])


def others(html: str) -> list[str]:
    """Anchors of the forms in the closed group "Việc khác"."""
    return _anchors(html.partition('id="viec-khac"')[2])


def _anchors(html: str) -> list[str]:
    return re.findall(r'<(?:details|a) class="verb(?: verb-link)?" id="([^"]+)"', html)


# --- what is shown --------------------------------------------------------------------------------


def test_the_page_says_who_what_by_when_from_where(cast: Cast) -> None:
    task = cast.task(
        title="Xây dựng video hướng dẫn",
        product="Video clip",
        quote="Xây dựng video clip hướng dẫn",
        coordinators=[(cast.vpdk, "coordinating"), (cast.doan, "joint")],
        phrase="trước ngày 31/10/2026",
        printed_on=date(2026, 10, 31),
    )
    html = page(cast.minh, task)
    for words in (
        "Xây dựng video hướng dẫn",
        "Phòng Quản lý đất đai",
        "Văn phòng Đăng ký đất đai",
        "Đồng chủ trì",
        "Video clip",
        "Trần Thị Hòa",
        "Kế hoạch số 12/KH-SNNMT ngày 28/9/2026",
        "trước ngày 31/10/2026",
        "không gồm cả ngày đó: hạn cuối là 30/10/2026",
    ):
        assert words in html


def test_a_shifted_deadline_says_why(cast: Cast) -> None:
    CalendarDay.objects.create(day=date(2026, 10, 30), kind="agency", name="Nghỉ bão")
    html = page(cast.minh, cast.task())
    assert "30/10/2026 là ngày nghỉ (Nghỉ bão), hạn chuyển sang ngày làm việc kế tiếp 02/11/2026." in html


def test_an_extended_deadline_keeps_the_first_one_in_sight(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.lan, granted=True, decision=Decision("Trần Thị Hòa", How.PHONE))
    html = page(cast.minh, task)
    assert "Hạn ban đầu" in html and "30/10/2026" in html
    assert "Gia hạn từ 30/10/2026 đến 20/11/2026 do Trần Thị Hòa quyết định." in html
    assert "Người quyết định: Trần Thị Hòa (Điện thoại)" in html
    assert "Chưa có văn bản" in html


def test_the_timeline_shows_both_dates_when_an_order_was_entered_later(cast: Cast) -> None:
    html = page(cast.minh, cast.task(assigned_on=date(2026, 10, 1)))
    assert "01/10/2026 · nhập lúc 13/10/2026 09:00" in html


def test_a_task_without_a_plan_names_its_own_source(cast: Cast) -> None:
    html = page(cast.minh, cast.task(plan=None, source="oral"))
    assert "Chỉ đạo trực tiếp" in html


def test_a_draft_is_shown_to_its_owner_as_not_yet_given(cast: Cast) -> None:
    task = cast.task(given=False)
    html = page(cast.lan, task)
    assert "Chưa giao" in html and "Nhiệm vụ chưa được giao." in html and panels(html) == []
    assert signed_in(cast.minh).get(reverse("task", args=[task.pk])).status_code == 404


def test_done_without_evidence_owes_it(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(task, by=cast.lan)
    assert "Nợ tài liệu kiểm chứng" in page(cast.minh, task)
    actions.attach(task, by=cast.mai, number="45/BC-QLĐĐ")
    assert "Nợ tài liệu kiểm chứng" not in page(cast.minh, task)


def test_an_order_to_many_shows_its_units_and_who_is_missing(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    first, _ = order.children.order_by("lead_unit__tree_start")
    actions.submit(first, by=cast.tu, text="Xong")
    actions.confirm(first, by=cast.lan)
    html = page(cast.lan, order)
    assert "01/02 đơn vị" in html and "Chưa báo cáo: Chi nhánh An Phú." in html
    assert panels(html) == ["y-kien-chi-dao"]
    assert others(html) == ["dinh-chinh-thoi-han", "tam-dung", "khong-tiep-tuc"]


def test_a_unit_sees_only_its_own_part_of_an_order_to_many(cast: Cast) -> None:
    html = page(cast.tu, cast.task(lead_group=cast.branches))
    assert "Chi nhánh Bình Sơn" in html and "Chi nhánh An Phú" not in html


def test_the_number_of_queries_does_not_grow_with_facts(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    task = cast.task()
    for number in range(15):
        actions.update_progress(task, by=cast.mai, text=f"Lần {number}")
        actions.attach(task, by=cast.mai, number=f"{number}/BC")
    client = signed_in(cast.lan)
    with django_assert_max_num_queries(27):
        client.get(reverse("task", args=[task.pk]))


# --- who gets which form --------------------------------------------------------------------------


def test_each_person_gets_the_forms_of_the_verbs_open_to_them(cast: Cast) -> None:
    task = cast.task()
    assert panels(page(cast.mai, task)) == ["cap-nhat", "dinh-kem", "neu-vuong-mac"]
    assert others(page(cast.mai, task)) == ["ngay-nhan"]
    assert "Tiếp nhận nhiệm vụ" in page(cast.mai, task)
    head = page(cast.minh, task)
    assert panels(head) == [
        "trinh-ket-qua", "cap-nhat", "dinh-kem", "gia-han", "neu-vuong-mac", "phan-cong",
    ]  # fmt: skip
    assert others(head) == ["de-nghi-giao-lai", "ngay-nhan"]
    assert panels(page(cast.son, task)) == []
    actions.submit(task, by=cast.minh, text="Xong")
    assert panels(page(cast.lan, task))[:2] == ["xac-nhan", "yeu-cau-bo-sung"]


@pytest.mark.parametrize("who", ["tu", "dung", "stranger"])
def test_a_foreign_task_is_not_found(cast: Cast, who: str) -> None:
    task = cast.task()
    client = signed_in(getattr(cast, who))
    assert client.get(reverse("task", args=[task.pk])).status_code == 404
    assert client.post(reverse("task_verb", args=[task.pk, "accept"])).status_code == 404


def test_a_visible_task_without_the_right_is_refused(cast: Cast) -> None:
    assert do(cast.son, cast.task(), "accept").status_code == 403
    assert do(cast.mai, cast.task("NV02"), "submit", text="Xong").status_code == 403


def test_verbs_are_posts_and_known(cast: Cast) -> None:
    task = cast.task()
    client = signed_in(cast.minh)
    assert client.get(reverse("task_verb", args=[task.pk, "submit"])).status_code == 405
    assert client.post(reverse("task_verb", args=[task.pk, "xoa"])).status_code == 404


# --- the straight way -----------------------------------------------------------------------------


def test_a_unit_accepts_updates_attaches_and_submits_and_the_office_confirms(cast: Cast) -> None:
    task = cast.task()
    assert do(cast.mai, task, "accept").status_code == 302
    do(cast.mai, task, "update", text="Đã rà soát 10/20 quy trình", percent="50", obstacle="Thiếu người")
    do(cast.mai, task, "attach", number="45/BC-QLĐĐ", issued_on="12/10/2026", issuer="Phòng QLĐĐ")
    do(cast.minh, task, "submit", text="Đã ban hành", product_on="12/10/2026")
    assert again(task).confirmation == Confirmation.SUBMITTED
    html = page(cast.lan, task)
    assert "Ngày hoàn thành được tính: 12/10/2026 (ngày của văn bản kết quả)" in html
    assert "hoàn thành trước hạn" in html
    response = signed_in(cast.lan).post(
        reverse("task_verb", args=[task.pk, "confirm"]), {"note": "Đồng ý"}, follow=True
    )
    assert "Đã xác nhận hoàn thành." in response.content.decode()
    assert (again(task).execution, again(task).completed_on) == (Execution.DONE, date(2026, 10, 12))


def test_the_confirmer_sees_a_late_entry_before_accepting_it(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong", product_on=date(2026, 10, 2))
    assert "Trình sau ngày văn bản 07 ngày làm việc: cập nhật chậm." in page(cast.lan, task)
    actions.withdraw(task, by=cast.minh)
    actions.submit(task, by=cast.minh, text="Xong", product_on=date(2026, 10, 9))
    assert "cập nhật chậm" not in page(cast.lan, task)


def test_a_returned_result_comes_back_with_what_is_missing(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong")
    do(cast.lan, task, "return", reason="Thiếu số liệu tháng 9")
    html = page(cast.minh, task)
    assert "Thiếu số liệu tháng 9" in html and "trinh-ket-qua" in panels(html)
    assert html.index("Thiếu số liệu tháng 9") < html.index('class="verbs"'), (
        "the reason stands before the forms"
    )
    do(cast.minh, task, "submit", text="Đã bổ sung số liệu tháng 9")
    assert page(cast.minh, task).count("Thiếu số liệu tháng 9") == 1, "sent again, it is history only"


def test_what_the_office_writes_for_a_unit_says_so_and_is_never_its_first_act(cast: Cast) -> None:
    task = cast.task()
    office, unit = page(cast.lan, task), page(cast.minh, task)
    assert "Trình kết quả (nhập thay đơn vị)" in office and "sticky-actions" not in office
    assert "nhập thay đơn vị" not in unit
    actions.accept(task, by=cast.minh)
    assert "sticky-actions" in page(cast.minh, task)


def test_a_leader_decides_an_extension_directly(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    html = page(cast.hoa, task)
    assert panels(html)[0] == "quyet-dinh-gia-han" and "Lãnh đạo quyết định" not in html
    do(cast.hoa, task, "decide_extension", granted="yes", granted_end="16/11/2026")
    change = task.deadline_changes.get()
    assert (change.decision, change.granted_end, change.decided_by_name) == (
        DeadlineChange.Decision.GRANTED,
        date(2026, 11, 16),
        "Trần Thị Hòa",
    )


def test_an_officer_must_name_the_leader_who_decided_and_how(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    refused = do(cast.lan, task, "decide_extension", granted="yes")
    assert refused.status_code == 422
    assert task.deadline_changes.get().decision == DeadlineChange.Decision.PENDING
    do(
        cast.lan, task, "decide_extension", granted="yes", decided_by="Trần Thị Hòa", how="note", basis="Bút phê 12/10"
    )  # fmt: skip
    change = task.deadline_changes.get()
    assert (change.decided_by_name, change.how, change.recorded_by) == ("Trần Thị Hòa", How.NOTE, cast.lan)


def test_the_office_records_for_a_unit_with_its_source(cast: Cast) -> None:
    task = cast.task()
    assert do(cast.lan, task, "update", text="Đã xong 02/03 phần").status_code == 422
    do(cast.lan, task, "update", text="Đã xong 02/03 phần", decided_by="Phạm Thị Mai", how="phone")
    event = task.events.get(verb="update")
    assert (event.recorded_for_unit, event.decided_by, event.how) == (True, "Phạm Thị Mai", How.PHONE)
    html = page(cast.minh, task)
    assert "Văn phòng nhập thay" in html and "Theo thông tin của Phạm Thị Mai (điện thoại)." in html


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "data", "message"),
    [
        ("update", {"text": "", "obstacle": "Thiếu người làm"}, "Nội dung đã thực hiện"),
        ("update", {"text": "Xong", "percent": "170", "obstacle": "Thiếu người làm"}, "từ 0 đến 100"),
        ("submit", {"text": "Thiếu người làm", "product_on": "31/02/2026"}, "không phải là ngày có thật"),
        ("submit", {"text": "Thiếu người làm", "product_on": "01/12/2026"}, "không được sau hôm nay"),
        (
            "ask_extension",
            {"reason": "Thiếu người làm", "proposed_end": "01/10/2026"},
            "phải sau hạn hiện tại",
        ),
        ("attach", {"title": "Thiếu người làm"}, "Hãy chọn một tệp"),
        ("attach", {"title": "Thiếu người làm", "url": "javascript:alert(1)"}, "Đường dẫn"),
        ("attach", {"title": "Thiếu người làm - TỐI MẬT", "number": "1"}, "bí mật nhà nước"),
    ],
)
def test_wrong_input_is_named_and_what_was_typed_is_kept(
    cast: Cast, verb: str, data: dict[str, str], message: str
) -> None:
    task = cast.task()
    response = do(cast.minh, task, verb, **data)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html and "Thiếu người làm" in html
    assert list(task.events.values_list("verb", flat=True)) == ["assign"]


def test_nobody_confirms_what_they_sent_themselves(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.lan, text="Ghi thay", decision=Decision("Lê Văn Minh", How.PHONE))
    assert "xac-nhan" not in panels(page(cast.lan, task))
    response = do(cast.lan, task, "confirm")
    assert response.status_code == 422
    assert again(task).confirmation == Confirmation.SUBMITTED


# --- two people at once ---------------------------------------------------------------------------


def test_the_second_person_is_told_what_changed_and_loses_no_word(cast: Cast) -> None:
    task = cast.task()
    seen = task.events.count()
    actions.submit(task, by=cast.minh, text="Xong")
    response = do(cast.mai, task, "update", text="Đang làm tiếp phần cuối", seen=seen)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Chưa lưu: nhiệm vụ đã thay đổi" in html
    assert "Trình kết quả: Lê Văn Minh, 13/10/2026 09:00" in html
    assert "Đang làm tiếp phần cuối" in html
    assert not task.updates.filter(is_submission=False).exists()


def test_a_decision_is_about_the_result_that_was_read(cast: Cast) -> None:
    """The unit takes its result back and sends another while the office reads the first."""
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Bản một")
    seen = task.events.count()
    actions.withdraw(task, by=cast.minh)
    actions.submit(task, by=cast.minh, text="Bản hai")
    response = do(cast.lan, task, "confirm", seen=seen, note="Đồng ý với bản một")
    html = response.content.decode()
    assert response.status_code == 409
    assert "Nội dung đã được trình lại" in html and "Đồng ý với bản một" in html
    assert again(task).confirmation == Confirmation.SUBMITTED
    newest = re.search(r'id="confirm-seen"[^>]*', html) or re.search(r'name="seen" value="(\d+)"', html)
    assert newest
    assert do(cast.lan, task, "confirm", seen=task.events.count()).status_code == 302


def test_a_second_decision_on_the_same_request_is_refused(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    response = do(
        cast.lan, task, "decide_extension", granted="no", note="Không", decided_by="Trần Thị Hòa", how="phone"
    )
    assert response.status_code == 409
    assert task.deadline_changes.get().decision == DeadlineChange.Decision.GRANTED


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def proof(cast: Cast) -> Evidence:
    file = SimpleUploadedFile("Báo cáo tháng 9.txt", "Đã ban hành 20/20 quy trình".encode())
    response = do(cast.minh, cast.task(), "attach", file=file)
    assert response.status_code == 302
    return Evidence.objects.get()


def test_a_file_is_handed_out_as_an_attachment_under_its_own_name(cast: Cast, proof: Evidence) -> None:
    response = signed_in(cast.lan).get(reverse("evidence_file", args=[proof.pk]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content).decode() == "Đã ban hành 20/20 quy trình"  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_foreign_file_is_not_found_and_a_stranger_must_sign_in(cast: Cast, proof: Evidence) -> None:
    url = reverse("evidence_file", args=[proof.pk])
    assert signed_in(cast.tu).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_wrong_file_is_refused_in_words(cast: Cast) -> None:
    task = cast.task()
    response = do(cast.minh, task, "attach", file=SimpleUploadedFile("a.exe", b"MZ\x90\x00"))
    assert response.status_code == 422
    assert "Hãy chọn lại tệp" in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_lost_from_the_store_is_not_found(cast: Cast, proof: Evidence) -> None:
    proof.file.storage.delete(proof.file.name)
    assert signed_in(cast.lan).get(reverse("evidence_file", args=[proof.pk])).status_code == 404


def test_overdue_is_said_in_working_days(cast: Cast) -> None:
    task = cast.task()
    with time_machine.travel("2026-11-04T09:00:00+07:00", tick=False):
        assert "Quá hạn 03 ngày làm việc" in page(cast.minh, task)
