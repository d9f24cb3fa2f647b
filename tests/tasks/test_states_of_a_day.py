"""How a task stood at the end of each day: written with every verb, and made again from the ledger alone."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import actions, states
from tasks.actions import RuleBroken
from tasks.ledger import Decision
from tasks.models import Explanation, Task, TaskState
from tasks.rules import RULES
from tasks.status import Confirmation, Execution
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.django_db

SAID = Decision("Trần Thị Hòa", "phone")


def at(day: date) -> time_machine.travel:
    return time_machine.travel(f"{day}T10:00:00+07:00", tick=False)


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def now_of(task: Task) -> dict[str, Any]:
    """The columns of the task that count."""
    return {name: getattr(again(task), name) for name in states.COLUMNS}


def last_of(task: Task) -> dict[str, Any]:
    return TaskState.objects.filter(task=task, until=None).values(*states.COLUMNS).get()


# Every verb that can be done to a given task, by whoever of the cast may; what it cannot do now it refuses.
DO: dict[str, Callable[[Cast, Task], Any]] = {
    "accept": lambda c, t: actions.accept(t, by=head(c, t)),
    "receive": lambda c, t: actions.receive(t, by=c.lan, on=date(2026, 10, 2)),
    "delegate": lambda c, t: actions.delegate(t, by=head(c, t), officer=head(c, t)),
    "update": lambda c, t: actions.update_progress(t, by=c.lan, text="Đang làm", percent=40),
    "attach": lambda c, t: actions.attach(t, by=c.lan, number="45/BC"),
    "submit": lambda c, t: actions.submit(t, by=head(c, t), text="Đã xong", product_on=date(2026, 10, 9)),
    "withdraw": lambda c, t: actions.withdraw(t, by=head(c, t)),
    "ask_extension": lambda c, t: actions.ask_extension(
        t, by=head(c, t), proposed_end=again(t).effective_end + timedelta(days=14), reason="Chờ hướng dẫn"
    ),
    "propose_reassignment": lambda c, t: actions.propose_reassignment(
        t, by=head(c, t), reason="Không đúng việc"
    ),
    "withdraw_reassignment": lambda c, t: actions.withdraw_reassignment(t, by=head(c, t)),
    "give_view": lambda c, t: actions.give_view(t, by=c.lan, text="Đồng ý"),
    "raise_obstacle": lambda c, t: actions.raise_obstacle(t, by=head(c, t), text="Thiếu máy"),
    "explain": lambda c, t: actions.explain(
        t, by=head(c, t), cause="objective", text="Mưa lũ", remedy="Làm bù"
    ),
    "deliver_part": lambda c, t: actions.deliver_part(
        t, by=c.lan, coordination=t.coordinations.get(), text="Phần của đơn vị"
    ),
    "return_part": lambda c, t: actions.return_part(
        t, by=c.lan, coordination=t.coordinations.get(), reason="Thiếu"
    ),
    "confirm": lambda c, t: actions.confirm(t, by=c.lan),
    "return": lambda c, t: actions.return_result(t, by=c.lan, reason="Thiếu biên bản"),
    "decide_extension": lambda c, t: actions.decide_extension(t, by=c.hoa, granted=True),
    "decide_reassignment": lambda c, t: actions.decide_reassignment(
        t, by=c.hoa, agreed=True, new_lead=c.vpdk
    ),
    "answer_obstacle": lambda c, t: actions.answer_obstacle(
        t, by=c.lan, obstacle=t.obstacles.get(outcome="pending"), outcome="resolved", reply="Đã cấp"
    ),
    "request_explanation": lambda c, t: actions.request_explanation(t, by=c.hoa, about="Vì sao chậm"),
    "judge": lambda c, t: actions.judge(t, by=c.hoa, verdict=Explanation.Verdict.OBJECTIVE),
    "direct": lambda c, t: actions.direct(t, by=c.hoa, text="Làm ngay"),
    "note_reported": lambda c, t: actions.note_reported(t, by=c.lan, source="Thư điện tử"),
    "urge": lambda c, t: actions.urge(t, by=c.lan, text="Đề nghị báo cáo"),
    "tell_group": lambda c, t: actions.tell_group(t, by=c.lan, text="Đề nghị báo cáo"),
    "correct_deadline": lambda c, t: actions.correct_deadline(
        t, by=c.lan, phrase="15/11/2026", reason="Nhập nhầm", decision=SAID
    ),
    "suspend": lambda c, t: actions.suspend(t, by=c.hoa, reason="Chờ Bộ"),
    "resume": lambda c, t: actions.resume(t, by=c.hoa, reason="Đã có hướng dẫn"),
    "reopen": lambda c, t: actions.reopen(t, by=c.hoa, reason="Kết quả chưa đủ"),
    "hand_over": lambda c, t: actions.hand_over(t, by=c.hoa, to=c.vp, reason="Đúng chức năng"),
    "discontinue": lambda c, t: actions.discontinue(t, by=c.hoa, reason="Không còn cần"),
    "add_basis": lambda c, t: actions.add_basis(
        t, by=c.lan, event=t.events.exclude(how="direct").first(), basis="12/TB"
    ),
}
# Verbs of an order to many or of a rhythm, which a unit's own task never has.
ELSEWHERE = {
    "assign_member", "set_rhythm", "end_rhythm", "log_breach", "set_check_in", "request_removal", "decide_removal",
}  # fmt: skip


def head(cast: Cast, task: Task) -> Any:
    return {cast.ptd.pk: cast.minh, cast.cn1.pk: cast.tu}.get(again(task).lead_unit_id or 0, cast.lan)


def test_every_verb_is_walked() -> None:
    assert set(DO) | ELSEWHERE == set(RULES)


LIFE = (
    "accept", "receive", "delegate", "update", "attach", "raise_obstacle", "answer_obstacle", "note_reported",
    "urge", "tell_group", "direct", "add_basis", "deliver_part", "return_part", "correct_deadline",
    "propose_reassignment", "give_view",
    "withdraw_reassignment", "suspend", "resume", "ask_extension", "decide_extension", "submit", "return",
    "submit", "withdraw", "submit", "request_explanation", "explain", "judge", "confirm", "reopen",
    "propose_reassignment", "decide_reassignment", "hand_over", "discontinue",
)  # fmt: skip


def test_after_every_verb_the_last_state_is_the_task(cast: Cast) -> None:
    task = cast.task(coordinators=[(cast.cn1, "coordinating")])
    assert last_of(task) == now_of(task)
    actions.direct(task, by=cast.lan, text="Khẩn trương", decision=SAID)
    for number, verb in enumerate(LIFE):
        with at(TODAY + timedelta(days=number // 2)):
            DO[verb](cast, again(task))
            assert last_of(task) == now_of(task), verb
            assert states.first_difference(again(task)) is None, verb
    assert set(LIFE) == set(DO)
    rows = list(TaskState.objects.filter(task=task).order_by("on"))
    assert [row.until for row in rows] == [*(row.on for row in rows[1:]), None]


steps = st.lists(
    st.tuples(st.sampled_from(sorted(DO)), st.integers(0, 9), st.sampled_from([0, 0, 1, 3])), max_size=24
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_ledger_tells_every_day_again_whatever_was_done(
    cast: Cast, story: list[tuple[str, int, int]]
) -> None:
    """Random verbs over random days on a task, and on an order to two units and its parts."""
    with transaction.atomic():
        cast.task("NV01", coordinators=[(cast.cn1, "coordinating")])
        cast.task("NV02", lead_group=cast.branches)
        every = list(Task.objects.order_by("pk"))
        day = TODAY
        for verb, which, later in story:
            day += timedelta(days=later)
            with at(day):
                play(cast, verb, every[which % len(every)])
        for task in every:
            task = again(task)
            assert last_of(task) == now_of(task)
            assert states.rebuilt(task) == states.stored(task)
        transaction.set_rollback(True)


def play(cast: Cast, verb: str, task: Task) -> None:
    """Does the verb where it may be done; refused, nothing must have happened."""
    with suppress(RuleBroken, ObjectDoesNotExist, MultipleObjectsReturned), transaction.atomic():
        DO[verb](cast, again(task))


def test_an_order_goes_on_when_one_of_its_parts_is_opened_again(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    for part in order.children.all():
        actions.submit(part, by=cast.dung, text="Đã xong")
    # Only lines of its parts tell that the order waits.
    assert again(order).confirmation == Confirmation.SUBMITTED
    assert states.rebuilt(again(order)) == states.stored(order) != []
    for part in order.children.all():
        actions.confirm(part, by=cast.lan)
    assert again(order).execution == Execution.DONE
    actions.reopen(order.children.first(), by=cast.hoa, reason="Chưa đủ")
    assert (again(order).execution, again(order).completed_on) == (Execution.IN_PROGRESS, None)
    assert [event.verb for event in order.events.all()] == ["assign", "complete_all", "reopen"]
    assert states.rebuilt(again(order)) == states.stored(order) != []


def test_a_reorganisation_is_written_too(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches)
    part = order.children.get(lead_unit=cast.cn2)
    alone = cast.task("NV02", cast.cn2)
    for task in (part, alone):
        actions.carry_over(task, by=cast.lan, to=cast.cn1, reason="Hợp nhất", decision=SAID)
        assert last_of(task) == now_of(task)
    assert states.first_difference(again(part)) is states.first_difference(again(order)) is None
    assert last_of(part)["execution"] == Execution.DISCONTINUED


def test_a_late_joiner_is_written_with_the_order(cast: Cast) -> None:
    from units.actions import set_group

    order = cast.task(lead_group=cast.branches)
    with at(date(2026, 10, 20)):
        set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1, cast.cn2, cast.vpdk], since=date(2026, 10, 20))
        joined = actions.assign_member(again(order), by=cast.lan, unit=cast.vpdk)
    for task in (order, joined):
        assert last_of(task) == now_of(task)
        assert states.first_difference(again(task)) is None


def test_a_state_changed_past_the_verbs_is_found(cast: Cast) -> None:
    task = cast.task()
    with at(date(2026, 10, 20)):
        actions.update_progress(task, by=cast.minh, text="Đang làm")
    TaskState.objects.filter(task=task, on=TODAY).update(effective_end=date(2026, 12, 31))
    assert states.first_difference(again(task)) == TODAY
    TaskState.objects.filter(task=task, on=TODAY).delete()
    assert states.first_difference(again(task)) == TODAY


def test_a_state_too_few_or_too_many_at_the_end_is_found(cast: Cast) -> None:
    task, later = cast.task(), date(2026, 10, 20)
    with at(later):
        actions.update_progress(task, by=cast.minh, text="Đang làm")
    last = TaskState.objects.get(task=task, until=None)
    assert last.on == later
    TaskState.objects.filter(pk=last.pk).delete()
    assert states.first_difference(again(task)) == later
    TaskState.objects.create(task=task, on=later, **states.rebuilt(again(task))[-1][1])  # type: ignore[index]
    assert states.first_difference(again(task)) is None
    for day in (22, 26):
        TaskState.objects.create(task=task, on=date(2026, 10, day), until=date(2026, 10, 30), **now_of(task))
    assert states.first_difference(again(task)) == date(2026, 10, 22)


def test_an_answer_that_is_the_result_is_told_again_with_its_hour(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches, nature=Task.Nature.EXPLANATION)
    part = order.children.get(lead_unit=cast.cn1)
    actions.explain(part, by=cast.tu, cause="subjective", text="Chưa tuyên truyền", remedy="Bố trí người")
    assert again(part).last_update_at is not None
    assert states.rebuilt(again(part)) == states.stored(part)


def test_what_was_removed_by_decision_cannot_be_told_again(cast: Cast) -> None:
    task = cast.task()
    actions.update_progress(task, by=cast.minh, text="Nội dung phải gỡ")
    asked = actions.request_removal(
        task, by=cast.minh, kind="other", reason="Ghi nhầm", events=[task.events.get(verb="update")]
    )
    actions.decide_removal(
        asked, by=cast.lan, approved=True, minutes_number="7/BB-VP", minutes_on=date(2026, 10, 12)
    )
    assert states.rebuilt(again(task)) is None
    assert states.first_difference(again(task)) is None


def test_tasks_given_before_states_were_kept_get_theirs_from_the_ledger(cast: Cast) -> None:
    tasks = [cast.task("NV01"), cast.task("NV02", lead_group=cast.branches)]
    for number, verb in enumerate(["accept", "update", "submit", "return", "submit", "confirm", "reopen"]):
        with at(TODAY + timedelta(days=number)):
            DO[verb](cast, again(tasks[0]))
            play(cast, verb, tasks[1].children.first())
    every = list(Task.objects.all())
    before = [states.stored(task) for task in every]
    assert max(map(len, before)) == 7
    TaskState.objects.all().delete()
    import_module("tasks.migrations.0005_fill_task_states").fill(apps, None)
    assert [states.stored(task) for task in every] == before
    assert all(last_of(task) == now_of(task) for task in every)


# --- as of a day ----------------------------------------------------------------------------------------------------


def test_as_of_a_day_gives_what_was_known_at_its_end(cast: Cast) -> None:
    task = cast.task()
    with at(date(2026, 10, 20)):
        actions.submit(task, by=cast.minh, text="Đã xong", product_on=date(2026, 10, 14))
    with at(date(2026, 10, 26)):
        actions.confirm(task, by=cast.lan)

    def known(on: date) -> list[tuple[str, str, date | None]]:
        rows = TaskState.objects.as_of(on).filter(task=task)
        return list(rows.values_list("execution", "confirmation", "completed_on"))

    assert known(TODAY - timedelta(days=1)) == []
    assert known(date(2026, 10, 19)) == [("not_started", "none", None)]
    assert known(date(2026, 10, 25)) == [("in_progress", "submitted", None)]
    assert known(date(2026, 10, 26)) == [("done", "confirmed", date(2026, 10, 14))]
    assert known(date(2030, 1, 1)) == known(date(2026, 10, 26))
