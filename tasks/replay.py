"""How a task stood at the end of each day, made again from the lines of its ledger. Pure: no database, no clock.

An order to many has no facts of its own about time: after every line of a part it stands where `tasks.status.sum_up`
says, as `tasks.orders.refresh` keeps it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from tasks.status import Execution, sum_up

DATES = frozenset(
    {
        "assigned_on", "nominal_end", "effective_end", "first_effective_end", "counted_end", "submitted_on",
        "completed_on",
    }
)  # fmt: skip

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ledger. `place` orders the lines of all tasks; `reported_at` is when the report it wrote was
    entered. `changed` is column → [before, after]; None where the content was removed by decision."""

    place: int
    day: date
    verb: str
    changed: Mapping[str, Sequence[Any]] | None
    reported_at: datetime | None = None


class ContentRemoved(ValueError):
    """A line whose content is gone: what it changed is not known any more."""


def replay(present: Columns, lines: Iterable[Line]) -> list[tuple[date, Columns]]:
    """The days on which a unit's task changed, each with how it stood at its end, oldest first.

    `present` are the columns of today: what no line ever changed stood so from the start. Raises ContentRemoved.
    """
    lines = list(lines)
    columns = _beginning(present, lines)
    found: list[tuple[date, Columns]] = []
    for line in lines:
        columns = _after(columns, line)
        _note(found, line.day, columns)
    return found


def replay_order(
    present: Columns, lines: Iterable[Line], parts: Sequence[tuple[Columns, Sequence[Line]]]
) -> list[tuple[date, Columns]]:
    """The same for an order to many: its own lines and those of its parts, in the order they were written."""
    lines = list(lines)
    columns = _beginning(present, lines)
    standing: dict[int, Columns] = {}
    beginnings = [_beginning(part, its) for part, its in parts]
    every = [(line.place, -1, line) for line in lines]
    every += [(line.place, number, line) for number, (_, its) in enumerate(parts) for line in its]
    found: list[tuple[date, Columns]] = []
    own = ""
    for _, number, line in sorted(every, key=lambda each: each[:2]):
        if number < 0:
            columns, own = _after(columns, line), line.verb
        else:
            standing[number] = _after(standing.get(number, beginnings[number]), line)
        # Giving the parts leaves the order as it was given; one that joins later does not.
        if own == "assign_member" or (number >= 0 and line.verb != "assign"):
            columns = _summed(columns, standing.values())
        if number < 0 or columns != found[-1][1]:
            _note(found, line.day, columns)
    return found


def _beginning(present: Columns, lines: Sequence[Line]) -> Columns:
    """The columns before the first line: a column some line changed stood as that line says it did."""
    columns = dict(present)
    for line in reversed(lines):
        for name, (before, _after) in (line.changed or {}).items():
            if name in columns:
                columns[name] = _value(name, before)
    if "last_update_at" in columns:
        columns["last_update_at"] = None
    return columns


def _after(columns: Columns, line: Line) -> Columns:
    if line.changed is None:
        raise ContentRemoved
    changed = {name: _value(name, after) for name, (_, after) in line.changed.items() if name in columns}
    if line.reported_at is not None and "last_update_at" in columns:
        changed["last_update_at"] = line.reported_at
    return columns | changed


def _summed(columns: Columns, parts: Iterable[Columns]) -> Columns:
    found = sum_up([SimpleNamespace(**part) for part in parts])
    if found is None or columns["execution"] == Execution.DISCONTINUED:
        return columns
    changed: Columns = {
        "confirmation": found.confirmation.value,
        "submitted_on": found.submitted_on,
        "completed_on": found.completed_on,
    }
    if columns["counted_end"] is not None and found.counted_end is not None:
        changed["counted_end"] = found.counted_end
    changed["execution"] = order_execution(columns["execution"], is_done=found.completed_on is not None)
    return columns | changed


def order_execution(now: str, *, is_done: bool) -> str:
    """An order to many is done with the last of its parts, and goes on when one of them is opened again."""
    if is_done:
        return Execution.DONE.value
    return Execution.IN_PROGRESS.value if now == Execution.DONE else Execution(now).value


def _value(name: str, written: Any) -> Any:
    if name in DATES and isinstance(written, str):
        return date.fromisoformat(written)
    return written


def _note(found: list[tuple[date, Columns]], day: date, columns: Columns) -> None:
    """As `tasks.states.record`: nothing when nothing changed, one row a day."""
    if found and found[-1][1] == columns:
        return
    if found and found[-1][0] >= day:
        found[-1] = (found[-1][0], columns)
    else:
        found.append((day, columns))


__all__ = ["ContentRemoved", "Line", "order_execution", "replay", "replay_order"]
