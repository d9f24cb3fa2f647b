"""Peace about one task, and leave: never a way out of an order."""

from datetime import date, timedelta

import pytest

from notifications import planner, quiet, recheck
from notifications.models import Leave, Notice
from notifications.recipients import Directory
from tests.cast import TODAY, Cast, make_user
from tests.notifications.helpers import at
from units.actions import RuleBroken, grant_role
from units.permissions import Role

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 10, 16)


def names(on: date) -> set[str]:
    return {notice.recipient.username for notice in planner.owed(on)}


def test_a_snoozed_task_is_quiet_until_its_day_and_then_told(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    quiet.snooze(task, by=cast.mai, until=date(2026, 10, 14))
    assert names(TODAY) == names(date(2026, 10, 14)) == set()
    assert names(date(2026, 10, 15)) == {"mai", "minh"}


def test_who_answers_hears_again_when_it_is_late_and_who_follows_does_not(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    for person in (cast.mai, cast.lan):
        quiet.mute(task, by=person)
    assert names(FRIDAY) == {"minh"}
    assert names(date(2026, 10, 19)) == {"mai", "minh"}
    quiet.hear_again(task, by=cast.lan)
    assert names(date(2026, 10, 19)) == {"mai", "minh", "lan"}


def test_peace_asked_for_after_the_notice_was_written_holds_its_mail(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    planner.write(planner.owed(TODAY))
    quiet.mute(task, by=cast.mai)
    notice = Notice.objects.filter(key__startswith="task").select_related("task", "recipient").get()
    assert recheck.reason_to_skip(notice, Directory(TODAY), recheck.standing(TODAY)) == quiet.QUIETED


@pytest.mark.parametrize("days", [0, -1, 40])
def test_a_snooze_bridges_days_and_does_not_forget(cast: Cast, days: int) -> None:
    task = cast.task(nominal_end=FRIDAY)
    with pytest.raises(RuleBroken):
        quiet.snooze(task, by=cast.mai, until=TODAY + timedelta(days=days))


def test_while_somebody_is_away_whoever_stands_in_is_told(cast: Cast) -> None:
    cast.task(nominal_end=FRIDAY)
    quiet.take_leave(by=cast.mai, starts_on=TODAY, ends_on=date(2026, 10, 14))
    assert names(TODAY) == {"minh"}
    deputy = make_user("thay", "Hoàng Văn Thay")
    grant_role(deputy, Role.UNIT_CLERK, cast.ptd, by=None, valid_from=TODAY, valid_to=date(2026, 10, 14))
    assert names(TODAY) == {"thay"}
    assert names(date(2026, 10, 15)) == {"mai", "minh"}


def test_leave_is_ones_own_and_does_not_overlap(cast: Cast) -> None:
    leave = quiet.take_leave(by=cast.mai, starts_on=TODAY, ends_on=FRIDAY)
    with pytest.raises(RuleBroken, match="trùng"):
        quiet.take_leave(by=cast.mai, starts_on=FRIDAY, ends_on=date(2026, 10, 20))
    with pytest.raises(RuleBroken, match="trước"):
        quiet.take_leave(by=cast.mai, starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 4))
    quiet.come_back(leave, by=cast.minh)
    assert Leave.objects.count() == 1
    quiet.come_back(leave, by=cast.mai)
    assert not Leave.objects.exists()


def test_a_moment_of_peace_is_not_asked_of_somebody_else(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    with at("08:00"):
        quiet.mute(task, by=cast.minh)
    assert names(TODAY) == {"mai"}
