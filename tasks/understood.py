"""What the system has made of a deadline, in plain words: shown before a task is saved, and while it is a draft."""

from copy import copy
from datetime import date
from typing import NamedTuple

from core.clock import today
from core.deadlines import Deadline, DeadlineKind, Span, SpanUnit, describe
from core.templatetags.ui import day
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.drafting import count_from_event
from tasks.history import deadline_reasons
from tasks.models import Task

_SPANS = {
    SpanUnit.WORKDAY: "ngày làm việc",
    SpanUnit.DAY: "ngày",
    SpanUnit.WEEK: "tuần",
    SpanUnit.MONTH: "tháng",
    SpanUnit.YEAR: "năm",
}


class Understood(NamedTuple):
    """`meaning`: the phrase in plain words; `effective`: the day that counts, or why there is none; `reasons`: why it
    is not the day printed; `notes`: what else follows."""

    meaning: str
    effective: str
    reasons: list[str]
    notes: list[str]

    @property
    def fingerprint(self) -> str:
        """Tells one reading from another, so that nobody saves what was not shown."""
        return "|".join([self.meaning, self.effective, *self.reasons, *self.notes])


def understood(task: Task, calendar: WorkCalendar) -> Understood:
    """How the deadline of a task that has not been given is read. At most three queries."""
    counted = copy(task)
    counted.assigned_on = task.assigned_on or today()
    relative = count_from_event(counted, calendar)
    notes = []
    if task.counts_from == Task.CountsFrom.RECEIVED:
        notes.append("Mỗi đơn vị ghi ngày nhận thì hạn của đơn vị được tính lại từ ngày đó.")
    if task.superior_deadline and counted.nominal_end:
        notes.append(
            "Hạn do cấp trên giao: không chuyển ngày nghỉ, chỉ gia hạn khi cấp trên đồng ý bằng văn bản."
        )
    if task.internal_end:
        notes.append(f"Hạn nội bộ: đến hết ngày {day(task.internal_end)}.")
    if counted.effective_end is not None and counted.effective_end < today() and task.completed_on is None:
        notes.append("Hạn áp dụng đã qua: giao hôm nay thì nhiệm vụ quá hạn ngay.")
    return Understood(
        meaning=_meaning(task, counted if relative else None),
        effective=_effective(counted),
        reasons=deadline_reasons(counted, calendar),
        notes=notes,
    )


def _meaning(task: Task, counted: Task | None) -> str:
    if task.counts_from and task.within_amount is not None:
        span = f"{count_vi(task.within_amount)} {_SPANS[SpanUnit(task.within_unit)]}"
        words = f"trong vòng {span} kể từ {task.get_counts_from_display()}"
        if counted is None:
            return f"{words}; chưa biết ngày bắt đầu nên chưa tính được ngày cuối"
        assumed = " (tạm tính từ ngày giao)" if counted.start_assumed else ""
        return f"{words}, tức là đến hết ngày {day(counted.nominal_end)}{assumed}"
    if task.deadline_kind in (DeadlineKind.RELATIVE, DeadlineKind.REFERENCE) and task.nominal_end is not None:
        return f"đến hết ngày {day(task.nominal_end)}"
    return describe(_deadline(task))


def _deadline(task: Task) -> Deadline:
    intervals = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in task.intervals)
    within = Span(task.within_amount, SpanUnit(task.within_unit)) if task.within_amount else None
    return Deadline(
        task.phrase,
        DeadlineKind(task.deadline_kind),
        start=task.starts_on,
        printed=task.printed_on,
        nominal=task.nominal_end,
        intervals=intervals,
        done_on=task.completed_on,
        within=within,
    )


def _effective(task: Task) -> str:
    if task.effective_end is not None:
        return day(task.effective_end)
    if task.is_standing:
        return "không có (thường xuyên, định kỳ: theo dõi bằng cập nhật, không tính quá hạn)"
    if task.deadline_kind == DeadlineKind.DONE:
        return "không cần (đã thực hiện, còn cần tài liệu kiểm chứng)"
    return "chưa có (nhiệm vụ chưa có thời hạn không bao giờ tính quá hạn)"
