"""A notice replaces another one that still has open duties (seed 000, row 0-10): nothing is lost on the way."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from core.deadlines import DeadlineKind
from core.periods import containing
from plans.actions import report_figure
from plans.documents import link, register
from plans.models import Document, Indicator, Plan, PlanParticipation, Target, TargetIndicator, TargetTransfer
from plans.owed import figures_owed
from tasks import actions, ledger
from tasks.ledger import Decision
from tasks.models import Task, TaskState
from tests.cast import TODAY, Cast
from tracker.replacement import (
    CARRY,
    CHANGE,
    CLOSE,
    LATER,
    Choice,
    Frame,
    RowsRefused,
    default_choice,
    frame_of,
    open_duties,
    preview,
    replace,
)
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db

SAID = Decision(decided_by="Trần Thị Hòa", how="note", basis="Thông báo 480/TB")
REASON = "Thông báo mới thay thế thông báo cũ."


def notice(cast: Cast, code: str, number: str, issued: date, effective: date | None = None) -> Plan:
    document = Document(
        kind="TB", number=number, issued_on=issued, effective_on=effective, issuer=cast.so.name, subject=code
    )
    register(document, by=cast.lan)
    return Plan.objects.create(
        code=code,
        title=f"Thông báo {number}",
        document=document,
        issuer=cast.so,
        tracking_unit=cast.vp,
        leader_in_charge=cast.hoa,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        state=Plan.State.ACTIVE,
        activated_at="2026-10-01T08:00:00+07:00",
    )


@pytest.fixture
def old(cast: Cast) -> Plan:
    return notice(cast, "TB304", "304/TB-SNNMT", date(2026, 9, 6))


@pytest.fixture
def new(cast: Cast) -> Plan:
    """In effect before it was signed."""
    return notice(cast, "TB480", "480/TB-SNNMT", date(2026, 10, 12), date(2026, 10, 5))


@pytest.fixture
def frame(cast: Cast, old: Plan, new: Plan) -> Frame:
    link(new.document, old.document, "replaces", by=cast.lan)
    found = frame_of(new.document, old.document)
    assert found is not None
    return found


def choose(frame: Frame, **wanted: str | Choice) -> list[Choice]:
    """One choice for each duty by its code; LATER where nothing is said."""
    return [Choice(duty, wanted.get(duty.code, LATER)) for duty in open_duties(frame)]


def go(frame: Frame, cast: Cast, choices: list[Choice]):
    return replace(frame, choices, by=cast.lan, decision=SAID, reason=REASON)


def green(*tasks: Task) -> bool:
    return all(
        ledger.first_broken(task) is None for task in Task.objects.filter(pk__in=[t.pk for t in tasks])
    )


def target_of(cast: Cast, plan: Plan, code: str = "CT1") -> tuple[Target, Indicator]:
    indicator = Indicator.objects.create(code=f"CS-{code}", name="Hồ sơ trực tuyến", measure_unit="%")
    target = Target.objects.create(plan=plan, code=code, name="Hồ sơ trực tuyến", scope="unit", unit=cast.ptd)
    TargetIndicator.objects.create(target=target, indicator=indicator)
    return target, indicator


def test_what_goes_on_keeps_its_row_its_ledger_and_its_first_deadline(
    cast: Cast, frame: Frame, new: Plan
) -> None:
    task = cast.task(plan=frame.old_plan)
    actions.update_progress(task, by=cast.minh, text="Đã xong 3/5", percent=60)
    go(frame, cast, choose(frame, NV01=CARRY))
    moved = Task.objects.get(pk=task.pk)
    assert (moved.plan, moved.source_document, moved.code) == (new, new.document, "NV01")
    assert (moved.percent, moved.effective_end) == (60, task.effective_end)
    assert [event.verb for event in moved.events.all()] == ["assign", "update", "transfer"]
    line = moved.events.last()
    assert (line.decided_by, line.how, line.basis) == ("Trần Thị Hòa", "note", "Thông báo 480/TB")
    assert green(moved)


def test_the_past_of_the_old_plan_still_counts_the_task(
    cast: Cast, frame: Frame, old: Plan, new: Plan
) -> None:
    import time_machine

    with time_machine.travel("2026-10-05T09:00:00+07:00", tick=False):
        task = cast.task(plan=old, assigned_on=date(2026, 10, 5))
    go(frame, cast, choose(frame, NV01=CARRY))
    days = TaskState.objects.filter(task=task).order_by("on").values_list("plan__code", "on", "until")
    assert list(days) == [("TB304", date(2026, 10, 5), TODAY), ("TB480", TODAY, None)]


def test_a_code_the_new_plan_has_already_gets_the_old_plans_before_it(
    cast: Cast, frame: Frame, new: Plan
) -> None:
    cast.task(plan=new, title="Việc khác")
    task = cast.task(plan=frame.old_plan)
    go(frame, cast, choose(frame, NV01=CARRY))
    assert Task.objects.get(pk=task.pk).code == "TB304.NV01"


def test_what_ends_says_why_and_who_decided(cast: Cast, frame: Frame) -> None:
    task = cast.task(plan=frame.old_plan)
    go(frame, cast, choose(frame, NV01=CLOSE))
    ended = Task.objects.get(pk=task.pk)
    assert ended.execution == "stopped" and ended.plan == frame.old_plan
    last = ended.events.last()
    assert (last.verb, last.basis) == ("discontinue", "Thông báo 480/TB")
    assert ledger.facts_of(last)["reason"] == REASON and green(ended)


def test_a_change_is_recorded_verbs_with_the_first_deadline_beside_the_new(cast: Cast, frame: Frame) -> None:
    task = cast.task(plan=frame.old_plan)
    duty = open_duties(frame)[0]
    change = Choice(duty, CHANGE, title="Tiếp nhận trực tuyến", lead=cast.vpdk, due=date(2026, 12, 15))
    go(frame, cast, [change])
    moved = Task.objects.get(pk=task.pk)
    assert (moved.title, moved.lead_unit, moved.effective_end) == (
        "Tiếp nhận trực tuyến", cast.vpdk, date(2026, 12, 15),
    )  # fmt: skip
    assert moved.first_effective_end == date(2026, 10, 30) and moved.was_extended
    assert [event.verb for event in moved.events.all()] == ["assign", "transfer", "hand_over"]
    assert green(moved)
    assert PlanParticipation.objects.filter(plan=frame.new_plan, unit=cast.vpdk).exists()


def test_an_order_to_many_goes_with_all_its_parts_and_its_count_stays_whole(cast: Cast, frame: Frame) -> None:
    order = cast.task("NV02", lead_group=cast.branches, plan=frame.old_plan)
    first, second = order.children.order_by("pk")
    actions.submit(first, by=cast.tu, text="Xong")
    actions.confirm(first, by=cast.lan)
    outcome = go(frame, cast, choose(frame, NV02=CARRY))
    family = Task.objects.filter(pk__in=[order.pk, first.pk, second.pk])
    assert {task.plan for task in family} == {frame.new_plan}
    assert Task.objects.get(pk=first.pk).execution == "done"
    assert "kèm 02 phần việc" in outcome.lines[0][1]
    assert green(*family)


def test_standing_and_undated_orders_go_on_too_and_take_no_day(cast: Cast, frame: Frame) -> None:
    standing = cast.task(
        "NV03",
        plan=frame.old_plan,
        deadline_kind=DeadlineKind.STANDING,
        phrase="thường xuyên",
        nominal_end=None,
    )
    undated = cast.task(
        "NV04", plan=frame.old_plan, deadline_kind=DeadlineKind.NONE, phrase="", nominal_end=None
    )
    by_code = {duty.code: duty for duty in open_duties(frame)}
    with pytest.raises(RowsRefused) as refused:
        go(frame, cast, [Choice(by_code["NV03"], CHANGE, due=date(2026, 12, 1))])
    assert "không có thời hạn" in str(refused.value.errors[f"nv{standing.pk}"])
    go(frame, cast, [Choice(by_code["NV03"], CARRY), Choice(by_code["NV04"], CHANGE, due=date(2026, 12, 1))])
    moved = Task.objects.get(pk=undated.pk)
    assert moved.effective_end == moved.first_effective_end == date(2026, 12, 1)
    assert green(standing, undated)


def test_a_target_goes_on_with_its_figures_and_an_ended_one_owes_none(
    cast: Cast, frame: Frame, new: Plan
) -> None:
    kept, indicator = target_of(cast, frame.old_plan, "CT1")
    ended, _other = target_of(cast, frame.old_plan, "CT2")
    last = containing("month", TODAY).previous()
    report_figure(indicator, cast.ptd, last, by=cast.minh, numerator=Decimal(1), denominator=Decimal(2))
    go(frame, cast, choose(frame, CT1=CARRY, CT2=CLOSE))
    kept.refresh_from_db()
    assert kept.plan == new and indicator.measurements.count() == 1
    assert [owed.indicator for owed in figures_owed(cast.minh, TODAY)] == [indicator]
    said = TargetTransfer.objects.get(target=ended)
    assert (said.outcome, said.decided_by, said.document) == ("ended", "Trần Thị Hòa", new.document)


def test_what_is_not_decided_keeps_the_old_plan_open_and_the_new_one_running(
    cast: Cast, frame: Frame
) -> None:
    cast.task("NV01", plan=frame.old_plan)
    cast.task("NV02", plan=frame.old_plan, title="Việc hai")
    target_of(cast, frame.old_plan)
    outcome = go(frame, cast, choose(frame, NV01=CARRY))
    assert (outcome.left, outcome.closes) == (2, False)
    assert Plan.objects.get(pk=frame.old_plan.pk).state == "active"
    outcome = go(frame, cast, choose(frame, NV02=CLOSE, CT1=CLOSE))
    assert (outcome.left, outcome.closes) == (0, True)
    assert Plan.objects.get(pk=frame.old_plan.pk).state == "closed"
    assert Plan.objects.get(pk=frame.new_plan.pk).state == "active"


def test_an_amendment_closes_nothing(cast: Cast, old: Plan, new: Plan) -> None:
    link(new.document, old.document, "amends", by=cast.lan)
    frame = frame_of(new.document, old.document)
    assert frame is not None
    cast.task(plan=old)
    assert [default_choice(frame, duty) for duty in open_duties(frame)] == [LATER]
    outcome = go(frame, cast, choose(frame, NV01=CARRY))
    assert not outcome.closes and Plan.objects.get(pk=old.pk).state == "active"


def test_what_the_new_plan_says_itself_ends_by_default(cast: Cast, frame: Frame, new: Plan) -> None:
    cast.task("A", plan=frame.old_plan, title="Tuyên truyền")
    cast.task("B", plan=frame.old_plan, title="Niêm yết")
    cast.task("1", plan=new, title="tuyên truyền")
    assert [default_choice(frame, duty) for duty in open_duties(frame)] == [CLOSE, CARRY]


def test_one_duty_that_cannot_be_done_leaves_all_as_they_were(cast: Cast, frame: Frame) -> None:
    first, second = (
        cast.task("NV01", plan=frame.old_plan),
        cast.task("NV02", plan=frame.old_plan, title="Hai"),
    )
    duties = open_duties(frame)
    with pytest.raises(RowsRefused) as refused:
        go(frame, cast, [Choice(duties[0], CLOSE), Choice(duties[1], CHANGE)])
    assert list(refused.value.errors) == [f"nv{second.pk}"]
    assert Task.objects.get(pk=first.pk).is_open and first.events.count() == 1


def test_a_preview_changes_nothing(cast: Cast, frame: Frame) -> None:
    task = cast.task(plan=frame.old_plan)
    outcome = preview(frame, choose(frame, NV01=CARRY), by=cast.lan, decision=SAID, reason=REASON)
    assert outcome.closes and "mã NV01" in outcome.lines[0][1]
    assert Task.objects.get(pk=task.pk).plan == frame.old_plan
    assert Plan.objects.get(pk=frame.old_plan.pk).state == "active"


def test_an_officer_names_the_leader_and_a_draft_plan_takes_nothing_over(cast: Cast, frame: Frame) -> None:
    cast.task(plan=frame.old_plan)
    with pytest.raises(RuleBroken, match="lãnh đạo"):
        replace(frame, choose(frame, NV01=CLOSE), by=cast.lan, decision=ledger.DIRECT, reason=REASON)
    for person in (cast.minh, cast.hoa, cast.tu):
        with pytest.raises(RuleBroken, match="không có quyền"):
            replace(frame, choose(frame, NV01=CLOSE), by=person, decision=SAID, reason=REASON)
    assert frame.new_plan is not None
    frame.new_plan.state = Plan.State.DRAFT
    frame.new_plan.save()
    with pytest.raises(RuleBroken, match="dự thảo"):
        go(frame, cast, choose(frame, NV01=CLOSE))


def test_duties_given_by_a_notice_without_a_plan_go_to_the_new_notice(cast: Cast) -> None:
    papers = [
        register(
            Document(kind="TB", number=number, issued_on=on, issuer="Sở", subject="Tiếp nhận"), by=cast.lan
        )
        for number, on in (("304/TB", date(2026, 9, 6)), ("480/TB", date(2026, 10, 12)))
    ]
    link(papers[1], papers[0], "replaces", by=cast.lan)
    frame = frame_of(papers[1], papers[0])
    assert frame is not None
    task = cast.task(plan=None, source="conclusion", source_document=papers[0])
    outcome = go(frame, cast, choose(frame, NV01=CARRY))
    moved = Task.objects.get(pk=task.pk)
    assert (moved.plan, moved.source_document, outcome.left) == (None, papers[1], 0)
    assert green(moved)


# --- The page -------------------------------------------------------------------------------------


def url(frame: Frame) -> str:
    return reverse("replacement", args=[frame.new.pk, frame.old.pk])


def posted(page, **changed: str) -> dict[str, str]:
    """The form as the browser would send it back."""
    form, rows = page.context["form"], page.context["rows"]
    data = {bound.html_name: bound.value() or "" for each in (form, *rows) for bound in each}
    return data | {"decided_by": "Trần Thị Hòa", "how": "meeting"} | changed


def test_the_owner_looks_first_and_then_does_it(cast: Cast, frame: Frame, client: Client) -> None:
    task = cast.task(plan=frame.old_plan)
    client.force_login(cast.lan)
    page = client.get(url(frame))
    shown = client.post(url(frame), posted(page, act="preview"))
    assert shown.status_code == 200 and "Chưa lưu gì" in shown.content.decode()
    assert Task.objects.get(pk=task.pk).plan == frame.old_plan
    done = client.post(url(frame), posted(shown, act="do"), follow=True)
    assert "Kế hoạch cũ đã kết thúc" in done.content.decode()
    assert Task.objects.get(pk=task.pk).plan == frame.new_plan


def test_what_was_typed_stays_when_a_row_is_refused(cast: Cast, frame: Frame, client: Client) -> None:
    task = cast.task(plan=frame.old_plan)
    client.force_login(cast.lan)
    page = client.get(url(frame))
    wrong = {
        f"nv{task.pk}-what": "change",
        f"nv{task.pk}-lead": "Phòng không có",
        f"nv{task.pk}-title": "Tên mới",
    }
    answer = client.post(url(frame), posted(page, act="do", **wrong))
    body = answer.content.decode()
    assert answer.status_code == 422 and "Không có đơn vị này" in body and "Tên mới" in body


def test_a_list_that_changed_meanwhile_is_shown_again(cast: Cast, frame: Frame, client: Client) -> None:
    task = cast.task(plan=frame.old_plan)
    client.force_login(cast.lan)
    page = client.get(url(frame))
    later = cast.task("NV02", plan=frame.old_plan, title="Việc giao thêm")
    answer = client.post(url(frame), posted(page, act="do", **{f"nv{task.pk}-what": "close"}))
    body = answer.content.decode()
    assert answer.status_code == 409 and later.title in body
    assert answer.context["rows"][0]["what"].value() == "close" and Task.objects.get(pk=task.pk).is_open


def test_only_who_writes_both_plans_opens_the_page(cast: Cast, frame: Frame, client: Client) -> None:
    cast.task(plan=frame.old_plan)
    for person, status in ((cast.hoa, 403), (cast.son, 403), (cast.tu, 404), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(url(frame)).status_code == status, person.username
