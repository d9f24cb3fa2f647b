"""How a recurring duty was kept: its occurrences counted. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.status import DONE_IN_TIME, DeadlineClass, Facts, deadline_class, is_waiting


@dataclass(slots=True)
class Tally:
    """Occurrences given up to a day: `given` = on time + late + missed + open. Discontinued ones are not counted.

    `missed`: the day has passed and nothing was sent. What was sent and waits for its reviewer is open, as its day is
    not settled yet. A missed one that is delivered after all becomes late, never on time.
    """

    on_time: int = 0
    late: int = 0
    missed: int = 0
    open: int = 0

    @property
    def given(self) -> int:
        return self.on_time + self.late + self.missed + self.open

    def words(self) -> str:
        """ "đúng hạn 10, muộn 02, chưa thực hiện 01, đang thực hiện 01"; nothing is left out."""
        parts = [
            ("đúng hạn", self.on_time),
            ("muộn", self.late),
            ("quá hạn chưa thực hiện", self.missed),
            ("đang thực hiện", self.open),
        ]
        return ", ".join(f"{label} {count_vi(n)}" for label, n in parts if n) or "chưa có kỳ nào"


def tally(occurrences: Iterable[Facts], on: date, calendar: WorkCalendar) -> Tally:
    """The occurrences of one duty, or of several, as they stand on the day `on`."""
    found = Tally()
    for each in occurrences:
        where = deadline_class(each, on, calendar)
        if where == DeadlineClass.STOPPED:
            continue
        if where in DONE_IN_TIME:
            found.on_time += 1
        elif where == DeadlineClass.DONE_LATE:
            found.late += 1
        elif where == DeadlineClass.OVERDUE and not is_waiting(each, on):
            found.missed += 1
        else:
            found.open += 1
    return found
