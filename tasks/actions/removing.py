"""Removing content that must go: one person asks, another decides, with reason and minutes (office rule 25).

From the request on nobody reads it but those who may decide. Approved, the words leave the facts, the ledger keeps a
gap that says who, when and why, and files are destroyed. Copies outside the tasks are cleared by `tracker.removal`,
which wraps these verbs: pages call it, not them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction

from core.append_only import canonical_json
from core.clock import now, today
from core.text import fold
from tasks import ledger, orders
from tasks.actions.common import OWN_REMOVAL, Act, begin
from tasks.drafting import searchable
from tasks.models import (
    ContentRemoval,
    Coordination,
    Duty,
    Event,
    Evidence,
    Exclusion,
    Explanation,
    RemovalReading,
    Task,
)
from tasks.models.removal import HIDDEN, REMOVED, Removable, revealed
from tasks.skeleton import free_texts
from units.actions import RuleBroken
from units.models import User

# Lines of the ledger without words of their own, or that hold the gaps of others.
KEPT_LINES = frozenset({ledger.REMOVE, "complete_all"})

# Texts of the task itself: name → (label, table, column).
OWN: dict[str, tuple[str, type[models.Model], str]] = {
    "title": ("Tên nhiệm vụ", Task, "title"),
    "quote": ("Trích nguyên văn", Task, "quote"),
    "product": ("Sản phẩm", Task, "product"),
    "note": ("Ghi chú", Task, "note"),
    "coordination_note": ("Phối hợp khác ghi trong văn bản", Task, "coordination_note"),
    "parts": ("Phần việc của đơn vị phối hợp", Coordination, "part"),
    "rhythm": ("Nội dung mỗi kỳ", Duty, "title"),
    "exclusions": ("Lý do trừ đơn vị", Exclusion, "reason"),
}
_TABLES = {table._meta.model_name: table for _label, table, _column in OWN.values()}

# Texts shorter than this are found in too many places to mean the same content ("Đồng ý").
SHORTEST_ECHO = 12
_LONG_NUMBER = re.compile(r"\d{9,}")


# --- What there is to choose from -----------------------------------------------------------------------------------


def removable_events(task: Task) -> list[Event]:
    """Lines of the task's ledger that still have words and are not under request, newest first."""
    events = task.events.filter(removal__isnull=True, is_hidden=False).exclude(verb__in=KEPT_LINES)
    return [event for event in events.select_related("by").order_by("-sequence") if _says_something(event)]


def _says_something(event: Event) -> bool:
    return bool(event.basis or free_texts(canonical_json(ledger.facts_of(event))))


def own_texts(task: Task) -> list[str]:
    """Names of the texts of the task itself that are there and not under request."""
    return [
        name for name in OWN if any(text not in ("", HIDDEN, REMOVED) for _row, text in _cells(name, [task]))
    ]


def _cells(name: str, tasks: list[Task]) -> Iterator[tuple[models.Model, str]]:
    _label, table, column = OWN[name]
    if table is Task:
        yield from ((task, getattr(task, column)) for task in tasks)
        return
    for row in table._default_manager.filter(task__in=tasks):
        yield row, getattr(row, column)


# --- Asking ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Scope:
    """What one request covers: lines of the ledgers of a family of tasks, and texts of these tasks."""

    events: list[Event] = field(default_factory=list)
    cells: list[tuple[models.Model, str, str]] = field(default_factory=list)  # row, column, text
    explanations: list[Explanation] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@transaction.atomic
def request_removal(
    task: Task,
    *,
    by: User,
    kind: str,
    reason: str,
    events: Iterable[Event] = (),
    own: Iterable[str] = (),
) -> ContentRemoval:
    """Asks for the removal of lines of the ledger, with the rows they wrote, and of texts of the task itself.

    Hidden at once from everybody. Copies of the same words in the family of the task (its order, the parts of other
    units, its occurrences; an answer that repeats a question) go along. The reason must not say what it is about.
    """
    family = _lock_family(task)
    act = begin(task, "request_removal", by=by, reason=reason)
    if kind not in ContentRemoval.Kind.values:
        raise RuleBroken({"kind": "Hãy chọn loại nội dung."})
    chosen = [event.pk for event in events]
    open_lines = {event.pk: event for event in removable_events(act.task)}
    if not set(chosen) <= open_lines.keys():
        raise RuleBroken({"events": "Có dòng đã gỡ, đang chờ gỡ hoặc không có nội dung để gỡ."})
    unknown = set(own) - set(OWN)
    if unknown:
        raise RuleBroken({"own": "Hãy chọn lại nội dung của nhiệm vụ."})
    scope = _scope(act.task, family, [open_lines[pk] for pk in chosen], list(own))
    if not (scope.events or scope.cells):
        raise RuleBroken("Hãy chọn ít nhất một nội dung phải gỡ.")
    _reason_is_silent(reason, scope.texts)
    removal = ContentRemoval.objects.create(
        task=act.task, kind=kind, reason=reason, what=_where(scope), held=_take(scope), asked_by=by
    )
    _hide(scope)
    row = ledger.row_of(removal, "kind", "reason", "what", "asked_by_id")
    act.write(removal=removal.pk, row=row)
    return removal


def _lock_family(task: Task) -> list[Task]:
    """The order, its parts and occurrences, under their locks in the order of their keys: parents come first."""
    root = _root(task)
    members = Task.objects.filter(
        models.Q(pk=root)
        | models.Q(parent=root)
        | models.Q(duty__task=root)
        | models.Q(parent__duty__task=root)
    )
    return [orders.lock(each) for each in members.order_by("pk")]


def _root(task: Task) -> int:
    top = Task.objects.get(pk=task.parent_id) if task.parent_id else task
    return top.duty.task_id if top.duty is not None else top.pk


def _scope(task: Task, family: list[Task], chosen: list[Event], own: list[str]) -> _Scope:
    scope = _Scope(events=list(chosen))
    members = {member.pk: member for member in family}
    for name in own:
        words = {text for _row, text in _cells(name, [members[task.pk]])} - {"", HIDDEN, REMOVED}
        # Parts and occurrences copied the text; a part that was asked for alone has it from the order.
        scope.cells += [(row, OWN[name][2], text) for row, text in _cells(name, family) if text in words]
    with revealed():
        scope.texts = _texts_of(chosen) + [text for _row, _column, text in scope.cells]
        echoes = {fold(text) for text in scope.texts if len(text) >= SHORTEST_ECHO}
        known = {event.pk for event in chosen}
        others = Event.objects.filter(task__in=members, removal__isnull=True, is_hidden=False)
        for event in others.exclude(pk__in=known).exclude(verb__in=KEPT_LINES).order_by("pk"):
            said = [fold(text) for text in free_texts(event.content)]
            if any(echo in text for echo in echoes for text in said):
                scope.events.append(event)
        # An order to explain asks with its own title; no line of the ledger repeats it.
        scope.explanations = [
            row
            for row in Explanation.objects.filter(task__in=members, removal__isnull=True)
            if any(echo in fold(row.about) for echo in echoes)
        ]
        scope.texts = list(dict.fromkeys([*scope.texts, *_texts_of(scope.events)]))
    return scope


def _texts_of(events: Iterable[Event]) -> list[str]:
    """The words of lines, with those of a file's name, which no line repeats."""
    found = []
    for event in events:
        found += free_texts(event.content)
        found += [
            row.file_name for row, _columns in _rows(event) if isinstance(row, Evidence) and row.file_name
        ]
    return list(dict.fromkeys(found))


def _rows(event: Event) -> Iterator[tuple[Removable, list[str]]]:
    """The rows a line wrote, each with the columns of it that hold words."""
    for name, pk, columns in ledger.rows_of(ledger.facts_of(event)):
        row = ledger.table_of(name)._default_manager.filter(pk=pk).first()
        if not isinstance(row, Removable):
            continue
        words = [column for column in row.blankable_columns if column in columns]
        if isinstance(row, Evidence):
            words = list(Evidence.blankable_columns)
        yield row, words


def _reason_is_silent(reason: str, texts: list[str]) -> None:
    said = fold(reason)
    if _LONG_NUMBER.search(reason.replace(" ", "")) or any(
        len(text) >= SHORTEST_ECHO and fold(text) in said for text in texts
    ):
        raise RuleBroken({"reason": "Lý do không được nhắc lại nội dung phải gỡ hay số định danh."})


def _where(scope: _Scope) -> dict[str, Any]:
    events: dict[str, list[int]] = defaultdict(list)
    for event in scope.events:
        events[str(event.task_id)].append(event.sequence)
    return {
        "events": {task: sorted(sequences) for task, sequences in events.items()},
        "cells": [[row._meta.model_name, row.pk, column] for row, column, _text in scope.cells],
        "explanations": [row.pk for row in scope.explanations],
    }


def _take(scope: _Scope) -> str | None:
    """Takes the task's own texts out of their places; they wait with the request."""
    if not scope.cells:
        return None
    held = [[row._meta.model_name, row.pk, column, text] for row, column, text in scope.cells]
    _put([(table, pk, column, HIDDEN) for table, pk, column, _text in held])
    return json.dumps(held, ensure_ascii=False)


def _put(cells: Iterable[tuple[str, int, str, str]]) -> None:
    """Writes texts of tasks, and what the search knows of them."""
    touched = set()
    for table, pk, column, text in cells:
        _TABLES[table]._default_manager.filter(pk=pk).update(**{column: text})
        if table == Task._meta.model_name:
            touched.add(pk)
    for task in Task.objects.filter(pk__in=touched).select_related("lead_unit", "lead_group"):
        Task.objects.filter(pk=task.pk).update(search=searchable(task))


def _hide(scope: _Scope) -> None:
    Event.objects.filter(pk__in=[event.pk for event in scope.events]).update(is_hidden=True)
    with revealed():
        rows = [row for event in scope.events for row, _columns in _rows(event)]
    for row in [*rows, *scope.explanations]:
        type(row)._default_manager.filter(pk=row.pk).update(is_hidden=True)


# --- Reading it once more, to judge -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One place of the content under request: where, its words, and the proof whose file goes with it."""

    place: str
    texts: list[str]
    proof: Evidence | None = None


@transaction.atomic
def read_for_decision(removal: ContentRemoval, *, by: User) -> list[Shown]:
    """The content, for who may decide; that it was read is written down."""
    begin(removal.task, "decide_removal", by=by)
    removal = ContentRemoval.objects.get(pk=removal.pk)
    _still_open(removal, by)
    RemovalReading.objects.create(removal=removal, by=by)
    return contents(removal)


def contents(removal: ContentRemoval) -> list[Shown]:
    """Every place a waiting request covers, with its words. Not for pages: `read_for_decision` is."""
    found = []
    for table, pk, column, text in json.loads(removal.held or "[]"):
        if pk == removal.task_id or table != Task._meta.model_name:
            found.append(Shown(label_of(table, column), [text]))
    with revealed():
        for event in events_of(removal):
            proofs = [row for row, _columns in _rows(event) if isinstance(row, Evidence) and row.file]
            place = f"Dòng {event.sequence}"
            if event.task_id != removal.task_id:
                place += f" của phần việc {event.task.lead_label}"
            found.append(Shown(place, _texts_of([event]), proofs[0] if proofs else None))
    return found


def label_of(table: str, column: str) -> str:
    """What a text of a task is called."""
    return next(
        label for label, each, name in OWN.values() if (each._meta.model_name, name) == (table, column)
    )


def words_of(removal: ContentRemoval) -> list[str]:
    """All words that leave with a waiting request: what copies elsewhere are looked for by."""
    held = [text for *_place, text in json.loads(removal.held or "[]")]
    with revealed():
        return list(dict.fromkeys([*held, *_texts_of(events_of(removal))]))


def events_of(removal: ContentRemoval) -> list[Event]:
    condition = models.Q(pk__in=())
    for task, sequences in removal.what["events"].items():
        condition |= models.Q(task=int(task), sequence__in=sequences)
    related = ("task__lead_unit", "task__lead_group", "by")
    return list(Event.objects.filter(condition).select_related(*related).order_by("task_id", "sequence"))


# --- Deciding ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_removal(
    removal: ContentRemoval,
    *,
    by: User,
    approved: bool,
    minutes_number: str = "",
    minutes_on: date | None = None,
    note: str = "",
) -> ContentRemoval:
    """The second person's decision. Approved, the content is gone for good; refused, it is readable again."""
    family = {member.pk: member for member in _lock_family(removal.task)}
    act = begin(removal.task, "decide_removal", by=by)
    removal = ContentRemoval.objects.select_related("asked_by").get(pk=removal.pk)
    _still_open(removal, by)
    if approved and not minutes_number.strip():
        raise RuleBroken({"minutes_number": "Hãy ghi số biên bản."})
    if approved and minutes_on is None:
        raise RuleBroken({"minutes_on": "Hãy ghi ngày biên bản."})
    if minutes_on is not None and minutes_on > today():
        raise RuleBroken({"minutes_on": "Ngày biên bản không được sau hôm nay."})
    if not approved and not note.strip():
        raise RuleBroken({"note": "Hãy ghi lý do không đồng ý."})
    if not approved:
        _reason_is_silent_on({"note": note}, removal)
    with revealed():
        events = events_of(removal)
        emptied = _rows_to_empty(events, removal)
    held = json.loads(removal.held or "[]")
    removal.approved, removal.decided_by, removal.decided_at, removal.held = approved, by, now(), None
    removal.minutes_number = minutes_number if approved else ""
    removal.minutes_on = minutes_on if approved else None
    removal.decision_note = "" if approved else note
    removal.save(
        update_fields=[
            "approved", "decided_by", "decided_at", "held", "minutes_number", "minutes_on", "decision_note",
        ]
    )  # fmt: skip
    _put((table, pk, column, REMOVED if approved else text) for table, pk, column, text in held)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(is_hidden=False)
    if approved:
        _empty(act, removal, family, events, emptied)
    _uncover(emptied)
    if not approved:
        row = ledger.row_of(removal, "approved", "decided_by_id", "decision_note")
        act.write(removal=removal.pk, row=row)
    return removal


def _still_open(removal: ContentRemoval, by: User) -> None:
    if not removal.is_waiting:
        raise RuleBroken("Đề nghị gỡ nội dung này đã được quyết định.")
    if removal.asked_by_id == by.pk:
        raise RuleBroken(OWN_REMOVAL)


def _reason_is_silent_on(given: dict[str, str], removal: ContentRemoval) -> None:
    for name, text in given.items():
        try:
            _reason_is_silent(text, words_of(removal))
        except RuleBroken as error:
            raise RuleBroken({name: error.messages}) from error


@dataclass(slots=True)
class _Emptied:
    """A row that loses words: which columns, what else of it was recorded, and the task it belongs to."""

    row: Removable
    columns: list[str]
    kept: dict[str, Any]
    task: int


def _rows_to_empty(events: list[Event], removal: ContentRemoval) -> list[_Emptied]:
    found: dict[tuple[type, int], _Emptied] = {}
    for event in events:
        recorded = {(name, pk): columns for name, pk, columns in ledger.rows_of(ledger.facts_of(event))}
        for row, columns in _rows(event):
            told = recorded[ledger.name_of(type(row)), row.pk]
            kept = {name: value for name, value in told.items() if name not in columns}
            each = found.setdefault((type(row), row.pk), _Emptied(row, [], {}, event.task_id))
            each.columns = list(dict.fromkeys([*each.columns, *columns]))
            each.kept |= kept
    for row in Explanation.objects.filter(pk__in=removal.what.get("explanations", ())):
        each = found.setdefault((Explanation, row.pk), _Emptied(row, [], {}, row.task_id))
        each.columns = list(dict.fromkeys([*each.columns, "about"]))
    return list(found.values())


def _empty(
    act: Act, removal: ContentRemoval, family: dict[int, Task], events: list[Event], emptied: list[_Emptied]
) -> None:
    """Takes the words out, destroys the files, and writes one line in the ledger of every task that lost some."""
    gaps: dict[int, dict[str, Any]] = defaultdict(dict)
    blanked: dict[int, list[list[Any]]] = defaultdict(list)
    for event in events:
        gaps[event.task_id][str(event.sequence)] = ledger.bones_of(event)
    Event.objects.filter(pk__in=[event.pk for event in events]).blank(["content", "basis"], removal=removal)
    for each in emptied:
        if isinstance(each.row, Evidence) and each.row.file:
            _destroy(each.row)
        type(each.row)._default_manager.filter(pk=each.row.pk).blank(each.columns, removal=removal)
        name = ledger.name_of(type(each.row))
        blanked[each.task].append([name, each.row.pk, each.columns, each.kept])
    own = [
        (table, pk, column) for table, pk, column in removal.what["cells"] if table == Task._meta.model_name
    ]
    row = ledger.row_of(
        removal,
        "kind",
        "asked_by_id",
        "approved",
        "decided_by_id",
        "decided_at",
        "minutes_number",
        "minutes_on",
    )
    touched = {act.task.pk, *gaps, *blanked, *(pk for _table, pk, _column in own)}
    for pk in sorted(touched):
        facts = {
            "removal": removal.pk,
            "row": row,
            "gaps": gaps.get(pk, {}),
            "blanked": blanked.get(pk, []),
            "own": [column for _table, task, column in own if task == pk],
        }
        ledger.write(family[pk], ledger.REMOVE, by=act.by, grant=act.grant, facts=facts)


def _destroy(proof: Evidence) -> None:
    """The file goes when the decision stands; its hash stays in the ledger."""
    storage, name = proof.file.storage, str(proof.file.name)
    transaction.on_commit(lambda: storage.delete(name))


def _uncover(emptied: list[_Emptied]) -> None:
    """Rows are readable again, but for those another waiting request covers."""
    tasks = {each.task for each in emptied}
    with revealed():
        covered = {
            (type(row), row.pk)
            for other in ContentRemoval.objects.waiting()
            if tasks & {int(task) for task in other.what["events"]}
            for event in events_of(other)
            for row, _columns in _rows(event)
        }
    for each in emptied:
        if (type(each.row), each.row.pk) not in covered:
            type(each.row)._default_manager.filter(pk=each.row.pk).update(is_hidden=False)


def note_aftermath(removal: ContentRemoval, lines: Iterable[str]) -> None:
    """Writes down, once, what became of copies elsewhere; never the words themselves."""
    removal.aftermath = "\n".join(lines)
    removal.save(update_fields=["aftermath"])
