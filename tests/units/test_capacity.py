"""Who acts for whom: the unit that answers, the office that follows, the leader who decides."""

import pytest

from tasks import actions
from tasks.models import Task
from tests.cast import Cast, make_user
from units.models import Unit, User
from units.permissions import Role, capacity

pytestmark = pytest.mark.django_db

DECIDING = ("confirm", "return", "decide_extension", "suspend", "discontinue")


def unled(cast: Cast) -> None:
    cast.plan.leader_in_charge = None
    cast.plan.save()


def may(user: User, task: Task) -> list[str]:
    return [verb for verb in DECIDING if actions.may(user, verb, Task.objects.get(pk=task.pk))]


def test_a_leader_above_the_office_decides_where_nobody_is_named(cast: Cast) -> None:
    unled(cast)
    assert may(cast.hoa, cast.task()) == list(DECIDING)


def test_leading_only_the_unit_that_answers_decides_nothing(cast: Cast) -> None:
    """The deputy director of the attached body would confirm their own work and move their own deadline."""
    unled(cast)
    deputy = make_user("pho", "Cao Văn Phó", (Role.LEADER, cast.vpdk))
    task = cast.task(lead=cast.cn1)
    assert Task.objects.visible_to(deputy).filter(pk=task.pk).exists()
    assert may(deputy, task) == []


def test_the_leader_in_charge_decides_on_bodies_outside_the_agency_too(cast: Cast) -> None:
    assert may(cast.hoa, cast.task(lead=cast.ubtx)) == list(DECIDING)


def test_who_both_leads_and_follows_the_plan_decides_as_leader(cast: Cast) -> None:
    """Otherwise a leader would have to name another leader for their own decision."""
    both = make_user("kiem", "Tạ Thị Kiêm", (Role.PLAN_OWNER, cast.vp), (Role.LEADER, cast.so))
    cast.plan.leader_in_charge = both
    cast.plan.save()
    grant = actions.may(both, "decide_extension", cast.task())
    assert grant is not None and grant.role == Role.LEADER


@pytest.mark.parametrize("role", [Role.ADMIN, Role.STAFF_ADMIN, Role.AUDITOR])
def test_roles_that_only_keep_or_read_decide_nothing(cast: Cast, role: Role) -> None:
    unled(cast)
    assert may(make_user("khac", "Người Khác", (role, cast.so)), cast.task()) == []


def test_a_grant_reaches_the_subtree_and_not_what_stands_above(cast: Cast) -> None:
    def reaches(user: User, unit: Unit) -> bool:
        return capacity(user, "task.submit", answering=unit) is not None

    assert reaches(cast.dung, cast.cn1) and reaches(cast.dung, cast.vpdk)
    assert not reaches(cast.tu, cast.vpdk) and not reaches(cast.tu, cast.cn2)
