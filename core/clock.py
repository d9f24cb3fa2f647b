"""The only reader of the clock. Whoever asks "what time is it" asks here, so that tests can freeze it.

Days are local days of the office (setting TIME_ZONE, Asia/Ho_Chi_Minh): a deadline of 31/12 ends at midnight
in Viet Nam, not in UTC.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_replayed: ContextVar[datetime | None] = ContextVar("replayed", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _replayed.get() or timezone.now()


@contextmanager
def replay(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`: the demo tells the story of past months with the verbs people use."""
    token = _replayed.set(moment)
    try:
        yield
    finally:
        _replayed.reset(token)


def today() -> date:
    """The present day at the office."""
    return timezone.localdate(now())
