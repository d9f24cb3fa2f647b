"""Reminders that higher floors add: reports live above this one, and news travels up as rows, not down as imports.

A source says what it owes on a day, and before a mail goes whether that still stands. Each is registered once, when its
app is ready.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from core.workdays import WorkCalendar
from notifications.models import Notice
from notifications.recipients import Directory
from notifications.rulebook import RuleBook

Owed = Callable[[date, RuleBook, Directory, WorkCalendar], list[Notice]]


class Source(NamedTuple):
    """`owed` gives unsaved notices with keys of its own; `settled` why one of them no longer goes out ("" while it
    stands), None for a notice of somebody else."""

    owed: Owed
    settled: Callable[[Notice], str | None]


_SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    _SOURCES[name] = source


def owed(on: date, book: RuleBook, directory: Directory, calendar: WorkCalendar) -> list[Notice]:
    return [notice for each in _SOURCES.values() for notice in each.owed(on, book, directory, calendar)]


def settled(notice: Notice) -> str | None:
    """None: no source knows it."""
    for each in _SOURCES.values():
        if (found := each.settled(notice)) is not None:
            return found
    return None
