"""Figures nobody types, counted by an app above from what it knows: it says the numbers, this module keeps them.

They are kept as facts like every other figure, not worked out when a page asks: what was done on a day may be entered
later, and a report of that day must still print what was known then.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from core.periods import containing
from plans.actions import accept_figure, report_figure
from plans.models import Indicator, Measurement, Plan, Target
from plans.summaries import bound_units, group_units
from units.models import Unit, User

# A count that stays the same is written again after so many days, so that its day does not grow old.
STALE = timedelta(days=7)


def wanted_of_tasks(on: date) -> Iterator[tuple[Indicator, Unit, Plan | None]]:
    """Which figures running plans want counted from tasks, and for whom; the plan where a target names nobody, whose
    orders are then counted once each (office rule 16)."""
    targets = list(
        Target.objects.followed_on(on)
        .filter(
            indicators__source=Indicator.Source.TASKS, plan__state=Plan.State.ACTIVE, plan__starts_on__lte=on
        )
        .filter(plan__ends_on__gte=on)
        .select_related("plan__issuer", "unit")
        .prefetch_related("indicators__task_count")
        .distinct()
        .order_by("pk")
    )
    members = group_units(targets, on)
    found: dict[tuple[Indicator, Unit], list[Target]] = defaultdict(list)
    for target in targets:
        for indicator in target.indicators.all():
            if indicator.source == Indicator.Source.TASKS:
                for unit in bound_units(target, members, target.plan):
                    found[indicator, unit].append(target)
    for (indicator, unit), its in found.items():
        unstated = all(each.scope == Target.Scope.UNSTATED for each in its)
        yield indicator, unit, its[0].plan if unstated else None


@transaction.atomic
def keep_count(
    indicator: Indicator, unit: Unit, on: date, numerator: int, denominator: int | None
) -> Measurement | None:
    """The count of a day as an accepted figure of its window; None when the newest one says the same and is not old."""
    window, system = containing(indicator.frequency, on), User.objects.system()
    if not unit.is_open(window.start):
        return None
    # Two runs at once write one after the other.
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    newest = (
        Measurement.objects.current()
        .filter(indicator=indicator, unit=unit, period_kind=window.kind, period_key=window.key)
        .first()
    )
    if newest is not None and newest.as_of >= on:
        return None
    same = newest is not None and (newest.numerator, newest.denominator) == (numerator, denominator)
    if newest is not None and same and newest.as_of > on - STALE:
        return None
    made = report_figure(
        indicator,
        unit,
        window,
        by=system,
        numerator=Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
        as_of=on,
        source="Tính từ tiến độ nhiệm vụ",
    )
    accept_figure(made, by=system)
    return made
