"""Mails that came back: reports of mail servers (RFC 3464), read from the mailbox they are sent to.

Anybody can write to that mailbox, so a report counts only when it carries the Message-ID of a mail of ours, and names
the address that mail went to.
"""

import email
import imaplib
import logging
import mailbox
from collections.abc import Callable
from email import policy
from email.message import EmailMessage, Message
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from core.text import clean_line
from notifications import outbox
from notifications.models import Digest, MarkedAddress, Notice

logger = logging.getLogger("notifications")

AT_ONCE = 200  # reports read by one run
LARGEST = 1_000_000  # bytes of one report


class Bounce(NamedTuple):
    message_id: str
    address: str
    answer: str


def is_configured() -> bool:
    return bool(settings.BOUNCE_MAILBOX)


# --- reading one report --------------------------------------------------------------------------------


def bounces_of(raw: bytes) -> list[Bounce]:
    """What a report says has failed for good; nothing for any other mail, or a delay."""
    report = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(report, EmailMessage)
    if report.get_content_type() != "multipart/report":
        return []
    message_id = _original_id(report)
    if not message_id:
        return []
    found = []
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if not isinstance(block, Message):
                continue
            action, status = _field(block, "Action").lower(), _field(block, "Status")
            address = _address(_field(block, "Original-Recipient")) or _address(
                _field(block, "Final-Recipient")
            )
            if action == "failed" and status.startswith("5") and address:
                answer = _field(block, "Diagnostic-Code").partition(";")[2].strip()
                found.append(Bounce(message_id, address, clean_line(f"{status} {answer}")[:300]))
    return found


def _original_id(report: EmailMessage) -> str:
    """The Message-ID of the mail that came back, whole or only its headers."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            return _field(first, "Message-ID") if isinstance(first, Message) else ""
        if kind == "text/rfc822-headers":
            headers = part.get_payload(decode=True) or b""
            assert isinstance(headers, bytes)
            return _field(email.message_from_bytes(headers, policy=policy.default), "Message-ID")
    return ""


def _field(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()


def _address(field: str) -> str:
    """ "rfc822; mai@example.vn" → "mai@example.vn"."""
    return field.partition(";")[2].strip().strip("<>").lower()


# --- what follows --------------------------------------------------------------------------------------


@transaction.atomic
def take(bounce: Bounce) -> bool:
    """Marks the address and the mail; False for a report about no mail of ours, or one already told."""
    digest = (
        Digest.objects.select_for_update(of=("self",))
        .filter(message_id=bounce.message_id, state=Digest.State.SENT)
        .select_related("recipient")
        .first()
    )
    if digest is None or digest.recipient.email.lower() != bounce.address:
        return False
    reason = f"Thư bị trả lại: {bounce.answer}"
    digest.state, digest.fault, digest.error = Digest.State.FAILED, Digest.Fault.BOUNCED, reason[:300]
    digest.save(update_fields=["state", "fault", "error"])
    digest.notices.filter(state=Notice.State.SENT).update(state=Notice.State.FAILED, reason=reason[:200])
    outbox.mark(bounce.address, MarkedAddress.Kind.BOUNCED, bounce.answer)
    return True


def take_report(raw: bytes) -> int:
    """How many mails this report marks. A report nobody can read marks none, and stops nothing."""
    try:
        found = bounces_of(raw)
    except Exception:
        logger.exception("a returned mail cannot be read")
        return 0
    return sum(take(bounce) for bounce in found)


# --- the mailbox ---------------------------------------------------------------------------------------


def read_mailbox() -> dict[str, int]:
    """Reads what is new in the configured mailbox: {"read", "marked"}. A report is put aside once it is kept."""
    where = urlsplit(settings.BOUNCE_MAILBOX)
    read = _read_imap if where.scheme in ("imap", "imaps") else _read_folder
    return read(take_report)


def _read_folder(take_one: Callable[[bytes], int]) -> dict[str, int]:
    box = mailbox.Maildir(settings.BOUNCE_MAILBOX, create=True)
    read = marked = 0
    for key in sorted(box.keys()):
        mail = box.get_message(key)
        if "S" in mail.get_flags():
            continue
        if read == AT_ONCE:
            break
        marked += take_one(box.get_bytes(key)[:LARGEST])
        mail.add_flag("S")
        mail.set_subdir("cur")
        box[key] = mail
        read += 1
    return {"read": read, "marked": marked}


def _read_imap(take_one: Callable[[bytes], int]) -> dict[str, int]:
    where = urlsplit(settings.BOUNCE_MAILBOX)
    kind = imaplib.IMAP4_SSL if where.scheme == "imaps" else imaplib.IMAP4
    read = marked = 0
    with kind(
        where.hostname or "", where.port or _port_of(where.scheme), timeout=settings.EMAIL_TIMEOUT
    ) as box:
        box.login(unquote(where.username or ""), unquote(where.password or ""))
        box.select(where.path.strip("/") or "INBOX")
        _, (numbers,) = box.search(None, "UNSEEN")
        for number in numbers.split()[:AT_ONCE]:
            _, parts = box.fetch(number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            marked += take_one(raw)
            box.store(number.decode(), "+FLAGS", r"(\Seen)")
            read += 1
    return {"read": read, "marked": marked}


def _port_of(scheme: str) -> int:
    return 993 if scheme == "imaps" else 143
