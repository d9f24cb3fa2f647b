"""`manage.py write_letter PLAN --kind urge|remind|explain [--on DATE] -o FILE.docx`."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core.clock import today
from reports import letters
from reports.actions import RuleBroken
from reports.letter_facts import LetterKind
from reports.management.commands.write_report import BAD_INPUT, Refused, find_plan, find_user, parse_day


class Command(BaseCommand):
    help = "Soạn công văn đôn đốc, yêu cầu giải trình của một kế hoạch: xuất dự thảo Word."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", metavar="PLAN", help="id, mã hoặc số, ký hiệu của kế hoạch")
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in LetterKind])
        parser.add_argument("--on", metavar="DATE", help="ngày lấy số liệu, ngày/tháng/năm")
        parser.add_argument(
            "--outside", action="store_true", help="gửi cơ quan ngoài thay vì đơn vị thuộc cơ quan"
        )
        parser.add_argument("-o", "--output", required=True, metavar="FILE.docx", help="nơi ghi file Word")
        parser.add_argument("--as", dest="user", metavar="USER", help="tên đăng nhập của người soạn")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["output"])
        try:
            on = parse_day(options["on"]) if options["on"] else today()
            plan, kind = find_plan(options["plan"]), LetterKind(options["kind"])
            tasks = letters.tasks_for(plan, kind, on, outside=options["outside"])
            target.write_bytes(letters.draft(plan, kind, tasks, on, find_user(options["user"])))
        except OSError as error:
            self._refuse(f"Không ghi được tệp {target}: {error.strerror}.")
        except (Refused, RuleBroken, ValueError) as error:
            self._refuse("\n".join(error.messages) if isinstance(error, RuleBroken) else str(error))
        self.stdout.write(f"{target}: {len(tasks)} nhiệm vụ")

    def _refuse(self, message: str) -> None:
        self.stderr.write(message)
        sys.exit(BAD_INPUT)
