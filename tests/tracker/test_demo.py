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
from plans.models import Measurement, Outlook, Plan
from reports.models import Report
from tasks import ledger
from tasks.models import Event, Task
from tasks.panels import PANELS
from tasks.status import Confirmation, DeadlineClass, Execution
from tasks.summaries import plan_totals
from tracker.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from tracker.demo.load import load
from units.models import CalendarDay, StaffMember, Unit

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
    assert Measurement.objects.values("period_key").distinct().count() == 5
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
