"""Writes the empty plan workbook to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.intake.template import FILE_NAME, template


class Command(BaseCommand):
    help = "Ghi tệp Excel mẫu để nhập kế hoạch."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-o", "--output", default=FILE_NAME, metavar="FILE.xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        Path(options["output"]).write_bytes(template())
        self.stdout.write(f"Đã ghi tệp mẫu: {options['output']}")
