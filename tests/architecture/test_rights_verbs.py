"""Who may do each verb, against `rights_verbs.txt`; and who sees a task through which of its relations."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from core.clock import today
from core.deadlines import DeadlineKind
from plans.actions import figure_grant
from plans.models import Plan
from tasks import actions
from tasks.actions import RuleBroken
from tasks.actions.common import begin, is_waiting, may, verbs_for
from tasks.ledger import Decision
from tasks.models import Handover, HandoverChoice, Task, TaskState
from tasks.models.facts import How
from tasks.panels import PANELS
from tasks.paper_rights import may_print_slip, may_read_file, may_see_looks
from tasks.rules import RULES
from tasks.sight import task_seen_by
from tests.architecture.rights_world import World, make_world
from tests.cast import TODAY, make_user
from tracker.handover import Plea, record
from tracker.plan_views import reads_whole
from units.actions import grant_role, set_group
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import SENT_BY_HEAD, VERBS, Role, capacity, covers

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("rights_verbs.txt")
LETTERS = {"o": "own", "b": "below", "f": "foreign"}
SAID = Decision(decided_by="Người leader", how=How.PHONE, basis="1/TB")


def read_table(text: str) -> dict[tuple[str, str], set[str]]:
    """(verb, actor) → objects on which the actor may."""
    found: dict[tuple[str, str], set[str]] = {}
    actors: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if words[0] == "verb":
            actors = words[1:]
            continue
        assert len(words) == len(actors) + 1, line
        for actor, cell in zip(actors, words[1:], strict=True):
            found[words[0], actor] = {LETTERS[letter] for letter in cell if letter != "."}
    return found


EXPECTED = read_table(TABLE.read_text(encoding="utf-8"))
ACTORS = list(dict.fromkeys(actor for _, actor in EXPECTED))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False),
        transaction.atomic(),
    ):
        made = make_world()
        _between_the_parties(made)
        for person in made.people:
            made.client(person)
        yield made
        transaction.set_rollback(True)


def _between_the_parties(world: World) -> None:
    """An obstacle the coordinating division is asked about, a proposal to give the task to the branch beside it."""
    for name, head in (("own", "head"), ("below", "team_head"), ("foreign", "head2")):
        task, by = world.objects[name]["task"], world.people[head]
        asked = world.units["C"] if name == "own" else None
        actions.raise_obstacle(task, by=by, text="Vướng", asked_of=asked)
        proposed = {"own": "S", "below": None, "foreign": "S2"}[name]
        if proposed:
            actions.propose_reassignment(task, by=by, reason="x", proposed_unit=world.units[proposed])


def person(world: World, actor: str) -> User:
    """Read anew, so that nothing kept from another test answers."""
    return User.objects.get(pk=world.people[actor.removesuffix("+")].pk)


def held(user: User, verb: str, things: dict[str, Any]) -> RoleGrant | None:
    """The grant under which `user` may, asked as the pages ask."""
    task = Task.objects.get(pk=things["task"].pk)
    area, name = verb.split(".")
    if area == "task":
        return may(user, name, task) if name in RULES else capacity(user, verb, tracking=task.tracking_unit)
    if area in ("plan", "report"):
        return capacity(user, verb, tracking=Plan.objects.get(pk=things["plan"].pk).tracking_unit)
    if area == "figure":
        return figure_grant(user, verb, things["indicator"], Unit.objects.get(pk=things["unit"].pk))
    if area == "staff":
        return capacity(user, verb, answering=Unit.objects.get(pk=things["unit"].pk))
    return {"slip": may_print_slip, "file": may_read_file, "looks": may_see_looks}[name](user, task)


def lets_the_clerk_send(world: World, actor: str) -> None:
    Unit.objects.filter(pk=world.units["L"].pk).update(clerk_may_send=actor.endswith("+"))


def test_every_verb_stands_in_the_table() -> None:
    assert {verb for verb, _ in EXPECTED} == VERBS.keys()
    assert {f"task.{name}" for name in RULES} <= VERBS.keys()
    assert all(VERBS[verb].answering for verb in SENT_BY_HEAD), "a clerk sends only what the unit sends"


def wrong_cells(world: World, actor: str, verbs: Iterable[str]) -> list[str]:
    """What the actor may, or may not, against the table."""
    lets_the_clerk_send(world, actor)
    user, wrong = person(world, actor), []
    for verb in verbs:
        for name, things in world.objects.items():
            grant = held(user, verb, things)
            if (grant is not None) != (name in EXPECTED[verb, actor]):
                wrong.append(f"{verb} {name} {actor}: {'may' if grant else 'may not'}")
            assert grant is None or grant.user_id == user.pk
    return wrong


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_is_as_the_table_says(world: World, actor: str) -> None:
    wrong = wrong_cells(world, actor, VERBS)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", ACTORS)
def test_the_page_of_a_verb_lets_in_only_who_may(world: World, actor: str) -> None:
    """403 or 404 for the others; whoever may is told about the form or the state."""
    lets_the_clerk_send(world, actor)
    client, wrong = world.client(actor.removesuffix("+")), []
    for verb in PANELS:
        for name, things in world.objects.items():
            with transaction.atomic():
                answer = client.post(reverse("task_verb", args=[things["task"].pk, verb])).status_code
                transaction.set_rollback(True)
            if (answer not in (403, 404)) != (name in EXPECTED[f"task.{verb}", actor]):
                wrong.append(f"{verb} {name} {actor}: {answer}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", ACTORS)
def test_the_act_itself_refuses_who_may_not(world: World, actor: str) -> None:
    """Below the pages: whatever calls the verb, the right is asked once more, and the page offers nothing else."""
    lets_the_clerk_send(world, actor)
    user, wrong = person(world, actor), []
    for name, things in world.objects.items():
        task = Task.objects.get(pk=things["task"].pk)
        offered = verbs_for(user, task)
        for verb in RULES:
            allowed = name in EXPECTED[f"task.{verb}", actor]
            words = dict.fromkeys(RULES[verb].required, "x")
            try:
                begin(task, verb, by=user, decision=SAID, **words)
                done = True
            except RuleBroken:
                done = False
            if (done or verb in offered) and not allowed:
                wrong.append(f"{verb} {name} {actor}: begun={done} offered={verb in offered}")
            if done != (verb in offered):
                wrong.append(f"{verb} {name} {actor}: begun={done} but offered={verb in offered}")
    assert not wrong, "\n".join(wrong)


# --- Nobody in their own case ---------------------------------------------------------------------------


def test_nobody_confirms_or_returns_what_they_sent(world: World) -> None:
    """Also not the office, where it recorded the result itself."""
    task, owner = world.objects["own"]["task"], person(world, "owner")
    said = Decision(decided_by="Người head", how=How.PHONE, basis="")
    actions.withdraw_reassignment(task, by=person(world, "head"))
    assert not is_waiting(Task.objects.get(pk=task.pk))
    actions.submit(task, by=owner, text="Xong", decision=said)
    assert is_waiting(Task.objects.get(pk=task.pk))
    # Everything else is still open to who sent it.
    assert "direct" in verbs_for(owner, Task.objects.get(pk=task.pk))
    begin(Task.objects.get(pk=task.pk), "direct", by=owner, decision=SAID, text="x")
    for verb in ("confirm", "return"):
        with pytest.raises(RuleBroken, match="không được tự"):
            begin(Task.objects.get(pk=task.pk), verb, by=owner, decision=SAID, reason="x")
        assert verb not in verbs_for(owner, Task.objects.get(pk=task.pk))
        leader = person(world, "leader")
        assert verb in verbs_for(leader, Task.objects.get(pk=task.pk))
        begin(Task.objects.get(pk=task.pk), verb, by=leader, reason="x")


def test_who_asked_for_a_removal_is_not_offered_its_decision(world: World) -> None:
    task = Task.objects.get(pk=world.objects["own"]["removal"].task_id)
    owner, second = person(world, "owner"), person(world, "leader")
    assert "decide_removal" in verbs_for(owner, task)
    other = Task.objects.get(pk=world.objects["own"]["task"].pk)
    actions.update_progress(other, by=world.people["head"], text="Số định danh phải gỡ")
    actions.request_removal(other, by=owner, kind="other", reason="Lý do khác", events=[other.events.last()])
    assert "decide_removal" not in verbs_for(owner, other)
    assert "decide_removal" in verbs_for(second, other)


@pytest.mark.parametrize(
    ("how", "who"),
    [(How.DIRECT, "Người leader"), (How.PHONE, ""), (How.PHONE, "người owner"), (How.PHONE, "Người Owner")],
)
def test_an_officer_never_decides_in_their_own_name(world: World, how: str, who: str) -> None:
    task, owner = Task.objects.get(pk=world.objects["own"]["task"].pk), person(world, "owner")
    with pytest.raises(RuleBroken) as refused:
        begin(task, "direct", by=owner, decision=Decision(decided_by=who, how=how), text="x")
    assert set(refused.value.error_dict) == {"decided_by"}
    begin(task, "direct", by=owner, decision=SAID, text="x")
    begin(task, "direct", by=person(world, "leader"), text="x")


def test_a_text_that_is_required_is_not_blank(world: World) -> None:
    task, head = Task.objects.get(pk=world.objects["own"]["task"].pk), person(world, "head")
    with pytest.raises(RuleBroken) as refused:
        begin(task, "update", by=head, text="  ")
    assert set(refused.value.error_dict) == {"text"}


def test_what_is_settled_is_said_so_and_a_right_that_lacks_is_said_so(world: World) -> None:
    """Who was asked and comes too late reads that it is settled, not that they never had the right."""
    task, sibling = world.objects["own"]["task"], person(world, "sibling")
    with pytest.raises(RuleBroken, match="không có quyền"):
        begin(Task.objects.get(pk=task.pk), "update", by=sibling, text="x")
    actions.withdraw_reassignment(task, by=person(world, "head"))
    with pytest.raises(RuleBroken, match="Không có đề nghị giao lại"):
        begin(Task.objects.get(pk=task.pk), "give_view", by=sibling, text="x")


# --- Leaders --------------------------------------------------------------------------------------------


def test_where_nobody_is_named_a_leader_above_the_office_decides(world: World) -> None:
    task = world.objects["own"]["task"]
    Plan.objects.filter(pk=task.plan_id).update(leader_in_charge=None)
    fresh = Task.objects.get(pk=task.pk)
    allowed = {
        actor for actor in ("leader", "leader2", "leader_there") if may(person(world, actor), "direct", fresh)
    }
    assert allowed == {"leader", "leader2"}


def test_a_leader_only_of_the_unit_that_answers_has_no_say(world: World) -> None:
    """It would be deciding one's own case."""
    task = world.objects["own"]["task"]
    Plan.objects.filter(pk=task.plan_id).update(leader_in_charge=None)
    below = make_user("lanh-dao", "Lãnh đạo chi nhánh", (Role.LEADER, world.units["A"]))
    assert may(below, "direct", Task.objects.get(pk=task.pk)) is None
    Plan.objects.filter(pk=task.plan_id).update(leader_in_charge=below)
    assert may(below, "direct", Task.objects.get(pk=task.pk)) is not None


def test_who_both_leads_and_follows_acts_as_leader_and_who_answers_acts_for_the_unit(world: World) -> None:
    task = world.objects["own"]["task"]
    grant_role(world.people["leader"], Role.PLAN_OWNER, world.units["O"], by=None)
    leader = may(person(world, "leader"), "direct", Task.objects.get(pk=task.pk))
    assert leader is not None and leader.role == Role.LEADER
    grant_role(world.people["owner"], Role.UNIT_HEAD, world.units["L"], by=None)
    head = may(person(world, "owner"), "submit", Task.objects.get(pk=task.pk))
    assert head is not None and head.role == Role.UNIT_HEAD


# --- Who sees a task, and why ---------------------------------------------------------------------------

WHOLE = {"owner", "leader", "leader2", "auditor"}
SEEN_BY = {
    # relation → who of the cast sees the task
    "lead": WHOLE | {"head", "clerk", "parent"},
    "coordinating": WHOLE | {"head", "clerk", "parent", "coord"},
    "proposed": WHOLE | {"head", "clerk", "parent", "sibling"},
    "proposal refused": WHOLE | {"head", "clerk", "parent"},
    "asked": WHOLE | {"head", "clerk", "parent", "coord"},
    "draft": {"owner"},
    "draft coordinated": {"owner"},
    "order to the branches": WHOLE | {"head", "clerk", "parent", "sibling"},
    "part of the branch beside": WHOLE | {"parent", "sibling"},
    "order to the branches, gathered": WHOLE | {"head", "clerk", "parent", "sibling", "coord"},
    "part, gathered": WHOLE | {"parent", "sibling", "coord"},
    "order gathered by a draft": WHOLE | {"head", "clerk", "parent", "sibling"},
    "led by the other agency": WHOLE | {"head2", "clerk2", "leader_there"},
    "of the other agency": {"owner2", "head2", "clerk2", "leader_there"},
    "of the other agency, coordinating here": {"owner2", "head2", "clerk2", "leader_there", "coord"}
    | {"leader", "leader2", "auditor"},
}


def _task(world: World, code: str, **fields: Any) -> Task:
    """Given unless `given` says not; `along` are coordinating units."""
    there = fields.pop("there", False)
    given, along = fields.pop("given", True), fields.pop("along", ())
    plan = world.objects["foreign" if there else "own"]["plan"]
    lead = {} if "lead_group" in fields else {"lead_unit": world.units["L2" if there else "L"]}
    task = Task(
        **{
            "plan": plan, "code": code, "title": code, "tracking_unit": plan.tracking_unit,
            "deadline_kind": DeadlineKind.DATE, "phrase": "30/10/2026", "nominal_end": today().replace(day=30),
            **lead, **fields,
        }
    )  # fmt: skip
    kinds = [(world.units[each], "coordinating") for each in along]
    actions.save_task(task, coordinators=kinds, calendar=CalendarDay.objects.as_calendar())
    if given:
        actions.assign(task, by=world.people["owner2" if there else "owner"], on=today())
    return Task.objects.get(pk=task.pk)


def _seen(world: World, relation: str) -> Task:
    head, units = world.people["head"], world.units
    if relation == "lead":
        return _task(world, "X1")
    if relation == "coordinating":
        return _task(world, "X2", along=["C"])
    if relation.startswith("propos"):
        task = _task(world, "X3")
        actions.propose_reassignment(task, by=head, reason="x", proposed_unit=units["S"])
        if relation == "proposal refused":
            actions.decide_reassignment(task, by=world.people["leader"], agreed=False, note="x")
        return task
    if relation == "asked":
        task = _task(world, "X4")
        actions.raise_obstacle(task, by=head, text="x", asked_of=units["C"])
        return task
    if relation.startswith("draft"):
        return _task(world, "X5", given=False, along=["C"] if relation.endswith("coordinated") else [])
    if relation == "led by the other agency":
        return _task(world, "X9", lead_unit=units["L2"])
    if relation.startswith("of the other agency"):
        return _task(world, "X6", there=True, along=["C"] if relation.endswith("here") else [])
    group = set_group("Các Chi nhánh", [units["L"], units["S"]], since=today())
    order = _task(world, "X7", lead_group=group)
    if "gathered" in relation:
        _task(world, "X8", lead_unit=units["C"], collects=order, given="draft" not in relation)
    return order.children.get(lead_unit=units["S"]) if relation.startswith("part") else order


@pytest.mark.parametrize("relation", SEEN_BY)
def test_a_task_is_seen_through_its_relations_and_by_nobody_else(world: World, relation: str) -> None:
    task = _seen(world, relation)
    seen = {
        actor
        for actor in world.people
        if Task.objects.visible_to(person(world, actor)).filter(pk=task.pk).exists()
    } - {"team_head", "team_clerk"}
    assert seen == SEEN_BY[relation]
    team = ("team_head", "team_clerk")
    one_by_one = {actor for actor in world.people if task_seen_by(person(world, actor), task.pk) is not None}
    assert one_by_one.difference(team) == SEEN_BY[relation]


def test_who_reads_another_agency_too_still_sees_what_their_unit_takes_part_in(world: World) -> None:
    """The order of one's part stands beside the part, whatever else a person may read."""
    order = _seen(world, "order to the branches")
    both = make_user(
        "hai-vai", "Người hai vai", (Role.UNIT_HEAD, world.units["S"]), (Role.AUDITOR, world.units["D2"])
    )
    assert Task.objects.visible_to(both).filter(pk=order.pk).exists()
    assert Task.objects.visible_to(both).filter(pk=world.objects["foreign"]["task"].pk).exists()
    assert not Task.objects.visible_to(both).filter(pk=world.objects["below"]["task"].pk).exists()


# Who counts the states of a task in statistics: the own line, and who reads a whole table (office rule 30).
COUNTED_BY = {
    "own": WHOLE | {"head", "clerk", "parent"},
    "below": WHOLE | {"head", "clerk", "parent", "team_head", "team_clerk"},
    "foreign": {"owner2", "head2", "clerk2", "leader_there"},
}
# Who sees a handover of the clerk: the line above, the office, the administrator, who takes part (office rule 7).
HANDOVER_SEEN_BY = {
    "own": {"admin", "owner", "head", "clerk", "parent"},
    "below": {"admin", "owner", "head", "parent", "team_head", "team_clerk"},
    "foreign": {"admin", "owner2", "head2", "clerk2"},
}


@pytest.mark.parametrize("name", LETTERS.values())
def test_states_and_handovers_are_seen_by_their_line_and_office(world: World, name: str) -> None:
    task, handover = world.objects[name]["task"], world.objects[name]["handover"]
    users = {actor: person(world, actor) for actor in world.people}
    counted = {
        actor
        for actor, user in users.items()
        if TaskState.objects.visible_to(user).as_of(today()).filter(task=task).exists()
    }
    assert counted == COUNTED_BY[name]
    seen = {
        actor
        for actor, user in users.items()
        if Handover.objects.visible_to(user).filter(pk=handover.pk).exists()
    }
    assert seen == HANDOVER_SEEN_BY[name]


def test_a_handover_of_a_leaders_fields_is_not_for_the_heads(world: World) -> None:
    """It is the office's to record; who receives something, and who is chosen for one thing, reads it too."""
    on, owner, leader = today(), world.people["owner"], world.people["leader"]
    said = Plea(leader, Handover.Kind.FIELDS, on + timedelta(days=9), world.people["leader2"], "Phân công lại",
                decided_by="Người đứng đầu", how=How.PHONE)  # fmt: skip
    fields = record(said, {}, by=owner)
    top = make_user("dung-dau", "Người đứng đầu", (Role.UNIT_HEAD, world.units["D"]))
    seen = {
        actor
        for actor in world.people
        if Handover.objects.visible_to(person(world, actor)).filter(pk=fields.pk).exists()
    }
    assert seen == {"admin", "owner", "leader", "leader2"}
    assert not Handover.objects.visible_to(top).filter(pk=fields.pk).exists()
    chosen = Handover.objects.get(pk=world.objects["own"]["handover"].pk)
    HandoverChoice.objects.create(
        handover=chosen, receiver=world.people["sibling"], task=world.objects["own"]["task"]
    )
    seen = {
        actor
        for actor in world.people
        if Handover.objects.visible_to(person(world, actor)).filter(pk=chosen.pk).exists()
    }
    assert seen == HANDOVER_SEEN_BY["own"] | {"sibling"}
    assert Handover.objects.visible_to(person(world, "sibling")).count() == 1


def test_who_recorded_a_handover_and_the_superuser_read_it_without_a_role(world: World) -> None:
    handover, head = world.objects["own"]["handover"], world.people["head"]
    RoleGrant.objects.filter(user=head).update(valid_to=today() - timedelta(days=1))
    assert [each.pk for each in Handover.objects.visible_to(person(world, "head"))] == [handover.pk]
    User.objects.filter(pk=world.people["stranger"].pk).update(is_superuser=True)
    assert Handover.objects.visible_to(person(world, "stranger")).count() == Handover.objects.count()


# Who reads the whole table of a plan; a unit sees itself (office rule 30).
WHOLE_PLAN_FOR = {
    "own": WHOLE,
    "below": WHOLE,
    "foreign": {"owner2", "leader_there"},
}


@pytest.mark.parametrize("name", LETTERS.values())
def test_the_whole_of_a_plan_is_for_its_office_and_those_above_it(world: World, name: str) -> None:
    plan = world.objects[name]["plan"]
    assert {actor for actor in world.people if reads_whole(person(world, actor), plan)} == WHOLE_PLAN_FOR[
        name
    ]


def test_a_place_that_is_no_unit_is_in_nobodys_reach(world: World) -> None:
    assert not covers(person(world, "parent").ranges(), None)


@pytest.mark.parametrize("actor", ["auditor", "staff", "leader", "leader2", "admin"])
def test_where_the_clerk_may_send_only_the_clerk_may(world: World, actor: str) -> None:
    lets_the_clerk_send(world, "clerk+")
    user, things = person(world, actor), world.objects["own"]
    assert [verb for verb in SENT_BY_HEAD if held(user, verb, things)] == []


@pytest.mark.parametrize(
    ("place", "may_direct"), [("O", True), ("A", True), ("D", True), ("S", False), ("D2", False)]
)
def test_a_leader_who_is_named_decides_only_within_their_own_reach(
    world: World, place: str, may_direct: bool
) -> None:
    """Above the office or above the unit that answers; a name on the plan alone gives nothing."""
    named = make_user("duoc-giao", "Lãnh đạo được giao", (Role.LEADER, world.units[place]))
    task = world.objects["own"]["task"]
    Plan.objects.filter(pk=task.plan_id).update(leader_in_charge=named)
    assert (may(named, "direct", Task.objects.get(pk=task.pk)) is not None) == may_direct
