"""What an administrator does about mails that did not go: try them again, trust an address again."""

from django.db import transaction

from core.clock import now, today
from notifications import outbox
from notifications.models import Digest, MarkedAddress, Notice
from units.models import CalendarDay, User


@transaction.atomic
def retry(digest: Digest) -> bool:
    """Lets a mail that was given up go again, with the words of today. False when it no longer is given up.

    One of an earlier day joins the mail of this day, or of the next working day: nobody gets two.
    """
    mine = Digest.objects.select_for_update().filter(pk=digest.pk).failed().first()
    if mine is None:
        return False
    failed = mine.notices.filter(state=Notice.State.FAILED)
    on = today()
    if mine.day == on:
        failed.update(state=Notice.State.PENDING, reason="")
        mine.state, mine.attempts, mine.error, mine.fault = Digest.State.PENDING, 0, "", Digest.Fault.NONE
        mine.not_before, mine.sent_at = now(), None
        mine.save(update_fields=["state", "attempts", "error", "fault", "not_before", "sent_at"])
        return True
    failed.update(state=Notice.State.PENDING, reason="", digest=None)
    mine.state, mine.reason = Digest.State.SKIPPED, "Quản trị cho gửi lại, gộp vào thư sau"
    mine.save(update_fields=["state", "reason"])
    if CalendarDay.objects.as_calendar().is_workday(on):
        outbox.gather(on)
    return True


def retry_all(digests: list[Digest]) -> int:
    return sum(retry(digest) for digest in digests)


@transaction.atomic
def trust_again(marked: MarkedAddress, by: User) -> int:
    """The address is right after all: mails go to it again, those of its person that were held with them; how many."""
    standing = MarkedAddress.objects.standing().filter(pk=marked.pk)
    if not standing.update(cleared_at=now(), cleared_by=by):
        return 0
    held = Digest.objects.failed().filter(
        recipient__email__iexact=marked.address, fault__in=[Digest.Fault.ADDRESS, Digest.Fault.REFUSED]
    )
    return retry_all(list(held.order_by("day", "pk")))
