"""Keeping `TaskState`: how a task stood at the end of each day on which something changed.

`record` writes in the transaction of the verb. The rows repeat the ledger: `rebuilt` makes them again from it, and
`manage.py verify_ledger` says where the two differ.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from core.clock import today
from tasks.models import Event, ProgressUpdate, Task, TaskState
from tasks.replay import Columns, ContentRemoved, Line, replay, replay_order

# Everything but the key and the days.
COLUMNS = tuple(
    field.attname
    for field in TaskState._meta.concrete_fields
    if field.attname not in ("id", "task_id", "on", "until")
)


def record(task: Task) -> None:
    """Writes how the task stands now as its state of today; the caller holds its row lock. At most three queries."""
    now = {name: getattr(task, name) for name in COLUMNS}
    in_force = TaskState.objects.filter(task=task, until__isnull=True).order_by()
    last = next(iter(in_force.values("pk", "on", *COLUMNS)), None)
    if last is not None and all(last[name] == value for name, value in now.items()):
        return
    day: date = today()
    if last is not None and last["on"] >= day:
        TaskState.objects.filter(pk=last["pk"]).update(**now)
        return
    if last is not None:
        TaskState.objects.filter(pk=last["pk"]).update(until=day)
    TaskState.objects.create(task=task, on=day, **now)


# --- Again from the ledger --------------------------------------------------------------------------


def rebuilt(task: Task) -> list[tuple[date, Columns]] | None:
    """(day, columns) of every state, from the ledger alone, oldest first; None where a content was removed by
    decision. Five queries at most."""
    parts = list(Task.objects.filter(parent=task)) if task.lead_unit_id is None else []
    lines = _lines([task, *parts])
    try:
        if task.lead_unit_id is not None:
            return replay(_columns(task), lines.get(task.pk, []))
        own = [(_columns(part), lines.get(part.pk, [])) for part in parts]
        return replay_order(_columns(task), lines.get(task.pk, []), own)
    except ContentRemoved:
        return None


def stored(task: Task) -> list[tuple[date, Columns]]:
    rows = TaskState.objects.filter(task=task).order_by("on").values("on", *COLUMNS)
    return [(row.pop("on"), row) for row in rows]


def first_difference(task: Task) -> date | None:
    """The first day on which the stored state is not what the ledger says; None when all hold, or cannot be known."""
    ours, theirs = rebuilt(task), stored(task)
    if ours is None or ours == theirs:
        return None
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            return min(mine[0], other[0])
    rest = ours[len(theirs) :] or theirs[len(ours) :]
    return rest[0][0]


def _columns(task: Task) -> Columns:
    return {name: getattr(task, name) for name in COLUMNS}


def _lines(tasks: Iterable[Task]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    events = list(Event.objects.filter(task__in=[task.pk for task in tasks]).order_by("task", "sequence"))
    contents = {event.pk: _content(event) for event in events}
    reports = {event.pk: _report(event.verb, contents[event.pk]) for event in events}
    wanted = [pk for pk in reports.values() if pk is not None]
    entered = dict(ProgressUpdate.objects.filter(pk__in=wanted).values_list("pk", "entered_at"))
    for event in events:
        line = Line(
            place=event.pk,
            day=localdate(event.entered_at),
            verb=event.verb,
            changed=contents[event.pk].get("changed"),
            reported_at=entered.get(reports[event.pk] or 0),
        )
        found.setdefault(event.task_id, []).append(line)
    return found


def _content(event: Event) -> dict[str, Any]:
    try:
        return json.loads(event.content)
    except ValueError:
        return {}


def _report(verb: str, content: dict[str, Any]) -> int | None:
    """The report this line wrote; a confirmation only names the one it accepts."""
    facts = content.get("facts", {})
    if "update" in facts.get("rows", {}):
        return facts["rows"]["update"][0]
    return facts.get("update") if verb in ("update", "submit") else None
