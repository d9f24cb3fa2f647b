"""`manage.py seed_calendar [YEAR …]`: the working calendar of years that have none yet."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import today
from units.calendar import seed


class Command(BaseCommand):
    help = "Nạp ngày nghỉ lễ, nghỉ bù, làm bù của những năm chưa có trong lịch làm việc."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "years", nargs="*", type=int, metavar="NĂM", help="Mặc định: năm trước, năm nay, năm sau."
        )

    def handle(self, *args: Any, years: list[int], **options: Any) -> None:
        this_year = today().year
        if any(not 2000 <= year <= 2100 for year in years):
            raise CommandError("Năm phải từ 2000 đến 2100.", returncode=2)
        written = seed(years or [this_year - 1, this_year, this_year + 1])
        self.stdout.write(f"Đã nạp {written} ngày vào lịch làm việc.")
