"""What `doctor` looks at. Each check answers in one line: well, or what to do. None of them raises."""

from __future__ import annotations

import shutil
import smtplib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.core import checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from core.append_only import missing_triggers
from core.clock import now
from notifications import health
from plans import sums
from units import identity
from units.actions import RuleBroken
from units.models import PersonalNumber

CLOCK_SKEW = timedelta(seconds=5)  # a host ahead of the database by more takes jobs that still run elsewhere
FREE_DISK = 0.10
LATE = {
    "oldest_news": "thông báo chờ quá lâu, xem việc nền",
    "oldest_mail": "thư chờ gửi quá lâu, xem việc nền và máy chủ thư",
    "mails_failed_24h": "có thư gửi không thành công trong 24 giờ qua, xem địa chỉ người nhận và máy chủ thư",
    "mail_server_refuses_us": "máy chủ thư không nhận tài khoản hoặc địa chỉ gửi, xem EMAIL_URL, DEFAULT_FROM_EMAIL",
    "addresses_marked": "có địa chỉ không nhận thư, xem trang Gửi thư và việc nền",
    "reminders_today": "hôm nay chưa nhắc việc, chạy: python3 manage.py send_reminders",
}


class Finding(NamedTuple):
    well: bool
    text: str


Check = Callable[[], Finding]


def needs_database(check: Check) -> Check:
    """Without a database the check says so instead of failing."""

    @wraps(check)
    def guarded() -> Finding:
        try:
            return check()
        except DatabaseError:
            return Finding(False, "chưa kiểm tra được vì cơ sở dữ liệu chưa sẵn sàng.")

    return guarded


def configuration() -> Finding:
    bar = checks.WARNING if settings.PRODUCTION else checks.ERROR
    found = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    problems = [str(message.msg) for message in found if message.level >= bar]
    if not retry_is_safe(settings.Q_CLUSTER):
        problems.append("Q_CLUSTER: retry quá ngắn, việc nền có thể chạy hai lần")
    if problems:
        return Finding(False, "sửa cấu hình: " + "; ".join(problems))
    if settings.PRODUCTION:
        return Finding(True, "chế độ vận hành chính thức.")
    kind = "dùng thử (tài khoản mẫu đăng nhập được)" if settings.DEMO_MODE else "chạy tại chỗ"
    return Finding(True, f"chế độ {kind}; khi dùng thật hãy đặt TRACKER_PRODUCTION=1.")


def retry_is_safe(cluster: dict) -> bool:
    """The lock of a job runs from its fetch, so `retry` must outlast the wait in the local queue as well."""
    rounds = ceil((cluster["queue_limit"] + 1) / cluster["workers"]) + 1
    return cluster["retry"] >= cluster["timeout"] * rounds + 60


def database() -> Finding:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        first_line = (str(error).strip().splitlines() or ["không rõ lỗi"])[0]
        return Finding(False, f"không kết nối được ({first_line}); kiểm tra máy chủ và DATABASE_URL.")
    if waiting:
        return Finding(
            False, f"còn {waiting} thay đổi cấu trúc chưa áp dụng; chạy: python3 manage.py migrate"
        )
    return Finding(True, f"{connection.display_name}, cấu trúc mới nhất.")


@needs_database
def worker() -> Finding:
    figures = health.figures()
    silent = figures["worker_silent"]
    if "worker_silent" in figures["red"]:
        since = "chưa chạy lần nào" if silent is None else f"im lặng {silent // 60} phút"
        return Finding(False, f"{since}; chạy: python3 manage.py worker (lệnh start đã gồm việc này)")
    return Finding(True, f"nhịp gần nhất cách đây {silent} giây.")


@needs_database
def outgoing() -> Finding:
    """News, reminders and mails that should have gone out by now."""
    red = health.figures()["red"]
    late = [advice for name, advice in LATE.items() if name in red]
    if late:
        return Finding(False, "; ".join(late))
    return Finding(True, "thông báo, nhắc việc và thư đi đúng lịch.")


@needs_database
def clock() -> Finding:
    if connection.vendor != "postgresql":
        return Finding(True, "cùng máy với cơ sở dữ liệu.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(now() - cursor.fetchone()[0])
    if skew > CLOCK_SKEW:
        return Finding(
            False, f"lệch {skew.total_seconds():.0f} giây so với máy cơ sở dữ liệu; bật đồng bộ giờ (NTP)."
        )
    return Finding(True, f"lệch {skew.total_seconds():.1f} giây so với máy cơ sở dữ liệu.")


def disk() -> Finding:
    usage = shutil.disk_usage(settings.VAR_DIR)
    share, gigabytes = usage.free / usage.total, usage.free / 2**30
    text = f"còn trống {gigabytes:.0f} GB ({share:.0%}) ở {settings.VAR_DIR}"
    if share < FREE_DISK:
        return Finding(False, f"{text}; cần ít nhất {FREE_DISK:.0%}, hãy dọn hoặc mở rộng ổ đĩa.")
    return Finding(True, f"{text}.")


def mail() -> Finding:
    if settings.EMAIL_BACKEND != "notifications.channels.smtp.BoundedBackend":
        folder = getattr(settings, "EMAIL_FILE_PATH", settings.EMAIL_BACKEND)
        return Finding(
            True, f"chưa cấu hình máy chủ thư; thư được ghi vào {folder}. Đặt EMAIL_URL để gửi thật."
        )
    try:
        smtp = get_connection()
        smtp.open()
        smtp.close()
    except (OSError, smtplib.SMTPException) as error:
        return Finding(False, f"máy chủ thư {settings.EMAIL_HOST} không nhận ({error}); kiểm tra EMAIL_URL.")
    return Finding(True, f"máy chủ {settings.EMAIL_HOST} nhận kết nối.")


@needs_database
def ledger() -> Finding:
    missing = missing_triggers(connection)
    if missing:
        return Finding(False, f"thiếu khóa chống sửa ở {', '.join(missing)}; chạy: python3 manage.py migrate")
    return Finding(True, "mọi bảng chỉ được ghi thêm đều có khóa chống sửa, xóa.")


@needs_database
def figure_sums() -> Finding:
    wrong = sums.drift(newest_only=True)
    if wrong:
        fix = "chạy: python3 manage.py rebuild_figure_sums"
        return Finding(False, f"{len(wrong)} số cộng theo cây đơn vị không khớp số liệu; {fix}")
    return Finding(True, "số cộng theo cây đơn vị của kỳ mới nhất khớp số liệu đã xác nhận.")


@needs_database
def personal_numbers() -> Finding:
    """Keys there where numbers are collected or kept, and none left under an old key."""
    if not identity.collects() and not PersonalNumber.objects.exists():
        return Finding(True, "không thu thập.")
    try:
        identity.check_keys()
        old = identity.under_old_keys().count()
    except RuleBroken as error:
        return Finding(False, " ".join(error.messages))
    if old:
        return Finding(False, f"{old} số còn dùng khóa cũ, chạy: python3 manage.py rotate_keys")
    return Finding(True, "được mã hóa bằng khóa hiện hành.")


CHECKS: list[tuple[str, Check]] = [
    ("Cấu hình", configuration),
    ("Cơ sở dữ liệu", database),
    ("Việc nền", worker),
    ("Thông báo đi", outgoing),
    ("Đồng hồ", clock),
    ("Ổ đĩa", disk),
    ("Thư điện tử", mail),
    ("Sổ ghi", ledger),
    ("Số cộng", figure_sums),
    ("Số định danh", personal_numbers),
]
