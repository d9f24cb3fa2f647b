"""A person's deadlines as a calendar other programs subscribe to (iCalendar), under an address only they know."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from core.clock import now, today
from notifications.mail import absolute
from notifications.models import CalendarFeed
from notifications.words import task_url
from tasks.models import Task
from tasks.status import Confirmation
from units.models import User
from units.permissions import Role

MOST = 1000  # entries; more is no calendar any more
AHEAD = timedelta(days=400)


def of(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=person).first()


def renew(person: User) -> str:
    """A new secret address; the old one ends. The only time it can be read."""
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"digest": _digest(secret), "created_at": now(), "read_at": None}
    )
    return absolute(reverse("calendar_feed", args=[secret]))


def revoke(person: User) -> None:
    CalendarFeed.objects.filter(person=person).delete()


def owner_of(secret: str) -> User | None:
    """Whose calendar stands under this address, while that person is with us; notes that it was read."""
    feed = CalendarFeed.objects.select_related("person").filter(digest=_digest(secret)).first()
    if feed is None or not feed.person.is_active:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now())
    return feed.person


def _digest(secret: str) -> str:
    # The secret is 256 random bits: no salt or slow hash makes guessing it any harder.
    return sha256(secret.encode()).hexdigest()


def entries(person: User) -> QuerySet[Task]:
    """Open tasks with a day, of the units whose clerk or head this person is."""
    units = [g.unit_id for g in person.grants_today if g.role in (Role.UNIT_CLERK, Role.UNIT_HEAD)]
    return (
        Task.objects.visible_to(person)
        .open()
        .filter(lead_unit__in=units, assigned_on__isnull=False, effective_end__lte=today() + AHEAD)
        .select_related("plan__document")
        .order_by("effective_end", "pk")[:MOST]
    )


def calendar(person: User) -> bytes:
    """Whole-day entries without anybody's name; each links to its task."""
    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", "-//Theo doi ke hoach//VI")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", "Hạn nhiệm vụ")
    book.add("x-wr-timezone", settings.TIME_ZONE)
    book.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for task in entries(person):
        assert task.effective_end is not None
        event, url = Event(), absolute(task_url(task))
        waits = task.confirmation == Confirmation.SUBMITTED
        event.add("uid", f"nhiem-vu-{task.pk}@{settings.SITE_URL.partition('://')[2]}")
        event.add("dtstamp", now())
        event.add("dtstart", task.effective_end)
        event.add("dtend", task.effective_end + timedelta(days=1))
        event.add("summary", f"{'Đã trình' if waits else 'Hạn'}: {task.title}")
        event.add("description", f"{task.plan.label if task.plan else task.get_source_display()}\n{url}")
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    return bytes(book.to_ical())
