"""Two people at once: one wins, the other is told why, and nothing is half written.

On SQLite writers stand in one line from the first statement on; the races are PostgreSQL's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from core.periods import containing
from plans import rounds
from plans.actions import accept_figure, report_figure, return_figure
from plans.models import (
    Indicator,
    Measurement,
    MeasurementDecision,
    Plan,
    ReportingRound,
    Target,
    TargetIndicator,
)
from tasks import actions, ledger
from tasks.models import Task
from tasks.status import Confirmation, Execution
from tests.cast import SAID, TODAY, Cast
from tracker.activation import activate
from units.actions import RuleBroken
from units.models import CalendarDay

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has one writer at a time"
    ),
]

Act = Callable[[], object]
LONG = 30  # seconds; never reached unless something hangs


@dataclass
class Told:
    """What became of one person: the answer of the verb, or the words of the refusal."""

    answer: object = None
    words: str = ""
    error: BaseException | None = None


def _do(act: Act, told: Told) -> None:
    try:
        told.answer = act()
    except RuleBroken as refusal:
        told.words = " ".join(refusal.messages)
    except BaseException as error:  # shown by the test, not lost in the thread
        told.error = error


def race(first: Act, second: Act) -> tuple[Told, Told]:
    """`first` has written and not yet committed when `second` comes and has to wait for it."""
    one, two = Told(), Told()
    written, may_commit, started = Event(), Event(), Event()
    backend: list[int] = []

    def lead() -> None:
        try:
            with transaction.atomic():
                _do(first, one)
                written.set()
                may_commit.wait(LONG)
                if one.words or one.error:
                    transaction.set_rollback(True)
        finally:
            written.set()
            connection.close()

    def follow() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.append(cursor.fetchone()[0])
            started.set()
            _do(second, two)
        finally:
            started.set()
            connection.close()

    leading, following = Thread(target=lead), Thread(target=follow)
    leading.start()
    written.wait(LONG)
    following.start()
    started.wait(LONG)
    waited = False
    while following.is_alive() and not waited:
        with connection.cursor() as cursor:
            cursor.execute("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", backend)
            row = cursor.fetchone()
        waited = bool(row and row[0])
    may_commit.set()
    leading.join(LONG)
    following.join(LONG)
    assert waited, "the second never had to wait: this was no race"
    for told in (one, two):
        if told.error is not None:
            raise told.error
    assert not one.words, one.words
    return one, two


def collide(*acts: Act) -> list[Told]:
    """All let go at the same moment, in whatever order the database takes them."""
    told = [Told() for _ in acts]
    line = Barrier(len(acts))

    def run(act: Act, mine: Told) -> None:
        try:
            line.wait(LONG)
            _do(act, mine)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in zip(acts, told, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    for each in told:
        if each.error is not None:
            raise each.error
    return told


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def verbs(task: Task) -> list[str]:
    return list(task.events.values_list("verb", flat=True))


# --- one task --------------------------------------------------------------------------------------------------------

# The verbs two people try, by their short names; each on a task its head has been given, or has sent.
ACTS: dict[str, Callable[[Cast, Task], object]] = {
    "accept by the clerk": lambda cast, task: actions.accept(task, by=cast.mai),
    "accept by the head": lambda cast, task: actions.accept(task, by=cast.minh),
    "submit by the head": lambda cast, task: actions.submit(task, by=cast.minh, text="Đã xong"),
    "submit by the office": lambda cast, task: actions.submit(task, by=cast.lan, text="Đơn vị báo đã xong"),
    "withdraw": lambda cast, task: actions.withdraw(task, by=cast.minh),
    "confirm by the office": lambda cast, task: actions.confirm(task, by=cast.lan),
    "confirm by the leader": lambda cast, task: actions.confirm(task, by=cast.hoa),
    "return": lambda cast, task: actions.return_result(task, by=cast.lan, reason="Thiếu biên bản"),
    "ask": lambda cast, task: actions.ask_extension(
        task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ"
    ),
    "grant": lambda cast, task: actions.decide_extension(task, by=cast.hoa, granted=True),
    "refuse": lambda cast, task: actions.decide_extension(
        task, by=cast.hoa, granted=False, note="Việc đã rõ"
    ),
    "stop": lambda cast, task: actions.discontinue(
        task, by=cast.lan, reason="Đã giao nơi khác", decision=SAID
    ),
}


@pytest.mark.parametrize(
    ("before", "first", "second", "words"),
    [
        ("", "accept by the clerk", "accept by the head", "đã được tiếp nhận"),
        ("", "submit by the head", "submit by the office", "đang chờ xác nhận"),
        ("", "ask", "ask", "Đã có một đề nghị gia hạn"),
        ("", "stop", "submit by the head", "Không tiếp tục thực hiện"),
        ("submit by the head", "confirm by the office", "confirm by the leader", "Hoàn thành"),
        ("submit by the head", "confirm by the office", "return", "Hoàn thành"),
        ("submit by the head", "return", "confirm by the leader", "Chưa có kết quả nào đang chờ"),
        ("submit by the head", "withdraw", "confirm by the office", "Chưa có kết quả nào đang chờ"),
        ("submit by the head", "confirm by the office", "withdraw", "Hoàn thành"),
        ("ask", "grant", "refuse", "Không có đề nghị gia hạn nào"),
    ],
)
def test_one_wins_and_the_other_is_told(cast: Cast, before: str, first: str, second: str, words: str) -> None:
    task = cast.task()
    if before:
        ACTS[before](cast, task)
    had = len(verbs(task))
    _, told = race(lambda: ACTS[first](cast, task), lambda: ACTS[second](cast, task))
    assert words in told.words
    assert len(verbs(task)) == had + 1
    assert ledger.first_broken(task) is None


def test_a_grant_that_lost_moves_nothing(cast: Cast) -> None:
    task = cast.task()
    ACTS["ask"](cast, task)
    race(lambda: ACTS["refuse"](cast, task), lambda: ACTS["grant"](cast, task))
    assert again(task).effective_end == date(2026, 10, 30)
    assert task.deadline_changes.get().decision == "refused"


def test_two_reports_of_progress_are_both_kept_in_one_chain(cast: Cast) -> None:
    task = cast.task()
    race(
        lambda: actions.update_progress(task, by=cast.mai, text="Đã rà soát 10/20", percent=50),
        lambda: actions.update_progress(task, by=cast.minh, text="Đã họp", percent=40),
    )
    assert list(task.events.values_list("sequence", flat=True)) == [1, 2, 3]
    assert {update.text for update in task.updates.all()} == {"Đã rà soát 10/20", "Đã họp"}
    assert ledger.first_broken(task) is None


def test_many_at_once_never_take_the_same_link(cast: Cast) -> None:
    task = cast.task()
    people = [cast.mai, cast.minh, cast.lan, cast.mai, cast.minh, cast.lan]
    collide(
        *(
            lambda by=by, n=n: actions.update_progress(task, by=by, text=f"Lần {n}")
            for n, by in enumerate(people)
        )
    )
    assert list(task.events.values_list("sequence", flat=True)) == list(range(1, 8))
    assert ledger.first_broken(task) is None


def test_a_draft_written_while_it_is_given_is_refused(cast: Cast) -> None:
    task = cast.task(given=False)
    stale = again(task)
    stale.title = "Tên khác"
    calendar = CalendarDay.objects.as_calendar()
    _, told = race(
        lambda: actions.assign(task, by=cast.lan), lambda: actions.save_task(stale, calendar=calendar)
    )
    assert "đã giao" in told.words
    assert again(task).assigned_on == TODAY and again(task).title != "Tên khác"


# --- orders to many --------------------------------------------------------------------------------------------------


@pytest.fixture
def order(cast: Cast) -> Task:
    """Both branches have sent their result."""
    order = cast.task(lead_group=cast.branches)
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Đã xong")
    return order


def test_the_last_two_parts_confirmed_at_once_close_the_order_once(cast: Cast, order: Task) -> None:
    first, second = order.children.all()
    race(lambda: actions.confirm(first, by=cast.lan), lambda: actions.confirm(second, by=cast.hoa))
    assert again(order).execution == Execution.DONE
    assert verbs(order) == ["assign", "complete_all"]


def test_giving_an_order_twice_at_once_gives_it_once(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches, given=False)
    one, two = race(lambda: actions.assign(order, by=cast.lan), lambda: actions.assign(order, by=cast.lan))
    assert one.answer == two.answer
    assert order.children.count() == 2 and verbs(order) == ["assign"]


def test_a_part_confirmed_while_the_order_is_stopped_is_refused(cast: Cast, order: Task) -> None:
    part = order.children.first()
    _, told = race(
        lambda: actions.discontinue(order, by=cast.lan, reason="Đã giao nơi khác", decision=SAID),
        lambda: actions.confirm(part, by=cast.hoa),
    )
    assert "Không tiếp tục thực hiện" in told.words
    assert again(part).confirmation == Confirmation.NONE


def test_people_at_an_order_and_at_its_parts_never_wait_for_each_other(cast: Cast) -> None:
    """Everybody takes the order's lock before the part's; the other way round PostgreSQL would kill one of them."""
    for number in range(8):
        order = cast.task(f"NV{number}", lead_group=cast.branches)
        first, second = order.children.all()
        for part in (first, second):
            actions.submit(part, by=cast.dung, text="Đã xong")
        collide(
            lambda order=order: actions.discontinue(order, by=cast.lan, reason="Thôi", decision=SAID),
            lambda part=first: actions.confirm(part, by=cast.hoa),
            lambda part=second: actions.return_result(part, by=cast.hoa, reason="Thiếu"),
        )
        assert again(order).execution == Execution.DISCONTINUED
        for each in (order, first, second):
            assert ledger.first_broken(each) is None


# --- figures ---------------------------------------------------------------------------------------------------------

SEPTEMBER = containing("month", TODAY).previous()


@pytest.fixture
def indicator(cast: Cast) -> Indicator:
    indicator = Indicator.objects.create(code="SOHOA", name="Tỷ lệ số hóa")
    target = Target.objects.create(plan=cast.plan, code="CT1", name="Số hóa", scope="unit", unit=cast.ptd)
    TargetIndicator.objects.create(target=target, indicator=indicator)
    return indicator


def report(cast: Cast, indicator: Indicator, numerator: int, by: str = "minh") -> Measurement:
    return report_figure(
        indicator,
        cast.ptd,
        SEPTEMBER,
        by=getattr(cast, by),
        numerator=Decimal(numerator),
        denominator=Decimal(10),
    )


def test_two_reports_of_one_figure_from_the_page_one_is_shown_the_other(
    cast: Cast, indicator: Indicator
) -> None:
    """Both opened the page when nothing was reported; what the second typed comes back beside the news."""
    url = reverse("figure", args=[indicator.pk, cast.ptd.pk])

    def post(by: object, numerator: str) -> object:
        client = Client()
        client.force_login(by)  # type: ignore[arg-type]
        typed = {
            "seen": "0", "period": SEPTEMBER.key, "numerator": numerator, "denominator": "10",
            "as_of": "", "source": "Hệ thống một cửa", "note": "",
        }  # fmt: skip
        return client.post(url, typed)

    one, two = race(lambda: post(cast.minh, "7"), lambda: post(cast.lan, "8"))
    assert [one.answer.status_code, two.answer.status_code] == [302, 409]  # type: ignore[attr-defined]
    page = two.answer.content.decode()  # type: ignore[attr-defined]
    assert "vừa có báo cáo mới" in page and 'value="8"' in page
    assert [figure.numerator for figure in Measurement.objects.all()] == [7]


def test_two_reports_by_import_are_two_revisions_and_none_is_lost(cast: Cast, indicator: Indicator) -> None:
    race(lambda: report(cast, indicator, 7), lambda: report(cast, indicator, 8, "lan"))
    assert list(Measurement.objects.values_list("revision", "numerator")) == [(1, 7), (2, 8)]
    assert Measurement.objects.current().get().numerator == 8


@pytest.fixture
def collection(cast: Cast, indicator: Indicator) -> ReportingRound:
    """Asks for that figure; not locked by its day yet."""
    days = rounds.Days(date(2026, 9, 15), date(2026, 10, 16), 1, date(2026, 10, 23))
    return rounds.open_round(cast.vp, SEPTEMBER, [(indicator, cast.ptd)], days, by=cast.lan)


def lock(cast: Cast, found: ReportingRound) -> ReportingRound:
    return rounds.lock_round(found, by=cast.lan, reason="Báo cáo phải gửi sớm")


def test_a_figure_sent_while_its_round_is_locked_finds_the_lock(
    cast: Cast, indicator: Indicator, collection: ReportingRound
) -> None:
    _, sent = race(lambda: lock(cast, collection), lambda: report(cast, indicator, 8))
    assert "đã khóa số liệu" in sent.words and not Measurement.objects.exists()


def test_a_round_is_locked_behind_a_figure_on_its_way(
    cast: Cast, indicator: Indicator, collection: ReportingRound
) -> None:
    _, locked = race(lambda: report(cast, indicator, 8), lambda: lock(cast, collection))
    assert not locked.words and Measurement.objects.get().numerator == 8


def test_of_two_corrections_from_the_page_the_second_is_shown_the_first(
    cast: Cast, indicator: Indicator, collection: ReportingRound
) -> None:
    figure = report(cast, indicator, 7)
    lock(cast, collection)
    url = reverse("figure_correct", args=[indicator.pk, cast.ptd.pk])

    def post(by: object, numerator: str) -> object:
        client = Client()
        client.force_login(by)  # type: ignore[arg-type]
        typed = {
            "seen": figure.pk, "period": f"month:{SEPTEMBER.key}", "numerator": numerator, "denominator": "10",
            "reason": "Đếm sót", "source": "Điện thoại",
        }  # fmt: skip
        return client.post(url, typed)

    one, two = race(lambda: post(cast.minh, "8"), lambda: post(cast.lan, "9"))
    assert [one.answer.status_code, two.answer.status_code] == [302, 409]  # type: ignore[attr-defined]
    assert [each.numerator for each in Measurement.objects.order_by("pk")] == [7, 8]


def test_a_figure_is_decided_once(cast: Cast, indicator: Indicator) -> None:
    figure = report(cast, indicator, 7)
    _, told = race(
        lambda: accept_figure(figure, by=cast.lan),
        lambda: return_figure(figure, by=cast.lan, reason="Thiếu nguồn"),
    )
    assert "đã được xử lý" in told.words
    assert MeasurementDecision.objects.get().verdict == "accepted"


def test_a_figure_reported_anew_while_it_is_accepted_is_not_accepted_unseen(
    cast: Cast, indicator: Indicator
) -> None:
    figure = report(cast, indicator, 7)
    _, told = race(lambda: report(cast, indicator, 8), lambda: accept_figure(figure, by=cast.lan))
    assert "đã báo cáo lại" in told.words
    assert not MeasurementDecision.objects.exists()


# --- plans -----------------------------------------------------------------------------------------------------------


def test_a_plan_given_twice_at_once_is_given_once(cast: Cast) -> None:
    cast.task("NV01", given=False, product="Quyết định")
    order = cast.task("NV02", given=False, lead_group=cast.branches, product="Báo cáo")
    Plan.objects.filter(pk=cast.plan.pk).update(state="draft", activated_at=None)
    _, told = race(lambda: activate(cast.plan, by=cast.lan), lambda: activate(cast.plan, by=cast.lan))
    assert "đã được giao" in told.words
    assert order.children.count() == 2
    assert all(verbs(task) == ["assign"] for task in cast.plan.tasks.all())
