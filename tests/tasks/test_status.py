"""The deadline class: one pure function and one SQL expression that never disagree."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from tasks.models import Task
from tasks.status import (
    BINDING,
    Confirmation,
    DeadlineClass,
    Execution,
    Strength,
    class_filter,
    days_late,
    deadline_class,
    status_text,
)

CALENDAR = WorkCalendar(off=frozenset({date(2026, 9, 1), date(2026, 9, 2)}))
MONDAY = date(2026, 10, 12)


def make_task(**fields: object) -> Task:
    end = fields.pop("end", date(2026, 10, 16))
    defaults: dict = {
        "nominal_end": end,
        "effective_end": end,
        "first_effective_end": end,
        "counted_end": end,
    }
    return Task(**(defaults | fields))


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 10, 8), DeadlineClass.NOT_DUE),  # six working days left
        (date(2026, 10, 9), DeadlineClass.DUE_SOON),  # five
        (date(2026, 10, 15), DeadlineClass.DUE_SOON),
        (date(2026, 10, 16), DeadlineClass.DUE_TODAY),
        (date(2026, 10, 17), DeadlineClass.OVERDUE),
        (date(2026, 10, 19), DeadlineClass.OVERDUE),
    ],
)
def test_an_open_task_moves_through_the_classes_as_its_deadline_nears(
    on: date, expected: DeadlineClass
) -> None:
    assert deadline_class(make_task(), on, CALENDAR) == expected


@pytest.mark.parametrize(
    ("on", "late"),
    [(date(2026, 10, 16), 0), (date(2026, 10, 17), 1), (date(2026, 10, 19), 1), (date(2026, 10, 20), 2)],
)
def test_the_first_working_day_after_the_deadline_is_day_one(on: date, late: int) -> None:
    assert days_late(make_task(), on, CALENDAR) == late


def test_a_result_sent_in_time_is_in_time_however_long_the_reviewer_takes() -> None:
    task = make_task(confirmation=Confirmation.SUBMITTED, submitted_on=date(2026, 10, 16))
    assert deadline_class(task, date(2026, 12, 1), CALENDAR) == DeadlineClass.NOT_DUE
    assert days_late(task, date(2026, 12, 1), CALENDAR) == 0


def test_a_result_sent_late_stays_late_by_the_days_until_it_was_sent() -> None:
    task = make_task(confirmation=Confirmation.SUBMITTED, submitted_on=date(2026, 10, 20))
    assert deadline_class(task, date(2026, 12, 1), CALENDAR) == DeadlineClass.OVERDUE
    assert days_late(task, date(2026, 12, 1), CALENDAR) == 2


@pytest.mark.parametrize(
    ("completed", "expected"),
    [
        (date(2026, 10, 15), DeadlineClass.DONE_EARLY),
        (date(2026, 10, 16), DeadlineClass.DONE_ON_TIME),
        (date(2026, 10, 19), DeadlineClass.DONE_LATE),
    ],
)
def test_done_is_judged_by_the_completion_date(completed: date, expected: DeadlineClass) -> None:
    task = make_task(execution=Execution.DONE, completed_on=completed)
    assert deadline_class(task, date(2026, 12, 1), CALENDAR) == expected


def test_before_its_completion_a_done_task_counts_as_open() -> None:
    task = make_task(execution=Execution.DONE, completed_on=date(2026, 10, 19))
    assert deadline_class(task, date(2026, 10, 16), CALENDAR) == DeadlineClass.DUE_TODAY


@pytest.mark.parametrize("strength", [s for s in Strength if s not in BINDING])
def test_soft_orders_are_never_overdue(strength: str) -> None:
    assert (
        deadline_class(make_task(strength=strength), date(2027, 1, 1), CALENDAR) == DeadlineClass.NO_DEADLINE
    )


def test_a_task_without_a_date_is_never_overdue() -> None:
    task = make_task(end=None)
    assert deadline_class(task, date(2099, 1, 1), CALENDAR) == DeadlineClass.NO_DEADLINE
    assert status_text(task, date(2099, 1, 1), CALENDAR) == "Không tính thời hạn"


def test_a_discontinued_task_is_in_no_class_of_time() -> None:
    task = make_task(execution=Execution.DISCONTINUED)
    assert deadline_class(task, date(2027, 1, 1), CALENDAR) == DeadlineClass.STOPPED
    assert days_late(task, date(2027, 1, 1), CALENDAR) == 0


def test_the_words_say_how_many_days() -> None:
    assert status_text(make_task(), date(2026, 10, 14), CALENDAR) == "Sắp đến hạn, còn 02 ngày làm việc"
    assert status_text(make_task(), date(2026, 10, 21), CALENDAR) == "Quá hạn 03 ngày làm việc"


near = st.integers(-15, 15).map(lambda n: MONDAY + timedelta(days=n))
maybe_near = st.none() | near


@st.composite
def facts(draw: st.DrawFn) -> dict:
    """A task's facts as the database constraints allow them."""
    nominal = draw(maybe_near)
    effective = nominal and nominal + timedelta(days=draw(st.integers(0, 4)))
    counted = effective and effective + timedelta(days=draw(st.integers(0, 4)))
    execution = draw(st.sampled_from(Execution.values))
    confirmation = draw(st.sampled_from(Confirmation.values))
    if execution != Execution.DONE and confirmation == Confirmation.CONFIRMED:
        confirmation = Confirmation.NONE
    return {
        "nominal_end": nominal,
        "effective_end": effective,
        "first_effective_end": effective,
        "counted_end": counted,
        "strength": draw(st.sampled_from(Strength.values)),
        "execution": execution,
        "confirmation": confirmation,
        "submitted_on": draw(near) if confirmation == Confirmation.SUBMITTED else draw(maybe_near),
        "completed_on": draw(near) if execution == Execution.DONE else draw(maybe_near),
    }


def written(cast, rows: list[dict]) -> None:  # type: ignore[no-untyped-def]
    Task.objects.all().delete()
    Task.objects.bulk_create(
        Task(
            plan=cast.plan,
            code=f"T{number}",
            title="x",
            lead_unit=cast.ptd,
            tracking_unit=cast.vp,
            deadline_kind="date",
            **row,
        )
        for number, row in enumerate(rows)
    )


@given(rows=st.lists(facts(), min_size=1, max_size=25), on=near)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_query_and_the_function_agree(cast, rows: list[dict], on: date) -> None:  # type: ignore[no-untyped-def]
    written(cast, rows)
    for task in Task.objects.with_status(on, CALENDAR):
        assert task.deadline == deadline_class(task, on, CALENDAR), task.code


@given(
    rows=st.lists(facts(), min_size=1, max_size=25),
    on=near,
    wanted=st.sets(st.sampled_from(DeadlineClass), min_size=1),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_filter_of_classes_finds_exactly_their_tasks(  # type: ignore[no-untyped-def]
    cast, rows: list[dict], on: date, wanted: set[DeadlineClass]
) -> None:
    # As tasks stand: nothing is completed in the future.
    rows = [row for row in rows if row["completed_on"] is None or row["completed_on"] <= on]
    written(cast, rows)
    found = set(Task.objects.filter(class_filter(wanted, on, CALENDAR)).values_list("code", flat=True))
    assert found == {task.code for task in Task.objects.all() if deadline_class(task, on, CALENDAR) in wanted}
