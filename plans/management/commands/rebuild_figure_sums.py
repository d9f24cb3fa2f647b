"""`manage.py rebuild_figure_sums`: makes the totals by the tree of units again from the accepted figures."""

from typing import Any

from django.core.management.base import BaseCommand

from core.text import number_vi
from plans import sums


class Command(BaseCommand):
    help = "Tính lại số cộng theo cây đơn vị từ số liệu đã xác nhận."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = len(sums.drift())
        made = sums.rebuild()
        self.stdout.write(f"Đã tính lại {number_vi(made)} dòng; trước đó {number_vi(wrong)} dòng không khớp.")
