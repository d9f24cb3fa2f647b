"""On any data, open work before is open work after and what merged; figures measured before still count."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.periods import containing
from plans.actions import accept_figure, report_figure
from plans.models import Indicator, Milestone, Target, TargetIndicator
from plans.owed import figures_owed, owed_rows
from plans.summaries import target_matrix
from tasks import ledger
from tasks.models import Task
from tasks.status import Confirmation, Execution
from tests.cast import TODAY, Cast
from tests.tracker.merged_department import merger
from tracker.reorganisation import record_or_carry_out
from units.models import Unit, User

pytestmark = pytest.mark.django_db

# --- Any data -------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["cn1", "cn2", "ptd", "order"]), st.sampled_from(Execution), st.integers(-20, 20)
        ),
        max_size=8,
    )
)
def test_open_tasks_before_are_those_after_and_the_merged_ones(cast: Cast, rows: list) -> None:
    with transaction.atomic():
        for number, (lead, execution, days) in enumerate(rows):
            end = TODAY + timedelta(days=days)
            fields = {"nominal_end": end}
            if lead == "order":
                order = cast.task(f"P{number}", lead_group=cast.branches, **fields)
                part = order.children.get(lead_unit=cast.cn1)
            else:
                part = cast.task(f"P{number}", getattr(cast, lead), **fields)
            done = execution == Execution.DONE
            part.execution = execution
            part.confirmation = Confirmation.CONFIRMED if done else Confirmation.NONE
            part.completed_on = TODAY if done else None
            part.save()
            ledger.write(ledger.begin(part), "update", by=cast.lan, grant=None)
        leaves = Task.objects.leaves()
        before, everything = leaves.open().count(), leaves.count()
        row = record_or_carry_out(merger(cast), by=cast.lan)
        after, same = leaves.open().count(), leaves.count()
        closed = leaves.open().filter(lead_unit__in=[cast.cn1, cast.cn2]).count()
        whole = all(ledger.first_broken(task) is None for task in Task.objects.all())
        transaction.set_rollback(True)
    assert before == after + row.moved.get("merged", 0)
    assert (same, closed, whole) == (everything, 0, True)


# --- Figures --------------------------------------------------------------------------------------------


@pytest.fixture
def measured(cast: Cast) -> Target:
    """Both branches reported September: 40/100 and 90/100; the target of one of them demands half."""
    indicator = Indicator.objects.create(code="HSTT", name="Hồ sơ trực tuyến", numerator="a", denominator="b")
    target = Target.objects.create(plan=cast.plan, code="CT1", name="x", scope="unit", unit=cast.cn1)
    TargetIndicator.objects.create(target=target, indicator=indicator)
    Milestone.objects.create(
        target=target,
        phrase="đến 30/9",
        nominal_end=date(2026, 9, 30),
        comparator="ge",
        value=50,
        value_phrase="50%",
    )
    second = Target.objects.create(plan=cast.plan, code="CT2", name="y", scope="unit", unit=cast.cn2)
    TargetIndicator.objects.create(target=second, indicator=indicator)
    september = containing("month", TODAY).previous()
    for unit, value in ((cast.cn1, 40), (cast.cn2, 90)):
        figure = report_figure(
            indicator, unit, september, by=cast.dung, numerator=Decimal(value), denominator=Decimal(100)
        )
        accept_figure(figure, by=cast.lan)
    return target


def test_a_milestone_judged_before_the_merger_is_judged_by_both_together(
    cast: Cast, measured: Target
) -> None:
    line = target_matrix(cast.plan, TODAY).rows[0].lines[0]
    assert line.current is not None and line.current.attainment == "short"
    record_or_carry_out(merger(cast), by=cast.lan)
    line = target_matrix(cast.plan, TODAY).rows[0].lines[0]
    assert line.unit is None or line.unit.code == "CN12"
    assert line.actual == Decimal(65)  # (40 + 90) / 200
    assert line.current is not None and line.current.attainment == "reached"


def test_figures_stay_where_they_were_measured_and_are_not_asked_again(cast: Cast, measured: Target) -> None:
    record_or_carry_out(merger(cast), by=cast.lan)
    indicator = measured.indicators.get()
    assert set(indicator.measurements.values_list("unit__code", flat=True)) == {"CN1", "CN2"}
    rows = owed_rows(figures_owed(User.objects.get(pk=cast.tu.pk), TODAY), TODAY)
    assert {(row.owed.unit, row.closed, row.running is not None) for row in rows} == {
        (Unit.objects.get(code="CN12"), None, True)
    }
