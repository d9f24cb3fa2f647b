"""Account coverage by unit: counts only, so that leadership sees figures and never names.

Counted is who served in the unit on the day, with the status of that day (`ServiceSpell`); exempt people leave the
denominator and are shown beside it; the latest check up to the day stands, unless it was withdrawn. A kind counts when
issued or when activated, as the kind says. (office rule 35)
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from units.models import AccountCheck, AccountKind, ServiceSpell, StaffMember, Unit


@dataclass(slots=True)
class KindCount:
    """Of one unit and one kind: people who must hold it, who do, and who are exempt."""

    required: int = 0
    held: int = 0
    exempt: int = 0

    @property
    def missing(self) -> int:
        return self.required - self.held

    def add(self, other: "KindCount") -> None:
        self.required += other.required
        self.held += other.held
        self.exempt += other.exempt


@dataclass(slots=True)
class UnitCoverage:
    """One unit's row. `staff`: at work; `away`: on the roster, not counted that day; `all_kinds`: everything held."""

    unit: Unit
    staff: int = 0
    away: int = 0
    all_kinds: KindCount = field(default_factory=KindCount)
    kinds: dict[int, KindCount] = field(default_factory=dict)


def kinds_on(on: date) -> list[AccountKind]:
    """Kinds the law makes valid on `on`; older ones are history."""
    return [
        kind
        for kind in AccountKind.objects.all()
        if (kind.valid_from is None or kind.valid_from <= on)
        and (kind.valid_to is None or kind.valid_to >= on)
    ]


def holds(kind: AccountKind, state: str) -> bool:
    """Activated implies issued."""
    return state == AccountCheck.State.ACTIVATED or state == kind.counts_when


def latest_states(
    members: Iterable[int] | QuerySet[Any], kinds: list[AccountKind], on: date
) -> dict[tuple[int, int], str]:
    """(member, kind) → state of the latest check up to `on`, for these people only."""
    standing = AccountCheck.objects.standing().filter(checked_on__lte=on)
    checks = standing.filter(kind__in=kinds, member__in=members)
    newest = (
        standing.filter(member=OuterRef("member"), kind=OuterRef("kind"))
        .order_by("-checked_on", "-id")
        .values("pk")[:1]
    )
    rows = checks.filter(pk=Subquery(newest)).values_list("member", "kind", "state")
    return {(member, kind): state for member, kind, state in rows}


def by_unit(units: Iterable[Unit], on: date) -> tuple[list[AccountKind], list[UnitCoverage]]:
    """Coverage of each of `units` (people of that unit itself, not of its subtree), in their order; four queries."""
    kinds = kinds_on(on)
    rows = {unit.pk: UnitCoverage(unit, kinds={k.pk: KindCount() for k in kinds}) for unit in units}
    serving = ServiceSpell.objects.holding_on(on).filter(unit__in=rows).order_by()
    states = latest_states(serving.values("member"), kinds, on)
    for member, unit_id, employment in serving.values_list("member_id", "unit_id", "employment"):
        row = rows[unit_id]
        if employment not in StaffMember.COUNTED:
            row.away += 1
            continue
        row.staff += 1
        held_all, exempt_any = True, False
        for kind in kinds:
            count = row.kinds[kind.pk]
            state = states.get((member, kind.pk), "")
            if state == AccountCheck.State.EXEMPT:
                count.exempt += 1
                exempt_any = True
                continue
            count.required += 1
            if holds(kind, state):
                count.held += 1
            else:
                held_all = False
        if exempt_any and held_all:
            row.all_kinds.exempt += 1
        else:
            row.all_kinds.required += 1
            row.all_kinds.held += held_all
    return kinds, list(rows.values())


def total(rows: Iterable[UnitCoverage]) -> UnitCoverage | None:
    """Sum of rows, under the first row's unit; None without rows."""
    found = list(rows)
    if not found:
        return None
    result = UnitCoverage(found[0].unit, kinds={kind: KindCount() for kind in found[0].kinds})
    for row in found:
        result.staff += row.staff
        result.away += row.away
        result.all_kinds.add(row.all_kinds)
        for kind, count in row.kinds.items():
            result.kinds[kind].add(count)
    return result
