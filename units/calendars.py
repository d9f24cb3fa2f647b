"""Whose calendar is whose: common days, and the days a unit has of its own (office rule 11: calendars may differ by
agency and by one-stop desk)."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from core.workdays import WorkCalendar

if TYPE_CHECKING:
    from units.models import Unit

# day, kind, and the range of the subtree it holds for; no range: it holds for everybody.
Row = tuple[date, str, int | None, int | None]
_MAKEUP = "makeup"


class UnitCalendars:
    """The calendars of any number of units from rows read once, ordered from the top of the organisation down.

    What a unit says of a day stands over what those above it say, and over the common calendar.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        self._known: dict[frozenset[tuple[int, int]], WorkCalendar] = {}

    def of(self, unit: "Unit | None") -> WorkCalendar:
        place = unit.tree_start if unit is not None else None
        holding = frozenset(
            (start, end)
            for _, _, start, end in self._rows
            if place is not None and start is not None and end is not None and start <= place <= end
        )
        if holding not in self._known:
            self._known[holding] = _calendar(
                tuple(
                    (day, kind)
                    for day, kind, start, end in self._rows
                    if start is None or (start, end) in holding
                )
            )
        return self._known[holding]


# The same days are the same calendar, which keeps what it has counted.
@lru_cache(maxsize=64)
def _calendar(days: tuple[tuple[date, str], ...]) -> WorkCalendar:
    kinds = dict(days)
    return WorkCalendar(
        off=frozenset(day for day, kind in kinds.items() if kind != _MAKEUP),
        working=frozenset(day for day, kind in kinds.items() if kind == _MAKEUP),
    )
