"""The demo agency lives on, every day run: at most one mail a person a day, none on days off, none to leaders but the
report the office released, none to bodies outside. The whole year is run by hand and each night (`faults_long`)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db.models import F

from notifications import desk, jobs
from notifications.models import Escalation, Mailbox, Notice
from tasks import actions
from tasks.models import Task
from tasks.status import Confirmation
from tests.notifications.helpers import at
from tracker.demo.load import load
from units.actions import RuleBroken
from units.models import CalendarDay, RoleGrant, User
from units.permissions import Role

pytestmark = pytest.mark.django_db


class Year:
    """A run of days with people who work more or less as people do."""

    def __init__(self, first: date, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.DEMO_MODE = True
        monkeypatch.setattr(jobs, "enqueue", lambda name, *ids: jobs.send_notices())
        with at("06:00", first):
            load(first)
        self.random = Random(6)
        self.office = User.objects.get(username="vanphong")
        self.mails: Counter[tuple[date, str]] = Counter()
        self.subjects: list[tuple[date, str, str]] = []

    def run(self, first: date, days: int) -> None:
        for day in (first + timedelta(days=offset) for offset in range(days)):
            for clock in ("07:31", "09:01", "13:30"):
                with at(clock, day):
                    seen = len(mail.outbox)
                    jobs.tick()
                    for letter in mail.outbox[seen:]:
                        self.mails[day, letter.to[0]] += 1
                        self.subjects.append((day, letter.to[0], letter.subject))
                    mail.outbox.clear()
            if CalendarDay.objects.as_calendar().is_workday(day):
                with at("15:00", day):
                    self.work(day)

    def work(self, day: date) -> None:
        """Most hand in near the deadline, some late, some never; the office judges in a few days."""
        near = Task.objects.open().filter(
            lead_unit__isnull=False,
            assigned_on__isnull=False,
            counted_end__lte=day + timedelta(days=4),
            confirmation__in=(Confirmation.NONE, Confirmation.RETURNED),
        )
        for task in near.order_by("pk"):
            if task.pk % 7 and self.random.random() < 0.12:
                self._try(
                    lambda task=task: actions.submit(task, by=self._head(task), text="Đã thực hiện xong")
                )
        for task in Task.objects.filter(confirmation=Confirmation.SUBMITTED, submitted_on__lt=day).order_by(
            "pk"
        ):
            if self.random.random() < 0.35:
                self._try(lambda task=task: actions.confirm(task, by=self.office))
        if day.weekday() == 3:
            found = Escalation.objects.waiting().order_by("kind", F("pk"))
            for each in found:
                if each.kind == Escalation.Kind.LEADER:
                    self._try(lambda each=each: desk.release(each.pk, by=self.office))
                else:
                    self._try(
                        lambda each=each: desk.demand_explanation(
                            each.pk, by=self.office, about="Vì sao chậm"
                        )
                    )

    def _head(self, task: Task) -> User:
        grants = RoleGrant.objects.filter(role=Role.UNIT_HEAD, unit=task.lead_unit, valid_to__isnull=True)
        grant = grants.select_related("user").order_by("pk").first()
        return grant.user if grant is not None else self.office

    def _try(self, act: Any) -> None:
        # Refused: somebody else decides, or the state has moved on.
        with suppress(RuleBroken):
            act()


def check(year: Year) -> None:
    calendar = CalendarDay.objects.as_calendar()
    assert year.mails, "nobody was told anything"
    assert max(year.mails.values()) == 1, "more than one mail a person a day"
    assert all(calendar.is_workday(day) for day, _ in year.mails)
    leaders = set(
        RoleGrant.objects.filter(role=Role.LEADER)
        .exclude(user__email="")
        .values_list("user__email", flat=True)
    )
    to_leaders = [(day, who, subject) for day, who, subject in year.subjects if who in leaders]
    assert all(subject.startswith("[Báo cáo]") for _, _, subject in to_leaders)
    assert not any(subject.startswith("[Báo cáo]") for _, who, subject in year.subjects if who not in leaders)
    outside = Notice.objects.filter(
        recipient__in=Mailbox.objects.filter(unit__kind="outside").values("account")
    )
    assert not outside.exists()
    # An event is told to a person once, whatever else happens.
    told = Notice.objects.filter(event__isnull=False).values_list("event", "recipient")
    assert len(told) == len(set(told))


def summary(year: Year) -> Iterator[str]:
    people: Counter[str] = Counter()
    days: Counter[date] = Counter()
    for (day, who), count in year.mails.items():
        people[who] += count
        days[day] += count
    yield f"mails={sum(people.values())} people={len(people)} days with mail={len(days)}"
    yield f"most on a day={max(days.values())} most to a person={people.most_common(1)[0]}"
    busiest = sorted(people.items(), key=lambda each: -each[1])
    yield "  ".join(f"{who.partition('@')[0]}={count}" for who, count in busiest)
    notices = Notice.objects.values_list("state", flat=True)
    yield f"notices: {dict(Counter(notices))}"
    yield f"escalations: {dict(Counter(Escalation.objects.values_list('kind', 'state')))}"


# Over National Day: a Saturday worked, five days off.
def test_a_month_of_the_demo_agency(settings, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    first = date(2026, 8, 17)
    year = Year(first, settings, monkeypatch)
    year.run(first, 24)
    print("\n".join(summary(year)))
    check(year)


@pytest.mark.faults_long
def test_a_whole_year_of_the_demo_agency(settings, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    first = date(2026, 1, 5)
    year = Year(first, settings, monkeypatch)
    year.run(first, 365)
    print("\n".join(summary(year)))
    check(year)
