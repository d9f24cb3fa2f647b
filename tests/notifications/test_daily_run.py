"""The clock of reminders: once a working day, in office hours, whatever was down before."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils.timezone import localtime

from core import queue
from core.workdays import WorkCalendar
from notifications import announcer, hours, jobs
from notifications.models import Digest, Heartbeat, JobRun, Notice
from tests.cast import TODAY, Cast
from tests.notifications.helpers import at, texts
from units.models import CalendarDay

FRIDAY = date(2026, 10, 16)
SATURDAY = date(2026, 10, 17)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of jobs rung for instead of queued."""
    rung: list[str] = []
    monkeypatch.setattr(jobs, "enqueue", lambda name, *ids: rung.append(name))
    return rung


@pytest.fixture
def due(cast: Cast, bells: list[str]) -> Cast:
    cast.task(nominal_end=FRIDAY)
    announcer.forget()
    return cast


def work_off(bells: list[str]) -> None:
    while bells:
        assert bells.pop() == "send_notices"
        jobs.send_notices()


def test_the_first_tick_of_the_morning_reminds_and_rings(due: Cast, bells: list[str]) -> None:
    with at("07:29"):
        jobs.tick()
        assert not Notice.objects.exists()
    with at("07:30"):
        jobs.tick()
        assert bells == ["send_notices"]
        work_off(bells)
    assert [message.to for message in mail.outbox] == [["mai@example.vn"]]
    run = JobRun.objects.get(job="reminders")
    assert (run.period, run.result) == ("2026-10-13", '{"written": 1}')
    assert run.finished_at is not None


def test_all_ticks_of_a_week_send_one_mail_a_person_a_day(due: Cast, bells: list[str]) -> None:
    for day in range(7):
        for clock in ("00:01", "07:30", "07:31", "09:00", "12:00", "16:59", "22:00"):
            with at(clock, TODAY + timedelta(days=day)):
                jobs.tick()
                work_off(bells)
    sent = [(localtime(d.sent_at).date(), d.recipient.username) for d in Digest.objects.filter(state="sent")]
    assert len(sent) == len(set(sent)) == len(mail.outbox)
    assert sorted(sent) == [
        (TODAY, "mai"),
        (date(2026, 10, 15), "mai"),
        (date(2026, 10, 15), "minh"),
        (FRIDAY, "mai"),
        (FRIDAY, "minh"),
        (date(2026, 10, 19), "lan"),
        (date(2026, 10, 19), "mai"),
        (date(2026, 10, 19), "minh"),
    ]


@pytest.mark.parametrize(("clock", "day"), [("22:00", TODAY), ("17:00", TODAY), ("10:00", SATURDAY)])
def test_nothing_goes_at_night_or_on_days_off(due: Cast, bells: list[str], clock: str, day: date) -> None:
    with at(clock, day):
        jobs.tick()
        jobs.send_notices()
    assert bells == []
    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_a_mail_left_over_at_closing_time_does_not_go_at_night(due: Cast, bells: list[str]) -> None:
    with at("16:59"):
        jobs.tick()
    with at("17:00"):
        work_off(bells)
    assert mail.outbox == []


def test_a_holiday_and_a_worked_saturday_follow_the_table(due: Cast, bells: list[str]) -> None:
    CalendarDay.objects.create(day=TODAY, kind="agency", name="Nghỉ")
    CalendarDay.objects.create(day=SATURDAY, kind="makeup", name="Làm bù")
    for day in (TODAY, SATURDAY):
        with at("08:00", day):
            jobs.tick()
            work_off(bells)
    assert {digest.day for digest in Digest.objects.all()} == {SATURDAY}


def test_news_reaches_the_inbox_at_once_and_the_mail_next_morning(cast: Cast, bells: list[str]) -> None:
    cast.task(nominal_end=date(2026, 12, 15))
    with at("20:00"):
        jobs.tick()
        work_off(bells)
    assert texts(cast.mai) == ["Mới giao: Rà soát quy trình nội bộ NV01"]
    assert mail.outbox == []
    with at("07:30", date(2026, 10, 14)):
        jobs.tick()
        work_off(bells)
    assert sorted(message.to[0] for message in mail.outbox) == ["mai@example.vn", "minh@example.vn"]


def test_a_plan_activated_at_once_makes_one_mail_with_many_lines(cast: Cast, bells: list[str]) -> None:
    for number in range(40):
        cast.task(f"NV{number:02}", nominal_end=date(2026, 12, 15))
    jobs.tick()
    work_off(bells)
    assert sorted(message.to[0] for message in mail.outbox) == ["mai@example.vn", "minh@example.vn"]
    assert mail.outbox[0].subject == "[Nhắc việc] 40 việc mới giao (13/10)"
    assert mail.outbox[0].body.count("/nhiem-vu/") == 40


def test_nine_days_without_a_worker_give_one_mail_with_the_words_of_today(
    due: Cast, bells: list[str]
) -> None:
    with at("08:00", date(2026, 10, 8)):
        jobs.tick()  # written and gathered, but nobody sends
        bells.clear()
    with at("08:00", date(2026, 10, 19)):
        for _ in range(5):
            jobs.tick()
            work_off(bells)
    with at("09:00", date(2026, 10, 19)):
        jobs.tick()
        work_off(bells)
    to_mai = [message for message in mail.outbox if message.to == ["mai@example.vn"]]
    assert [message.subject for message in to_mai] == [
        "[Nhắc việc] Quá hạn 01 ngày làm việc: Rà soát quy trình nội bộ NV01"
    ]


def test_two_schedulers_at_once_remind_once(due: Cast) -> None:
    first = jobs.take("reminders", "2026-10-13")
    assert first is not None
    assert jobs.take("reminders", "2026-10-13") is None
    assert jobs.remind_today() is False


def test_a_run_that_died_is_taken_over_when_its_lease_has_run_out(due: Cast) -> None:
    jobs.take("reminders", "2026-10-13")
    with at("09:09"):
        assert jobs.remind_today() is False
    with at("09:11"):
        assert jobs.remind_today() is True
        assert jobs.remind_today() is False


def test_one_part_of_the_tick_that_fails_does_not_stop_the_others(
    due: Cast, bells: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise RuntimeError("poison")

    monkeypatch.setattr(jobs.announcer, "announce", fails)
    jobs.tick()
    assert bells == ["send_notices"]


def test_a_sender_rings_again_while_mails_are_left(
    due: Cast, bells: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    due.task("NV02", lead=due.cn1, nominal_end=FRIDAY)
    monkeypatch.setattr(jobs.outbox.send, "__kwdefaults__", {**jobs.outbox.send.__kwdefaults__, "limit": 1})
    jobs.remind_today()
    jobs.send_notices()
    assert bells == ["send_notices"]
    jobs.send_notices()
    assert len(mail.outbox) == 2
    assert bells == ["send_notices"]


def test_the_canary_leaves_its_sign(cast: Cast) -> None:
    jobs.canary()
    with at("10:00"):
        jobs.canary()
    beat = Heartbeat.objects.get(name="canary").beat_at
    assert localtime(beat).hour == 10


def test_every_job_the_queue_may_call_exists() -> None:
    ours = {name: path for name, path in queue.JOBS.items() if path.startswith("notifications.")}
    assert ours == {name: f"notifications.jobs.{name}" for name in ("canary", "send_notices")}
    assert all(callable(getattr(jobs, name)) for name in ours)


@pytest.mark.parametrize(
    ("clock", "is_open"), [("07:29", False), ("07:30", True), ("16:59", True), ("17:00", False)]
)
def test_office_hours(clock: str, is_open: bool) -> None:
    moment = datetime.fromisoformat(f"2026-10-13T{clock}:00+07:00")
    assert hours.is_open(moment, WorkCalendar()) is is_open
    assert not hours.is_open(moment + timedelta(days=4), WorkCalendar())
