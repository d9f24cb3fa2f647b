"""Verbs about units, people and staff. Pages, imports and commands call these and nothing else."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from core.changes import acting
from core.clock import today
from core.text import fold, person_sort_key
from units.agency import keeps_organisation
from units.models import (
    AccountCheck,
    AccountKind,
    GroupMember,
    RoleGrant,
    StaffMember,
    Unit,
    UnitGroup,
    UnitName,
    User,
)
from units.permissions import Role, capacity
from units.service import keep_step
from units.tree import number


class RuleBroken(ValidationError):
    """A rule of the house refuses a verb; the message is for the person who tried."""


@transaction.atomic
def renumber_tree() -> None:
    """Rewrites the integer ranges of all units from their parents, in the order of the organisation.

    Raises RuleBroken when a unit stands above itself.
    """
    units = list(Unit.objects.select_for_update(no_key=True).order_by("id"))
    try:
        places = number((u.pk, u.parent_id, (u.position, u.code)) for u in units)
    except ValueError as error:
        raise RuleBroken({"parent": str(error)}) from error
    changed = []
    for unit in units:
        place = places[unit.pk]
        if (unit.tree_start, unit.tree_end, unit.depth) != place:
            unit.tree_start, unit.tree_end, unit.depth = place
            changed.append(unit)
    Unit.objects.bulk_update(changed, ["tree_start", "tree_end", "depth"], batch_size=500)


def _searchable(unit: Unit) -> str:
    return fold(f"{unit.code} {unit.name} {unit.short_name}")[:400]


@transaction.atomic
def save_unit(unit: Unit, *, valid_from: date | None = None, renumber: bool = True) -> Unit:
    """Creates or updates a unit; a changed name ends the old one, which is kept."""
    unit.search = _searchable(unit)
    unit.full_clean(exclude=["search"])
    unit.save()
    current = unit.names.filter(valid_to__isnull=True).first()
    if current is None:
        start = valid_from or unit.opened_on or date(2000, 1, 1)
        UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name, valid_from=start)
    elif (current.name, current.short_name) != (unit.name, unit.short_name):
        start = valid_from or today()
        if start <= current.valid_from:
            current.name, current.short_name = unit.name, unit.short_name
            current.save(update_fields=["name", "short_name"])
        else:
            current.valid_to = start
            current.save(update_fields=["valid_to"])
            UnitName.objects.create(unit=unit, name=unit.name, short_name=unit.short_name, valid_from=start)
    if renumber:
        renumber_tree()
        unit.refresh_from_db(fields=["tree_start", "tree_end", "depth"])
    return unit


@transaction.atomic
def set_group(name: str, members: list[Unit], *, since: date) -> UnitGroup:
    """Makes the group have exactly these members from `since` on; earlier memberships keep their dates."""
    group, _ = UnitGroup.objects.get_or_create(name=name)
    open_memberships = {m.unit_id: m for m in group.memberships.filter(valid_to__isnull=True)}
    wanted = {unit.pk for unit in members}
    for unit_id, membership in open_memberships.items():
        if unit_id not in wanted:
            if membership.valid_from < since:
                membership.valid_to = since
                membership.save(update_fields=["valid_to"])
            else:
                membership.delete()
    GroupMember.objects.bulk_create(
        GroupMember(group=group, unit_id=pk, valid_from=since)
        for pk in sorted(wanted - open_memberships.keys())
    )
    return group


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    unit: Unit,
    *,
    by: User | None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> RoleGrant:
    """Gives a role in a unit and its subtree; the same open grant is not given twice."""
    with acting(by):
        grant, _ = RoleGrant.objects.get_or_create(
            user=user,
            unit=unit,
            role=role,
            valid_to=valid_to,
            defaults={"granted_by": by, "valid_from": valid_from or today()},
        )
    user.forget_grants()
    return grant


def end_grant(grant: RoleGrant, on: date) -> RoleGrant:
    """Lets a role end with the day `on`, or with its first day when it begins later; an earlier end stays."""
    last = max(on, grant.valid_from)
    if grant.valid_to is None or grant.valid_to > last:
        grant.valid_to = last
        grant.save(update_fields=["valid_to"])
    grant.user.forget_grants()
    return grant


def close_account(user: User) -> User:
    """Nobody signs in with it any more, and whoever is signed in is out: a session holds a digest of the password.
    The name stays in every record."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    return user


@transaction.atomic
def save_member(
    member: StaffMember, *, by: User | None = None, since: date | None = None, paper: str = ""
) -> StaffMember:
    """Creates or updates a person on the roster. A changed unit or status holds from `since`, today when not said, and
    what was before stays in the service history."""
    member.search = fold(f"{member.full_name} {member.code}")[:200]
    member.sort_key = person_sort_key(member.full_name)[:400]
    member.full_clean(exclude=["search", "sort_key"])
    member.save()
    keep_step(member, since or today(), by=by, paper=paper)
    return member


@transaction.atomic
def record_check(
    member: StaffMember,
    kind: AccountKind,
    *,
    by: User,
    state: str,
    checked_on: date,
    source: str = AccountCheck.Source.SEEN,
    reason: str = "",
) -> AccountCheck:
    """Appends what is known of an account today. Refused after today, or before the kind existed.

    Whoever keeps the agency's roster may enter what an official list says (`units.agency`); they alone exempt (office
    rule 35).
    """
    listed = source == AccountCheck.Source.LIST and keeps_organisation(by, member.unit) is not None
    if not by.is_system and not listed and capacity(by, "staff.check", answering=member.unit) is None:
        raise RuleBroken("Đồng chí không có quyền ghi nhận tài khoản của nhân sự đơn vị này.")
    if checked_on > today():
        raise RuleBroken({"checked_on": "Ngày xác nhận không được sau hôm nay."})
    if kind.valid_from and checked_on < kind.valid_from:
        raise RuleBroken({"checked_on": f"{kind.name} chỉ có từ ngày {kind.valid_from:%d/%m/%Y}."})
    if state == AccountCheck.State.EXEMPT and not (by.is_system or listed):
        raise RuleBroken({"state": "Miễn chỉ do cơ quan quản lý danh sách ghi, theo danh sách chính thức."})
    if state in (AccountCheck.State.NOT_YET, AccountCheck.State.EXEMPT) and not reason.strip():
        raise RuleBroken({"reason": "Phải ghi lý do khi chưa kích hoạt hoặc được miễn."})
    return AccountCheck.objects.create(
        member=member,
        kind=kind,
        state=state,
        checked_on=checked_on,
        source=source,
        reason=reason,
        recorded_by=by,
    )
