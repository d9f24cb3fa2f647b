"""`manage.py load_demo [--on DATE]`: a living demo agency, mid-course, dates relative to a day."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import today
from core.fields import parse_day
from tracker.demo.load import DemoNotEmpty, load


class Command(BaseCommand):
    help = "Nạp cơ quan mẫu vào cơ sở dữ liệu còn trống (chỉ ở chế độ dùng thử, TRACKER_DEMO=1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="NGÀY", help="Ngày coi là hôm nay, ví dụ 24/11/2026.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Dữ liệu mẫu chỉ nạp ở chế độ dùng thử: đặt TRACKER_DEMO=1.", returncode=2)
        try:
            day = parse_day(options["on"]) if options["on"] else today()
            counts = load(day)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        except DemoNotEmpty:
            message = "Cơ sở dữ liệu đã có đơn vị; dữ liệu mẫu không trộn với dữ liệu thật."
            raise CommandError(message, returncode=2) from None
        self.stdout.write(
            f"Đã nạp cơ quan mẫu: {counts['units']} đơn vị, {counts['staff']} nhân sự, {counts['plans']} kế hoạch, "
            f"{counts['tasks']} nhiệm vụ."
        )
