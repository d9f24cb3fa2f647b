"""The only reader of the clock. Whoever asks "what time is it" asks here, so that tests can freeze it.

Days are local days of the office (setting TIME_ZONE, Asia/Ho_Chi_Minh): a deadline of 31/12 ends at midnight
in Viet Nam, not in UTC.
"""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()


def today() -> date:
    """The present day at the office."""
    return timezone.localdate(now())
