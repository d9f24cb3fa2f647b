"""Writing and reading the chain of events of a task."""

import json
from dataclasses import dataclass
from typing import Any

from core.append_only import FIRST_LINK, canonical_json, link, verify_chain
from core.clock import now
from tasks.models import Event, Task
from tasks.models.facts import How
from units.models import RoleGrant, User

# Verbs of the answering unit: done under the tracking office's grant they are "Văn phòng nhập thay".
FOR_UNIT = frozenset({"accept", "update", "attach", "submit", "withdraw", "ask_extension"})


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, how it reached the officer who records it, and on what paper (office rule 1).

    The basis may come later: a decision not taken on the system itself shows "chưa có văn bản" until then.
    """

    decided_by: str = ""
    how: str = How.DIRECT
    basis: str = ""


DIRECT = Decision()


def is_for_unit(verb: str, grant: RoleGrant | None) -> bool:
    return verb in FOR_UNIT and grant is not None and grant.role == "plan_owner"


def write(
    task: Task,
    verb: str,
    *,
    by: User,
    grant: RoleGrant | None,
    decision: Decision = DIRECT,
    facts: dict[str, Any] | None = None,
) -> Event:
    """Appends the next link of the task's chain; the caller holds the task's row lock.

    `facts` is what changed, plain values only: never a personal field of a staff member.
    """
    last = Event.objects.filter(task=task).order_by("-sequence").first()
    at = now()
    event = Event(
        task=task,
        verb=verb,
        by=by,
        role=grant.role if grant else "",
        unit=grant.unit if grant else None,
        recorded_for_unit=is_for_unit(verb, grant),
        decided_by=decision.decided_by,
        how=decision.how,
        basis=decision.basis,
        sequence=last.sequence + 1 if last else 1,
        happened_at=at,
        entered_at=at,
        previous_digest=last.digest if last else FIRST_LINK,
    )
    event.content = canonical_json({"facts": facts or {}, **_columns(event)})
    event.content_digest, event.digest = link(event.previous_digest, event.content)
    event.save()
    return event


def facts_of(event: Event) -> dict[str, Any]:
    """What changed, as written; empty when the content was removed by decision."""
    return json.loads(event.content)["facts"] if event.content else {}


def first_broken(task: Task) -> Event | None:
    """The first event of this task whose chain or columns no longer say what was written, or None."""
    rows = Event.objects.filter(task=task).order_by("sequence")
    broken = verify_chain(rows, content_of=lambda event: {"facts": facts_of(event), **_columns(event)})
    return broken  # type: ignore[return-value]


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
