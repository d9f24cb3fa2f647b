"""What goes out by itself: rules, notices, digests, and the state of the machine that sends them."""

from .engine import Heartbeat, JobRun
from .outbox import Digest, Notice
from .rules import Rule

__all__ = ["Digest", "Heartbeat", "JobRun", "Notice", "Rule"]
