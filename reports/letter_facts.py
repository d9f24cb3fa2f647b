"""What a letter of chasing prints, frozen: the plan, the day, the units and their tasks. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from reports.snapshot import PlanFacts


class LetterKind(StrEnum):
    """Before the deadline, after it, and asking why."""

    URGE = "urge"
    REMIND = "remind"
    EXPLAIN = "explain"

    @property
    def is_about_late(self) -> bool:
        return self != LetterKind.URGE


@dataclass(frozen=True, slots=True)
class LetterTask:
    """A task a letter names. `days` are working days: left until the deadline, or gone since it."""

    code: str
    title: str
    unit: str
    product: str
    deadline: str
    due_on: date
    days: int
    progress: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """`tasks` in the order of the organisation; `with_deadline` counts those each unit has with a deadline."""

    plan: PlanFacts
    kind: LetterKind
    on: date
    reply_by: date
    outside: bool
    tasks: tuple[LetterTask, ...]
    with_deadline: dict[str, int]

    def by_unit(self) -> list[tuple[str, list[LetterTask]]]:
        return [(unit, list(rows)) for unit, rows in groupby(self.tasks, key=lambda each: each.unit)]
