"""What the queue may call: takes plain values, may run twice, reads the state again. The tick of `notifications` calls
it once a day."""

from tasks.actions import open_occurrences
from tasks.figures import write_task_figures

__all__ = ["open_occurrences", "write_task_figures"]
