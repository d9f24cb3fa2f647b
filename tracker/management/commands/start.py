"""`manage.py start`: from a fresh clone to a page that answers, with one command and nothing configured."""

from __future__ import annotations

import http.client
import importlib
import io
import os
import socket
import sys
import time
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.clock import today
from tracker.processes import Child, StopFlag
from units.models import CalendarDay, Unit, User

FIRST_PAGE_WITHIN = 90  # seconds
STOP_WITHIN = 40


class Command(BaseCommand):
    help = "Chạy hệ thống: chuẩn bị cơ sở dữ liệu, nạp dữ liệu mẫu khi còn trống, chạy trang web và việc nền."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--empty", action="store_true", help="Không nạp dữ liệu mẫu.")

    def handle(self, *args: Any, empty: bool, **options: Any) -> None:
        door = self._open_door()
        self._choose_demo(empty)
        try:
            self._prepare_database(empty)
        except KeyboardInterrupt:
            sys.exit(130)
        stop = StopFlag()
        host, port = door.getsockname()[:2]
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"
        environment = {"SITE_URL": address.rstrip("/"), **os.environ}
        children = {"Trang web": self._start_web(door, environment)}
        door.close()
        try:
            if self._wait_for_page(host, port, children["Trang web"], stop):
                children["Việc nền"] = Child(_manage("worker"), environment)
                self._greet(address)
            self._watch(children, stop)
        finally:
            for child in children.values():
                child.ask_to_stop()
            for child in children.values():
                child.stop(STOP_WITHIN)

    def _open_door(self) -> socket.socket:
        """Take the port first: whoever holds it is the one that prepares the database."""
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, int(port)))
            door.listen()
        except (ValueError, OverflowError):
            raise CommandError(
                f"PORT phải là số từ 1 đến 65535, không phải {port!r}.", returncode=2
            ) from None
        except OSError as error:
            raise CommandError(
                f"Không mở được cổng {port} ({error.strerror}): có chương trình khác đang dùng. "
                f"Dừng chương trình đó, hoặc chọn cổng khác: PORT={int(port) + 1} python3 manage.py start",
                returncode=2,
            ) from None
        return door

    def _choose_demo(self, empty: bool) -> None:
        """Known passwords only where nobody has configured anything, and nobody has said otherwise."""
        if not settings.CONFIGURED and not empty and "TRACKER_DEMO" not in os.environ:
            os.environ["TRACKER_DEMO"] = "1"  # for the children
            settings.DEMO_MODE = True  # for load_demo in this process

    def _prepare_database(self, empty: bool) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Đang chuẩn bị cơ sở dữ liệu…")
            call_command("migrate", interactive=False, verbosity=0)
        if settings.DEMO_MODE and not empty and not Unit.objects.exists():
            self._say("Đang nạp dữ liệu mẫu…")
            call_command("load_demo")
        if not CalendarDay.objects.common().filter(day__year=today().year).exists():
            call_command("seed_calendar")
        call_command("add_indicators", stdout=io.StringIO())
        connection.close()

    def _start_web(self, door: socket.socket, environment: dict[str, str]) -> Child:
        command = [sys.executable, "-m", "gunicorn", "tracker.wsgi:application", "--preload"]
        command += ["--bind", f"fd://{door.fileno()}", "--chdir", str(settings.BASE_DIR)]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        command += ["--timeout", "60", "--graceful-timeout", "10"]
        command += ["--no-control-socket", "--log-level", "warning"]
        return Child(command, environment, pass_fds=[door.fileno()])

    def _wait_for_page(self, host: str, port: int, web: Child, stop: StopFlag) -> bool:
        """True once the first page answers; False when the server ended or we are to stop."""
        deadline = time.monotonic() + FIRST_PAGE_WITHIN
        while not stop.is_set() and web.exit_code() is None:
            try:
                status = _status_of_first_page("127.0.0.1" if host == "0.0.0.0" else host, port)
                if status >= 500:
                    self.stderr.write(f"Trang đầu báo lỗi {status}; xem thông báo ở trên.")
                return True
            except OSError:
                if time.monotonic() > deadline:
                    raise CommandError(f"Trang web không trả lời sau {FIRST_PAGE_WITHIN} giây.") from None
        return False

    def _greet(self, address: str) -> None:
        lines = ["", f"Hệ thống đang chạy tại {address}"]
        accounts = _demo_accounts()
        if accounts:
            lines.append("Tài khoản dùng thử (tên đăng nhập / mật khẩu):")
            lines += [f"  {username} / {word}  {name}, {role}" for username, word, name, role in accounts]
        elif not Unit.objects.exists():
            lines.append("Chưa có dữ liệu. Tạo tài khoản quản trị: python3 manage.py createsuperuser")
        connection.close()
        self._say("\n".join([*lines, "Dừng: Ctrl-C", ""]))

    def _watch(self, children: dict[str, Child], stop: StopFlag) -> None:
        """Comes back on request; when a child ends by itself, the other is not left alone."""
        while not stop.is_set():
            for name, child in children.items():
                code = child.exit_code()
                if code is not None:
                    raise CommandError(f"{name} đã dừng (mã {code}); dừng cả hệ thống.")
            time.sleep(0.2)
        self._say("Đang dừng…")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _demo_accounts() -> list[tuple[str, str, str, str]]:
    """(user name, password, full name, role) of those that can sign in here and now."""
    if not settings.DEMO_MODE or not find_spec("tracker.demo"):
        return []
    known = importlib.import_module("tracker.demo.accounts").DEMO_ACCOUNTS
    present = set(
        User.objects.filter(username__in=[row[0] for row in known]).values_list("username", flat=True)
    )
    return [row for row in known if row[0] in present]


def _status_of_first_page(host: str, port: int) -> int:
    """Open the home page as a stranger would and go where it sends us, which is the sign-in page."""
    path = "/"
    for _ in range(2):
        connection_to_web = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection_to_web.request("GET", path)
            response = connection_to_web.getresponse()
            path = response.headers.get("Location", "")
            if not path.startswith("/"):
                break
        finally:
            connection_to_web.close()
    return response.status


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
