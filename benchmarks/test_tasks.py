"""The task list, the task page and a verb over 100,000 tasks, against raw SQL and string formatting of the same rows.

Python CPU of the whole request with middleware, session, rights and status. Run with `-m bench -s`.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import escape
from random import Random
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState
from django.urls import reverse

from benchmarks.measuring import in_turn, line
from core.clock import now
from core.text import fold
from tasks import actions
from tasks.models import Task
from tests.cast import TODAY, Cast, make_cast, make_unit
from units.actions import renumber_tree
from units.models import Unit

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

TASKS = 100_000
LIST_GOAL, PAGE_GOAL, VERB_GOAL = 6, 6, 10


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Cast, Client]]:
    """One agency of 200 units with 100,000 open and done tasks; the owner is signed in."""
    # The test runner copies the context of every template it renders; a server does not.
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
    with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False):
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
        client = Client()
        client.force_login(cast.lan)
        yield cast, client


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

_LIST = """
    SELECT t.id, t.code, t.title, t.effective_end, t.phrase, t.percent, u.name, d.number,
           CASE WHEN t.counted_end < %s THEN 'Quá hạn' WHEN t.counted_end = %s THEN 'Đến hạn hôm nay'
                WHEN t.counted_end <= %s THEN 'Sắp đến hạn' ELSE 'Trong hạn' END
    FROM tasks_task t JOIN units_unit u ON u.id = t.lead_unit_id JOIN units_unit k ON k.id = t.tracking_unit_id
    JOIN plans_plan p ON p.id = t.plan_id JOIN plans_document d ON d.id = p.document_id
    WHERE k.tree_start BETWEEN %s AND %s AND t.assigned_on <= %s AND t.counted_end < %s
      AND t.execution IN ('not_started', 'acknowledged', 'in_progress', 'reassign', 'suspended')
    ORDER BY t.effective_end, t.id LIMIT 50
"""


def raw_list(cast: Cast) -> str:
    """The same fifty rows as a page of HTML, as cheaply as Python makes it."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST, [TODAY, TODAY, TODAY, cast.vp.tree_start, cast.vp.tree_end, TODAY, TODAY])
        rows = cursor.fetchall()
    lines = [
        f'<tr><td class="cell-title wide"><a class="row-title" href="/nhiem-vu/{pk}/">{escape(title)}</a>'
        f'<span class="row-sub">{escape(code)} · Kế hoạch số {escape(number)}</span></td>'
        f"<td>{escape(unit)}</td><td>{end}</td><td><span>{status}</span></td>"
        f"<td>{percent if percent is not None else ''}</td></tr>"
        for pk, code, title, end, phrase, percent, unit, number, status in rows
    ]
    return f"<!doctype html><html><body><table>{''.join(lines)}</table></body></html>"


def test_the_list(world: tuple[Cast, Client]) -> None:
    cast, client = world
    url = f"{reverse('tasks')}?part=overdue"

    def ours() -> None:
        assert client.get(url).status_code == 200

    with counted() as queries:
        ours()
    assert raw_list(cast).count("<tr>") == 50
    found = in_turn(ours, lambda: raw_list(cast))
    print(f"\n{connection.vendor} {line('list of 50 of 100,000', found, LIST_GOAL)}, {len(queries)} queries")
    assert not any("COUNT(*)" in each and "LIMIT" not in each for each in queries)


# --- One task ---------------------------------------------------------------------------------------------------------


def busy_task(cast: Cast) -> Task:
    task = cast.task("NVX", coordinators=[(cast.cn1, "coordinating")])
    actions.accept(task, by=cast.mai)
    for number in range(6):
        actions.update_progress(task, by=cast.mai, text=f"Đã xong bước {number}", percent=10 * number)
    actions.attach(task, by=cast.mai, number="45/BC-PTD", issued_on=date(2026, 10, 12))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ hướng dẫn")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    return task


def raw_page(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.code, t.title, t.phrase, t.effective_end, t.first_effective_end, t.assigned_on, t.execution,"
            " t.confirmation, t.percent, t.product, t.quote, u.name, k.name, d.number, d.issued_on FROM tasks_task t"
            " JOIN units_unit u ON u.id = t.lead_unit_id JOIN units_unit k ON k.id = t.tracking_unit_id"
            " JOIN plans_plan p ON p.id = t.plan_id JOIN plans_document d ON d.id = p.document_id WHERE t.id = %s",
            [pk],
        )
        head = cursor.fetchone()
        tables = []
        for sql in (
            "SELECT e.verb, e.content, e.happened_at, e.entered_at, e.how, e.basis, e.decided_by, s.full_name, n.name"
            " FROM tasks_event e JOIN units_user s ON s.id = e.by_id LEFT JOIN units_unit n ON n.id = e.unit_id"
            " WHERE e.task_id = %s ORDER BY e.sequence DESC",
            "SELECT text, percent, obstacle, proposal, product_on FROM tasks_progressupdate WHERE task_id = %s",
            "SELECT title, number, issued_on, url, size FROM tasks_evidence WHERE task_id = %s",
            "SELECT old_end, proposed_end, reason, decision FROM tasks_deadlinechange WHERE task_id = %s",
            "SELECT n.name, c.kind, c.part FROM tasks_coordination c JOIN units_unit n ON n.id = c.unit_id"
            " WHERE c.task_id = %s",
        ):
            cursor.execute(sql, [pk])
            tables.append(cursor.fetchall())
    parts = [f"<dd>{escape(str(value))}</dd>" for value in head]
    for verb, content, happened, entered, how, basis, decided, who, unit in tables[0]:
        facts = json.loads(content)["facts"]
        parts.append(
            f"<li><strong>{verb}</strong><p>{escape(who)} {escape(unit or '')} {happened} {entered} {how} {basis}"
            f" {escape(decided)}</p><p>{escape(str(facts))}</p></li>"
        )
    parts += [f"<li>{escape(' '.join(map(str, row)))}</li>" for rows in tables[1:] for row in rows]
    return f"<!doctype html><html><body><h1>{escape(head[1])}</h1>{''.join(parts)}</body></html>"


@pytest.mark.parametrize("person", ["lan", "minh"])
def test_the_page(world: tuple[Cast, Client], person: str) -> None:
    cast, client = world
    task = busy_task(cast)
    client.force_login(getattr(cast, person))
    url = reverse("task", args=[task.pk])

    def ours() -> None:
        assert client.get(url).status_code == 200

    ours()
    with counted() as queries:
        ours()
    found = in_turn(ours, lambda: raw_page(task.pk))
    words = f"task page ({person})"
    print(f"\n{connection.vendor} {line(words, found, PAGE_GOAL)}, {len(queries)} queries")


# --- A verb -----------------------------------------------------------------------------------------------------------


def raw_update(task: Task, by: int, unit: int) -> None:
    """What an update writes, by hand: rights, row lock, the fact, the task, the next link of the chain."""
    at = now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.role, u.tree_start, u.tree_end FROM units_rolegrant g JOIN units_unit u ON u.id = g.unit_id"
            " WHERE g.user_id = %s AND g.valid_from <= %s AND (g.valid_to IS NULL OR g.valid_to >= %s)",
            [by, TODAY, TODAY],
        )
        cursor.fetchall()
        cursor.execute(
            "SELECT execution, confirmation, lead_unit_id FROM tasks_task WHERE id = %s"
            + (" FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""),
            [task.pk],
        )
        cursor.fetchone()
        cursor.execute(
            "INSERT INTO tasks_progressupdate (task_id, text, percent, obstacle, proposal, is_submission, is_nil,"
            " by_id, recorded_for_unit, entered_at) VALUES (%s, %s, 40, '', '', %s, %s, %s, %s, %s) RETURNING id",
            [task.pk, "Đã xong bước tiếp theo", False, False, by, False, at],
        )
        update = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE tasks_task SET execution = 'in_progress', last_update_at = %s, percent = 40 WHERE id = %s",
            [at, task.pk],
        )
        cursor.execute(
            "SELECT sequence, digest FROM tasks_event WHERE task_id = %s ORDER BY sequence DESC LIMIT 1",
            [task.pk],
        )
        sequence, digest = cursor.fetchone()
        content = json.dumps(
            {"facts": {"update": update, "text": "Đã xong bước tiếp theo"}, "by": by}, sort_keys=True
        )
        inner = hashlib.sha256(content.encode()).hexdigest()
        cursor.execute(
            "INSERT INTO tasks_event (task_id, sequence, verb, content, content_digest, previous_digest, digest,"
            " happened_at, entered_at, by_id, role, unit_id, recorded_for_unit, decided_by, how, basis)"
            " VALUES (%s, %s, 'update', %s, %s, %s, %s, %s, %s, %s, 'unit_clerk', %s, %s, '', 'direct', '')",
            [
                task.pk, sequence + 1, content, inner, digest, hashlib.sha256((digest + inner).encode()).hexdigest(),
                at, at, by, unit, False,
            ],
        )  # fmt: skip


def test_a_verb(world: tuple[Cast, Client]) -> None:
    cast, _client = world
    task, twin = cast.task("NVY"), cast.task("NVZ")

    def ours() -> Any:
        cast.mai.forget_grants()
        return actions.update_progress(task, by=cast.mai, text="Đã xong bước tiếp theo", percent=40)

    with counted() as queries:
        ours()
    found = in_turn(ours, lambda: raw_update(twin, cast.mai.pk, cast.ptd.pk))
    print(
        f"\n{connection.vendor} {line('verb with rights and event', found, VERB_GOAL)}, {len(queries)} queries"
    )
