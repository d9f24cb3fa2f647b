"""Reporting rounds: what they ask for, when they open by themselves, who is late, and what a lock stops."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import AppendOnlyError
from core.clock import today
from core.periods import TO_DAY, containing, up_to
from core.workdays import WorkCalendar
from plans import rounds
from plans.actions import RuleBroken, accept_figure, return_figure
from plans.attainment import Attainment
from plans.collection import late_units, message_text, owing_units, round_rows, tally
from plans.models import FigureProof, Indicator, Measurement, Plan, ReportingRound, RoundItem, RoundState
from plans.owed import Standing, figures_owed, open_windows, owed_rows
from plans.rounds import Days, open_due_rounds, open_round, usual_days
from plans.summaries import target_matrix
from tests.cast import TODAY, Cast
from tests.plans.promised import RUNNING, indicator, report, target
from units.models import CalendarDay, User

OFFICE = ZoneInfo("Asia/Ho_Chi_Minh")
# The reporting month 10 runs from 15/9 to 14/10/2026; 15/10 is a Thursday.
END = date(2026, 10, 14)
MILESTONE = date(2026, 10, 25)  # a Sunday


def at(day: date, hour: int = 9) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=OFFICE), tick=False)


@pytest.fixture
def online(cast: Cast) -> Indicator:
    """Both branches owe it."""
    made = indicator()
    target(cast.plan, made, cast.branches, (MILESTONE, "ge", "70"))
    return made


def opened(
    cast: Cast, *, period: object = RUNNING, plan: Plan | None = None, **days: object
) -> ReportingRound:
    """A round of everything the office may ask for, due Friday 16/10, one day of grace, locked on Thursday 22/10."""
    found = (
        rounds.wanted_at_milestone(cast.vp, period.end, plan)  # type: ignore[attr-defined]
        if plan
        else rounds.wanted_in_window(cast.vp, period)  # type: ignore[arg-type]
    )
    usual = {"opens_on": TODAY, "due_on": date(2026, 10, 16), "grace_days": 1, "locks_on": date(2026, 10, 22)}
    return open_round(
        cast.vp,
        period,  # type: ignore[arg-type]
        [(each.indicator, each.unit) for each in found],
        Days(**(usual | days)),  # type: ignore[arg-type]
        by=cast.lan,
        plan=plan,
    )


def rows(found: ReportingRound) -> list:
    return round_rows(found, CalendarDay.objects.by_unit(), RoundItem.objects.all())


def state(found: ReportingRound, day: date) -> RoundState:
    return ReportingRound.objects.get(pk=found.pk).state(day, CalendarDay.objects.as_calendar())


# --- What is asked, and when ------------------------------------------------------------------------


def test_a_round_asks_each_bound_unit_and_its_list_is_frozen(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    assert [row.item.unit.code for row in rows(found)] == ["CN1", "CN2"]
    target(cast.plan, indicator("TTTT", "Tỷ lệ thanh toán trực tuyến"), cast.ptd)
    assert RoundItem.objects.count() == 2
    with pytest.raises(AppendOnlyError):
        RoundItem.objects.update(unit=cast.ptd)


def test_computed_figures_are_never_asked_for(cast: Cast) -> None:
    target(cast.plan, indicator(source=Indicator.Source.STAFF_ACCOUNTS), cast.ptd)
    target(cast.plan, indicator("NV", "Tỷ lệ nhiệm vụ", source=Indicator.Source.TASKS), cast.ptd)
    assert rounds.wanted_in_window(cast.vp, RUNNING) == []


def test_a_figure_of_a_period_stands_in_one_round_only(cast: Cast, online: Indicator) -> None:
    opened(cast)
    with pytest.raises(RuleBroken, match="Đã có trong đợt khác của cùng kỳ"):
        opened(cast)
    assert ReportingRound.objects.count() == 1
    item = RoundItem.objects.first()
    assert item is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundItem.objects.create(
            round=item.round, indicator=item.indicator, unit=item.unit,
            period_kind=item.period_kind, period_key=item.period_key,
        )  # fmt: skip


def test_nobody_asks_for_what_no_running_plan_of_the_office_wants(cast: Cast, online: Indicator) -> None:
    days = usual_days(RUNNING, WorkCalendar())
    with pytest.raises(RuleBroken, match="kế hoạch đang thực hiện không yêu cầu"):
        open_round(cast.vp, RUNNING, [(online, cast.ptd)], days, by=cast.lan)
    with pytest.raises(RuleBroken, match="không có quyền mở"):
        open_round(cast.vp, RUNNING, [(online, cast.cn1)], days, by=cast.tu)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"due_on": END}, "due_on"),
        ({"opens_on": date(2026, 10, 17)}, "due_on"),
        ({"locks_on": date(2026, 10, 16)}, "locks_on"),
    ],
)
def test_days_in_an_impossible_order_are_refused(
    cast: Cast, online: Indicator, days: dict, field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        opened(cast, **days)
    assert field in refused.value.message_dict


def test_the_state_follows_from_the_days_alone(cast: Cast, online: Indicator) -> None:
    found = opened(cast, opens_on=date(2026, 10, 15))
    assert [state(found, date(2026, 10, day)) for day in (14, 15, 16, 17, 19, 20, 21, 22)] == [
        RoundState.COMING,
        RoundState.OPEN,
        RoundState.OPEN,
        RoundState.GRACE,  # Saturday: the working day of grace is Monday
        RoundState.GRACE,
        RoundState.OVER,
        RoundState.OVER,
        RoundState.LOCKED,
    ]


def test_a_window_appears_by_itself_ahead_of_its_end_and_once(cast: Cast, online: Indicator) -> None:
    assert open_due_rounds(END - timedelta(days=8)) == 0
    assert open_due_rounds(END - timedelta(days=7)) == 1
    assert open_due_rounds(END - timedelta(days=7)) == open_due_rounds(END) == 0
    found = ReportingRound.objects.get()
    assert (found.window, found.automatic, found.plan) == (RUNNING, True, None)
    assert (found.opens_on, found.due_on, found.grace_days, found.locks_on) == (
        date(2026, 10, 15), date(2026, 10, 16), 1, date(2026, 10, 22),
    )  # fmt: skip
    assert found.items.count() == 2


def test_what_is_given_before_it_opens_is_still_asked_for_and_nothing_after(
    cast: Cast, online: Indicator
) -> None:
    open_due_rounds(date(2026, 10, 10))
    target(cast.plan, indicator("TTTT", "Tỷ lệ thanh toán trực tuyến"), cast.ptd)
    open_due_rounds(date(2026, 10, 12))
    assert ReportingRound.objects.get().items.count() == 3
    target(cast.plan, indicator("BC", "Số báo cáo", measure_unit="báo cáo"), cast.ptd)
    open_due_rounds(date(2026, 10, 15))
    assert ReportingRound.objects.get().items.count() == 3


def test_a_window_long_past_is_not_opened_to_be_locked_at_once(cast: Cast, online: Indicator) -> None:
    open_due_rounds(date(2026, 9, 30))
    assert not ReportingRound.objects.exists()


def test_an_hour_of_outage_loses_no_round(cast: Cast, online: Indicator) -> None:
    assert open_due_rounds(date(2026, 10, 16)) == 1, "on the last day for reporting"


def test_a_milestone_opens_its_own_round_up_to_its_very_day_on_a_sunday(
    cast: Cast, online: Indicator
) -> None:
    open_due_rounds(MILESTONE - timedelta(days=5))
    found = ReportingRound.objects.get(kind=ReportingRound.Kind.MILESTONE)
    assert found.window == up_to(MILESTONE, cast.plan.starts_on) and found.plan == cast.plan
    assert found.title == "Số liệu đến ngày 25/10/2026"
    assert found.opens_on == date(2026, 10, 26), "the day after, never moved"
    assert open_due_rounds(MILESTONE) == 0


def test_each_frequency_has_its_own_round(cast: Cast) -> None:
    target(cast.plan, indicator("W", "Hằng tuần", frequency="week"), cast.ptd)
    target(cast.plan, indicator("M", "Hằng tháng"), cast.ptd)
    open_due_rounds(TODAY)
    kinds = set(ReportingRound.objects.values_list("period_kind", "period_key"))
    assert kinds == {("week", "2026-W42"), ("month", "2026-10")}


# --- Who has reported, who is late ------------------------------------------------------------------


def test_x_of_y_counts_what_was_sent_and_not_sent_back(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    assert tally(rows(found)).words == "0/02 đơn vị đã báo cáo đủ, 0/02 số liệu"
    sent = report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING)
    assert tally(rows(found)).words == "01/02 đơn vị đã báo cáo đủ, 01/02 số liệu"
    return_figure(sent, by=cast.lan, reason="Đối chiếu lại")
    assert tally(rows(found)).units == 0
    assert [unit.code for unit in owing_units(rows(found))] == ["CN1", "CN2"]


def test_late_is_a_first_report_after_the_grace_and_a_mended_one_in_time_is_not(
    cast: Cast, online: Indicator
) -> None:
    found = opened(cast)
    with at(date(2026, 10, 16)):
        first = report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING)
        return_figure(first, by=cast.lan, reason="Đối chiếu lại")
    with at(date(2026, 10, 20)):
        report(online, cast.cn1, 8, 10, by=cast.tu, period=RUNNING)
        report(online, cast.cn2, 8, 10, by=cast.dung, period=RUNNING)
    late = late_units(rows(found), date(2026, 10, 20))
    assert [unit.code for unit, _ in late] == ["CN2"]


def test_who_has_not_reported_is_late_only_after_the_grace(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    assert late_units(rows(found), date(2026, 10, 19)) == []
    assert [unit.code for unit, _ in late_units(rows(found), date(2026, 10, 20))] == ["CN1", "CN2"]


def test_the_grace_counts_the_working_days_of_each_units_own_calendar(cast: Cast, online: Indicator) -> None:
    """The first branch has Monday 19/10 off: its day of grace is Tuesday."""
    CalendarDay.objects.create(day=date(2026, 10, 19), unit=cast.cn1, kind="agency", name="Ngày truyền thống")
    late = late_units(rows(opened(cast)), date(2026, 10, 20))
    assert [unit.code for unit, _ in late] == ["CN2"]


def test_a_body_outside_our_authority_is_asked_and_never_late_nor_counted(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ubtx)
    target(cast.plan, indicator("TTTT", "Khác"), cast.ptd)
    found = opened(cast)
    outside = next(row for row in rows(found) if row.item.unit == cast.ubtx)
    assert outside.standing == Standing.UNASKED and not outside.is_late(date(2027, 1, 1))
    assert tally(rows(found)).units_asked == 1
    assert "UBND" not in message_text(found, rows(found), RoundState.OPEN, "https://x.vn/1/")


def test_a_unit_that_ended_before_the_report_was_due_is_followed_but_not_late(
    cast: Cast, online: Indicator
) -> None:
    found = opened(cast)
    cast.cn1.closed_on = date(2026, 10, 15)
    cast.cn1.save()
    assert [unit.code for unit, _ in late_units(rows(found), date(2026, 10, 21))] == ["CN2"]
    assert tally(rows(found)).units_asked == 1
    assert [unit.code for unit in owing_units(rows(found))] == ["CN2"]


def test_two_offices_that_ask_for_one_figure_at_once_do_not_both_get_it(
    cast: Cast, online: Indicator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked before the first had written."""
    opened(cast)
    monkeypatch.setattr(rounds, "asked_already", lambda *_: set())
    with pytest.raises(RuleBroken, match="vừa được đưa vào một đợt khác"):
        opened(cast)
    assert ReportingRound.objects.count() == 1


def test_entered_for_a_unit_the_day_of_its_own_paper_counts(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    with at(date(2026, 10, 21)):
        made = report(online, cast.cn1, 7, 10, by=cast.lan, period=RUNNING, source="5/BC-CN1")
        FigureProof.objects.create(
            measurement=made, number="5/BC-CN1", issued_on=date(2026, 10, 16), by=cast.lan
        )
        own = report(online, cast.cn2, 7, 10, by=cast.dung, period=RUNNING)
        FigureProof.objects.create(
            measurement=own, number="6/BC-CN2", issued_on=date(2026, 10, 16), by=cast.dung
        )
    assert [unit.code for unit, _ in late_units(rows(found), date(2026, 10, 21))] == ["CN2"]


def test_a_figure_without_paper_owes_its_proof(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    made = report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING)
    assert [row.lacks_proof for row in rows(found)] == [True, False]
    FigureProof.objects.create(measurement=made, number="5/BC-CN1", by=cast.tu)
    assert not any(row.lacks_proof for row in rows(found))


def test_the_message_for_the_group_chat_names_units_and_stays_below_500_characters(cast: Cast) -> None:
    from tests.plans.test_figures_pages import _many_branches

    branches = _many_branches(cast, 60)
    made = indicator()
    for unit in branches:
        target(cast.plan, made, unit)
    found = opened(cast)
    text = message_text(found, rows(found), RoundState.OPEN, "https://theodoi.example.vn/dot-so-lieu/1/")
    assert len(text) <= 500 and "https://theodoi.example.vn/dot-so-lieu/1/" in text
    assert "0/60 đơn vị đã báo cáo đủ" in text and "Hạn báo cáo 16/10/2026" in text
    assert "đơn vị khác" in text and branches[0].label in text
    people = User.objects.exclude(full_name="").values_list("full_name", flat=True)
    assert not any(name in text for name in people)


# --- The lock ---------------------------------------------------------------------------------------


def test_a_locked_period_takes_no_report(cast: Cast, online: Indicator) -> None:
    opened(cast)
    with at(date(2026, 10, 21)):
        report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING)
    with (
        at(date(2026, 10, 22)),
        pytest.raises(
            RuleBroken, match="tháng 10 năm 2026 đã khóa số liệu ngày 22/10/2026; hãy đề nghị điều chỉnh"
        ),
    ):
        report(online, cast.cn1, 8, 10, by=cast.tu, period=RUNNING)
    assert Measurement.objects.count() == 1


def test_a_lock_reaches_only_what_the_round_asks_for(cast: Cast, online: Indicator) -> None:
    opened(cast)
    other = indicator("TTTT", "Khác")
    target(cast.plan, other, cast.ptd)
    with at(date(2026, 10, 22)):
        report(other, cast.ptd, 1, 2, by=cast.minh, period=RUNNING)
        report(online, cast.cn1, 1, 2, by=cast.tu, period=containing("month", date(2026, 10, 22)))
    assert Measurement.objects.count() == 2


def test_the_office_locks_before_the_day_with_a_reason(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    with at(date(2026, 10, 19)):
        with pytest.raises(RuleBroken, match="lý do"):
            rounds.lock_round(found, by=cast.lan, reason=" ")
        with pytest.raises(RuleBroken, match="không có quyền"):
            rounds.lock_round(found, by=cast.tu, reason="Đã đủ")
        rounds.lock_round(found, by=cast.lan, reason="Các đơn vị đã báo cáo đủ")
        with pytest.raises(RuleBroken, match="đã khóa số liệu ngày 19/10/2026"):
            report(online, cast.cn1, 8, 10, by=cast.tu, period=RUNNING)
        with pytest.raises(RuleBroken, match="đã khóa"):
            rounds.lock_round(found, by=cast.lan, reason="Lần nữa")


def test_a_period_still_running_is_not_locked(cast: Cast, online: Indicator) -> None:
    with pytest.raises(RuleBroken, match="chưa kết thúc"):
        rounds.lock_round(opened(cast), by=cast.lan, reason="Sớm")


def test_the_daily_job_writes_the_lock_down_once(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    assert rounds.lock_due_rounds(date(2026, 10, 21)) == 0
    assert rounds.lock_due_rounds(date(2026, 10, 22)) == 1
    assert rounds.lock_due_rounds(date(2026, 10, 23)) == 0
    found.refresh_from_db()
    assert found.locked_by == User.objects.system()


def test_many_are_accepted_at_once_or_none(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    both = [
        report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING),
        report(online, cast.cn2, 7, 10, by=cast.dung, period=RUNNING),
    ]
    accept_figure(both[1], by=cast.lan)
    with pytest.raises(RuleBroken, match="An Phú"):
        rounds.decide_many(found, both, by=cast.lan)
    assert [row.standing for row in rows(found)] == [Standing.WAITING, Standing.ACCEPTED]
    with pytest.raises(RuleBroken, match="không có quyền"):
        rounds.decide_many(found, both[:1], by=cast.dung)
    rounds.decide_many(found, both[:1], by=cast.lan)
    assert all(row.standing == Standing.ACCEPTED for row in rows(found))


# --- What it changes elsewhere ----------------------------------------------------------------------


def owed_row(user: User) -> object:
    return owed_rows(figures_owed(user, today()), today())[0]


def test_a_unit_is_not_asked_to_report_for_a_locked_window(cast: Cast, online: Indicator) -> None:
    opened(cast)
    with at(date(2026, 10, 21)):
        assert owed_row(cast.tu).to_report == RUNNING  # type: ignore[attr-defined]
        assert RUNNING in open_windows(figures_owed(cast.tu, today())[0], today())
    with at(date(2026, 10, 22)):
        row = owed_row(cast.tu)
        assert row.closed_standing == Standing.LOCKED and row.to_report is None  # type: ignore[attr-defined]
        assert RUNNING not in open_windows(figures_owed(cast.tu, today())[0], today())


def test_the_days_of_the_round_stand_for_those_of_the_window(cast: Cast, online: Indicator) -> None:
    """The office collects this month from the first to the last of September."""
    other = type(RUNNING)(RUNNING.kind, RUNNING.key, date(2026, 9, 1), date(2026, 9, 30))
    opened(cast, period=other)
    made = report(online, cast.cn1, 7, 10, by=cast.tu, period=RUNNING)
    assert (made.period_start, made.period_end, made.as_of) == (other.start, other.end, other.end)
    assert other in open_windows(figures_owed(cast.tu, TODAY)[0], TODAY)


def test_a_milestone_may_be_reported_while_its_round_is_open(cast: Cast, online: Indicator) -> None:
    open_due_rounds(MILESTONE)
    collection = up_to(MILESTONE, cast.plan.starts_on)
    owed = figures_owed(cast.tu, TODAY)[0]
    assert collection not in open_windows(owed, MILESTONE)
    assert open_windows(owed, MILESTONE + timedelta(days=1))[-1] == collection
    found = ReportingRound.objects.get(period_kind=TO_DAY)
    assert collection not in open_windows(owed, found.locks_on)


def test_a_milestone_is_judged_by_its_own_collection_before_any_window(cast: Cast) -> None:
    """The month says 60 % up to 14/10 and 90 % up to 14/11; up to the day itself it was 72 %."""
    share = indicator()
    target(cast.plan, share, cast.ptd, (MILESTONE, "ge", "70"))
    november = containing("month", date(2026, 11, 10))
    with at(date(2026, 11, 16)):
        for period, numerator in ((RUNNING, 60), (november, 90)):
            accept_figure(report(share, cast.ptd, numerator, 100, by=cast.minh, period=period), by=cast.lan)
        cell = target_matrix(cast.plan, today()).rows[0].lines[0].cells[0]
        assert cell is not None
        assert (cell.attainment, cell.reading.as_of) == (Attainment.SHORT, date(2026, 10, 14))
        collected = up_to(MILESTONE, cast.plan.starts_on)
        accept_figure(report(share, cast.ptd, 72, 100, by=cast.minh, period=collected), by=cast.lan)
        cell = target_matrix(cast.plan, today()).rows[0].lines[0].cells[0]
        assert cell is not None
        assert (cell.attainment, cell.reading.as_of) == (Attainment.REACHED, MILESTONE)


def test_a_running_window_of_one_unit_does_not_hide_the_collected_figure_of_another(
    cast: Cast,
) -> None:
    share = indicator()
    target(cast.plan, share, cast.branches, (MILESTONE, "ge", "70"), scope="together")
    november = containing("month", MILESTONE)
    with at(date(2026, 10, 27)):
        early = report(share, cast.cn2, 1, 100, by=cast.dung, period=november, as_of=date(2026, 10, 24))  # type: ignore[arg-type]
        accept_figure(early, by=cast.lan)
        collected = up_to(MILESTONE, cast.plan.starts_on)
        accept_figure(report(share, cast.cn1, 72, 100, by=cast.tu, period=collected), by=cast.lan)
        reading = target_matrix(cast.plan, today()).rows[0].lines[0].cells[0].reading  # type: ignore[union-attr]
    assert reading.figure == (Decimal(72), Decimal(100)) and reading.missing == ("Chi nhánh An Phú",)


# --- Who sees a round -------------------------------------------------------------------------------


def test_a_unit_sees_rounds_that_ask_it_and_of_them_only_its_own_part(cast: Cast, online: Indicator) -> None:
    found = opened(cast)
    sees = {
        user.username: ReportingRound.objects.visible_to(user).filter(pk=found.pk).exists()
        for user in cast.people
    }
    assert sees == {
        "hoa": True, "lan": True, "minh": False, "mai": False, "tu": True, "dung": True, "son": True, "la": False,
    }  # fmt: skip
    asked = RoundItem.objects.visible_to(cast.tu)
    assert [item.unit for item in asked] == [cast.cn1]
    assert RoundItem.objects.visible_to(cast.lan).count() == 2


# --- Properties -------------------------------------------------------------------------------------

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
KINDS = st.sampled_from(["week", "month", "quarter", "half", "year"])
CALENDARS = st.builds(
    lambda off, working: WorkCalendar(frozenset(off), frozenset(working)),
    st.lists(DAYS, max_size=12),
    st.lists(DAYS, max_size=3),
)


@given(KINDS, DAYS, CALENDARS)
def test_the_usual_days_are_always_in_order_and_after_the_cut_off(
    kind: str, on: date, calendar: WorkCalendar
) -> None:
    period = containing(kind, on)
    days = usual_days(period, calendar)
    rounds.check_days(period, days)
    assert period.end < days.opens_on <= days.due_on < days.locks_on
    assert calendar.workdays_between(period.end, days.due_on) >= 1, (
        "Decree 09/2019: a working day after the cut-off"
    )


@given(KINDS, DAYS, CALENDARS, st.lists(DAYS, min_size=2, max_size=8))
def test_a_round_never_goes_back_to_an_earlier_state(
    kind: str, on: date, calendar: WorkCalendar, days: list[date]
) -> None:
    period = containing(kind, on)
    usual = usual_days(period, calendar)
    made = ReportingRound(
        period_kind=period.kind, period_key=period.key, period_start=period.start, period_end=period.end,
        opens_on=usual.opens_on, due_on=usual.due_on, grace_days=usual.grace_days, locks_on=usual.locks_on,
    )  # fmt: skip
    order = list(RoundState)
    places = [order.index(made.state(day, calendar)) for day in sorted(days)]
    assert places == sorted(places)
