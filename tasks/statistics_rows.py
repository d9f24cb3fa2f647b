"""Rows of the list behind a number: each task as it stood on the day of the figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core.templatetags.ui import day
from core.workdays import WorkCalendar
from tasks.models import Task, TaskState
from tasks.status import BINDING, DeadlineClass, Execution, deadline_class, is_waiting, status_text
from tasks.tables import Badge
from units.models import User

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
# A task that went to another unit since: the number still counts it, its words belong to the new unit.
ELSEWHERE = "Nhiệm vụ đã chuyển đơn vị khác chủ trì"


@dataclass(frozen=True, slots=True)
class StateRow:
    title: str
    url: str
    place: str
    lead: str
    due: str
    first: str
    completed: str
    badges: tuple[Badge, ...]


def listed(user: User, states: Iterable[TaskState], on: date, calendar: WorkCalendar) -> list[StateRow]:
    """Rows of states loaded with their task, plan and unit; two queries."""
    states = list(states)
    pks = [state.task_id for state in states]
    seen = set(Task.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True))
    # Whoever carried a task out may read what it was.
    seen |= {state.task_id for state in states if state.officer_id == user.pk}
    return [_row(state, state.task_id in seen, on, calendar) for state in states]


def _row(state: TaskState, seen: bool, on: date, calendar: WorkCalendar) -> StateRow:
    task = state.task
    lead = state.lead_unit.label if state.lead_unit is not None else str(task.lead_group)
    place = f"{task.code} · {task.plan.label if task.plan else 'Nhiệm vụ phát sinh'}"
    extended = state.first_effective_end != state.effective_end
    return StateRow(
        title=task.title if seen else ELSEWHERE,
        url=reverse("task", args=[task.pk]) if seen else "",
        place=place if seen else task.code,
        lead=lead,
        due=day(state.effective_end),
        first=f"Hạn ban đầu {day(state.first_effective_end)}" if extended else "",
        completed=day(state.completed_on) if state.execution == Execution.DONE else "",
        badges=_badges(state, on, calendar),
    )


def _badges(state: TaskState, on: date, calendar: WorkCalendar) -> tuple[Badge, ...]:
    found = deadline_class(state, on, calendar)
    outside = state.lead_unit is not None and state.lead_unit.is_outside
    if found == DeadlineClass.OVERDUE and outside:
        time = Badge("soon", "Quá thời hạn, cần công văn đôn đốc")
    elif (
        found == DeadlineClass.NO_DEADLINE and state.strength in BINDING and state.execution != Execution.DONE
    ):
        time = Badge("none", "Chưa có thời hạn" if state.deadline_kind == "none" else "Thường xuyên")
    else:
        time = Badge(_KINDS[found], status_text(state, on, calendar))
    return (Badge("waiting", "Chờ xác nhận"), time) if is_waiting(state, on) else (time,)
