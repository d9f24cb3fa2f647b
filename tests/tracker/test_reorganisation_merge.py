"""Two branches become one in mid-plan: everything open moves in one act, what happened stays where it happened."""

from collections import Counter
from datetime import timedelta

import pytest

from core.deadlines import DeadlineKind
from plans.models import PlanParticipation, Target
from tasks import actions, ledger
from tasks.models import Coordination, Event, Task
from tasks.status import Execution
from tasks.summaries import total_of
from tests.cast import TODAY
from tests.tracker.merged_department import DECISION, Department, merger
from tracker import reorganisation
from tracker.reorganisation import moves_of, record_or_carry_out
from units.actions import RuleBroken
from units.models import CalendarDay, GroupMember, Reorganisation, RoleGrant, StaffMember, Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(department: Department) -> Unit:
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    return Unit.objects.get(code="CN12")


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def broken() -> list[str]:
    return [str(found) for task in Task.objects.all() if (found := ledger.first_broken(task)) is not None]


def everything() -> dict[str, list]:
    """Every row a reorganisation can write, to compare."""
    models = (Task, Event, Coordination, Unit, RoleGrant, GroupMember, StaffMember, Target, Reorganisation)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_all_open_work_goes_to_the_successor_and_nothing_finished_does(department: Department) -> None:
    cast = department.cast
    before = Task.objects.filter(lead_unit__in=[cast.cn1, cast.cn2])
    were_open = set(before.open().values_list("pk", flat=True))
    finished = dict(before.exclude(pk__in=were_open).values_list("pk", "lead_unit"))
    record_or_carry_out(merger(cast), by=cast.lan)
    new = Unit.objects.get(code="CN12")
    left = Task.objects.filter(pk__in=were_open).exclude(lead_unit=new)
    assert [task.merged_into.lead_unit for task in left] == [new]
    assert dict(Task.objects.filter(pk__in=finished).values_list("pk", "lead_unit")) == finished
    assert not Task.objects.open().filter(lead_unit__in=[cast.cn1, cast.cn2]).exists()


def test_open_tasks_before_are_open_tasks_after_and_those_merged(department: Department) -> None:
    before = Task.objects.leaves().open().count()
    row = record_or_carry_out(merger(department.cast), by=department.cast.lan)
    assert before == Task.objects.leaves().open().count() + row.moved["merged"]
    assert row.moved["merged"] == Task.objects.filter(merged_into__isnull=False).count() == 1


def test_the_printed_partition_is_the_same_but_for_the_part_that_merged(department: Department) -> None:
    calendar = CalendarDay.objects.as_calendar()
    before = total_of(Task.objects.leaves(), TODAY, calendar)
    orders = total_of(Task.objects.orders(), TODAY, calendar)
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    after = total_of(Task.objects.leaves(), TODAY, calendar)
    assert after.total == after.done + after.open == before.total - 1
    assert (after.done_on_time, after.done_late, after.open_overdue) == (
        before.done_on_time,
        before.done_late,
        before.open_overdue,
    )
    found = total_of(Task.objects.orders(), TODAY, calendar)
    assert (found.total, found.done, found.open_overdue) == (orders.total, orders.done, orders.open_overdue)


def test_two_open_parts_of_one_order_become_one_that_says_where_the_other_went(
    department: Department, merged: Unit
) -> None:
    parts = Task.objects.filter(parent=department.together["open"]).order_by("pk")
    assert [(part.lead_unit.code, part.execution) for part in parts] == [
        ("CN12", Execution.NOT_STARTED),
        ("CN2", Execution.DISCONTINUED),
        ("CN3", Execution.NOT_STARTED),
    ]
    assert parts[1].merged_into == parts[0]
    line = parts[1].events.last()
    assert (line.verb, line.basis) == ("hand_over", DECISION)
    assert ledger.facts_of(line)["merged_into"] == parts[0].pk


def test_a_part_done_at_one_branch_stays_done_there_and_the_open_one_goes_on(
    department: Department, merged: Unit
) -> None:
    parts = Task.objects.filter(parent=department.together["one"]).order_by("pk")
    assert [(part.lead_unit.code, part.execution) for part in parts] == [
        ("CN1", Execution.DONE),
        ("CN12", Execution.NOT_STARTED),
        ("CN3", Execution.NOT_STARTED),
    ]
    assert Task.objects.get(pk=department.together["one"].pk).is_open


def test_a_part_open_at_one_branch_is_not_lost_in_the_done_one_of_an_existing_successor(
    department: Department,
) -> None:
    """The first branch is done, the second joins it: its own part is still to be done."""
    cast = department.cast
    proposal = merger(cast, predecessors=(cast.cn2,), successors=(cast.cn1,))
    record_or_carry_out(proposal, by=cast.lan)
    parts = Task.objects.filter(parent=department.together["one"], lead_unit=cast.cn1).order_by("pk")
    assert [part.execution for part in parts] == [Execution.DONE, Execution.NOT_STARTED]
    with pytest.raises(RuleBroken, match="phần việc khác"):
        actions.reopen(parts[0], by=cast.hoa, reason="Thiếu")


def test_the_successor_is_no_late_joiner_of_orders_its_predecessors_have_finished(
    department: Department, merged: Unit
) -> None:
    from tasks.matters import Matters

    assert Matters(Task.objects.get(pk=department.together["done"].pk)).late_joiners == []


def test_a_unit_that_led_and_worked_along_is_one(department: Department, merged: Unit) -> None:
    led = Task.objects.filter(lead_unit=merged)
    assert led.count() > 20
    assert not Coordination.objects.filter(task__in=led, unit=merged).exists()
    assert not Coordination.objects.filter(task__in=led.open(), unit=department.cast.cn2).exists()


def test_two_that_worked_along_and_became_one_are_one(department: Department, merged: Unit) -> None:
    along = Coordination.objects.filter(task=department.orders[34])
    assert [part.unit for part in along] == [merged]


def test_every_moved_task_has_a_line_that_names_the_decision(department: Department) -> None:
    cast = department.cast
    open_before = Task.objects.open().filter(lead_unit__in=[cast.cn1, cast.cn2])
    moving = set(open_before.values_list("pk", flat=True))
    record_or_carry_out(merger(cast), by=cast.lan)
    for task in Task.objects.filter(pk__in=moving):
        lines = task.events.filter(verb="hand_over", basis=DECISION, how="document", by=cast.lan)
        assert lines.count() == 1, task.code
        assert DECISION in ledger.facts_of(lines[0])["reason"]


def test_the_ledger_is_whole_before_and_after(department: Department) -> None:
    assert broken() == []
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    assert broken() == []


def test_dates_of_moved_tasks_stay_as_they_were(department: Department) -> None:
    columns = (
        "pk",
        "phrase",
        "nominal_end",
        "effective_end",
        "first_effective_end",
        "counted_end",
        "assigned_on",
    )
    moving = list(Task.objects.open().filter(lead_unit=department.cast.cn1).values_list("pk", flat=True))
    before = list(Task.objects.filter(pk__in=moving).values_list(*columns))
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    assert list(Task.objects.filter(pk__in=moving).values_list(*columns)) == before


def test_a_request_for_more_time_goes_along_and_a_proposal_to_reassign_lapses(
    department: Department, merged: Unit
) -> None:
    asked = Task.objects.get(pk=department.orders[9].pk)
    assert (asked.lead_unit, asked.deadline_changes.get().decision) == (merged, "pending")
    proposed = Task.objects.get(pk=department.orders[7].pk)
    assert proposed.reassignments.get().decision == "lapsed"
    assert proposed.execution == Execution.NOT_STARTED


def test_roles_end_the_day_before_and_begin_at_the_successor(department: Department, merged: Unit) -> None:
    cast = department.cast
    old = RoleGrant.objects.filter(unit__in=[cast.cn1, cast.cn2])
    assert {grant.valid_to for grant in old} == {TODAY - timedelta(days=1)}
    new = RoleGrant.objects.filter(unit=merged).order_by("user__username")
    assert [(grant.user.username, grant.role, grant.valid_from) for grant in new] == [
        ("ha", "unit_head", TODAY),
        ("tu", "unit_head", TODAY),
    ]


def test_a_role_the_owner_did_not_carry_over_is_gone(department: Department) -> None:
    cast = department.cast
    grant = RoleGrant.objects.get(user=department.ha)
    choices = reorganisation.Choices(grants={grant.pk: None})
    record_or_carry_out(merger(cast, choices=choices), by=cast.lan)
    assert again(department.ha).grants_today == []
    assert not Task.objects.visible_to(again(department.ha)).exists()
    assert Task.objects.visible_to(again(cast.tu)).count() > 30


def test_people_of_the_successor_see_all_that_was_of_either_branch(department: Department) -> None:
    cast = department.cast
    both = Task.objects.filter(lead_unit__in=[cast.cn1, cast.cn2])
    own = set(both.values_list("pk", flat=True))
    assert not own <= set(Task.objects.visible_to(again(cast.tu)).values_list("pk", flat=True))
    record_or_carry_out(merger(cast), by=cast.lan)
    for person in (cast.tu, department.ha):
        assert own <= set(Task.objects.visible_to(again(person)).values_list("pk", flat=True))


def test_the_successor_answers_what_was_asked_of_its_predecessors(
    department: Department, merged: Unit
) -> None:
    explained = Task.objects.get(pk=department.orders[11].pk)
    actions.explain(
        explained, by=again(department.ha), cause="objective", text="Chờ bản đồ", remedy="Làm thêm giờ"
    )
    obstacle = department.orders[31].obstacles.get()
    assert obstacle.asked_of == department.cast.cn1
    actions.answer_obstacle(
        department.orders[31], by=again(department.ha), obstacle=obstacle, outcome="resolved", reply="Đã gửi"
    )
    assert broken() == []


def test_evidence_still_owed_by_a_finished_task_is_given_by_the_successor(
    department: Department, merged: Unit
) -> None:
    done = Task.objects.get(pk=department.orders[4].pk)
    assert done.lead_unit == department.cast.cn1
    actions.attach(done, by=again(department.ha), number="15/BC-CN", title="Báo cáo kết quả")


def test_targets_groups_and_staff_move_with_their_dates(department: Department, merged: Unit) -> None:
    cast = department.cast
    assert [(t.code, t.unit) for t in Target.objects.order_by("code")] == [("CT1", merged), ("CT2", cast.ptd)]
    assert PlanParticipation.objects.filter(plan=cast.plan, unit=merged).exists()
    assert set(cast.branches.members_on(TODAY)) == {merged, department.cn3}
    assert set(cast.branches.members_on(TODAY - timedelta(days=1)).values_list("code")) <= {
        ("CN3",),
        ("CN1",),
        ("CN2",),
    }
    assert Counter(StaffMember.objects.values_list("unit__code", flat=True)) == {"CN12": 3, "PTD": 1}


def test_old_units_end_stand_below_their_successor_and_keep_their_past(
    department: Department, merged: Unit
) -> None:
    cast = department.cast
    for unit in Unit.objects.filter(pk__in=[cast.cn1.pk, cast.cn2.pk]):
        assert (unit.closed_on, unit.parent) == (TODAY, merged)
        assert merged.tree_start < unit.tree_start <= merged.tree_end
    assert (merged.parent, merged.opened_on, merged.kind) == (cast.vpdk, TODAY, Unit.Kind.BRANCH)
    given = Event.objects.filter(task=department.orders[1], verb="accept").get()
    assert given.unit == cast.cn1


def test_a_closed_unit_receives_nothing_new(department: Department, merged: Unit) -> None:
    cast = department.cast
    closed = Unit.objects.get(pk=cast.cn1.pk)
    with pytest.raises(RuleBroken, match="chấm dứt hoạt động"):
        actions.hand_over(
            department.orders[35], by=cast.lan, to=closed, reason="x",
            decision=ledger.Decision(decided_by="Trần Thị Hòa", how="phone"),
        )  # fmt: skip
    given = cast.task("MOI", lead_group=cast.branches, assigned_on=TODAY)
    assert {part.lead_unit.code for part in given.children.all()} == {"CN12", "CN3"}


def test_drafts_follow_without_a_line_in_a_ledger_that_has_not_begun(department: Department) -> None:
    cast = department.cast
    draft = cast.task("DT1", cast.cn1, given=False)
    record_or_carry_out(merger(cast), by=cast.lan)
    draft.refresh_from_db()
    assert draft.lead_unit.code == "CN12"
    assert not draft.events.exists()
    actions.assign(draft, by=cast.lan)
    assert broken() == []


def test_an_officer_who_moves_along_keeps_the_work(department: Department) -> None:
    from tests.cast import make_user
    from units.permissions import Role

    cast = department.cast
    clerk = make_user("thu", "Lê Thị Thu", (Role.UNIT_CLERK, cast.cn1))
    task = department.orders[2]
    actions.delegate(task, by=cast.tu, officer=clerk)
    record_or_carry_out(merger(cast), by=cast.lan)
    assert Task.objects.get(pk=task.pk).officer == clerk


def test_doing_it_twice_changes_nothing(department: Department) -> None:
    cast = department.cast
    row = record_or_carry_out(merger(cast), by=cast.lan)
    before = everything()
    assert reorganisation.carry_out(row) is False
    with pytest.raises(RuleBroken, match="chấm dứt hoạt động"):
        record_or_carry_out(merger(cast), by=cast.lan)
    assert everything() == before


def test_an_error_in_the_middle_leaves_nothing_half_moved(
    department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.reorganisation import carrying

    calls = []

    def fails_late(*args: object, **kwargs: object) -> None:
        calls.append(args)
        raise OSError("disk full")

    monkeypatch.setattr(carrying.reorganising, "move_staff", fails_late)
    before = everything()
    with pytest.raises(OSError, match="disk full"):
        record_or_carry_out(merger(department.cast), by=department.cast.lan)
    assert calls
    assert everything() == before


def test_what_was_seen_is_compared_and_a_change_meanwhile_does_nothing(department: Department) -> None:
    cast = department.cast
    proposal = merger(cast)
    seen = moves_of(proposal).fingerprint(proposal)
    actions.update_progress(department.orders[0], by=cast.tu, text="Mới bắt đầu")
    before = everything()
    with pytest.raises(reorganisation.ChangedMeanwhile):
        record_or_carry_out(proposal, by=cast.lan, seen=seen)
    assert everything() == before
    seen = moves_of(proposal).fingerprint(proposal)
    record_or_carry_out(proposal, by=cast.lan, seen=seen)


@pytest.mark.parametrize("person", ["hoa", "minh", "tu", "son", "stranger"])
def test_only_who_keeps_the_organisation_may(department: Department, person: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        record_or_carry_out(merger(department.cast), by=getattr(department.cast, person))


def test_conflicts_are_told_in_words_beforehand(department: Department) -> None:
    words = " ".join(moves_of(merger(department.cast)).conflicts)
    assert "CUM-open: phần việc của Chi nhánh Bình Sơn, Chi nhánh An Phú nhập thành một" in words
    assert "NV01: CN Bình Phú chủ trì và phối hợp, nay chỉ còn chủ trì" in words
    assert "NV34: các phần phối hợp về CN Bình Phú nhập thành một" in words
    assert "02 người có vai trò thủ trưởng" in words
    assert "đề nghị giao lại đang chờ" in words


def test_a_standing_duty_goes_along_and_that_of_a_merged_part_ends(department: Department) -> None:
    from core.clock import now

    cast = department.cast
    order = cast.task(
        "DK",
        lead_group=cast.branches,
        deadline_kind=DeadlineKind.RECURRING,
        phrase="hằng tháng",
        nominal_end=None,
    )
    first, second = (order.children.get(lead_unit=unit) for unit in (cast.cn1, cast.cn2))
    months = []
    for part in (first, second):
        each = cast.task(f"DK-{part.pk}", part.lead_unit, given=False)
        each.duty, each.period_key = part.duties.get(), "2026-10"
        each.save()
        actions.assign(each, by=cast.lan)
        months.append(each)
    record_or_carry_out(merger(cast), by=cast.lan)
    assert first.duties.get().ended_at is None
    assert second.duties.get().ended_at == now()
    kept, ended = (Task.objects.get(pk=each.pk) for each in months)
    assert (kept.lead_unit.code, ended.merged_into) == ("CN12", kept)
