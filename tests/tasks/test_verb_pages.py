"""Every verb has its form on the page of a task: taken when right, kept when refused, never about somebody else's."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.ledger import Decision
from tasks.models import Coordination, Explanation, Obstacle, Opening, Reassignment, Task
from tasks.models.facts import How
from tasks.panels import PANELS
from tasks.rules import RULES
from tasks.status import Execution
from tests.cast import LONG_AGO, TODAY, Cast, make_unit
from units.actions import renumber_tree
from units.models import GroupMember, User

pytestmark = pytest.mark.django_db

PHONE = Decision("Trần Thị Hòa", How.PHONE)
SAID = {"decided_by": "Trần Thị Hòa", "how": "phone"}
HEARD = {"decided_by": "Vũ Tiến Dũng", "how": "phone"}
KEPT = "Chữ đã gõ phải còn"


def do(user: User, task: Task, verb: str, **data: Any) -> HttpResponse:
    client = Client()
    client.force_login(user)
    return client.post(reverse("task_verb", args=[task.pk, verb]), data)


def page(user: User, task: Task, verb: str = "") -> str:
    """The page as `user` sees it, with the form of `verb` open."""
    client = Client()
    client.force_login(user)
    query = {"viec": PANELS[verb].anchor} if verb else {}
    response = client.get(reverse("task", args=[task.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


# --- scenes: how a task comes to need each verb ------------------------------------------------------


def plain(cast: Cast) -> Task:
    return cast.task()


def helped(cast: Cast) -> Task:
    return cast.task(coordinators=[(cast.vpdk, "coordinating")])


def delivered(cast: Cast) -> Task:
    task = helped(cast)
    actions.deliver_part(task, by=cast.dung, coordination=task.coordinations.get(), text="Đã gửi số liệu")
    return task


def proposed(cast: Cast) -> Task:
    task = cast.task()
    actions.propose_reassignment(task, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.vpdk)
    return task


def asked_to_explain(cast: Cast) -> Task:
    task = cast.task()
    actions.request_explanation(task, by=cast.lan, about="Vì sao chậm")
    return task


def explained(cast: Cast) -> Task:
    task = asked_to_explain(cast)
    actions.explain(task, by=cast.minh, cause="objective", text="Chờ Bộ", remedy="Làm thêm giờ")
    return task


def blocked(cast: Cast) -> Task:
    task = cast.task()
    actions.raise_obstacle(task, by=cast.mai, text="Thiếu máy quét", asked_of=cast.vpdk)
    return task


def confirmed(cast: Cast) -> Task:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(task, by=cast.lan)
    return task


def directed_by_phone(cast: Cast) -> Task:
    task = cast.task()
    actions.direct(task, by=cast.lan, text="Làm gấp", decision=PHONE)
    return task


def joined_late(cast: Cast) -> Task:
    order = cast.task(lead_group=cast.branches)
    unit = make_unit("CN3", "Chi nhánh Hòa Vang", "branch", cast.vpdk)
    renumber_tree()
    GroupMember.objects.create(group=cast.branches, unit=unit, valid_from=TODAY)
    return order


def counted_in_parts(cast: Cast) -> Task:
    return cast.task(parts_total=3, parts_label="địa bàn")


def nil_allowed(cast: Cast) -> Task:
    return cast.task(allows_nil=True)


@dataclass
class Case:
    """`who` fills in the form of `verb` in a scene; values that are functions take (cast, task). `wrong` is refused:
    it spoils one field and types KEPT into `text`."""

    verb: str
    who: str
    scene: Callable[[Cast], Task]
    data: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] | None = None
    text: str = ""
    holds: Callable[[Task, Cast], bool] = lambda task, cast: True

    def __str__(self) -> str:
        return f"{self.verb}-{self.who}-{self.scene.__name__}"


def _unit(code: str) -> Callable[[Cast, Task], int]:
    return lambda cast, task: getattr(cast, code).pk


def _only(name: str) -> Callable[[Cast, Task], int]:
    return lambda cast, task: getattr(task, name).get().pk


def _filled(data: dict[str, Any], cast: Cast, task: Task) -> dict[str, Any]:
    return {name: value(cast, task) if callable(value) else value for name, value in data.items()}


CASES = [
    Case("receive", "mai", plain, {"on": "12/10/2026"}, {"on": "20/10/2026"},
         holds=lambda task, cast: task.received_on == date(2026, 10, 12)),
    Case("delegate", "minh", plain, {"officer": lambda cast, task: cast.mai.pk, "text": "Làm phần 1"},
         {"officer": ""}, "text", lambda task, cast: task.officer == cast.mai),
    Case("update", "mai", counted_in_parts, {"text": "Đã xong hai xã", "parts_done": "2"}, {"parts_done": "9"},
         "text", lambda task, cast: task.parts_done == 2),
    Case("submit", "minh", nil_allowed, {"nil": "on"}, {"nil": ""},
         holds=lambda task, cast: task.updates.get().is_nil),
    Case("propose_reassignment", "minh", plain, {"reason": "Không đúng chức năng", "proposed_unit": _unit("vpdk")},
         {"proposed_unit": _unit("ptd")}, "reason", lambda task, cast: task.execution == Execution.REASSIGN),
    Case("withdraw_reassignment", "minh", proposed, holds=lambda task, cast: task.execution != Execution.REASSIGN),
    Case("give_view", "dung", proposed, {"text": "Đồng ý nhận"}, {"text": ""},
         holds=lambda task, cast: task.reassignments.get().views.get().unit == cast.vpdk),
    Case("decide_reassignment", "hoa", proposed, {"agreed": "yes", "new_lead": _unit("vpdk")},
         {"agreed": ""}, "note", lambda task, cast: task.lead_unit == cast.vpdk),
    Case("decide_reassignment", "lan", proposed, {"agreed": "no", "note": "Đúng chức năng", **SAID},
         {"decided_by": ""}, "note", lambda task, cast: task.lead_unit == cast.ptd),
    Case("hand_over", "hoa", plain, {"to": _unit("vpdk"), "reason": "Điều chỉnh"}, {"to": _unit("ptd")}, "reason",
         lambda task, cast: task.lead_unit == cast.vpdk),
    Case("reopen", "lan", confirmed, {"reason": "Số liệu sai", **SAID}, {"how": ""}, "reason",
         lambda task, cast: task.is_open),
    Case("request_explanation", "lan", plain, {"about": "Vì sao chậm", "due_on": "16/10/2026"},
         {"due_on": "01/10/2026"}, "about",
         lambda task, cast: task.explanations.get().due_on == date(2026, 10, 16)),
    Case("explain", "minh", asked_to_explain, {"cause": "objective", "text": "Chờ Bộ", "remedy": "Làm thêm giờ"},
         {"remedy": ""}, "text", lambda task, cast: task.explanations.get().is_answered),
    Case("explain", "minh", asked_to_explain, {"cause": "nil"}, {"cause": ""}, "text",
         lambda task, cast: task.explanations.get().cause == Explanation.Cause.NIL),
    Case("judge", "hoa", explained, {"verdict": "objective"}, {"verdict": "lapsed"}, "note",
         lambda task, cast: task.explanations.get().verdict == "objective"),
    Case("judge", "hoa", explained, {"verdict": "rejected", "note": "Chưa rõ"}, {"note": ""},
         holds=lambda task, cast: task.explanations.count() == 2),
    Case("direct", "hoa", plain, {"text": "Làm gấp", "due_on": "20/10/2026"}, {"due_on": "01/10/2026"}, "text",
         lambda task, cast: task.directions.get().given_by_name == "Trần Thị Hòa"),
    Case("raise_obstacle", "mai", plain, {"text": "Thiếu máy quét", "asked_of": ""}, {"due_on": "01/10/2026"}, "text",
         lambda task, cast: task.obstacles.get().asked_of == cast.vp),
    Case("answer_obstacle", "dung", blocked,
         {"obstacle": _only("obstacles"), "outcome": "resolved", "reply": "Đã cấp 02 máy"}, {"outcome": ""}, "reply",
         lambda task, cast: task.obstacles.get().outcome == Obstacle.Outcome.RESOLVED),
    Case("answer_obstacle", "lan", blocked,
         {"obstacle": _only("obstacles"), "outcome": "guided", "reply": "Đã hướng dẫn", **HEARD},
         {"decided_by": ""}, "reply", lambda task, cast: task.events.last().recorded_for_unit),
    Case("deliver_part", "dung", helped, {"coordination": _only("coordinations"), "text": "Đã gửi số liệu"},
         {"issued_on": "20/10/2026"}, "text",
         lambda task, cast: task.coordinations.get().delivered_on == TODAY),
    Case("deliver_part", "lan", helped, {"coordination": _only("coordinations"), "text": "Đã gửi", **HEARD},
         {"how": ""}, "text", lambda task, cast: task.part_reports.get().recorded_for_unit),
    Case("return_part", "minh", delivered, {"coordination": _only("coordinations"), "reason": "Thiếu tháng 9"},
         {"coordination": ""}, "reason", lambda task, cast: task.coordinations.get().returned),
    Case("correct_deadline", "lan", plain, {"phrase": "trước ngày 20/11/2026", "reason": "Gõ nhầm"},
         {"phrase": "ngày 45/13/2026"}, "reason",
         lambda task, cast: task.effective_end == date(2026, 11, 19) and not task.was_extended),
    Case("note_reported", "lan", plain, {"source": "Thư điện tử 12/10"}, {"source": ""},
         holds=lambda task, cast: task.awaited_until == date(2026, 10, 15)),
    Case("urge", "lan", plain, {"text": "Đề nghị báo cáo trước 16/10"}, {"text": ""}, "",
         lambda task, cast: task.events.filter(verb="urge", by=cast.lan).count() == 1),
    Case("tell_group", "lan", plain, {"text": "Đã nhắn Zalo"}, {"text": "x" * 501}, "",
         lambda task, cast: task.events.filter(verb="tell_group").count() == 1),
    Case("add_basis", "lan", directed_by_phone,
         {"event": lambda cast, task: task.events.get(verb="direct").pk, "basis": "Công văn 9/SNNMT"},
         {"event": ""}, "basis", lambda task, cast: task.later_bases.get().basis == "Công văn 9/SNNMT"),
    Case("assign_member", "lan", joined_late,
         {"unit": lambda cast, task: cast.branches.members_on(TODAY).get(code="CN3").pk}, {"unit": _unit("doan")},
         holds=lambda task, cast: task.children.count() == 3),
    Case("suspend", "lan", plain, {"reason": "Chờ tỉnh", **SAID}, {"decided_by": ""}, "reason",
         lambda task, cast: task.execution == Execution.SUSPENDED),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_filled_form_is_carried_out_and_stands_in_the_history(cast: Cast, case: Case) -> None:
    task = case.scene(cast)
    who = getattr(cast, case.who)
    assert f'id="{PANELS[case.verb].anchor}"' in page(who, task)
    response = do(who, task, case.verb, **_filled(case.data, cast, task))
    assert response.status_code == 302, re.findall(
        r'class="field-error"[^>]*>(.*?)</div>', response.content.decode()
    )
    task = Task.objects.get(pk=task.pk)
    assert case.holds(task, cast)
    event = task.events.filter(verb=case.verb).last()
    assert event is not None
    assert f'id="su-kien-{event.sequence}"' in page(cast.lan, task)


@pytest.mark.parametrize("case", [each for each in CASES if each.wrong is not None], ids=str)
def test_a_refused_form_comes_back_with_what_was_typed(cast: Cast, case: Case) -> None:
    task = case.scene(cast)
    before = task.events.count()
    typed = {case.text: KEPT} if case.text else {}
    data = _filled(case.data | typed | (case.wrong or {}), cast, task)
    response = do(getattr(cast, case.who), task, case.verb, **data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Chưa lưu được" in html and (KEPT in html or not case.text)
    assert f'id="{PANELS[case.verb].anchor}" name="viec" open' in html
    assert task.events.count() == before


def test_every_verb_a_person_chooses_has_a_form(cast: Cast) -> None:
    elsewhere = {"request_removal", "decide_removal"}  # the pages of removal
    assert set(RULES) - elsewhere <= set(PANELS)
    assert set(PANELS) <= set(RULES)
    anchors = [panel.anchor for panel in PANELS.values()]
    assert len(anchors) == len(set(anchors))


# --- what somebody else's form would name --------------------------------------------------------------


@pytest.mark.parametrize(
    "verb", ["answer_obstacle", "deliver_part", "return_part", "add_basis", "delegate", "hand_over"]
)
def test_the_id_of_another_task_is_refused(cast: Cast, verb: str) -> None:
    """Of the right kind and real, but not of this task (or, of units and people, not one that may be chosen)."""
    other_blocked, other = blocked(cast), None
    own = cast.task("NV02", coordinators=[(cast.vpdk, "coordinating")])
    actions.raise_obstacle(own, by=cast.mai, text="Riêng", asked_of=cast.vpdk)
    actions.direct(own, by=cast.lan, text="Riêng", decision=PHONE)
    actions.deliver_part(own, by=cast.dung, coordination=own.coordinations.get(), text="Phần riêng")
    other = cast.task("NV03", coordinators=[(cast.vpdk, "coordinating")])
    actions.direct(other, by=cast.lan, text="Khác", decision=PHONE)
    actions.deliver_part(other, by=cast.dung, coordination=other.coordinations.get(), text="Phần khác")
    cast.doan.closed_on = LONG_AGO
    cast.doan.save()
    foreign = {
        "answer_obstacle": (
            "dung",
            {"obstacle": other_blocked.obstacles.get().pk, "outcome": "guided", "reply": "x"},
        ),
        "deliver_part": ("dung", {"coordination": other.coordinations.get().pk, "text": "x"}),
        "return_part": ("minh", {"coordination": other.coordinations.get().pk, "reason": "x"}),
        "add_basis": ("lan", {"event": other.events.get(verb="direct").pk, "basis": "x"}),
        "delegate": ("minh", {"officer": cast.tu.pk}),
        "hand_over": ("hoa", {"to": cast.doan.pk, "reason": "x"}),
    }
    who, data = foreign[verb]
    before = [task.events.count() for task in (own, other, other_blocked)]
    response = do(getattr(cast, who), own, verb, **data)
    assert response.status_code == 422
    assert "Hãy chọn một dòng trong danh sách." in response.content.decode()
    assert [task.events.count() for task in (own, other, other_blocked)] == before


def test_a_unit_answers_only_the_obstacles_put_to_it(cast: Cast) -> None:
    task = blocked(cast)
    elsewhere = actions.raise_obstacle(task, by=cast.mai, text="Thiếu kinh phí", asked_of=cast.vp)
    html = page(cast.dung, task, "answer_obstacle")
    assert "Thiếu máy quét (gửi" in html and "Thiếu kinh phí (gửi" not in html
    response = do(cast.dung, task, "answer_obstacle", obstacle=elsewhere.pk, outcome="guided", reply="x")
    assert response.status_code == 422


def test_the_office_answers_in_its_own_name_what_was_put_to_the_office(cast: Cast) -> None:
    task = cast.task()
    obstacle = actions.raise_obstacle(task, by=cast.mai, text="Thiếu kinh phí")
    assert (
        "Người cung cấp thông tin" not in page(cast.lan, task).partition('id="tra-loi-vuong-mac"')[2][:3000]
    )
    data = {"obstacle": obstacle.pk, "outcome": "guided", "reply": "Đã bố trí"}
    assert do(cast.lan, task, "answer_obstacle", **data).status_code == 302
    assert not task.events.get(verb="answer_obstacle").recorded_for_unit


def test_the_office_records_the_view_of_either_unit(cast: Cast) -> None:
    task = proposed(cast)
    data = {"unit": cast.vpdk.pk, "text": "Đồng ý nhận", **HEARD}
    assert do(cast.lan, task, "give_view", **data).status_code == 302
    assert task.reassignments.get().views.get().unit == cast.vpdk
    assert do(cast.lan, task, "give_view", **(data | {"unit": cast.doan.pk})).status_code == 422


# --- somebody was faster -----------------------------------------------------------------------------------


def test_a_verdict_is_about_the_answer_that_was_read(cast: Cast) -> None:
    """The first answer is rejected and another given while a second person reads the first."""
    task = explained(cast)
    seen = task.events.count()
    actions.judge(task, by=cast.hoa, verdict="rejected", note="Chưa rõ")
    actions.explain(task, by=cast.minh, cause="subjective", text="Do phân công muộn", remedy="Bố trí lại")
    response = do(cast.lan, task, "judge", seen=seen, verdict="objective", note=KEPT, **SAID)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Đơn vị đã giải trình lại" in html and KEPT in html
    assert task.explanations.last().verdict == Explanation.Verdict.PENDING


def test_a_decision_on_a_withdrawn_proposal_is_told_so(cast: Cast) -> None:
    task = proposed(cast)
    seen = task.events.count()
    actions.withdraw_reassignment(task, by=cast.minh)
    response = do(cast.lan, task, "decide_reassignment", seen=seen, agreed="no", note=KEPT, **SAID)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Không có đề nghị giao lại nào đang chờ quyết định." in html and KEPT in html
    assert task.reassignments.get().decision == Reassignment.Decision.WITHDRAWN


def test_a_decision_waits_for_the_view_that_came_in_meanwhile(cast: Cast) -> None:
    task = proposed(cast)
    seen = task.events.count()
    actions.give_view(task, by=cast.dung, text="Không nhận")
    response = do(
        cast.hoa, task, "decide_reassignment", seen=seen, agreed="yes", new_lead=cast.vpdk.pk, note=KEPT
    )
    assert response.status_code == 409
    assert "Có ý kiến mới của đơn vị" in response.content.decode() and KEPT in response.content.decode()


def test_the_second_reply_to_an_obstacle_is_kept_beside_the_first(cast: Cast) -> None:
    task = blocked(cast)
    obstacle = task.obstacles.get()
    actions.raise_obstacle(task, by=cast.mai, text="Thiếu người", asked_of=cast.vpdk)
    actions.answer_obstacle(task, by=cast.hoa, obstacle=obstacle, outcome="resolved", reply="Đã cấp")
    response = do(cast.dung, task, "answer_obstacle", obstacle=obstacle.pk, outcome="guided", reply=KEPT)
    html = response.content.decode()
    assert response.status_code == 409 and "Vướng mắc này đã được trả lời." in html and KEPT in html


def test_a_paper_entered_twice_is_told_so(cast: Cast) -> None:
    task = directed_by_phone(cast)
    event = task.events.get(verb="direct")
    actions.direct(task, by=cast.lan, text="Thêm", decision=PHONE)
    actions.add_basis(task, by=cast.lan, event=event, basis="Công văn 9")
    response = do(cast.lan, task, "add_basis", event=event.pk, basis=KEPT)
    assert response.status_code == 409 and KEPT in response.content.decode()


# --- what stands open is read first ---------------------------------------------------------------------


def test_a_proposal_shows_both_views_and_who_is_silent(cast: Cast) -> None:
    task = proposed(cast)
    html = page(cast.hoa, task)
    assert "Đề nghị giao cho <strong>Văn phòng Đăng ký đất đai</strong>" in html
    assert "Chưa có ý kiến của Văn phòng Đăng ký đất đai." in html
    actions.give_view(task, by=cast.dung, text="Đang quá tải")
    html = page(cast.hoa, task)
    assert "Đang quá tải" in html and "Chưa có ý kiến của" not in html


def test_an_explanation_is_shown_owed_then_answered(cast: Cast) -> None:
    task = asked_to_explain(cast)
    html = page(cast.minh, task)
    assert "Chưa giải trình" in html and "chậm nhất ngày <strong>16/10/2026</strong>" in html
    assert '?viec=giai-trinh#giai-trinh"' in html, "the first act of the unit"
    actions.explain(task, by=cast.minh, cause="objective", text="Chờ Bộ", remedy="Làm thêm giờ")
    html = page(cast.hoa, task)
    assert "Chờ kết luận" in html and "Nguyên nhân khách quan" in html and "Làm thêm giờ" in html


def test_a_decision_without_paper_says_so_until_the_paper_comes(cast: Cast) -> None:
    task = directed_by_phone(cast)
    assert "01 quyết định đã ghi nhận, chưa có văn bản căn cứ." in page(cast.lan, task)
    actions.add_basis(task, by=cast.lan, event=task.events.get(verb="direct"), basis="Công văn 9/SNNMT")
    html = page(cast.lan, task)
    assert "Công văn 9/SNNMT (bổ sung ngày 13/10/2026)" in html
    assert "Chưa có văn bản" not in html


def test_coordinating_units_stand_in_a_table_with_what_they_delivered(cast: Cast) -> None:
    task = cast.task(coordinators=[(cast.vpdk, "coordinating"), (cast.doan, "joint")])
    Coordination.objects.filter(task=task, unit=cast.vpdk).update(
        part="Cung cấp số liệu", effective_end=date(2026, 10, 5)
    )
    table = page(cast.minh, task).partition('id="phoi-hop"')[2]
    assert "Cung cấp số liệu" in table and "05/10/2026" in table and "Quá hạn gửi" in table
    actions.deliver_part(
        task, by=cast.dung, coordination=task.coordinations.get(unit=cast.vpdk), text="Số liệu quý III"
    )
    table = page(cast.minh, task).partition('id="phoi-hop"')[2]
    assert "Đã gửi 13/10/2026" in table and "Số liệu quý III" in table and "Chưa gửi" in table


def test_the_result_says_whose_part_was_missing_when_it_was_sent(cast: Cast) -> None:
    task = helped(cast)
    actions.submit(task, by=cast.minh, text="Xong")
    html = page(cast.lan, task)
    assert "Khi trình, chưa có kết quả phối hợp của VPĐKĐĐ." in html
    assert "Khi trình chưa có kết quả phối hợp của: VPĐKĐĐ" in html, "in the history too"


def test_every_date_stands_under_its_name(cast: Cast) -> None:
    task = cast.task(
        superior_deadline=True, internal_end=date(2026, 10, 23), parts_total=3, parts_label="địa bàn"
    )
    actions.update_progress(task, by=cast.mai, text="Xong hai", parts_done=2)
    actions.delegate(task, by=cast.minh, officer=cast.mai)
    actions.note_reported(task, by=cast.lan, source="Điện thoại")
    aside = page(cast.minh, task).partition('class="aside"')[2]
    for words in (
        "Hạn nội bộ", "23/10/2026", "Hạn cấp trên giao", "30/10/2026", "02/03 địa bàn", "Người thực hiện",
        "Phạm Thị Mai", "Đã có báo cáo, chờ cập nhật đến hết", "15/10/2026",
    ):  # fmt: skip
        assert words in aside, words


def test_the_day_of_receipt_is_assumed_until_it_is_recorded(cast: Cast) -> None:
    task = cast.task(
        deadline_kind="relative", phrase="trong vòng 10 ngày làm việc kể từ ngày nhận", nominal_end=None,
        counts_from="received", within_amount=10, within_unit="workday",
    )  # fmt: skip
    assert "01/10/2026 (tạm tính từ ngày giao)" in page(cast.mai, task)
    do(cast.mai, task, "receive", on="05/10/2026")
    html = page(cast.mai, task)
    assert "tạm tính" not in html and "05/10/2026" in html


# --- the first opening ---------------------------------------------------------------------------------


def test_the_first_opening_by_each_person_who_answers_is_kept(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    task = helped(cast)
    assert "Chưa xem" in page(cast.lan, task)
    for who in (cast.mai, cast.mai, cast.dung, cast.lan, cast.hoa, cast.son):
        page(who, task)
    assert list(Opening.objects.values_list("user__username", flat=True)) == ["mai", "dung"]
    assert "13/10/2026 09:00, Phạm Thị Mai" in page(cast.lan, task)


def test_a_later_opening_writes_nothing(cast: Cast) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    task = cast.task()
    page(cast.mai, task)
    client = Client()
    client.force_login(cast.mai)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(reverse("task", args=[task.pk]))
    written = [
        q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE")) and "session" not in q["sql"]
    ]
    assert written == []


def test_the_number_of_queries_does_not_grow_with_what_stands_open(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    task = cast.task(
        coordinators=[(cast.vpdk, "coordinating"), (cast.cn1, "coordinating"), (cast.doan, "joint")]
    )
    for number in range(8):
        actions.raise_obstacle(task, by=cast.mai, text=f"Vướng {number}", asked_of=cast.vpdk)
        actions.direct(task, by=cast.lan, text=f"Chỉ đạo {number}", decision=PHONE)
    for each in task.coordinations.all():
        actions.deliver_part(task, by=cast.lan, coordination=each, text="Phần", decision=PHONE)
    actions.propose_reassignment(task, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.vpdk)
    actions.request_explanation(task, by=cast.lan, about="Vì sao")
    client = Client()
    client.force_login(cast.lan)
    with django_assert_max_num_queries(42):
        client.get(reverse("task", args=[task.pk]))
