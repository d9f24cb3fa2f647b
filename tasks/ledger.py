"""Writing and reading the chain of events of a task.

The content of a link is everything the verb did: `facts`, with the row it wrote word for word (`row`; `rows` for what
it settled on the way), and `changed`,
the columns of the task before and after. So the chain tells later not only that a line was rewritten, but also that
the text of a report, a decision, or the state of the task itself no longer is what was recorded.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.timezone import localtime

from core.append_only import FIRST_LINK, canonical_json, link, verify_chain
from core.clock import now
from core.files import SECRET_REFUSED, looks_secret
from core.text import clean_line
from tasks import states
from tasks.models import (
    Breach,
    ContentRemoval,
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
from tasks.models.removal import REMOVED, Removable, revealed
from tasks.skeleton import free_texts, skeleton
from units.actions import RuleBroken
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
    "removal": ContentRemoval,
}
REMOVE = "remove_content"


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, how it reached the officer who records it, and on what paper (office rule 1).

    The basis may come later: a decision not taken on the system itself shows "chưa có văn bản" until then.
    `follows` is the line that took the decision, where this one is only carried along: it owes no paper of its own.
    """

    decided_by: str = ""
    how: str = How.DIRECT
    basis: str = ""
    follows: Event | None = None

    def along(self, line: Event) -> "Decision":
        """The same decision for what `line` carries along; a line that is carried along itself leads nothing."""
        return replace(self, follows=self.follows or line)


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
    `is_for_unit`. RuleBroken, and nothing written, where a text carries a stamp of state secrecy: whichever way it
    came (office rule 25).
    """
    chain = Event.objects.filter(task=task).order_by("-sequence")
    sequence, digest = chain.values_list("sequence", "digest").first() or (0, FIRST_LINK)
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
        follows=decision.follows,
        sequence=sequence + 1,
        happened_at=at,
        entered_at=at,
        previous_digest=digest,
    )
    event.content = canonical_json(_whole({"facts": facts or {}, "changed": _changed(task)}, event))
    if any(looks_secret(text) for text in free_texts(event.content)):
        raise RuleBroken(SECRET_REFUSED)
    event.content_digest, event.digest = link(event.previous_digest, event.content)
    event.save()
    remember(task)
    states.record(task)
    return event


def facts_of(event: Event) -> dict[str, Any]:
    """What changed, as written; empty when the content was removed by decision (`Gap.facts` keeps its bones)."""
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


# --- Gaps -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """What is left of an emptied line: by which removal, and what it said but its words."""

    removal: int
    bones: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return self.bones.get("facts", {})


def gaps_of(events: Iterable[Event]) -> dict[int, Gap]:
    """Sequence → gap, as the lines `remove_content` of one chain tell."""
    found = {}
    for event in events:
        if event.verb == REMOVE:
            facts = facts_of(event)
            for sequence, bones in facts.get("gaps", {}).items():
                found[int(sequence)] = Gap(facts["removal"], bones)
    return found


def bones_of(event: Event) -> dict[str, Any]:
    """What of an event may stay when its content goes."""
    return skeleton(event.content)


def rows_of(facts: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(name, key, columns) of every row an event wrote."""
    for name in _ROWS:
        if name in facts and "row" in facts:
            yield name, facts[name], facts["row"]
        if name in facts.get("rows", {}):
            yield name, *facts["rows"][name]


def table_of(name: str) -> type[models.Model]:
    """The table behind the name of a fact."""
    return _ROWS[name]


def name_of(table: type[models.Model]) -> str:
    return next(name for name, each in _ROWS.items() if each is table)


# --- The check ------------------------------------------------------------------------------------------------------


def first_broken(task: Task) -> Event | None:
    """The first event of this task that no longer says what was written, or None.

    Broken is a link of the chain, a column that repeats it, a row it wrote, and the last line when the task is not as
    the lines left it: somebody took the end away, or changed the task past the ledger. A fixed number of queries.
    """
    with revealed():
        events = list(Event.objects.filter(task=task).order_by("sequence"))
        named = {facts_of(event).get("removal") for event in events if "removal" in facts_of(event)}
        rows: dict[str, dict[int, Any]] = {
            name: {
                row.pk: row
                for row in table._default_manager.filter(
                    **({"pk__in": named} if table is ContentRemoval else {"task": task})
                )
            }
            for name, table in _ROWS.items()
            if table is not ContentRemoval or named
        }
        rows.setdefault("removal", {})
    check = _Check(task, events, rows)
    return check.first_broken()


class _Check:
    """One chain with all it vouches for."""

    def __init__(self, task: Task, events: list[Event], rows: dict[str, dict[int, Any]]) -> None:
        self.task, self.events, self.rows = task, events, rows
        self.gaps = gaps_of(events)
        # (name, key) → the columns that were emptied, and the removals that did it
        self.emptied: dict[tuple[str, int], tuple[set[str], set[int]]] = {}
        for event in events:
            facts = facts_of(event) if event.verb == REMOVE else {}
            for name, pk, columns, _kept in facts.get("blanked", ()):
                known, by = self.emptied.setdefault((name, pk), (set(), set()))
                known.update(columns)
                by.add(facts["removal"])

    def first_broken(self) -> Event | None:
        broken = verify_chain(
            self.events,
            content_of=lambda event: _whole(_content(event), event),
            removed=self.is_gap,
        )
        if broken is not None:
            return broken  # type: ignore[return-value]
        for event in self.events:
            if not (self.rows_hold(event) and self.removal_holds(event)):
                return event
        strays = any(
            isinstance(row, Removable) and row.is_removed and (name, pk) not in self.emptied
            for name, found in self.rows.items()
            for pk, row in found.items()
            if name != "removal"
        )
        if strays or not self.state_holds():
            return self.events[-1] if self.events else None
        return None

    def is_gap(self, event: Event) -> bool:
        """An empty content that a line of the same chain accounts for, its other columns as they were."""
        gap = self.gaps.get(event.sequence)
        if event.content != "" or gap is None or event.removal_id != gap.removal:
            return False
        columns = {name: value for name, value in _columns(event).items() if name != "basis"}
        kept = {name: gap.bones.get(name) for name in columns}
        return event.basis == "" and canonical_json(columns) == canonical_json(kept)

    def rows_hold(self, event: Event) -> bool:
        facts = facts_of(event)
        for name, pk, columns in rows_of(facts):
            if not self.holds(name, pk, columns):
                return False
        return all(self.holds(name, pk, kept) for name, pk, _columns, kept in facts.get("blanked", ()))

    def holds(self, name: str, pk: int, columns: dict[str, Any]) -> bool:
        """Whether a row says what was recorded, but for what was emptied by decision, which is empty."""
        row = self.rows[name].get(pk)
        if row is None:
            return False
        gone, by = self.emptied.get((name, pk), (set(), set()))
        removal = row.removal_id if isinstance(row, Removable) else None
        if removal is not None and name != "removal" and removal not in by:
            return False
        if any(getattr(row, column) for column in gone):
            return False
        kept = {column: value for column, value in columns.items() if column not in gone}
        return canonical_json(row_of(row, *kept)) == canonical_json(kept)

    def removal_holds(self, event: Event) -> bool:
        """A line that removed content rests on a decision of two persons with minutes."""
        if event.verb != REMOVE:
            return True
        removal = self.rows["removal"].get(facts_of(event).get("removal", 0))
        return (
            removal is not None
            and removal.approved is True
            and removal.decided_by_id not in (None, removal.asked_by_id)
            and bool(removal.minutes_number)
            and removal.minutes_on is not None
        )

    def state_holds(self) -> bool:
        """Whether the task is as its events left it, also where their words were removed. An order to many stands
        where its parts stand, which have ledgers of their own."""
        contents = [
            self.gaps[event.sequence].bones if event.content == "" else _content(event)
            for event in self.events
        ]
        if not contents or not all("changed" in content for content in contents):
            return True
        stored = (
            Task.objects.filter(pk=self.task.pk, lead_unit__isnull=False).order_by().values(*STATE).first()
        )
        if stored is None:
            return True
        left: dict[str, Any] = {}
        for event, content in zip(self.events, contents, strict=True):
            left |= {name: after for name, (_before, after) in content["changed"].items()}
            if event.content == "" and "phrase" not in content["changed"]:
                # Words of a deadline that went with the line: nothing says what they were.
                left.pop("phrase", None)
        return all(
            canonical_json(stored[name]) == canonical_json(left[name]) for name in left.keys() & stored.keys()
        )


def words_removed(removal: ContentRemoval) -> str:
    """Who, when and why: what the gap of an approved removal shows (office rule 25)."""
    why = removal.reason or REMOVED
    minutes = f"biên bản số {removal.minutes_number} ngày {removal.minutes_on:%d/%m/%Y}"
    decider = removal.decided_by
    assert decider is not None
    people = f"người đề nghị: {removal.asked_by.full_name}; người duyệt: {decider.full_name}"
    day = localtime(removal.decided_at)
    return (
        f"Nội dung đã được gỡ ({removal.get_kind_display().lower()}: {why.rstrip('.')}; {minutes}; {people}; "
        f"ngày {day:%d/%m/%Y})."
    )


def _whole(content: dict[str, Any], event: Event) -> dict[str, Any]:
    """The content with the columns that repeat it. A line that follows none says nothing of it, as older lines do."""
    whole = {**content, **_columns(event)}
    if whole["follows"] is None:
        del whole["follows"]
    return whole


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
        "follows": event.follows_id,
        "happened_at": event.happened_at,
        "entered_at": event.entered_at,
    }
