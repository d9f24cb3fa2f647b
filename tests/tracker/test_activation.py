"""Giving a plan: all tasks at once, unclear points seen once and never blocking."""

import pytest

from plans.models import Plan, Target
from tasks.models import Task
from tests.cast import Cast
from tracker.activation import activate, gaps
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Plan:
    Plan.objects.filter(pk=cast.plan.pk).update(state="draft", activated_at=None)
    cast.task("NV01", given=False, product="Quyết định")
    cast.task("NV02", given=False, nominal_end=None, phrase="", deadline_kind="none")
    cast.task("NV03", given=False, lead_group=cast.branches)
    return Plan.objects.get(pk=cast.plan.pk)


def test_units_see_nothing_of_a_draft(cast: Cast, draft: Plan) -> None:
    assert not Task.objects.visible_to(cast.minh).exists()
    assert not Plan.objects.visible_to(cast.minh).exists()
    assert Task.objects.visible_to(cast.lan).count() == 3


def test_what_is_not_clear_is_listed_and_needs_one_acknowledgement(cast: Cast, draft: Plan) -> None:
    assert [(gap.task.code, gap.words) for gap in gaps(draft)] == [
        ("NV02", "chưa rõ thời hạn"),
        ("NV02", "chưa rõ sản phẩm"),
        ("NV03", "chưa rõ sản phẩm"),
    ]
    with pytest.raises(RuleBroken, match="chưa rõ"):
        activate(draft, by=cast.lan)
    given = activate(draft, by=cast.lan, acknowledged=True)
    assert len(given) == 4  # two single tasks and one for each of two branches
    draft.refresh_from_db()
    assert draft.state == Plan.State.ACTIVE and "NV02: chưa rõ thời hạn" in draft.acknowledged_gaps


def test_work_said_to_be_done_without_a_day_is_listed(cast: Cast, draft: Plan) -> None:
    """It is given as open work: without its day it cannot be counted as done."""
    cast.task(
        "NV04",
        given=False,
        deadline_kind="done",
        nominal_end=None,
        phrase="Đã hoàn thành",
        product="Tờ trình",
    )
    assert ("NV04", "chưa rõ ngày đã thực hiện") in [(gap.task.code, gap.words) for gap in gaps(draft)]


def test_the_issuer_takes_part_in_what_the_text_gives_to_nobody(cast: Cast, draft: Plan) -> None:
    Target.objects.create(plan=draft, code="CT1", name="Công khai thủ tục", scope="unstated")
    activate(draft, by=cast.lan, acknowledged=True)
    assert draft.participations.filter(unit=cast.so).exists()


def test_leaders_see_what_is_followed_below_them_whoever_issued_it(cast: Cast, draft: Plan) -> None:
    """A plan of the province, followed by the department's office, led by a body outside."""
    draft.issuer = cast.ubtx
    draft.save()
    draft.tasks.all().delete()
    cast.task("NV09", cast.ubtx, given=False, product="Báo cáo")
    assert not Plan.objects.visible_to(cast.hoa).exists()
    activate(draft, by=cast.lan, acknowledged=True)
    assert list(Plan.objects.visible_to(cast.hoa)) == [draft]
    assert list(Plan.objects.visible_to(cast.son)) == [draft]
    assert not Plan.objects.visible_to(cast.minh).exists()


def test_units_see_the_plan_they_take_part_in_once_it_is_given(cast: Cast, draft: Plan) -> None:
    activate(draft, by=cast.lan, acknowledged=True)
    assert set(Task.objects.visible_to(cast.minh).values_list("code", flat=True)) == {"NV01", "NV02"}
    assert list(Plan.objects.visible_to(cast.minh)) == [draft]
    assert list(Plan.objects.visible_to(cast.tu)) == [draft]
    assert not Plan.objects.visible_to(cast.stranger).exists()


def test_a_plan_is_given_once_and_only_by_its_owner(cast: Cast, draft: Plan) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        activate(draft, by=cast.minh, acknowledged=True)
    activate(draft, by=cast.lan, acknowledged=True)
    with pytest.raises(RuleBroken, match="đã được giao"):
        activate(draft, by=cast.lan, acknowledged=True)


def test_one_closed_unit_leaves_the_whole_plan_ungiven(cast: Cast, draft: Plan) -> None:
    cast.ptd.closed_on = "2026-09-30"
    cast.ptd.save()
    with pytest.raises(RuleBroken, match="chấm dứt hoạt động"):
        activate(draft, by=cast.lan, acknowledged=True)
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT
    assert not Task.objects.filter(assigned_on__isnull=False).exists()
