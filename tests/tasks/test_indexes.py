"""Lists and reminders walk an index: neither reads, nor sorts, every task there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict

from core.workdays import WorkCalendar
from notifications.ladder import DEFAULT_RUNGS
from notifications.planner import due_tasks
from notifications.subjects import parts_owed, submitted, unaccepted
from tasks.forms import TaskFilterForm
from tasks.models import Coordination, Task
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(cast: Cast) -> Cast:
    """Two thousand tasks, known to the planner of the database."""
    Task.objects.bulk_create(
        Task(
            plan=cast.plan,
            code=f"T{number}",
            title="Rà soát quy trình",
            lead_unit=cast.ptd,
            tracking_unit=cast.vp,
            assigned_on=TODAY - timedelta(days=400),
            deadline_kind="date",
            nominal_end=end,
            effective_end=end,
            first_effective_end=end,
            counted_end=end,
            execution="done" if number % 3 else "in_progress",
            completed_on=end if number % 3 else None,
        )
        for number in range(2000)
        for end in [TODAY + timedelta(days=number % 300 - 150)]
    )
    Coordination.objects.bulk_create(
        Coordination(task=task, unit=cast.cn1, nominal_end=None if task.pk % 100 else TODAY)
        for task in Task.objects.all()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # So few rows are read faster as they lie; of many the planner thinks as it does here.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return cast


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "task_open_by_deadline"),
        ("part=overdue", "task_open_by_deadline"),
        ("part=in_time", "task_open_by_deadline"),
        ("part=all", "task_by_deadline"),
        ("part=late", "task_by_deadline"),
    ],
)
def test_the_list_of_an_office_walks_the_deadlines(many: Cast, query: str, index: str) -> None:
    form = TaskFilterForm(QueryDict(query), user=many.lan)
    found = form.apply(TODAY, WorkCalendar()).values_list("pk")[:51]
    plan = found.explain()
    assert index in plan
    assert "TEMP B-TREE FOR ORDER BY" not in plan


def test_who_is_due_is_found_by_index_with_and_without_internal_deadlines(many: Cast) -> None:
    due = due_tasks(TODAY, WorkCalendar(), DEFAULT_RUNGS[0].offset)
    assert "task_open_by_first_due" in due.order_by().explain()


def test_what_waits_is_found_by_index(many: Cast) -> None:
    assert "task_unreceived" in unaccepted(TODAY).order_by().explain()
    assert "task_submitted" in submitted().order_by().explain()
    assert "coordination_due" in parts_owed().filter(nominal_end__lte=TODAY).order_by().explain()
