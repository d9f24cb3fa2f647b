"""Above the unit nothing goes by itself: the owner releases, the leaders get one summary on the day of giao ban, and a
letter comes with a demand to explain."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.traces import Traces
from notifications import desk, jobs, outbox
from notifications.models import Escalation, GiaoBan, Notice, Rule, Step
from notifications.removing import cover
from tasks import actions
from tasks.models import Explanation, Task
from tests.cast import SAID, Cast
from tests.notifications.helpers import at, texts
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 10, 16)
LEADER_DAY = date(2026, 10, 28)  # eight working days after FRIDAY, a Wednesday
LETTER_DAY = date(2026, 11, 4)  # thirteen
MONDAY = date(2026, 11, 2)


@pytest.fixture
def late(cast: Cast) -> Task:
    task = cast.task(nominal_end=FRIDAY, title="Rà soát danh mục")
    jobs.announcer.forget()
    return task


def run(day: date, clock: str = "09:30") -> list[Any]:
    """A working morning: what is owed is written and goes out. The mails of the day."""
    before = len(mail.outbox)
    with at(clock, day):
        jobs.remind(day)
        outbox.hasten(day)
        outbox.send(day)
    return mail.outbox[before:]


def kinds() -> list[tuple[str, str]]:
    return list(Escalation.objects.order_by("id").values_list("kind", "state"))


def test_a_step_reached_waits_for_the_owner_and_tells_no_leader(cast: Cast, late: Task) -> None:
    run(date(2026, 10, 27))
    assert kinds() == []
    run(LEADER_DAY)
    run(LEADER_DAY)
    assert kinds() == [("leader", "waiting")]
    for day in (29, 30):
        run(date(2026, 10, day))
    assert texts(cast.hoa) == []
    run(LETTER_DAY)
    assert kinds() == [("leader", "waiting"), ("letter", "waiting")]


def test_released_matters_go_in_one_summary_on_the_day_of_giao_ban(cast: Cast, late: Task) -> None:
    cast.task("NV02", lead=cast.cn1, nominal_end=FRIDAY)
    jobs.announcer.forget()
    run(LEADER_DAY)
    with at("10:00", LEADER_DAY):
        assert desk.release_all(Escalation.objects.values_list("pk", flat=True), by=cast.lan) == 2
    for day in (29, 30):
        assert not [each for each in run(date(2026, 10, day)) if each.to == ["hoa@example.vn"]]
    found = [each for each in run(MONDAY) if each.to == ["hoa@example.vn"]]
    assert [each.subject for each in found] == ["[Báo cáo] 02 việc cần ý kiến đồng chí"]
    assert "quá hạn" not in found[0].body.lower()
    assert "Rà soát" not in found[0].body
    assert not [each for each in run(date(2026, 11, 3)) if each.to == ["hoa@example.vn"]]
    assert not [each for each in run(date(2026, 11, 9)) if each.to == ["hoa@example.vn"]]


def test_the_day_is_the_offices_and_a_day_off_moves_it(cast: Cast, late: Task) -> None:
    with at("10:00", LEADER_DAY):
        assert desk.next_giao_ban(cast.vp, LEADER_DAY) == MONDAY
        desk.set_giao_ban(cast.vp, by=cast.lan, weekday=GiaoBan.Weekday.FRIDAY)
        assert desk.next_giao_ban(cast.vp, LEADER_DAY) == date(2026, 10, 30)
        with pytest.raises(RuleBroken):
            desk.set_giao_ban(cast.vp, by=cast.minh, weekday=0)


def test_at_once_means_the_next_working_morning(cast: Cast, late: Task) -> None:
    run(LEADER_DAY)
    with at("10:00", LEADER_DAY):
        desk.release(Escalation.objects.get().pk, by=cast.lan, proposal="Đề nghị giao lại", at_once=True)
    assert [each.subject for each in run(date(2026, 10, 29)) if each.to == ["hoa@example.vn"]] == [
        "[Báo cáo] 01 việc cần ý kiến đồng chí"
    ]


def test_what_was_settled_meanwhile_is_not_laid_before_anybody(cast: Cast, late: Task) -> None:
    run(LEADER_DAY)
    with at("10:00", LEADER_DAY):
        desk.release(Escalation.objects.get().pk, by=cast.lan)
        actions.submit(late, by=cast.minh, text="Xong")
    assert not [each for each in run(MONDAY) if each.to == ["hoa@example.vn"]]
    assert kinds() == [("leader", "settled")]


def test_a_new_deadline_starts_the_ladder_again(cast: Cast, late: Task) -> None:
    run(LEADER_DAY)
    with at("10:00", LEADER_DAY):
        actions.ask_extension(late, by=cast.minh, proposed_end=date(2026, 10, 30), reason="Chờ số liệu")
        actions.decide_extension(late, by=cast.lan, granted=True, decision=SAID)
    run(date(2026, 10, 29))
    assert kinds() == [("leader", "settled")]
    run(date(2026, 11, 11))
    assert kinds() == [("leader", "settled"), ("leader", "waiting")]


@pytest.mark.parametrize(
    ("fields", "lead"), [({"strength": "request"}, "ptd"), ({}, "ubtx"), ({"given": False}, "ptd")]
)
def test_soft_orders_and_bodies_outside_are_never_escalated(cast: Cast, fields: dict, lead: str) -> None:
    cast.task(lead=getattr(cast, lead), nominal_end=FRIDAY, **fields)
    desk.lay(LETTER_DAY)
    assert kinds() == []


def test_a_report_the_office_knows_of_is_not_escalated(cast: Cast, late: Task) -> None:
    with at("08:30", LEADER_DAY):
        actions.note_reported(late, by=cast.lan, source="Thư điện tử")
        desk.lay(LEADER_DAY)
    assert kinds() == []


def test_the_demand_to_explain_has_its_own_day_and_its_line_in_the_task(cast: Cast, late: Task) -> None:
    run(LETTER_DAY)
    letter = Escalation.objects.get(kind="letter")
    with at("10:00", LETTER_DAY):
        desk.demand_explanation(letter.pk, by=cast.lan, about="Vì sao chậm", due_on=date(2026, 11, 9))
        with pytest.raises(RuleBroken, match="đã được xử lý"):
            desk.demand_explanation(letter.pk, by=cast.lan, about="Vì sao chậm")
    asked = Explanation.objects.get()
    assert (asked.task, asked.due_on, asked.unit) == (late, date(2026, 11, 9), cast.ptd)
    assert late.events.filter(verb="request_explanation").count() == 1
    assert Escalation.objects.get(pk=letter.pk).state == "done"


def test_who_does_not_follow_the_task_moves_nothing(cast: Cast, late: Task) -> None:
    desk.lay(LEADER_DAY)
    found = Escalation.objects.get()
    for person in (cast.minh, cast.hoa, cast.stranger):
        with pytest.raises(RuleBroken):
            desk.release(found.pk, by=person)
        with pytest.raises(RuleBroken):
            desk.drop(found.pk, by=person, reason="Không cần")
    with pytest.raises(RuleBroken, match="vì sao"):
        desk.drop(found.pk, by=cast.lan, reason=" ")


def test_where_the_steps_stand_is_a_setting(cast: Cast, late: Task) -> None:
    Rule.objects.create(name="Sớm", offset=2, step=Step.LEADER, to_owner=True)
    desk.lay(date(2026, 10, 20))
    assert kinds() == [("leader", "waiting")]
    desk.lay(date(2026, 12, 20))
    assert kinds() == [("leader", "waiting")]


def test_an_outage_does_not_lose_a_step(cast: Cast, late: Task) -> None:
    desk.lay(date(2026, 12, 1))
    assert sorted(kind for kind, _ in kinds()) == ["leader", "letter"]


# --- Pages ----------------------------------------------------------------------------------------------


def test_one_tap_releases_what_is_chosen(cast: Cast, late: Task, client: Client) -> None:
    with at("10:00", LEADER_DAY):
        desk.lay(LEADER_DAY)
        client.force_login(cast.lan)
        page = client.get(reverse("desk")).content.decode()
        assert "Rà soát danh mục" in page and "Trần Thị Hòa" in page
        client.post(reverse("desk_release"), {"chosen": [Escalation.objects.get().pk]})
    assert kinds() == [("leader", "released")]
    with at("10:00", MONDAY):
        client.force_login(cast.hoa)
        page = client.get(reverse("leader_matters")).content.decode()
    assert "Rà soát danh mục" in page


def test_the_page_of_a_letter_asks_for_the_explanation(cast: Cast, late: Task, client: Client) -> None:
    with at("10:00", LETTER_DAY):
        desk.lay(LETTER_DAY)
        client.force_login(cast.lan)
        url = reverse("escalation", args=[Escalation.objects.get(kind="letter").pk])
        assert "Nguyên nhân chưa hoàn thành" in client.get(url).content.decode()
        assert client.post(url, {"act": "go", "about": ""}).status_code == 422
        refused = client.post(url, {"act": "go", "about": "Vì sao", "due_on": "01/10/2026"})
        assert refused.status_code == 422 and "Vì sao" in refused.content.decode()
        assert client.post(url, {"act": "go", "about": "Vì sao"}).status_code == 302
    assert Notice.objects.filter(key__startswith="leader").count() == 0
    assert Explanation.objects.get().due_on == date(2026, 11, 9)


def test_content_that_must_go_leaves_the_desk(cast: Cast, late: Task) -> None:
    desk.lay(LEADER_DAY)
    pk = Escalation.objects.get().pk
    with at("10:00", LEADER_DAY):
        desk.release(pk, by=cast.lan, proposal="Hồ sơ của ông Nguyễn Văn Ẩn còn thiếu")
    cover([late.pk], [], Traces(["Hồ sơ của ông Nguyễn Văn Ẩn"]))
    assert Escalation.objects.get().proposal == ""
