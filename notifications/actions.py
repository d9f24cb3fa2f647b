"""What a person does with their own inbox."""

from core.clock import now
from notifications.models import Notice, Preference
from units.models import User


def mark_read(notice: Notice) -> None:
    """Seen now, unless it was seen before: the first time stays."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now())


def mark_all_read(by: User) -> int:
    """Everything unread of this person; returns how many."""
    return Notice.objects.visible_to(by).filter(read_at__isnull=True).update(read_at=now())


def choose_manner(by: User, *, mails: bool, urgent_at_once: bool, quiet_until: str) -> None:
    """How this person is told: mails at all, urgent ones at once, the daily one not before an hour."""
    choose_mails(by, mails)
    Preference.objects.update_or_create(
        person=by, defaults={"urgent_at_once": urgent_at_once, "quiet_until": quiet_until}
    )


def choose_mails(by: User, wanted: bool) -> None:
    """Whether the daily mail comes too; the inbox holds everything in either case."""
    by.mails = wanted
    by.save(update_fields=["mails"])
