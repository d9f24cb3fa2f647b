"""What stands open between units, office and leaders: each on the home page of who has to act, each number true."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.ledger import Decision
from tasks.models import Coordination, Task
from tasks.models.facts import How
from tests.cast import TODAY, Cast, make_unit
from units.actions import renumber_tree
from units.models import GroupMember, User

pytestmark = pytest.mark.django_db

PHONE = Decision("Trần Thị Hòa", How.PHONE)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def matters(user: User, part: str) -> dict[str, Any]:
    found = client_of(user).get(reverse("home")).context[part]["matters"]
    return {each.key: each for each in found}


def listed(user: User, url: str) -> int:
    """How many tasks the list behind a counter holds."""
    return client_of(user).get(url).context["page"].count


def everything_open(cast: Cast) -> dict[str, Task]:
    """One task for each matter, a second of some."""
    asked = cast.task("GL")
    actions.propose_reassignment(asked, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.vpdk)
    owing, answered = cast.task("GT1"), cast.task("GT2")
    for task in (owing, answered):
        actions.request_explanation(task, by=cast.lan, about="Vì sao chậm", due_on=TODAY)
    actions.explain(answered, by=cast.minh, cause="objective", text="Chờ Bộ", remedy="Làm thêm giờ")
    blocked = cast.task("VM")
    actions.raise_obstacle(blocked, by=cast.mai, text="Thiếu máy", asked_of=cast.vpdk)
    actions.raise_obstacle(blocked, by=cast.mai, text="Thiếu người", asked_of=cast.vpdk)
    directed = cast.task("VB")
    actions.direct(directed, by=cast.lan, text="Làm gấp", decision=PHONE)
    left = cast.task("MC", cast.doan)
    cast.doan.closed_on = TODAY
    cast.doan.save()
    order = cast.task("NHOM", lead_group=cast.branches)
    unit = make_unit("CN3", "Chi nhánh Hòa Vang", "branch", cast.vpdk)
    renumber_tree()
    GroupMember.objects.create(group=cast.branches, unit=unit, valid_from=TODAY)
    helped = cast.task("PH", coordinators=[(cast.vpdk, "coordinating")])
    Coordination.objects.filter(task=helped).update(part="Gửi số liệu", effective_end=date(2026, 10, 20))
    return {
        "reassignment": asked, "explanation": owing, "verdict": answered, "obstacle": blocked, "paper": directed,
        "orphan": left, "joiner": order, "part": helped,
    }  # fmt: skip


def test_the_office_sees_each_matter_once_and_every_number_leads_to_what_it_counts(cast: Cast) -> None:
    everything_open(cast)
    with time_machine.travel("2026-10-14T09:00:00+07:00", tick=False):
        found = matters(cast.lan, "owner")
        assert {key: each.count for key, each in found.items()} == {
            "reassignment": 1, "orphan": 1, "joiner": 1, "verdict": 1, "explanation_late": 1, "obstacle": 1,
            "paper": 1,
        }  # fmt: skip
        assert {key: listed(cast.lan, each.url) for key, each in found.items()} == {
            key: each.count for key, each in found.items()
        }
        assert len(found["obstacle"].rows) == 2, "both obstacles of the one task"


def test_a_matter_that_is_settled_leaves_the_office(cast: Cast) -> None:
    tasks = everything_open(cast)
    acts: dict[str, Callable[[], object]] = {
        "reassignment": lambda: actions.decide_reassignment(
            tasks["reassignment"], by=cast.hoa, agreed=False, note="Đúng chức năng"
        ),
        "orphan": lambda: actions.hand_over(tasks["orphan"], by=cast.hoa, to=cast.ptd, reason="Giải thể"),
        "joiner": lambda: actions.assign_member(
            tasks["joiner"], by=cast.lan, unit=cast.branches.members_on(TODAY).get(code="CN3")
        ),
        "verdict": lambda: actions.judge(tasks["verdict"], by=cast.hoa, verdict="accepted"),
        "paper": lambda: actions.add_basis(
            tasks["paper"], by=cast.lan, event=tasks["paper"].events.get(verb="direct"), basis="Công văn 9"
        ),
    }
    for key, settle in acts.items():
        assert key in matters(cast.lan, "owner"), key
        settle()
        assert key not in matters(cast.lan, "owner"), key


def test_a_paper_owed_on_an_order_to_many_is_counted_and_found(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    actions.direct(order, by=cast.lan, text="Làm gấp", decision=PHONE)
    paper = matters(cast.lan, "owner")["paper"]
    assert (paper.count, listed(cast.lan, paper.url)) == (1, 1)


@pytest.mark.parametrize(("day", "marked"), [("2026-10-16", False), ("2026-10-19", True)])
def test_a_proposal_older_than_three_working_days_is_marked(cast: Cast, day: str, marked: bool) -> None:
    actions.propose_reassignment(cast.task(), by=cast.minh, reason="Không đúng chức năng")
    with time_machine.travel(f"{day}T09:00:00+07:00", tick=False):
        (row,) = matters(cast.lan, "owner")["reassignment"].rows
    assert bool(row.badge) == marked
    if row.badge:
        assert row.badge["text"] == "Đã chờ 04 ngày làm việc"


def test_a_unit_sees_what_is_asked_of_it_and_the_numbers_hold(cast: Cast) -> None:
    everything_open(cast)
    lead, other = matters(cast.minh, "unit"), matters(cast.dung, "unit")
    assert {key: each.count for key, each in lead.items()} == {"explanation": 1}
    assert {key: each.count for key, each in other.items()} == {"reply": 1, "part": 1, "view": 1}
    for who, found in ((cast.minh, lead), (cast.dung, other)):
        for each in found.values():
            assert listed(who, each.url) == each.count, each.key
    assert matters(cast.tu, "unit") == {}


def test_a_draft_asks_no_part_of_anybody(cast: Cast) -> None:
    task = cast.task(given=False, coordinators=[(cast.vpdk, "coordinating")], title="Chưa ai được biết")
    Coordination.objects.filter(task=task).update(part="Gửi số liệu")
    assert "Chưa ai được biết" not in client_of(cast.dung).get(reverse("home")).content.decode()


def test_a_leader_finds_what_waits_for_a_word_as_laid_before_them_never_late(cast: Cast) -> None:
    everything_open(cast)
    with time_machine.travel("2026-11-04T09:00:00+07:00", tick=False):
        response = client_of(cast.hoa).get(reverse("home"))
    html = response.content.decode()
    found = {each.key: each for each in response.context["leader"]["matters"]}
    assert set(found) == {"reassignment", "verdict"}
    # The totals above say what is late; what is laid before a leader never is.
    part = html[html.index("<section") : html.index("Tình hình thực hiện kế hoạch")]
    assert part.count("Đang trình") == 2
    assert not re.search(r"[Qq]uá hạn|Đã chờ", part)
    for each in found.values():
        for row in each.rows:
            assert client_of(cast.hoa).get(row.url).status_code == 200


def test_another_leader_is_not_asked(cast: Cast) -> None:
    everything_open(cast)
    from units.actions import grant_role
    from units.permissions import Role

    deputy = User.objects.create(username="pho", full_name="Phó Giám đốc")
    grant_role(deputy, Role.LEADER, cast.so, by=None, valid_from=date(2020, 1, 1))
    assert matters(deputy, "leader") == {}


@pytest.mark.parametrize(("who", "most"), [("lan", 28), ("dung", 22), ("hoa", 15)])
def test_the_number_of_queries_does_not_grow(
    cast: Cast, who: str, most: int, django_assert_max_num_queries: Any
) -> None:
    everything_open(cast)
    for number in range(6):
        task = cast.task(f"T{number}", coordinators=[(cast.vpdk, "coordinating")])
        Coordination.objects.filter(task=task).update(part="Gửi số liệu")
        actions.raise_obstacle(task, by=cast.mai, text="Thiếu máy", asked_of=cast.vpdk)
        actions.direct(task, by=cast.lan, text="Làm gấp", decision=PHONE)
        actions.propose_reassignment(task, by=cast.minh, reason="Không đúng", proposed_unit=cast.vpdk)
    client = client_of(getattr(cast, who))
    with django_assert_max_num_queries(most):
        client.get(reverse("home"))
