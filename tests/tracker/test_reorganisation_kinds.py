"""Renaming, splitting, dissolving, transferring; today, late, and on a day to come."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils.module_loading import import_string

from core.queue import JOBS
from notifications.models import JobRun
from plans.models import Plan
from tasks import actions, ledger
from tasks.ledger import Decision
from tasks.models import Coordination, Task
from tests.cast import TODAY, Cast, make_unit, make_user
from tests.tracker.merged_department import DECISION, merger
from tracker import jobs
from tracker.reorganisation import (
    Choices,
    NewUnit,
    Proposal,
    carry_out,
    moves_of,
    record_or_carry_out,
    withdraw,
)
from units.actions import RuleBroken, renumber_tree
from units.models import Reorganisation, RoleGrant, Unit, User
from units.permissions import Role

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


def proposal(kind: str, unit: Unit, *successors: Unit | NewUnit, **fields: object) -> Proposal:
    given = {"effective_on": TODAY, "decision": DECISION}
    return Proposal(kind=kind, predecessors=(unit,), successors=successors, **(given | fields))  # type: ignore[arg-type]


def broken() -> list[str]:
    return [str(found) for task in Task.objects.all() if (found := ledger.first_broken(task)) is not None]


# --- Renaming -----------------------------------------------------------------------------------------


NEW_NAME = {"name": "Phòng Đất đai", "short_name": "P. Đất đai", "abbreviation": "PDD", "place_name": ""}


def test_a_renamed_unit_is_the_same_unit_with_a_name_for_each_day(cast: Cast) -> None:
    task = cast.task("NV01", cast.ptd)
    record_or_carry_out(proposal("rename", cast.ptd, names=NEW_NAME), by=cast.lan)
    unit = Unit.objects.get(pk=cast.ptd.pk)
    assert unit.name_on(TODAY) == "Phòng Đất đai"
    assert unit.name_on(TODAY - timedelta(days=1)) == "Phòng Quản lý đất đai"
    assert (unit.closed_on, unit.names.get(valid_to__isnull=True).abbreviation) == (None, "PDD")
    assert Task.objects.get(pk=task.pk).lead_unit == unit
    assert Task.objects.matching("phòng đất đai").get().pk == task.pk
    assert task.events.count() == 1
    assert RoleGrant.objects.valid_on(TODAY).filter(user=cast.minh, unit=unit).exists()


def test_a_report_made_before_keeps_the_name_of_its_day(cast: Cast) -> None:
    from core.periods import containing
    from reports.actions import create_draft
    from reports.models import AgencyProfile
    from reports.profiles import default_profile

    cast.task("NV01", cast.ptd)
    profile = default_profile(cast.vp, AgencyProfile.Reach.INTERNAL)
    report = create_draft(cast.plan, containing("month", TODAY), profile, by=cast.lan)
    before = report.snapshot.data
    record_or_carry_out(proposal("rename", cast.ptd, names=NEW_NAME), by=cast.lan)
    report.refresh_from_db()
    assert report.snapshot.data == before
    assert "Phòng Quản lý đất đai" in before and "Phòng Đất đai" not in before


def test_a_name_cannot_begin_before_the_one_in_force(cast: Cast) -> None:
    record_or_carry_out(proposal("rename", cast.ptd, names=NEW_NAME), by=cast.lan)
    again = NEW_NAME | {"name": "Phòng Địa chính"}
    with pytest.raises(RuleBroken, match="Tên gọi hiện nay có hiệu lực từ 13/10/2026"):
        record_or_carry_out(proposal("rename", cast.ptd, names=again), by=cast.lan)
    assert Unit.objects.get(pk=cast.ptd.pk).name == "Phòng Đất đai"


# --- Splitting ----------------------------------------------------------------------------------------


def test_in_a_split_each_task_goes_where_it_was_chosen_the_rest_to_the_first(cast: Cast) -> None:
    one, two, three = (cast.task(f"NV0{n}", cast.ptd) for n in (1, 2, 3))
    grant = RoleGrant.objects.get(user=cast.mai)
    choices = Choices(tasks={two.pk: 1}, grants={grant.pk: 1}, along=frozenset({two.pk}))
    parts = (NewUnit("PTD1", "Phòng Đo đạc"), NewUnit("PTD2", "Phòng Đăng ký"))
    record_or_carry_out(proposal("split", cast.ptd, *parts, choices=choices), by=cast.lan)
    leads = dict(Task.objects.values_list("code", "lead_unit__code"))
    assert leads == {"NV01": "PTD1", "NV02": "PTD2", "NV03": "PTD1"}
    assert [(c.task.code, c.unit.code) for c in Coordination.objects.all()] == [("NV02", "PTD1")]
    seen = {name: User.objects.get(username=name) for name in ("minh", "mai")}
    assert {grant.unit.code for grant in seen["minh"].grants_today} == {"PTD1"}
    assert {grant.unit.code for grant in seen["mai"].grants_today} == {"PTD2"}
    assert not Task.objects.visible_to(seen["mai"]).filter(pk=one.pk).exists()
    assert three.events.count() == 2
    assert [event.verb for event in two.events.all()] == ["assign", "hand_over", "reorganise"]
    assert broken() == []


def test_a_split_needs_two_successors_and_a_new_code_is_never_used_again(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="ít nhất hai"):
        record_or_carry_out(proposal("split", cast.ptd, NewUnit("A1", "Phòng A")), by=cast.lan)
    both = (NewUnit("A1", "Phòng A"), NewUnit("A1", "Phòng B"))
    with pytest.raises(RuleBroken, match="không được trùng"):
        record_or_carry_out(proposal("split", cast.ptd, *both), by=cast.lan)
    with pytest.raises(RuleBroken, match="đã dùng"):
        record_or_carry_out(
            proposal("split", cast.ptd, NewUnit("CN1", "Phòng A"), NewUnit("A2", "Phòng B")), by=cast.lan
        )


# --- Dissolving ---------------------------------------------------------------------------------------


def test_work_of_a_dissolved_unit_waits_to_be_given_again_until_somebody_takes_it(cast: Cast) -> None:
    task = cast.task("NV01", cast.ptd)
    done = cast.task("NV02", cast.ptd)
    actions.submit(done, by=cast.minh, text="Xong")
    actions.confirm(done, by=cast.lan)
    record_or_carry_out(proposal("dissolve", cast.ptd), by=cast.lan)
    assert list(Task.objects.orphaned(TODAY)) == [task]
    assert not Task.objects.visible_to(User.objects.get(pk=cast.minh.pk)).exists()
    actions.hand_over(
        task,
        by=cast.lan,
        to=cast.vpdk,
        reason="Đơn vị đã giải thể",
        decision=Decision("Trần Thị Hòa", "phone"),
    )
    assert not Task.objects.orphaned(TODAY).exists()
    assert Task.objects.get(pk=task.pk).lead_unit == cast.vpdk
    assert broken() == []


def test_the_owner_finds_orphaned_work_at_home_and_in_the_list(cast: Cast, client: Client) -> None:
    cast.task("NV01", cast.ptd)
    client.force_login(cast.lan)
    assert "waiting=orphan" not in client.get("/").content.decode()
    record_or_carry_out(proposal("dissolve", cast.ptd), by=cast.lan)
    assert "waiting=orphan" in client.get("/").content.decode()
    page = client.get("/nhiem-vu/", {"waiting": "orphan"}).content.decode()
    assert "NV01" in page


def test_a_dissolved_unit_with_a_successor_hands_all_to_it_and_its_children_too(cast: Cast) -> None:
    task = cast.task("NV01", cast.vpdk)
    record_or_carry_out(proposal("dissolve", cast.vpdk, cast.ptd), by=cast.lan)
    assert Task.objects.get(pk=task.pk).lead_unit == cast.ptd
    parents = dict(Unit.objects.filter(code__in=["CN1", "CN2", "VPDK"]).values_list("code", "parent__code"))
    assert parents == {"CN1": "PTD", "CN2": "PTD", "VPDK": "PTD"}


def test_a_child_may_take_over_from_the_unit_above_it(cast: Cast) -> None:
    task = cast.task("NV01", cast.vpdk)
    record_or_carry_out(proposal("dissolve", cast.vpdk, cast.cn1), by=cast.lan)
    assert Task.objects.get(pk=task.pk).lead_unit == cast.cn1
    parents = dict(Unit.objects.filter(code__in=["CN1", "CN2", "VPDK"]).values_list("code", "parent__code"))
    assert parents == {"CN1": "SO", "CN2": "CN1", "VPDK": "CN1"}


def test_without_a_successor_units_below_go_up(cast: Cast) -> None:
    record_or_carry_out(proposal("dissolve", cast.vpdk), by=cast.lan)
    assert set(Unit.objects.filter(code__in=["CN1", "CN2"]).values_list("parent__code", flat=True)) == {"SO"}


# --- The office itself --------------------------------------------------------------------------------


def test_an_office_that_follows_plans_hands_them_to_its_successor_with_every_task(cast: Cast) -> None:
    task = cast.task("NV01", cast.ptd)
    record_or_carry_out(proposal("dissolve", cast.vp, cast.vpdk), by=cast.lan)
    assert Plan.objects.get().tracking_unit == cast.vpdk
    task.refresh_from_db()
    assert task.tracking_unit == cast.vpdk
    line = task.events.last()
    assert (line.verb, line.basis, ledger.facts_of(line)["tracking"]) == (
        "reorganise",
        DECISION,
        [cast.vp.pk, cast.vpdk.pk],
    )
    lan = User.objects.get(pk=cast.lan.pk)
    assert Task.objects.visible_to(lan).get() == task
    actions.submit(task, by=lan, text="Xong")
    assert broken() == []


# --- Transferring -------------------------------------------------------------------------------------


def test_a_transfer_moves_what_was_chosen_and_leaves_the_unit_open(cast: Cast) -> None:
    stays, goes = cast.task("NV01", cast.ptd), cast.task("NV02", cast.ptd)
    choices = Choices(tasks={goes.pk: 0})
    row = record_or_carry_out(proposal("transfer", cast.ptd, cast.vpdk, choices=choices), by=cast.lan)
    assert dict(Task.objects.values_list("pk", "lead_unit")) == {stays.pk: cast.ptd.pk, goes.pk: cast.vpdk.pk}
    assert Unit.objects.get(pk=cast.ptd.pk).closed_on is None
    assert RoleGrant.objects.valid_on(TODAY).filter(user=cast.minh, unit=cast.ptd).exists()
    assert row.moved["tasks"] == 1


# --- Late, and on a day to come -----------------------------------------------------------------------


def test_a_decision_recorded_late_ends_roles_the_day_before_it_took_effect(cast: Cast) -> None:
    late = TODAY - timedelta(days=30)
    young = make_user("nga", "Đỗ Thị Nga")
    RoleGrant.objects.create(user=young, unit=cast.cn1, role="unit_clerk", valid_from=TODAY)
    record_or_carry_out(merger(cast, effective_on=late), by=cast.lan)
    assert set(RoleGrant.objects.filter(unit=cast.cn1).values_list("valid_to", flat=True)) == {
        late - timedelta(days=1)
    }
    new = RoleGrant.objects.get(user=young, unit__code="CN12")
    assert new.valid_from == TODAY
    assert Unit.objects.get(pk=cast.cn1.pk).closed_on == late


def test_a_day_to_come_is_recorded_and_carried_out_on_that_day_once(cast: Cast) -> None:
    task = cast.task("NV01", cast.cn1)
    row = record_or_carry_out(merger(cast, effective_on=TOMORROW), by=cast.lan)
    assert (row.carried_out_at, row.is_pending) == (None, True)
    assert not carry_out(row)
    assert Task.objects.get(pk=task.pk).lead_unit == cast.cn1
    later = cast.task("NV02", cast.cn2)  # arises meanwhile
    with time_machine.travel(f"{TOMORROW}T00:05:00+07:00", tick=False):
        jobs.tick()
        jobs.tick()
        assert {Task.objects.get(pk=t.pk).lead_unit.code for t in (task, later)} == {"CN12"}
        assert Reorganisation.objects.get(pk=row.pk).carried_out_at is not None
        assert JobRun.objects.filter(job="reorganisations").count() == 1
        assert Unit.objects.get(pk=cast.cn1.pk).closed_on == TOMORROW
    assert broken() == []


def test_the_bell_of_each_minute_rings_on_the_top_floor() -> None:
    assert import_string(JOBS["tick"]) is jobs.tick


def test_choices_made_for_a_day_to_come_are_kept(cast: Cast) -> None:
    task = cast.task("NV01", cast.ptd)
    parts = (NewUnit("PTD1", "Phòng Đo đạc"), cast.vpdk)
    row = record_or_carry_out(
        proposal("split", cast.ptd, *parts, effective_on=TOMORROW, choices=Choices(tasks={task.pk: 1})),
        by=cast.lan,
    )
    assert not Unit.objects.filter(code="PTD1").exists()
    with time_machine.travel(f"{TOMORROW}T08:00:00+07:00", tick=False):
        assert carry_out(row)
    assert Task.objects.get(pk=task.pk).lead_unit == cast.vpdk
    assert Unit.objects.get(pk=cast.ptd.pk).parent.code == "PTD1"


def test_what_no_longer_fits_on_its_day_stays_pending_and_is_told(
    cast: Cast, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    row = record_or_carry_out(merger(cast, effective_on=TOMORROW), by=cast.lan)
    record_or_carry_out(proposal("dissolve", cast.cn1), by=cast.lan)
    with time_machine.travel(f"{TOMORROW + timedelta(days=1)}T08:00:00+07:00", tick=False):
        call_command("carry_out_reorganisations")
        assert '{"done": 0, "refused": 1}' in capsys.readouterr().out
        client.force_login(cast.lan)
        assert "Chưa thực hiện được" in client.get("/don-vi/to-chuc-lai/").content.decode()
        assert client.post(f"/don-vi/to-chuc-lai/{row.pk}/rut-lai/").status_code == 302
    assert Reorganisation.objects.get(pk=row.pk).withdrawn_at is not None


def test_what_was_recorded_may_be_withdrawn_before_its_day_and_not_after(cast: Cast) -> None:
    ahead = record_or_carry_out(merger(cast, effective_on=TOMORROW), by=cast.lan)
    with pytest.raises(RuleBroken, match="không có quyền"):
        withdraw(ahead, by=cast.minh)
    withdraw(ahead, by=cast.lan)
    with time_machine.travel(f"{TOMORROW}T08:00:00+07:00", tick=False):
        assert not carry_out(ahead)
    done = record_or_carry_out(merger(cast), by=cast.lan)
    with pytest.raises(RuleBroken, match="chưa thực hiện"):
        withdraw(done, by=cast.lan)


def test_a_unit_younger_than_the_day_cannot_end_on_it(cast: Cast) -> None:
    young = make_unit("TRE", "Phòng Mới", Unit.Kind.DIVISION, cast.so, opened_on=TODAY)
    renumber_tree()
    with pytest.raises(RuleBroken, match="thành lập ngày 13/10/2026"):
        record_or_carry_out(proposal("dissolve", young), by=cast.lan)


def test_the_administrator_may_and_another_agency_may_not(cast: Cast) -> None:
    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    stranger = make_user("khac", "Người Sở Khác", (Role.PLAN_OWNER, other))
    with pytest.raises(RuleBroken, match="không có quyền"):
        record_or_carry_out(merger(cast), by=stranger)
    with pytest.raises(RuleBroken, match="không có quyền"):
        record_or_carry_out(proposal("dissolve", other, cast.ptd), by=stranger)
    admin = make_user("admin", "Quản trị viên")
    admin.is_superuser = True
    admin.save()
    task = cast.task("NV01", cast.cn1)
    record_or_carry_out(merger(cast), by=admin)
    assert task.events.last().by == admin
    assert broken() == []


def test_the_preview_of_a_dissolution_says_that_nobody_takes_over(cast: Cast) -> None:
    cast.task("NV01", cast.ptd)
    words = " ".join(moves_of(proposal("dissolve", cast.ptd)).conflicts)
    assert "Không có đơn vị tiếp nhận: 01 nhiệm vụ" in words


def test_days_of_the_group_follow_the_decision(cast: Cast) -> None:
    record_or_carry_out(merger(cast, effective_on=date(2026, 10, 1)), by=cast.lan)
    before = {unit.code for unit in cast.branches.members_on(date(2026, 9, 30))}
    after = {unit.code for unit in cast.branches.members_on(date(2026, 10, 1))}
    assert (before, after) == ({"CN1", "CN2"}, {"CN12"})
