"""The printed partition: total = done on time + late + open in time + overdue, on any data, on any day."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.deadlines import DeadlineKind
from core.workdays import WorkCalendar
from tasks import actions
from tasks.models import Task
from tasks.status import (
    BINDING,
    DONE_IN_TIME,
    OPEN_IN_TIME,
    Confirmation,
    DeadlineClass,
    Execution,
    Strength,
    deadline_class,
)
from tasks.summaries import PARTS, Partition, plan_totals, sum_of, total_of, unit_rows
from tests.cast import SAID, TODAY, Cast

pytestmark = pytest.mark.django_db

CALENDAR = WorkCalendar(off=frozenset({date(2026, 9, 1), date(2026, 9, 2)}))

days = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def facts(draw: st.DrawFn) -> dict[str, Any]:
    """A task in any state the database accepts."""
    end = draw(st.none() | days)
    execution = draw(st.sampled_from(Execution))
    done = execution == Execution.DONE
    confirmation = (
        Confirmation.CONFIRMED if done else draw(st.sampled_from([Confirmation.NONE, Confirmation.SUBMITTED]))
    )
    return {
        "strength": draw(st.sampled_from(Strength)),
        "deadline_kind": draw(st.sampled_from([DeadlineKind.DATE, DeadlineKind.STANDING]))
        if end is None
        else "date",
        "nominal_end": end,
        "effective_end": end,
        "first_effective_end": end,
        "counted_end": end,
        "execution": execution,
        "confirmation": confirmation,
        "submitted_on": draw(days) if confirmation == Confirmation.SUBMITTED else None,
        "completed_on": draw(days) if done else None,
        "assigned_on": draw(days),
        "lead": draw(st.sampled_from(["ptd", "cn1", "ubtx"])),
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(facts(), max_size=12), days)
def test_the_partition_holds_on_any_data_on_any_day(cast: Cast, rows: list[dict[str, Any]], on: date) -> None:
    with transaction.atomic():
        tasks = []
        for number, row in enumerate(rows):
            lead = getattr(cast, row["lead"])
            fields = {name: value for name, value in row.items() if name != "lead"}
            tasks.append(
                Task(
                    plan=cast.plan,
                    code=f"P{number}",
                    title="x",
                    tracking_unit=cast.vp,
                    lead_unit=lead,
                    **fields,
                )
            )
        Task.objects.bulk_create(tasks)
        found = total_of(Task.objects.all(), on, CALENDAR)
        by_unit = sum_of(unit_rows(Task.objects.all(), on, CALENDAR))
        by_plan = plan_totals(Task.objects.all(), on, CALENDAR).get(cast.plan.pk, Partition())
        transaction.set_rollback(True)
    counted = [t for t in tasks if t.assigned_on <= on and t.execution != Execution.DISCONTINUED]
    classes = Counter(deadline_class(t, on, CALENDAR) for t in counted)
    assert found == by_unit == by_plan
    assert found.total == found.done_on_time + found.done_late + found.open_in_time + found.open_overdue
    assert found.everything == len(counted)
    assert found.done_on_time == sum(classes[each] for each in DONE_IN_TIME)
    assert found.done_late == classes[DeadlineClass.DONE_LATE]
    assert found.open_in_time == sum(classes[each] for each in OPEN_IN_TIME)
    assert found.open_overdue == classes[DeadlineClass.OVERDUE]
    assert found.soft == sum(t.strength not in BINDING for t in counted)
    assert found.overdue_inside == sum(
        deadline_class(t, on, CALENDAR) == DeadlineClass.OVERDUE and t.lead_unit != cast.ubtx for t in counted
    )


def test_an_order_to_many_is_one_for_the_plan_and_one_for_each_unit(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NV02", lead_group=cast.branches)
    assert plan_totals(Task.objects.all(), TODAY, CALENDAR)[cast.plan.pk].total == 2
    rows = unit_rows(Task.objects.all(), TODAY, CALENDAR)
    assert [(row.label, row.partition.total) for row in rows] == [
        ("Phòng Quản lý đất đai", 1),
        ("Chi nhánh Bình Sơn", 1),
        ("Chi nhánh An Phú", 1),
    ]


def test_outside_bodies_are_counted_and_stand_last_but_in_no_late_list(cast: Cast) -> None:
    past = {"nominal_end": date(2026, 10, 2)}
    cast.task("NV01", cast.ubtx, **past)
    cast.task("NV02", cast.vpdk, **past)
    found = total_of(Task.objects.all(), TODAY, CALENDAR)
    assert (found.open_overdue, found.overdue_inside, found.overdue_outside) == (2, 1, 1)
    assert [row.outside for row in unit_rows(Task.objects.all(), TODAY, CALENDAR)] == [False, True]
    late = Task.objects.filter(PARTS["overdue"].where(TODAY, CALENDAR))
    assert [task.code for task in late] == ["NV02"]


def test_what_stands_apart_is_still_counted_as_open(cast: Cast) -> None:
    task = cast.task()
    actions.suspend(task, by=cast.lan, reason="Chờ hướng dẫn của Bộ", decision=SAID)
    sent = cast.task("NV02")
    actions.submit(sent, by=cast.minh, text="Xong")
    found = total_of(Task.objects.all(), TODAY, CALENDAR)
    assert (found.open, found.suspended, found.waiting, found.unseen) == (2, 1, 1, 0)


def test_a_task_counts_from_the_day_it_was_given(cast: Cast) -> None:
    cast.task(assigned_on=date(2026, 10, 5))
    assert total_of(Task.objects.all(), date(2026, 10, 4), CALENDAR).everything == 0
    assert total_of(Task.objects.all(), date(2026, 10, 5), CALENDAR).everything == 1


def test_the_sentence_reads_as_leaders_know_it() -> None:
    found = Partition(done_on_time=37, done_late=4, open_in_time=26, open_overdue=5)
    assert found.words() == (
        "Tổng số 72; hoàn thành 41 (đúng hạn 37, quá hạn 04); đang thực hiện 31 (quá hạn 05)"
    )


@pytest.mark.parametrize("count", [total_of, plan_totals, unit_rows])
def test_each_count_is_one_query(cast: Cast, count: Any, django_assert_num_queries: Any) -> None:
    cast.task("NV01")
    cast.task("NV02", cast.cn1)
    with django_assert_num_queries(1):
        count(Task.objects.all(), TODAY, CALENDAR)
