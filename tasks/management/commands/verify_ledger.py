"""`manage.py verify_ledger`: does every task's chain of events still say what was written?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localtime

from core.text import date_vi, number_vi
from tasks import states
from tasks.ledger import first_broken
from tasks.models import Event, Task
from tasks.rules import past_tense


class Command(BaseCommand):
    help = (
        "Kiểm tra sổ ghi của mọi nhiệm vụ. Nêu nội dung đã gỡ theo quyết định và mắt xích hỏng đầu tiên của từng "
        "nhiệm vụ; thoát mã 1 khi có mắt xích hỏng."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        has_events = Exists(Event.objects.filter(task=OuterRef("pk")))
        tasks = Task.objects.annotate(has_events=has_events).filter(
            Q(has_events=True) | Q(assigned_on__isnull=False)
        )
        checked = broken = 0
        for task in tasks.order_by("pk").only("code", "title", "assigned_on").iterator():
            checked += 1
            if not task.has_events:
                broken += 1
                self.stdout.write(
                    f"HỎNG  nhiệm vụ {task.pk} ({task.code}): đã giao nhưng không có dòng nào trong sổ"
                )
                continue
            event = first_broken(task)
            if event is not None:
                broken += 1
                self.stdout.write(
                    f"HỎNG  nhiệm vụ {task.pk} ({task.code}): dòng {event.sequence}, “{_verb(event)}”, "
                    f"ghi lúc {localtime(event.entered_at):%d/%m/%Y %H:%M}, không khớp với nội dung đã ghi"
                )
            elif (day := states.first_difference(Task.objects.get(pk=task.pk))) is not None:
                broken += 1
                self.stdout.write(
                    f"HỎNG  nhiệm vụ {task.pk} ({task.code}): số liệu thống kê từ ngày {day:%d/%m/%Y} "
                    "không khớp với sổ ghi"
                )
        self._tell_gaps()
        events = number_vi(Event.objects.count())
        if broken:
            self.stdout.write(f"{number_vi(broken)} trong {number_vi(checked)} nhiệm vụ có sổ ghi bị hỏng.")
            sys.exit(1)
        self.stdout.write(f"Sổ ghi nguyên vẹn: {number_vi(checked)} nhiệm vụ, {events} dòng.")

    def _tell_gaps(self) -> None:
        """Gaps left by decisions, a line for each task and decision."""
        emptied = Event.objects.filter(removal__isnull=False).select_related("removal", "task")
        gaps: dict[tuple[int, int], list[Event]] = {}
        for event in emptied.order_by("task_id", "sequence"):
            assert event.removal is not None
            gaps.setdefault((event.task_id, event.removal.pk), []).append(event)
        for (pk, _removal), events in gaps.items():
            removal = events[0].removal
            assert removal is not None
            minutes = "chưa có biên bản"
            if removal.minutes_on is not None:
                minutes = f"biên bản số {removal.minutes_number} ngày {date_vi(removal.minutes_on)}"
            lines = ", ".join(str(event.sequence) for event in events)
            self.stdout.write(f"GỠ    nhiệm vụ {pk} ({events[0].task.code}): dòng {lines}, {minutes}")
        if gaps:
            count = sum(map(len, gaps.values()))
            self.stdout.write(f"Đã gỡ nội dung theo quyết định: {number_vi(count)} dòng.")


def _verb(event: Event) -> str:
    try:
        return past_tense(event.verb)
    except KeyError:  # the verb itself was tampered with
        return event.verb
