"""What an import did, or in a preview would do: counts by sheet, and each row in words."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from plans.models import Plan


class Change(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REMOVED = "removed"


@dataclass
class Tally:
    """Rows of one sheet by what became of them."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def count(self, change: Change) -> None:
        name = {Change.NEW: "created", Change.CHANGED: "changed", Change.SAME: "unchanged"}.get(
            change, "removed"
        )
        setattr(self, name, getattr(self, name) + 1)

    @property
    def touches(self) -> bool:
        return bool(self.created or self.changed or self.removed)


@dataclass(frozen=True)
class Outcome:
    """One row: where it stands, what it is about, what became of it, and the names of what changed in it."""

    sheet: str
    number: int
    code: str
    title: str
    change: Change
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskShown:
    """A task as it was understood: the deadline in plain words, with the day it counts to."""

    outcome: Outcome
    lead: str
    along: tuple[str, ...]
    phrase: str
    meaning: str
    nominal: date | None
    effective: date | None


@dataclass(frozen=True)
class TargetShown:
    """A target as it was understood; `milestones`: (words of the text, meaning, level)."""

    outcome: Outcome
    scope: str
    indicators: tuple[str, ...]
    milestones: tuple[tuple[str, str, str], ...]


@dataclass
class Result:
    """`sheets` in the order of the workbook; equal results of preview and saving have equal `digest`s."""

    plan: Plan
    sheets: dict[str, Tally]
    notes: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    tasks: list[TaskShown] = field(default_factory=list)
    targets: list[TargetShown] = field(default_factory=list)

    @property
    def touches(self) -> bool:
        """Whether anything would be new, changed or removed."""
        return any(tally.touches for tally in self.sheets.values())

    def add(self, outcome: Outcome) -> Outcome:
        self.sheets[outcome.sheet].count(outcome.change)
        self.outcomes.append(outcome)
        return outcome

    @property
    def digest(self) -> str:
        """Equal for two runs that would do the same."""
        rows = [(each.sheet, each.code, each.title, each.change, each.what) for each in self.outcomes]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        return {sheet: dict(vars(tally)) for sheet, tally in self.sheets.items()}
