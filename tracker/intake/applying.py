"""Brings the database to what a draft says, in one transaction, through the verbs of the apps.

A draft plan becomes what the workbook says: rows that are no longer in it are taken out. A plan that has been given
keeps its content: the same workbook changes nothing, any other one is refused row by row. Units and staff are lists
that live on: a row changes what it says, a blank cell says nothing, a row that is missing stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from core.changes import acting
from core.clock import today
from core.text import fold
from plans import sums
from plans.drafting import put
from plans.models import Plan
from tracker.intake import layout
from tracker.intake.accounts import known_kinds
from tracker.intake.checking import check
from tracker.intake.draft import CheckRow, Draft, IntakeRefused, Line, StaffRow, UnitRow
from tracker.intake.planning import PlanWriter
from tracker.intake.result import Change, Outcome, Result, Tally
from units.actions import record_check, renumber_tree, save_member, save_unit, set_group
from units.agency import is_administrator, keeps_organisation
from units.models import AccountCheck, AccountKind, StaffMember, Unit, UnitGroup, User

NOT_SAVED = "không lưu được: trùng với dữ liệu vừa có người lưu, hoặc các ô mâu thuẫn. Hãy xem lại dòng này."
NOT_YOURS = "không thuộc cơ quan của đồng chí nên không nhập được ở đây."


@transaction.atomic
def apply(draft: Draft, by: User) -> Result:
    """Saves a draft. Raises IntakeRefused with every error; then nothing is saved."""
    if draft.plan is not None:
        check(draft, by)
    if draft.errors or draft.plan is None:
        raise IntakeRefused(draft.errors)
    with acting(by), sums.following_tree():
        return _Applier(draft, by).run()


def preview(draft: Draft, by: User) -> Result:
    """What `apply` would do: the same work, taken back. Raises IntakeRefused likewise."""
    with transaction.atomic():
        result = apply(draft, by)
        transaction.set_rollback(True)
    return result


# Field of a model → column of its sheet, where their names differ.
_CELLS = {
    "lead_unit": "lead",
    "lead_group": "lead",
    "nominal_end": "phrase",
    "starts_on": "phrase",
    "unit": "whom",
    "group": "whom",
    "parent": "parent",
}


@contextmanager
def at_row(line: Line, first: str) -> Iterator[None]:
    """What the verbs refuse becomes an error at the cell it is about, else at the cell `first`."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in by_field.items():
            key = _CELLS.get(name, name)
            for message in messages:
                line.wrong(key if key in line.table.columns else first, message)
    except IntegrityError:
        line.wrong(first, NOT_SAVED)


class _Applier:
    """One import: sheet after sheet in the order they need each other."""

    def __init__(self, draft: Draft, by: User) -> None:
        assert draft.plan is not None
        self.draft = draft
        self.by = by
        self.today = today()
        self.result = Result(Plan(), {sheet: Tally() for sheet in layout.SHEETS}, notes=list(draft.notes))
        self.units: dict[str, Unit] = {}

    def run(self) -> Result:
        self._units()
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self._refuse_errors()
        writer = PlanWriter(self.draft, self.by, self.units, self.result, at_row)
        writer.write()
        self._staff()
        self._refuse_errors()
        self.result.plan = writer.plan
        return self.result

    def _refuse_errors(self) -> None:
        if self.draft.errors:
            raise IntakeRefused(self.draft.errors)

    # --- units and groups

    def _units(self) -> None:
        existing = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        position = Unit.objects.aggregate(last=Max("position"))["last"] or 0
        saved = []
        for row in self.draft.units:
            unit = existing.get(row.code)
            if unit is None:
                position += 1
                unit = Unit(code=row.code, position=position)
            saved.append((row, unit))
        # Parents may stand below their children: two passes over the rows.
        for row, unit in saved:
            existing[row.code] = unit
        outcomes: dict[str, tuple[Change, list[str]]] = {}
        for row, unit in self._parents_first(saved):
            parent = existing.get(row.parent_code)
            if parent is not None and parent._state.adding:
                continue  # refused itself; its own row says why
            with at_row(row.line, "name"):
                outcomes[row.code] = self._save_unit(row, unit, parent)
        if any(change != Change.SAME for change, _ in outcomes.values()):
            renumber_tree()
        groups = self._groups()
        for row, _ in saved:
            change, what = outcomes.get(row.code, (Change.SAME, []))
            if row.code in groups:
                what = [*what, "nhóm"]
                change = Change.CHANGED if change == Change.SAME else change
            self._add(layout.UNITS, row.line, row.code, row.name, change, what)

    @staticmethod
    def _parents_first(rows: list[tuple[UnitRow, Unit]]) -> Iterator[tuple[UnitRow, Unit]]:
        waiting = {row.code: (row, unit) for row, unit in rows}
        while waiting:
            ready = [code for code, (row, _) in waiting.items() if row.parent_code not in waiting]
            for code in ready:
                yield waiting.pop(code)

    def _save_unit(self, row: UnitRow, unit: Unit, parent: Unit | None) -> tuple[Change, list[str]]:
        is_new = unit.pk is None
        wanted: dict[str, Any] = {"name": row.name, "kind": row.kind}
        wanted |= {
            key: value for key, value in (("short_name", row.short_name), ("email", row.email)) if value
        }
        if parent is not None:
            wanted["parent"] = parent
        before = unit.parent
        what = put(unit, wanted)
        if not what and not is_new:
            return Change.SAME, []
        if not self._keeps(unit, before, is_new):
            row.line.wrong("code", NOT_YOURS)
            return Change.SAME, []
        starts = self.draft.plan.starts_on if self.draft.plan else None
        save_unit(unit, valid_from=min(starts or self.today, self.today) if is_new else None, renumber=False)
        return (Change.NEW if is_new else Change.CHANGED), field_words(Unit, what)

    def _keeps(self, unit: Unit, before: Unit | None, is_new: bool) -> bool:
        """Whether this person may write this unit: where it stood and where it shall stand."""
        if self.by.is_system or is_administrator(self.by):
            return True
        if unit.parent is None:
            return is_new and unit.is_outside
        places = [unit.parent] if is_new else [unit, unit.parent, *([before] if before else [])]
        return all(self._in_reach(place) for place in places)

    def _in_reach(self, place: Unit) -> bool:
        """A unit saved in this import has no place in the numbering yet: what is above it counts."""
        above: Unit | None = place
        while above is not None and above.tree_start == 0:
            above = above.parent
        return above is not None and keeps_organisation(self.by, above) is not None

    def _groups(self) -> set[str]:
        """Adds units to the groups their rows name: the codes of units that joined one. Nobody is taken out."""
        wanted: dict[str, list[UnitRow]] = {}
        known = {fold(group.name): group for group in UnitGroup.objects.named()}
        names: dict[str, str] = {}
        for row in self.draft.units:
            for name in row.groups:
                names.setdefault(fold(name), name)
                wanted.setdefault(fold(name), []).append(row)
        plan = self.draft.plan
        since = min((plan.starts_on if plan else None) or self.today, self.today)
        joined: set[str] = set()
        for key, rows in wanted.items():
            group = known.get(key)
            members = list(group.members_on(self.today)) if group else []
            codes = {unit.code for unit in members}
            added = [row for row in rows if row.code not in codes]
            if not added:
                continue
            units = {unit.code: unit for unit in Unit.objects.filter(code__in=[row.code for row in added])}
            own = self.by.is_system or is_administrator(self.by)
            for row in added:
                unit = units.get(row.code)
                if (
                    unit is not None
                    and not own
                    and not unit.is_outside
                    and not keeps_organisation(self.by, unit)
                ):
                    row.line.wrong("groups", NOT_YOURS)
            with at_row(added[0].line, "groups"):
                set_group(group.name if group else names[key], [*members, *units.values()], since=since)
            joined |= set(units)
        return joined

    # --- staff

    def _staff(self) -> None:
        existing = {member.code: member for member in StaffMember.objects.select_related("unit")}
        kinds = {kind.code: kind for kind in known_kinds()}
        for row in self.draft.staff:
            unit = self.units[row.unit_code]
            with at_row(row.line, "code"):
                change, what = self._save_member(row, existing.get(row.code), unit, kinds)
                self._add(layout.STAFF, row.line, row.code, row.full_name, change, what)

    def _save_member(
        self, row: StaffRow, known: StaffMember | None, unit: Unit, kinds: dict[str, AccountKind]
    ) -> tuple[Change, list[str]]:
        member = known or StaffMember(code=row.code)
        before = known.unit if known else None
        wanted: dict[str, Any] = {"full_name": row.full_name, "unit": unit}
        optional = {"position": row.position, "employment": row.employment, "joined_on": row.joined_on}
        wanted |= {key: value for key, value in optional.items() if value}
        what = put(member, wanted)
        checks = [(kinds[each.kind], each) for each in row.checks]
        checks = [
            (kind, told) for kind, told in checks if known is None or not self._known(member, kind, told, row)
        ]
        if known is not None and not what and not checks:
            return Change.SAME, []
        if not self.by.is_system and not is_administrator(self.by):
            for place in filter(None, [unit, before]):
                if keeps_organisation(self.by, place) is None:
                    row.line.wrong("unit", NOT_YOURS)
                    return Change.SAME, []
        if what or known is None:
            save_member(member)
        for kind, told in checks:
            if kind._state.adding:
                kinds[kind.code] = kind = self._create_kind(kind)
            assert row.checked_on is not None
            reason = (
                row.reason if told.state in (AccountCheck.State.NOT_YET, AccountCheck.State.EXEMPT) else ""
            )
            record_check(
                member, kind, by=self.by, state=told.state, checked_on=row.checked_on,
                source=AccountCheck.Source.LIST, reason=reason,
            )  # fmt: skip
        words = field_words(StaffMember, what) + [kind.short_name or kind.name for kind, _ in checks]
        return (Change.NEW if known is None else Change.CHANGED), words

    @staticmethod
    def _known(member: StaffMember, kind: AccountKind, told: CheckRow, row: StaffRow) -> bool:
        """Whether the same was recorded of that day already."""
        if kind._state.adding or row.checked_on is None:
            return False
        same = AccountCheck.objects.standing().filter(
            member=member, kind=kind, checked_on=row.checked_on, state=told.state
        )
        return same.exists()

    @staticmethod
    def _create_kind(kind: AccountKind) -> AccountKind:
        fields = [field.attname for field in kind._meta.concrete_fields if not field.primary_key]
        return AccountKind.objects.create(**{name: getattr(kind, name) for name in fields})

    # --- words

    def _add(self, sheet: str, line: Line, code: str, title: str, change: Change, what: list[str]) -> None:
        self.result.add(Outcome(sheet, line.number, code, title, change, tuple(what)))


def field_words(model: Any, names: list[str]) -> list[str]:
    """Fields as people call them."""
    return [str(model._meta.get_field(name).verbose_name) for name in names]
