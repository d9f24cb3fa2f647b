"""`manage.py send_reminders`: the daily run by hand, sending included."""

import json
from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.clock import today
from core.fields import parse_day
from core.text import count_vi
from notifications import announcer, jobs, outbox
from notifications.models import Notice
from units.models import CalendarDay, User


class Command(BaseCommand):
    help = (
        "Nhắc việc của một ngày làm việc: tìm việc phải nhắc, ghi thông báo, gửi thư. "
        "Chạy lại không gửi lần nữa. Dòng cuối là JSON: due, written, sent, skipped, failed (số thông báo)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="NGÀY", help="Ngày cần nhắc, ví dụ 24/11/2026 hoặc 2026-11-24.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Chỉ cho biết sẽ nhắc ai, không ghi, không gửi."
        )
        parser.add_argument(
            "--as", dest="by", metavar="TÀI_KHOẢN", help="Người chạy lệnh (mặc định: hệ thống)."
        )

    def handle(self, *args: Any, on: str | None, dry_run: bool, by: str | None, **options: Any) -> None:
        day = self._day(on)
        person = self._person(by)
        result = {"due": 0, "written": 0, "sent": 0, "skipped": 0, "failed": 0}
        if not CalendarDay.objects.as_calendar().is_workday(day):
            self.stdout.write(f"Ngày {day:%d/%m/%Y} là ngày nghỉ: không nhắc việc.")
        elif dry_run:
            result["due"] = self._rehearse(day)
        else:
            self.stdout.write(f"Nhắc việc ngày {day:%d/%m/%Y}, người chạy: {person}.")
            result = self._run(day)
        self.stdout.write(json.dumps(result))

    def _day(self, typed: str | None) -> date:
        if typed is None:
            return today()
        try:
            return parse_day(typed)
        except ValueError as error:
            raise CommandError(f"--on: {error}", returncode=2) from None

    def _person(self, username: str | None) -> str:
        if username is None:
            return "hệ thống"
        if not User.objects.filter(username=username, is_active=True).exists():
            raise CommandError(f"--as: không có tài khoản “{username}” đang hoạt động.", returncode=2)
        return username

    def _run(self, day: date) -> dict[str, int]:
        written = announcer.announce() + jobs.remind(day)
        due = Notice.objects.filter(
            state=Notice.State.PENDING, digest__day=day, digest__state="pending"
        ).count()
        outbox.hasten(day)
        total = outbox.Counts(left=True)
        while total.left:
            total.add(outbox.send(day, seconds=600))
        waiting = due - total.sent - total.skipped - total.failed
        if waiting:
            self.stderr.write(f"Còn {waiting} thông báo chưa gửi được; việc nền sẽ gửi lại.")
        settled = {"sent": total.sent, "skipped": total.skipped, "failed": total.failed}
        return {"due": due, "written": written, **settled}

    def _rehearse(self, day: date) -> int:
        """Does everything but send, shows who would get what, and takes it all back."""
        with transaction.atomic():
            announcer.announce()
            jobs.remind(day)
            rows = Notice.objects.filter(state=Notice.State.PENDING, digest__day=day, digest__state="pending")
            people = Counter(rows.values_list("recipient__full_name", "recipient__username"))
            due = rows.count()
            transaction.set_rollback(True)
        for (name, username), count in sorted(people.items()):
            self.stdout.write(f"{name} ({username}): {count_vi(count)} thông báo")
        return due
