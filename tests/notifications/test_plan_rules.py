"""Rules are settings of a plan's owner, with a preview that says what they would have sent and will send."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from notifications import planner
from notifications.ladder import DEFAULT_RUNGS, Rung
from notifications.models import Notice, Rule, Subject
from notifications.preview import preview
from notifications.rule_actions import set_rules, stop_reminding, use_usual
from notifications.rulebook import RuleBook
from tasks import actions
from tests.cast import TODAY, Cast
from units.actions import RuleBroken

pytestmark = pytest.mark.django_db


def posted(*rungs: dict[str, Any], **also: str) -> dict[str, Any]:
    data: dict[str, Any] = dict(also)
    for number, rung in enumerate(rungs, start=1):
        data |= {f"{name}-{number}": value for name, value in rung.items()}
    return data


@pytest.fixture
def url(cast: Cast) -> str:
    return reverse("plan_rules", args=[cast.plan.pk])


def test_the_owner_saves_a_set_and_the_next_morning_goes_by_it(cast: Cast, client: Client, url: str) -> None:
    cast.task(nominal_end=date(2026, 10, 20))
    client.force_login(cast.lan)
    page = client.get(url).content.decode()
    assert "Đang dùng quy tắc mặc định." in page
    rungs = ({"offset": "5 trước", "to_clerk": "on"}, {"offset": "2", "to_head": "on", "repeat": "3"})
    assert client.post(url, posted(*rungs, save="1")).status_code == 302
    assert list(Rule.objects.values_list("plan", "subject", "offset", "repeat_days")) == [
        (cast.plan.pk, "deadline", -5, None),
        (cast.plan.pk, "deadline", 2, 3),
    ]
    assert {notice.recipient.username for notice in planner.owed(TODAY)} == {"mai"}
    assert {notice.recipient.username for notice in planner.owed(date(2026, 10, 22))} == {"minh"}
    client.post(url, {"usual": "1"})
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        (({"offset": "ba", "to_clerk": "on"},), "Hãy ghi số ngày làm việc"),
        (({"offset": "-999", "to_clerk": "on"},), "Số ngày làm việc từ -180 đến 180"),
        (({"offset": "1", "to_clerk": "on"}, {"offset": "1", "to_clerk": "on"}), "Trùng số ngày với bậc 01"),
        (({"offset": "1"},), "Hãy chọn ít nhất một nơi nhận"),
        (({"offset": "-1", "to_clerk": "on", "step": "leader"},), "Chỉ chuyển cấp khi đã quá hạn"),
        (
            ({"offset": "1", "to_clerk": "on", "repeat": "2"}, {"offset": "3", "to_clerk": "on"}),
            "Chỉ bậc cuối cùng",
        ),
        (({"offset": "1", "to_clerk": "on", "repeat": "x"},), "Nhắc lại sau mỗi 1 đến 60"),
        (({"repeat": "2"},), "Hãy ghi số ngày làm việc của bậc này"),
        ((), "Hãy ghi ít nhất một bậc"),
    ],
)
def test_what_makes_no_sense_is_refused_and_what_was_typed_stays(
    cast: Cast, client: Client, url: str, rungs: tuple, words: str
) -> None:
    client.force_login(cast.lan)
    answer = client.post(url, posted(*rungs, save="1"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    for rung in rungs:
        for value in rung.values():
            assert value == "on" or f'value="{value}"' in page
    assert not Rule.objects.exists()


def test_what_counts_from_a_beginning_has_no_rung_before_it(cast: Cast, client: Client, url: str) -> None:
    client.force_login(cast.lan)
    address = f"{url}?noi-dung=result"
    refused = client.post(address, posted({"offset": "-1", "to_owner": "on"}, save="1"))
    assert "chỉ nhắc sau khi bắt đầu chờ" in refused.content.decode()
    assert client.post(address, posted({"offset": "1", "to_owner": "on"}, save="1")).status_code == 302
    assert Rule.objects.get().subject == Subject.RESULT


def test_stopping_is_said_and_taken_back(cast: Cast, client: Client, url: str) -> None:
    cast.task(nominal_end=date(2026, 10, 16))
    client.force_login(cast.lan)
    client.post(url, {"stop": "1"})
    assert "đang ngừng nhắc" in client.get(url).content.decode()
    assert not [notice for notice in planner.owed(TODAY) if notice.key.startswith("task:")]
    use_usual(cast.plan, "deadline", "", by=cast.lan)
    assert planner.owed(TODAY)


def test_only_the_office_that_follows_the_plan_sets_its_rules(cast: Cast, client: Client, url: str) -> None:
    cast.task()
    for person, status in ((cast.minh, 403), (cast.hoa, 403), (cast.stranger, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status
        with pytest.raises(RuleBroken):
            set_rules(cast.plan, "deadline", "", DEFAULT_RUNGS, by=person)
        with pytest.raises(RuleBroken):
            stop_reminding(cast.plan, "deadline", "", by=person)


def test_rules_of_the_whole_system_reach_plans_without_their_own_and_tasks_without_a_plan(
    cast: Cast, client: Client
) -> None:
    cast.task("A", nominal_end=date(2026, 10, 20), title="Của kế hoạch")
    cast.task("B", nominal_end=date(2026, 10, 20), title="Phát sinh", plan=None, source="letter")
    address = reverse("common_rules")
    client.force_login(cast.minh)
    assert client.get(address).status_code == 403
    client.force_login(cast.lan)
    assert client.post(address, posted({"offset": "-5", "to_head": "on"}, save="1")).status_code == 302
    assert Rule.objects.get().plan is None
    titles = {n.text.partition(": ")[2] for n in planner.owed(TODAY) if n.key.startswith("task:")}
    assert titles == {"Của kế hoạch", "Phát sinh"}
    set_rules(cast.plan, "deadline", "", (Rung("x", -1),), by=cast.lan)
    titles = {n.text.partition(": ")[2] for n in planner.owed(TODAY) if n.key.startswith("task:")}
    assert titles == {"Phát sinh"}


def test_the_preview_of_the_next_month_is_what_the_runs_then_write(cast: Cast) -> None:
    cast.task("A", nominal_end=date(2026, 10, 16))
    cast.task("B", lead=cast.cn1, nominal_end=date(2026, 11, 3))
    with time_machine.travel("2026-10-13T07:00:00+07:00", tick=False):
        _, coming = preview(cast.plan, {}, TODAY)
    written: dict[date, int] = {}
    day = TODAY
    for offset in range(31):
        day = date.fromordinal(TODAY.toordinal() + offset)
        if day.weekday() < 5:
            owed = [notice for notice in planner.owed(day) if notice.key.startswith("task:")]
            if count := planner.write(owed):
                written[day] = count
    assert dict(coming.lines) == written
    assert (coming.leader, coming.letters) == (1, 1)


def test_the_preview_of_the_last_month_reads_the_tasks_as_they_stood(cast: Cast) -> None:
    with time_machine.travel("2026-09-01T08:00:00+07:00", tick=False):
        task = cast.task(nominal_end=date(2026, 9, 25), assigned_on=date(2026, 9, 1))
    with time_machine.travel("2026-09-29T08:00:00+07:00", tick=False):
        actions.submit(task, by=cast.minh, text="Xong")
    past, coming = preview(cast.plan, {}, TODAY)
    assert coming.total == 0
    # Before: ten, five, three, one, the day itself; late: the first working day; then the result waited.
    assert sorted(past.lines) == [
        date(2026, 9, 18),
        date(2026, 9, 22),
        date(2026, 9, 24),
        date(2026, 9, 25),
        date(2026, 9, 28),
    ]
    alone, _ = preview(cast.plan, {("deadline", cast.plan.pk, ""): (Rung("Ngày đến hạn", 0),)}, TODAY)
    assert dict(alone.lines) == {date(2026, 9, 25): 1}
    assert not Notice.objects.filter(key__startswith="task:").exists()


def test_the_page_shows_a_preview_and_saves_nothing(cast: Cast, client: Client, url: str) -> None:
    cast.task(nominal_end=date(2026, 10, 20))
    client.force_login(cast.lan)
    page = client.post(url, posted({"offset": "-2", "to_clerk": "on"}, preview="1")).content.decode()
    assert "30 ngày tới" in page and "Phạm Thị Mai" in page
    assert not Rule.objects.exists()


def test_ladders_of_a_subject_are_the_nearest_set_alone(cast: Cast) -> None:
    set_rules(cast.plan, "deadline", "urgent", (Rung("x", -7),), by=cast.lan)
    book = RuleBook()
    assert book.rungs("deadline", cast.plan.pk, "urgent")[0].offset == -7
    assert book.rungs("deadline", cast.plan.pk, "normal") == DEFAULT_RUNGS
    assert book.rungs("deadline", None, "urgent") == DEFAULT_RUNGS
    assert book.earliest("deadline") == -10
