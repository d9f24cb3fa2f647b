"""Pages of removing content: the first person asks, the second reads once more and decides, nobody else sees it."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.models import ContentRemoval, RemovalReading, Task
from tests.cast import Cast
from tracker import removal as removing
from units.actions import grant_role
from units.permissions import Role

pytestmark = pytest.mark.django_db

SECRET = "Số căn cước 079123456789 của ông A"


@pytest.fixture
def task(cast: Cast) -> Task:
    task = cast.task()
    actions.update_progress(task, by=cast.mai, text=SECRET)
    file = SimpleUploadedFile("mat.pdf", b"%PDF-1.4 noi dung", content_type="application/pdf")
    actions.attach(task, by=cast.mai, file=file, title="Danh sách")
    return task


@pytest.fixture
def removal(task: Task, cast: Cast) -> ContentRemoval:
    events = task.events.filter(verb__in=["update", "attach"])
    return removing.ask(task, by=cast.minh, kind="personal", reason="Ghi nhầm", events=events)


def as_(client: Client, user: object) -> Client:
    client.force_login(user)  # type: ignore[arg-type]
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_head_asks_from_the_task_page(task: Task, cast: Cast, client: Client) -> None:
    minh = as_(client, cast.minh)
    assert reverse("removal_ask", args=[task.pk]) in text(minh.get(reverse("task", args=[task.pk])))
    page = text(minh.get(reverse("removal_ask", args=[task.pk])))
    assert "Dòng 2. Cập nhật tiến độ" in page and "Không nhắc lại nội dung phải gỡ" in page
    answer = minh.post(
        reverse("removal_ask", args=[task.pk]), {"events": ["2"], "kind": "personal", "reason": "Ghi nhầm"}
    )
    removal = ContentRemoval.objects.get()
    assert answer["Location"] == reverse("removal", args=[removal.pk])
    assert SECRET not in text(minh.get(reverse("task", args=[task.pk])))


def test_a_wrong_form_keeps_what_was_typed(task: Task, cast: Cast, client: Client) -> None:
    minh, here = as_(client, cast.minh), reverse("removal_ask", args=[task.pk])
    answer = minh.post(here, {"kind": "personal", "reason": "Ghi nhầm số"})
    assert answer.status_code == 422 and "Ghi nhầm số" in text(answer)
    assert "ít nhất một nội dung" in text(answer)


def test_somebody_was_faster(task: Task, removal: ContentRemoval, cast: Cast, client: Client) -> None:
    answer = as_(client, cast.lan).post(
        reverse("removal_ask", args=[task.pk]), {"events": ["2"], "kind": "other", "reason": "Không được lưu"}
    )
    assert answer.status_code == 409 and "Không được lưu" in text(answer)
    decide = reverse("removal", args=[removal.pk])
    removing.decide(removal, by=cast.hoa, approved=False, note="Giữ lại")
    assert client.post(decide, {"approved": "no", "note": "Không"}).status_code == 409


def test_a_clerk_and_another_unit_do_not_ask(task: Task, cast: Cast, client: Client) -> None:
    here = reverse("removal_ask", args=[task.pk])
    page = text(as_(client, cast.mai).get(reverse("task", args=[task.pk])))
    assert here not in page
    assert client.get(here).status_code == 403
    assert as_(client, cast.tu).get(here).status_code == 404


def test_no_page_shows_the_content_but_to_who_decides_and_asks_for_it(
    removal: ContentRemoval, cast: Cast, client: Client
) -> None:
    here = reverse("removal", args=[removal.pk])
    lan = as_(client, cast.lan)
    assert "đề nghị gỡ nội dung chờ quyết định" in text(lan.get(reverse("home")))
    for url in (reverse("removals"), here, reverse("task", args=[removal.task_id])):
        assert SECRET not in text(lan.get(url)), url
    shown = lan.post(here, {"read": "1"})
    assert SECRET in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert RemovalReading.objects.get().by == cast.lan
    assert SECRET not in text(lan.get(here))


def test_the_file_is_handed_to_who_decides_alone(removal: ContentRemoval, cast: Cast, client: Client) -> None:
    here, proof = reverse("removal", args=[removal.pk]), removal.task.evidence.get()
    answer = as_(client, cast.hoa).post(here, {"proof": str(proof.pk)})
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 noi dung"
    assert client.post(here, {"proof": "0"}).status_code == 404
    assert as_(client, cast.minh).post(here, {"proof": str(proof.pk)}).status_code == 403


def test_the_asker_sees_the_request_and_decides_nothing(
    removal: ContentRemoval, cast: Cast, client: Client
) -> None:
    here, minh = reverse("removal", args=[removal.pk]), as_(client, cast.minh)
    assert "Chờ người thứ hai" in text(minh.get(here))
    for given in ({"read": "1"}, {"approved": "yes", "minutes_number": "1", "minutes_on": "13/10/2026"}):
        assert minh.post(here, given).status_code == 403
    assert ContentRemoval.objects.get().is_waiting


@pytest.mark.parametrize("who", ["mai", "tu", "dung", "stranger", "son"])
def test_others_do_not_find_the_request(
    removal: ContentRemoval, cast: Cast, client: Client, who: str
) -> None:
    assert as_(client, getattr(cast, who)).get(reverse("removal", args=[removal.pk])).status_code == 404
    assert removal.reason not in text(client.get(reverse("removals")))


def test_the_second_person_decides_with_minutes(removal: ContentRemoval, cast: Cast, client: Client) -> None:
    here, lan = reverse("removal", args=[removal.pk]), as_(client, cast.lan)
    wrong = lan.post(here, {"approved": "yes", "minutes_on": "13/10/2026"})
    assert wrong.status_code == 422 and "Hãy ghi số biên bản" in text(wrong) and SECRET not in text(wrong)
    lan.post(here, {"approved": "yes", "minutes_number": "05/BB-VP", "minutes_on": "13/10/2026"})
    done = ContentRemoval.objects.get()
    assert (done.approved, done.decided_by, done.minutes_on) == (True, cast.lan, date(2026, 10, 13))
    page = text(lan.get(reverse("task", args=[removal.task_id])))
    assert "Nội dung đã được gỡ" in page and "05/BB-VP" in page
    assert "Bản sao lưu" in text(lan.get(here))


def test_an_administrator_decides_without_seeing_the_task(
    removal: ContentRemoval, cast: Cast, client: Client
) -> None:
    grant_role(cast.stranger, Role.ADMIN, cast.so, by=None)
    admin, here = as_(client, cast.stranger), reverse("removal", args=[removal.pk])
    assert reverse("task", args=[removal.task_id]) not in text(admin.get(here))
    assert admin.get(reverse("task", args=[removal.task_id])).status_code == 404
    admin.post(here, {"approved": "no", "note": "Đã kiểm tra, không phải"})
    assert ContentRemoval.objects.get().approved is False
