"""The workbook on its pages: look, then save; giving the plan; nothing of others."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.sheets.reading import open_workbook
from plans.models import Plan
from tasks.models import Task
from tests.cast import TODAY, Cast
from tests.tracker.test_intake_import import PLAN, ROWS, bring, tasks
from tracker.intake import layout
from tracker.intake.template import build

pytestmark = pytest.mark.django_db

HERE = "/ke-hoach/nhap/"


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lan(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lan)
    return client


def upload(client: Client, data: bytes, name: str = "kế hoạch.xlsx"):
    return client.post(HERE, {"file": SimpleUploadedFile(name, data)})


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(key|sha256|expected|name)" value="([^"]*)"', page))


@pytest.fixture
def looked(lan: Client) -> dict[str, str]:
    """The hidden fields of a preview."""
    response = upload(lan, build(PLAN, ROWS))
    assert response.status_code == 200
    return hidden_fields(response.content.decode())


def kept_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT, "intake").glob("*/*") if path.is_file()]


def test_the_template_has_lists_of_our_units_and_is_read_by_ourselves(lan: Client, cast: Cast) -> None:
    response = lan.get(reverse("plan_template"))
    assert response["Content-Disposition"] == 'attachment; filename="Mau-nhap-ke-hoach.xlsx"'
    book = open_workbook(response.content, "mau.xlsx")
    assert book.sheet_names == [layout.GUIDE, *layout.SHEETS]
    with zipfile.ZipFile(io.BytesIO(response.content)) as parts:
        xml = parts.read("xl/worksheets/sheet2.xml").decode()
    assert re.search(
        r'<dataValidation type="list"[^>]* sqref="B5"', xml
    )  # Loại văn bản has a list of its own
    again = upload(lan, response.content)
    assert again.status_code == 422 and "Tệp mới chỉ có dòng ví dụ của mẫu" in again.content.decode()


def test_a_preview_shows_how_each_deadline_was_understood_and_saves_nothing(lan: Client) -> None:
    page = upload(lan, build(PLAN, ROWS)).content.decode()
    assert "Xem trước, chưa lưu" in page
    assert "đến hết ngày 31/10/2026" in page and "02/11/2026" in page
    assert "trên 80%" in page and "đến hết ngày 31/12/2026" in page
    assert not Plan.objects.filter(code="KH-26").exists()


def test_confirming_saves_and_opens_the_draft(lan: Client, looked: dict[str, str]) -> None:
    response = lan.post(HERE, looked)
    plan = Plan.objects.get(code="KH-26")
    assert response.status_code == 302 and response["Location"] == reverse("plan", args=[plan.pk])
    assert plan.state == Plan.State.DRAFT and plan.tasks.count() == 2


def test_a_kept_file_is_gone_once_it_is_used(lan: Client, looked: dict[str, str]) -> None:
    assert len(kept_files()) == 1
    lan.post(HERE, looked)
    assert kept_files() == []
    again = lan.post(HERE, looked)
    assert again.status_code == 409 and "không còn" in again.content.decode()


def test_a_kept_file_lives_a_day(lan: Client, cast: Cast, looked: dict[str, str]) -> None:
    with time_machine.travel(f"{TODAY + timedelta(days=1)}T09:01:00+07:00", tick=False):
        lan.force_login(cast.lan)
        assert lan.post(HERE, looked).status_code == 409
        upload(lan, build(PLAN, ROWS))
        assert len(kept_files()) == 1  # the old one went when the new one came


def test_a_kept_file_is_for_the_person_who_sent_it(cast: Cast, looked: dict[str, str]) -> None:
    from tests.cast import make_user
    from units.permissions import Role

    other = Client()
    other.force_login(make_user("hai", "Người Hai", (Role.PLAN_OWNER, cast.vp)))
    assert other.post(HERE, looked).status_code == 409
    assert not Plan.objects.filter(code="KH-26").exists()


def test_another_file_than_the_one_shown_is_not_saved(lan: Client, looked: dict[str, str]) -> None:
    kept_files()[0].write_bytes(build(PLAN | {"title": "Bị đổi"}, ROWS))
    assert lan.post(HERE, looked).status_code == 409
    assert not Plan.objects.filter(code="KH-26").exists()


def test_data_that_changed_meanwhile_are_shown_again(lan: Client, cast: Cast, looked: dict[str, str]) -> None:
    bring(cast.lan)
    response = lan.post(HERE, looked)
    page = response.content.decode()
    assert response.status_code == 409 and "Dữ liệu đã thay đổi từ lúc xem trước" in page
    assert "không có gì để lưu" in page


def test_the_same_file_again_has_nothing_to_save(lan: Client, looked: dict[str, str]) -> None:
    lan.post(HERE, looked)
    page = upload(lan, build(PLAN, ROWS)).content.decode()
    assert "không có gì để lưu" in page and ">Lưu</button>" not in page


def test_errors_stand_in_a_table_with_their_cells(lan: Client) -> None:
    response = upload(lan, build(PLAN, ROWS | {layout.TASKS: tasks(phrase="31/02/2026", lead="Phòng Lạ")}))
    page = response.content.decode()
    assert response.status_code == 422
    assert "kế hoạch.xlsx”: 02 lỗi, chưa lưu gì" in page
    assert "I “Thời hạn”" in page and "31/02/2026" in page
    assert kept_files() == []


@pytest.mark.parametrize(
    ("name", "data", "status", "words"),
    [
        ("a.xlsx", b"", 422, "rỗng"),
        ("a.pdf", b"%PDF-1.7 x", 415, "tệp PDF"),
        ("a.xlsx", b"%PDF-1.7 x", 415, "nội dung là tệp PDF"),
        ("a.exe", b"MZ" + b"\0" * 90, 415, "Không nhận loại tệp"),
    ],
)
def test_a_wrong_file_is_named_and_nothing_is_kept(
    lan: Client, name: str, data: bytes, status: int, words: str
) -> None:
    response = upload(lan, data, name)
    assert response.status_code == status
    assert words in response.content.decode()
    assert kept_files() == []


def test_no_file_chosen(lan: Client) -> None:
    response = lan.post(HERE, {})
    assert response.status_code == 422 and "Hãy chọn tệp." in response.content.decode()


def test_a_stamped_file_is_not_kept(lan: Client) -> None:
    response = upload(lan, build(PLAN | {"title": "TỐI MẬT"}, ROWS))
    assert response.status_code == 422 and "bí mật nhà nước" in response.content.decode()
    assert kept_files() == []


def test_only_plan_owners_bring_in_plans(cast: Cast, client: Client) -> None:
    for user in (cast.minh, cast.hoa, cast.son, cast.stranger):
        client.force_login(user)
        assert client.get(HERE).status_code == 403
        assert upload(client, build(PLAN, ROWS)).status_code == 403


def test_a_preview_of_many_rows_asks_a_few_questions_a_row(
    lan: Client, django_assert_max_num_queries: Callable
) -> None:
    """The checks of the model and a save point; no query for each name, day or cell."""
    rows = [
        {"code": f"NV{n}", "title": f"Việc {n}", "lead": "PTD", "phrase": "31/10/2026"} for n in range(20)
    ]
    with django_assert_max_num_queries(20 * 20):
        assert upload(lan, build(PLAN, ROWS | {layout.TASKS: rows})).status_code == 200


# --- giving the plan ------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(cast: Cast) -> Plan:
    return bring(cast.lan, tasks=tasks(phrase="", product="")).plan


def test_what_is_not_clear_is_listed_before_giving(lan: Client, draft: Plan) -> None:
    page = lan.get(reverse("plan_activate", args=[draft.pk])).content.decode()
    assert "chưa rõ thời hạn; chưa rõ sản phẩm" in page and "NV01" in page
    assert not Task.objects.filter(plan=draft, assigned_on__isnull=False).exists()


def test_giving_needs_one_acknowledgement(lan: Client, draft: Plan) -> None:
    url = reverse("plan_activate", args=[draft.pk])
    refused = lan.post(url, {})
    assert refused.status_code == 422 and "Hãy xác nhận đã xem" in refused.content.decode()
    given = lan.post(url, {"acknowledged": "on"})
    assert given.status_code == 302
    draft.refresh_from_db()
    assert draft.state == Plan.State.ACTIVE
    again = lan.get(url)
    assert again.status_code == 200 and "Kế hoạch đã được giao" in again.content.decode()
    assert lan.post(url, {"acknowledged": "on"}).status_code == 422


def test_a_clear_plan_is_given_without_a_box_to_tick(lan: Client, cast: Cast) -> None:
    rows = [row | {"product": "Báo cáo"} for row in ROWS[layout.TASKS]]
    plan = bring(cast.lan, tasks=rows).plan
    url = reverse("plan_activate", args=[plan.pk])
    assert "acknowledged" not in lan.get(url).content.decode()
    assert lan.post(url).status_code == 302


def test_others_do_not_find_the_draft_or_may_not_give_the_plan(
    cast: Cast, client: Client, draft: Plan
) -> None:
    url = reverse("plan_activate", args=[draft.pk])
    for user in (cast.minh, cast.tu, cast.hoa, cast.stranger):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.post(url, {"acknowledged": "on"}).status_code == 404
    client.force_login(cast.hoa)
    assert client.get(reverse("plan_activate", args=[cast.plan.pk])).status_code == 403
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT
