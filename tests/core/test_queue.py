"""The queue carries names and ids, nothing else; the schedule is one row, whatever was there before."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ, Schedule
from django_q.signing import SignedPackage

from core import clock
from core.queue import JOBS, enqueue, sync_schedules

TICK = {"name": "tick", "func": JOBS["tick"], "schedule_type": Schedule.MINUTES, "minutes": 1, "repeats": -1}


def queued() -> list[tuple[str, tuple[object, ...]]]:
    tasks = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("id")]
    return [(task["func"], task["args"]) for task in tasks]


@pytest.mark.django_db
class TestEnqueue:
    def test_asks_for_a_job_by_name_with_ids(self):
        enqueue("build_report", 7)
        enqueue("send_notices", 1, "a1b2")
        assert queued() == [
            ("reports.jobs.build_report", (7,)),
            ("notifications.jobs.send_notices", (1, "a1b2")),
        ]

    def test_knows_no_other_names(self):
        with pytest.raises(ValueError, match=r"os\.system"):
            enqueue("os.system", "x")
        assert not OrmQ.objects.exists()

    @pytest.mark.parametrize("payload", [True, None, 1.5, [1], {"a": 1}, b"x", object(), "x" * 201])
    def test_takes_ids_only(self, payload):
        with pytest.raises(TypeError):
            enqueue("tick", payload)
        assert not OrmQ.objects.exists()

    def test_a_subclass_of_an_id_is_no_id(self):
        class Sly(int):
            pass

        with pytest.raises(TypeError):
            enqueue("tick", Sly(1))

    def test_is_undone_with_the_transaction_that_asked(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            enqueue("tick")
            raise RuntimeError
        assert not OrmQ.objects.exists()


@pytest.mark.django_db
class TestSchedules:
    def test_is_one_tick_each_minute(self):
        sync_schedules()
        assert list(Schedule.objects.values(*TICK)) == [TICK]
        assert Schedule.objects.get().next_run <= clock.now()

    def test_again_changes_nothing(self):
        sync_schedules()
        before = Schedule.objects.values().get()
        sync_schedules()
        assert Schedule.objects.values().get() == before

    def test_puts_right_what_was_changed_and_drops_the_rest(self):
        Schedule.objects.create(name="tick", func="os.system", args="('x'", hook="a.b", minutes=9, repeats=3)
        Schedule.objects.create(**TICK)
        Schedule.objects.create(name="poison", func="a.b", args="not a literal")
        sync_schedules()
        assert list(Schedule.objects.values(*TICK, "args", "hook")) == [{**TICK, "args": None, "hook": None}]

    def test_wakes_a_tick_that_a_wrong_clock_sent_far_ahead(self):
        Schedule.objects.create(**TICK, next_run=clock.now() + timedelta(days=400))
        sync_schedules()
        assert Schedule.objects.get().next_run <= clock.now()


@pytest.mark.django_db(transaction=True)
def test_several_processes_at_once_make_one_row():
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("needs PostgreSQL: one SQLite database in memory is not shared between writers")
    start = threading.Barrier(4)
    failures: list[Exception] = []

    def run() -> None:
        try:
            start.wait()
            sync_schedules()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Schedule.objects.count() == 1
