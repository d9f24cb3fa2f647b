"""Fills `TaskState` for tasks that were given before it existed, from their ledgers."""

import json

from django.db import migrations
from django.utils.timezone import localdate

from tasks.replay import ContentRemoved, Line, replay, replay_order

BATCH = 500


def fill(apps, schema_editor):
    Task, TaskState = apps.get_model("tasks", "Task"), apps.get_model("tasks", "TaskState")
    names = [
        field.attname
        for field in TaskState._meta.concrete_fields
        if field.attname not in ("id", "task_id", "on", "until")
    ]
    wanting = Task.objects.filter(assigned_on__isnull=False, states__isnull=True).order_by("pk")
    pks = list(wanting.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        tasks = list(Task.objects.filter(pk__in=pks[start : start + BATCH]))
        parts = list(Task.objects.filter(parent__in=[task.pk for task in tasks if task.lead_unit_id is None]))
        lines = _lines(apps, {task.pk for task in [*tasks, *parts]})
        rows = []
        for task in tasks:
            own = [part for part in parts if part.parent_id == task.pk]
            found = _days(task, own, lines, names)
            for (day, columns), later in zip(found, [*found[1:], None], strict=True):
                until = later[0] if later else None
                rows.append(TaskState(task=task, on=day, until=until, **columns))
        TaskState.objects.bulk_create(rows, batch_size=BATCH)


def _days(task, parts, lines, names):
    """[(day, columns)]; of a task whose ledger cannot tell, how it stands now, since the day it was given."""
    present = {name: getattr(task, name) for name in names}
    own = lines.get(task.pk, [])
    try:
        if task.lead_unit_id is not None:
            found = replay(present, own)
        else:
            columns = [({name: getattr(part, name) for name in names}, lines.get(part.pk, [])) for part in parts]
            found = replay_order(present, own, columns)
    except ContentRemoved:
        found = []
    return found or [(task.assigned_on, present)]


def _lines(apps, tasks):
    Event, ProgressUpdate = apps.get_model("tasks", "Event"), apps.get_model("tasks", "ProgressUpdate")
    events = list(Event.objects.filter(task__in=tasks).order_by("task", "sequence"))
    contents = {event.pk: _content(event.content) for event in events}
    reports = {
        event.pk: contents[event.pk].get("facts", {}).get("update")
        for event in events
        if event.verb in ("update", "submit")
    }
    entered = dict(
        ProgressUpdate.objects.filter(pk__in=[pk for pk in reports.values() if pk]).values_list("pk", "entered_at")
    )
    found = {}
    for event in events:
        line = Line(
            place=event.pk,
            day=localdate(event.entered_at),
            verb=event.verb,
            changed=contents[event.pk].get("changed"),
            reported_at=entered.get(reports.get(event.pk)),
        )
        found.setdefault(event.task_id, []).append(line)
    return found


def _content(text):
    try:
        return json.loads(text)
    except ValueError:
        return {}


class Migration(migrations.Migration):
    dependencies = [("tasks", "0004_accountability")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
