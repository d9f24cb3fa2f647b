"""What goes out by itself: rules, notices, digests, and the state of the machine that sends them."""

from .delivery import CalendarFeed, MarkedAddress, Preference
from .engine import Heartbeat, JobRun
from .outbox import Digest, Notice
from .rules import Rule

__all__ = [
    "CalendarFeed",
    "Digest",
    "Heartbeat",
    "JobRun",
    "MarkedAddress",
    "Notice",
    "Preference",
    "Rule",
]
