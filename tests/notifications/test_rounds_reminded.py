"""Units that owe figures of an open round are reminded until they have sent them; nobody outside our authority is."""

from datetime import date

import pytest
from django.core import mail

from notifications import jobs, outbox, planner, recheck
from notifications.collecting import WHOLE_ROUND, RoundKey
from notifications.models import Notice
from notifications.recipients import Directory
from plans import rounds
from plans.actions import return_figure
from plans.models import Indicator, ReportingRound
from plans.rounds import Days
from tests.cast import Cast
from tests.notifications.helpers import at, texts
from tests.plans.promised import RUNNING, indicator, report, target

THURSDAY, FRIDAY, MONDAY, TUESDAY = (date(2026, 10, day) for day in (15, 16, 19, 20))


@pytest.fixture
def share(cast: Cast) -> Indicator:
    """Wanted of the division, of both branches, and of a body outside."""
    made = indicator()
    for unit in (cast.ptd, cast.cn1, cast.cn2, cast.ubtx):
        target(cast.plan, made, unit)
    return made


@pytest.fixture
def collection(cast: Cast, share: Indicator) -> ReportingRound:
    """Open from Thursday 15/10, due on Friday, one working day of grace, locked on Thursday 22/10."""
    figures = [(each.indicator, each.unit) for each in rounds.wanted_in_window(cast.vp, RUNNING)]
    days = Days(THURSDAY, FRIDAY, 1, date(2026, 10, 22))
    return rounds.open_round(cast.vp, RUNNING, figures, days, by=cast.lan)


def told(on: date) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for notice in planner.owed(on):
        found.setdefault(notice.recipient.username, []).append(notice.text)
    return found


def test_nobody_is_told_before_the_round_opens(cast: Cast, collection: ReportingRound) -> None:
    assert told(date(2026, 10, 14)) == {}


def test_units_are_told_how_many_figures_they_owe_and_until_when(
    cast: Cast, collection: ReportingRound
) -> None:
    words = "Còn 01 ngày làm việc: báo cáo số liệu tháng 10 năm 2026 (01 số liệu)"
    # The second branch has nobody: the attached body above it answers.
    assert told(THURSDAY) == {"minh": [words], "mai": [words], "tu": [words], "dung": [words]}
    assert told(FRIDAY)["minh"] == ["Đến hạn hôm nay: báo cáo số liệu tháng 10 năm 2026 (01 số liệu)"]


def test_the_day_of_grace_is_not_called_late_and_after_it_the_office_hears_once(
    cast: Cast, collection: ReportingRound
) -> None:
    assert told(MONDAY)["tu"][0].startswith("Đã hết hạn, đang trong thời gian gia hạn: ")
    late = told(TUESDAY)
    assert late["tu"] == ["Quá hạn 01 ngày làm việc: báo cáo số liệu tháng 10 năm 2026 (01 số liệu)"]
    assert late["lan"] == [
        "Quá hạn 01 ngày làm việc: số liệu tháng 10 năm 2026, 03 đơn vị chưa báo cáo đủ: Phòng Quản lý đất đai,"
        " Chi nhánh Bình Sơn, Chi nhánh An Phú"
    ]


def test_whoever_has_reported_is_left_in_peace_until_it_comes_back(
    cast: Cast, share: Indicator, collection: ReportingRound
) -> None:
    with at("09:00", THURSDAY):
        sent = report(share, cast.cn1, 1, 2, by=cast.tu, period=RUNNING)
    assert "tu" not in told(FRIDAY)
    return_figure(sent, by=cast.lan, reason="Đối chiếu lại")
    assert told(FRIDAY)["tu"] == [
        "Đến hạn hôm nay: báo cáo số liệu tháng 10 năm 2026 (01 số liệu, trong đó 01 cần bổ sung)"
    ]


def test_nothing_is_asked_for_after_the_lock(cast: Cast, collection: ReportingRound) -> None:
    assert told(date(2026, 10, 22)) == {}


def test_a_body_outside_is_told_nothing_and_named_to_nobody(cast: Cast, collection: ReportingRound) -> None:
    every = [text for texts_of in told(TUESDAY).values() for text in texts_of]
    assert every and not any("UBND" in text for text in every)
    assert not Notice.objects.filter(key__contains=f":{cast.ubtx.pk}:").exists()


def test_a_rung_speaks_once_and_what_was_sent_meanwhile_is_not_mailed(
    cast: Cast, share: Indicator, collection: ReportingRound
) -> None:
    with at("08:00", THURSDAY):
        assert jobs.remind(THURSDAY) == 4
        assert jobs.remind(THURSDAY) == 0
        report(share, cast.cn1, 1, 2, by=cast.tu, period=RUNNING)
        outbox.send(THURSDAY)
    assert sorted(to for message in mail.outbox for to in message.to) == [
        "dung@example.vn", "mai@example.vn", "minh@example.vn",
    ]  # fmt: skip
    assert "báo cáo số liệu tháng 10 năm 2026" in mail.outbox[0].body
    skipped = Notice.objects.get(recipient=cast.tu)
    assert (skipped.state, skipped.reason) == (Notice.State.SKIPPED, recheck.REPORTED)
    assert texts(cast.tu), "the inbox keeps it"


def test_after_an_outage_one_line_a_round_not_one_a_day(cast: Cast, collection: ReportingRound) -> None:
    notices = []
    for day in (THURSDAY, FRIDAY):
        with at("08:00", day):
            planner.write(planner.owed(day))
    notices = list(Notice.objects.filter(recipient=cast.tu).order_by("pk"))
    assert len(notices) == 2
    assert recheck.repeated(notices) == {notices[0].pk}


def test_a_first_late_line_waits_until_nine_for_the_office_to_enter_what_it_has(
    cast: Cast, collection: ReportingRound
) -> None:
    with at("08:00", TUESDAY):
        jobs.remind(TUESDAY)
        outbox.send(TUESDAY)
        assert not any("tu@" in to for message in mail.outbox for to in message.to)
    with at("09:01", TUESDAY):
        outbox.send(TUESDAY)
    assert any("tu@" in to for message in mail.outbox for to in message.to)


def test_somebody_who_no_longer_answers_for_the_unit_is_not_mailed(
    cast: Cast, collection: ReportingRound
) -> None:
    with at("08:00", THURSDAY):
        planner.write(planner.owed(THURSDAY))
        notice = Notice.objects.get(recipient=cast.tu)
        asked = recheck.standing(THURSDAY)
        assert recheck.reason_to_skip(notice, Directory(THURSDAY), asked) == ""
        cast.tu.grants.update(valid_to=date(2026, 10, 14))
        assert recheck.reason_to_skip(notice, Directory(THURSDAY), asked) == recheck.NOT_THEIR_UNIT


def test_the_key_says_which_round_unit_step_and_deadline(cast: Cast, collection: ReportingRound) -> None:
    key = RoundKey(collection.pk, WHOLE_ROUND, -1, FRIDAY, cast.lan.pk)
    assert RoundKey.read(str(key)) == key
    assert RoundKey.read(f"task:1:0:2026-10-16:{cast.lan.pk}") is None
