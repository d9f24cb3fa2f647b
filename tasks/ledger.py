"""Writing and reading the chain of events of a task.

The content of a link is everything the verb did: `facts`, with the row it wrote word for word (`row`; `rows` for what
it settled on the way), and `changed`,
the columns of the task before and after. So the chain tells later not only that a line was rewritten, but also that
the text of a report, a decision, or the state of the task itself no longer is what was recorded.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db import models

from core.append_only import FIRST_LINK, canonical_json, link, verify_chain
from core.clock import now
from core.text import clean_line
from tasks import states
from tasks.models import (
    Breach,
    DeadlineChange,
    Delegation,
    Direction,
    Duty,
    Event,
    Evidence,
    Explanation,
    LaterBasis,
    Obstacle,
    PartReport,
    ProgressUpdate,
    Reassignment,
    ReassignmentView,
    Task,
)
from tasks.models.facts import How
from units.models import RoleGrant, User
from units.permissions import Role

# Verbs of the answering unit: done under the tracking office's grant they are "Văn phòng nhập thay".
FOR_UNIT = frozenset(
    {
        "accept", "receive", "update", "attach", "submit", "withdraw", "ask_extension", "propose_reassignment",
        "withdraw_reassignment", "give_view", "raise_obstacle", "explain", "deliver_part", "return_part",
        "answer_obstacle", "log_breach",
    }
)  # fmt: skip

# Columns of the task that only verbs write.
STATE = (
    "assigned_on", "execution", "confirmation", "percent", "submitted_on", "completed_on", "nominal_end",
    "effective_end", "first_effective_end", "counted_end", "lead_unit_id", "officer_id", "internal_end", "received_on",
    "start_assumed", "parts_done", "waited_workdays", "entry_gap", "awaited_until", "merged_into_id", "phrase",
    "deadline_kind", "printed_on", "starts_on", "check_in", "strength", "plan_id", "parent_id", "duty_id",
    "tracking_unit_id", "leader_in_charge_id", "source_document_id", "code", "title",
)  # fmt: skip

# Name of a fact → the table of the row it points at.
_ROWS: dict[str, type[models.Model]] = {
    "update": ProgressUpdate,
    "evidence": Evidence,
    "change": DeadlineChange,
    "reassignment": Reassignment,
    "view": ReassignmentView,
    "explanation": Explanation,
    "obstacle": Obstacle,
    "direction": Direction,
    "delegation": Delegation,
    "part": PartReport,
    "later_basis": LaterBasis,
    "breach": Breach,
    "duty": Duty,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, how it reached the officer who records it, and on what paper (office rule 1).

    The basis may come later: a decision not taken on the system itself shows "chưa có văn bản" until then.
    """

    decided_by: str = ""
    how: str = How.DIRECT
    basis: str = ""


DIRECT = Decision()


def is_for_unit(verb: str, grant: RoleGrant | None, task: Task, unit: int | None = None) -> bool:
    """Whether the office acts for another unit; its own tasks are its own.

    `unit` is the id of the unit that answers where it is not the lead: for its part, or for an obstacle put to it.
    """
    if grant is None or grant.role != Role.PLAN_OWNER or verb not in FOR_UNIT:
        return False
    return (unit or task.lead_unit_id) != task.tracking_unit_id


def remember(task: Task) -> Task:
    """Keeps the state a verb starts from, for the link it will write."""
    task.__dict__["state_before"] = _state(task)
    return task


def begin(task: Task) -> Task:
    """Lets the next link keep every column: it is the first of its chain."""
    task.__dict__.pop("state_before", None)
    return task


def _state(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in STATE}


def _changed(task: Task) -> dict[str, list[Any]]:
    """Column → [before, after]; of a task whose ledger begins, every column."""
    before = task.__dict__.get("state_before")
    after = _state(task)
    if before is None:
        return {name: [None, value] for name, value in after.items()}
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def row_of(fact: models.Model, *names: str) -> dict[str, Any]:
    """The named columns of a row as the ledger keeps them under `row`."""
    return {name: getattr(fact, name) for name in names}


def write(
    task: Task,
    verb: str,
    *,
    by: User,
    grant: RoleGrant | None,
    decision: Decision = DIRECT,
    facts: dict[str, Any] | None = None,
    answering: int | None = None,
) -> Event:
    """Appends the next link of the task's chain; the caller holds the task's row lock.

    `facts` is what changed, plain values only: never a personal field of a staff member. `answering`: as in
    `is_for_unit`.
    """
    last = Event.objects.filter(task=task).order_by("-sequence").first()
    at = now()
    event = Event(
        task=task,
        verb=verb,
        by=by,
        role=grant.role if grant else "",
        unit=grant.unit if grant else None,
        recorded_for_unit=is_for_unit(verb, grant, task, answering),
        # As the columns will hold them, else the content and its columns would differ from the start.
        decided_by=clean_line(decision.decided_by),
        how=decision.how,
        basis=clean_line(decision.basis),
        sequence=last.sequence + 1 if last else 1,
        happened_at=at,
        entered_at=at,
        previous_digest=last.digest if last else FIRST_LINK,
    )
    event.content = canonical_json({"facts": facts or {}, "changed": _changed(task), **_columns(event)})
    event.content_digest, event.digest = link(event.previous_digest, event.content)
    event.save()
    remember(task)
    states.record(task)
    return event


def facts_of(event: Event) -> dict[str, Any]:
    """What changed, as written; empty when the content was removed by decision."""
    return _content(event).get("facts", {})


def left_by(event: Event) -> dict[str, Any]:
    """Columns of the task as this event left them, of those it changed; empty when the content was removed."""
    return {name: after for name, (_before, after) in _content(event).get("changed", {}).items()}


def changed_in(event: Event) -> dict[str, list[Any]]:
    """Column of the task → [before, after]; empty when the content was removed by decision."""
    return _content(event).get("changed", {})


def row_model(name: str) -> type[models.Model]:
    """The table of the row that the fact `name` points at. Raises KeyError for a fact that is no row."""
    return _ROWS[name]


def _content(event: Event) -> dict[str, Any]:
    """The content as written; empty when it was removed, or is no content at all."""
    try:
        found = json.loads(event.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def first_broken(task: Task) -> Event | None:
    """The first event of this task that no longer says what was written, or None.

    Broken is a link of the chain, a column that repeats it, a row it wrote, and the last line when the task is not as
    the lines left it: somebody took the end away, or changed the task past the ledger. Five queries.
    """
    events = list(Event.objects.filter(task=task).order_by("sequence"))
    broken = verify_chain(events, content_of=lambda event: {**_content(event), **_columns(event)})
    if broken is not None:
        return broken  # type: ignore[return-value]
    rows = {
        name: {row.pk: row for row in table._default_manager.filter(task=task)}
        for name, table in _ROWS.items()
    }
    for event in events:
        if not _rows_hold(facts_of(event), rows):
            return event
    return None if _state_holds(task, events) else events[-1]


def _rows_hold(facts: dict[str, Any], rows: dict[str, dict[int, Any]]) -> bool:
    for name, found in rows.items():
        if name in facts and "row" in facts and not _holds(found.get(facts[name]), facts["row"]):
            return False
        if name in facts.get("rows", {}):
            pk, columns = facts["rows"][name]
            if not _holds(found.get(pk), columns):
                return False
    return True


def _holds(row: Any, columns: dict[str, Any]) -> bool:
    return row is not None and canonical_json(row_of(row, *columns)) == canonical_json(columns)


def _state_holds(task: Task, events: list[Event]) -> bool:
    """Whether the task is as its events left it; not known where a content was removed by decision. An order to many
    stands where its parts stand, which have ledgers of their own."""
    contents = [_content(event) for event in events]
    if not contents or not all("changed" in content for content in contents):
        return True
    stored = Task.objects.filter(pk=task.pk, lead_unit__isnull=False).order_by().values(*STATE).first()
    if stored is None:
        return True
    left = {name: after for content in contents for name, (_before, after) in content["changed"].items()}
    return all(
        canonical_json(stored[name]) == canonical_json(left[name]) for name in left.keys() & stored.keys()
    )


def _columns(event: Event) -> dict[str, Any]:
    """The columns of the row that repeat the content, for queries."""
    return {
        "task": event.task_id,
        "verb": event.verb,
        "by": event.by_id,
        "role": event.role,
        "unit": event.unit_id,
        "for_unit": event.recorded_for_unit,
        "decided_by": event.decided_by,
        "how": event.how,
        "basis": event.basis,
        "happened_at": event.happened_at,
        "entered_at": event.entered_at,
    }
