"""One mail a person a day; nothing lost, nothing sent twice, whoever crashes and whatever the server says."""

import smtplib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from notifications import announcer, jobs, outbox
from notifications.models import Digest, Notice
from tasks import actions
from tests.cast import SAID, TODAY, Cast, make_cast, make_unit, make_user
from tests.notifications.helpers import FakeServer, at, digest_of, refusal
from units.actions import grant_role
from units.models import RoleGrant
from units.permissions import Role

FRIDAY = date(2026, 10, 16)


@pytest.fixture
def due(cast: Cast) -> Cast:
    """Mai has two tasks due on Friday; Tú has one, due on the next day. Both have their mail waiting."""
    cast.task("NV01", nominal_end=FRIDAY, title="Rà soát danh mục")
    cast.task("NV02", nominal_end=FRIDAY, title="Công bố danh mục")
    cast.task("NV03", lead=cast.cn1, nominal_end=date(2026, 10, 14), title="Số hóa hồ sơ")
    announcer.forget()
    jobs.remind(TODAY)
    return cast


def states(**which: object) -> dict[str, int]:
    rows = Notice.objects.filter(**which).values_list("state", flat=True)
    return {state: list(rows).count(state) for state in set(rows)}


def test_each_person_has_one_mail_with_all_lines(due: Cast) -> None:
    server = FakeServer()
    counts = outbox.send(TODAY, connection=server)
    assert sorted(server.receivers) == ["mai@example.vn", "tu@example.vn"]
    assert (counts.sent, counts.skipped, counts.failed, counts.left) == (3, 0, 0, False)
    assert states() == {"sent": 3}
    sent = digest_of(due.mai)
    assert (sent.state, sent.attempts, sent.claim) == ("sent", 1, "")
    assert sent.subject == "[Nhắc việc] 02 việc đến hạn (13/10)"


def test_sending_again_sends_nothing(due: Cast) -> None:
    outbox.send(TODAY, connection=FakeServer())
    again = FakeServer()
    jobs.remind(TODAY)
    outbox.send(TODAY, connection=again)
    assert again.tried == []


def test_what_comes_after_the_mail_has_gone_waits_for_the_next_day(due: Cast) -> None:
    outbox.send(TODAY, connection=FakeServer())
    due.task("NV09", nominal_end=FRIDAY, title="Việc đến muộn")
    announcer.announce()
    jobs.remind(TODAY)
    server = FakeServer()
    outbox.send(TODAY, connection=server)
    assert server.receivers == ["minh@example.vn"]  # his first today
    with at("07:30", date(2026, 10, 14)):
        jobs.remind(date(2026, 10, 14))
        outbox.send(date(2026, 10, 14), connection=server)
    assert server.receivers.count("mai@example.vn") == 1
    body = next(mail.body for mail in server.accepted if mail.to == ["mai@example.vn"])
    assert "Việc đến muộn" in body
    assert "Rà soát danh mục" not in body  # told yesterday


class TestReadAgainBeforeSending:
    """Between writing and sending, things happen."""

    def reason(self, due: Cast) -> tuple[str, str]:
        outbox.send(TODAY, connection=FakeServer())
        notice = Notice.objects.get(recipient=due.mai, task__code="NV01", group=Notice.Group.DUE)
        return notice.state, notice.reason

    def test_done(self, due: Cast) -> None:
        task = due.plan.tasks.get(code="NV01")
        actions.submit(task, by=due.minh, text="Đã xong")
        actions.confirm(task, by=due.lan)
        assert self.reason(due) == ("skipped", "Nhiệm vụ đã hoàn thành")
        assert states(recipient=due.mai) == {"skipped": 1, "sent": 1}

    def test_submitted(self, due: Cast) -> None:
        actions.submit(due.plan.tasks.get(code="NV01"), by=due.minh, text="Đã xong")
        assert self.reason(due) == ("skipped", "Kết quả đã trình, đang chờ xác nhận")

    def test_suspended(self, due: Cast) -> None:
        actions.suspend(due.plan.tasks.get(code="NV01"), by=due.lan, reason="Chờ", decision=SAID)
        assert self.reason(due) == ("skipped", "Nhiệm vụ đang tạm dừng")

    def test_moved(self, due: Cast) -> None:
        task = due.plan.tasks.get(code="NV01")
        actions.ask_extension(task, by=due.minh, proposed_end=date(2026, 11, 20), reason="Chờ")
        actions.decide_extension(task, by=due.hoa, granted=True)
        assert self.reason(due) == ("skipped", "Thời hạn đã thay đổi")

    def test_handed_over(self, due: Cast) -> None:
        RoleGrant.objects.filter(user=due.mai).update(valid_to=TODAY - timedelta(days=1))
        assert self.reason(due) == ("skipped", "Nhiệm vụ không còn thuộc phần việc của người nhận")

    def test_unit_closed(self, due: Cast) -> None:
        due.ptd.closed_on = TODAY
        due.ptd.save()
        assert self.reason(due) == ("skipped", "Đơn vị đã chấm dứt hoạt động")

    def test_person_gone(self, due: Cast) -> None:
        due.mai.is_active = False
        due.mai.save()
        server = FakeServer()
        outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]
        assert digest_of(due.mai).state == "skipped"
        assert states(recipient=due.mai) == {"skipped": 2}

    def test_nothing_left_means_no_mail(self, due: Cast) -> None:
        for code in ("NV01", "NV02"):
            actions.discontinue(due.plan.tasks.get(code=code), by=due.lan, reason="Thôi", decision=SAID)
        server = FakeServer()
        counts = outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]
        assert (counts.sent, counts.skipped) == (1, 2)
        digest = digest_of(due.mai)
        assert (digest.state, digest.reason) == ("skipped", "Nhiệm vụ không tiếp tục thực hiện")

    def test_a_request_already_decided_is_not_sent_to_the_owner(self, due: Cast) -> None:
        task = due.plan.tasks.get(code="NV01")
        actions.ask_extension(task, by=due.minh, proposed_end=date(2026, 11, 20), reason="Chờ")
        announcer.announce()
        outbox.gather(TODAY)
        actions.decide_extension(task, by=due.hoa, granted=False, note="Phải xong trong tháng")
        outbox.send(TODAY, connection=FakeServer())
        notice = Notice.objects.get(recipient=due.lan)
        assert (notice.state, notice.reason) == ("skipped", "Đã được xử lý")

    def test_one_line_a_task_when_it_is_new_and_due_at_once(self, cast: Cast) -> None:
        cast.task("NV01", nominal_end=FRIDAY)
        announcer.announce()
        jobs.remind(TODAY)
        server = FakeServer()
        outbox.send(TODAY, connection=server)
        to_mai = next(mail for mail in server.accepted if mail.to == ["mai@example.vn"])
        assert to_mai.subject == "[Nhắc việc] Còn 03 ngày làm việc: Rà soát quy trình nội bộ NV01"
        assert states(recipient=cast.mai) == {"sent": 1, "skipped": 1}


class TestCrashes:
    def test_a_crash_between_attempt_and_settling_loses_nothing(self, due: Cast) -> None:
        token, ids = outbox.claim(TODAY)
        assert all(outbox.begin_attempt(pk, token) for pk in ids)  # … and the process is gone
        server = FakeServer()
        outbox.send(TODAY, connection=server)
        assert server.tried == []  # the lease still runs
        with at("09:06"):
            outbox.send(TODAY, connection=server)
        assert sorted(server.receivers) == ["mai@example.vn", "tu@example.vn"]
        assert digest_of(due.mai).attempts == 2
        assert states() == {"sent": 3}

    def test_who_comes_back_after_the_lease_changes_nothing(self, due: Cast) -> None:
        old, ids = outbox.claim(TODAY)
        outbox.begin_attempt(ids[0], old)
        with at("09:06"):
            new, taken = outbox.claim(TODAY)
            assert taken == ids
            before = Digest.objects.values().get(pk=ids[0])
            assert not outbox.settle(ids[0], old, state="failed", error="late")
            assert not outbox.begin_attempt(ids[0], old)
            outbox.release(old)
            assert Digest.objects.values().get(pk=ids[0]) == before
            assert outbox.begin_attempt(ids[0], new)

    def test_two_senders_never_hold_the_same_mail(self, due: Cast) -> None:
        _, first = outbox.claim(TODAY, limit=1)
        _, second = outbox.claim(TODAY)
        assert len(first) == len(second) == 1
        assert not set(first) & set(second)

    def test_a_mail_sent_after_a_crash_has_the_same_message_id(self, due: Cast) -> None:
        server = FakeServer()
        first = digest_of(due.mai).message_id
        outbox.send(TODAY, connection=server)
        assert first == f"<nhac-viec.20261013.{due.mai.pk}@127.0.0.1>"
        assert first in {mail.extra_headers["Message-ID"] for mail in server.accepted}

    def test_a_mail_that_kills_its_sender_is_given_up_and_the_others_go(self, due: Cast) -> None:
        deadly = digest_of(due.mai)
        for clock in ("09:10", "09:20", "09:30"):
            with at(clock):
                token, _ = outbox.claim(TODAY)
                assert outbox.begin_attempt(deadly.pk, token)
        server = FakeServer()
        with at("09:40"):
            counts = outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]
        assert (counts.sent, counts.failed) == (1, 2)
        assert digest_of(due.mai).state == "failed"

    def test_a_sender_told_to_stop_gives_back_what_it_holds(self, due: Cast) -> None:
        with pytest.raises(KeyboardInterrupt):
            outbox.send(TODAY, connection=FakeServer({"mai@example.vn": KeyboardInterrupt()}))
        server = FakeServer()
        outbox.send(TODAY, connection=server)
        assert "mai@example.vn" in server.receivers


class TestWhatTheServerSays:
    @pytest.mark.parametrize(
        "answer",
        [
            refusal(421),
            refusal(451),
            smtplib.SMTPRecipientsRefused({"mai@example.vn": (450, b"busy")}),
            smtplib.SMTPServerDisconnected("gone"),
            TimeoutError("timed out"),
        ],
    )
    def test_for_now_waits_longer_each_time(self, due: Cast, answer: Exception) -> None:
        waits = []
        due_at = digest_of(due.mai).not_before
        for _ in range(6):
            with time_machine.travel(due_at, tick=False):
                outbox.send(TODAY, connection=FakeServer({"mai@example.vn": answer}))
            digest = digest_of(due.mai)
            waits.append(round((digest.not_before - due_at).total_seconds() / 60))
            due_at = digest.not_before
        assert waits == [1, 5, 15, 60, 240, 240]
        assert (digest.state, digest.attempts) == ("pending", 6)
        assert states(recipient=due.tu) == {"sent": 1}

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (refusal(554, "blocked"), "554 blocked"),
            (refusal(552, "quota"), "Thư quá lớn: 552 quota"),
            (smtplib.SMTPRecipientsRefused({"mai@example.vn": (550, b"no such user")}), "550 no such user"),
        ],
    )
    def test_never_fails_at_once_with_the_answer(self, due: Cast, answer: Exception, error: str) -> None:
        counts = outbox.send(TODAY, connection=FakeServer({"mai@example.vn": answer}))
        digest = digest_of(due.mai)
        assert (digest.state, digest.error) == ("failed", error)
        assert (counts.sent, counts.failed) == (1, 2)
        assert states(recipient=due.mai) == {"failed": 2}

    @pytest.mark.parametrize(
        "server",
        [
            FakeServer(at_login=smtplib.SMTPAuthenticationError(535, b"bad password")),
            FakeServer({"mai@example.vn": smtplib.SMTPSenderRefused(553, b"not yours", "theodoi@localhost")}),
            FakeServer(at_login=ConnectionRefusedError("refused")),
        ],
    )
    def test_not_from_us_pauses_all_and_burns_no_attempt(self, due: Cast, server: FakeServer) -> None:
        outbox.send(TODAY, connection=server)
        digest = digest_of(due.mai)
        assert (digest.state, digest.attempts, digest.claim) == ("pending", 0, "")
        assert digest.not_before > digest.created_at
        assert digest.error
        healthy = FakeServer()
        outbox.send(TODAY, connection=healthy)
        assert "mai@example.vn" not in healthy.receivers
        with at("09:16"):
            outbox.send(TODAY, connection=healthy)
        assert "mai@example.vn" in healthy.receivers

    def test_after_three_days_of_refusals_it_gives_up(self, due: Cast) -> None:
        Digest.objects.filter(recipient=due.mai).update(attempts=11, error="451 busy")
        outbox.send(TODAY, connection=FakeServer({"mai@example.vn": refusal(451)}))
        assert digest_of(due.mai).state == "failed"

    def test_a_connection_lost_in_the_middle_is_opened_again(self, due: Cast) -> None:
        server = FakeServer({"mai@example.vn": smtplib.SMTPServerDisconnected("gone")})
        outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "error"),
        [("", "Người nhận chưa có địa chỉ thư điện tử"), ("mai@@so", "Địa chỉ thư điện tử không hợp lệ")],
    )
    def test_one_bad_address_among_many_fails_alone(self, due: Cast, address: str, error: str) -> None:
        due.mai.email = address
        due.mai.save()
        server = FakeServer()
        outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]
        assert (digest_of(due.mai).state, digest_of(due.mai).error) == ("failed", error)
        assert Notice.objects.visible_to(due.mai).unread().count() == 2  # the inbox has them all the same

    def test_who_takes_no_mail_finds_everything_in_the_inbox(self, due: Cast) -> None:
        due.mai.mails = False
        due.mai.save()
        server = FakeServer()
        counts = outbox.send(TODAY, connection=server)
        assert server.receivers == ["tu@example.vn"]
        assert counts.sent == 3
        assert Notice.objects.visible_to(due.mai).unread().count() == 2


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(
    due: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = outbox.letter

    def fails(recipient, *rest):
        if recipient == due.mai:
            raise ValueError("poison")
        return write(recipient, *rest)

    monkeypatch.setattr(outbox, "letter", fails)
    for clock in ("09:00", "09:05", "09:15"):
        with at(clock):
            server = FakeServer()
            outbox.send(TODAY, connection=server)
    digest = digest_of(due.mai)
    assert (digest.state, digest.attempts, digest.error) == ("failed", 3, "ValueError: poison")
    assert digest_of(due.tu).state == "sent"


def test_a_batch_has_a_limit_and_says_what_is_left(due: Cast) -> None:
    server = FakeServer()
    assert outbox.send(TODAY, limit=1, connection=server).left
    assert not outbox.send(TODAY, limit=1, connection=server).left
    assert len(server.receivers) == 2


def test_mails_of_earlier_days_are_taken_apart_into_todays(due: Cast) -> None:
    down = FakeServer(at_login=ConnectionRefusedError("refused"))
    outbox.send(TODAY, connection=down)
    later = date(2026, 10, 15)
    server = FakeServer()
    with at("09:00", later):
        jobs.remind(later)
        outbox.send(later, connection=server)
        outbox.send(TODAY, connection=server)
    assert sorted(server.receivers) == [f"{name}@example.vn" for name in ("lan", "mai", "minh", "tu")]
    old = digest_of(due.mai)
    assert (old.state, old.reason) == ("skipped", "Gộp vào thư ngày 15/10/2026")
    body = next(mail.body for mail in server.accepted if mail.to == ["mai@example.vn"])
    assert body.count("Còn 01 ngày làm việc") == 2
    assert "Còn 03" not in body  # the words of the day it is read, one line a task
    late = next(mail.body for mail in server.accepted if mail.to == ["tu@example.vn"])
    assert late.count("Quá hạn 01 ngày làm việc") == 1
    assert "Sắp đến hạn" not in late


def test_the_first_overdue_mail_leaves_the_owner_until_nine(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 10, 12), title="Rà soát danh mục")
    announcer.forget()
    server = FakeServer()
    with at("07:30"):
        jobs.remind(TODAY)
        outbox.send(TODAY, connection=server)
    assert server.receivers == ["lan@example.vn"]
    # Lan records what the division had reported on paper; the division is not told it was late.
    actions.submit(cast.plan.tasks.get(), by=cast.lan, text="Báo cáo giấy ngày 12/10")
    with at("09:00"):
        outbox.send(TODAY, connection=server)
    assert server.receivers == ["lan@example.vn"]


def test_a_head_of_one_unit_who_owns_plans_too_is_not_held(cast: Cast) -> None:
    grant_role(cast.minh, Role.PLAN_OWNER, cast.vp, by=None, valid_from=TODAY)
    cast.task(nominal_end=date(2026, 10, 12))
    announcer.forget()
    with at("07:30"):
        jobs.remind(TODAY)
    assert digest_of(cast.minh).not_before < digest_of(cast.mai).not_before


@pytest.mark.django_db(transaction=True)
def test_many_at_once_announce_and_claim_each_row_once() -> None:
    """Needs row locks: on SQLite a writer holds the whole database, so two are never inside at once."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    with at("09:00"):
        cast = make_cast()
        for number in range(30):
            lead = make_unit(f"P{number}", f"Phòng {number}", "division", cast.so)
            make_user(f"u{number}", f"Người {number}", (Role.UNIT_CLERK, lead))
            cast.task(f"NV{number}", lead=lead, nominal_end=FRIDAY)

        def side_by_side(work: Callable[[], Any]) -> list[Any]:
            def one(_: int) -> Any:
                try:
                    return work()
                finally:
                    connection.close()

            with ThreadPoolExecutor(4) as pool:
                return list(pool.map(one, range(4)))

        side_by_side(announcer.announce)
        assert Notice.objects.count() == 30
        side_by_side(lambda: jobs.remind(TODAY))
        assert Notice.objects.count() == 60
        claims = side_by_side(lambda: outbox.claim(TODAY, limit=10)[1])
        taken = [pk for ids in claims for pk in ids]
        assert len(taken) == len(set(taken)) == 30
