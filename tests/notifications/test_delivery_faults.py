"""Mails that came back, addresses that refuse, mails given up and tried again, urgent ones, calendars."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from notifications import announcer, bounces, failures, feed, jobs, leaving, outbox
from notifications.models import Digest, MarkedAddress, Preference
from tests.cast import TODAY, Cast
from tests.notifications.helpers import FakeServer, digest_of

REPORT = """From: MAILER-DAEMON@mx.example.vn
To: theodoi@example.vn
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

No.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: x

x
--b--
"""


@pytest.fixture
def sent(cast: Cast) -> Digest:
    cast.task(nominal_end=date(2026, 10, 16))
    announcer.forget()
    jobs.remind(TODAY)
    outbox.send(TODAY, connection=FakeServer())
    return digest_of(cast.mai)


def report(
    sent: Digest, address: str = "mai@example.vn", action: str = "failed", message_id: str = ""
) -> bytes:
    return REPORT.format(address=address, action=action, message_id=message_id or sent.message_id).encode()


def test_a_returned_mail_marks_the_address_once(sent: Digest, tmp_path: Path, settings) -> None:
    settings.BOUNCE_MAILBOX = str(tmp_path / "box")
    bounces.read_mailbox()  # makes the folders
    (tmp_path / "box" / "new" / "1").write_bytes(report(sent))
    (tmp_path / "box" / "new" / "2").write_bytes(EmailMessage().as_bytes())
    assert bounces.read_mailbox() == {"read": 2, "marked": 1}
    assert bounces.read_mailbox() == {"read": 0, "marked": 0}
    sent.refresh_from_db()
    assert (sent.state, sent.fault) == ("failed", "bounced")
    assert MarkedAddress.objects.get().answer == "5.1.1 550 no such user"
    assert outbox.address_problem(sent.recipient) == outbox.MARKED_ADDRESS


@pytest.mark.parametrize(
    "forged",
    [{"message_id": "<other@x>"}, {"address": "lan@example.vn"}, {"action": "delayed"}],
)
def test_a_report_about_no_mail_of_ours_marks_nothing(sent: Digest, forged: dict[str, str]) -> None:
    assert bounces.take_report(report(sent, **forged)) == 0
    assert not MarkedAddress.objects.exists()


def test_an_address_trusted_again_gets_what_was_held(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 10, 16))
    announcer.forget()
    outbox.mark(cast.mai.email, MarkedAddress.Kind.REFUSED, "550 no")
    jobs.remind(TODAY)
    server = FakeServer()
    outbox.send(TODAY, connection=server)
    assert server.receivers == []
    assert digest_of(cast.mai).fault == "address"
    assert failures.trust_again(MarkedAddress.objects.get(), cast.lan) == 1
    outbox.send(TODAY, connection=server)
    assert server.receivers == [cast.mai.email]


def test_urgent_news_goes_at_once_and_once_unless_unwanted(cast: Cast) -> None:
    Preference.objects.create(person=cast.minh, urgent_at_once=False)
    task = cast.task(urgency="express", nominal_end=date(2026, 12, 15))
    announcer.announce()
    server = FakeServer()
    for _ in range(2):
        jobs.gather_urgent()
        outbox.send(TODAY, connection=server)
    assert server.receivers == [cast.mai.email]
    mail = server.accepted[0]
    assert mail.subject.startswith("[Nhắc việc] Hỏa tốc: ")
    assert mail.extra_headers["References"] == f"<nhiem-vu.{task.pk}@127.0.0.1>"


def test_one_press_in_the_mail_program_ends_the_mails(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    path = leaving.path(cast.mai)
    assert client.get(path).status_code == 200
    cast.mai.refresh_from_db()
    assert cast.mai.mails
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    cast.mai.refresh_from_db()
    assert not cast.mai.mails
    assert client.post(reverse("leave_mails", args=["forged"])).status_code == 404


def test_a_calendar_program_reads_the_deadlines_until_the_address_ends(cast: Cast, client: Client) -> None:
    from icalendar import Calendar

    cast.task(title="Rà soát, công bố; danh mục", nominal_end=date(2026, 10, 16))
    cast.task("NV02", lead=cast.cn1)
    address = feed.renew(cast.mai).removeprefix("http://127.0.0.1:8000")
    book = Calendar.from_ical(client.get(address).content)
    (entry,) = book.walk("VEVENT")
    assert (str(entry["summary"]), entry.decoded("dtstart")) == (
        "Hạn: Rà soát, công bố; danh mục",
        date(2026, 10, 16),
    )
    assert address.split("/")[-1].removesuffix(".ics") not in feed.of(cast.mai).digest  # type: ignore[union-attr]
    feed.revoke(cast.mai)
    assert client.get(address).status_code == 404


def test_only_an_administrator_sees_the_mailroom(cast: Cast, client: Client) -> None:
    client.force_login(cast.lan)
    assert client.get(reverse("mailroom")).status_code == 403
    cast.son.is_superuser = True
    cast.son.save()
    client.force_login(cast.son)
    assert client.get(reverse("mailroom")).status_code == 200
    assert client.get(reverse("mail_settings")).status_code == 200
    assert client.get(reverse("unread")).json() == {"unread": 0}
