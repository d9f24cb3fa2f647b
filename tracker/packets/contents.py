"""What a packet of a unit holds for a person: figures to be reported and tasks still open, with how new each is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Max

from core.periods import TO_DAY, Period
from plans.collection import rows_of
from plans.models import Measurement, ReportingRound, RoundItem
from plans.owed import Owed, OwedRow, Standing, figures_owed, owed_rows
from tasks.models import Event, Task
from tracker.packets.keys import FIGURE, TASK, RowKey
from units.agency import agency_of
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import Role, capacity, covers

_TO_REPORT = (Standing.RETURNED, Standing.MISSING, Standing.RUNNING, Standing.UNASKED)


def may_exchange(user: User, unit: Unit, on: date) -> bool:
    """The unit itself and those above it, and the office: of its agency, or that follows something it owes."""
    if covers(user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK), unit):
        return True
    offices = [grant.unit for grant in user.grants_today if grant.role == Role.PLAN_OWNER]
    if not offices:
        return False
    if any(covers(((agency.tree_start, agency.tree_end),), unit) for agency in map(agency_of, offices)):
        return True
    followed = Task.objects.visible_to(user).filter(lead_unit=unit).open().exists()
    return followed or any(each.unit == unit for each in figures_owed(user, on))


def acts_for(user: User, unit: Unit) -> bool:
    """Whether the office would be writing for the unit (nhập thay)."""
    return not covers(user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK), unit)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One indicator in one window, and what stands there now."""

    owed: Owed
    window: Period
    known: Measurement | None
    standing: Standing

    @property
    def what(self) -> str:
        return f"{self.owed.indicator.pk}:{self.window.kind}:{self.window.key}"

    @property
    def version(self) -> int:
        return self.known.pk if self.known else 0

    @property
    def key(self) -> RowKey:
        return RowKey(self.owed.unit.pk, FIGURE, self.what, self.version)


@dataclass(frozen=True, slots=True)
class TaskRow:
    task: Task
    unit: Unit
    version: int

    @property
    def what(self) -> str:
        return str(self.task.pk)

    @property
    def key(self) -> RowKey:
        return RowKey(self.unit.pk, TASK, self.what, self.version)


class Contents:
    """The rows of one unit that one person may fill in on a day."""

    def __init__(self, unit: Unit, user: User, on: date) -> None:
        self.unit, self.user, self.on = unit, user, on

    def _grant(self, verb: str, offices: Iterable[Unit | None]) -> RoleGrant | None:
        """As the verbs ask, over what is read already."""
        tracking = (capacity(self.user, verb, answering=self.unit, tracking=office) for office in offices)
        own = capacity(self.user, verb, answering=self.unit)
        return own or next((grant for grant in tracking if grant is not None), None)

    @cached_property
    def windows(self) -> list[FigureRow]:
        """Every figure in its closed and running window and in milestone collections that are open, reported ones too:
        a packet may come back to them."""
        owed = [
            each
            for each in figures_owed(self.user, self.on)
            if each.unit == self.unit
            and not each.indicator.is_computed
            and self._grant("figure.submit", [plan.tracking_unit for plan in each.plans])
        ]
        rows = owed_rows(owed, self.on)
        return [each for row in rows for each in self._of(row)] + self._collections(owed)

    def _collections(self, owed: Iterable[Owed]) -> list[FigureRow]:
        """What milestones collect up to their very day (office rule 14), the earliest first."""
        known = {each.indicator.pk: each for each in owed}
        rounds = (
            ReportingRound.objects.open_on(self.on).filter(period_kind=TO_DAY).order_by("period_end", "pk")
        )
        asked = RoundItem.objects.standing().filter(unit=self.unit, indicator__in=known)
        rows = rows_of(
            rounds.filter(pk__in=asked.values("round")), CalendarDay.objects.with_unit(self.unit), asked
        )
        found = [
            FigureRow(known[row.item.indicator_id], row.item.round.window, row.figure, row.standing)
            for row in rows
        ]
        return sorted(found, key=lambda each: each.window.end)

    @staticmethod
    def _of(row: OwedRow) -> Iterable[FigureRow]:
        if row.closed is not None and row.closed_standing is not None:
            yield FigureRow(row.owed, row.closed, row.in_closed, row.closed_standing)
        if row.running is not None and row.running_standing is not None:
            yield FigureRow(row.owed, row.running, row.in_running, row.running_standing)

    @property
    def figures(self) -> list[FigureRow]:
        """Those still to be reported."""
        return [each for each in self.windows if each.standing in _TO_REPORT]

    @cached_property
    def tasks(self) -> list[TaskRow]:
        """Given tasks the unit leads and has not finished."""
        seen = (
            Task.objects.visible_to(self.user).open().filter(lead_unit=self.unit, assigned_on__isnull=False)
        )
        found = list(
            seen.select_related("tracking_unit", "lead_unit", "plan").order_by("effective_end", "pk")
        )
        found = [each for each in found if self._grant("task.update", [each.tracking_unit])]
        newest = versions_of(found)
        return [TaskRow(each, self.unit, newest.get(each.pk, 0)) for each in found]


def versions_of(tasks: Iterable[Task]) -> dict[int, int]:
    """Task → the newest line of its ledger. One query."""
    lines = Event.objects.filter(task__in=[each.pk for each in tasks]).order_by()
    return dict(lines.values_list("task").annotate(Max("sequence")))
