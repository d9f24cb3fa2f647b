"""Asking for one task gives it to exactly those whose list may hold it."""

import pytest

from tasks import actions
from tasks.models import Task
from tasks.sight import task_seen_by
from tests.cast import TODAY, Cast, make_user
from units.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def tasks(cast: Cast) -> list[int]:
    """Tasks of every kind of taking part: led, worked along, drafts, parts, proposals, obstacles, others' offices."""
    along = cast.task("A", coordinators=[(cast.cn1, "coordinating")])
    draft = cast.task("B", given=False)
    order = cast.task("C", lead_group=cast.branches)
    proposed = cast.task("D")
    actions.propose_reassignment(
        proposed, by=cast.minh, reason="Không đúng chức năng", proposed_unit=cast.vpdk
    )
    blocked = cast.task("E")
    actions.raise_obstacle(blocked, by=cast.mai, text="Thiếu máy", asked_of=cast.cn2)
    elsewhere = cast.task("F", cast.doan, tracking_unit=cast.doan, given=False)
    Task.objects.filter(pk=elsewhere.pk).update(assigned_on=TODAY)
    gathering = cast.task("G", cast.doan, collects=order)
    found = [along, draft, order, *order.children.all(), proposed, blocked, elsewhere, gathering]
    return [task.pk for task in found]


def test_one_task_and_the_list_agree_for_everybody(cast: Cast, tasks: list[int]) -> None:
    heads = [make_user(f"h{n}", f"Người {n}", (role, cast.doan)) for n, role in enumerate(Role)]
    seen_at_all = set()
    for user in [*cast.people, *heads]:
        listed = set(Task.objects.visible_to(user).values_list("pk", flat=True))
        asked = {pk for pk in tasks if task_seen_by(user, pk) is not None}
        assert asked == listed, user
        seen_at_all |= asked
    assert seen_at_all == set(tasks)


def test_a_key_of_no_task_is_nothing(cast: Cast) -> None:
    assert task_seen_by(cast.lan, 999_999) is None
