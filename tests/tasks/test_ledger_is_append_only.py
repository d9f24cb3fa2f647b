"""The ledger of a real task: nothing the program or a hand at the database does rewrites it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from core import clock
from core.append_only import AppendOnlyError, append_only_models, missing_triggers, verify_chain
from tasks.models import Event
from tests.cast import make_cast


def raw(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def event(cast) -> Event:
    return cast.task().events.first()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE tasks_event SET verb = 'confirm'",
        "UPDATE tasks_event SET content = ''",
        "UPDATE tasks_event SET announced_at = NULL, how = 'phone'",
        "DELETE FROM tasks_event",
    ],
)
def test_the_database_refuses(event, sql):
    before = Event.objects.filter(pk=event.pk).values().get()
    with pytest.raises(IntegrityError, match="append-only: tasks_event"):
        raw(sql)
    assert Event.objects.filter(pk=event.pk).values().get() == before


def test_the_orm_refuses(event):
    event.verb = "confirm"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.task.events.update(verb="confirm")
    with pytest.raises(AppendOnlyError):
        event.task.events.all().delete()


def test_a_task_with_a_ledger_cannot_be_deleted(event):
    with pytest.raises(models.ProtectedError):
        event.task.delete()


def test_only_the_mark_that_it_was_announced_may_be_set(event):
    Event.objects.filter(pk=event.pk).update(announced_at=clock.now())
    event.refresh_from_db()
    assert event.announced_at is not None
    assert verify_chain(event.task.events.order_by("sequence")) is None


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_an_empty_guarded_ledger():
    make_cast().task()
    assert Event.objects.exists()
    call_command("flush", verbosity=0, interactive=False)
    assert not Event.objects.exists()
    assert missing_triggers(connection, append_only_models()) == []
