"""Who is meant by a name in the workbook: units, groups and people, of the database and of the workbook itself."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.clock import today
from core.text import fold, shown
from tracker.intake.draft import UnitRow, unknown
from units.models import Unit, UnitGroup, UnitName, User


class NameUnknown(ValueError):
    """Nobody, or more than one, goes by that name; the message says so in Vietnamese."""


@dataclass
class Directory:
    """Names → who is meant. Units are told by their code, which a unit of the workbook has before it is saved.

    A unit answers to its code, name and short name, and to every name it had; current names stand before old ones,
    open units before closed ones.
    """

    units: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    old_units: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    unit_names: list[str] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    people: dict[str, list[User]] = field(default_factory=lambda: defaultdict(list))
    people_names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, rows: Iterable[UnitRow]) -> "Directory":
        """Everybody the installation knows, and the units and groups of the sheet “Đơn vị”."""
        found = cls()
        day = today()
        for unit in Unit.objects.all():
            known = found.units if unit.is_open(day) else found.old_units
            found._add(known, unit.code, (unit.code, unit.name, unit.short_name))
        former = UnitName.objects.filter(valid_to__isnull=False).values_list(
            "unit__code", "name", "short_name"
        )
        for code, name, short_name in former:
            found._add(found.old_units, code, (name, short_name))
        for group in UnitGroup.objects.named():
            found.groups[fold(group.name)] = group.name
        codes = {fold(code): code for code in Unit.objects.values_list("code", flat=True)}
        for row in rows:
            row.code = codes.get(fold(row.code), row.code)
            found._add(found.units, row.code, (row.code, row.name, row.short_name))
            for name in row.groups:
                found.groups.setdefault(fold(name), name)
        for user in User.objects.filter(is_active=True):
            for name in (user.username, user.full_name):
                if user not in found.people[fold(name)]:
                    found.people[fold(name)].append(user)
            found.people_names.append(user.full_name)
        return found

    def _add(self, known: dict[str, list[str]], code: str, names: Sequence[str]) -> None:
        for name in names:
            key = fold(name)
            if key and code not in known[key]:
                known[key].append(code)
        self.unit_names.extend(name for name in names[-2:] if name)

    def unit(self, name: str) -> str:
        """The code of a unit. Raises NameUnknown with the three nearest names, or with the codes in question."""
        code = self._unit(name)
        if code is None:
            raise NameUnknown(unknown("đơn vị", name, self.unit_names))
        return code

    def group(self, name: str) -> str:
        """The name of a group as it is written where it was made."""
        found = self.groups.get(fold(name))
        if found is None:
            raise NameUnknown(unknown("nhóm", name, self.groups.values()))
        return found

    def unit_or_group(self, name: str) -> tuple[str, str]:
        """(code of a unit, "") or ("", name of a group)."""
        if (code := self._unit(name)) is not None:
            return code, ""
        if fold(name) in self.groups:
            return "", self.groups[fold(name)]
        raise NameUnknown(unknown("đơn vị hoặc nhóm", name, [*self.unit_names, *self.groups.values()]))

    def _unit(self, name: str) -> str | None:
        key = fold(name)
        for known in (self.units, self.old_units):
            codes = known.get(key, [])
            if len(codes) > 1 and name not in codes:
                raise NameUnknown(
                    f"“{shown(name)}” là tên của nhiều đơn vị. Hãy ghi mã đơn vị: {'; '.join(codes)}."
                )
            if codes:
                return name if name in codes else codes[0]
        return None

    def person(self, name: str) -> User:
        found = self.people.get(fold(name), [])
        if len(found) > 1:
            logins = "; ".join(each.username for each in found)
            raise NameUnknown(f"“{shown(name)}” là tên của nhiều người. Hãy ghi tên đăng nhập: {logins}.")
        if not found:
            raise NameUnknown(unknown("người dùng", name, self.people_names))
        return found[0]
