"""`manage.py doctor`: is this installation well, and if not, what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from tracker.doctor import CHECKS


class Command(BaseCommand):
    help = "Kiểm tra cấu hình, cơ sở dữ liệu, việc nền, đồng hồ, ổ đĩa, thư; thoát mã 1 khi có mục chưa đạt."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        red = 0
        for name, check in CHECKS:
            finding = check()
            red += not finding.well
            mark = self.style.SUCCESS("ĐẠT     ") if finding.well else self.style.ERROR("CHƯA ĐẠT")
            self.stdout.write(f"{mark}  {name}: {finding.text}")
        sys.exit(1 if red else 0)
