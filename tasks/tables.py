"""Rows of task tables as ready strings: the list, the home page and the plan page print the same words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from core.deadlines import DeadlineKind
from core.templatetags.ui import day
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.checkins import wants_update
from tasks.models import Task
from tasks.querysets import TaskQuerySet
from tasks.status import (
    BINDING,
    Confirmation,
    DeadlineClass,
    Execution,
    Strength,
    deadline_class,
    is_done,
    is_waiting,
    status_text,
)
from tasks.summaries import Partition

if TYPE_CHECKING:
    from tasks.listing import Listed

# Deadline class → kind of badge (docs/pages.md)
_KINDS = {
    DeadlineClass.STOPPED: "stopped",
    DeadlineClass.NO_DEADLINE: "none",
    DeadlineClass.NOT_DUE: "intime",
    DeadlineClass.DUE_SOON: "soon",
    DeadlineClass.DUE_TODAY: "today",
    DeadlineClass.OVERDUE: "overdue",
    DeadlineClass.DONE_EARLY: "done",
    DeadlineClass.DONE_ON_TIME: "done",
    DeadlineClass.DONE_LATE: "late",
}

# What a row reads besides its own columns.
RELATED = ("lead_unit", "lead_group", "plan__document", "clause")


@dataclass(frozen=True, slots=True)
class Badge:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line. `due` is the effective deadline, `printed` the document's words where they say otherwise."""

    pk: int
    url: str
    title: str
    place: str
    lead: str
    due: str
    printed: str
    badges: tuple[Badge, ...]
    percent: int | None
    parts: tuple[int, int] | None


def time_badge(task: "Task | Listed", on: date, calendar: WorkCalendar) -> Badge:
    """The deadline class in colour and words. A body outside our authority is never called late."""
    found = deadline_class(task, on, calendar)
    if found == DeadlineClass.OVERDUE and task.is_led_outside:
        return Badge("soon", "Quá thời hạn, cần công văn đôn đốc")
    if found == DeadlineClass.NO_DEADLINE:
        if is_done(task, on):
            return Badge("done", "Hoàn thành")
        if task.strength not in BINDING:
            return Badge("none", Strength(task.strength).label)
        return Badge("none", "Thường xuyên" if task.is_standing else "Chưa có thời hạn")
    return Badge(_KINDS[found], status_text(task, on, calendar))


def badges(task: "Task | Listed", on: date, calendar: WorkCalendar) -> tuple[Badge, ...]:
    """The status in words: what somebody waits for first, then time. At most three."""
    if task.assigned_on is None:
        return (Badge("draft", "Chưa giao"),)
    time = time_badge(task, on, calendar)
    if is_waiting(task, on):
        waiting = Badge("waiting", "Chờ xác nhận")
        return (waiting, Badge("overdue", "Trình quá hạn")) if time.kind == "overdue" else (waiting,)
    if not task.is_open:
        return (time,)
    found = []
    if task.confirmation == Confirmation.RETURNED:
        found.append(Badge("returned", "Yêu cầu bổ sung"))
    if task.execution == Execution.SUSPENDED:
        found.append(Badge("paused", "Tạm dừng"))
    if task.execution == Execution.REASSIGN:
        found.append(Badge("waiting", "Đề nghị giao lại"))
    found.append(time)
    if task.lead_unit_id is not None and task.execution != Execution.SUSPENDED and wants_update(task, on):
        found.append(Badge("soon", "Cần cập nhật định kỳ"))
    unseen = task.execution == Execution.NOT_STARTED and task.lead_unit_id is not None
    if unseen and not task.is_led_outside:
        found.append(Badge("plain", "Chưa tiếp nhận"))
    return tuple(found)


def due_words(task: "Task | Listed") -> tuple[str, str]:
    """(effective deadline, words of the document where they differ)."""
    if task.effective_end is None:
        standing = task.is_standing
        words = task.phrase or ("Thường xuyên" if standing else "Chưa có thời hạn")
        return words[:1].upper() + words[1:], ""
    due = day(task.effective_end)
    same = task.deadline_kind == DeadlineKind.DATE and task.printed_on == task.effective_end
    return due, "" if same or not task.phrase or task.phrase == due else f"Văn bản ghi: {task.phrase}"


def task_rows(
    tasks: "Iterable[Task | Listed]", on: date, calendar: WorkCalendar, *, with_plan: bool = True
) -> list[TaskRow]:
    """Rows of tasks loaded with RELATED; one more query when some of them are orders to many units."""
    tasks = list(tasks)
    parts = part_counts(task.pk for task in tasks if task.lead_unit_id is None)
    rows = []
    for task in tasks:
        place = [task.code]
        if with_plan:
            place.append(task.plan_label)
        if with_plan and task.clause_label:
            place.append(f"mục {task.clause_label}")
        due, printed = due_words(task)
        rows.append(
            TaskRow(
                pk=task.pk,
                url=task_url(task.pk),
                title=task.title,
                place=" · ".join(place),
                lead=task.lead_label,
                due=due,
                printed=printed,
                badges=badges(task, on, calendar),
                percent=None if is_waiting(task, on) else task.percent,
                parts=parts.get(task.pk),
            )
        )
    return rows


def task_url(pk: int) -> str:
    """The address of a task's page: `reverse` for the many rows of a list."""
    return _task_page().replace("/0/", f"/{pk}/")


@cache
def _task_page() -> str:
    return reverse("task", args=[0])


def part_counts(orders: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Order to many → (parts done, parts counted); discontinued parts are not counted."""
    wanted = list(orders)
    if not wanted:
        return {}
    counted = (
        Task.objects.filter(parent__in=wanted)
        .exclude(execution=Execution.DISCONTINUED)
        .order_by()
        .values_list("parent_id")
        .annotate(done=Count("pk", filter=Q(execution=Execution.DONE)), n=Count("pk"))
    )
    return {order: (done, n) for order, done, n in counted}


def parts_words(done: int, n: int) -> str:
    return f"{count_vi(done)}/{count_vi(n)} đơn vị"


def list_url(**query: object) -> str:
    """The task list with these filters (named as in `tasks.forms.TaskFilterForm`); empty ones left out."""
    wanted = {name: str(value) for name, value in query.items() if value not in ("", None)}
    return f"{reverse('tasks')}?{urlencode(wanted)}" if wanted else reverse("tasks")


def partition_bar(found: Partition, **query: object) -> list[dict[str, object]]:
    """The printed partition as one bar whose parts link to their tasks, for `{% partition %}`."""
    parts = [
        ("done", "Hoàn thành đúng hạn", found.done_on_time, "on_time"),
        ("late", "Hoàn thành quá hạn", found.done_late, "late"),
        ("intime", "Đang thực hiện, trong hạn", found.open_in_time, "in_time"),
        ("overdue", "Đang thực hiện, quá hạn", found.overdue_inside, "overdue"),
        ("soon", "Quá thời hạn, cơ quan ngoài", found.overdue_outside, "outside"),
    ]
    return [
        {"kind": kind, "label": label, "value": value, "url": list_url(part=part, **query) if value else ""}
        for kind, label, value, part in parts
        if value or part != "outside"
    ]


def beside_links(found: Partition, **query: object) -> list[dict[str, object]]:
    """The columns the total leaves out, with links; those at nothing are left out."""
    parts = [
        ("Thường xuyên, định kỳ", found.standing, "standing"),
        ("Chưa có thời hạn", found.undated, "undated"),
        ("Đề nghị, khuyến khích", found.soft, "soft"),
        ("Tạm dừng", found.suspended, "suspended"),
        ("Đề nghị giao lại", found.reassign, "reassign"),
    ]
    return [
        {"label": label, "value": value, "url": list_url(part=part, **query)}
        for label, value, part in parts
        if value
    ]


def with_related(tasks: TaskQuerySet) -> TaskQuerySet:
    return tasks.select_related(*RELATED)
