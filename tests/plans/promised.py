"""Targets for the cast: made in one line each, so that a test says only what matters to it."""

from datetime import date
from decimal import Decimal

from core.periods import Period, containing
from plans.actions import report_figure
from plans.models import Indicator, Measurement, Milestone, Plan, Target, TargetIndicator
from tests.cast import TODAY
from units.models import Unit, UnitGroup, User

# On the cast's day (13/10/2026) the reporting month 10 is still running and 9 has just closed.
RUNNING: Period = containing("month", TODAY)
CLOSED: Period = RUNNING.previous()

Steps = tuple[tuple[date | None, str, str], ...]


def indicator(code: str = "HSTT", name: str = "Tỷ lệ hồ sơ tiếp nhận trực tuyến", **fields: str) -> Indicator:
    defaults = {"numerator": "Hồ sơ trực tuyến", "denominator": "Tổng hồ sơ tiếp nhận"}
    return Indicator.objects.create(code=code, name=name, **(defaults | fields))


def target(
    plan: Plan, of: Indicator, bound: Unit | UnitGroup | None, *steps: tuple, scope: str = ""
) -> Target:
    """`bound`: a unit, or a group of which each member is bound unless `scope` says together. `steps`: (day,
    comparator, value)."""
    number = Target.objects.count() + 1
    made = Target.objects.create(
        plan=plan,
        code=f"CT{number}",
        order=number,
        name=f"Chỉ tiêu {number}",
        scope=scope or ("unit" if isinstance(bound, Unit) else "each" if bound else "unstated"),
        unit=bound if isinstance(bound, Unit) else None,
        group=bound if isinstance(bound, UnitGroup) else None,
    )
    TargetIndicator.objects.create(target=made, indicator=of)
    for order, (day, comparator, value) in enumerate(steps):
        Milestone.objects.create(
            target=made, order=order, nominal_end=day, comparator=comparator, value=Decimal(value)
        )
    return made


def report(
    of: Indicator,
    unit: Unit,
    numerator: int,
    denominator: int | None,
    *,
    by: User | None = None,
    period: Period = CLOSED,
    **fields: str,
) -> Measurement:
    return report_figure(
        of,
        unit,
        period,
        by=by or User.objects.system(),
        numerator=Decimal(numerator),
        denominator=None if denominator is None else Decimal(denominator),
        **fields,  # type: ignore[arg-type]
    )
