"""Does what goes out by itself go out? Figures without any personal data, and which of them are red."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from core.clock import now, today
from core.text import count_vi
from notifications import hours
from notifications.jobs import CANARY, REMINDERS
from notifications.models import Digest, Heartbeat, JobRun, MarkedAddress
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
    refused = pending.filter(fault=Digest.Fault.LOGIN).count()
    marked = MarkedAddress.objects.standing().count()
    expected = open_now and at > hours.moment(today(), hours.OPENS) + REMINDERS_WITHIN
    red = {
        "worker_silent": beat is None or at - beat > WORKER_SILENT,
        "oldest_news": news is not None and at - news > NEWS_WAITS,
        "oldest_mail": open_now and oldest is not None and at - oldest > MAIL_WAITS,
        "mails_failed_24h": failed > 0,
        "reminders_today": expected and not reminded,
        "mail_server_refuses_us": refused > 0,
        "addresses_marked": marked > 0,
    }
    return {
        "worker_silent": _age(beat, at),
        "oldest_news": _age(news, at),
        "oldest_mail": _age(oldest, at),
        "mails_pending": pending.count(),
        "mails_failed_24h": failed,
        "reminders_today": reminded,
        "mail_server_refuses_us": refused,
        "addresses_marked": marked,
        "red": [name for name, is_red in red.items() if is_red],
    }


class HealthLine(NamedTuple):
    red: bool
    text: str


def lines(found: dict[str, Any]) -> list[HealthLine]:
    """The figures in words, what is red first."""
    silent = found["worker_silent"]
    said = {
        "worker_silent": "Việc nền chưa chạy lần nào"
        if silent is None
        else f"Nhịp gần nhất của việc nền cách đây {_span(silent)}",
        "reminders_today": "Hôm nay đã nhắc việc" if found["reminders_today"] else "Hôm nay chưa nhắc việc",
        "oldest_news": f"Thông báo chờ lâu nhất: {_span(found['oldest_news'])}",
        "oldest_mail": f"{count_vi(found['mails_pending'])} thư chờ gửi, lâu nhất: {_span(found['oldest_mail'])}",
        "mail_server_refuses_us": "Máy chủ thư không nhận tài khoản hoặc địa chỉ gửi của hệ thống"
        if found["mail_server_refuses_us"]
        else "Máy chủ thư nhận tài khoản gửi của hệ thống",
        "mails_failed_24h": f"{count_vi(found['mails_failed_24h'])} thư gửi không thành công trong 24 giờ qua",
        "addresses_marked": f"{count_vi(found['addresses_marked'])} địa chỉ không nhận thư, chờ kiểm tra",
    }
    made = [HealthLine(name in found["red"], text) for name, text in said.items()]
    return sorted(made, key=lambda line: not line.red)


def _span(seconds: int | None) -> str:
    if seconds is None:
        return "không có"
    if seconds < 120:
        return f"{seconds} giây"
    return f"{seconds // 60} phút" if seconds < 7200 else f"{seconds // 3600} giờ"


def _age(since: datetime | None, at: datetime) -> int | None:
    return None if since is None else int((at - since).total_seconds())
