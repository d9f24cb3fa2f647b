"""`manage.py worker`: background jobs. Supervisor and cluster in one command, the same everywhere."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Chạy các việc nền (nhắc việc, gửi thư, lập báo cáo). Dừng bằng Ctrl-C hoặc SIGTERM."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--cluster", type=int, metavar="FD", help="Dùng nội bộ: cụm xử lý, báo nhịp vào tệp đã mở sẵn FD."
        )

    def handle(self, *args: Any, cluster: int | None, **options: Any) -> None:
        if cluster is not None:
            from tracker.cluster import run_cluster

            sys.exit(run_cluster(cluster))
        from tracker.supervisor import Supervisor

        sys.exit(Supervisor().run())
