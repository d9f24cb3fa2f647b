"""Whose counts stand on the board of accounts: names never, counts only of those one answers for or stands above."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, make_unit, make_user
from units.actions import renumber_tree, save_member
from units.models import AccountKind, StaffMember, Unit, User
from units.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cast: Cast) -> Unit:
    """Another agency in the same installation, with one person; ours has one in each of two units."""
    AccountKind.objects.create(code="vneid-2", name="VNeID", counts_when="activated")
    other = make_unit("KHAC", "Sở Khác", Unit.Kind.DEPARTMENT)
    renumber_tree()
    other.refresh_from_db()
    for number, unit in enumerate((cast.ptd, cast.cn1, other)):
        save_member(StaffMember(code=f"M{number}", full_name="Nguyễn Văn A", unit=unit))
    return other


def shown(client: Client, user: User) -> set[str]:
    client.force_login(user)
    return {row["unit"].code for row in client.get(reverse("coverage")).context["table"]}


def test_leadership_auditor_and_office_see_their_own_agency_only(
    cast: Cast, other: Unit, client: Client
) -> None:
    for user in (cast.hoa, cast.lan, cast.son):
        assert shown(client, user) == {"PTD", "CN1"}, user


@pytest.mark.parametrize("role", [Role.LEADER, Role.PLAN_OWNER, Role.AUDITOR])
def test_another_agency_sees_none_of_our_counts(cast: Cast, other: Unit, client: Client, role: Role) -> None:
    assert shown(client, make_user("khac", "Người Khác", (role, other))) == {"KHAC"}


def test_a_unit_sees_itself(cast: Cast, other: Unit, client: Client) -> None:
    assert shown(client, cast.minh) == {"PTD"}
    assert shown(client, cast.stranger) == set()
