"""Duties that come back: their rhythm, their occurrences, the breaches of a rule."""

from tasks.models import Task
from units.models import User


def begin_rhythms(task: Task, by: User) -> None:
    """Sets the rhythms the words of a recurring order name."""
