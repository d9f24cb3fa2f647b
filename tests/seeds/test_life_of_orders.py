"""Every order of documents 001 and 004 is given, accepted, done, proven, returned, extended, explained, handed over.

By the unit itself where it signs in, by the office for units that never do, and for outside bodies by their written
reply. Afterwards every ledger holds.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine

from core.clock import today
from tasks import actions, ledger
from tasks.ledger import DIRECT, Decision
from tasks.models import Explanation, Task
from tasks.models.facts import How
from tasks.status import Confirmation, Execution
from tests.cast import make_unit
from tests.seeds.scene import Kind, Seed
from units.actions import renumber_tree
from units.models import Unit
from units.permissions import capacity

pytestmark = pytest.mark.django_db


class Life:
    """What one order goes through; `verbs` counts what was done."""

    def __init__(self, seed: Seed, task: Task, spare: Unit) -> None:
        self.seed, self.pk, self.spare = seed, task.pk, spare
        self.by = seed.acts_for(task)
        self.outside = task.lead_unit is not None and task.lead_unit.is_outside
        # What the office writes for a unit says where it comes from.
        self.source = (
            Decision(basis="Công văn trả lời 15/CV", how=How.DOCUMENT) if self.by == seed.office else DIRECT
        )

    @property
    def task(self) -> Task:
        return Task.objects.select_related("lead_unit", "plan").get(pk=self.pk)

    def accept(self) -> None:
        if self.task.execution != Execution.NOT_STARTED:
            return
        if capacity(self.by, "task.accept", answering=self.task.lead_unit, tracking=self.task.tracking_unit):
            actions.accept(self.task, by=self.by)
            assert self.task.execution == Execution.ACKNOWLEDGED

    def work(self) -> None:
        done = self.task.parts_total
        actions.update_progress(
            self.task, by=self.by, text="Đang thực hiện", parts_done=done, decision=self.source
        )

    def prove(self) -> None:
        actions.attach(
            self.task, by=self.by, number="15/BC", issued_on=today(), issuer="Đơn vị", decision=self.source
        )

    def stumble(self) -> None:
        raised = actions.raise_obstacle(self.task, by=self.by, text="Thiếu máy quét", decision=self.source)
        actions.answer_obstacle(
            self.task, by=self.seed.office, obstacle=raised, outcome="guided", reply="Đã hướng dẫn mượn máy"
        )

    def extend(self) -> None:
        """Once, on the leader's word; the first deadline stays."""
        before = self.task
        if before.effective_end is None:
            return
        later = before.effective_end + timedelta(days=14)
        actions.ask_extension(
            before, by=self.by, proposed_end=later, reason="Chờ thiết bị", decision=self.source
        )
        actions.decide_extension(self.task, by=self.seed.office, granted=True, decision=self.seed.said)
        assert self.task.was_extended and self.task.first_effective_end == before.first_effective_end

    def explain(self) -> None:
        if self.outside:
            return
        actions.request_explanation(self.task, by=self.seed.office, about="Vì sao chậm")
        self._answer()
        actions.judge(self.task, by=self.seed.leader, verdict=Explanation.Verdict.OBJECTIVE)

    def _answer(self) -> None:
        actions.explain(
            self.task,
            by=self.by,
            cause="objective",
            text="Thiết bị về muộn",
            remedy="Mượn máy",
            decision=self.source,
        )

    def answer_the_order(self) -> None:
        """An order to explain is done with an accepted answer, asked for anew after a poor one."""
        self._answer()
        actions.judge(self.task, by=self.seed.leader, verdict=Explanation.Verdict.REJECTED, note="Chưa rõ")
        self._answer()
        actions.judge(self.task, by=self.seed.leader, verdict=Explanation.Verdict.ACCEPTED)

    def return_once(self) -> None:
        actions.submit(self.task, by=self.by, text="Đã xong", decision=self.source)
        actions.return_result(self.task, by=self.seed.leader, reason="Thiếu phụ lục")
        assert self.task.confirmation == Confirmation.RETURNED

    def hand_over(self) -> None:
        actions.hand_over(
            self.task, by=self.seed.office, to=self.spare, reason="Đổi phân công", decision=self.seed.said
        )
        self.by = self.seed.office
        self.source = Decision(basis="Công văn trả lời 16/CV", how=How.DOCUMENT)
        assert self.task.lead_unit == self.spare

    def finish(self) -> None:
        actions.submit(
            self.task, by=self.by, text="Đã bổ sung, hoàn thành", product_on=today(), decision=self.source
        )
        actions.confirm(self.task, by=self.seed.leader)
        assert (self.task.execution, self.task.completed_on) == (Execution.DONE, today())

    def live(self) -> None:
        if self.task.execution == Execution.DONE:  # born complete: only its evidence is owed
            self.prove()
            return
        self.accept()
        self.work()
        self.prove()
        self.stumble()
        self.extend()
        if self.task.nature == Task.Nature.EXPLANATION:
            self.answer_the_order()
            return
        self.explain()
        if not self.task.is_standing:
            self.return_once()
        self.hand_over()
        self.work()
        if not self.task.is_standing:
            self.finish()


def spare_units(seed: Seed, root: str, count: int) -> list[Unit]:
    """Units nobody of which signs in, to take over: one for each part of an order to many."""
    made = [make_unit(f"X{n}", f"Đơn vị nhận {n}", Kind.DIVISION, seed.units[root]) for n in range(count)]
    renumber_tree()
    return [Unit.objects.get(pk=unit.pk) for unit in made]


def orders_of(seed: Seed) -> list[Task]:
    """What units answer for, without the periods of what recurs."""
    leaves = Task.objects.leaves().filter(plan=seed.plan, duty__isnull=True, assigned_on__isnull=False)
    # Who gathers answers comes last.
    return list(leaves.select_related("lead_unit").order_by("collects_id", "pk"))


@pytest.mark.parametrize(
    ("built", "root"), [("1", "UBND"), ("4", "STNMT")], indirect=["built"], scope="module"
)
def test_every_order_lives_its_whole_life(seed: Seed, root: str) -> None:
    tasks = sorted(orders_of(seed), key=lambda task: (task.collects_id is not None, task.pk))
    most = max(Counter(task.parent_id for task in tasks if task.parent_id).values())
    spare = spare_units(seed, root, most)
    order_number: Counter[int | None] = Counter()
    for task in tasks:
        life = Life(seed, task, spare[order_number[task.parent_id] if task.parent_id else 0])
        order_number[task.parent_id] += 1
        life.live()
    everything = Task.objects.filter(plan=seed.plan, assigned_on__isnull=False)
    assert [task.code for task in everything if ledger.first_broken(task) is not None] == []
    left = [task for task in orders_of(seed) if task.is_open and not task.is_standing]
    assert left == []
    done = Counter(event.verb for task in everything for event in task.events.all())
    assert {
        "assign", "accept", "update", "attach", "submit", "return", "ask_extension", "decide_extension", "confirm",
        "request_explanation", "explain", "judge", "raise_obstacle", "answer_obstacle", "hand_over", "complete_all",
    } <= set(done)  # fmt: skip


@pytest.mark.parametrize("built", ["1", "4"], indirect=True, scope="module")
def test_parts_of_those_who_work_along_are_delivered_also_by_written_reply(seed: Seed) -> None:
    parts = 0
    for task in Task.objects.filter(
        plan=seed.plan, assigned_on__isnull=False, parent__isnull=True, duty__isnull=True
    ):
        if not task.is_open:
            continue
        for part in task.coordinations.select_related("unit"):
            by = seed.heads.get(part.unit.code, seed.office)
            actions.deliver_part(
                task, by=by, coordination=part, text="Kết quả phối hợp", number="9/CV", issued_on=today()
            )
            parts += 1
        task.refresh_from_db()
        assert ledger.first_broken(task) is None
    assert parts >= 4


@pytest.mark.parametrize("built", ["1"], indirect=True, scope="module")
def test_a_nil_return_is_an_answer(seed: Seed) -> None:
    first, second = seed.parts("1-6")
    actions.submit(first, by=seed.acts_for(first), text="", nil=True)
    actions.confirm(first, by=seed.leader)
    assert Task.objects.get(pk=first.pk).execution == Execution.DONE
    assert Task.objects.get(pk=second.pk).is_open


@pytest.mark.parametrize("built", ["4"], indirect=True, scope="module")
def test_a_missed_weekly_report_stays_missed(seed: Seed) -> None:
    duty = seed.task("4-24").duties.get(rhythm="week")
    with time_machine.travel("2023-04-24T09:00:00+07:00", tick=False):
        actions.open_occurrences(today())
        first = duty.occurrences.order_by("counted_end").first()
        assert first is not None and first.counted_end < today() and first.is_open
        assert duty.occurrences.filter(counted_end__gte=date(2023, 4, 24)).exists()
