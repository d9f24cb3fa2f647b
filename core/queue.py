"""The queue, seen through a keyhole: nobody else imports django_q.

The queue is only a bell. What must be done is a row in our own tables; a job reads them again when it runs.
Hence: jobs by name from a fixed list, and nothing in the payload but ids. Enqueueing inside a transaction
is part of it: no commit, no job.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction

from core import clock

JOBS: dict[str, str] = {
    "tick": "notifications.jobs.tick",
    "canary": "notifications.jobs.canary",
    "send_notices": "notifications.jobs.send_notices",
    "build_report": "reports.jobs.build_report",
    "carry_out_handovers": "tracker.jobs.carry_out_handovers",
}
"""Every job there is: its name and the function that does it."""

TICK = "tick"
LONGEST_ID = 200
_LOCK_NUMBER = 7_341_652_908  # of this product; any number nobody else locks


def enqueue(name: str, *ids: int | str) -> str:
    """Ask a worker to run the job `name` with these ids; returns the id of the queue entry.

    Raises ValueError for a name not in JOBS, TypeError for a payload that is not int or short str: the
    queue keeps payloads as pickles, so objects and typed text stay out of it.
    """
    if name not in JOBS:
        raise ValueError(f"no job named {name!r}")
    for each in ids:
        if type(each) not in (int, str) or (isinstance(each, str) and len(each) > LONGEST_ID):
            raise TypeError(f"job {name}: a payload is an id, not {type(each).__name__}")
    from django_q.tasks import async_task

    return async_task(JOBS[name], *ids)


def sync_schedules() -> None:
    """Make the schedules what the code says: one row, "tick", each minute; all others go.

    One row without arguments, because a single row django-q cannot read stops every schedule. May run
    at any time, twice, and in several processes at once.
    """
    from django_q.models import Schedule

    wanted = {
        "name": TICK,
        "func": JOBS[TICK],
        "schedule_type": Schedule.MINUTES,
        "minutes": 1,
        "repeats": -1,
        "hook": None,
        "args": None,
        "kwargs": None,
        "cron": None,
        "cluster": None,
        "intended_date_kwarg": None,
    }
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # SQLite transactions are IMMEDIATE: one writer at a time already.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_NUMBER])
        now = clock.now()
        kept = Schedule.objects.filter(name=TICK).order_by("id").first()
        if kept is None:
            kept = Schedule.objects.create(**wanted, next_run=now)
        else:
            # A next run far ahead is left by a clock that was wrong; the tick would sleep until then.
            in_time = kept.next_run is not None and kept.next_run <= now + timedelta(minutes=2)
            Schedule.objects.filter(pk=kept.pk).update(**wanted, next_run=kept.next_run if in_time else now)
        Schedule.objects.exclude(pk=kept.pk).delete()
