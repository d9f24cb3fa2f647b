"""Who does what by when, and every fact about it."""

from .facts import DeadlineChange, Event, Evidence, ProgressUpdate
from .task import Coordination, Task

__all__ = ["Coordination", "DeadlineChange", "Event", "Evidence", "ProgressUpdate", "Task"]
