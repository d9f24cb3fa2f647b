"""Plan workbook → plan. Exit 2 with the rows on standard error when anything is wrong; nothing is saved then."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from core.sheets.reading import SheetError
from tracker.intake.applying import apply, preview
from tracker.intake.draft import IntakeRefused
from tracker.intake.reading import read
from units.models import User


class Command(BaseCommand):
    help = "Nhập kế hoạch từ tệp Excel theo mẫu; có lỗi thì không lưu gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem trước, không lưu")
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="tên đăng nhập; mặc định là tài khoản hệ thống"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = (
            User.objects.filter(username=options["user"]).first()
            if options["user"]
            else User.objects.system()
        )
        if user is None:
            self._refuse([f"Không có người dùng “{options['user']}”."])
        path = Path(options["file"])
        try:
            draft = read(path.read_bytes(), path.name)
            result = (preview if options["dry_run"] else apply)(draft, user)
        except OSError as error:
            self._refuse([f"Không đọc được tệp “{path}”: {error.strerror}."])
        except SheetError as error:
            self._refuse([str(error)])
        except IntakeRefused as refused:
            self._refuse(refused.lines())
        for note in result.notes:
            self.stdout.write(note)
        for sheet, tally in result.counts.items():
            words = "{created} mới, {changed} thay đổi, {unchanged} giữ nguyên, {removed} bỏ".format(**tally)
            self.stdout.write(f"{sheet}: {words}")
        totals = {name: sum(tally[name] for tally in result.counts.values())
                  for name in ("created", "changed", "unchanged", "removed")}  # fmt: skip
        summary = {"plan": result.plan.code, "dry_run": options["dry_run"], **totals, "sheets": result.counts}
        self.stdout.write(json.dumps(summary, ensure_ascii=False))

    def _refuse(self, lines: list[str]) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        sys.exit(2)
