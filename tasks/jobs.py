"""What the queue may call: takes plain values, may run twice, reads the state again. The tick of `notifications` calls
it once a day."""

from tasks.actions import open_occurrences

__all__ = ["open_occurrences"]
