"""Content that must go leaves inbox and mail with it (office rule 25)."""

from collections.abc import Collection
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from core.traces import Traces
from notifications.models import Digest, Escalation, Notice
from tasks.models import Event

COVERED = "Nội dung đã được che; mở nhiệm vụ để xem"
COVERED_SUBJECT = "[Nhắc việc] (nội dung đã gỡ)"
# Mail files looked through, the newest; older ones are the business of whoever keeps them.
MOST_FILES = 5_000


def cover(tasks: Collection[int], events: Collection[Event], traces: Traces) -> int:
    """Empties what inbox, unsent mail and the owner's desk say of these events, and whatever else about these tasks
    carries the words; how many notices. A digest is written when it is sent, from what is known then."""
    pks = {event.pk for event in events}
    found = [
        notice.pk
        for notice in Notice.objects.filter(Q(task__in=tasks) | Q(event__in=pks))
        if notice.text != COVERED and (notice.event_id in pks or traces.are_in(notice.text, notice.detail))
    ]
    subjects = [
        digest.pk
        for digest in Digest.objects.filter(notices__task__in=tasks).exclude(subject="").distinct()
        if traces.are_in(digest.subject)
    ]
    said = [
        each.pk
        for each in Escalation.objects.filter(task__in=tasks).exclude(proposal="")
        if traces.are_in(each.proposal)
    ]
    Escalation.objects.filter(pk__in=said).update(proposal="")
    Notice.objects.filter(pk__in=found).update(text=COVERED, detail="")
    Digest.objects.filter(pk__in=subjects).update(subject=COVERED_SUBJECT)
    return len(found)


def sent_files(traces: Traces) -> list[str]:
    """Names of mail files that carry the words: they have gone out and are only listed."""
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return []
    newest = sorted(folder.glob("*.eml"), reverse=True)[:MOST_FILES]
    return [path.name for path in newest if traces.are_in(*_words(path))]


def _words(path: Path) -> list[str]:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = mail.get_body(preferencelist=("plain", "html"))
    return [str(mail["subject"] or ""), body.get_content() if body is not None else ""]
