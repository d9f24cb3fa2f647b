"""The pages of bàn giao công việc: choose, preview, record; the record prints for three signatures."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from reports.layouts import handover_minutes as layout
from tasks import actions
from tasks.models import Handover, Task
from tests.cast import TODAY, Cast, make_user
from tests.reports.paper_words import faults, words
from tracker.handover import Plea, record
from tracker.handover_minutes import minutes_of
from units.permissions import Role

pytestmark = pytest.mark.django_db

FORM = {"kind": "leaves", "on": "13/10/2026", "reason": "Chuyển công tác", "how": "direct"}


@pytest.fixture
def task(cast: Cast) -> Task:
    task = cast.task("NV01")
    actions.delegate(task, by=cast.minh, officer=cast.mai)
    return task


@pytest.fixture
def head(cast: Cast, client: Client) -> Client:
    client.force_login(cast.minh)
    return client


def address(cast: Cast) -> str:
    return reverse("handover_new", args=[cast.mai.pk])


def test_the_list_names_those_one_may_hand_over_and_nobody_else(cast: Cast, head: Client):
    page = head.get(reverse("handovers")).content.decode()
    assert cast.mai.full_name in page and cast.tu.full_name not in page and cast.hoa.full_name not in page


def test_the_form_shows_everything_in_hand(cast: Cast, head: Client, task: Task):
    page = head.get(address(cast)).content.decode()
    assert task.title in page and "Chuyên viên đầu mối, Phòng Quản lý đất đai" in page


def test_the_preview_says_who_gets_what_and_writes_nothing(cast: Cast, head: Client, task: Task):
    page = head.post(address(cast), FORM)
    assert page.status_code == 200 and "Xem trước, chưa ghi nhận" in page.content.decode()
    assert cast.minh.full_name in page.content.decode() and not Handover.objects.exists()


def confirmed(client: Client, url: str, **changes) -> object:
    preview = client.post(url, FORM | changes)
    return client.post(url, FORM | changes | {"seen": preview.context["seen"], "confirm": "1"})


def test_what_was_previewed_is_recorded(cast: Cast, head: Client, task: Task):
    answer = confirmed(head, address(cast))
    found = Handover.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("handover", args=[found.pk])
    assert Task.objects.get(pk=task.pk).officer == cast.minh


def test_what_changed_since_the_preview_is_shown_again_first(cast: Cast, head: Client, task: Task):
    seen = head.post(address(cast), FORM).context["seen"]
    late = cast.task("NV02")
    actions.delegate(late, by=cast.minh, officer=cast.mai)
    answer = head.post(address(cast), FORM | {"seen": seen, "confirm": "1"})
    assert answer.status_code == 409 and late.title in answer.content.decode()
    assert "Chuyển công tác" in answer.content.decode() and not Handover.objects.exists()


def test_going_back_keeps_what_was_typed(cast: Cast, head: Client, task: Task):
    page = head.post(address(cast), FORM | {"edit": "1"})
    assert page.status_code == 200 and 'value="Chuyển công tác"' in page.content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"reason": ""}, {"on": "31/02/2026"}, {"receiver": "999"}, {"reason": "TUYỆT MẬT"}, {"kind": "x"}],
)
def test_a_wrong_form_comes_back_with_what_was_typed(cast: Cast, head: Client, task: Task, changes: dict):
    answer = head.post(address(cast), FORM | {"basis": "Số 12"} | changes)
    assert answer.status_code == 422 and 'value="Số 12"' in answer.content.decode()


def test_a_markup_in_a_title_is_text(cast: Cast, head: Client):
    task = cast.task("NV03", title="<b>Rà soát</b> & \x07báo cáo")
    actions.delegate(task, by=cast.minh, officer=cast.mai)
    page = head.get(address(cast)).content.decode()
    assert escape("<b>Rà soát</b> & báo cáo") in page and "<b>Rà" not in page


@pytest.mark.parametrize(
    ("person", "status"), [("tu", 404), ("mai", 404), ("hoa", 404), ("son", 404), ("lan", 200)]
)
def test_whose_people_they_are_not_finds_no_form(cast: Cast, client: Client, task, person: str, status: int):
    client.force_login(getattr(cast, person))
    assert client.get(address(cast)).status_code == status


def test_the_receiver_sees_the_record_and_another_unit_does_not(cast: Cast, client: Client, task: Task):
    nga = make_user("nga", "Đinh Thị Nga", (Role.UNIT_CLERK, cast.ptd))
    done = record(Plea(cast.mai, "leaves", TODAY, nga, "Nghỉ"), {}, by=cast.minh)
    for person, status in ((nga, 200), (cast.minh, 200), (cast.lan, 200), (cast.tu, 404), (cast.son, 404)):
        client.force_login(person)
        assert client.get(reverse("handover", args=[done.pk])).status_code == status
        assert client.get(reverse("handover_minutes", args=[done.pk])).status_code == status


def test_queries_do_not_grow_with_people_and_tasks(
    cast: Cast, head: Client, task, django_assert_max_num_queries
):
    for number in range(12):
        more = cast.task(f"M{number:02d}")
        actions.delegate(more, by=cast.minh, officer=cast.mai)
        make_user(f"them{number}", f"Người {number}", (Role.UNIT_CLERK, cast.ptd))
    with django_assert_max_num_queries(30):
        head.get(reverse("handovers"))
    with django_assert_max_num_queries(30):
        head.get(address(cast))
    with django_assert_max_num_queries(50):
        head.post(address(cast), FORM)


# --- the record -------------------------------------------------------------------------------------


def test_the_record_lists_open_waiting_overdue_and_owed_and_has_three_signatures(cast: Cast, task: Task):
    cases = {"NV02": {"nominal_end": date(2026, 10, 5)}, "NV03": {}, "NV04": {}}
    for code, fields in cases.items():
        actions.delegate(cast.task(code, **fields), by=cast.minh, officer=cast.mai)
    waiting, owed = (Task.objects.get(code=code) for code in ("NV03", "NV04"))
    for each in (waiting, owed):
        actions.submit(each, by=cast.minh, text="Xong")
    actions.confirm(owed, by=cast.lan)
    nga = make_user("nga", "Đinh Thị Nga", (Role.UNIT_CLERK, cast.ptd), position="Chuyên viên")
    done = record(Plea(cast.mai, "leaves", TODAY, nga, "Nghỉ hưu", "12/QĐ-SNNMT"), {}, by=cast.minh)
    docx = layout.build(minutes_of(done))
    text = words(docx)
    assert faults(docx) == []
    for part in (
        "Nhiệm vụ đang thực hiện (01)", "Nhiệm vụ chờ xác nhận, chờ quyết định (01)", "Nhiệm vụ quá hạn (01)",
        "Nhiệm vụ nợ tài liệu kiểm chứng (01)", "Vai trò trên hệ thống (01)", "Nghỉ hưu", "12/QĐ-SNNMT",
        "NGƯỜI BÀN GIAO", "NGƯỜI NHẬN BÀN GIAO", "TRƯỞNG PHÒNG", "Lê Văn Minh, Trưởng phòng", "03 bản",
        "ngày 13 tháng 10 năm 2026", "Đinh Thị Nga", "chưa có tài liệu kiểm chứng",
    ):  # fmt: skip
        assert part in text, part


def test_the_head_who_takes_the_work_over_signs_once(cast: Cast, task: Task):
    done = record(Plea(cast.mai, "leaves", TODAY, cast.minh, "Nghỉ"), {}, by=cast.lan)
    text = words(layout.build(minutes_of(done)))
    assert "Người nhận bàn giao: Lê Văn Minh, Trưởng phòng" in text and "02 bản" in text
    assert "Người chứng kiến" not in text and "NGƯỜI NHẬN BÀN GIAO" not in text
    assert "TRƯỞNG PHÒNG" in text


def test_the_record_stays_as_it_was_on_the_day(cast: Cast, task: Task):
    done = record(Plea(cast.mai, "leaves", TODAY, cast.minh, "Nghỉ"), {}, by=cast.lan)
    done.refresh_from_db()
    before = layout.build(minutes_of(done))
    actions.submit(task, by=cast.minh, text="Xong")
    assert layout.build(minutes_of(done)) == before


def test_before_the_day_it_says_that_the_list_may_change(cast: Cast, task: Task):
    waiting = record(Plea(cast.mai, "leaves", date(2026, 10, 20), None, "Nghỉ"), {}, by=cast.minh)
    docx = layout.build(minutes_of(waiting))
    assert faults(docx) == [] and "được chốt lại vào ngày bàn giao" in words(docx)


def test_many_receivers_each_have_a_place_to_sign(cast: Cast):
    from tracker.handover import Chosen

    clerks = [make_user(f"c{n}", f"Người Nhận {n}", (Role.UNIT_CLERK, cast.ptd)) for n in range(3)]
    choices = {}
    for number, clerk in enumerate(clerks):
        each = cast.task(f"T{number}", title=("Rà soát danh mục " * 30)[:298])
        actions.delegate(each, by=cast.minh, officer=cast.mai)
        choices[f"task-{each.pk}"] = Chosen(clerk)
    done = record(Plea(cast.mai, "leaves", TODAY, None, "Nghỉ"), choices, by=cast.minh)
    docx = layout.build(minutes_of(done))
    assert faults(docx) == [] and words(docx).count("NGƯỜI NHẬN BÀN GIAO") == 3


def test_somebody_with_nothing_in_hand_still_gets_a_record(cast: Cast):
    done = record(Plea(cast.mai, "leaves", TODAY, None, "Nghỉ"), {}, by=cast.minh)
    docx = layout.build(minutes_of(done))
    assert faults(docx) == [] and "Nhiệm vụ đang thực hiện (không có)" in words(docx)


def test_a_withdrawn_handover_has_no_record(cast: Cast, head: Client):
    waiting = record(Plea(cast.mai, "leaves", date(2026, 10, 20), None, "Nghỉ"), {}, by=cast.minh)
    head.post(reverse("handover_withdraw", args=[waiting.pk]))
    assert head.get(reverse("handover_minutes", args=[waiting.pk])).status_code == 404
