"""What an office pastes into a unit's group chat: title, dates and the address, never a person (office rule 33)."""

from django.conf import settings
from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day
from core.text import clean_line, count_vi
from tasks.drafting import calendar_of
from tasks.models import Task

LONGEST = 500


def written(task: Task) -> str:
    """At most `LONGEST` characters: what is left out is cut from the title, never from the dates or the address."""
    own = task.lead_unit_id == task.tracking_unit_id
    head = "Nhắc việc: " if own else f"{task.tracking_unit.label} đề nghị {task.lead_label}: "
    address = f"{settings.SITE_URL}{reverse('task', args=[task.pk])}"
    tail = f"\n{_dates(task)}\n{address}"
    title = clean_line(task.title)
    room = LONGEST - len(head) - len(tail)
    if len(title) > room:
        title = f"{title[: max(0, room - 1)].rstrip()}…"
    return f"{head}{title}{tail}"


def _dates(task: Task) -> str:
    if task.nominal_end is None or task.counted_end is None or task.is_standing:
        return "Đề nghị cập nhật tiến độ trên hệ thống."
    late = calendar_of(task).workdays_between(task.counted_end, today())
    # A body outside and a soft order are never called late (office rule 28).
    stands = (
        f", đã quá hạn {count_vi(late)} ngày làm việc"
        if late and task.is_binding and not task.is_led_outside
        else ""
    )
    return f"Thời hạn {day(task.nominal_end)}{stands}; đề nghị trình kết quả hoặc báo cáo tiến độ."
