"""Does what goes out by itself go out? Figures without any personal data, and which of them are red."""

from datetime import datetime, timedelta
from typing import Any

from core.clock import now, today
from notifications import hours
from notifications.jobs import CANARY, REMINDERS
from notifications.models import Digest, Heartbeat, JobRun
from tasks.models import Event
from units.models import CalendarDay

WORKER_SILENT = timedelta(minutes=2)
NEWS_WAITS = timedelta(minutes=15)
MAIL_WAITS = timedelta(hours=2)  # some wait until nine by rule
REMINDERS_WITHIN = timedelta(minutes=15)  # after the office opens


def figures() -> dict[str, Any]:
    """Ages in seconds (None: nothing of the kind), counts, and under `red` the names of what is not well."""
    at = now()
    open_now = hours.is_open(at, CalendarDay.objects.as_calendar())
    beat = Heartbeat.objects.filter(name=CANARY).values_list("beat_at", flat=True).first()
    news = (
        Event.objects.filter(announced_at__isnull=True)
        .order_by("id")
        .values_list("entered_at", flat=True)
        .first()
    )
    pending = Digest.objects.filter(state=Digest.State.PENDING)
    oldest = pending.order_by("created_at").values_list("created_at", flat=True).first()
    failed = Digest.objects.filter(state=Digest.State.FAILED, created_at__gte=at - timedelta(days=1)).count()
    reminded = JobRun.objects.filter(
        job=REMINDERS, period=today().isoformat(), finished_at__isnull=False
    ).exists()
    expected = open_now and at > hours.moment(today(), hours.OPENS) + REMINDERS_WITHIN
    red = {
        "worker_silent": beat is None or at - beat > WORKER_SILENT,
        "oldest_news": news is not None and at - news > NEWS_WAITS,
        "oldest_mail": open_now and oldest is not None and at - oldest > MAIL_WAITS,
        "mails_failed_24h": failed > 0,
        "reminders_today": expected and not reminded,
    }
    return {
        "worker_silent": _age(beat, at),
        "oldest_news": _age(news, at),
        "oldest_mail": _age(oldest, at),
        "mails_pending": pending.count(),
        "mails_failed_24h": failed,
        "reminders_today": reminded,
        "red": [name for name, is_red in red.items() if is_red],
    }


def _age(since: datetime | None, at: datetime) -> int | None:
    return None if since is None else int((at - since).total_seconds())
