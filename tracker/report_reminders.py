"""The office is reminded of a periodic report it has not drawn up: the window of a plan's usual report has closed, and
none of that period has been laid before the leader for signature.

What a plan usually reports is what it has reported: a plan that never had a monthly report owes none. What waits for a
signature is "đang trình", never late (office rule 27).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from core import periods
from core.periods import Period
from core.text import count_vi
from core.workdays import WorkCalendar
from notifications import ladder
from notifications.models import Notice, Subject
from notifications.more import Source
from notifications.recipients import Directory
from notifications.rulebook import RuleBook
from notifications.words import LONGEST_TEXT, cut, day_text
from plans.models import Plan
from reports.models import Report

DRAWN_UP = "Báo cáo của kỳ đã trình ký hoặc đã ban hành"


class ReportKey(NamedTuple):
    """The unique key of such a reminder, as stored and as read back before sending."""

    plan: int
    kind: str
    period: str
    step: int
    person: int

    def __str__(self) -> str:
        return f"report:{self.plan}:{self.kind}:{self.period}:{self.step}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "ReportKey | None":
        name, *parts = key.split(":")
        if name != "report" or len(parts) != 5:
            return None
        return cls(int(parts[0]), parts[1], parts[2], int(parts[3]), int(parts[4]))


def owed(on: date, book: RuleBook, directory: Directory, calendar: WorkCalendar) -> list[Notice]:
    """Three queries."""
    usual = _usual()
    done = _drawn_up()
    notices: list[Notice] = []
    plans = Plan.objects.filter(pk__in=usual, state=Plan.State.ACTIVE).select_related("document")
    for plan in plans.order_by("pk"):
        for kind in sorted(usual[plan.pk]):
            period = _last_closed(kind, on)
            if period is None or period.end < plan.starts_on or (plan.pk, kind, period.key) in done:
                continue
            notices += _of_period(plan, period, on, book, directory, calendar)
    return notices


def _usual() -> dict[int, set[str]]:
    """Plan → kinds of report it has had."""
    found: dict[int, set[str]] = defaultdict(set)
    for plan, kind in Report.objects.order_by().values_list("plan", "kind").distinct():
        found[plan].add(kind)
    return found


def _drawn_up() -> set[tuple[int, str, str]]:
    rows = Report.objects.exclude(state=Report.State.DRAFT).order_by()
    return set(rows.values_list("plan", "kind", "period_key"))


def _last_closed(kind: str, on: date) -> Period | None:
    try:
        return periods.containing(kind, on).previous()
    except ValueError:  # nine months, in the quarter after them
        return periods.parse("nine_months", str(on.year)) if on.month >= 9 else None


def _of_period(
    plan: Plan, period: Period, on: date, book: RuleBook, directory: Directory, calendar: WorkCalendar
) -> Iterator[Notice]:
    where = calendar.workdays_between(period.end, on)
    found = ladder.standing(where, book.rungs(Subject.REPORT, plan.pk))
    if found is None:
        return
    text = f"Báo cáo {period.label}: đã hết kỳ {count_vi(where)} ngày làm việc, chưa trình ký"
    for person in directory.owners(plan.tracking_unit_id):
        yield Notice(
            recipient=person,
            key=str(ReportKey(plan.pk, period.kind, period.key, found[1], person.pk)),
            group=Notice.Group.DUE,
            text=cut(f"{text}: {plan.label}", LONGEST_TEXT),
            detail=f"Số liệu từ {day_text(period.start)} đến {day_text(period.end)}.",
            url=reverse("reports"),
            day=on,
        )


def settled(notice: Notice) -> str | None:
    """None: no reminder of a report."""
    key = ReportKey.read(notice.key)
    if key is None:
        return None
    drawn = Report.objects.filter(plan=key.plan, kind=key.kind, period_key=key.period)
    return DRAWN_UP if drawn.exclude(state=Report.State.DRAFT).exists() else ""


SOURCE = Source(owed, settled)
