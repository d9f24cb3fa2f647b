"""Check-ins of standing orders: "cần cập nhật định kỳ" is derived from the last word heard, and is never overdue.

Twice, side by side, as in `tasks.status`: `wants_update()` for one order and `wants_update_sql()` for a query; a test
holds them equal. Orders that only ask (đề nghị, khuyến khích) are followed in the same way.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.db import models
from django.db.models import Q
from django.utils.timezone import get_default_timezone, localtime

from core.deadlines import DeadlineKind


class CheckIn(models.TextChoices):
    """How often a standing order wants to hear from its unit."""

    NONE = "none", "Không yêu cầu"
    WEEK = "week", "Hằng tuần"
    MONTH = "month", "Hằng tháng"
    QUARTER = "quarter", "Hằng quý"


STANDING_KINDS = (DeadlineKind.STANDING, DeadlineKind.RECURRING)


class Facts(Protocol):
    """What is read of an order; a Task has it."""

    @property
    def check_in(self) -> str: ...
    @property
    def deadline_kind(self) -> str: ...
    @property
    def assigned_on(self) -> date | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def nominal_end(self) -> date | None: ...
    @property
    def last_update_at(self) -> datetime | None: ...


def heard_since(check_in: str, on: date) -> date | None:
    """The earliest day on which a word still counts on the day `on`; None where none is wanted."""
    match check_in:
        case CheckIn.WEEK:
            return on - timedelta(days=7)
        case CheckIn.MONTH:
            return _months_before(on, 1)
        case CheckIn.QUARTER:
            return _months_before(on, 3)
        case _:
            return None


def wants_update(facts: Facts, on: date) -> bool:
    """Whether an open standing order wants a word on the day `on`: nothing was heard for its period, counted from the
    day it was given or was to begin."""
    since = heard_since(facts.check_in, on)
    if since is None or facts.assigned_on is None or facts.deadline_kind not in STANDING_KINDS:
        return False
    if facts.nominal_end is not None and on > facts.nominal_end:
        return False
    if facts.last_update_at is not None:
        return localtime(facts.last_update_at).date() < since
    return facts.assigned_on < since and (facts.starts_on is None or facts.starts_on < since)


def wants_update_sql(on: date) -> Q:
    """The same as `wants_update`, as a filter."""
    found = Q(pk__in=())
    for check_in in (CheckIn.WEEK, CheckIn.MONTH, CheckIn.QUARTER):
        since = heard_since(check_in, on)
        assert since is not None
        midnight = datetime.combine(since, time(), get_default_timezone())
        unheard = Q(last_update_at__isnull=True, assigned_on__lt=since) & (
            Q(starts_on__isnull=True) | Q(starts_on__lt=since)
        )
        found |= Q(check_in=check_in) & (Q(last_update_at__lt=midnight) | unheard)
    given = Q(deadline_kind__in=STANDING_KINDS, assigned_on__isnull=False)
    return found & given & (Q(nominal_end__isnull=True) | Q(nominal_end__gte=on))


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
