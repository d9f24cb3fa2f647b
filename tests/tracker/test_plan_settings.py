"""The owner says how a plan reads its deadlines; drafts follow, what was given keeps its dates (office rules 9, 10)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plans.actions import save_settings
from plans.models import Plan
from tasks import actions
from tasks.actions import Along, Leads, RuleBroken
from tasks.models import Task
from tests.cast import Cast
from tests.plans.promised import indicator, target
from tracker.plan_settings import change_settings
from units.models import User

pytestmark = pytest.mark.django_db


def draft(cast: Cast, phrase: str, **given: Any) -> Task:
    task = Task(tracking_unit=cast.vp, plan=cast.plan, title=f"Việc {phrase}")
    return actions.write_task(task, by=cast.lan, leads=Leads(unit=cast.ptd), phrase=phrase, **given)


def end(task: Task) -> tuple[date | None, date | None]:
    fresh = Task.objects.get(pk=task.pk)
    return fresh.nominal_end, fresh.effective_end


def test_a_draft_is_read_anew_and_a_given_task_keeps_its_day(cast: Cast) -> None:
    waiting, given = draft(cast, "trước ngày 20/11/2026"), draft(cast, "trước ngày 21/11/2026")
    actions.assign(given, by=cast.lan)
    changed, moved = change_settings(cast.plan, by=cast.lan, includes_day=True)
    assert (changed, moved) == (["includes_day"], 1)
    assert end(waiting) == (date(2026, 11, 20), date(2026, 11, 20))
    assert end(given) == (
        date(2026, 11, 20),
        date(2026, 11, 20),
    )  # 20/11 as it was read: the day before 21/11


def test_milestones_of_a_draft_are_read_anew_and_those_of_a_given_plan_stay(cast: Cast) -> None:
    for state, day in (("draft", date(2026, 11, 20)), ("active", date(2026, 11, 19))):
        Plan.objects.filter(pk=cast.plan.pk).update(state=state, includes_day=False)
        of = indicator(f"CS-{state}", state)
        made = target(cast.plan, of, cast.ptd, (date(2026, 11, 19), "ge", "80"))
        made.milestones.update(phrase="trước ngày 20/11/2026")
        change_settings(Plan.objects.get(pk=cast.plan.pk), by=cast.lan, includes_day=True)
        assert made.milestones.get().nominal_end == day


def test_days_off_move_a_draft_or_not(cast: Cast) -> None:
    task = draft(cast, "31/10/2026")  # a Saturday
    assert end(task) == (date(2026, 10, 31), date(2026, 11, 2))
    change_settings(cast.plan, by=cast.lan, shifts_holidays=False)
    assert end(task) == (date(2026, 10, 31), date(2026, 10, 31))


def test_a_day_put_there_by_hand_stays(cast: Cast) -> None:
    task = draft(cast, "trước ngày 20/11/2026", due=date(2026, 11, 12))
    change_settings(cast.plan, by=cast.lan, includes_day=True)
    assert end(task)[0] == date(2026, 11, 12)


def test_parts_of_coordinating_units_are_kept(cast: Cast) -> None:
    along = (Along(cast.vpdk, "Cung cấp số liệu", date(2026, 11, 12)),)
    task = draft(cast, "trước ngày 20/11/2026", along=along)
    change_settings(cast.plan, by=cast.lan, includes_day=True)
    assert task.coordinations.get().part == "Cung cấp số liệu"


def test_the_same_settings_twice_change_nothing(cast: Cast) -> None:
    assert change_settings(cast.plan, by=cast.lan, includes_day=False) == ([], 0)


@pytest.mark.parametrize("person", ["minh", "hoa", "son"])
def test_only_the_office_that_follows_the_plan_sets_it(cast: Cast, person: str) -> None:
    with pytest.raises(RuleBroken, match="không có quyền"):
        save_settings(cast.plan, by=getattr(cast, person), includes_day=True)
    client = signed_in(getattr(cast, person))
    assert client.get(reverse("plan_settings", args=[cast.plan.pk])).status_code in (403, 404)


def test_a_closed_plan_is_not_set(cast: Cast) -> None:
    Plan.objects.update(state=Plan.State.CLOSED)
    with pytest.raises(RuleBroken, match="đã kết thúc"):
        save_settings(cast.plan, by=cast.lan, includes_day=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_saves_and_says_what_keeps_its_dates(cast: Cast) -> None:
    cast.task()
    client, url = signed_in(cast.lan), reverse("plan_settings", args=[cast.plan.pk])
    assert "01 nhiệm vụ đã giao giữ nguyên thời hạn" in client.get(url).content.decode()
    data = {
        "includes_day": "yes", "shifts_holidays": "yes", "extension_notice_days": "5", "extension_limit": "",
        "leader_in_charge": str(cast.hoa.pk),
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    plan = Plan.objects.get()
    assert (plan.includes_day, plan.extension_notice_days, plan.extension_limit) == (True, 5, None)


def test_a_wrong_number_is_said_at_its_field(cast: Cast) -> None:
    url = reverse("plan_settings", args=[cast.plan.pk])
    data = {"includes_day": "no", "shifts_holidays": "yes", "extension_notice_days": "ba"}
    answer = signed_in(cast.lan).post(url, data)
    assert answer.status_code == 422 and "extension_notice_days" in answer.context["form"].errors
