"""What the sentences of a report look up in its snapshot, and the lists they make of it. Pure."""

from collections.abc import Iterable, Sequence

from core.text import count_vi
from plans.attainment import Attainment
from reports.snapshot import Snapshot, TargetRow, TaskRow
from tasks.status import DeadlineClass

MOST_LISTED = 10
"""Lines of one list in the body; the annexes have them all."""


def main_rows(snapshot: Snapshot) -> list[TargetRow]:
    """Each line with the milestone that judges it: what is counted and listed."""
    return [row for row in snapshot.targets if not row.member and row.role == "current"]


def newer_row(snapshot: Snapshot, row: TargetRow) -> TargetRow | None:
    """The row of a figure newer than the one that judges the line."""
    found = (each for each in snapshot.targets if each.key == row.key and not each.member)
    return next((each for each in found if each.role != "current" and each.newest), None)


def is_reached(row: TargetRow) -> bool:
    return row.verdict == Attainment.REACHED


def number_of(rows: Iterable[TargetRow], verdict: Attainment) -> int:
    return sum(row.verdict == verdict for row in rows)


def orders(snapshot: Snapshot) -> list[TaskRow]:
    return [task for task in snapshot.tasks if not task.is_part]


def leaves(snapshot: Snapshot) -> list[TaskRow]:
    """Tasks a unit of ours answers for: an order to many stands through its parts."""
    return [task for task in snapshot.tasks if task.parts is None and not task.outside]


def late_tasks(snapshot: Snapshot) -> list[TaskRow]:
    return [task for task in leaves(snapshot) if task.state == DeadlineClass.OVERDUE]


def by_order(late: Sequence[TaskRow]) -> list[list[TaskRow]]:
    """Tasks of units by the order they are parts of, in the order of the plan."""
    found: dict[str, list[TaskRow]] = {}
    for task in late:
        found.setdefault(task.part_of or task.code, []).append(task)
    return list(found.values())


def listed(items: Sequence[str], what: str, annex: str) -> list[str]:
    """A list of items, cut at MOST_LISTED with the number left to the annex."""
    lines = [f"- {item}" for item in items[:MOST_LISTED]]
    if len(items) > MOST_LISTED:
        lines.append(f"- Và {count_vi(len(items) - MOST_LISTED)} {what} khác ({annex}).")
    return lines


def nonzero(*pairs: tuple[int, str]) -> list[str]:
    """ "{n} words" for each count that is not nothing; "#" in the words is the count."""
    return [words.replace("#", count_vi(n)) for n, words in pairs if n]
