"""The owner's pages: choose, look, confirm. What is confirmed is what was seen."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.models import Task
from tests.cast import TODAY, Cast
from tests.tracker.merged_department import DECISION
from units.models import Reorganisation, RoleGrant, Unit

pytestmark = pytest.mark.django_db

HERE = "/don-vi/to-chuc-lai/moi/"


@pytest.fixture
def lan(cast: Cast, client: Client) -> Client:
    client.force_login(cast.lan)
    return client


def typed(cast: Cast, **fields: object) -> dict[str, object]:
    merge = {
        "kind": "merge",
        "units": [cast.cn1.pk, cast.cn2.pk],
        "code_1": "CN12",
        "new_1": "Chi nhánh Bình Phú",
        "decision": DECISION,
        "effective_on": "13/10/2026",
    }
    return merge | fields


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def test_the_preview_names_what_moves_and_moves_nothing(cast: Cast, lan: Client) -> None:
    cast.task("NV01", cast.cn1)
    page = lan.post(HERE, typed(cast)).content.decode()
    for words in ("Rà soát quy trình nội bộ NV01", "Đỗ Anh Tú", cast.branches.name, "Xác nhận tổ chức lại"):
        assert words in page
    assert not Reorganisation.objects.exists()
    assert not Unit.objects.filter(code="CN12").exists()


def test_confirming_what_was_seen_moves_it(cast: Cast, lan: Client) -> None:
    task = cast.task("NV01", cast.cn1)
    shown = seen(lan.post(HERE, typed(cast)).content.decode())
    answer = lan.post(HERE, typed(cast, seen=shown), follow=True)
    assert "Đã tổ chức lại đơn vị" in answer.content.decode()
    assert Task.objects.get(pk=task.pk).lead_unit.code == "CN12"
    history = lan.get("/don-vi/to-chuc-lai/").content.decode()
    assert DECISION in history and "01 nhiệm vụ chủ trì" in history


def test_a_change_meanwhile_is_shown_again_and_nothing_is_done(cast: Cast, lan: Client) -> None:
    task = cast.task("NV01", cast.cn1)
    shown = seen(lan.post(HERE, typed(cast)).content.decode())
    actions.accept(task, by=cast.tu)
    answer = lan.post(HERE, typed(cast, seen=shown))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Dữ liệu đã thay đổi từ lúc xem trước" in page
    assert not Reorganisation.objects.exists()
    assert lan.post(HERE, typed(cast, seen=seen(page))).status_code == 302


def test_choices_made_in_the_preview_count_and_stay_when_it_comes_back(cast: Cast, lan: Client) -> None:
    grant = RoleGrant.objects.get(user=cast.tu)
    chosen = {f"grants-{grant.pk}": ""}
    answer = lan.post(HERE, typed(cast, seen="0" * 64, **chosen))
    page = answer.content.decode()
    assert re.search(r'<option value="" selected>Kết thúc vai trò', page)
    lan.post(HERE, typed(cast, seen=seen(page), **chosen))
    assert not RoleGrant.objects.valid_on(TODAY).filter(user=cast.tu).exists()


def test_what_was_typed_comes_back_to_be_mended(cast: Cast, lan: Client) -> None:
    page = lan.post(HERE, typed(cast, back="1")).content.decode()
    assert "Chi nhánh Bình Phú" in page and "Xem trước" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"units": []}, "bắt buộc"),
        ({"code_1": ""}, "cả mã và tên"),
        ({"code_1": "PTD"}, "đã dùng"),
        ({"decision": ""}, "bắt buộc"),
        ({"effective_on": "13/10/2024"}, "trở lại đây"),
        ({"effective_on": "13/10/2028"}, "quá một năm"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(
    cast: Cast, lan: Client, wrong: dict, words: str
) -> None:
    answer = lan.post(HERE, typed(cast, **wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page and "Chi nhánh Bình Phú" in page


@pytest.mark.parametrize("kind", Reorganisation.Kind.values)
def test_each_kind_has_its_form(cast: Cast, lan: Client, kind: str) -> None:
    assert lan.get(HERE, {"kind": kind}).status_code == 200


@pytest.mark.parametrize("person", ["hoa", "minh", "tu", "son", "stranger"])
@pytest.mark.parametrize("url", [HERE, "/don-vi/to-chuc-lai/"])
def test_everybody_else_is_refused(cast: Cast, client: Client, person: str, url: str) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(url).status_code == 403
    assert not Reorganisation.objects.exists()


def test_units_of_another_agency_are_not_offered_nor_taken(cast: Cast, client: Client) -> None:
    from tests.cast import make_unit, make_user
    from units.actions import renumber_tree
    from units.permissions import Role

    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    client.force_login(make_user("khac", "Người Sở Khác", (Role.PLAN_OWNER, other)))
    assert cast.cn1.name not in client.get(HERE).content.decode()
    assert client.post(HERE, typed(cast)).status_code == 422
    assert not Reorganisation.objects.exists()


def test_work_another_office_follows_is_counted_and_not_named(cast: Cast, lan: Client) -> None:
    cast.task("NV01", cast.cn1, tracking_unit=cast.ubtx, title="Việc mật của nơi khác", given=False)
    Task.objects.update(assigned_on=TODAY)
    page = lan.post(HERE, typed(cast)).content.decode()
    assert "Việc mật của nơi khác" not in page
    assert "01 nhiệm vụ do cơ quan khác theo dõi" in page


def test_the_unit_page_tells_names_predecessors_and_successors(cast: Cast, lan: Client) -> None:
    lan.post(HERE, typed(cast, seen=seen(lan.post(HERE, typed(cast)).content.decode())))
    new = Unit.objects.get(code="CN12")
    page = lan.get(reverse("unit", args=[new.pk])).content.decode()
    assert "Đơn vị trước đây" in page and cast.cn1.name in page and DECISION in page
    old = lan.get(reverse("unit", args=[cast.cn1.pk])).content.decode()
    assert "Đơn vị kế thừa" in old and new.name in old and "Đã chấm dứt hoạt động" in old


def test_the_number_of_queries_does_not_grow_with_the_tasks(
    cast: Cast, lan: Client, django_assert_max_num_queries
) -> None:
    for number in range(3):
        cast.task(f"NV{number}", cast.cn1)
    lan.post(HERE, typed(cast))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        lan.post(HERE, typed(cast))
    for number in range(3, 12):
        cast.task(f"NV{number}", cast.cn1)
    with django_assert_max_num_queries(len(few)):
        lan.post(HERE, typed(cast))
