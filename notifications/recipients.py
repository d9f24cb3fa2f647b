"""Who is told: the people of a unit and the owners of an office on a day, read once for many tasks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from units.models import RoleGrant, Unit, User
from units.permissions import Role

People = list[User]


class Directory:
    """Active people by unit and role on a day: two queries, whatever is asked afterwards.

    Leaders never receive anything automatic, whatever else they are (office rule 27); bodies outside our
    authority neither (office rule 28).
    """

    def __init__(self, on: date) -> None:
        self._on = on
        self._units: dict[int, Unit] = {unit.pk: unit for unit in Unit.objects.all()}
        self._people: dict[tuple[int, str], People] = defaultdict(list)
        self._units_of: dict[int, set[int]] = defaultdict(set)
        roles = [Role.UNIT_CLERK, Role.UNIT_HEAD, Role.PLAN_OWNER, Role.LEADER]
        grants = list(
            RoleGrant.objects.valid_on(on)
            .filter(role__in=roles, user__is_active=True)
            .select_related("user")
            .order_by("user_id", "id")
        )
        leaders = {grant.user_id for grant in grants if grant.role == Role.LEADER}
        for grant in grants:
            known = self._people[grant.unit_id, grant.role]
            if grant.user_id not in leaders and grant.user not in known:
                known.append(grant.user)
                if grant.role != Role.PLAN_OWNER:
                    self._units_of[grant.user_id].add(grant.unit_id)

    def is_chased(self, unit_id: int) -> bool:
        return not self._units[unit_id].is_outside

    def is_open(self, unit_id: int) -> bool:
        return self._units[unit_id].is_open(self._on)

    def answering(self, unit_id: int, *, clerk: bool = True, head: bool = True) -> People:
        """Clerks and heads who answer for the unit; when those wanted are missing, the others of that unit.

        A unit without anybody is answered for by the one above it, as a grant reaches its subtree, but not by
        the department itself. Empty when nobody is left, or the unit is closed or outside.
        """
        if not self.is_open(unit_id) or not self.is_chased(unit_id):
            return []
        for unit in self._upwards(unit_id):
            if unit.pk != unit_id and unit.kind in (Unit.Kind.DEPARTMENT, Unit.Kind.COMMITTEE):
                break
            clerks, heads = self._people[unit.pk, Role.UNIT_CLERK], self._people[unit.pk, Role.UNIT_HEAD]
            if clerks or heads:
                wanted = (clerks if clerk else []) + (heads if head else [])
                return list(dict.fromkeys(wanted or heads or clerks))
        return []

    def among(self, user_id: int, unit_id: int) -> People:
        """That person, if still answering for the unit; else nobody."""
        return [person for person in self.answering(unit_id) if person.pk == user_id]

    def owners(self, unit_id: int) -> People:
        """Plan owners of the tracking unit, else of the nearest unit above it that has one."""
        for unit in self._upwards(unit_id):
            found = self._people[unit.pk, Role.PLAN_OWNER]
            if found:
                return list(found)
        return []

    def units_of(self, user: User) -> set[int]:
        """Units whose clerk or head this person is."""
        return self._units_of.get(user.pk, set())

    def _upwards(self, unit_id: int) -> Iterator[Unit]:
        unit: Unit | None = self._units[unit_id]
        while unit is not None:
            yield unit
            unit = self._units[unit.parent_id] if unit.parent_id else None
