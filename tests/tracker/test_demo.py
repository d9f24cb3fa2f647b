"""The demo agency is alive on any day it is loaded, and its passwords work nowhere else."""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.append_only import append_only_models
from notifications.models import Digest
from plans import sums
from plans.collection import round_rows, tally
from plans.models import Document, Measurement, Outlook, Plan, ReportingRound, RoundItem, RoundState
from plans.sources import Standing as Exchange
from plans.sources import open_exchanges, standing_of
from reports.models import Report
from tasks import ledger, states
from tasks.models import ContentRemoval, Event, Handover, Task
from tasks.panels import PANELS
from tasks.status import Confirmation, DeadlineClass, Execution
from tasks.summaries import plan_totals
from tracker.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from tracker.demo.load import load
from units import coverage
from units.models import CalendarDay, StaffMember, Unit, User

pytestmark = pytest.mark.django_db

# The first working day of a year; a leap day; a day off.
# Verbs no story needs: what they leave behind is there all the same.
NOT_TOLD = {
    "withdraw",
    "withdraw_reassignment",
    "return_part",
    "receive",
    "resume",
    "add_basis",
    "assign_member",
    "set_check_in",
    "end_rhythm",
}
DAYS = [date(2027, 1, 4), date(2028, 2, 29), date(2026, 9, 2)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_state_is_there_whatever_the_day(day: date, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_MODE = True
    with time_machine.travel(f"{day}T09:30:00+07:00", tick=False):
        counts = load(day)
    calendar = CalendarDay.objects.as_calendar()
    tasks = Task.objects.filter(assigned_on__isnull=False).with_status(day, calendar)
    assert 60 <= counts["tasks"] <= 90
    assert 350 <= StaffMember.objects.count() <= 450
    assert {task.deadline for task in tasks} == set(DeadlineClass.values) - (
        {DeadlineClass.DUE_TODAY.value} if not calendar.is_workday(day) else set()
    )
    assert {task.execution for task in tasks} == set(Execution.values)
    assert {task.confirmation for task in tasks} == set(Confirmation.values)
    assert {verb for verb in PANELS if not Event.objects.filter(verb=verb).exists()} <= NOT_TOLD
    assert not [task for task in tasks if ledger.first_broken(task)]
    assert not [task for task in tasks if task.completed_on and task.completed_on > day]
    for task in tasks:
        told = list(task.events.order_by("sequence"))
        assert [event.happened_at for event in told] == sorted(event.happened_at for event in told), task
        accepted = {event.by_id for event in told if event.verb == "accept"}
        assert accepted <= set(task.openings.values_list("user", flat=True)), task
    numbers = [
        (each.issuer, each.number, each.issued_on.year) for each in Document.objects.exclude(number="")
    ]
    assert len(numbers) == len(set(numbers))
    branch = User.objects.get(username="chinhanh").grants_today[0].unit
    _, (known,) = coverage.by_unit([branch], day)
    assert known.all_kinds.missing, "the walk through the demo marks names that are missing there"
    assert Measurement.objects.values("period_key").distinct().count() == 5
    collection = ReportingRound.objects.get()
    asked = round_rows(collection, CalendarDay.objects.by_unit(), RoundItem.objects.all())
    assert collection.state(day, calendar) == RoundState.OPEN
    assert 0 < tally(asked).units < tally(asked).units_asked, "one branch has not reported"
    with time_machine.travel(f"{day}T09:30:00+07:00", tick=False):
        exchanges = {standing_of(each) for each in open_exchanges(User.objects.get(username="vanphong"))}
    assert exchanges == {Exchange.WAITING, Exchange.DIFFERS}, "one branch to answer, two sources of another"
    assert sums.drift() == []
    outlook = Outlook.objects.get()
    assert outlook.unit.code == "CN04" and outlook.colour in ("behind", "at_risk", "on_track")
    assert Report.objects.count() == 2 and Digest.objects.filter(state="sent").exists()
    assert len(mail.outbox) == Digest.objects.filter(state="sent").count()
    given = Task.objects.filter(plan__state=Plan.State.ACTIVE)
    totals = plan_totals(given, day, calendar)
    for plan in Plan.objects.filter(state=Plan.State.ACTIVE):
        total = totals[plan.pk]
        counted = given.filter(plan=plan).orders().exclude(execution=Execution.DISCONTINUED).count()
        assert total.total + total.undated + total.standing + total.soft == counted
        assert total.total > 20 and total.done_late and total.open_overdue


def test_somebody_left_and_something_was_removed_and_the_pages_show_both(settings, client: Client) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_MODE = True
    with time_machine.travel("2026-11-18T09:30:00+07:00", tick=False):
        load(date(2026, 11, 18))
        client.force_login(User.objects.get(username="vanphong"))
        handover = Handover.objects.get()
        assert handover.carried_out_at is not None and not handover.person.is_active
        (line,) = handover.lines.filter(task__isnull=False)
        assert line.task.officer == handover.receiver
        assert handover.person.full_name in page(client, "handovers")
        assert line.task.title in page(client, "handover", handover.pk)
        removal = ContentRemoval.objects.get()
        assert removal.approved and removal.asked_by != removal.decided_by
        told = page(client, "task", removal.task_id)
        assert "Nội dung đã được gỡ" in told and "02/BB-VP" in told and "Lưu Văn Tâm" not in told
        assert removal.task.title in page(client, "removals")
    for task in (removal.task, line.task):
        assert ledger.first_broken(task) is None and states.first_difference(task) is None
    assert not any("Lưu Văn Tâm" in f"{sent.subject}{sent.body}" for sent in mail.outbox)


def page(client: Client, name: str, *args: int) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_demo_people_sign_in_only_in_demo_mode(settings, client: Client) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_MODE = True
    load(date(2026, 11, 18))
    answer = {"username": DEMO_ACCOUNTS[0].username, "password": DEMO_PASSWORD}
    assert client.post(reverse("login"), answer).status_code == 302
    client.logout()
    settings.DEMO_MODE = False
    assert client.post(reverse("login"), answer).status_code == 200
    assert DEMO_PASSWORD not in client.get(reverse("login")).content.decode()


def test_the_demo_never_mixes_with_real_data(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_MODE = True
    Unit.objects.create(code="THAT", name="Sở thật", kind=Unit.Kind.DEPARTMENT)
    with pytest.raises(CommandError, match="đã có đơn vị"):
        call_command("load_demo")
    assert not any(model._default_manager.exists() for model in append_only_models())


def test_the_demo_stays_out_of_a_configured_installation(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_MODE = False
    with pytest.raises(CommandError, match="chế độ dùng thử"):
        call_command("load_demo")
    assert not Unit.objects.exists()
