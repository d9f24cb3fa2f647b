"""A late unit explains: asked by a day, answered with a cause and a remedy, judged by a leader; kept for ever."""

from datetime import date

import pytest

from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.models import Explanation, Task
from tasks.status import Confirmation, DeadlineClass, Execution
from tests.cast import SAID, Cast
from units.models import CalendarDay

pytestmark = pytest.mark.django_db

LATE = {"nominal_end": date(2026, 10, 6), "phrase": "06/10/2026"}


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def asked(cast: Cast) -> Task:
    task = cast.task(**LATE)
    actions.request_explanation(task, by=cast.lan, about="Chậm 05 ngày làm việc")
    return again(task)


def test_without_a_day_the_answer_is_due_in_three_working_days(cast: Cast) -> None:
    task = asked(cast)  # Tuesday 13 October
    assert task.explanations.get().due_on == date(2026, 10, 16)


def test_the_answer_names_cause_and_remedy_and_waits_for_the_verdict(cast: Cast) -> None:
    task = asked(cast)
    with pytest.raises(RuleBroken, match="biện pháp khắc phục"):
        actions.explain(task, by=cast.minh, cause="subjective", text="Phân công chậm")
    actions.explain(
        task,
        by=cast.minh,
        cause="subjective",
        text="Phân công chậm",
        remedy="Bổ sung người",
        new_date=date(2026, 10, 20),
    )
    found = task.explanations.get()
    assert found.is_answered and found.verdict == Explanation.Verdict.PENDING
    actions.judge(task, by=cast.hoa, verdict="accepted")
    assert task.explanations.get().verdict == Explanation.Verdict.ACCEPTED
    assert [each.verb for each in task.events.all()] == ["assign", "request_explanation", "explain", "judge"]
    assert ledger.first_broken(again(task)) is None


def test_a_confirmed_objective_cause_never_makes_a_late_task_timely(cast: Cast) -> None:
    task = asked(cast)
    actions.explain(
        task, by=cast.minh, cause="objective", text="Bộ chưa mở kết nối", remedy="Làm ngay khi mở"
    )
    actions.judge(task, by=cast.lan, verdict="objective", decision=SAID)
    calendar = CalendarDay.objects.as_calendar()
    assert again(task).deadline_class_on(calendar) == DeadlineClass.OVERDUE


def test_a_rejected_explanation_is_asked_for_again_with_the_reason(cast: Cast) -> None:
    task = asked(cast)
    actions.explain(task, by=cast.minh, cause="objective", text="Do khách quan", remedy="Sẽ cố gắng")
    with pytest.raises(RuleBroken, match="vì sao chưa chấp nhận"):
        actions.judge(task, by=cast.hoa, verdict="rejected")
    actions.judge(task, by=cast.hoa, verdict="rejected", note="Chưa nêu rõ nguyên nhân")
    first, second = task.explanations.all()
    assert first.verdict == Explanation.Verdict.REJECTED and not second.is_answered
    assert second.about == "Chưa nêu rõ nguyên nhân"
    assert ledger.first_broken(again(task)) is None


def test_nothing_to_explain_is_an_answer(cast: Cast) -> None:
    task = asked(cast)
    actions.explain(task, by=cast.minh, cause="nil")
    assert task.explanations.get().answer == "Không phát sinh."


def test_nobody_judges_what_they_wrote_themselves(cast: Cast) -> None:
    task = asked(cast)
    actions.explain(task, by=cast.lan, cause="subjective", text="Theo công văn", remedy="Đôn đốc")
    assert task.explanations.get().recorded_for_unit
    with pytest.raises(RuleBroken, match="tự kết luận"):
        actions.judge(task, by=cast.lan, verdict="accepted", decision=SAID)


def test_a_body_outside_our_authority_is_not_asked_to_explain(cast: Cast) -> None:
    task = cast.task(lead=cast.ubtx, **LATE)
    with pytest.raises(RuleBroken, match="Cơ quan ngoài"):
        actions.request_explanation(task, by=cast.lan, about="Chậm")


def test_a_task_that_was_done_late_still_owes_its_explanation(cast: Cast) -> None:
    task = asked(cast)
    actions.submit(task, by=cast.minh, text="Đã xong")
    actions.confirm(task, by=cast.lan)
    actions.explain(task, by=cast.minh, cause="subjective", text="Phân công chậm")
    assert task.explanations.get().is_answered


def test_a_stopped_task_owes_no_explanation(cast: Cast) -> None:
    task = asked(cast)
    actions.discontinue(task, by=cast.hoa, reason="Đã giao nơi khác")
    assert task.explanations.get().verdict == Explanation.Verdict.LAPSED


def order_to_explain(cast: Cast) -> Task:
    return cast.task(
        "GT01",
        lead_group=cast.branches,
        nature=Task.Nature.EXPLANATION,
        title="Giải trình hồ sơ trực tuyến đạt thấp",
    )


def test_an_order_to_explain_asks_each_unit_and_the_answer_is_the_result(cast: Cast) -> None:
    order = order_to_explain(cast)
    part = order.children.get(lead_unit=cast.cn1)
    assert part.explanations.get().due_on == part.nominal_end
    actions.explain(part, by=cast.tu, cause="subjective", text="Chưa tuyên truyền", remedy="Bố trí người")
    assert again(part).confirmation == Confirmation.SUBMITTED
    actions.judge(part, by=cast.hoa, verdict="accepted")
    assert again(part).execution == Execution.DONE
    assert ledger.first_broken(again(part)) is None
    assert again(order).is_open, "the other unit has not answered"


def test_a_rejected_answer_to_an_order_goes_back(cast: Cast) -> None:
    part = order_to_explain(cast).children.get(lead_unit=cast.cn1)
    actions.explain(part, by=cast.tu, cause="objective", text="Khách quan", remedy="Không")
    actions.judge(part, by=cast.hoa, verdict="rejected", note="Chưa rõ")
    assert again(part).confirmation == Confirmation.RETURNED
    actions.explain(part, by=cast.tu, cause="subjective", text="Chủ quan", remedy="Bố trí người")
    assert again(part).confirmation == Confirmation.SUBMITTED
    assert ledger.first_broken(again(part)) is None
