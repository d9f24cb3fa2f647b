"""What mail servers do to us: nothing is lost, nothing tried for ever, no worker held longer than 20 s a mail."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
import time_machine
from django.core.mail import get_connection

from notifications import announcer, jobs, outbox
from notifications.channels import smtp
from notifications.models import Digest, MarkedAddress, Notice
from tests.cast import TODAY, Cast
from tests.faults.sink import Sink
from tests.notifications.helpers import at, digest_of

FRIDAY = date(2026, 10, 16)


@pytest.fixture
def due(cast: Cast) -> Cast:
    """Mai and Tú each have a mail waiting."""
    cast.task("NV01", nominal_end=FRIDAY)
    cast.task("NV02", lead=cast.cn1, nominal_end=FRIDAY)
    announcer.forget()
    jobs.remind(TODAY)
    return cast


def send(sink: Sink, on: date = TODAY) -> outbox.Counts:
    backend = "notifications.channels.smtp.BoundedBackend"
    return outbox.send(on, connection=get_connection(backend, host="127.0.0.1", port=sink.port))


def faults() -> set[str]:
    return set(Digest.objects.values_list("fault", flat=True))


def test_all_mails_of_a_batch_go_over_one_connection(due: Cast) -> None:
    with Sink() as sink:
        assert send(sink).sent == 2
    assert (sink.connections, sink.count) == (1, 2)
    assert set(sink.received) == set(Digest.objects.values_list("message_id", flat=True))


@pytest.mark.parametrize(
    ("behave", "fault", "state", "attempts", "minutes"),
    [
        ("421", "network", "pending", 0, 5),
        ("554", "network", "pending", 0, 5),
        ("from 553", "login", "pending", 0, 15),
        ("data 451", "for_now", "pending", 1, 1),
        ("data 552", "refused", "failed", 1, 0),
        ("data 554", "refused", "failed", 1, 0),
        ("cut", "network", "pending", 1, 1),
    ],
)
def test_what_follows_from_each_answer(
    due: Cast, behave: str, fault: str, state: str, attempts: int, minutes: int
) -> None:
    with Sink(behave) as sink:
        send(sink)
    assert sink.count == 0
    digest = digest_of(due.mai)
    assert (digest.fault, digest.state, digest.attempts) == (fault, state, attempts)
    if minutes:
        assert digest.not_before == outbox.now() + timedelta(minutes=minutes)
    with Sink() as healthy, at("09:20"):
        send(healthy)
    assert healthy.count == (0 if state == "failed" else 2)


def test_a_bad_login_pauses_and_burns_nothing(due: Cast) -> None:
    with Sink("535") as sink:
        backend = "notifications.channels.smtp.BoundedBackend"
        door = get_connection(backend, host="127.0.0.1", port=sink.port, username="u", password="p")
        outbox.send(TODAY, connection=door)
    assert faults() == {"login"}
    assert set(Digest.objects.values_list("attempts", flat=True)) == {0}


def test_a_cut_after_acceptance_may_repeat_a_mail_with_the_same_message_id(due: Cast) -> None:
    with Sink("cut after") as sink:
        send(sink)
        sink.behave = ""
        with at("09:10"):
            send(sink)
    assert digest_of(due.mai).state == "sent"
    assert sorted(sink.received.values()) == [2, 2]


def test_an_unknown_address_fails_alone_and_is_marked(due: Cast) -> None:
    with Sink() as sink:
        sink.answers[due.mai.email] = "550 5.1.1 no such user"
        send(sink)
    assert digest_of(due.tu).state == "sent"
    assert (digest_of(due.mai).state, digest_of(due.mai).fault) == ("failed", "refused")
    marked = MarkedAddress.objects.get()
    assert (marked.address, marked.kind, marked.answer) == (
        due.mai.email,
        "refused",
        "550 5.1.1 no such user",
    )


def test_a_full_mailbox_is_no_wrong_address(due: Cast) -> None:
    with Sink() as sink:
        sink.answers[due.mai.email] = "552 5.2.2 mailbox full"
        send(sink)
    assert not MarkedAddress.objects.exists()


@pytest.mark.parametrize("behave", ["silent", "dribble"])
def test_a_server_that_says_nothing_or_one_letter_a_time_does_not_hold_a_worker(
    due: Cast, behave: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the limits of the product divided by twelve; whole they are measured in the long run."""
    monkeypatch.setattr(smtp, "LONGEST", smtp.LONGEST / 12)
    with Sink(behave) as sink:
        begun = time.perf_counter()
        outbox.send(
            TODAY,
            connection=smtp.BoundedBackend(host="127.0.0.1", port=sink.port, timeout=15 / 12),
        )
        held = time.perf_counter() - begun
    print(f"\n{behave} at the greeting: held {held:.1f} s of {20 / 12:.1f} allowed (a twelfth of 20)")
    assert held < 20 / 12 + 1  # a busy machine wakes late
    assert (digest_of(due.mai).state, faults()) == ("pending", {"network"})


@pytest.mark.faults_long
@pytest.mark.parametrize("behave", ["silent", "dribble"])
def test_the_same_with_the_limits_as_shipped(due: Cast, behave: str) -> None:
    with Sink(behave) as sink:
        begun = time.perf_counter()
        send(sink)
        held = time.perf_counter() - begun
    print(f"\n{behave} at the greeting: held {held:.1f} s (bar 20)")
    assert held < 20


def test_a_day_without_a_server_then_one_mail_each(due: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every five minutes of the office day a try, none counted; the next morning one mail with that day's words."""
    nowhere = smtp.BoundedBackend(host="127.0.0.1", port=1)
    tries = 0
    for step in range(0, 8 * 60, 5):
        with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False) as clock:
            clock.shift(timedelta(minutes=step))
            if outbox.is_waiting(TODAY):
                outbox.send(TODAY, connection=nowhere)
                tries += 1
    assert tries == 96
    assert set(Digest.objects.values_list("state", "attempts")) == {("pending", 0)}
    tomorrow = TODAY + timedelta(days=1)
    with Sink() as sink, at("08:00", tomorrow):
        jobs.remind(tomorrow)
        send(sink, tomorrow)
    assert sink.count == len(set(Digest.objects.filter(state="sent").values_list("recipient", flat=True)))
    assert set(Digest.objects.filter(day=TODAY).values_list("state", flat=True)) == {"skipped"}
    assert not Notice.objects.filter(state="pending").exists()


def test_nothing_is_tried_for_ever(due: Cast) -> None:
    with Sink("data 451") as sink:
        moment, tries = digest_of(due.mai).not_before, 0
        while digest_of(due.mai).state == "pending" and tries < 50:
            with time_machine.travel(moment, tick=False):
                send(sink)
            moment, tries = digest_of(due.mai).not_before, tries + 1
    assert (digest_of(due.mai).state, tries) == ("failed", outbox.MOST_ATTEMPTS)
