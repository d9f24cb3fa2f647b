"""Who is told: the people of a unit and the owners of an office on a day, read once for many tasks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from notifications.models import Leave, Mailbox
from units.models import RoleGrant, Unit, User
from units.permissions import Role

People = list[User]


class Directory:
    """Active people by unit and role on a day: a constant number of queries, whatever is asked afterwards.

    Leaders never receive anything automatic, whatever else they are (office rule 27); bodies outside our
    authority neither (office rule 28). Who is on leave is not told: whoever stands in for them is.
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
        away = set(
            Leave.objects.filter(starts_on__lte=on, ends_on__gte=on).values_list("person_id", flat=True)
        )
        for grant in grants:
            known = self._people[grant.unit_id, grant.role]
            if grant.user_id in leaders or grant.user in known:
                continue
            if grant.role != Role.PLAN_OWNER:
                self._units_of[grant.user_id].add(grant.unit_id)
            if grant.user_id not in away:
                known.append(grant.user)
        self._mailboxes: dict[int, User] = {}
        for box in Mailbox.objects.filter(account__is_active=True).select_related("account"):
            # The address of today, whatever it was when the account was made.
            box.account.email = self._units[box.unit_id].email
            if box.account.email:
                self._mailboxes[box.unit_id] = box.account
                self._units_of[box.account_id].add(box.unit_id)

    def is_chased(self, unit_id: int) -> bool:
        return not self._units[unit_id].is_outside

    def is_open(self, unit_id: int) -> bool:
        return self._units[unit_id].is_open(self._on)

    def answering(self, unit_id: int, *, clerk: bool = True, head: bool = True) -> People:
        """Clerks and heads who answer for the unit; when those wanted are missing, the others of that unit.

        A unit without anybody is told by its contact address; without one, the one above it answers, as a grant
        reaches its subtree, but not the department itself. Empty when nobody is left, or the unit is closed or outside.
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
            if unit.pk in self._mailboxes:
                return [self._mailboxes[unit.pk]]
        return []

    def has_nobody(self, unit_id: int) -> bool:
        """Neither a person nor an address of the unit itself can be told, though it is to be chased."""
        own = self._people[unit_id, Role.UNIT_CLERK] or self._people[unit_id, Role.UNIT_HEAD]
        return self.is_chased(unit_id) and not own and unit_id not in self._mailboxes

    def without_people(self) -> list[Unit]:
        """Open units of ours that have an address and nobody else."""
        return [
            unit
            for unit in self._units.values()
            if unit.email
            and not unit.is_outside
            and unit.is_open(self._on)
            and unit.pk not in self._mailboxes
            and not self._people[unit.pk, Role.UNIT_CLERK]
            and not self._people[unit.pk, Role.UNIT_HEAD]
        ]

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

    def all_owners(self) -> People:
        """Plan owners of every office."""
        found = [people for (_, role), people in self._people.items() if role == Role.PLAN_OWNER]
        return list(dict.fromkeys(person for people in found for person in people))

    def units_of(self, user: User) -> set[int]:
        """Units whose clerk or head this person is, on leave or not; of a shared mailbox, its unit."""
        return self._units_of.get(user.pk, set())

    def heads_and_clerks(self) -> Iterable[int]:
        """Units of ours that have somebody to tell."""
        return {
            unit_id for (unit_id, role), people in self._people.items() if people and role != Role.PLAN_OWNER
        }

    def _upwards(self, unit_id: int) -> Iterator[Unit]:
        unit: Unit | None = self._units[unit_id]
        while unit is not None:
            yield unit
            unit = self._units[unit.parent_id] if unit.parent_id else None


def ensure_mailboxes(on: date) -> int:
    """Makes the account of each contact address that has to stand in for people; how many."""
    made = 0
    for unit in Directory(on).without_people():
        account, _ = User.objects.get_or_create(
            username=f"hop-thu-{unit.pk}",
            defaults={"full_name": unit.name[:100], "password": "!", "email": unit.email},
        )
        _, new = Mailbox.objects.get_or_create(unit=unit, defaults={"account": account})
        made += new
    return made
