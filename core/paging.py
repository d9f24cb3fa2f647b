"""Pages of a list that may be very long: nothing counts all its rows."""

from collections.abc import Callable, Iterable
from typing import Any


class LongPage:
    """One page of rows whose keys are read once as far as `most` rows: they say which rows the page shows, whether
    there is a next one, and how many there are, "hơn 500" at the most.

    `first` gives so many keys from the first one on; `read` makes the rows of some keys, in any order, each with its
    `pk`. `wanted` is what the address says: anything but a page number is the first page.
    """

    def __init__(
        self,
        first: Callable[[int], list[int]],
        wanted: str | None,
        *,
        size: int,
        most: int,
        read: Callable[[list[int]], Iterable[Any]],
    ) -> None:
        self.number = max(1, int(wanted)) if wanted and wanted.isdecimal() and len(wanted) < 7 else 1
        self._before = (self.number - 1) * size
        last = self._before + size
        keys = first(max(most, last) + 1)
        self.has_next = len(keys) > last
        shown = keys[self._before : last]
        by_key = {row.pk: row for row in read(shown)} if shown else {}
        self.rows = [by_key[key] for key in shown if key in by_key]
        self.is_capped = len(keys) > max(most, last)
        self.count = len(keys) - 1 if self.is_capped else len(keys)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def start_index(self) -> int:
        return self._before + 1 if self.rows else 0

    @property
    def end_index(self) -> int:
        return self._before + len(self.rows)

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
