"""The task list: the address says what is shown, and every counter leads to exactly what it counts."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.deadlines import DeadlineKind
from tasks import actions, views
from tasks.models import Task
from tasks.summaries import PARTS, total_of
from tests.cast import TODAY, Cast
from units.models import CalendarDay, User

pytestmark = pytest.mark.django_db


def listed(user: User, **query: Any) -> list[str]:
    """Codes of the rows on the page, in order."""
    client = Client()
    client.force_login(user)
    response = client.get(reverse("tasks"), query)
    assert response.status_code == 200
    return [row.place.split(" · ")[0] for row in response.context["rows"]]


@pytest.fixture
def many(cast: Cast) -> Cast:
    """One task of each sort."""
    cast.task("TREHAN", nominal_end=date(2026, 10, 2))
    cast.task("SAPHAN", nominal_end=date(2026, 10, 16), title="Số hóa hồ sơ đất đai")
    cast.task("TRONGHAN", cast.vpdk, coordinators=[(cast.ptd, "coordinating")])
    cast.task("NGOAI", cast.ubtx, nominal_end=date(2026, 10, 2))
    cast.task("THUONGXUYEN", nominal_end=None, deadline_kind=DeadlineKind.STANDING)
    cast.task("CHUAHAN", nominal_end=None, deadline_kind=DeadlineKind.NONE)
    cast.task("MEM", strength="encourage")
    done = cast.task("XONG")
    actions.submit(done, by=cast.minh, text="Xong")
    actions.confirm(done, by=cast.lan)
    late = cast.task("XONGTRE", nominal_end=date(2026, 10, 2))
    actions.submit(late, by=cast.minh, text="Xong")
    actions.confirm(late, by=cast.lan)
    sent = cast.task("CHO")
    actions.submit(sent, by=cast.minh, text="Xong")
    cast.task("NHOM", lead_group=cast.branches)
    return cast


def test_open_tasks_come_first_to_deadline_first(many: Cast) -> None:
    found = listed(many.lan)
    assert found[:3] == ["TREHAN", "NGOAI", "SAPHAN"]
    assert "XONG" not in found and found[-1] in ("THUONGXUYEN", "CHUAHAN")


def test_everybody_sees_what_their_units_lead_coordinate_or_track(many: Cast) -> None:
    assert "TRONGHAN" in listed(many.mai)
    assert listed(many.tu) == ["NHOM"]
    assert listed(many.stranger) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "so hoa"}, ["SAPHAN"]),
        ({"q": "SỐ HÓA"}, ["SAPHAN"]),
        ({"part": "overdue"}, ["TREHAN"]),
        ({"part": "outside"}, ["NGOAI"]),
        ({"part": "due"}, ["SAPHAN"]),
        ({"part": "on_time"}, ["XONG"]),
        ({"part": "late"}, ["XONGTRE"]),
        ({"part": "standing"}, ["THUONGXUYEN"]),
        ({"part": "undated"}, ["CHUAHAN"]),
        ({"part": "soft"}, ["MEM"]),
        ({"waiting": "confirm"}, ["CHO"]),
        ({"waiting": "evidence"}, ["XONGTRE", "XONG"]),
        ({"plan": "none"}, []),
        ({"part": "in_time", "count": "orders"}, ["SAPHAN", "TRONGHAN", "CHO", "NHOM"]),
    ],
)
def test_filters(many: Cast, query: dict[str, str], expected: list[str]) -> None:
    assert listed(many.lan, **query) == expected


def test_filters_by_unit_and_by_the_part_one_plays(many: Cast) -> None:
    assert listed(many.lan, unit=many.vpdk.pk) == ["TRONGHAN"]
    assert listed(many.mai, role="coordinating") == ["TRONGHAN"]
    assert "TRONGHAN" not in listed(many.mai, role="lead")
    assert "TREHAN" in listed(many.lan, role="tracking")


@pytest.mark.parametrize(
    ("part", "number"),
    [
        ("overdue", "overdue_inside"),
        ("outside", "overdue_outside"),
        ("due", "due_soon"),
        ("in_time", "open_in_time"),
        ("on_time", "done_on_time"),
        ("late", "done_late"),
        ("standing", "standing"),
        ("undated", "undated"),
        ("soft", "soft"),
        ("suspended", "suspended"),
    ],
)
@pytest.mark.parametrize("count", ["", "orders"])
def test_every_number_leads_to_as_many_rows(many: Cast, part: str, number: str, count: str) -> None:
    tasks = Task.objects.visible_to(many.lan)
    tasks = tasks.orders() if count else tasks.leaves()
    found = total_of(tasks, TODAY, CalendarDay.objects.as_calendar())
    assert len(listed(many.lan, part=part, count=count)) == getattr(found, number)


def test_sorting_both_ways(many: Cast) -> None:
    assert listed(many.lan, sort="due")[0] == "TREHAN"
    assert listed(many.lan, sort="-due", part="in_time")[-1] == "SAPHAN"
    assert listed(many.lan, sort="lead", part="overdue") == ["TREHAN"]


def test_a_task_without_a_plan_stands_in_the_same_list(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("CD01", plan=None, source="oral")
    assert listed(cast.minh, plan="none") == ["CD01"]
    assert sorted(listed(cast.minh)) == ["CD01", "NV01"]


def test_drafts_are_not_in_the_list_nor_counted(cast: Cast) -> None:
    cast.task("DUTHAO", given=False, nominal_end=date(2026, 10, 2))
    assert listed(cast.lan, part="all") == []


@pytest.mark.parametrize(
    "query",
    [{"plan": "abc"}, {"unit": "999999"}, {"part": "x"}, {"sort": "'"}, {"page": "zz"}, {"q": "\x00%_"}],
)
def test_nonsense_in_the_address_shows_a_page(many: Cast, query: dict[str, str]) -> None:
    listed(many.lan, **query)


def test_an_empty_list_says_what_to_do(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.minh)
    assert "Không có nhiệm vụ nào đang thực hiện" in client.get(reverse("tasks")).content.decode()
    assert "không khớp" not in client.get(reverse("tasks"), {"part": "late"}).content.decode()
    assert "Bỏ lọc" in client.get(reverse("tasks"), {"part": "late"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_rows(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        cast.task(f"NV{number}", **({"lead_group": cast.branches} if number % 3 == 0 else {}))
    client = Client()
    client.force_login(cast.lan)
    with django_assert_max_num_queries(13):
        client.get(reverse("tasks"))


def test_fifty_a_page_and_no_counting_beyond_the_cap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    monkeypatch.setattr(views, "MOST_COUNTED", 3)
    for number in range(5):
        cast.task(f"NV{number}")
    client = Client()
    client.force_login(cast.lan)
    response = client.get(reverse("tasks"))
    assert len(response.context["rows"]) == 2
    assert response.context["page"].count == 3
    assert "1–2 trong hơn 3 nhiệm vụ" in response.content.decode()
    beyond = client.get(reverse("tasks"), {"page": "3"})
    assert len(beyond.context["rows"]) == 1
    assert "5–5 trong 5 nhiệm vụ" in beyond.content.decode()


def test_every_filter_of_the_address_has_a_vietnamese_name() -> None:
    assert all(label and not label.isascii() for label, _where in PARTS.values())
