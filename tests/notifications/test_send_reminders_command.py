"""`manage.py send_reminders`: the daily run by hand."""

import io
import json
import smtplib
from datetime import date

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from notifications import announcer, outbox
from notifications.models import Digest, JobRun, Notice
from tasks import actions
from tests.cast import SAID, Cast
from tests.notifications.helpers import FakeServer, at
from units.models import User

NOTHING = {"due": 0, "written": 0, "sent": 0, "skipped": 0, "failed": 0}


@pytest.fixture
def due(cast: Cast) -> Cast:
    cast.task(nominal_end=date(2026, 10, 16))
    announcer.forget()
    return cast


def run(*arguments: str) -> dict[str, int]:
    return json.loads(said(*arguments).splitlines()[-1])


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("send_reminders", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_writes_and_sends_and_a_repeat_gives_zeros(due: Cast) -> None:
    assert run("--on", "2026-10-13") == {"due": 1, "written": 1, "sent": 1, "skipped": 0, "failed": 0}
    assert run("--on", "13/10/2026") == NOTHING
    assert run() == NOTHING
    assert len(mail.outbox) == 1


def test_it_takes_what_waited_for_the_morning_along(due: Cast) -> None:
    actions.submit(due.plan.tasks.get(), by=due.minh, text="Đã xong")
    assert run() == {"due": 1, "written": 1, "sent": 1, "skipped": 0, "failed": 0}
    assert mail.outbox[0].to == ["lan@example.vn"]


def test_by_hand_neither_the_hour_nor_nine_o_clock_counts(due: Cast) -> None:
    with at("21:30", date(2026, 10, 19)):
        assert run()["sent"] == 3


def test_a_day_off_writes_nothing(due: Cast) -> None:
    due.task("NV02")
    before = User.objects.count()
    assert "ngày nghỉ" in said("--on", "17/10/2026")
    assert run("--on", "17/10/2026") == NOTHING
    assert not Notice.objects.exists()
    assert User.objects.count() == before


def test_a_rehearsal_says_who_would_be_told_and_changes_nothing(due: Cast) -> None:
    spoken = said("--dry-run")
    assert "Phạm Thị Mai (mai): 01 thông báo" in spoken
    assert json.loads(spoken.splitlines()[-1]) == NOTHING | {"due": 1}
    assert not Notice.objects.exists()
    assert not Digest.objects.exists()
    assert mail.outbox == []


def test_another_day_is_read_as_that_day_and_its_own_run_still_comes(due: Cast) -> None:
    run("--on", "15/10/2026")
    assert {message.subject for message in mail.outbox} == {
        "[Nhắc việc] Còn 01 ngày làm việc: Rà soát quy trình nội bộ NV01"
    }
    assert not JobRun.objects.exists()


def test_what_done_work_leaves_is_skipped_with_its_reason(due: Cast) -> None:
    outbox_before_sending = due.plan.tasks.get()
    from notifications import jobs

    jobs.remind(date(2026, 10, 13))
    actions.discontinue(outbox_before_sending, by=due.lan, reason="Thôi", decision=SAID)
    announcer.forget()
    assert run() == {"due": 1, "written": 0, "sent": 0, "skipped": 1, "failed": 0}


def test_a_server_that_is_down_leaves_everything_for_later(
    due: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    down = FakeServer(at_login=ConnectionRefusedError("refused"))
    monkeypatch.setattr(outbox, "get_connection", lambda: down)
    assert run() == {"due": 1, "written": 1, "sent": 0, "skipped": 0, "failed": 0}
    monkeypatch.undo()
    assert run() == {"due": 1, "written": 0, "sent": 1, "skipped": 0, "failed": 0}


def test_a_refused_mail_is_counted_failed(due: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    server = FakeServer({"mai@example.vn": smtplib.SMTPDataError(554, b"no")})
    monkeypatch.setattr(outbox, "get_connection", lambda: server)
    assert run() == {"due": 1, "written": 1, "sent": 0, "skipped": 0, "failed": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--on", "31/02/2026"), "không phải là ngày có thật"),
        (("--on", "mai"), "không phải là ngày có thật"),
        (("--as", "khong-co"), "không có tài khoản “khong-co”"),
    ],
)
def test_bad_input_exits_2_and_says_what_is_wrong(due: Cast, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        run(*arguments)
    assert caught.value.returncode == 2
    assert not Notice.objects.exists()


def test_it_says_who_ran_it(due: Cast) -> None:
    assert "người chạy: lan" in said("--as", "lan")
