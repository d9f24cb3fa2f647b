"""What the queue may call. It is only a bell: each job reads its rows again and may run twice, or late.

`tick` comes each minute. It announces news, starts the reminders of a working day once, and rings for mails
that wait. Nothing is lost when a bell is: the next tick finds the same rows.
"""

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from core.clock import now, today
from core.queue import enqueue
from notifications import announcer, bounces, desk, hours, outbox, planner
from notifications.models import Heartbeat, JobRun
from notifications.outbox import Counts
from notifications.recipients import ensure_mailboxes
from tasks.jobs import open_occurrences
from units.models import CalendarDay

logger = logging.getLogger("notifications")

REMINDERS = "reminders"
OCCURRENCES = "occurrences"
BOUNCES = "bounces"
RUN_LEASE = timedelta(minutes=10)
# Written by a job that came through the queue: proof that the cluster works.
CANARY = "canary"


def canary() -> None:
    Heartbeat.objects.update_or_create(name=CANARY, defaults={"beat_at": now()})


def tick() -> None:
    """Each minute. Its parts stand alone: one that fails is logged and does not stop the others."""
    for part in (
        announcer.announce,
        open_todays_occurrences,
        remind_today,
        gather_urgent,
        read_bounces,
        ring_for_mail,
    ):
        _alone(part)


def open_todays_occurrences() -> bool:
    """The occurrences of recurring duties that are to be seen today, once a day; whether this call made them."""
    run = take(OCCURRENCES, today().isoformat())
    if run is None:
        return False
    finish(run, {"made": open_occurrences(today())})
    return True


def remind_today() -> bool:
    """The reminders of today, once, in office hours of a working day; whether this call made them."""
    if not hours.is_open(now(), CalendarDay.objects.as_calendar()):
        return False
    run = take(REMINDERS, today().isoformat())
    if run is None:
        return False
    written = remind(today())
    finish(run, {"written": written})
    return True


def remind(on: date) -> int:
    """Writes what is owed on the working day `on`, gathers it into mails; returns how many are new."""
    ensure_mailboxes(on)
    desk.settle(on)
    desk.lay(on)
    written = planner.write(planner.owed(on)) + desk.tell_leaders(on)
    outbox.gather(on)
    return written


def gather_urgent() -> None:
    """Urgent news in office hours; at night and on days off it waits for the next morning."""
    if hours.is_open(now(), CalendarDay.objects.as_calendar()):
        outbox.gather_urgent(today())


def read_bounces() -> bool:
    """Mails that came back, every ten minutes; whether this call looked."""
    if not bounces.is_configured():
        return False
    at = localtime(now())
    run = take(BOUNCES, f"{at:%Y-%m-%dT%H:}{at.minute // 10}0")
    if run is None:
        return False
    finish(run, bounces.read_mailbox())
    return True


def ring_for_mail() -> None:
    """One bell while mails wait and may go; a sender takes as many as it can and rings again."""
    if hours.is_open(now(), CalendarDay.objects.as_calendar()) and outbox.is_waiting(today()):
        enqueue("send_notices")


def send_notices() -> Counts:
    """Sends one batch of today's mails, in office hours only."""
    if not hours.is_open(now(), CalendarDay.objects.as_calendar()):
        return Counts()
    counts = outbox.send(today())
    if counts.left:
        enqueue("send_notices")
    return counts


# --- one run per job and period ------------------------------------------------------------------------


def take(job: str, period: str) -> JobRun | None:
    """The run of this job for this period, if it is ours: new, or left by somebody whose lease ran out."""
    at = now()
    try:
        with transaction.atomic():
            return JobRun.objects.create(job=job, period=period, lease_until=at + RUN_LEASE)
    except IntegrityError:
        pass
    left = JobRun.objects.filter(job=job, period=period, finished_at__isnull=True, lease_until__lt=at)
    if not left.update(lease_until=at + RUN_LEASE, started_at=at):
        return None
    return JobRun.objects.get(job=job, period=period)


def finish(run: JobRun, result: dict[str, int]) -> None:
    JobRun.objects.filter(pk=run.pk).update(finished_at=now(), result=json.dumps(result))


def _alone(part: Callable[[], object]) -> None:
    try:
        part()
    except Exception:
        logger.exception("%s failed", part.__name__)
