"""News from the ledger: events become notices, in the same transaction that marks them announced.

Inbox rows appear at once; mail waits for the digest of the next working morning. Nobody is told of what they
did themselves, and leaders and bodies outside our authority are never told by the machine (office rules 27
and 28).
"""

import logging
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.urls import reverse

from core.clock import now, today
from notifications.models import Notice
from notifications.recipients import Directory
from notifications.words import (
    LONGEST_DETAIL,
    LONGEST_TEXT,
    asked_unit,
    cut,
    deadline_facts,
    event_words,
    heard_words,
    task_url,
)
from tasks.ledger import facts_of
from tasks.models import Event
from units.models import User
from units.permissions import Role

logger = logging.getLogger("notifications")

BATCH = 200


class Side(StrEnum):
    """Who is told of an event."""

    UNIT = "unit"  # the lead unit
    OWNER = "owner"  # the office that follows the task
    ASKED = "asked"  # the unit an obstacle was put to, or that is proposed as lead
    PART = "part"  # the coordinating unit whose part it is
    NEW_LEAD = "new_lead"
    FORMER = "former"  # the unit that led until now
    OFFICER = "officer"  # whom the unit's head gave the work to
    # The office, where a leader decided on the system itself; what the office recorded it knows.
    DECIDED_FOR = "decided_for"


class Told(NamedTuple):
    """One side and the heading under which its digest lists the event."""

    side: Side
    group: Notice.Group


_G = Notice.Group
_UNIT_NEWS = (Told(Side.UNIT, _G.NEWS),)
# Verbs that are not here are not announced.
ANNOUNCED: dict[str, tuple[Told, ...]] = {
    "assign": (Told(Side.UNIT, _G.NEW),),
    "delegate": (Told(Side.OFFICER, _G.NEW),),
    "return": (Told(Side.UNIT, _G.RETURNED),),
    "submit": (Told(Side.OWNER, _G.WAITING),),
    "ask_extension": (Told(Side.OWNER, _G.WAITING),),
    "confirm": _UNIT_NEWS,
    "decide_extension": _UNIT_NEWS,
    "propose_reassignment": (
        Told(Side.OWNER, _G.WAITING),
        Told(Side.ASKED, _G.WAITING),
    ),
    "withdraw_reassignment": (Told(Side.OWNER, _G.NEWS), Told(Side.ASKED, _G.NEWS)),
    "give_view": (Told(Side.OWNER, _G.NEWS),),
    "decide_reassignment": (
        Told(Side.FORMER, _G.NEWS),
        Told(Side.NEW_LEAD, _G.NEW),
        Told(Side.UNIT, _G.NEWS),
        Told(Side.DECIDED_FOR, _G.NEWS),
    ),
    "hand_over": (
        Told(Side.UNIT, _G.NEW),
        Told(Side.FORMER, _G.NEWS),
        Told(Side.DECIDED_FOR, _G.NEWS),
    ),
    "request_explanation": (Told(Side.UNIT, _G.WAITING),),
    "explain": (Told(Side.OWNER, _G.WAITING),),
    "judge": (Told(Side.UNIT, _G.NEWS), Told(Side.DECIDED_FOR, _G.NEWS)),
    "direct": (Told(Side.UNIT, _G.NEWS), Told(Side.DECIDED_FOR, _G.NEWS)),
    "urge": (Told(Side.UNIT, _G.DUE),),
    "raise_obstacle": (Told(Side.ASKED, _G.WAITING), Told(Side.OWNER, _G.NEWS)),
    "answer_obstacle": _UNIT_NEWS,
    "deliver_part": _UNIT_NEWS,
    "return_part": (Told(Side.PART, _G.RETURNED),),
    "correct_deadline": _UNIT_NEWS,
    "suspend": _UNIT_NEWS,
    "resume": _UNIT_NEWS,
    "reopen": _UNIT_NEWS,
    "discontinue": _UNIT_NEWS,
    "transfer": _UNIT_NEWS,
}
# Of an order to many: its units hear through their own tasks, those who work along and the office through the order.
OF_ORDERS: dict[str, tuple[Told, ...]] = {
    "assign": (),
    "deliver_part": (Told(Side.OWNER, _G.NEWS),),
    "return_part": ANNOUNCED["return_part"],
}


def announce(limit: int = 10_000) -> int:
    """Announces waiting events in batches; returns how many notices were written.

    An event that cannot be announced stays unannounced and does not hold up the others.
    """
    written, last_id, left = 0, 0, limit
    directory = Directory(today())
    while left > 0:
        try:
            count, seen, last_id = _announce_batch(directory, last_id, min(BATCH, left))
        except DatabaseError:
            logger.exception("a batch of events could not be announced; trying one by one")
            count, seen, last_id = _announce_singly(directory, last_id, min(BATCH, left))
        written += count
        left -= seen
        if not seen:
            break
    return written


def forget() -> int:
    """Marks all waiting events announced without telling anybody: after loading what happened long ago."""
    return Event.objects.filter(announced_at__isnull=True).update(announced_at=now())


def _waiting(after: int, size: int) -> list[Event]:
    """The next unannounced events, locked; another announcer's rows are passed over."""
    return list(
        Event.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(announced_at__isnull=True, id__gt=after)
        .select_related("task", "task__lead_unit", "task__lead_group")
        .prefetch_related("task__coordinations")
        .order_by("id")[:size]
    )


@transaction.atomic
def _announce_batch(directory: Directory, after: int, size: int) -> tuple[int, int, int]:
    """(notices written, events seen, id of the last one seen)."""
    events = _waiting(after, size)
    notices, done = [], []
    for event in events:
        try:
            notices += list(notices_of(event, directory))
            done.append(event.pk)
        except Exception:
            logger.exception("event %s cannot be announced", event.pk)
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Event.objects.filter(pk__in=done).update(announced_at=now())
    return len(notices), len(events), events[-1].pk if events else after


def _announce_singly(directory: Directory, after: int, size: int) -> tuple[int, int, int]:
    written = seen = 0
    while seen < size:
        try:
            count, found, after = _announce_batch(directory, after, 1)
        except DatabaseError:
            logger.exception("the event after %s cannot be stored as notices", after)
            following = Event.objects.filter(announced_at__isnull=True, id__gt=after).order_by("id").first()
            count, found, after = 0, int(following is not None), following.pk if following else after
        written += count
        seen += found
        if not found:
            break
    return written, seen, after


def notices_of(event: Event, directory: Directory) -> Iterator[Notice]:
    """What this event tells whom, unsaved; nothing for verbs nobody waits for."""
    task = event.task
    told = (ANNOUNCED if task.lead_unit_id is not None else OF_ORDERS).get(event.verb)
    if told is None:
        return
    words, reason = event_words(event)
    detail = cut("; ".join(filter(None, [reason.strip().rstrip(".;"), deadline_facts(task)])), LONGEST_DETAIL)
    heard: set[int] = set()
    for each in told:
        people = [person for person in _people(each.side, event, directory) if person.pk not in heard]
        heard.update(person.pk for person in people)
        said = heard_words(event, each.group, owner=each.side == Side.OWNER) or words
        # Who no longer leads the task cannot open it any more.
        url = reverse("inbox") if each.side == Side.FORMER else task_url(task)
        group = each.group
        if group == _G.DUE and task.counted_end is not None and task.counted_end < today():
            group = _G.OVERDUE
        yield from _notices(event, people, group, f"{said}: {task.title}", detail, url)
    if event.verb == "assign":
        helpers = [
            person
            for each in task.coordinations.all()
            for person in directory.answering(each.unit_id, head=False)
        ]
        others = [person for person in dict.fromkeys(helpers) if person.pk not in heard]
        lead = f"Chủ trì: {task.lead_label}; {detail}"
        title = f"{heard_words(event, Notice.Group.NEWS, owner=False)}: {task.title}"
        yield from _notices(event, others, Notice.Group.NEWS, title, lead, task_url(task))


def _people(side: Side, event: Event, directory: Directory) -> list[User]:
    task, facts = event.task, facts_of(event)
    match side:
        case Side.UNIT:
            return directory.answering(task.lead_unit_id) if task.lead_unit_id else []
        case Side.OWNER:
            return directory.owners(task.tracking_unit_id)
        case Side.DECIDED_FOR:
            return directory.owners(task.tracking_unit_id) if event.role == Role.LEADER else []
        case Side.OFFICER:
            officer = facts.get("row", {}).get("officer_id")
            return directory.among(officer, task.lead_unit_id) if officer and task.lead_unit_id else []
        case Side.NEW_LEAD:
            moved = facts.get("to_unit") == task.lead_unit_id
            return directory.answering(task.lead_unit_id) if moved and task.lead_unit_id else []
        case Side.FORMER:
            former = facts.get("from_unit")
            return directory.answering(former) if former and former != task.lead_unit_id else []
        case Side.PART:
            return directory.answering(facts["unit"]) if facts.get("unit") else []
        case Side.ASKED:
            asked = asked_unit(event)
            if asked == task.tracking_unit_id:
                return directory.owners(task.tracking_unit_id)
            return directory.answering(asked) if asked else []


def _notices(
    event: Event, people: list[User], group: Notice.Group, text: str, detail: str, url: str
) -> Iterator[Notice]:
    for person in people:
        if person.pk != event.by_id:
            yield Notice(
                recipient=person,
                key=f"event:{event.pk}:{person.pk}",
                group=group,
                task=event.task,
                event=event,
                text=cut(text, LONGEST_TEXT),
                detail=cut(detail, LONGEST_DETAIL),
                url=url,
                day=today(),
            )
