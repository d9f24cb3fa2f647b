"""`manage.py add_indicators`: the ready indicators this installation does not have yet; what is there stays."""

from typing import Any

from django.core.management.base import BaseCommand

from core.text import count_vi
from plans.catalogue import READY
from plans.definitions import add_ready
from units.models import User


class Command(BaseCommand):
    help = "Thêm các chỉ số của danh mục mẫu chưa có; chỉ số đã có giữ nguyên."

    def handle(self, *args: Any, **options: Any) -> None:
        made = add_ready(READY, by=User.objects.system())
        self.stdout.write(f"Đã thêm {count_vi(len(made))}/{count_vi(len(READY))} chỉ số của danh mục mẫu.")
