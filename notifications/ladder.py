"""The reminder ladder: on which rung a task stands on a day. Pure.

Days are working days. Before the deadline they count towards the *aim*, the last working day on or before the
strict date; after it they count from the end by which lateness is judged (office rule 10). A task stands on
exactly one rung on any day: the highest whose offset has been reached. So an outage of three days gives one
line, not three, and a run repeated in any order of days finds the same rungs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.workdays import WorkCalendar

# Before a break of this many days off, its eve also covers what falls due soon after it (office rule 12).
LONG_BREAK = 3
LOOK_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Rung:
    """`offset` in working days from the deadline; `repeat`: the rung comes again after so many of them. `to_leader` and
    `letter` lay a matter on the owner's desk; they tell nobody by themselves (office rule 27)."""

    name: str
    offset: int
    to_clerk: bool = True
    to_head: bool = False
    to_owner: bool = False
    repeat: int | None = None
    to_leader: bool = False
    letter: bool = False


# The default of the product: the clerk is told in time, the head when it is about to be late, the office
# which follows the plan when it is; a week later the office may lay it before the leader, after another week it writes
# and asks for an explanation. Leaders are never told by the machine (office rule 27).
DEFAULT_RUNGS = (
    Rung("Trước hạn 10 ngày làm việc", -10),
    Rung("Trước hạn 5 ngày làm việc", -5),
    Rung("Trước hạn 3 ngày làm việc", -3),
    Rung("Trước hạn 1 ngày làm việc", -1, to_head=True),
    Rung("Ngày đến hạn", 0, to_head=True),
    Rung("Quá hạn 1 ngày làm việc", 1, to_head=True, to_owner=True),
    Rung("Quá hạn 3 ngày làm việc", 3, to_head=True, to_owner=True),
    Rung("Quá hạn 8 ngày làm việc: chờ chuyển lãnh đạo", 8, to_head=True, to_owner=True, to_leader=True),
    Rung(
        "Quá hạn 13 ngày làm việc: công văn đôn đốc, nhắc lại hằng tuần",
        13, to_head=True, to_owner=True, repeat=5, letter=True,
    ),
)  # fmt: skip


def aim(nominal_end: date, effective_end: date, counted_end: date, calendar: WorkCalendar) -> date:
    """The day reminders count down to: the last working day on or before the strict date.

    Days credited to the unit (a returned result had waited for its reviewer) move it along.
    """
    strict = nominal_end if counted_end == effective_end else counted_end
    return calendar.previous_workday(strict)


def position(on: date, aim: date, counted_end: date, calendar: WorkCalendar) -> int:
    """Working days from the deadline: −3 = three left, 0 = from the aim to the last day, 2 = two late."""
    if on > counted_end:
        return max(1, calendar.workdays_between(counted_end, on))
    return -calendar.workdays_between(on, aim)


def is_eve_of_break(on: date, calendar: WorkCalendar) -> bool:
    """`on` is the last working day before a holiday of three days or more."""
    return calendar.is_workday(on) and calendar.next_workday(on + timedelta(days=1)) - on > timedelta(
        days=LONG_BREAK
    )


def standing(where: int, rungs: Sequence[Rung], *, eve: bool = False) -> tuple[Rung, int] | None:
    """The rung of a task at `where`, and the step it stands for: its offset, or that of its repetition.

    `rungs` rise by offset. On the eve of a long break what falls due within two working days after it counts
    as due on the first. None: too early for any rung.
    """
    if eve and -LOOK_AHEAD <= where < 0:
        where = -1
    reached = [rung for rung in rungs if rung.offset <= where]
    if not reached:
        return None
    rung = reached[-1]
    step = rung.offset
    if rung.repeat and rung is rungs[-1]:
        step += (where - step) // rung.repeat * rung.repeat
    return rung, step


def desk_steps(where: int, rungs: Sequence[Rung]) -> tuple[bool, bool]:
    """(a matter for the leader, a letter) that a task at `where` has reached: rungs passed during an outage count."""
    reached = [rung for rung in rungs if 0 < rung.offset <= where]
    return any(rung.to_leader for rung in reached), any(rung.letter for rung in reached)
