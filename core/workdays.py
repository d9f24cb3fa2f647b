"""Working days: Monday to Friday, less the days off, plus the Saturdays worked in exchange.

A calendar is two sets of dates and nothing else; where they come from (decisions of the Prime Minister, days
of the agency) is the business of whoever builds it. Counting never counts the first day (Civil Code 91/2015,
article 147).
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

_DAY = timedelta(days=1)


def _is_weekend(d: date) -> bool:
    return d.weekday() >= 5


def _weekdays_until(ordinal: int) -> int:
    """How many Mondays to Fridays there are up to and including day `ordinal` (day 1 was a Monday)."""
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)


@dataclass(frozen=True)
class WorkCalendar:
    """`off`: holidays, substitute days, days of the agency. `working`: days worked in exchange.

    A day in both sets is worked: the order to work names that very day.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_workday(self, d: date) -> bool:
        return d in self.working or not (_is_weekend(d) or d in self.off)

    def next_workday(self, d: date) -> date:
        """The first working day on or after `d`."""
        while not self.is_workday(d):
            d += _DAY
        return d

    def previous_workday(self, d: date) -> date:
        """The last working day on or before `d`."""
        while not self.is_workday(d):
            d -= _DAY
        return d

    def add_workdays(self, d: date, n: int) -> date:
        """The `n`-th working day after `d`, before it for a negative `n`; `d` itself for 0, worked or not."""
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            d += step
            left -= self.is_workday(d)
        return d

    def workdays_between(self, start: date, end: date) -> int:
        """How many working days there are after `start` up to `end` included; 0 when `end` is not later."""
        if end <= start:
            return 0
        return self._workdays_until(end) - self._workdays_until(start)

    def _workdays_until(self, d: date) -> int:
        ordinal = d.toordinal()
        lost = bisect_right(self._lost_weekdays, ordinal)
        gained = bisect_right(self._gained_weekend_days, ordinal)
        return _weekdays_until(ordinal) - lost + gained

    @cached_property
    def _lost_weekdays(self) -> list[int]:
        return sorted(d.toordinal() for d in self.off - self.working if not _is_weekend(d))

    @cached_property
    def _gained_weekend_days(self) -> list[int]:
        return sorted(d.toordinal() for d in self.working if _is_weekend(d))
