"""Who is owed a reminder, on which day, and never twice."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from core.deadlines import DeadlineKind
from notifications import planner
from notifications.models import Notice, Rule
from tasks import actions
from tasks.models import Task
from tasks.status import Strength
from tests.cast import SAID, TODAY, Cast, make_unit, make_user
from tests.notifications.helpers import at, keys, texts
from units.actions import grant_role
from units.models import RoleGrant
from units.permissions import Role

FRIDAY = date(2026, 10, 16)  # three working days after TODAY


def told(on: date = TODAY) -> list[tuple[str, str]]:
    """(who, text) of what is owed on a day."""
    return sorted((notice.recipient.username, notice.text) for notice in planner.owed(on))


def names(on: date = TODAY) -> set[str]:
    return {who for who, _ in told(on)}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 1), set()),
        (date(2026, 10, 2), {"mai"}),
        (TODAY, {"mai"}),
        (date(2026, 10, 15), {"mai", "minh"}),
        (FRIDAY, {"mai", "minh"}),
        (date(2026, 10, 19), {"mai", "minh", "lan"}),
        (date(2026, 10, 28), {"mai", "minh", "lan"}),
    ],
)
def test_clerk_then_head_then_the_office_that_follows(cast: Cast, on: date, expected: set[str]) -> None:
    cast.task(nominal_end=FRIDAY)
    assert names(on) == expected


def test_the_words_say_how_many_working_days(cast: Cast) -> None:
    cast.task(nominal_end=FRIDAY, title="Rà soát danh mục")
    words = {on: told(on)[0][1] for on in (TODAY, FRIDAY, FRIDAY + timedelta(days=3))}
    assert words[TODAY] == "Còn 03 ngày làm việc: Rà soát danh mục"
    assert words[FRIDAY] == "Đến hạn hôm nay: Rà soát danh mục"
    assert words[FRIDAY + timedelta(days=3)] == "Quá hạn 01 ngày làm việc: Rà soát danh mục"


def test_a_strict_date_on_sunday_is_told_on_friday(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 10, 18), title="Rà soát danh mục")
    assert ("mai", "Hôm nay là ngày làm việc cuối cùng trước hạn 18/10/2026: Rà soát danh mục") in told(
        FRIDAY
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"strength": Strength.REQUEST},
        {"strength": Strength.STRIVE},
        {"deadline_kind": DeadlineKind.STANDING},
        {"deadline_kind": DeadlineKind.RECURRING},
        {"nominal_end": None, "deadline_kind": DeadlineKind.NONE},
        {"given": False},
    ],
)
def test_soft_standing_undated_and_not_given_tasks_are_never_chased(cast: Cast, fields: dict) -> None:
    cast.task(**({"nominal_end": FRIDAY} | fields))
    days = [TODAY + timedelta(days=offset) for offset in range(0, 30)]
    assert not [notice for day in days for notice in planner.owed(day) if notice.key.startswith("task:")]


def test_outside_bodies_and_plans_that_have_ended_are_never_chased(cast: Cast) -> None:
    cast.task(lead=cast.ubtx, nominal_end=FRIDAY)
    assert not told()
    cast.task("NV02", nominal_end=FRIDAY)
    assert told()
    cast.plan.state = "closed"
    cast.plan.save()
    assert not told()


def test_a_suspended_task_is_not_chased_until_it_is_resumed(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    actions.suspend(task, by=cast.lan, reason="Chờ văn bản của tỉnh", decision=SAID)
    assert not told()
    actions.resume(task, by=cast.lan, reason="Đã có văn bản")
    assert names() == {"mai"}


def test_a_result_that_waits_reminds_the_owner_alone(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY, title="Rà soát danh mục")
    with at("10:00", date(2026, 10, 9)):
        actions.submit(task, by=cast.minh, text="Đã xong")
    assert told() == [("lan", "Chờ xác nhận 02 ngày làm việc: Rà soát danh mục")]
    assert names(date(2026, 10, 20)) == {"lan"}


def test_nothing_goes_to_a_leader_even_one_who_is_also_a_head(cast: Cast) -> None:
    grant_role(cast.hoa, Role.UNIT_HEAD, cast.ptd, by=None, valid_from=date(2026, 1, 1))
    cast.task(nominal_end=FRIDAY)
    cast.task("NV02", lead=cast.so, nominal_end=FRIDAY)
    assert "hoa" not in names(date(2026, 10, 28))


def test_without_a_clerk_the_head_is_told(cast: Cast) -> None:
    cast.task(lead=cast.cn1, nominal_end=FRIDAY)
    assert names() == {"tu"}


def test_without_anybody_the_unit_above_is_told(cast: Cast) -> None:
    cast.task(lead=cast.cn2, nominal_end=FRIDAY)
    assert names() == {"dung"}


def test_without_anybody_at_all_the_owner_is_told_so(cast: Cast) -> None:
    cast.task(lead=cast.doan, nominal_end=FRIDAY, title="Ngày thứ bảy tình nguyện")
    assert told() == [("lan", "Còn 03 ngày làm việc, không có người nhận: Ngày thứ bảy tình nguyện")]


def test_a_closed_unit_is_not_reminded_but_its_owner_is(cast: Cast) -> None:
    cast.task(nominal_end=FRIDAY)
    cast.ptd.closed_on = TODAY
    cast.ptd.save()
    assert names() == {"lan"}


def test_only_grants_of_that_day_and_active_people_count(cast: Cast) -> None:
    cast.task(nominal_end=FRIDAY)
    RoleGrant.objects.filter(user=cast.mai).update(valid_to=TODAY - timedelta(days=1))
    assert names() == {"minh"}
    deputy = make_user("thay", "Hoàng Văn Thay")
    grant_role(deputy, Role.UNIT_CLERK, cast.ptd, by=None, valid_from=TODAY, valid_to=TODAY)
    assert names() == {"thay"}
    assert names(date(2026, 10, 14)) == {"minh"}
    deputy.is_active = False
    deputy.save()
    assert names() == {"minh"}


def test_a_moved_deadline_starts_the_ladder_again(cast: Cast) -> None:
    task = cast.task(nominal_end=FRIDAY)
    planner.write(planner.owed(TODAY))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 10, 30), reason="Chờ số liệu")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    assert planner.write(planner.owed(date(2026, 10, 27))) == 1
    assert texts(cast.mai) == [
        f"Còn 03 ngày làm việc: {task.title}",
        f"Còn 03 ngày làm việc: {task.title}",
    ]


def test_runs_repeated_in_any_order_of_days_write_the_same_notices(cast: Cast) -> None:
    for number, offset in enumerate((-20, -3, 0, 2, 4, 9, 30), start=1):
        lead = (cast.ptd, cast.cn1, cast.cn2, cast.doan)[number % 4]
        cast.task(f"NV{number:02}", lead=lead, nominal_end=TODAY + timedelta(days=offset))
    days = [TODAY + timedelta(days=offset) for offset in range(-5, 25)]
    days = [day for day in days if day.weekday() < 5]
    found = []
    for seed in (0, 1, 2):
        Notice.objects.all().delete()
        shuffled = days * 2
        random.Random(seed).shuffle(shuffled)
        for day in days if seed == 0 else shuffled:
            planner.write(planner.owed(day))
        found.append(keys())
    assert len(found[0]) > 20
    assert found[0] == found[1] == found[2]


def test_an_outage_of_days_gives_one_line_a_task_not_one_a_rung(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 10, 23))
    planner.write(planner.owed(date(2026, 10, 9)))
    planner.write(planner.owed(date(2026, 10, 22)))
    assert [text.split(":")[0] for text in texts(cast.mai)] == [
        "Còn 10 ngày làm việc",
        "Còn 01 ngày làm việc",
    ]


def test_rules_are_data_and_a_set_holds_alone(cast: Cast) -> None:
    cast.task(nominal_end=date(2026, 11, 10))
    assert not told()
    Rule.objects.create(name="Trước hạn 20 ngày", offset=-20, to_clerk=False, to_head=True)
    assert names() == {"minh"}
    assert not any(key.startswith("task") and ":-10:" in key for key in (n.key for n in planner.owed(TODAY)))
    Rule.objects.update(active=False)
    assert not [each for each in planner.owed(date(2026, 11, 10)) if each.key.startswith("task:")]


def test_the_rules_of_a_plan_and_of_an_urgency_stand_over_the_others(cast: Cast) -> None:
    cast.task("THUONG", nominal_end=date(2026, 11, 10), title="Thường")
    cast.task("KHAN", nominal_end=date(2026, 11, 10), title="Khẩn", urgency="urgent")
    Rule.objects.create(name="Khẩn", offset=-20, urgency="urgent")
    assert [text for _, text in told()] == ["Còn 20 ngày làm việc: Khẩn"]
    Rule.objects.create(name="Kế hoạch", offset=-30, plan=cast.plan, to_head=True)
    assert names() == {"mai", "minh"}
    assert {text for _, text in told()} == {"Còn 20 ngày làm việc: Khẩn", "Còn 20 ngày làm việc: Thường"}
    Rule.objects.create(name="Khẩn của kế hoạch", offset=-5, plan=cast.plan, urgency="urgent")
    assert {text for _, text in told()} == {"Còn 20 ngày làm việc: Thường"}


def test_one_task_that_cannot_be_read_does_not_silence_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, _ = (
        cast.task("NV01", nominal_end=FRIDAY),
        cast.task("NV02", nominal_end=FRIDAY, title="Việc lành"),
    )
    place = planner.place

    def fails(task: Task, *rest: Any) -> int:
        if task.pk == poison.pk:
            raise ValueError("poison")
        return place(task, *rest)

    monkeypatch.setattr(planner, "place", fails)
    assert told() == [("mai", "Còn 03 ngày làm việc: Việc lành")]


def test_a_day_costs_the_same_number_of_queries_however_many_tasks(
    cast: Cast, django_assert_num_queries
) -> None:
    for number in range(3):
        cast.task(f"A{number}", nominal_end=FRIDAY)
    # Rules, calendar, four for the people, two for the tasks, one a subject, rounds, staff, reports, quiet.
    with django_assert_num_queries(19):
        assert len(planner.owed(TODAY)) == 3
    for number in range(20):
        cast.task(
            f"B{number}",
            lead=make_unit(f"P{number}", f"Phòng {number}", "division", cast.so),
            nominal_end=FRIDAY,
        )
    # Rules, calendar, four for the people, two for the tasks, one a subject, rounds, staff, reports, quiet.
    with django_assert_num_queries(19):
        assert len(planner.owed(TODAY)) == 23
