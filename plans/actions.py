"""Verbs about plans and figures."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from core.clock import today
from core.periods import Period
from plans.models import Indicator, Measurement, MeasurementDecision, Plan
from units.actions import RuleBroken
from units.models import RoleGrant, Unit, User
from units.permissions import capacity

__all__ = ["RuleBroken", "accept_figure", "may_write", "report_figure", "return_figure"]


def may_write(user: User, plan: Plan) -> RoleGrant | None:
    """The owner's grant under which `user` may change this plan."""
    return capacity(user, "plan.write", tracking=plan.tracking_unit)


def figure_grant(user: User, verb: str, indicator: Indicator, unit: Unit) -> RoleGrant | None:
    """The grant for a verb on a figure: of the unit itself, or of an office that tracks a plan with this indicator."""
    own = capacity(user, verb, answering=unit)
    if own is not None:
        return own
    trackers = Plan.objects.filter(targets__indicators=indicator).select_related("tracking_unit").distinct()
    for plan in trackers:
        grant = capacity(user, verb, tracking=plan.tracking_unit)
        if grant is not None:
            return grant
    return None


@transaction.atomic
def report_figure(
    indicator: Indicator,
    unit: Unit,
    period: Period,
    *,
    by: User,
    numerator: Decimal,
    denominator: Decimal | None = None,
    as_of: date | None = None,
    source: str = "",
    note: str = "",
) -> Measurement:
    """Appends a figure; a second one for the same period is a new revision, and the first stays."""
    grant = figure_grant(by, "figure.submit", indicator, unit)
    if grant is None and by.username != "he-thong":
        raise RuleBroken("Đồng chí không có quyền báo cáo số liệu của đơn vị này.")
    if not unit.is_open(period.start):
        raise RuleBroken(f"{unit.name} đã chấm dứt hoạt động trước kỳ này.")
    day = as_of or min(period.end, today())
    if day > today():
        raise RuleBroken({"as_of": "Số liệu đến ngày không được sau hôm nay."})
    if period.start > today():
        raise RuleBroken({"period": "Kỳ báo cáo chưa bắt đầu."})
    if numerator < 0 or (denominator is not None and denominator < 0):
        raise RuleBroken({"numerator": "Số liệu không được âm."})
    if indicator.is_ratio:
        if denominator is None:
            raise RuleBroken({"denominator": "Chỉ số tính theo tỷ lệ cần có mẫu số."})
        if numerator > denominator:
            raise RuleBroken({"numerator": "Tử số không được lớn hơn mẫu số."})
    # The unit row serialises two people who report the same period at once.
    Unit.objects.select_for_update().get(pk=unit.pk)
    same = Measurement.objects.filter(
        indicator=indicator, unit=unit, period_kind=period.kind, period_key=period.key
    ).order_by("-revision")
    last = same.first()
    return Measurement.objects.create(
        indicator=indicator,
        unit=unit,
        period_kind=period.kind,
        period_key=period.key,
        period_start=period.start,
        period_end=period.end,
        revision=last.revision + 1 if last else 1,
        numerator=numerator,
        denominator=denominator,
        source=source,
        as_of=day,
        note=note,
        recorded_by=by,
        recorded_for_unit=grant is not None and grant.role == "plan_owner",
    )


def _decide(measurement: Measurement, verb: str, verdict: str, by: User, reason: str) -> MeasurementDecision:
    grant = figure_grant(by, verb, measurement.indicator, measurement.unit)
    if grant is None and by.username != "he-thong":
        raise RuleBroken("Đồng chí không có quyền xác nhận số liệu này.")
    if measurement.recorded_by_id == by.pk and by.username != "he-thong" and not measurement.recorded_for_unit:
        raise RuleBroken("Người báo cáo số liệu không được tự xác nhận.")
    if MeasurementDecision.objects.filter(measurement=measurement).exists():
        raise RuleBroken("Số liệu này đã được xử lý.")
    return MeasurementDecision.objects.create(measurement=measurement, verdict=verdict, reason=reason, decided_by=by)


@transaction.atomic
def accept_figure(measurement: Measurement, *, by: User) -> MeasurementDecision:
    """The owner takes the figure as it is."""
    return _decide(measurement, "figure.accept", MeasurementDecision.Verdict.ACCEPTED, by, "")


@transaction.atomic
def return_figure(measurement: Measurement, *, by: User, reason: str) -> MeasurementDecision:
    """The owner asks for a better figure, saying why."""
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi rõ nội dung cần bổ sung."})
    return _decide(measurement, "figure.return", MeasurementDecision.Verdict.RETURNED, by, reason)
