"""News from the ledger: events become notices, in the same transaction that marks them announced.

Inbox rows appear at once; mail waits for the digest of the next working morning. Nobody is told of what they
did themselves, and leaders and bodies outside our authority are never told by the machine (office rules 27
and 28).
"""

import logging
from collections.abc import Iterator

from django.db import DatabaseError, transaction

from core.clock import now, today
from notifications.models import Notice
from notifications.recipients import Directory
from notifications.words import LONGEST_DETAIL, LONGEST_TEXT, cut, deadline_facts, event_words, task_url
from tasks.models import Event
from units.models import User

logger = logging.getLogger("notifications")

BATCH = 200

UNIT, OWNER = "unit", "owner"
# verb → who is told, and under which heading a digest lists it. Other verbs are not announced.
ANNOUNCED: dict[str, tuple[str, Notice.Group]] = {
    "assign": (UNIT, Notice.Group.NEW),
    "return": (UNIT, Notice.Group.RETURNED),
    "submit": (OWNER, Notice.Group.WAITING),
    "ask_extension": (OWNER, Notice.Group.WAITING),
    "confirm": (UNIT, Notice.Group.NEWS),
    "decide_extension": (UNIT, Notice.Group.NEWS),
    "suspend": (UNIT, Notice.Group.NEWS),
    "resume": (UNIT, Notice.Group.NEWS),
    "discontinue": (UNIT, Notice.Group.NEWS),
    "transfer": (UNIT, Notice.Group.NEWS),
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
        .select_related("task", "task__lead_unit")
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
    """What this event tells whom, unsaved; nothing for verbs nobody waits for, or an order to many units."""
    task = event.task
    told = ANNOUNCED.get(event.verb)
    if told is None or task.lead_unit_id is None:
        return
    side, group = told
    words, reason = event_words(event)
    detail = cut("; ".join(filter(None, [reason, deadline_facts(task)])), LONGEST_DETAIL)
    owners = side == OWNER
    people = directory.owners(task.tracking_unit_id) if owners else directory.answering(task.lead_unit_id)
    yield from _notices(event, people, group, f"{words}: {task.title}", detail)
    if event.verb == "assign":
        helpers = [
            person
            for each in task.coordinations.all()
            for person in directory.answering(each.unit_id, head=False)
        ]
        others = [person for person in dict.fromkeys(helpers) if person not in people]
        lead = f"Chủ trì: {task.lead_label}; {detail}"
        yield from _notices(event, others, Notice.Group.NEWS, f"Phối hợp thực hiện: {task.title}", lead)


def _notices(
    event: Event, people: list[User], group: Notice.Group, text: str, detail: str
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
                url=task_url(event.task),
                day=today(),
            )
