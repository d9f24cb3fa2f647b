"""The page for giving by hand: it shows how a deadline was understood before anything is kept, and loses nothing."""

import re
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from plans.models import Clause, Document
from tasks import actions
from tasks.actions import Leads
from tasks.models import Task
from tests.cast import Cast, make_user
from units.models import User
from units.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.lan)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(cast: Cast, **fields: Any) -> dict[str, Any]:
    """A spoken order to the division, due in November; the fields a browser sends."""
    return {
        "tracking_unit": cast.vp.pk, "plan": "", "source": "oral", "ordered_by": "Trần Thị Hòa",
        "ordered_how": "phone", "title": "Rà soát hồ sơ tồn đọng", "strength": "assign", "urgency": "normal",
        "nature": "ordinary", "lead_how": "one", "lead_unit": cast.ptd.pk, "phrase": "trước ngày 01/12/2026",
    } | fields  # fmt: skip


def send(client: Client, step: str, data: dict[str, Any], url: str = "") -> HttpResponse:
    """Presses a button; a person has looked first, so what the page showed goes along."""
    url = url or reverse("task_new")
    if step != "look":
        data = data | {"understood": shown(client.post(url, data | {"step": "look"}))}
    return client.post(url, data | {"step": step})


def shown(response: HttpResponse) -> str:
    assert response.status_code == 200, text(response)[:2000]
    found = re.search(r'name="understood" value="([^"]*)"', response.content.decode())
    assert found and found[1]
    import html

    return html.unescape(found[1])


def text(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- looking --------------------------------------------------------------------------------------------


def test_looking_says_in_plain_words_what_was_understood_and_keeps_nothing(
    cast: Cast, office: Client
) -> None:
    seen = text(send(office, "look", form(cast, phrase="trước ngày 30/11/2026")))
    assert "trước ngày 30/11/2026, tức là đến hết ngày 29/11/2026" in seen
    assert "Hạn áp dụng: 30/11/2026" in seen
    assert "29/11/2026 là Chủ nhật, hạn chuyển sang ngày làm việc kế tiếp 30/11/2026." in seen
    assert not Task.objects.exists()


def test_a_length_of_time_says_that_it_is_counted_from_the_day_of_assignment_for_now(
    cast: Cast, office: Client
) -> None:
    seen = text(send(office, "look", form(cast, phrase="trong vòng 05 ngày làm việc kể từ ngày nhận")))
    assert "trong vòng 05 ngày làm việc kể từ ngày nhận, tức là đến hết ngày 20/10/2026 (tạm tính" in seen


def test_what_is_alike_is_a_hint_and_no_error(cast: Cast, office: Client) -> None:
    known = cast.task("NV07", title="Rà soát hồ sơ tồn đọng năm 2026")
    seen = send(office, "look", form(cast))
    assert reverse("task", args=[known.pk]) in seen.content.decode()
    assert send(office, "save", form(cast)).status_code == 302


def test_the_same_clause_is_a_hint_too(cast: Cast, office: Client) -> None:
    clause = Clause.objects.create(plan=cast.plan, order=1, label="II.1", text="Rà soát")
    cast.task("NV07", title="Việc khác hẳn", clause=clause)
    seen = send(office, "look", form(cast, plan=cast.plan.pk, source="plan", clause=clause.pk))
    assert "cùng mục của kế hoạch" in text(seen)


def test_nothing_is_saved_that_was_not_shown(cast: Cast, office: Client) -> None:
    """The phrase was changed after the preview: it is shown again instead."""
    understood = shown(send(office, "look", form(cast)))
    changed = form(cast, phrase="trước ngày 15/12/2026", understood=understood, step="give")
    answer = office.post(reverse("task_new"), changed)
    assert "hãy xem lại rồi lưu" in text(answer) and "14/12/2026" in text(answer)
    assert not Task.objects.exists()


# --- keeping and giving -----------------------------------------------------------------------------------


def test_a_draft_is_kept_out_of_the_units_sight_until_it_is_given(cast: Cast, office: Client) -> None:
    assert send(office, "save", form(cast)).status_code == 302
    draft = Task.objects.get()
    assert (draft.code, draft.assigned_on) == ("PS01/2026", None)
    unit = signed_in(cast.minh)
    assert unit.get(reverse("task", args=[draft.pk])).status_code == 404
    url = reverse("task_draft", args=[draft.pk])
    assert (
        reverse("task_draft", args=[draft.pk])
        in office.get(reverse("task", args=[draft.pk])).content.decode()
    )
    send(office, "give", form(cast, title="Rà soát hồ sơ tồn đọng quý IV"), url)
    given = Task.objects.get()
    assert (given.title, given.assigned_on) == ("Rà soát hồ sơ tồn đọng quý IV", date(2026, 10, 13))
    assert unit.get(reverse("task", args=[draft.pk])).status_code == 200


def test_giving_may_say_an_earlier_day_and_never_a_later_one(cast: Cast, office: Client) -> None:
    late = send(office, "look", form(cast, given_on="14/10/2026"))
    assert late.status_code == 422 and "Ngày giao không được sau hôm nay" in text(late)
    send(office, "give", form(cast, given_on="09/10/2026"))
    assert Task.objects.get().assigned_on == date(2026, 10, 9)


def test_the_paper_is_written_down_with_the_order(cast: Cast, office: Client) -> None:
    paper = {
        "source": "letter", "ordered_by": "", "ordered_how": "", "doc_kind": "CV", "doc_number": "77/UBND-HCC",
        "doc_issued_on": "12/10/2026", "doc_issuer": "UBND tỉnh", "doc_subject": "Rà soát hồ sơ",
        "incoming_number": "1203", "incoming_on": "13/10/2026",
    }  # fmt: skip
    send(office, "give", form(cast, **paper))
    task = Task.objects.get()
    assert task.source_document is not None
    assert (task.source_document.incoming_number, task.source_document.incoming_on) == (
        "1203",
        date(2026, 10, 13),
    )
    assert Document.objects.filter(number="77/UBND-HCC").count() == 1
    # The next order of the same letter finds it.
    send(office, "save", form(cast, title="Việc thứ hai của công văn", **paper))
    assert Document.objects.filter(number="77/UBND-HCC").count() == 1


def test_a_draft_comes_back_as_it_was_written(cast: Cast, office: Client) -> None:
    data = form(
        cast, lead_how="group", lead_unit="", lead_group=cast.branches.pk, out_unit_0=cast.cn2.pk,
        out_reason_0="đã xong", along_unit_0=cast.doan.pk, along_part_0="Tuyên truyền", along_due_0="20/11/2026",
        superior_deadline="on", internal_end="25/11/2026", parts_total="3", parts_label="địa bàn", allows_nil="on",
    )  # fmt: skip
    send(office, "save", data)
    page = office.get(reverse("task_draft", args=[Task.objects.get().pk])).context["form"]
    for name, value in {
        "lead_how": "group", "lead_group": str(cast.branches.pk), "out_unit_0": str(cast.cn2.pk),
        "out_reason_0": "đã xong", "along_unit_0": str(cast.doan.pk), "along_part_0": "Tuyên truyền",
        "along_due_0": date(2026, 11, 20), "internal_end": date(2026, 11, 25), "parts_total": 3,
        "allows_nil": True, "due": None, "kind": "", "phrase": "trước ngày 01/12/2026",
    }.items():  # fmt: skip
        assert page[name].value() == value, name


def test_a_day_put_beside_the_phrase_comes_back_beside_it(cast: Cast, office: Client) -> None:
    send(office, "save", form(cast, phrase="vào mùa nước nổi", due="30/11/2026"))
    page = office.get(reverse("task_draft", args=[Task.objects.get().pk])).context["form"]
    assert (page["phrase"].value(), page["due"].value()) == ("vào mùa nước nổi", date(2026, 11, 30))


def test_a_draft_is_thrown_away_with_one_button(cast: Cast, office: Client) -> None:
    send(office, "save", form(cast))
    office.post(reverse("task_draft_delete", args=[Task.objects.get().pk]))
    assert not Task.objects.exists()


# --- wrong input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"title": ""}, "title", "Hãy ghi nội dung nhiệm vụ"),
        ({"phrase": "trước ngày 31/11/2026"}, "phrase", "không phải là ngày có thật"),
        ({"phrase": "vào mùa nước nổi"}, "phrase", "Chưa hiểu thời hạn"),
        ({"due": "13/13/2026"}, "due", "Hãy nhập ngày/tháng/năm"),
        ({"source": "letter"}, "source_document", "Hãy chọn văn bản"),
        ({"source": "plan"}, "plan", "Hãy chọn kế hoạch"),
        ({"ordered_by": ""}, "ordered_by", "Hãy ghi người đã chỉ đạo"),
        ({"lead_unit": ""}, "lead_unit", "Hãy chọn đơn vị chủ trì"),
        ({"lead_how": "joint"}, "others", "Hãy chọn các đơn vị đồng chủ trì"),
        ({"lead_how": "each", "lead_unit": ""}, "others", "Hãy chọn các đơn vị được giao"),
        ({"lead_how": "group"}, "lead_group", "Hãy chọn nhóm đơn vị"),
        ({"parts_total": "3"}, "parts_label", "Hãy ghi đơn vị tính"),
        ({"parts_total": "ba"}, "parts_total", "Hãy ghi một số"),
        ({"along_part_1": "Cung cấp số liệu"}, "along_unit_1", "Hãy chọn đơn vị phối hợp"),
        ({"internal_end": "01/11/2026"}, "internal_end", "Chỉ đặt hạn nội bộ khi"),
        ({"doc_number": "12/CV"}, "doc_issuer", "Hãy ghi cơ quan ban hành"),
        ({"quote": "TỐI MẬT\nNội dung"}, "quote", "bí mật nhà nước"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, office: Client, fields: dict, field: str, words: str
) -> None:
    typed = form(cast, note="Ghi chú phải còn", **fields)
    answer = send(office, "look", typed)
    page = answer.context["form"]
    assert answer.status_code == 422
    assert words in str(page.errors[field])
    assert page["note"].value() == "Ghi chú phải còn"
    assert not Task.objects.exists() and not Document.objects.filter(number="12/CV").exists()


def test_somebody_gave_the_draft_meanwhile(cast: Cast, office: Client) -> None:
    send(office, "save", form(cast))
    draft = Task.objects.get()
    url = reverse("task_draft", args=[draft.pk])
    understood = shown(send(office, "look", form(cast), url))
    actions.assign(draft, by=cast.lan)
    answer = office.post(url, form(cast, title="Sửa muộn", understood=understood, step="save"))
    assert answer.status_code == 409
    assert answer.context["form"]["title"].value() == "Sửa muộn"
    assert office.get(url).status_code == 302


# --- rights --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["minh", "mai", "hoa", "son", "stranger"])
@pytest.mark.parametrize("name", ["task_new", "explanations_new"])
def test_only_the_office_gives_by_hand(cast: Cast, person: str, name: str) -> None:
    client = signed_in(getattr(cast, person))
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse(name), {"title": "x"}).status_code == 403


def test_the_page_asks_the_database_the_same_number_of_times_however_many_units(
    cast: Cast, office: Client, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.cast import make_unit
    from units.actions import renumber_tree

    office.get(reverse("task_new"))
    with CaptureQueriesContext(connection) as few:
        office.get(reverse("task_new"))
    for n in range(5):
        make_unit(f"X{n}", f"Đơn vị {n}", "branch", cast.vpdk)
        actions.write_task(
            Task(tracking_unit=cast.vp, title=f"Việc {n}", plan=cast.plan),
            by=cast.lan,
            leads=Leads(unit=cast.ptd),
        )
    renumber_tree()
    with CaptureQueriesContext(connection) as many:
        office.get(reverse("task_new"))
    assert len(many) <= len(few)


# --- somebody threw the draft away ------------------------------------------------------------------------


def test_what_was_typed_on_a_draft_deleted_meanwhile_comes_back_as_a_new_order(
    cast: Cast, office: Client
) -> None:
    send(office, "save", form(cast))
    draft = Task.objects.get()
    url = reverse("task_draft", args=[draft.pk])
    opened = office.get(url).context["opened"]
    colleague = make_user("yen", "Lê Thị Yến", (Role.PLAN_OWNER, cast.vp))
    signed_in(colleague).post(reverse("task_draft_delete", args=[draft.pk]))
    typed = form(cast, title="Rà soát hồ sơ tồn đọng trước năm 2020", opened=opened, step="save")
    answer = office.post(url, typed)
    assert answer.status_code == 409
    assert "vừa được người khác xóa" in text(answer)
    assert "Rà soát hồ sơ tồn đọng trước năm 2020" in answer.content.decode()
    assert f'action="{reverse("task_new")}"' in answer.content.decode()
    assert not Task.objects.exists()
    # Whoever never opened it is told nothing, and nobody can say they did.
    for said in ("", opened):
        assert signed_in(colleague).post(url, typed | {"opened": said}).status_code == 404
