"""Moves personal numbers to the first of the present keys. May be stopped and started again at any moment."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from units.actions import RuleBroken
from units.identity import reseal_some


class Command(BaseCommand):
    help = "Mã hóa lại các số định danh cá nhân bằng khóa hiện hành."

    def handle(self, *args: Any, **options: Any) -> None:
        moved = 0
        try:
            while some := reseal_some():
                moved += some
        except RuleBroken as error:
            raise CommandError(f"Đã mã hóa lại {moved} số rồi dừng. {' '.join(error.messages)}") from error
        self.stdout.write(f"Đã mã hóa lại {moved} số bằng khóa hiện hành.")
