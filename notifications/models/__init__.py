"""What goes out by itself: rules, notices, digests, and the state of the machine that sends them."""

from .delivery import CalendarFeed, MarkedAddress, Preference
from .engine import Heartbeat, JobRun
from .escalation import Escalation
from .manners import GiaoBan, Leave, Mailbox, Quiet
from .outbox import Digest, Notice
from .rules import Rule, Step, Subject

__all__ = [
    "CalendarFeed",
    "Digest",
    "Escalation",
    "GiaoBan",
    "Heartbeat",
    "JobRun",
    "Leave",
    "Mailbox",
    "MarkedAddress",
    "Notice",
    "Preference",
    "Quiet",
    "Rule",
    "Step",
    "Subject",
]
