"""Statistics: each number as known at the end of a day, by unit, plan, leader and together, and what it leaves out."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.workdays import WorkCalendar
from plans.models import Document, Plan
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Duty, Explanation, Task, TaskState
from tasks.statistics import MEASURES, By, Figures, Rows, Window, figures, in_group, ranks, rows_of, sum_of
from tasks.status import DeadlineClass, deadline_class, first_end
from tasks.summaries import plan_totals, total_of, unit_rows
from tasks.summaries import sum_of as sum_of_units
from tests.cast import TODAY, Cast
from tests.tasks.test_partition import CALENDAR, days, facts
from tests.tasks.test_states_of_a_day import again, at, play, steps
from units.models import CalendarDay, User

pytestmark = pytest.mark.django_db

YEAR = Window(date(2026, 1, 1), date(2026, 12, 31), TODAY)


def on(day: date, window: Window = YEAR) -> Window:
    return Window(window.start, window.end, day)


def together(window: Window, **kwargs: Any) -> Figures:
    return figures(TaskState.objects.all(), window, By.ALL, CALENDAR, **kwargs).get(0, Figures())


def of_unit(cast_unit: Any, window: Window) -> Figures:
    return figures(TaskState.objects.all(), window, By.UNIT, CALENDAR).get(cast_unit.pk, Figures())


def parts(found: Figures) -> tuple[int, ...]:
    return tuple(found.n[key] for key in ("total", "on_time", "late", "in_time", "overdue", "outside"))


def holds(found: Figures) -> bool:
    """The printed identity, by the deadline in force and by the first."""
    n = found.n
    ours = n["on_time"] + n["late"] + n["in_time"] + n["overdue"] + n["outside"]
    first = (
        n["first_on_time"] + n["first_late"] + n["first_in_time"] + n["first_overdue"] + n["first_outside"]
    )
    return n["total"] == ours == first == n["carried"] + n["given"]


# --- the identity ---------------------------------------------------------------------------------------------------


def states_of(cast: Cast, rows: list[dict[str, Any]], plans: list[Plan]) -> list[TaskState]:
    """Tasks in any state and one state for each, known from the day it was given."""
    leaders: list[User | None] = [None, cast.hoa, cast.dung]
    tasks = []
    for number, row in enumerate(rows):
        fields = {
            name: value for name, value in row.items() if name not in ("lead", "plan", "leader", "first")
        }
        if fields["effective_end"] is not None:
            fields["first_effective_end"] = fields["effective_end"] - timedelta(days=row["first"])
        tasks.append(
            Task(
                plan=plans[row["plan"]],
                code=f"P{number}",
                title="x",
                tracking_unit=cast.vp,
                lead_unit=getattr(cast, row["lead"]),
                leader_in_charge=leaders[row["leader"]],
                **fields,
            )
        )
    Task.objects.bulk_create(tasks)
    names = [
        field.attname
        for field in TaskState._meta.concrete_fields
        if field.attname not in ("id", "task_id", "on", "until")
    ]
    states = [
        TaskState(task=task, on=task.assigned_on, **{name: getattr(task, name) for name in names})
        for task in tasks
    ]
    TaskState.objects.bulk_create(states)
    return states


anything = facts().flatmap(
    lambda row: st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 20)).map(
        lambda more: row | {"plan": more[0], "leader": more[1], "first": more[2]}
    )
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(anything, max_size=12), days, days, days)
def test_the_partition_holds_in_every_group_on_any_day(
    cast: Cast, rows: list[dict[str, Any]], a: date, b: date, day: date
) -> None:
    window = Window(min(a, b), max(a, b), max(day, min(a, b)))
    with transaction.atomic():
        other = Plan.objects.create(
            code="KH13",
            title="x",
            document=Document.objects.create(issuer="Sở", subject="x"),
            issuer=cast.so,
            tracking_unit=cast.vp,
            leader_in_charge=cast.hoa,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
        )
        states = states_of(cast, rows, [cast.plan, other])
        all_states = TaskState.objects.all()
        grouped = {by: figures(all_states, window, by, CALENDAR) for by in By}
        wide = Window(date(2020, 1, 1), date(2030, 1, 1), window.on)
        everything = figures(all_states, wide, By.ALL, CALENDAR).get(0, Figures())
        same = total_of(TaskState.objects.as_of(window.on), window.on, CALENDAR)
        for by, found in grouped.items():
            for group, each in found.items():
                assert holds(each)
                for key in ("total", "late", "overdue", "due", "due_in_time", "led_late", "soft"):
                    of = rows_of(all_states, MEASURES[key].rows, window, CALENDAR)
                    behind = in_group(of.filter(MEASURES[key].condition(window)), by, group)
                    assert behind.count() == each.n[key], key
        sums = [sum_of(found.values()) for found in grouped.values()]
        transaction.set_rollback(True)
    assert all(each == sums[0] for each in sums)
    assert everything.n["total"] == same.total and everything.n["late"] <= same.done_late
    assert everything.n["overdue"] == same.overdue_inside
    known = [s for s in states if s.assigned_on <= window.on]
    firsts = Counter(
        deadline_class(Judged(state, first_end(state)), window.on, CALENDAR)  # type: ignore[arg-type]
        for state in known
    )
    assert everything.n["first_in_time"] == sum(
        firsts[each] for each in (DeadlineClass.NOT_DUE, DeadlineClass.DUE_SOON, DeadlineClass.DUE_TODAY)
    )


class Judged:
    """The facts of a state with another end."""

    def __init__(self, state: TaskState, end: date | None) -> None:
        self._state, self.counted_end = state, end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(0, 30))
def test_the_partition_holds_after_any_verbs_as_of_any_past_day(
    cast: Cast, story: list[tuple[str, int, int]], back: int
) -> None:
    with transaction.atomic():
        cast.task("NV01")
        cast.task("NV02", cast.ubtx, nominal_end=date(2026, 10, 14))
        cast.task("NV03", lead_group=cast.branches, nominal_end=date(2026, 10, 15))
        every = list(Task.objects.order_by("pk"))
        day = TODAY
        kept: dict[date, Any] = {}
        for verb, which, later in story:
            day += timedelta(days=later)
            with at(day):
                play(cast, verb, every[which % len(every)])
            kept[day] = now_counts(day)
        for past, then in kept.items():
            assert counts_as_of(past) == then
        past = day - timedelta(days=back)
        for by in By:
            for orders in (False, True):
                found = figures(TaskState.objects.all(), on(past), by, CALENDAR, orders=orders)
                assert all(holds(each) for each in found.values())
        transaction.set_rollback(True)


def now_counts(day: date) -> Any:
    tasks = Task.objects.all()
    return total_of(tasks, day, CALENDAR), plan_totals(tasks, day, CALENDAR), unit_rows(tasks, day, CALENDAR)


def counts_as_of(day: date) -> Any:
    """The same code over the states of a past day."""
    states = TaskState.objects.as_of(day)
    return (
        total_of(states, day, CALENDAR),
        plan_totals(states, day, CALENDAR),
        unit_rows(states, day, CALENDAR),
    )


# --- as of a past day -----------------------------------------------------------------------------------------------


def test_a_confirmation_counts_from_the_day_it_was_given_not_from_the_day_it_is_dated(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 15))
    with at(date(2026, 10, 14)):
        actions.submit(task, by=cast.minh, text="Xong", product_on=date(2026, 10, 13))
    with at(date(2026, 10, 20)):
        actions.confirm(task, by=cast.lan)
    assert parts(together(on(date(2026, 10, 19)))) == (1, 0, 0, 1, 0, 0)
    assert parts(together(on(date(2026, 10, 20)))) == (1, 1, 0, 0, 0, 0)


def test_an_order_opened_again_was_done_on_the_days_between(cast: Cast) -> None:
    task = cast.task()
    actions.submit(task, by=cast.minh, text="Xong")
    actions.confirm(task, by=cast.lan)
    with at(date(2026, 10, 20)):
        actions.reopen(task, by=cast.hoa, reason="Chưa đủ")
    assert [together(on(date(2026, 10, day))).done for day in (12, 13, 19, 20)] == [0, 1, 1, 0]


def test_an_extension_changes_no_day_before_it_and_not_the_count_by_the_first_deadline(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 16))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 13), reason="Chờ Bộ")
    with at(date(2026, 10, 21)):
        actions.decide_extension(task, by=cast.hoa, granted=True)
    before, after = together(on(date(2026, 10, 20))), together(on(date(2026, 10, 22)))
    assert (before.n["overdue"], before.n["extended"]) == (1, 0)
    assert (after.n["overdue"], after.n["first_overdue"]) == (0, 1)
    assert (after.n["extended"], after.extended_times, after.n["extended_late"]) == (1, 1, 0)


def test_an_extension_asked_late_is_told_apart(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 9))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 13), reason="Chờ Bộ")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    assert together(YEAR).n["extended_late"] == 1


def test_a_task_handed_over_counts_for_the_unit_that_led_it_on_the_day(cast: Cast) -> None:
    task = cast.task()
    with at(date(2026, 10, 20)):
        actions.hand_over(task, by=cast.hoa, to=cast.vpdk, reason="Đúng chức năng")
    before, after = on(date(2026, 10, 19)), on(date(2026, 10, 20))
    assert [of_unit(cast.ptd, before).n["total"], of_unit(cast.vpdk, before).n["total"]] == [1, 0]
    assert [of_unit(cast.ptd, after).n["total"], of_unit(cast.vpdk, after).n["total"]] == [0, 1]


def test_a_task_belongs_to_the_window_until_it_is_finished(cast: Cast) -> None:
    done, old = (
        cast.task("NV01", assigned_on=date(2026, 7, 1)),
        cast.task("NV02", assigned_on=date(2026, 7, 1)),
    )
    cast.task("NV03", assigned_on=date(2026, 10, 12))
    actions.submit(done, by=cast.minh, text="Xong", product_on=date(2026, 8, 3))
    actions.confirm(done, by=cast.lan)
    found = together(Window(date(2026, 10, 1), date(2026, 10, 31), TODAY))
    assert (found.n["total"], found.n["carried"], found.n["given"]) == (2, 1, 1)
    assert again(old).is_open


# --- what is counted apart ------------------------------------------------------------------------------------------


def test_a_late_entry_is_no_lateness(cast: Cast) -> None:
    task = cast.task(nominal_end=date(2026, 10, 9))
    actions.submit(task, by=cast.minh, text="Xong", product_on=date(2026, 10, 6))
    actions.confirm(task, by=cast.lan)
    found = together(YEAR)
    assert (found.n["on_time"], found.n["late"], found.n["late_entry"]) == (1, 0, 1)


def test_days_with_the_reviewer_are_summed_and_charged_to_nobody(cast: Cast) -> None:
    task, waiting = cast.task("NV01", nominal_end=date(2026, 10, 14)), cast.task("NV02")
    actions.submit(task, by=cast.minh, text="Xong")
    with at(date(2026, 10, 20)):  # five working days
        actions.return_result(task, by=cast.lan, reason="Thiếu")
        actions.submit(waiting, by=cast.minh, text="Xong")
    with at(date(2026, 10, 21)):
        found = together(on(date(2026, 10, 21)))
    assert found.waited_days == 5 + 1
    assert (found.n["sent"], found.n["waiting"], found.n["returned"], found.returned_times) == (2, 1, 1, 1)
    assert found.n["overdue"] == 0


def test_what_the_office_entered_and_noted_is_counted(cast: Cast) -> None:
    task = cast.task()
    actions.update_progress(task, by=cast.lan, text="Theo điện thoại", decision=Decision("Minh", "phone"))
    actions.update_progress(task, by=cast.lan, text="Theo thư", decision=Decision("Minh", "email"))
    actions.note_reported(task, by=cast.lan, source="Báo cáo số 5")
    found = together(YEAR)
    assert (found.n["by_office"], found.by_office_times, found.n["noted"], found.noted_times) == (1, 2, 1, 1)


def test_done_without_proof_owes_it(cast: Cast) -> None:
    for code in ("NV01", "NV02"):
        task = cast.task(code)
        if code == "NV01":
            paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x", content_type="application/pdf")
            actions.attach(task, by=cast.minh, file=paper)
        actions.submit(task, by=cast.minh, text="Xong")
        actions.confirm(task, by=cast.lan)
    assert together(YEAR).n["owed"] == 1


def test_only_a_confirmed_objective_cause_is_told_apart_and_stays_late(cast: Cast) -> None:
    for number, verdict in enumerate([Explanation.Verdict.OBJECTIVE, Explanation.Verdict.ACCEPTED, None]):
        task = cast.task(f"NV0{number}", nominal_end=date(2026, 10, 9))
        actions.request_explanation(task, by=cast.hoa, about="Vì sao chậm")
        actions.explain(task, by=cast.minh, cause="objective", text="Mưa lũ", remedy="Làm bù")
        if verdict:
            actions.judge(task, by=cast.hoa, verdict=verdict)
    found = together(YEAR)
    assert (found.n["overdue"], found.n["led_late"], found.n["objective"]) == (3, 3, 1)


def test_the_update_rate_looks_at_open_tasks_of_the_last_days_and_of_each_whole_week(cast: Cast) -> None:
    every_week, once, _never = (cast.task(f"NV0{n}", assigned_on=date(2026, 9, 28)) for n in range(3))
    for day in (date(2026, 10, 1), date(2026, 10, 6), date(2026, 10, 15)):
        with at(day):
            actions.update_progress(every_week, by=cast.minh, text="Đang làm")
    with at(date(2026, 10, 6)):
        actions.update_progress(once, by=cast.minh, text="Đang làm")
    window = Window(date(2026, 9, 28), date(2026, 10, 31), date(2026, 10, 20))
    found = together(window)
    assert (found.n["open"], found.n["updated"]) == (3, 1)
    # Three whole weeks for each of three tasks; three and one of them with a report.
    assert (found.weeks, found.weeks_updated) == (9, 4)


def test_outside_bodies_and_soft_orders_stand_in_no_late_column(cast: Cast) -> None:
    past = {"nominal_end": date(2026, 10, 2)}
    cast.task("NV01", cast.ubtx, **past)
    cast.task("NV02", strength="request", **past)
    cast.task("NV03", **past)
    found = together(YEAR)
    assert (found.n["overdue"], found.n["outside"], found.n["soft"], found.n["led_late"]) == (1, 1, 1, 1)
    assert found.n["due"] == 1
    assert parts(together(YEAR, orders=True)) == parts(found)


def test_occurrences_of_a_duty_have_columns_of_their_own(cast: Cast) -> None:
    # Words that name no rhythm: the occurrences are those below alone.
    order = cast.task("NV01", deadline_kind="recurring", phrase="định kỳ", nominal_end=None)
    duty = Duty.objects.create(task=order, rhythm="week", starts_on=date(2026, 9, 1), created_by=cast.lan)
    for week, day in (("2026-W40", 2), ("2026-W41", 9), ("2026-W43", 23)):
        cast.task(week, duty=duty, period_key=week, nominal_end=date(2026, 10, day))
    first = Task.objects.get(period_key="2026-W40")
    actions.submit(first, by=cast.minh, text="Xong", product_on=date(2026, 10, 1))
    actions.confirm(first, by=cast.lan)
    found = together(YEAR)
    kept = tuple(found.n[key] for key in ("kept", "kept_on_time", "kept_late", "kept_missed", "kept_open"))
    assert kept == (3, 1, 0, 1, 1)
    assert (found.n["total"], found.n["standing"], found.n["led"]) == (0, 1, 1)


def test_an_order_to_many_is_one_in_the_plan_and_one_for_each_unit(cast: Cast) -> None:
    cast.task("NV01")
    cast.task("NV02", lead_group=cast.branches)
    states = TaskState.objects.all()
    by_plan = figures(states, YEAR, By.PLAN, CALENDAR, orders=True)
    by_leader = figures(states, YEAR, By.LEADER, CALENDAR, orders=True)
    by_unit = figures(states, YEAR, By.UNIT, CALENDAR)
    assert by_plan[cast.plan.pk].n["total"] == by_leader[cast.hoa.pk].n["total"] == 2
    assert sum_of(by_unit.values()).n["total"] == sum_of_units(unit_rows(states, TODAY, CALENDAR)).total == 3


# --- ranking --------------------------------------------------------------------------------------------------------


def due(in_time: int, of: int) -> Figures:
    found = Figures()
    found.n |= {"due_in_time": in_time, "due": of}
    return found


def test_units_rank_by_their_share_in_time_and_equal_shares_share_a_rank() -> None:
    assert ranks({1: due(5, 10), 2: due(3, 6), 3: due(9, 9), 4: due(4, 4)}) == {3: 1, 1: 2, 2: 2}
    assert ranks({}) == {}


# --- cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", list(By))
def test_the_number_of_queries_does_not_grow(cast: Cast, by: By, django_assert_num_queries: Any) -> None:
    for number in range(3):
        task = cast.task(f"NV0{number}", assigned_on=date(2026, 9, 1))
        actions.update_progress(task, by=cast.minh, text="Đang làm")
    with django_assert_num_queries(8):
        figures(TaskState.objects.all(), YEAR, by, CALENDAR)


def many_states(cast: Cast, count: int) -> None:
    """`count` states: every task has ten, each a day long."""
    tasks = [
        Task(
            plan=cast.plan, code=f"N{n}", title="x", tracking_unit=cast.vp, lead_unit=(cast.ptd, cast.cn1)[n % 2],
            deadline_kind="date", nominal_end=TODAY, effective_end=TODAY, first_effective_end=TODAY,
            counted_end=TODAY + timedelta(days=n % 30 - 15), assigned_on=date(2026, 9, 1),
        )
        for n in range(count // 10)
    ]  # fmt: skip
    Task.objects.bulk_create(tasks, batch_size=2000)
    tasks = list(Task.objects.filter(code__startswith="N"))
    names = [
        f.attname
        for f in TaskState._meta.concrete_fields
        if f.attname not in ("id", "task_id", "on", "until")
    ]
    columns = {task.pk: {name: getattr(task, name) for name in names} for task in tasks}
    days = [date(2026, 9, 1) + timedelta(days=4 * n) for n in range(10)]
    TaskState.objects.bulk_create(
        (
            TaskState(task=task, on=day, until=days[n + 1] if n < 9 else None, **columns[task.pk])
            for task in tasks
            for n, day in enumerate(days)
        ),
        batch_size=2000,
    )


def test_unit_rows_of_a_past_day_are_one_grouped_query(cast: Cast, django_assert_num_queries: Any) -> None:
    many_states(cast, 400)
    past = TaskState.objects.as_of(date(2026, 9, 20))
    with django_assert_num_queries(1):
        rows = unit_rows(past, date(2026, 9, 20), CALENDAR)
    assert [row.partition.total for row in rows] == [20, 20]
    plan = past.order_by().values("lead_unit_id").explain()
    assert plan.count("tasks_taskstate") <= 4  # one scan, or one index for each of the two open ends


@pytest.mark.bench
def test_a_hundred_thousand_states_are_counted_in_the_database(cast: Cast) -> None:
    """No row reaches Python: the process spends little beside what the database does."""
    many_states(cast, 100_000)
    began = datetime.now()
    with time_machine.travel("2026-10-13T10:00:00+07:00"):
        rows = unit_rows(TaskState.objects.as_of(TODAY), TODAY, CalendarDay.objects.as_calendar())
    assert sum(row.partition.total for row in rows) == 10_000
    assert (datetime.now() - began).total_seconds() < 3


def test_nothing_given_is_nothing_counted_and_nothing_divided(cast: Cast) -> None:
    empty = figures(TaskState.objects.none(), YEAR, By.ALL, WorkCalendar())
    assert sum_of(empty.values()) == Figures()
    assert {measure.rows for measure in MEASURES.values()} == set(Rows)
