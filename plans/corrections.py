"""Correcting a figure after its period is locked (office rule 18): asked for with a reason, decided by the office; what
was printed stays printed, and the next report says what changed.

A correction is one more revision, with its reason. Until the office accepts it the figure accepted before stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from core.clock import today
from core.periods import Period
from plans.actions import RuleBroken, append_figure, figure_grant, lock_unit
from plans.models import Indicator, Measurement, RoundItem
from units.models import Unit, User


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure that corrects another one. `old` is None where none was accepted before the lock."""

    new: Measurement
    old: Measurement | None


@transaction.atomic
def correct_figure(
    indicator: Indicator,
    unit: Unit,
    period: Period,
    *,
    by: User,
    reason: str,
    numerator: Decimal,
    denominator: Decimal | None = None,
    as_of: date | None = None,
    source: str = "",
    note: str = "",
) -> Measurement:
    """Asks for another figure of a locked period: the unit's head, or the office for the unit, naming its source."""
    grant = figure_grant(by, "figure.correct", indicator, unit)
    if grant is None:
        raise RuleBroken("Đồng chí không có quyền đề nghị điều chỉnh số liệu của đơn vị này.")
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do điều chỉnh."})
    if grant.role == "plan_owner" and not source.strip():
        raise RuleBroken({"source": "Hãy ghi nguồn số liệu của đơn vị."})
    lock_unit(unit)
    item = RoundItem.objects.asking(indicator, unit, period).first()
    if item is None or not item.round.is_locked(today()):
        raise RuleBroken(f"Kỳ {period.label} chưa khóa số liệu; hãy báo cáo lại.")
    known = Measurement.objects.current().filter(
        indicator=indicator, unit=unit, period_kind=period.kind, period_key=period.key
    )
    last = known.first()
    if last is not None and (last.numerator, last.denominator) == (numerator, denominator):
        raise RuleBroken({"numerator": "Số điều chỉnh trùng với số đã báo cáo."})
    return append_figure(
        indicator,
        unit,
        item.round.window,
        by=by,
        grant=grant,
        as_of=as_of,
        numerator=numerator,
        denominator=denominator,
        source=source,
        note=note,
        correction=reason,
    )


def with_old(corrections: Iterable[Measurement]) -> list[Correction]:
    """Each with the accepted figure it stands in for: the highest revision accepted before it. One query."""
    found = list(corrections)
    accepted: dict[tuple[int, int, str, str], list[Measurement]] = {}
    for figure in (
        Measurement.objects.accepted()
        .filter(indicator__in={c.indicator_id for c in found}, unit__in={c.unit_id for c in found})
        .filter(period_key__in={c.period_key for c in found})
        .select_related("decision")
        .order_by("revision")
    ):
        accepted.setdefault(_figure_of(figure), []).append(figure)
    return [
        Correction(
            each,
            next(
                (f for f in reversed(accepted.get(_figure_of(each), [])) if f.revision < each.revision), None
            ),
        )
        for each in found
    ]


def _figure_of(figure: Measurement) -> tuple[int, int, str, str]:
    return figure.indicator_id, figure.unit_id, figure.period_kind, figure.period_key


def accepted_between(figures: QuerySet[Measurement], after: datetime, until: datetime) -> list[Correction]:
    """Corrections among `figures` the office accepted in that span, in the order they were."""
    found = (
        figures.filter(
            decision__verdict="accepted", decision__decided_at__gt=after, decision__decided_at__lte=until
        )
        .exclude(correction="")
        .select_related("indicator", "unit", "decision")
        .order_by("decision__decided_at", "pk")
    )
    return with_old(found)


def locked_periods(indicator: Indicator, unit: Unit, on: date, *, most: int = 12) -> list[Period]:
    """Periods of this figure that only a correction changes, the newest first."""
    items = RoundItem.objects.standing().filter(indicator=indicator, unit=unit).select_related("round")
    found = [item.round.window for item in items if item.round.is_locked(on)]
    return sorted(found, key=lambda each: each.end, reverse=True)[:most]
