"""The outbox: notices gathered into one mail per person and day, claimed, sent, settled.

Delivery is at least once. Every step is a row: a sender that dies leaves a lease that runs out, and another
takes the mail over; one that comes back late finds its claim gone and changes nothing. The attempt is counted
and committed before it is made, so a mail that kills its sender is not tried for ever. Only a crash between
the mail server's acceptance and our own commit can repeat a mail, then with the same Message-ID.
"""

import logging
import smtplib
import time
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from core.clock import now
from core.text import clean_line
from notifications import hours, recheck
from notifications.collecting import RoundKey
from notifications.mail import Desk, letter, line_of, message, message_id, urgent_message_id
from notifications.models import Digest, MarkedAddress, Notice, Preference
from notifications.planner import ReminderKey, steps_of_first_lateness
from notifications.recipients import Directory
from tasks.models import Task
from units.models import CalendarDay, RoleGrant, User
from units.permissions import Role

logger = logging.getLogger("notifications")

State = Notice.State
Kind = Digest.Kind
Fault = Digest.Fault

BATCH = 200
LEASE = timedelta(minutes=5)
# After a refusal that may pass: minutes until the next attempt, then the last one again and again …
BACK_OFF = (1, 5, 15, 60, 240)
# … for about three working days.
MOST_ATTEMPTS = 12
# A mail tried so often without any answer kills its sender.
MOST_CRASHES = 3
# Answers of a mail server: it ends the connection; it knows no such address (RFC 5321, 4.2.3).
HANGS_UP = 421
NO_SUCH_ADDRESS = (550, 551, 553)
PAUSE = timedelta(minutes=15)  # after the mail server refused our login
NO_SERVER = timedelta(minutes=5)  # while it cannot be reached

INBOX_ONLY = "Chỉ hiện trong hộp thư: người nhận không nhận thư"
NO_ADDRESS = "Người nhận chưa có địa chỉ thư điện tử"
BAD_ADDRESS = "Địa chỉ thư điện tử không hợp lệ"
MARKED_ADDRESS = "Địa chỉ này đã bị máy chủ thư từ chối, chờ quản trị kiểm tra"
NOTHING_LEFT = "Không còn việc phải nhắc"

# News of a task marked urgent goes at once when it asks its receiver to act.
URGENT = (Task.Urgency.URGENT, Task.Urgency.VERY_URGENT, Task.Urgency.EXPRESS)
ACTING = (Notice.Group.NEW, Notice.Group.RETURNED, Notice.Group.WAITING)


@dataclass(slots=True)
class Counts:
    """Notices settled by a run; `left` says whether mails of the day still wait."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    left: bool = False

    def add(self, other: "Counts") -> None:
        self.sent += other.sent
        self.skipped += other.skipped
        self.failed += other.failed
        self.left = other.left


# --- gathering -----------------------------------------------------------------------------------------


@transaction.atomic
def gather(on: date) -> None:
    """Puts waiting notices into the mail of `on`, one per person.

    A mail of an earlier day that never went is taken apart into this one: after an outage there is one mail,
    with the words of today. A mail of this day that has already gone takes nothing more; the rest waits for
    the next.
    """
    burnt = _take_apart_older(on)
    waiting = Notice.objects.filter(state=State.PENDING, digest__isnull=True, day__lte=on)
    people = sorted(set(waiting.values_list("recipient_id", flat=True)))
    earliest = _earliest(waiting, people, on)
    at = now()
    Digest.objects.bulk_create(
        (
            Digest(
                recipient_id=person,
                day=on,
                message_id=message_id(person, on),
                not_before=max(at, earliest.get(person, at)),
                attempts=burnt.get(person, (0, ""))[0],
                error=burnt.get(person, (0, ""))[1],
            )
            for person in people
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    mine = Digest.objects.filter(
        recipient=OuterRef("recipient"), day=on, kind=Kind.DAILY, state=Digest.State.PENDING, claim=""
    )
    waiting.update(digest=Subquery(mine.values("pk")[:1]))


@transaction.atomic
def gather_urgent(on: date) -> int:
    """Gives each urgent event waiting for a morning a mail of its own now; returns how many. Once an event and person:
    one that could not go by the end of its day joins the daily mail."""
    quiet = Preference.objects.filter(urgent_at_once=False).values("person")
    waiting = (
        Notice.objects.filter(state=State.PENDING, digest__isnull=True, event__isnull=False, day__lte=on)
        .filter(task__urgency__in=URGENT, group__in=ACTING, recipient__mails=True)
        .exclude(recipient__in=quiet)
    )
    found = list(waiting.values_list("recipient_id", "event_id"))
    Digest.objects.bulk_create(
        (
            Digest(
                recipient_id=person,
                kind=Kind.URGENT,
                event_id=event,
                day=on,
                message_id=urgent_message_id(person, event),
            )
            for person, event in found
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    mine = Digest.objects.filter(
        recipient=OuterRef("recipient"), event=OuterRef("event"), state=Digest.State.PENDING, claim=""
    )
    return waiting.filter(Exists(mine)).update(digest=Subquery(mine.values("pk")[:1]))


def _earliest(waiting: QuerySet[Notice], people: list[int], on: date) -> dict[int, datetime]:
    """Until when the mails of some people wait: their own wish, and the owner's time to settle what is newly late."""
    until = {
        wish.person_id: hours.moment(on, wish.quiet)
        for wish in Preference.objects.exclude(quiet_until="")
        if wish.quiet is not None
    }
    nine = hours.moment(on, hours.FIRST_OVERDUE_FROM)
    for person in _hold_until_nine(waiting, on):
        until[person] = max(nine, until.get(person, nine))
    return {person: until[person] for person in people if person in until}


def _take_apart_older(on: date) -> dict[int, tuple[int, str]]:
    """Frees the notices of earlier mails that did not go, and stranded ones; (attempts, error) by person."""
    older = Digest.objects.filter(state=Digest.State.PENDING, day__lt=on).exclude(lease_until__gte=now())
    rows = list(older.select_for_update().values_list("pk", "recipient_id", "attempts", "error"))
    pks = [pk for pk, *_ in rows]
    reason = f"Gộp vào thư ngày {on:%d/%m/%Y}"
    Digest.objects.filter(pk__in=pks).update(
        state=Digest.State.SKIPPED, reason=reason, claim="", lease_until=None
    )
    stranded = Notice.objects.filter(state=State.PENDING, digest__isnull=False)
    stranded.filter(~Q(digest__state=Digest.State.PENDING)).update(digest=None)
    return {person: (attempts, error) for _, person, attempts, error in rows}


def _hold_until_nine(waiting: QuerySet[Notice], on: date) -> set[int]:
    """Units' people with a first overdue line: the owner may settle it before they see it (office 29)."""
    firsts = steps_of_first_lateness()
    late = waiting.filter(group=Notice.Group.OVERDUE).values_list("key", "recipient_id")
    read = ((ReminderKey.read(key) or RoundKey.read(key), person) for key, person in late)
    found = {person for key, person in read if key is not None and key.step in firsts}
    owners = RoleGrant.objects.valid_on(on).filter(role=Role.PLAN_OWNER, user__in=found)
    return found - set(owners.values_list("user_id", flat=True))


# --- claims --------------------------------------------------------------------------------------------


@transaction.atomic
def claim(on: date, *, limit: int = BATCH) -> tuple[str, list[int]]:
    """Takes mails of the day `on` that may go now, for one sender: (the claim, ids)."""
    at = now()
    ready = Digest.objects.ready(at).filter(day=on).order_by("not_before", "id")
    ids = list(ready.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    token = str(uuid.uuid4())
    Digest.objects.filter(pk__in=ids).update(claim=token, lease_until=at + LEASE)
    return token, ids


def begin_attempt(digest_id: int, token: str) -> bool:
    """Counts an attempt and commits it; False when the claim is no longer ours."""
    mine = _held(digest_id, token)
    return bool(mine.update(attempts=F("attempts") + 1, lease_until=now() + LEASE))


def release(token: str) -> None:
    """Gives back what was claimed and not tried."""
    Digest.objects.filter(claim=token, state=Digest.State.PENDING).update(claim="", lease_until=None)


def _held(digest_id: int, token: str) -> QuerySet[Digest]:
    return Digest.objects.filter(pk=digest_id, claim=token, state=Digest.State.PENDING)


def _postpone(token: str, until: timedelta, fault: Fault, error: str) -> None:
    """The server takes nothing from us now: all claimed mails wait, and no attempt is counted."""
    Digest.objects.filter(claim=token, state=Digest.State.PENDING).update(
        claim="", lease_until=None, not_before=now() + until, fault=fault, error=_short(error)
    )


def settle(digest_id: int, token: str, **changes: Any) -> bool:
    """Writes the outcome of an attempt; False, and nothing written, when the claim is no longer ours."""
    return bool(_held(digest_id, token).update(claim="", lease_until=None, **changes))


# --- sending -------------------------------------------------------------------------------------------


class ServerRefusesUs(Exception):
    """The mail server does not take our login or our sender address: nothing can go until that is mended."""


def send(
    on: date,
    *,
    limit: int = BATCH,
    seconds: float = 45,
    connection: BaseEmailBackend | None = None,
) -> Counts:
    """Sends waiting mails of the day `on` over one connection, at most `limit`, for about `seconds`.

    Each mail stands alone: whatever goes wrong with one is written on it, and the next is tried.
    """
    token, ids = claim(on, limit=limit)
    total = Counts()
    if not ids:
        return total
    stop_at = time.monotonic() + seconds
    connection = connection or get_connection()
    try:
        _open(connection)
        clerk = _Sender(on, token, connection)
        for digest_id in ids:
            if time.monotonic() > stop_at:
                break
            total.add(clerk.send(digest_id))
    except ServerRefusesUs as error:
        logger.error("the mail server refuses us: %s", error)
        _postpone(token, PAUSE, Fault.LOGIN, str(error))
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("the mail server cannot be reached: %s", error)
        _postpone(token, NO_SERVER, Fault.NETWORK, f"Không kết nối được máy chủ thư: {error}")
    finally:
        release(token)
        _close(connection)
    total.left = is_waiting(on)
    return total


def hasten(on: date) -> None:
    """Mails of the day that wait for an hour or another attempt may go now: somebody runs this by hand."""
    Digest.objects.filter(state=Digest.State.PENDING, day=on, not_before__gt=now()).update(not_before=now())


def is_waiting(on: date) -> bool:
    """Whether a mail of the day could go now."""
    return Digest.objects.ready(now()).filter(day=on).exists()


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError as error:
        raise ServerRefusesUs(
            f"Máy chủ thư từ chối đăng nhập: {_answer(error.smtp_code, error.smtp_error)}"
        ) from error


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("the mail connection was already gone")


class _Sender:
    """One batch: a claim, a connection, and what its letters share."""

    def __init__(self, on: date, token: str, connection: BaseEmailBackend) -> None:
        self.on, self.token, self.connection = on, token, connection
        self.desk = Desk(on, CalendarDay.objects.as_calendar(), Directory(on))
        self.desk.asked.update(recheck.standing(on))

    def send(self, digest_id: int) -> Counts:
        """One mail. Raises only what stops the batch: ServerRefusesUs, a lost connection, the database."""
        if not begin_attempt(digest_id, self.token):
            return Counts()
        digest = Digest.objects.select_related("recipient").get(pk=digest_id)
        try:
            return self._deliver(digest)
        except ServerRefusesUs:
            _held(digest_id, self.token).update(attempts=F("attempts") - 1)
            raise
        except (OperationalError, InterfaceError):
            raise
        except smtplib.SMTPResponseException as error:
            counts = self._refused(digest, error.smtp_code, error.smtp_error)
            if error.smtp_code == HANGS_UP:
                self._reopen()
            return counts
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            if code in NO_SUCH_ADDRESS:
                mark(digest.recipient.email, MarkedAddress.Kind.REFUSED, _answer(code, answer))
            return self._refused(digest, code, answer)
        except smtplib.SMTPNotSupportedError as error:
            return self._fail(digest, Fault.REFUSED, f"Máy chủ thư không nhận loại thư này: {error}")
        except (OSError, smtplib.SMTPException) as error:
            counts = self._retry(digest, Fault.NETWORK, f"Mất kết nối máy chủ thư: {error}")
            self._reopen()
            return counts
        except Exception as error:
            logger.exception("digest %s cannot be sent", digest_id)
            words = f"{type(error).__name__}: {error}"
            if digest.attempts >= MOST_CRASHES:
                return self._fail(digest, Fault.OURS, words)
            return self._retry(digest, Fault.OURS, words)

    def _reopen(self) -> None:
        """A fresh connection for the mails to come; raises when there is none to be had."""
        _close(self.connection)
        _open(self.connection)

    def _deliver(self, digest: Digest) -> Counts:
        if digest.attempts > MOST_CRASHES and not digest.error:
            return self._fail(digest, Fault.OURS, "Thư làm dừng tiến trình gửi")
        standing, stale = self._standing(digest)
        if not standing:
            reason = next(iter(stale.values()), NOTHING_LEFT)
            return self._settle(digest, stale, [], state=Digest.State.SKIPPED, reason=reason)
        carried = [notice.pk for notice in standing]
        if not digest.recipient.mails:
            return self._settle(digest, stale, carried, state=Digest.State.SKIPPED, reason=INBOX_ONLY)
        problem = address_problem(digest.recipient)
        if problem:
            return self._fail(digest, Fault.ADDRESS, problem)
        lines = [line_of(notice, self.desk) for notice in standing]
        about = standing[0].task if digest.kind == Kind.URGENT else None
        content = letter(digest.recipient, lines, self.on, _tracking(standing), about)
        try:
            message(digest, content, self.connection, about).send()
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code >= 500:
                answer = _answer(error.smtp_code, error.smtp_error)
                raise ServerRefusesUs(f"Máy chủ thư không nhận địa chỉ gửi: {answer}") from error
            raise
        return self._settle(
            digest,
            stale,
            carried,
            state=Digest.State.SENT,
            sent_at=now(),
            subject=content.subject,
            error="",
            fault=Fault.NONE,
        )

    def _standing(self, digest: Digest) -> tuple[list[Notice], dict[int, str]]:
        """Notices of the mail that still stand, and why the others do not."""
        rows = list(
            digest.notices.filter(state=State.PENDING)
            .select_related(
                "recipient", "event", "task__plan__document", "task__clause", "task__lead_unit",
                "task__source_document", "task__tracking_unit",
            )
            .prefetch_related("task__coordinations")
            .order_by("group", "task__counted_end", "id")
        )  # fmt: skip
        stale = {
            row.pk: reason
            for row in rows
            if (reason := recheck.reason_to_skip(row, self.desk.directory, self.desk.asked))
        }
        standing = [row for row in rows if row.pk not in stale]
        stale |= dict.fromkeys(recheck.repeated(standing), recheck.REPEATED)
        return [row for row in standing if row.pk not in stale], stale

    def _settle(self, digest: Digest, stale: dict[int, str], sent: list[int], **changes: Any) -> Counts:
        with transaction.atomic():
            if not settle(digest.pk, self.token, **changes):
                return Counts()
            for reason in sorted(set(stale.values())):
                pks = [pk for pk, why in stale.items() if why == reason]
                Notice.objects.filter(pk__in=pks).update(state=State.SKIPPED, reason=reason)
            Notice.objects.filter(pk__in=sent).update(state=State.SENT)
        return Counts(sent=len(sent), skipped=len(stale))

    def _refused(self, digest: Digest, code: int, answer: bytes | str) -> Counts:
        words = _answer(code, answer)
        if code < 500:
            return self._retry(digest, Fault.FOR_NOW, words)
        return self._fail(digest, Fault.REFUSED, f"Thư quá lớn: {words}" if code == 552 else words)

    def _retry(self, digest: Digest, fault: Fault, error: str) -> Counts:
        if digest.attempts >= MOST_ATTEMPTS:
            return self._fail(digest, fault, error)
        later = now() + timedelta(minutes=BACK_OFF[min(digest.attempts, len(BACK_OFF)) - 1])
        settle(digest.pk, self.token, not_before=later, fault=fault, error=_short(error))
        return Counts()

    def _fail(self, digest: Digest, fault: Fault, error: str) -> Counts:
        with transaction.atomic():
            given_up = {"state": Digest.State.FAILED, "fault": fault, "error": _short(error)}
            if not settle(digest.pk, self.token, **given_up):
                return Counts()
            failed = digest.notices.filter(state=State.PENDING).update(
                state=State.FAILED, reason=_short(error, 200)
            )
        return Counts(failed=failed)


def address_problem(person: User) -> str:
    """Why no mail can reach this person, or ""."""
    if not person.email:
        return NO_ADDRESS
    try:
        validate_email(person.email)
    except ValidationError:
        return BAD_ADDRESS
    if MarkedAddress.objects.standing().filter(address=person.email.lower()).exists():
        return MARKED_ADDRESS
    return ""


def mark(address: str, kind: MarkedAddress.Kind, answer: str) -> None:
    """Nothing more goes to this address until an administrator has looked; a second time counts."""
    said = {"kind": kind, "answer": _short(answer), "marked_at": now()}
    found, new = MarkedAddress.objects.get_or_create(address=address.lower(), defaults=said)
    if not new:
        again = {**said, "times": F("times") + 1, "cleared_at": None, "cleared_by": None}
        MarkedAddress.objects.filter(pk=found.pk).update(**again)


def _tracking(notices: list[Notice]) -> str:
    """The offices that follow these tasks, as a letter names them."""
    names = {notice.task.tracking_unit.name for notice in notices if notice.task is not None}
    return ", ".join(sorted(names))


def _answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {text}"


def _short(text: str, length: int = 300) -> str:
    return clean_line(text)[:length]
