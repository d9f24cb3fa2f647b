"""Counts by the unit of today and by the unit first given the task, across reorganisations (norms 6, consequence 6)."""

from collections.abc import Iterable, Mapping
from datetime import date

from core.workdays import WorkCalendar
from tasks import ledger
from tasks.models import Event, Task
from tasks.querysets import TaskQuerySet
from tasks.summaries import Partition, UnitRow, by_task, unit_rows
from units.models import Unit
from units.succession import edges, heirs

# Verbs that give a task another lead.
MOVES = ("hand_over", "decide_reassignment")


def rows_by_present_unit(
    tasks: TaskQuerySet, on: date, calendar: WorkCalendar
) -> tuple[list[UnitRow], set[int]]:
    """What each unit of today leads, and what units that ended in it had led; and which rows hold such past.

    What a split unit had finished stands at its first successor; that of a unit without successor stays its own.
    At most three queries.
    """
    rows = unit_rows(tasks, on, calendar)
    stands_for = {unit: found[0] for unit, found in heirs(edges()).items()}
    moved = {row.unit_id: stands_for[row.unit_id] for row in rows if row.unit_id in stands_for}
    if not moved:
        return rows, set()
    kept = {row.unit_id: row.partition for row in rows if row.unit_id not in moved}
    for row in rows:
        if row.unit_id in moved:
            kept.setdefault(moved[row.unit_id], Partition()).add(row.partition)
    return _rows(kept), set(moved.values())


def rows_by_first_unit(tasks: TaskQuerySet, on: date, calendar: WorkCalendar) -> tuple[list[UnitRow], int]:
    """What each unit was first given, whoever leads it now; and how many parts have since become one with another.

    Such a part counts where it was given, as the part it went on in stands: the sum is that of today and those parts.
    At most five queries.
    """
    leaves = tasks.leaves().given_by(on)
    first = _first_leads(leaves)
    found: dict[int, Partition] = {
        row.unit_id: row.partition for row in unit_rows(leaves.exclude(pk__in=first), on, calendar)
    }
    went_on = dict(leaves.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    standing = by_task(Task.objects.filter(pk__in={*first, *went_on.values()}), on, calendar)
    for task, unit in first.items():
        if part := standing.get(went_on.get(task, task)):
            found.setdefault(unit, Partition()).add(part)
    return _rows(found), len(went_on)


def _first_leads(tasks: TaskQuerySet) -> dict[int, int]:
    """Task → the unit it was given to, of those that have changed their lead. One whose words were removed by decision
    stays with its lead of today."""
    moved = Event.objects.filter(verb__in=MOVES, task__in=tasks).order_by().values("task")
    given = Event.objects.filter(verb="assign", task__in=moved)
    found = {event.task_id: ledger.left_by(event).get("lead_unit_id") for event in given}
    return {task: unit for task, unit in found.items() if unit is not None}


def _rows(partitions: Mapping[int, Partition]) -> list[UnitRow]:
    units: Iterable[Unit] = Unit.objects.filter(pk__in=partitions).order_by("tree_start")
    rows = [UnitRow(unit.pk, unit.name, unit.label, unit.is_outside, partitions[unit.pk]) for unit in units]
    return sorted(rows, key=lambda row: row.outside)
