"""The office is reminded of the report of a closed period until it is laid for signature."""

from datetime import date

import pytest

from core.periods import parse
from notifications import planner, recheck
from notifications.models import Notice
from notifications.recipients import Directory
from reports.actions import create_draft, submit_for_signature
from reports.models import AgencyProfile, Report
from reports.profiles import default_profile
from tests.cast import TODAY, Cast
from tests.notifications.helpers import at

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 10, 15)  # the window of October has closed the day before


def told(on: date) -> list[tuple[str, str]]:
    return [(n.recipient.username, n.text) for n in planner.owed(on) if n.key.startswith("report:")]


@pytest.fixture
def reported(cast: Cast) -> Report:
    """The plan has had a monthly report, of September."""
    profile = default_profile(cast.vp, AgencyProfile.Reach.INTERNAL)
    made = create_draft(cast.plan, parse("month", "2026-09"), profile, by=cast.lan)
    Report.objects.filter(pk=made.pk).update(state="submitted", submitted_at="2026-09-16T08:00:00+07:00")
    return made


def test_a_plan_that_never_reported_owes_nothing(cast: Cast) -> None:
    assert told(THURSDAY) == []


def test_the_owner_hears_from_the_first_working_day_after_the_window(cast: Cast, reported: Report) -> None:
    assert told(date(2026, 10, 14)) == []
    assert told(THURSDAY) == [
        ("lan", f"Báo cáo tháng 10 năm 2026: đã hết kỳ 01 ngày làm việc, chưa trình ký: {cast.plan.label}")
    ]
    # The third working day repeats it; the second is the same rung.
    days = (THURSDAY, date(2026, 10, 16), date(2026, 10, 19))
    assert sum(planner.write([n for n in planner.owed(d) if n.key.startswith("report:")]) for d in days) == 2


def test_what_waits_for_a_signature_is_not_late(cast: Cast, reported: Report) -> None:
    planner.write(planner.owed(THURSDAY))
    with at("09:00", THURSDAY):
        made = create_draft(cast.plan, parse("month", "2026-10"), reported.profile, by=cast.lan)
        assert told(THURSDAY)
        notice = Notice.objects.filter(key__startswith="report:").select_related("recipient", "task").get()
        assert recheck.reason_to_skip(notice, Directory(TODAY), {}) == ""
        submit_for_signature(made, by=cast.lan)
    assert told(THURSDAY) == []
    assert (
        recheck.reason_to_skip(notice, Directory(TODAY), {}) == "Báo cáo của kỳ đã trình ký hoặc đã ban hành"
    )


def test_a_closed_plan_owes_no_report(cast: Cast, reported: Report) -> None:
    cast.plan.state = "closed"
    cast.plan.save()
    assert told(THURSDAY) == []
