"""A page asks the database as often for a hundred rows as for ten."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks import actions
from tasks.models import Task
from tests.cast import TODAY, Cast
from units.models import User

pytestmark = pytest.mark.django_db


def asked(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def add_tasks(cast: Cast, first: int, last: int) -> None:
    end = TODAY - timedelta(days=20)
    Task.objects.bulk_create(
        Task(
            plan=cast.plan,
            code=f"T{number}",
            title=f"Rà soát quy trình {number}",
            lead_unit=cast.ptd if number % 2 else cast.cn1,
            tracking_unit=cast.vp,
            assigned_on=TODAY - timedelta(days=60),
            deadline_kind="date",
            nominal_end=end,
            effective_end=end,
            first_effective_end=end,
            counted_end=end,
        )
        for number in range(first, last)
    )


@pytest.mark.parametrize("person", ["lan", "minh", "hoa", "son"])
@pytest.mark.parametrize("query", ["", "?part=overdue", "?part=all&q=ra+soat&sort=lead"])
def test_the_list(cast: Cast, person: str, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user, url = getattr(cast, person), reverse("tasks") + query
    monkeypatch.setattr("tasks.views.PAGE", 100)
    add_tasks(cast, 0, 10)
    few = asked(user, url)
    add_tasks(cast, 10, 100)
    assert asked(user, url) == few <= 14


@pytest.mark.parametrize("person", ["lan", "minh", "hoa"])
def test_the_page_of_a_task(cast: Cast, person: str) -> None:
    task = cast.task(coordinators=[(cast.cn1, "coordinating")])
    user, url = getattr(cast, person), reverse("task", args=[task.pk])
    for number in range(10):
        actions.update_progress(task, by=cast.mai, text=f"Bước {number}", percent=number)
    few = asked(user, url)
    for number in range(90):
        actions.update_progress(task, by=cast.mai, text=f"Bước {number}", percent=number)
    assert asked(user, url) == few <= 18
