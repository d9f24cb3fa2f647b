"""Ending what nobody needs to decide any more."""

from typing import Any

from core.clock import now
from tasks.actions.common import Act
from tasks.models import DeadlineChange, Explanation, Reassignment
from tasks.models.facts import SettledOnce
from tasks.rules import Matter

_TABLES = {
    Matter.EXTENSION: "change",
    Matter.REASSIGNMENT: "reassignment",
    Matter.EXPLANATION: "explanation",
}


def lapse(act: Act, *matters: Matter) -> dict[str, Any]:
    """Lets these open matters of the task lapse; what to add to the facts of the verb."""
    lapsed: dict[str, Any] = {}
    for matter in matters:
        asked, column, value = _open(act, matter)
        if asked is None:
            continue
        setattr(asked, column, value)
        asked.recorded_by = act.by
        asked.decided_at = now()
        asked.save(update_fields=[column, "recorded_by", "decided_at"])
        lapsed[_TABLES[matter]] = [asked.pk, {column: value}]
    return {"rows": lapsed} if lapsed else {}


def _open(act: Act, matter: Matter) -> tuple[SettledOnce | None, str, str]:
    if matter == Matter.EXTENSION:
        return act.matters.extension, "decision", DeadlineChange.Decision.LAPSED
    if matter == Matter.REASSIGNMENT:
        return act.matters.reassignment, "decision", Reassignment.Decision.LAPSED
    return act.matters.explanation, "verdict", Explanation.Verdict.LAPSED
