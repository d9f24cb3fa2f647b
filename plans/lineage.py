"""What documents say about each other: which is in force on a day, and what a document comes from. No database.

Dates of a document: it takes effect on its effective day, else on the day it was signed; both orders happen (a notice
may hold from a month before its signature). Another document gives way to it only when it is both signed and in
effect: nothing is replaced by a paper that does not exist yet. A document without any day, a draft, replaces nothing
and is not in force.

An amendment leaves both in force. What was replaced stays replaced, also when its successor is replaced in turn.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

BASED_ON, IMPLEMENTS, REPLACES, AMENDS, ANSWERS = (
    "based_on", "implements", "replaces", "amends", "answers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """When a document was signed and when it takes effect, as far as known."""

    issued: date | None = None
    effective: date | None = None

    @property
    def starts(self) -> date | None:
        """In force from this day, if nothing replaced it."""
        return self.effective or self.issued

    @property
    def displaces(self) -> date | None:
        """What it replaces or amends gives way from this day."""
        if self.issued is None or self.effective is None:
            return self.starts
        return max(self.issued, self.effective)


@dataclass(frozen=True, slots=True)
class Link(Generic[Key]):
    """`source` is based on, implements, replaces, amends or answers `target`."""

    source: Key
    target: Key
    kind: str


class Force(StrEnum):
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Standing(Generic[Key]):
    """How a document stands on a day: `since` it was replaced, or has been in force; `by` what replaced it;
    `amended_by` the documents that amend it on that day, oldest first."""

    force: Force
    since: date | None = None
    by: Key | None = None
    amended_by: tuple[Key, ...] = ()


class Lineage(Generic[Key]):
    """All documents in question with their links; answers in time that grows with what hangs together."""

    def __init__(self, days: Mapping[Key, Days], links: Iterable[Link[Key]]) -> None:
        self.days = days
        # Of each kind: document → those it points at, and the other way round.
        self._to: dict[str, dict[Key, list[Key]]] = defaultdict(lambda: defaultdict(list))
        self._from: dict[str, dict[Key, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for link in links:
            self._to[link.kind][link.source].append(link.target)
            self._from[link.kind][link.target].append(link.source)

    def on(self, document: Key, day: date) -> Standing[Key]:
        """How the document stands on the day; exactly one state each day."""
        replaced = self.replaced(document)
        if replaced is not None and replaced[0] <= day:
            return Standing(Force.REPLACED, since=replaced[0], by=replaced[1])
        starts = self._days(document).starts
        if starts is None or starts > day:
            return Standing(Force.NOT_YET, since=starts)
        return Standing(Force.IN_FORCE, since=starts, amended_by=self._amended(document, day))

    def replaced(self, document: Key) -> tuple[date, Key] | None:
        """The first day another document stands in its place, and that document; None when there is none.

        A successor that was itself replaced before it took effect hands its place to its own successor.
        """
        found: tuple[date, Key] | None = None
        for successor in self._reach(document, self._from[REPLACES]):
            day = self._days(successor).displaces
            if day is not None and (found is None or day < found[0]):
                found = (day, successor)
        return found

    def _amended(self, document: Key, day: date) -> tuple[Key, ...]:
        amending = []
        for other in self._from[AMENDS].get(document, ()):
            since = self._days(other).displaces
            if since is not None and since <= day:
                amending.append((since, other))
        return tuple(other for _since, other in sorted(amending, key=lambda pair: pair[0]))

    def circle(self, source: Key, target: Key, kind: str) -> list[Key] | None:
        """The way by which `target` already is of this kind to `source`, both ends named, when the new link would
        close a circle; None when it would not."""
        return self._way(target, source, self._to[kind])

    @staticmethod
    def _way(start: Key, end: Key, edges: Mapping[Key, list[Key]]) -> list[Key] | None:
        came: dict[Key, Key] = {start: start}
        waiting = [start]
        for here in waiting:
            if here == end:
                way = [here]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            for after in edges.get(here, ()):
                if after not in came:
                    came[after] = here
                    waiting.append(after)
        return None

    @staticmethod
    def _reach(start: Key, edges: Mapping[Key, list[Key]]) -> list[Key]:
        """Everything to be reached from `start`, nearest first, each once and without `start` itself."""
        seen = {start}
        found = [start]
        for here in found:
            for after in edges.get(here, ()):
                if after not in seen:
                    seen.add(after)
                    found.append(after)
        return found[1:]

    def chain(self, document: Key, *, upwards: bool) -> list[tuple[int, str, Key]]:
        """(depth, kind of the link, document) of everything `document` comes from, or with `upwards` false of what
        came from it, as a tree read from top to bottom. Each document stands once, where it is nearest to the root of
        its branch that is read first; circles end where they close."""
        edges: dict[Key, list[tuple[str, Key]]] = defaultdict(list)
        for kind, by_kind in (self._to if upwards else self._from).items():
            for here, others in by_kind.items():
                edges[here] += [(kind, other) for other in others]
        found: list[tuple[int, str, Key]] = []
        seen = {document}
        waiting = [(1, kind, other) for kind, other in reversed(edges[document])]
        while waiting:
            depth, kind, here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            found.append((depth, kind, here))
            waiting += [(depth + 1, next_kind, other) for next_kind, other in reversed(edges.get(here, []))]
        return found

    def _days(self, document: Key) -> Days:
        return self.days.get(document, Days())
