"""An open round whose units become one: the new unit answers what they still owed, once, and is told for whom."""

from datetime import date

import pytest

from notifications import collecting
from plans.models import Measurement, RoundItem
from tests.cast import TODAY
from tests.plans.promised import indicator, report, target
from tests.plans.test_rounds import opened
from tests.tracker.merged_department import Department, merger
from tracker.reorganisation import moves_of, record_or_carry_out
from units.models import Unit

pytestmark = pytest.mark.django_db


def carry(department: Department) -> Unit:
    record_or_carry_out(merger(department.cast), by=department.cast.lan)
    return Unit.objects.get(code="CN12")


def asked_of(unit: Unit) -> list[tuple[int, str]]:
    return [(item.indicator_id, item.in_place_of) for item in RoundItem.objects.standing().filter(unit=unit)]


def test_the_new_unit_owes_once_what_both_still_owed(department: Department) -> None:
    cast = department.cast
    online = indicator()
    target(cast.plan, online, cast.branches, (date(2026, 10, 25), "ge", "70"))
    opened(cast)
    before = moves_of(merger(cast)).figures

    made = carry(department)

    ended = [item.unit for item in before]
    assert len(ended) == 2
    assert asked_of(made) == [(online.pk, ", ".join(unit.label for unit in ended))]
    assert not RoundItem.objects.standing().filter(unit__in=ended).exists()
    assert any(unit == made.pk for _, unit in collecting.still_owed(TODAY))


def test_what_one_of_them_reported_stays_where_it_was_measured(department: Department) -> None:
    cast = department.cast
    online = indicator()
    target(cast.plan, online, cast.branches, (date(2026, 10, 25), "ge", "70"))
    found = opened(cast)
    first, second = (item.unit for item in moves_of(merger(cast)).figures)
    report(online, first, 5, 10, period=found.window)

    made = carry(department)

    assert Measurement.objects.get().unit == first
    assert asked_of(made) == [(online.pk, second.label)]


def test_the_new_unit_reports_for_the_period_that_began_before_it(department: Department) -> None:
    cast = department.cast
    online = indicator()
    target(cast.plan, online, cast.branches, (date(2026, 10, 25), "ge", "70"))
    found = opened(cast)
    made = carry(department)

    report(online, made, 50, 80, period=found.window)

    assert not any(unit == made.pk for _, unit in collecting.still_owed(TODAY))
