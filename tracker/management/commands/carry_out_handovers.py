"""Carries out by hand what the worker does each day: handovers of work whose day has come."""

from typing import Any

from django.core.management.base import BaseCommand

from core.clock import today
from tracker.handover import carry_out_due


class Command(BaseCommand):
    help = "Thực hiện các bàn giao công việc đã đến ngày."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Đã thực hiện {carry_out_due(today())} bàn giao.")
