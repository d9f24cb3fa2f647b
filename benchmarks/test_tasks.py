"""The task list, the task page and a verb over 100,000 tasks, against raw SQL and string formatting of the same rows.

CPU of this process for the whole request with middleware, session, rights and status, ours and the floor in turn. On
SQLite the database works inside the process and is counted; PostgreSQL's own work is not. Run with `-m bench -s`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.template.base import Template
from django.test import Client, RequestFactory
from django.test.utils import _TestState
from django.urls import reverse
from django.utils.crypto import get_random_string

from benchmarks import twins
from benchmarks.measuring import Call, in_turn, line
from core.text import fold
from tasks import actions
from tasks.models import Task
from tests.cast import TODAY, Cast, make_cast, make_unit
from units.actions import renumber_tree
from units.models import Unit, User

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

TASKS = 100_000
LIST_GOAL, PAGE_GOAL, VERB_GOAL = 6, 6, 10


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """One agency of 200 units with 100,000 open and done tasks."""
    # The test runner copies the context of every template it renders; a server does not.
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
    # A server keeps its connection between requests; so does the test.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=True):
        cast = make_cast()
        random = Random(7)
        units = [
            make_unit(f"U{number:03d}", f"Phòng số {number}", Unit.Kind.DIVISION, cast.so)
            for number in range(200)
        ]
        renumber_tree()
        for start in range(0, TASKS, 5000):
            Task.objects.bulk_create(
                _task(cast, units[random.randrange(200)], start + each, random) for each in range(5000)
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield cast
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Browser:
    """Somebody signed in who asks for one page, of ours or of the floor: both are called as a server calls them, with
    the cookies a browser has after its first page."""

    def __init__(self, user: User, path: str, query: str = "") -> None:
        client = Client()
        client.force_login(user)
        cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={get_random_string(32)}"
        request = RequestFactory().get(path, QUERY_STRING=query, HTTP_COOKIE=cookies, HTTP_HOST="testserver")
        self._environ = request.environ
        self._ours = WSGIHandler()

    def ours(self) -> bytes:
        return self._ask(self._ours)

    def floor(self) -> bytes:
        return self._ask(twins.site)

    def _ask(self, program: Callable[..., Any]) -> bytes:
        answered: list[str] = []
        body = program({**self._environ}, lambda status, headers: answered.append(status))
        page = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        assert answered == ["200 OK"]
        return page


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def keep(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(keep):
        yield statements


def _task(cast: Cast, unit: Unit, number: int, random: Random) -> Task:
    end = TODAY + timedelta(days=random.randrange(-120, 240))
    done = random.random() < 0.4
    title = f"Rà soát, cập nhật quy trình giải quyết hồ sơ số {number}"
    return Task(
        plan=cast.plan,
        code=f"NV{number:06d}",
        title=title,
        tracking_unit=cast.vp,
        lead_unit=unit,
        deadline_kind="date",
        phrase=f"{end:%d/%m/%Y}",
        printed_on=end,
        nominal_end=end,
        effective_end=end,
        first_effective_end=end,
        counted_end=end,
        assigned_on=date(2026, 3, 2),
        execution="done" if done else random.choice(["not_started", "acknowledged", "in_progress"]),
        confirmation="confirmed" if done else "none",
        completed_on=end - timedelta(days=random.randrange(-9, 30)) if done else None,
        percent=100 if done else random.choice([None, 20, 60]),
        search=fold(f"nv{number:06d} {title} {unit.name}"),
    )


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list(world: Cast) -> None:
    """Ours: session, person, rights, the filter form with its choices, fifty overdue rows, navigation. The floor:
    `twins.task_list`, the same page of HTML from seven statements."""
    lan = Browser(world.lan, reverse("tasks"), "part=overdue")
    ours, floor = lan.ours, lan.floor
    assert len(re.findall('class="row-title"', ours().decode())) == 50
    assert same_rows(ours(), floor())
    report("list of 50 of 100,000", ours, floor, LIST_GOAL)
    with counted() as queries:
        ours()
    assert not any("COUNT(*)" in each and "LIMIT" not in each and "tasks_task" in each for each in queries)


def same_rows(ours: bytes, floor: bytes) -> bool:
    found = [re.findall(r'row-title" href="([^"]+)"', page.decode()) for page in (ours, floor)]
    return found[0] == found[1]


# --- One task ---------------------------------------------------------------------------------------------------------


def busy_task(cast: Cast) -> Task:
    """A task given, accepted, reported on six times, proven, and extended: eleven lines of its ledger."""
    task = cast.task("NVX", coordinators=[(cast.cn1, "coordinating")])
    actions.accept(task, by=cast.mai)
    for number in range(6):
        actions.update_progress(task, by=cast.mai, text=f"Đã xong bước {number}", percent=10 * number)
    actions.attach(task, by=cast.mai, number="45/BC-PTD", issued_on=date(2026, 10, 12))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    return task


@pytest.mark.parametrize("person", ["lan", "minh"])
def test_the_page(world: Cast, person: str) -> None:
    """Ours: session, person, rights, everything that stands open, acts as links, history, dates with their reasons,
    papers. The floor: `twins.task_page`, the same page from a dozen statements."""
    task = busy_task(world)
    browser = Browser(getattr(world, person), reverse("task", args=[task.pk]))
    assert acts(browser.ours()) == acts(browser.floor())
    report(f"task page ({person})", browser.ours, browser.floor, PAGE_GOAL)


def acts(page: bytes) -> set[str]:
    return set(re.findall(r'verb-link" id="([^"]+)"', page.decode()))


# --- A verb -----------------------------------------------------------------------------------------------------------


def test_a_verb(world: Cast) -> None:
    """Ours: rights, rule, row lock, the report, the task, the link of the ledger with its check for secrets, the state
    of the day. The floor: `twins.update_progress`, which writes the same rows."""
    task, twin = world.task("NVY"), world.task("NVZ")
    for each in (task, twin):
        actions.update_progress(each, by=world.mai, text="Đã xong bước đầu", percent=10)
    numbers = count(11)

    def ours() -> Any:
        world.mai.forget_grants()
        number = next(numbers)
        return actions.update_progress(
            task, by=world.mai, text=f"Đã xong bước {number}", percent=number % 100
        )

    def floor() -> None:
        number = next(numbers)
        twins.update_progress(twin.pk, world.mai.pk, TODAY, f"Đã xong bước {number}", number % 100)

    with counted() as queries:
        ours()
    floor()
    said = line("verb with rights and event", in_turn(ours, floor), VERB_GOAL)
    print(f"\n{connection.vendor} {said}, {len(queries)} queries")


def report(name: str, ours: Call, floor: Call, goal: float) -> None:
    """Prints the ratio, the queries and the bytes of both sides, which must be nearly the same page."""
    with counted() as queries:
        page = ours()
    with counted() as fewest:
        bare = floor()
    assert 0.8 <= len(bare) / len(page) <= 1.2, (len(bare), len(page))
    said = line(name, in_turn(ours, floor), goal)
    print(
        f"\n{connection.vendor} {said}, {len(queries)} queries against {len(fewest)},"
        f" {len(page):,} bytes against {len(bare):,}"
    )
