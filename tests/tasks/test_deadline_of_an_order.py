"""The deadline of an order to many is mended once, on the order; a part with a deadline of its own is mended alone."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions, ledger, states
from tasks.actions import RuleBroken, verbs_for
from tasks.models import DeadlineChange, Task
from tasks.status import DeadlineClass
from tests.cast import Cast
from units.models import CalendarDay, User

pytestmark = pytest.mark.django_db

NEW = date(2026, 11, 20)


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def correct(cast: Cast, task: Task, phrase: str = "20/11/2026", **given: object) -> Task:
    return actions.correct_deadline(task, by=cast.lan, phrase=phrase, reason="Đọc nhầm ngày", **given)  # type: ignore[arg-type]


def sent(user: User, task: Task, verb: str, **data: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("task_verb", args=[task.pk, verb]), data)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def order(cast: Cast) -> Task:
    return cast.task(lead_group=cast.branches)


@pytest.fixture
def parts(order: Task) -> list[Task]:
    return list(order.children.order_by("pk"))


def test_mended_on_the_order_it_reaches_every_part_with_a_line_on_each(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    correct(cast, order)
    for task in (order, *parts):
        task = again(task)
        assert task.nominal_end == task.first_effective_end == task.counted_end == NEW
        line = task.events.last()
        assert (line.verb, ledger.facts_of(line)["old_end"]) == ("correct_deadline", "2026-10-30")
        assert ledger.first_broken(task) is None and states.first_difference(task) is None


def test_the_page_of_the_order_offers_it_and_says_whom_it_reached(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    assert "correct_deadline" in verbs_for(cast.lan, again(order))
    assert sent(cast.lan, order, "correct_deadline", phrase="20/11/2026", reason="Đọc nhầm")[0] == 302
    client = Client()
    client.force_login(cast.lan)
    assert "Áp dụng cho 02 đơn vị." in client.get(reverse("task", args=[order.pk])).content.decode()
    assert {again(part).nominal_end for part in parts} == {NEW}


def test_a_part_that_follows_the_order_says_where_to_go_and_offers_nothing(
    cast: Cast, parts: list[Task]
) -> None:
    assert "correct_deadline" not in verbs_for(cast.lan, again(parts[0]))
    with pytest.raises(RuleBroken, match="theo nhiệm vụ chung; hãy đính chính ở đó"):
        correct(cast, parts[0])


def test_a_part_that_was_given_more_time_keeps_it(cast: Cast, order: Task, parts: list[Task]) -> None:
    extended, other = parts
    actions.ask_extension(extended, by=cast.dung, proposed_end=date(2026, 11, 10), reason="Chờ phần mềm")
    actions.decide_extension(extended, by=cast.hoa, granted=True)
    correct(cast, order)
    assert again(extended).nominal_end == date(2026, 11, 10)
    assert again(other).nominal_end == NEW
    facts = ledger.facts_of(order.events.last())
    assert (facts["reached"], facts["own"]) == (1, 1)


def test_a_part_that_was_done_keeps_the_day_it_was_judged_by_until_it_is_opened_and_mended_alone(
    cast: Cast, order: Task, parts: list[Task]
) -> None:
    done, other = parts
    actions.submit(done, by=cast.dung, text="Xong")
    actions.confirm(done, by=cast.lan)
    correct(cast, order)
    assert again(done).nominal_end == date(2026, 10, 30) and again(other).nominal_end == NEW
    actions.reopen(done, by=cast.hoa, reason="Chưa đạt")
    assert "correct_deadline" in verbs_for(cast.lan, again(done))
    correct(cast, done)
    assert again(done).nominal_end == NEW
    assert [each.events.filter(verb="correct_deadline").count() for each in (order, other)] == [1, 1]


def test_each_unit_goes_on_counting_from_its_own_day(cast: Cast) -> None:
    columns = actions.read_phrase(
        Task(plan=cast.plan, tracking_unit=cast.vp), "trong vòng 05 ngày làm việc kể từ ngày nhận", None
    )
    order = cast.task(**columns, lead_group=cast.branches, assigned_on=date(2026, 10, 12))
    part = order.children.get(lead_unit=cast.cn1)
    actions.receive(part, by=cast.tu, on=date(2026, 10, 13))
    correct(cast, order, "trong vòng 10 ngày làm việc kể từ ngày nhận")
    assert again(part).nominal_end == date(2026, 10, 27)
    assert again(order.children.get(lead_unit=cast.cn2)).nominal_end == date(2026, 10, 26)


def test_a_day_before_the_own_earlier_day_of_a_part_is_refused_by_name(cast: Cast) -> None:
    order = cast.task(lead_group=cast.branches, superior_deadline=True, internal_end=date(2026, 10, 16))
    part = order.children.get(lead_unit=cast.cn2)
    actions.ask_extension(part, by=cast.dung, proposed_end=date(2026, 10, 26), reason="Chờ số liệu")
    actions.decide_extension(part, by=cast.hoa, granted=True)
    with pytest.raises(RuleBroken, match="Chi nhánh An Phú: Thời hạn mới đứng trước hạn nội bộ"):
        correct(cast, order, "20/10/2026")
    assert again(order).nominal_end == date(2026, 10, 30)


def test_a_result_that_waits_was_sent_under_the_deadline_read_wrongly(cast: Cast) -> None:
    """The office does not have to send a good result back to put its own mistake right."""
    task = cast.task(nominal_end=date(2026, 10, 12), phrase="12/10/2026")
    actions.submit(task, by=cast.minh, text="Xong")
    calendar = CalendarDay.objects.as_calendar()
    assert again(task).deadline_class_on(calendar) == DeadlineClass.OVERDUE
    seen = str(task.events.count())
    correct(cast, task)
    assert again(task).deadline_class_on(calendar) == DeadlineClass.NOT_DUE
    # A reviewer who saw the old day is told before confirming.
    status, page = sent(cast.hoa, task, "confirm", seen=seen, note="Đạt")
    assert status == 409 and "Thời hạn vừa được đính chính" in page
    actions.confirm(task, by=cast.lan)
    assert again(task).deadline_class_on(calendar) == DeadlineClass.DONE_EARLY


def test_an_order_whose_parts_all_wait_is_mended_too(cast: Cast, order: Task, parts: list[Task]) -> None:
    for part in parts:
        actions.submit(part, by=cast.dung, text="Xong")
    correct(cast, again(order))
    assert {again(part).nominal_end for part in parts} == {NEW}


def test_a_request_for_less_than_the_mended_deadline_needs_no_decision(cast: Cast) -> None:
    task = cast.task()
    asked = actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 10), reason="Chờ Bộ")
    correct(cast, task)
    asked.refresh_from_db()
    assert asked.decision == DeadlineChange.Decision.LAPSED
    assert ledger.first_broken(again(task)) is None


def test_a_request_beyond_it_stands_and_no_decision_gives_less_than_the_unit_has(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 12, 10), reason="Chờ Bộ")
    correct(cast, task)
    with pytest.raises(RuleBroken, match=r"sau hạn hiện tại \(20/11/2026"):
        actions.decide_extension(task, by=cast.hoa, granted=True, granted_end=date(2026, 11, 10))
    actions.decide_extension(task, by=cast.hoa, granted=True)
    assert again(task).nominal_end == date(2026, 12, 10)


def test_an_occurrence_says_that_its_rhythm_sets_the_day(cast: Cast) -> None:
    standing = cast.task(deadline_kind="recurring", phrase="hằng tháng, trước ngày 25", nominal_end=None)
    occurrence = Task.objects.filter(duty__task=standing).first()
    assert occurrence is not None
    assert "correct_deadline" not in verbs_for(cast.lan, occurrence)
    with pytest.raises(RuleBroken, match="dừng nhịp và đặt nhịp đúng"):
        correct(cast, occurrence)
