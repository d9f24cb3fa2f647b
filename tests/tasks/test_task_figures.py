"""The completion of tasks feeds targets without typing: counted by the day, kept as facts."""

from datetime import date, timedelta

import pytest
import time_machine

from plans.models import Indicator, Measurement, PlanParticipation, Target, TaskCount
from plans.summaries import target_matrix
from tasks import actions
from tasks.figures import write_task_figures
from tasks.models import Task
from tests.cast import TODAY, Cast
from tests.plans.promised import indicator, target
from units.models import Unit

pytestmark = pytest.mark.django_db

YEAR_END = (date(2026, 12, 31), "ge", "90")


def finish(cast: Cast, task: Task) -> None:
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(Task.objects.get(pk=task.pk), by=cast.lan)


@pytest.fixture
def completion(cast: Cast) -> Indicator:
    PlanParticipation.objects.create(plan=cast.plan, unit=cast.ptd)
    return indicator("HTNV", "Tỷ lệ hoàn thành nhiệm vụ", source="tasks", basis="state")


@pytest.fixture
def of_division(cast: Cast, completion: Indicator) -> Target:
    return target(cast.plan, completion, cast.ptd, YEAR_END)


def counted(of: Indicator, unit: Unit) -> list[tuple[int, int | None, date]]:
    rows = Measurement.objects.accepted().filter(indicator=of, unit=unit).order_by("pk")
    return [
        (int(row.numerator), None if row.denominator is None else int(row.denominator), row.as_of)
        for row in rows
    ]


def test_done_over_all_with_a_deadline_feeds_the_target(
    cast: Cast, completion: Indicator, of_division: Target
) -> None:
    finish(cast, cast.task("NV01"))
    cast.task("NV02")
    cast.task("NV03", lead=cast.cn1)
    assert write_task_figures(TODAY) == 1
    assert counted(completion, cast.ptd) == [(1, 2, TODAY)]
    (row,) = target_matrix(cast.plan, TODAY).rows
    assert row.lines[0].actual == 50


def test_a_unit_counts_those_below_it_and_a_group_each_of_its_units(
    cast: Cast, completion: Indicator
) -> None:
    target(cast.plan, completion, cast.vpdk, YEAR_END)
    target(cast.plan, completion, cast.branches, YEAR_END)
    cast.task("NV01", lead=cast.vpdk)
    cast.task("NV02", lead=cast.cn1)
    assert write_task_figures(TODAY) == 3
    assert [counted(completion, unit)[0][1] for unit in (cast.vpdk, cast.cn1, cast.cn2)] == [2, 1, 0]


def test_where_the_plan_names_nobody_each_of_its_orders_counts_once(
    cast: Cast, completion: Indicator
) -> None:
    target(cast.plan, completion, None, YEAR_END)
    cast.task("NV01", lead_group=cast.branches)
    write_task_figures(TODAY)
    assert counted(completion, cast.so) == [(0, 1, TODAY)]


def test_an_unchanged_count_is_written_again_only_when_its_day_grows_old(
    cast: Cast, completion: Indicator, of_division: Target
) -> None:
    cast.task("NV01")
    days = [TODAY + timedelta(days=n) for n in (0, 0, 1, 6, 7)]
    for on in days:
        with time_machine.travel(f"{on + timedelta(days=1)}T00:05:00+07:00", tick=False):
            write_task_figures(on)
    # The window changes on the fifteenth: the new one begins with a row of its own.
    assert [as_of for _, _, as_of in counted(completion, cast.ptd)] == [TODAY, TODAY + timedelta(days=6)]


def test_what_was_counted_on_a_day_stays_what_was_known_then(
    cast: Cast, completion: Indicator, of_division: Target
) -> None:
    task = cast.task("NV01")
    cast.task("NV02")
    write_task_figures(TODAY - timedelta(days=1))
    finish(cast, task)
    write_task_figures(TODAY)
    before, now = (
        target_matrix(cast.plan, on).rows[0].lines[0].actual for on in (TODAY - timedelta(days=1), TODAY)
    )
    assert (before, now) == (0, 50)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("done", (1, 3)), ("on_time", (1, 1)), ("due", (1, 2))],
)
def test_the_rule_says_which_tasks_are_divided_by_which(
    cast: Cast, completion: Indicator, of_division: Target, measure: str, expected: tuple[int, int]
) -> None:
    TaskCount.objects.create(indicator=completion, measure=measure, plan=cast.plan, by=cast.lan)
    finish(cast, cast.task("NV01"))
    cast.task("NV02", phrase="5/10/2026", nominal_end=date(2026, 10, 5))  # overdue
    cast.task("NV03")
    write_task_figures(TODAY)
    assert counted(completion, cast.ptd) == [(*expected, TODAY)]


def test_a_rule_for_one_line_of_the_outline_counts_only_its_tasks(
    cast: Cast, completion: Indicator, of_division: Target
) -> None:
    clause = cast.plan.clauses.create(order=1, label="II.1", text="Số hóa")
    TaskCount.objects.create(indicator=completion, measure="done", plan=cast.plan, clause=clause, by=cast.lan)
    cast.task("NV01", clause=clause)
    cast.task("NV02")
    write_task_figures(TODAY)
    assert counted(completion, cast.ptd) == [(0, 1, TODAY)]


def test_a_plan_that_has_ended_wants_nothing_any_more(
    cast: Cast, completion: Indicator, of_division: Target
) -> None:
    cast.task("NV01")
    assert write_task_figures(date(2027, 1, 1)) == 0


def test_the_day_is_counted_once_by_the_bell(cast: Cast, completion: Indicator, of_division: Target) -> None:
    from tracker.jobs import count_tasks_today

    cast.task("NV01")
    assert count_tasks_today() and not count_tasks_today()
    assert counted(completion, cast.ptd) == [(0, 1, TODAY - timedelta(days=1))]
