"""Roster file → roster. Exit 2 with the rows on standard error when anything is wrong; nothing is saved then."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from core.content import ContentError
from core.sheets.reading import SheetError
from units.models import User
from units.roster.importing import RosterRefused, import_roster


class Command(BaseCommand):
    help = "Nhập danh sách nhân sự và tài khoản từ Excel hoặc CSV; có lỗi thì không lưu gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem trước, không lưu")
        parser.add_argument("--json", action="store_true", help="kết quả dạng JSON")
        parser.add_argument(
            "--as", dest="user", metavar="USER", help="tên đăng nhập; mặc định là tài khoản hệ thống"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = (
            User.objects.filter(username=options["user"], is_active=True).first()
            if options["user"]
            else User.objects.system()
        )
        if user is None:
            self._refuse([f"Không có người dùng “{options['user']}”."])
        path = Path(options["file"])
        try:
            outcome = import_roster(path.read_bytes(), path.name, user, dry_run=options["dry_run"])
        except OSError as error:
            self._refuse([f"Không đọc được tệp “{path}”: {error.strerror}."])
        except (SheetError, ContentError) as error:
            self._refuse([str(error)])
        except RosterRefused as refused:
            self._refuse(refused.lines)
        if options["json"]:
            self.stdout.write(
                json.dumps(asdict(outcome) | {"dry_run": options["dry_run"]}, ensure_ascii=False)
            )
            return
        for line in [*outcome.notes, *outcome.changes]:
            self.stdout.write(line)
        self.stdout.write(
            f"{outcome.created} người mới, {outcome.changed} thay đổi, {outcome.unchanged} giữ nguyên,"
            f" {outcome.checks} kết quả tài khoản" + (" (chưa lưu)." if options["dry_run"] else ".")
        )

    def _refuse(self, lines: list[str]) -> NoReturn:
        for line in lines:
            self.stderr.write(line)
        sys.exit(2)
