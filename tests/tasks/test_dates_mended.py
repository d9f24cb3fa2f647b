"""Dates that are mended, not extended: the unit's own day of receipt, a deadline that was read wrongly."""

from datetime import date

import pytest

from core.deadlines import DeadlineKind
from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.models import Task
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def within_five_days(cast: Cast, **fields: object) -> Task:
    phrase = "trong vòng 05 ngày làm việc kể từ ngày nhận"
    draft = Task(plan=cast.plan, tracking_unit=cast.vp)
    columns = actions.read_phrase(draft, phrase, None)
    return cast.task(**({**columns, "assigned_on": date(2026, 10, 12)} | fields))


def test_until_the_receipt_is_recorded_the_day_of_assignment_stands_in(cast: Cast) -> None:
    task = again(within_five_days(cast))
    assert (task.nominal_end, task.start_assumed) == (date(2026, 10, 19), True)


def test_each_unit_counts_from_its_own_day_of_receipt(cast: Cast) -> None:
    order = within_five_days(cast, lead_group=cast.branches)
    part = order.children.get(lead_unit=cast.cn1)
    actions.receive(part, by=cast.tu, on=date(2026, 10, 13))
    other = order.children.get(lead_unit=cast.cn2)
    assert again(part).nominal_end == again(part).first_effective_end == date(2026, 10, 20)
    assert not again(part).start_assumed
    assert again(other).nominal_end == date(2026, 10, 19)
    assert ledger.first_broken(again(part)) is None


def test_a_receipt_lies_not_in_the_future_and_moves_no_fixed_date(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="sau hôm nay"):
        actions.receive(task, by=cast.mai, on=date(2026, 10, 14))
    actions.receive(task, by=cast.mai, on=date(2026, 10, 9))
    assert again(task).nominal_end == date(2026, 10, 30) and again(task).received_on == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("phrase", "end"),
    [
        ("trong vòng 10 ngày kể từ ngày ký", date(2026, 10, 8)),
        ("trong vòng 10 ngày kể từ ngày ban hành", date(2026, 10, 8)),
        ("chậm nhất 07 ngày kể từ ngày có hiệu lực", date(2026, 10, 12)),
    ],
)
def test_other_starts_are_those_of_the_document(cast: Cast, phrase: str, end: date) -> None:
    cast.plan.document.effective_on = date(2026, 10, 5)  # signed on 28/9
    cast.plan.document.save()
    columns = actions.read_phrase(Task(plan=cast.plan), phrase, None)
    task = again(cast.task(**columns))
    assert task.nominal_end == end and not task.start_assumed


def test_a_wrongly_read_deadline_is_corrected_and_the_ledger_keeps_what_stood(cast: Cast) -> None:
    task = cast.task()
    with pytest.raises(RuleBroken, match="vì sao"):
        actions.correct_deadline(task, by=cast.lan, phrase="20/11/2026", reason="")
    with pytest.raises(RuleBroken, match="Chưa hiểu"):
        actions.correct_deadline(task, by=cast.lan, phrase="hôm nào đó", reason="Nhập nhầm")
    actions.correct_deadline(task, by=cast.lan, phrase="trước ngày 20/11/2026", reason="Nhập nhầm ngày")
    task = again(task)
    assert (task.printed_on, task.nominal_end) == (date(2026, 11, 20), date(2026, 11, 19))
    assert task.first_effective_end == task.effective_end and not task.was_extended
    assert ledger.facts_of(task.events.last())["old_end"] == "2026-10-30"
    assert ledger.first_broken(task) is None


def test_a_deadline_may_turn_out_to_be_no_deadline(cast: Cast) -> None:
    task = cast.task()
    actions.correct_deadline(task, by=cast.lan, phrase="thường xuyên", reason="Văn bản ghi thường xuyên")
    assert again(task).deadline_kind == DeadlineKind.STANDING and again(task).effective_end is None


def test_a_correction_is_no_way_to_give_more_time(cast: Cast) -> None:
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    with pytest.raises(RuleBroken, match="gia hạn"):
        actions.correct_deadline(task, by=cast.lan, phrase="31/12/2026", reason="Nhầm")
    with pytest.raises(RuleBroken, match="quyền"):
        actions.correct_deadline(task, by=cast.minh, phrase="31/12/2026", reason="Nhầm")


# --- a superior's deadline (office rule 10) ------------------------------------------------------------------------


def test_a_superiors_deadline_is_not_shifted(cast: Cast) -> None:
    task = again(cast.task(nominal_end=date(2026, 10, 17), superior_deadline=True))
    assert task.effective_end == date(2026, 10, 17)


def test_inside_it_an_earlier_day_of_our_own_may_be_extended_but_not_beyond(cast: Cast) -> None:
    task = cast.task(superior_deadline=True, internal_end=date(2026, 10, 20))
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 10, 26), reason="Chờ số liệu")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    task = again(task)
    assert task.internal_end == date(2026, 10, 26) and not task.was_extended
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    with pytest.raises(RuleBroken, match="văn bản đồng ý của cấp trên"):
        actions.decide_extension(task, by=cast.hoa, granted=True)
    paper = ledger.Decision(decided_by="UBND tỉnh", how="document", basis="99/UBND-HCC")
    actions.decide_extension(task, by=cast.lan, granted=True, decision=paper)
    assert again(task).nominal_end == date(2026, 11, 20) and again(task).was_extended


# --- how often (rule of the plan) ------------------------------------------------------------------------------


def test_more_time_is_given_only_as_often_as_the_plan_says(cast: Cast) -> None:
    cast.plan.extension_limit = 1
    cast.plan.save()
    task = cast.task()
    actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")
    actions.decide_extension(task, by=cast.hoa, granted=True)
    with pytest.raises(RuleBroken, match="01 lần"):
        actions.ask_extension(task, by=cast.minh, proposed_end=date(2026, 12, 20), reason="Chờ tiếp")
    cast.plan.extension_limit = None
    cast.plan.save()
    actions.ask_extension(again(task), by=cast.minh, proposed_end=date(2026, 12, 20), reason="Chờ tiếp")
