"""Fair clocks: what moves the day lateness counts from, and what never does."""

from datetime import date

from core.clock import today
from core.deadlines import effective_end
from tasks.drafting import calendar_of, shifts
from tasks.models import Task


def credit_waiting(task: Task) -> int:
    """Moves the day lateness counts from by the working days the submission waited for its reviewer; how many."""
    if task.submitted_on is None:
        return 0
    calendar = calendar_of(task)
    waited = max(0, calendar.workdays_between(task.submitted_on, today()))
    task.waited_workdays += waited
    if task.counted_end is not None:
        task.counted_end = calendar.add_workdays(task.counted_end, waited)
    return waited


def move_deadline(task: Task, new_end: date) -> tuple[str, ...]:
    """The first deadline stays in `first_effective_end`; days already credited to the unit move along. Names the
    columns to save."""
    calendar = calendar_of(task)
    assert task.effective_end is not None and task.counted_end is not None
    credited = calendar.workdays_between(task.effective_end, task.counted_end)
    task.nominal_end = new_end
    task.effective_end = effective_end(new_end, calendar, shift=shifts(task))
    assert task.effective_end is not None
    task.counted_end = calendar.add_workdays(task.effective_end, credited)
    return ("nominal_end", "effective_end", "counted_end")
