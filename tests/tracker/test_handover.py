"""Bàn giao công việc: after the day nothing of the person stands open, and nobody else is touched."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from plans.models import Plan
from tasks import actions, ledger
from tasks.models import DeadlineChange, Handover, HandoverLine, Task
from tests.cast import LONG_AGO, TODAY, Cast, make_user
from tracker import handover, jobs
from tracker.handover import Chosen, Plea, record, things_of
from units.actions import RuleBroken, grant_role
from units.models import RoleGrant
from units.permissions import Role

pytestmark = pytest.mark.django_db

LEAVES, FIELDS = Handover.Kind.LEAVES, Handover.Kind.FIELDS
PHONE = {"decided_by": "Trần Thị Hòa", "how": "phone"}


def plea(person, receiver=None, *, on: date = TODAY, kind: str = LEAVES, **said) -> Plea:
    return Plea(person, kind, on, receiver, said.pop("reason", "Chuyển công tác"), **said)


@pytest.fixture
def nga(cast: Cast):
    return make_user("nga", "Đinh Thị Nga", (Role.UNIT_CLERK, cast.ptd), position="Chuyên viên")


@pytest.fixture
def oanh(cast: Cast):
    return make_user("oanh", "Phan Thị Oanh", (Role.LEADER, cast.so), position="Phó Giám đốc")


def delegated(cast: Cast, code: str, **fields) -> Task:
    task = cast.task(code, **fields)
    actions.delegate(task, by=cast.minh, officer=cast.mai)
    return Task.objects.get(pk=task.pk)


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


# --- tasks ------------------------------------------------------------------------------------------


def test_delegated_tasks_go_to_the_receiver_with_a_line_each(cast: Cast, nga):
    tasks = [delegated(cast, "NV01"), delegated(cast, "NV02")]
    record(plea(cast.mai, nga, basis="12/QĐ-SNNMT"), {}, by=cast.minh)
    for task in map(fresh, tasks):
        assert task.officer == nga
        last = task.events.last()
        assert (last.verb, last.by, last.basis) == ("delegate", cast.minh, "12/QĐ-SNNMT")
        assert task.delegations.count() == 2 and ledger.first_broken(task) is None


def test_one_task_may_go_to_somebody_else(cast: Cast, nga):
    first, second = delegated(cast, "NV01"), delegated(cast, "NV02")
    record(plea(cast.mai, nga), {f"task-{second.pk}": Chosen(cast.minh)}, by=cast.minh)
    assert (fresh(first).officer, fresh(second).officer) == (nga, cast.minh)


def test_nobody_named_means_the_head(cast: Cast):
    task = delegated(cast, "NV01")
    record(plea(cast.mai), {}, by=cast.minh)
    assert fresh(task).officer == cast.minh


def test_a_receiver_from_another_unit_gets_no_work_of_this_one(cast: Cast):
    task = delegated(cast, "NV01")
    with pytest.raises(RuleBroken, match="không thuộc đơn vị"):
        record(plea(cast.mai), {f"task-{task.pk}": Chosen(cast.tu)}, by=cast.minh)
    assert fresh(task).officer == cast.mai and not Handover.objects.exists()


def test_requests_that_wait_stay_valid_and_dates_do_not_move(cast: Cast, nga):
    task = delegated(cast, "NV01")
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    before = fresh(task)
    record(plea(cast.mai, nga), {}, by=cast.minh)
    after = fresh(task)
    assert (after.effective_end, after.execution) == (before.effective_end, before.execution)
    assert DeadlineChange.objects.get(task=task).decision == "pending"


def test_done_work_stays_with_who_did_it_unless_it_owes_its_proof(cast: Cast, nga):
    owing, proven = delegated(cast, "NV01"), delegated(cast, "NV02")
    actions.attach(proven, by=cast.mai, number="45/BC-PTD")
    for task in (owing, proven):
        actions.submit(task, by=cast.minh, text="Xong")
        actions.confirm(task, by=cast.lan)
    found = record(plea(cast.mai, nga), {}, by=cast.minh)
    assert (fresh(owing).officer, fresh(proven).officer) == (nga, cast.mai)
    assert found.lines.get(task=owing).part == HandoverLine.Part.OWED


# --- leaders ----------------------------------------------------------------------------------------


def test_when_the_fields_of_a_leader_change_plans_and_tasks_go_to_the_other(cast: Cast, oanh):
    task = cast.task(leader_in_charge=cast.hoa)
    record(
        plea(cast.hoa, oanh, kind=FIELDS, decided_by="Chủ tịch UBND tỉnh", how="document"), {}, by=cast.lan
    )
    assert Plan.objects.get(pk=cast.plan.pk).leader_in_charge == oanh
    after = fresh(task)
    assert after.leader_in_charge == oanh and after.events.last().verb == "change_leader"
    assert after.events.last().decided_by == "Chủ tịch UBND tỉnh" and ledger.first_broken(after) is None
    cast.hoa.refresh_from_db()
    assert cast.hoa.is_active and cast.hoa.grants.filter(valid_to=None).exists()


def test_a_field_may_stay_where_it_is(cast: Cast, oanh):
    task = cast.task(leader_in_charge=cast.hoa)
    choices = {f"plan-{cast.plan.pk}": Chosen(keep=True)}
    record(plea(cast.hoa, oanh, kind=FIELDS, **PHONE), choices, by=cast.lan)
    assert Plan.objects.get(pk=cast.plan.pk).leader_in_charge == cast.hoa
    assert fresh(task).leader_in_charge == oanh


@pytest.mark.parametrize(
    "said", [{}, {"decided_by": "Nguyễn Thị Lan", "how": "phone"}, {"decided_by": "Trần Thị Hòa"}]
)
def test_an_officer_never_changes_a_leaders_fields_in_their_own_name(cast: Cast, oanh, said: dict):
    with pytest.raises(RuleBroken) as refused:
        record(plea(cast.hoa, oanh, kind=FIELDS, **said), {}, by=cast.lan)
    assert "decided_by" in refused.value.message_dict


def test_only_a_leader_takes_a_leaders_field(cast: Cast, nga):
    with pytest.raises(RuleBroken, match="Chưa có người nhận phù hợp"):
        record(plea(cast.hoa, nga, kind=FIELDS, **PHONE), {}, by=cast.lan)


# --- roles and the account --------------------------------------------------------------------------


def test_roles_end_with_the_day_and_begin_for_who_was_chosen(cast: Cast):
    new = make_user("moi", "Người Mới", (Role.UNIT_CLERK, cast.vpdk))
    grant = cast.mai.grants.get()
    record(plea(cast.mai, new), {f"role-{grant.pk}": Chosen(new)}, by=cast.minh)
    grant.refresh_from_db()
    begun = new.grants.get(unit=cast.ptd)
    assert grant.valid_to == TODAY
    assert (begun.role, begun.valid_from, begun.valid_to) == (Role.UNIT_CLERK, TODAY, None)


def test_who_takes_over_the_role_may_take_over_the_work(cast: Cast):
    task = delegated(cast, "NV01")
    new = make_user("moi", "Người Mới", (Role.UNIT_CLERK, cast.vpdk))
    record(plea(cast.mai, new), {f"role-{cast.mai.grants.get().pk}": Chosen(new)}, by=cast.minh)
    assert fresh(task).officer == new


def test_the_login_closes_and_whoever_is_signed_in_is_out(cast: Cast, client: Client, nga):
    cast.mai.set_password("mat-khau-cua-mai")
    cast.mai.save()
    client.force_login(cast.mai)
    assert client.get(reverse("home")).status_code == 200
    record(plea(cast.mai, nga), {}, by=cast.minh)
    assert client.get(reverse("home")).status_code == 302
    assert not client.login(username="mai", password="mat-khau-cua-mai")


def test_a_login_with_another_role_stays_open(cast: Cast, nga):
    kept = grant_role(cast.mai, Role.STAFF_ADMIN, cast.ptd, by=None, valid_from=LONG_AGO)
    record(plea(cast.mai, nga), {f"role-{kept.pk}": Chosen(keep=True)}, by=cast.minh)
    cast.mai.refresh_from_db()
    assert cast.mai.is_active and [g.pk for g in cast.mai.grants.filter(valid_to=None)] == [kept.pk]


def test_the_name_stays_in_the_history(cast: Cast, client: Client, nga):
    task = delegated(cast, "NV01")
    actions.update_progress(task, by=cast.mai, text="Đã rà soát")
    record(plea(cast.mai, nga), {}, by=cast.minh)
    client.force_login(cast.minh)
    assert cast.mai.full_name in client.get(reverse("task", args=[task.pk])).content.decode()


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "person", "may"),
    [
        ("minh", "mai", True), ("minh", "minh", False), ("minh", "tu", False), ("minh", "hoa", False),
        ("dung", "tu", True), ("tu", "dung", False), ("lan", "mai", True), ("lan", "hoa", True), ("lan", "lan", False),
        ("mai", "minh", False), ("hoa", "mai", False), ("son", "mai", False), ("stranger", "mai", False),
    ],
)  # fmt: skip
def test_the_head_for_its_own_people_the_office_for_its_agency(cast: Cast, by: str, person: str, may: bool):
    found = handover.authority(getattr(cast, by), getattr(cast, person))
    assert (found is not None) == may


def test_a_head_does_not_hand_over_somebody_who_also_works_elsewhere(cast: Cast):
    grant_role(cast.mai, Role.PLAN_OWNER, cast.vp, by=None, valid_from=LONG_AGO)
    assert handover.authority(cast.minh, cast.mai) is None
    assert handover.authority(cast.lan, cast.mai) is not None


def test_nobody_gives_a_leading_role_to_themselves(cast: Cast):
    grant = cast.hoa.grants.get()
    with pytest.raises(RuleBroken, match="không tự nhận"):
        record(
            plea(cast.hoa, cast.lan, decided_by="Chủ tịch UBND tỉnh", how="document"),
            {f"role-{grant.pk}": Chosen(cast.lan)},
            by=cast.lan,
        )
    assert not cast.lan.grants.filter(role=Role.LEADER).exists()


def test_the_administrator_may_and_nobody_hands_over_an_administrator(cast: Cast, nga):
    boss = make_user("quantri", "Quản Trị", (Role.ADMIN, cast.so))
    assert handover.authority(cast.lan, boss) is None
    record(plea(cast.mai, nga), {}, by=boss)
    assert not RoleGrant.objects.filter(user=cast.mai, valid_to=None).exists()


# --- a day to come ----------------------------------------------------------------------------------


NEXT = TODAY + timedelta(days=6)


def test_before_its_day_nothing_moves(cast: Cast, nga):
    task = delegated(cast, "NV01")
    record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)
    assert jobs.hand_over_today() == 0
    cast.mai.refresh_from_db()
    assert fresh(task).officer == cast.mai and cast.mai.is_active


def test_on_its_day_the_worker_moves_everything_once(cast: Cast, nga):
    task = delegated(cast, "NV01")
    record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)
    with time_machine.travel(f"{NEXT}T06:00:00+07:00", tick=False):
        late = delegated_later(cast, "NV09")
        assert jobs.hand_over_today() == 1
        assert jobs.hand_over_today() == 0
    assert fresh(task).officer == nga and fresh(late).officer == nga
    assert fresh(task).delegations.count() == 2


def delegated_later(cast: Cast, code: str) -> Task:
    """What the person got after the handover was recorded."""
    return delegated(cast, code)


def test_a_handover_that_waits_may_be_withdrawn(cast: Cast, nga):
    task = delegated(cast, "NV01")
    waiting = record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)
    handover.withdraw(waiting, by=cast.minh)
    assert handover.carry_out_due(NEXT) == 0 and fresh(task).officer == cast.mai
    with pytest.raises(RuleBroken):
        handover.withdraw(waiting, by=cast.minh)


def test_one_person_has_one_handover_waiting(cast: Cast, nga):
    record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)
    with pytest.raises(RuleBroken, match="đang chờ đến ngày"):
        record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)


def test_a_receiver_who_left_meanwhile_is_replaced_by_the_head(cast: Cast, nga):
    task = delegated(cast, "NV01")
    record(plea(cast.mai, nga, on=NEXT), {}, by=cast.minh)
    record(plea(nga), {}, by=cast.minh)
    with time_machine.travel(f"{NEXT}T06:00:00+07:00", tick=False):
        assert handover.carry_out_due(NEXT) == 1
    assert fresh(task).officer == cast.minh


def test_with_nobody_left_it_says_so_and_is_tried_again_the_next_day(cast: Cast, nga):
    task = delegated(cast, "NV01")
    waiting = record(plea(cast.mai, nga, on=NEXT), {}, by=cast.lan)
    for person in (nga, cast.minh):
        person.is_active = False
        person.save()
    with time_machine.travel(f"{NEXT}T06:00:00+07:00", tick=False):
        assert handover.carry_out_due(NEXT) == 0
        waiting.refresh_from_db()
        assert "Chưa có người nhận" in waiting.trouble and fresh(task).officer == cast.mai
        assert not Handover.objects.due(NEXT).exists()
    assert Handover.objects.due(NEXT + timedelta(days=1)).get() == waiting


def test_the_record_is_written_once(cast: Cast, nga):
    delegated(cast, "NV01")
    done = record(plea(cast.mai, nga), {}, by=cast.minh)
    for row in (done, done.lines.first()):
        with pytest.raises(AppendOnlyError):
            row.delete()


# --- the property -----------------------------------------------------------------------------------


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tasks=st.lists(
        st.sampled_from(["open", "submitted", "asked", "done", "proven", "suspended", "stopped"]), max_size=5
    ),
    more=st.lists(st.sampled_from([Role.STAFF_ADMIN, Role.LEADER, Role.AUDITOR]), max_size=2, unique=True),
    named=st.booleans(),
    wait=st.sampled_from([0, 1, 9]),
)
def test_after_the_day_nothing_of_the_person_is_open_and_nobody_else_is_touched(
    cast: Cast, tasks: list, more: list, named: bool, wait: int
):
    from django.db import transaction

    with transaction.atomic():
        person = make_user(
            "ra-di", "Người Ra Đi", (Role.UNIT_CLERK, cast.ptd), *((role, cast.so) for role in more)
        )
        stays = make_user("o-lai", "Người Ở Lại", (Role.UNIT_CLERK, cast.ptd), (Role.LEADER, cast.so))
        for number, state in enumerate(tasks):
            _task_in(cast, f"P{number}", person, state)
        others = list(RoleGrant.objects.exclude(user=person).order_by("pk").values())
        on = TODAY + timedelta(days=wait)
        record(plea(person, stays if named else None, on=on, **PHONE), {}, by=cast.lan)
        with time_machine.travel(f"{on}T07:00:00+07:00", tick=False):
            handover.carry_out_due(on)
        after = on + timedelta(days=1)
        person.refresh_from_db()
        assert things_of(person, LEAVES, after) == []
        assert not person.is_active and not RoleGrant.objects.valid_on(after).filter(user=person).exists()
        assert list(RoleGrant.objects.exclude(user=person).order_by("pk").values()) == others
        assert all(ledger.first_broken(task) is None for task in Task.objects.all())
        transaction.set_rollback(True)


def _task_in(cast: Cast, code: str, person, state: str) -> None:
    task = cast.task(code)
    actions.delegate(task, by=cast.minh, officer=person)
    if state in ("submitted", "done", "proven"):
        actions.submit(task, by=cast.minh, text="Xong")
    if state == "proven":
        actions.attach(task, by=cast.minh, number="1/BC")
    if state in ("done", "proven"):
        actions.confirm(task, by=cast.lan)
    if state == "asked":
        actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ")
    said = ledger.Decision(decided_by="Trần Thị Hòa", how="phone")
    if state == "suspended":
        actions.suspend(task, by=cast.lan, reason="Chờ", decision=said)
    if state == "stopped":
        actions.discontinue(task, by=cast.lan, reason="Thôi", decision=said)
