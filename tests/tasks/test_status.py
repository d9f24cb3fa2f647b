"""The deadline class: one pure function and one SQL expression that never disagree."""

from datetime import date, timedelta
from itertools import product

import pytest

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
    days_left,
    deadline_class,
    first_end,
    first_end_sql,
    is_waiting,
    status_text,
)
from tests.cast import Cast

CALENDAR = WorkCalendar(off=frozenset({date(2026, 9, 1), date(2026, 9, 2)}))


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


# --- what is judged ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [Strength.ASSIGN, Strength.REQUIRE, Strength.REMIND])
def test_what_is_ordered_required_or_reminded_of_can_be_overdue(strength: str) -> None:
    task = make_task(strength=strength)
    assert deadline_class(task, date(2026, 10, 20), CALENDAR) == DeadlineClass.OVERDUE
    assert days_late(task, date(2026, 10, 20), CALENDAR) == 2


@pytest.mark.parametrize("strength", [Strength.REQUEST, Strength.ENCOURAGE, Strength.STRIVE])
def test_what_is_only_asked_for_is_late_by_no_day(strength: str) -> None:
    assert days_late(make_task(strength=strength), date(2026, 10, 20), CALENDAR) == 0


@pytest.mark.parametrize("missing", ["nominal_end", "counted_end"])
def test_without_the_day_of_the_text_or_the_day_that_counts_there_is_no_deadline(missing: str) -> None:
    task = make_task(**{missing: None})
    assert deadline_class(task, date(2027, 1, 1), CALENDAR) == DeadlineClass.NO_DEADLINE


def test_without_a_day_nothing_is_late_or_left() -> None:
    task = make_task(end=None)
    assert days_late(task, date(2027, 1, 1), CALENDAR) == 0
    assert days_left(task, date(2026, 10, 1), CALENDAR) is None


def test_done_or_sent_without_a_day_counts_as_open() -> None:
    """Until the day is written nobody can say in which class it belongs."""
    on = date(2026, 10, 19)
    for facts in ({"execution": Execution.DONE}, {"confirmation": Confirmation.SUBMITTED}):
        assert deadline_class(make_task(**facts), on, CALENDAR) == DeadlineClass.OVERDUE


def test_sent_after_the_day_that_is_asked_about_is_not_sent_yet() -> None:
    task = make_task(confirmation=Confirmation.SUBMITTED, submitted_on=date(2026, 10, 20))
    assert not is_waiting(task, date(2026, 10, 19)) and is_waiting(task, date(2026, 10, 20))
    assert days_late(task, date(2026, 10, 19), CALENDAR) == 1


@pytest.mark.parametrize(
    ("on", "left"), [(date(2026, 10, 14), 2), (date(2026, 10, 16), 0), (date(2026, 10, 19), 0)]
)
def test_days_left_are_working_days_and_never_less_than_none(on: date, left: int) -> None:
    assert days_left(make_task(), on, CALENDAR) == left


@pytest.mark.parametrize(
    ("facts", "on", "words"),
    [
        ({}, date(2026, 10, 1), "Trong hạn"),
        ({}, date(2026, 10, 9), "Sắp đến hạn, còn 05 ngày làm việc"),
        ({}, date(2026, 10, 16), "Đến hạn hôm nay"),
        # A superior's deadline stays on its Sunday; on the Friday before, no working day is left.
        ({"end": date(2026, 10, 18)}, date(2026, 10, 16), "Sắp đến hạn, hết ngày làm việc trước hạn"),
        (
            {"execution": Execution.DONE, "completed_on": date(2026, 10, 15)},
            date(2026, 12, 1),
            "Hoàn thành trước hạn",
        ),
        (
            {"execution": Execution.DONE, "completed_on": date(2026, 10, 16)},
            date(2026, 12, 1),
            "Hoàn thành đúng hạn",
        ),
        (
            {"execution": Execution.DONE, "completed_on": date(2026, 10, 20)},
            date(2026, 12, 1),
            "Hoàn thành quá hạn 02 ngày làm việc",
        ),
        (
            {"end": None, "execution": Execution.DONE, "completed_on": date(2026, 10, 20)},
            date(2026, 12, 1),
            "Hoàn thành",
        ),
        ({"execution": Execution.DISCONTINUED}, date(2026, 12, 1), "Không tiếp tục thực hiện"),
    ],
)
def test_the_words_of_each_class(facts: dict, on: date, words: str) -> None:
    assert status_text(make_task(**facts), on, CALENDAR) == words


# --- the first deadline -----------------------------------------------------------------------------------------------

FRIDAY, MONDAY, WEDNESDAY = date(2026, 10, 16), date(2026, 10, 19), date(2026, 10, 21)


@pytest.mark.parametrize(
    ("first", "effective", "counted", "expected"),
    [
        (FRIDAY, FRIDAY, FRIDAY, FRIDAY),
        (FRIDAY, FRIDAY, MONDAY, MONDAY),  # no more time was given; days with the reviewer are not charged
        (FRIDAY, MONDAY, WEDNESDAY, FRIDAY),  # more time was given
        (MONDAY, FRIDAY, FRIDAY, FRIDAY),  # the deadline was mended to an earlier day
        (None, None, None, None),
        (FRIDAY, None, None, None),
    ],
)
def test_by_the_first_deadline_lateness_counts_from_before_more_time_was_given(
    cast: Cast, first: date | None, effective: date | None, counted: date | None, expected: date | None
) -> None:
    ends = {"first_effective_end": first, "effective_end": effective, "counted_end": counted}
    task = make_task(end=effective, **ends)
    assert first_end(task) == expected
    written(cast, [{"nominal_end": effective, **ends}])
    assert Task.objects.annotate(found=first_end_sql()).get().found == expected


def test_a_first_deadline_never_written_is_the_one_in_force() -> None:
    assert first_end(make_task(first_effective_end=None)) == FRIDAY


# --- the query and the function: every combination of facts around one deadline ---------------------------------------

AROUND = [None, *(FRIDAY + timedelta(days=n) for n in (-1, 0, 1, 3, 6))]
# nominal, counted: none, the same day, moved off a Saturday, days with the reviewer, and halves of a deadline.
ENDS = [
    (None, None),
    (FRIDAY, FRIDAY),
    (FRIDAY + timedelta(days=1), MONDAY),
    (FRIDAY, WEDNESDAY),
    (None, FRIDAY),
    (FRIDAY, None),
]
DAYS = [FRIDAY + timedelta(days=n) for n in range(-9, 8)]


def written(cast: Cast, rows: list[dict]) -> None:
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


def every_combination() -> list[dict]:
    """Of the facts the derivation reads, as the constraints of the database allow them."""
    found = []
    for strength, (nominal, counted), execution, confirmation, submitted, completed in product(
        [Strength.ASSIGN, Strength.REQUEST],
        ENDS,
        [Execution.IN_PROGRESS, Execution.DONE, Execution.DISCONTINUED],
        [Confirmation.NONE, Confirmation.SUBMITTED],
        AROUND,
        AROUND,
    ):
        if execution == Execution.DONE and completed is None:
            continue
        if confirmation == Confirmation.SUBMITTED and submitted is None:
            continue
        whole = nominal if counted is not None else None
        found.append(
            {
                "strength": strength,
                "execution": execution,
                "confirmation": confirmation,
                "nominal_end": nominal,
                "effective_end": whole,
                "first_effective_end": whole,
                "counted_end": counted,
                "submitted_on": submitted,
                "completed_on": completed,
            }
        )
    return found


def test_the_query_and_the_function_agree(cast: Cast) -> None:
    written(cast, every_combination())
    tasks = {task.pk: task for task in Task.objects.all()}
    seen = set()
    for on in DAYS:
        for pk, found in Task.objects.with_status(on, CALENDAR).order_by().values_list("pk", "deadline"):
            assert found == deadline_class(tasks[pk], on, CALENDAR), (on, vars(tasks[pk]))
            seen.add(found)
    assert seen == set(DeadlineClass)


def test_the_filter_of_classes_finds_exactly_their_tasks(cast: Cast) -> None:
    written(cast, every_combination())
    tasks = list(Task.objects.all())
    for on in DAYS[::2]:
        # As tasks stand: nothing is completed in the future.
        known = [task for task in tasks if task.completed_on is None or task.completed_on <= on]
        classes = {task.pk: deadline_class(task, on, CALENDAR) for task in known}
        for wanted in (
            *({each} for each in DeadlineClass),
            {DeadlineClass.OVERDUE, DeadlineClass.DONE_LATE},
            set(),
        ):
            found = (
                Task.objects.filter(class_filter(wanted, on, CALENDAR))
                .order_by()
                .values_list("pk", flat=True)
            )
            expected = {pk for pk, each in classes.items() if each in wanted}
            assert set(found) & classes.keys() == expected, (on, wanted)
