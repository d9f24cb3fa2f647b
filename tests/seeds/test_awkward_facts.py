"""The eighteen awkward facts of the five documents, each by its letter."""

from datetime import date
from fractions import Fraction

import pytest
import time_machine

from core.deadlines import DeadlineKind, parse
from plans.attainment import Attainment, Figure, judge
from plans.documents import lineage, link, standing
from plans.lineage import Force
from plans.models import Clause, Document, Measurement
from tasks import actions, ledger
from tasks.models import Explanation, Task
from tasks.status import DeadlineClass, Execution
from tests.seeds import dong_nai
from tests.seeds.registry import CELLS
from tests.seeds.scene import Seed
from tracker.reorganisation import Proposal, record_or_carry_out
from units.models import CalendarDay

pytestmark = pytest.mark.django_db


def document(number: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("built", [number], indirect=True, scope="module")


@document("0")
def test_a_a_rule_is_in_effect_before_it_was_signed(seed: Seed) -> None:
    paper = seed.plan.document
    assert paper.issued_on == date(2023, 11, 8)
    assert standing(paper, date(2023, 10, 11), lineage()).force == Force.IN_FORCE
    breaches = seed.task("0-3").breaches.order_by("on")
    assert breaches[0].on < paper.issued_on


@document("4")
def test_b_a_plan_without_number_and_day_is_given(seed: Seed) -> None:
    paper = seed.plan.document
    assert (paper.number, paper.issued_on, seed.plan.state) == ("", None, "active")
    assert seed.plan.label == "DVCTT-2023" and "chưa có số" in paper.citation


@document("4")
def test_c_one_label_twice_is_two_clauses(seed: Seed) -> None:
    twice = Clause.objects.filter(plan=seed.plan, label="IV.2").order_by("order")
    assert len({clause.pk for clause in twice}) == 2
    assert seed.task("4-13").clause == twice[0] and seed.task("4-15").clause == twice[1]


@document("4")
def test_d_a_target_holds_from_a_day(seed: Seed) -> None:
    for target in seed.targets("4-2"):
        step = target.milestones.get()
        assert (step.holds_from, step.nominal_end) == (date(2023, 4, 10), None)


@document("4")
def test_e_strict_and_inclusive_levels_stand_in_one_series(seed: Seed) -> None:
    series = {target.code: list(target.milestones.order_by("order")) for target in seed.targets("4-3")}
    assert [step.comparator for step in series["CT04"]] == [comparator for comparator, _ in CELLS["CT04"]]
    inclusive, strict = series["CT04"][0], series["CT05"][2]
    assert (strict.value, inclusive.value) == (70, 70)
    verdicts = [
        judge(Figure(70, 100), ratio=True, comparator=step.comparator, value=step.value)
        for step in (inclusive, strict)
    ]
    assert verdicts == [Attainment.REACHED, Attainment.SHORT]


@document("4")
def test_f_a_deadline_on_a_sunday_that_is_a_holiday_moves(seed: Seed) -> None:
    for row in ("4-22", "4-25"):
        task = seed.task(row)
        assert (task.nominal_end.isoweekday(), task.nominal_end, task.effective_end) == (
            7, date(2023, 4, 30), date(2023, 5, 4),
        )  # fmt: skip
    calendar = CalendarDay.objects.as_calendar()
    late = {day: seed.task("4-22").deadline_class_on(calendar, date(2023, 5, day)) for day in (4, 5)}
    assert late == {4: DeadlineClass.DUE_TODAY, 5: DeadlineClass.OVERDUE}


@document("4")
def test_g_a_task_was_finished_before_the_plan(seed: Seed) -> None:
    task = seed.task("4-8")
    assert (task.execution, task.completed_on) == (Execution.DONE, date(2023, 4, 1))
    assert task.completed_on < task.assigned_on and not task.evidence.exists()


@document("4")
def test_h_one_task_has_two_intervals(seed: Seed) -> None:
    assert seed.task("4-10").intervals == [["2023-04-03", "2023-06-30"], ["2023-07-01", "2023-12-31"]]


@document("1")
def test_i_a_month_is_its_last_day(seed: Seed) -> None:
    assert seed.task("1-9").nominal_end == date(2018, 5, 31)
    assert parse("hoàn thành trong tháng 4/2023").nominal == date(2023, 4, 30)


@document("4")
def test_j_a_deadline_stands_in_another_row(seed: Seed) -> None:
    for part in (seed.task("4-20"), *seed.parts("4-20")):
        assert part.deadline_kind == DeadlineKind.REFERENCE
        assert part.phrase == "đảm bảo thời gian nêu trên"
        assert part.nominal_end == seed.targets("4-2")[0].milestones.get().holds_from


@document("1")
def test_k_nothing_arose_is_neither_none_nor_all(seed: Seed) -> None:
    for figure in Measurement.objects.filter(pk__in=seed.notes["1-12"]):
        found = judge(
            Figure(figure.numerator, figure.denominator), ratio=True, comparator="gt", value=seed.targets("1-8")[0]
            .milestones.get().value,
        )  # fmt: skip
        assert found == Attainment.NONE_ARISEN


@document("1")
def test_l_an_explanation_in_two_steps_has_one_printed_date_and_an_inner_one(seed: Seed) -> None:
    order, synthesis = seed.task("1-13"), seed.task("1-13b")
    assert order.nominal_end == synthesis.nominal_end == date(2018, 5, 31)
    demands = Explanation.objects.filter(task__parent=order)
    assert {each.due_on for each in demands} == {date(2018, 5, 25)}
    first, *others = seed.parts("1-13")
    actions.explain(first, by=seed.acts_for(first), cause="nil")
    actions.submit(synthesis, by=seed.heads["SNV"], text="Tổng hợp giải trình của các sở")
    sent = ledger.facts_of(synthesis.events.get(verb="submit"))
    assert sent["missing_answers"] == [part.lead_unit_id for part in others]


@document("2")
def test_m_an_order_to_directors_binds_their_units(seed: Seed) -> None:
    for part in seed.parts("2-2"):
        assert part.lead_unit is not None and "Giám đốc" in part.note
    own = next(part for part in seed.parts("2-2") if part.lead_unit.code == "KHCN")
    actions.accept(own, by=seed.heads["KHCN"])
    assert Task.objects.get(pk=own.pk).execution == Execution.ACKNOWLEDGED


@document("0")
def test_n_one_directive_is_behind_two_documents_and_stored_once(seed: Seed) -> None:
    again = dong_nai.directive_9981(seed)
    other = seed.document("khac", "", None, "Sở Thông tin và Truyền thông", "Bài viết", is_secondary=True)
    link(other, again, "based_on", by=seed.office)
    assert Document.objects.filter(number="9981/UBND-HCC").count() == 1
    assert {each.source for each in again.linked_from.all()} == {seed.plan.document, other}


@document("1")
def test_o_a_duty_goes_on_under_the_department_that_took_over(seed: Seed) -> None:
    """TT&TT went into KH&CN on 01/3/2025: the same open task, the name of its day kept."""
    task, old, new = seed.task("1-10"), seed.units["TTTT"], seed.units["KHCN"]
    day = date(2025, 3, 1)
    with time_machine.travel("2025-03-01T09:00:00+07:00", tick=False):
        merger = Proposal(
            kind="dissolve",
            predecessors=(old,),
            successors=(new,),
            effective_on=day,
            decision="Nghị quyết 12/NQ-HĐND",
        )
        record_or_carry_out(merger, by=seed.office)
        moved = seed.task("1-10")
        assert (moved.lead_unit, moved.nominal_end, moved.is_open) == (new, task.nominal_end, True)
        assert [event.verb for event in moved.events.all()] == ["assign", "hand_over"]
        assert old.name_on(date(2018, 5, 11)) == "Sở Thông tin và Truyền thông"
        assert ledger.first_broken(moved) is None
        both = [part for part in seed.parts("1-11") if part.is_open and part.lead_unit == new]
        assert len(both) == 1


@document("1")
def test_p_ninety_percent_is_a_target_and_a_file_mark_is_nothing(seed: Seed) -> None:
    levels = [step.value for target in seed.plan.targets.all() for step in target.milestones.all()]
    assert levels == [Fraction(90)]


@document("0")
def test_q_a_superseded_notice_is_not_in_force_and_leaves_no_open_duty(seed: Seed) -> None:
    old = Document.objects.get(number="304/TB-STNMT")
    assert standing(old, date(2023, 10, 10), lineage()).force == Force.IN_FORCE
    found = standing(old, date(2023, 11, 8), lineage())
    assert (found.force, found.by) == (Force.REPLACED, seed.plan.document.pk)
    assert not Task.objects.filter(plan=seed.notes["old"]).exists()


@document("1")
def test_r_a_typo_of_the_source_stays_in_the_quote_beside_a_clean_title(seed: Seed) -> None:
    task = seed.order("typo", "Bố trí nhân sự trực", lead="TTHCC", quote="bố trí nhận sự [nhân sự] trực")
    actions.assign(task, by=seed.office)
    kept = Task.objects.get(pk=task.pk)
    assert "nhận sự" in kept.quote and "nhận sự" not in kept.title
