"""A round whose days are moved, that is withdrawn, or whose unit ends before it has reported."""

from datetime import date

import pytest
from django.test import Client

from core.periods import TO_DAY
from notifications import collecting
from plans import rounds
from plans.actions import RuleBroken
from plans.models import Indicator, Measurement, ReportingRound, RoundItem, RoundMove, RoundState
from plans.round_changes import move_round, withdraw_round
from plans.rounds import open_due_rounds
from tests.cast import TODAY, Cast
from tests.plans.promised import RUNNING, indicator, report, target
from tests.plans.test_rounds import at, opened

pytestmark = pytest.mark.django_db

DUE, LOCKED = date(2026, 10, 16), date(2026, 10, 22)
LATER_DUE, LATER_LOCK = date(2026, 10, 20), date(2026, 10, 27)


@pytest.fixture
def online(cast: Cast) -> Indicator:
    """Both branches owe it."""
    made = indicator()
    target(cast.plan, made, cast.branches, (date(2026, 10, 25), "ge", "70"))
    return made


@pytest.fixture
def found(cast: Cast, online: Indicator) -> ReportingRound:
    return opened(cast)


def test_the_office_moves_the_days_and_those_before_are_kept(cast: Cast, found: ReportingRound) -> None:
    move_round(found, due_on=LATER_DUE, locks_on=LATER_LOCK, by=cast.lan, reason="Cổng bảo trì hai ngày")

    again = ReportingRound.objects.get(pk=found.pk)
    assert (again.due_on, again.locks_on) == (LATER_DUE, LATER_LOCK)
    kept = RoundMove.objects.get(round=found)
    assert (kept.due_before, kept.locks_before, kept.by, kept.reason) == (
        DUE,
        LOCKED,
        cast.lan,
        "Cổng bảo trì hai ngày",
    )


def test_reminders_and_the_lock_follow_the_new_days(cast: Cast, found: ReportingRound) -> None:
    move_round(found, due_on=LATER_DUE, locks_on=LATER_LOCK, by=cast.lan, reason="Cổng bảo trì")

    with at(LOCKED):
        assert rounds.lock_due_rounds(LOCKED) == 0
        assert collecting.still_owed(LOCKED)
    with at(LATER_LOCK):
        assert rounds.lock_due_rounds(LATER_LOCK) == 1


@pytest.mark.parametrize(
    ("due_on", "locks_on", "field"),
    [
        (DUE, LOCKED, "due_on"),  # nothing changes
        (date(2026, 10, 12), LATER_LOCK, "due_on"),  # before today
        (LATER_DUE, LATER_DUE, "locks_on"),
        (DUE, TODAY, "locks_on"),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field(
    cast: Cast, found: ReportingRound, due_on: date, locks_on: date, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        move_round(found, due_on=due_on, locks_on=locks_on, by=cast.lan, reason="Lý do")

    assert list(refused.value.message_dict) == [field]
    assert not RoundMove.objects.exists()


def test_a_locked_round_is_neither_moved_nor_withdrawn(cast: Cast, found: ReportingRound) -> None:
    with at(LOCKED):
        with pytest.raises(RuleBroken, match="đã khóa số liệu ngày 22/10/2026"):
            move_round(found, due_on=LATER_DUE, locks_on=LATER_LOCK, by=cast.lan, reason="Muộn")
        with pytest.raises(RuleBroken, match="đã khóa số liệu"):
            withdraw_round(found, by=cast.lan, reason="Mở nhầm")


@pytest.mark.parametrize("person", ["tu", "mai", "hoa", "stranger"])
def test_only_the_office_moves_and_withdraws(cast: Cast, found: ReportingRound, person: str) -> None:
    by = getattr(cast, person)
    with pytest.raises(RuleBroken, match="không có quyền"):
        move_round(found, due_on=LATER_DUE, locks_on=LATER_LOCK, by=by, reason="Lý do")
    with pytest.raises(RuleBroken, match="không có quyền"):
        withdraw_round(found, by=by, reason="Lý do")


def test_a_withdrawn_round_asks_for_nothing_and_its_figures_may_be_asked_again(
    cast: Cast, online: Indicator, found: ReportingRound
) -> None:
    withdraw_round(found, by=cast.lan, reason="Chọn nhầm kỳ")

    again = ReportingRound.objects.get(pk=found.pk)
    assert again.state(TODAY, rounds.CalendarDay.objects.as_calendar(cast.vp)) == RoundState.WITHDRAWN
    assert not RoundItem.objects.standing().exists()
    assert not collecting.still_owed(TODAY)
    with at(LOCKED):
        assert rounds.lock_due_rounds(LOCKED) == 0
    with at(date(2026, 10, 15)), pytest.raises(RuleBroken, match="đã được rút"):
        rounds.lock_round(found, by=cast.lan, reason="Khóa sớm")
    assert opened(cast).pk != found.pk
    assert RoundItem.objects.standing().count() == 2


def test_a_round_somebody_answered_is_not_withdrawn(
    cast: Cast, online: Indicator, found: ReportingRound
) -> None:
    report(online, RoundItem.objects.filter(round=found)[0].unit, 5, 10, period=RUNNING)

    with pytest.raises(RuleBroken, match="Đã có đơn vị báo cáo"):
        withdraw_round(found, by=cast.lan, reason="Chọn nhầm kỳ")


def test_the_daily_job_does_not_bring_a_withdrawn_round_back(cast: Cast, online: Indicator) -> None:
    with at(date(2026, 10, 12)):
        assert open_due_rounds(date(2026, 10, 12)) > 0
        made = ReportingRound.objects.exclude(period_kind=TO_DAY).get()
        withdraw_round(made, by=cast.lan, reason="Kỳ này lấy số từ hệ thống một cửa")
        open_due_rounds(date(2026, 10, 12))

    assert not RoundItem.objects.standing().filter(round=made).exists()


def test_the_page_moves_withdraws_and_shows_both(cast: Cast, found: ReportingRound, client: Client) -> None:
    client.force_login(cast.lan)
    page = f"/dot-so-lieu/{found.pk}/"

    refused = client.post(
        f"{page}doi-han/", {"due_on": "20/10/2026", "locks_on": "20/10/2026", "reason": "Vì"}
    )
    assert refused.status_code == 422
    assert "Ngày khóa số liệu phải sau hạn báo cáo." in refused.content.decode()
    done = client.post(
        f"{page}doi-han/",
        {"due_on": "20/10/2026", "locks_on": "27/10/2026", "reason": "Cổng bảo trì"},
        follow=True,
    )
    assert "hạn 16/10/2026 → 20/10/2026" in done.content.decode()

    done = client.post(f"{page}rut/", {"reason": "Chọn nhầm kỳ"}, follow=True)
    text = done.content.decode()
    assert "Đã rút" in text
    assert "Chọn nhầm kỳ" in text
    assert client.post(f"{page}rut/", {"reason": "Lần nữa"}).status_code == 409
    assert Measurement.objects.count() == 0
