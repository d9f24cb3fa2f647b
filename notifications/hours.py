"""When mail may go out: working days, in office hours. Neither on days off nor at night. Pure."""

from datetime import date, datetime, time

from django.conf import settings
from django.utils.timezone import get_current_timezone, localtime

from core.workdays import WorkCalendar

OPENS, CLOSES = settings.MAIL_HOURS
# Until then the owner may still record what a unit has reported otherwise, before the first overdue mail
# reaches the unit (office rule 29).
FIRST_OVERDUE_FROM = time(9, 0)


def is_open(at: datetime, calendar: WorkCalendar) -> bool:
    local = localtime(at)
    return calendar.is_workday(local.date()) and OPENS <= local.time() < CLOSES


def moment(day: date, at: time) -> datetime:
    """That time of that day at the office."""
    return datetime.combine(day, at, tzinfo=get_current_timezone())
