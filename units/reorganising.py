"""What happens to units, grants, groups and staff when the organisation changes. `tracker.reorganisation` composes it.

Each function expects to be inside that transaction, under the lock of `lock_organisation`.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from core.text import date_vi
from units.actions import RuleBroken, grant_role, save_unit
from units.models import GroupMember, RoleGrant, StaffMember, Unit, UnitName, User
from units.permissions import Role
from units.service import move_open_spells


def lock_organisation() -> None:
    """One change of the organisation at a time. Rows that point at units may still be written meanwhile."""
    list(Unit.objects.select_for_update(no_key=True).order_by("id").values_list("pk"))


def rename(
    unit: Unit, *, name: str, short_name: str, abbreviation: str, place_name: str, on: date
) -> UnitName:
    """Gives a unit a new name from `on`; the old one keeps its dates. It is not a new unit."""
    current = unit.names.filter(valid_to__isnull=True).first()
    if current is not None and on <= current.valid_from:
        since = date_vi(current.valid_from)
        words = f"Tên gọi hiện nay có hiệu lực từ {since}; hãy chọn ngày sau ngày đó."
        raise RuleBroken({"effective_on": words})
    unit.name, unit.short_name = name, short_name
    save_unit(unit, valid_from=on, renumber=False)
    found = unit.names.get(valid_to__isnull=True)
    found.abbreviation = abbreviation or (current.abbreviation if current else "")
    found.place_name = place_name or (current.place_name if current else "")
    found.save(update_fields=["abbreviation", "place_name"])
    return found


def found_unit(*, code: str, name: str, short_name: str, model: Unit, parent: Unit | None, on: date) -> Unit:
    """A new unit from `on`, of the kind and in the place of `model`, which it takes over from."""
    unit = Unit(
        code=code,
        name=name,
        short_name=short_name,
        kind=model.kind,
        parent=parent,
        position=model.position,
        email=model.email,
        clerk_may_send=model.clerk_may_send,
        opened_on=on,
    )
    return save_unit(unit, valid_from=on, renumber=False)


def close(unit: Unit, on: date) -> None:
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])


def place_under(unit: Unit, parent: Unit | None) -> None:
    """Moves a unit in the tree; the caller renumbers once, at the end."""
    unit.parent = parent
    unit.save(update_fields=["parent"])


def memberships_from(units: Iterable[Unit], on: date) -> QuerySet[GroupMember]:
    """Memberships that reach beyond `on`."""
    reach = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    return GroupMember.objects.filter(reach, unit__in=list(units)).select_related("group", "unit")


def move_membership(membership: GroupMember, to: Iterable[Unit], on: date) -> None:
    """The membership ends on `on`, and each of `to` is a member from then on, unless it is one already."""
    until = membership.valid_to
    if membership.valid_from < on:
        membership.valid_to = on
        membership.save(update_fields=["valid_to"])
    else:
        membership.delete()
    for unit in to:
        already = GroupMember.objects.filter(group=membership.group, unit=unit)
        if not already.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).exists():
            start = max(on, membership.valid_from)
            GroupMember.objects.create(group=membership.group, unit=unit, valid_from=start, valid_to=until)


def grants_from(units: Iterable[Unit], on: date) -> QuerySet[RoleGrant]:
    """Grants that reach to `on` or beyond."""
    reach = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return RoleGrant.objects.filter(reach, unit__in=list(units)).select_related("user", "unit")


def move_grant(grant: RoleGrant, to: Unit | None, on: date, *, by: User) -> RoleGrant | None:
    """The grant ends the day before `on`; the same role begins at `to`, until the same day. Without `to` it ends.

    One that would have begun on `on` or later never comes into force.
    """
    begins, until = max(on, grant.valid_from), grant.valid_to
    grant.valid_to = on - timedelta(days=1)
    grant.valid_from = min(grant.valid_from, grant.valid_to)
    grant.save(update_fields=["valid_from", "valid_to"])
    if to is None:
        return None
    return grant_role(grant.user, Role(grant.role), to, by=by, valid_from=begins, valid_to=until)


def staff_from(units: Iterable[Unit], on: date) -> QuerySet[StaffMember]:
    """People on the roster who have not left by `on`."""
    return StaffMember.objects.filter(unit__in=list(units)).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=on)
    )


def move_staff(members: Iterable[int], to: Unit, on: date, *, paper: str = "") -> int:
    """Their days of joining and leaving stay: it is the same employer. Returns how many."""
    move_open_spells(members, to, on, paper=paper)
    return StaffMember.objects.filter(pk__in=list(members)).update(unit=to)
