"""Verbs about plans and figures."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.clock import today
from core.periods import Period
from core.text import date_vi
from plans import sums
from plans.models import (
    Definition,
    Indicator,
    Measurement,
    MeasurementDecision,
    Plan,
    PlanParticipation,
    RoundItem,
    Target,
)
from units.actions import RuleBroken
from units.models import RoleGrant, Unit, User
from units.permissions import capacity

__all__ = [
    "RuleBroken",
    "accept_figure",
    "append_figure",
    "carry_plan",
    "carry_target",
    "change_leader",
    "check_amounts",
    "check_day",
    "figure_grant",
    "may_decide",
    "may_write",
    "report_figure",
    "return_figure",
    "save_settings",
]

NOT_NEGATIVE = "Số liệu không được âm."
# A ratio of amounts has a way out: half a billion is 500 million.
SHARE_NOT_COUNT = (
    "Số nhỏ hơn 1 giống một tỷ lệ (0,95 là 95%). Hãy nhập số lượng; tỷ lệ do hệ thống tính. Nếu là số tiền, khối lượng,"
    " hãy ghi cả tử số và mẫu số theo đơn vị nhỏ hơn, ví dụ 500 và 2.000 triệu đồng thay cho 0,5 và 2 tỷ đồng."
)


def may_write(user: User, plan: Plan) -> RoleGrant | None:
    """The owner's grant under which `user` may change this plan."""
    return capacity(user, "plan.write", tracking=plan.tracking_unit)


SETTINGS = (
    "leader_in_charge",
    "includes_day",
    "shifts_holidays",
    "extension_notice_days",
    "extension_limit",
)


@transaction.atomic
def save_settings(plan: Plan, *, by: User, **wanted: Any) -> list[str]:
    """How the plan reads its own deadlines and treats requests for more time, and who leads it; names what changed.

    Open to the owner at any time, so that the question of office rule 9 can be answered after the plan was read. Dates
    of tasks are not touched here (`tracker.plan_settings`).
    """
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    if not by.is_system and may_write(by, plan) is None:
        raise RuleBroken("Đồng chí không có quyền thiết lập kế hoạch này.")
    if plan.state == Plan.State.CLOSED:
        raise RuleBroken("Kế hoạch đã kết thúc, không thay đổi thiết lập.")
    changed = [name for name in SETTINGS if name in wanted and getattr(plan, name) != wanted[name]]
    for name in changed:
        setattr(plan, name, wanted[name])
    if changed:
        plan.full_clean()
        plan.save(update_fields=changed)
    return changed


@transaction.atomic
def change_leader(plan: Plan, to: User) -> Plan:
    """Puts the plan under another leader. Who decided so stands in the handover (`tracker.handover`)."""
    locked = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    locked.leader_in_charge = to
    locked.save(update_fields=["leader_in_charge"])
    return locked


def figure_grant(user: User, verb: str, indicator: Indicator, unit: Unit) -> RoleGrant | None:
    """The grant for a verb on a figure: of the unit itself, or of an office that tracks a given plan which wants this
    figure of this unit. Sharing an indicator with somebody's plan opens nothing."""
    own = capacity(user, verb, answering=unit)
    if own is not None:
        return own
    plans = Plan.objects.filter(targets__in=Target.objects.wanting(indicator, unit, unit.tree_start))
    for plan in plans.select_related("tracking_unit").distinct():
        grant = capacity(user, verb, tracking=plan.tracking_unit)
        if grant is not None:
            return grant
    return None


def check_day(period: Period, as_of: date) -> None:
    """Raises RuleBroken for a window that has not begun, or figures known up to a day to come."""
    if period.start > today():
        raise RuleBroken({"period": "Kỳ báo cáo chưa bắt đầu."})
    if as_of > today():
        raise RuleBroken({"as_of": "Số liệu đến ngày không được sau hôm nay."})


def check_amounts(definition: Definition, numerator: Decimal, denominator: Decimal | None) -> None:
    """Raises RuleBroken, by field, for amounts that cannot be true by this definition."""
    if numerator < 0:
        raise RuleBroken({"numerator": NOT_NEGATIVE})
    if denominator is not None and denominator < 0:
        raise RuleBroken({"denominator": NOT_NEGATIVE})
    if definition.is_ratio:
        if denominator is None:
            raise RuleBroken({"denominator": "Chỉ số tính theo tỷ lệ cần có mẫu số."})
        if 0 < numerator < 1:
            raise RuleBroken({"numerator": SHARE_NOT_COUNT})
        if numerator > denominator and not definition.may_exceed:
            raise RuleBroken({"numerator": "Tử số không được lớn hơn mẫu số."})


def lock_unit(unit: Unit) -> None:
    """Serialises who reports, decides and locks a unit's figures; taken before the lock of their round is read."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def open_item(indicator: Indicator, unit: Unit, period: Period) -> RoundItem | None:
    """What a round asks for with this figure; RuleBroken once the round is locked."""
    item = RoundItem.objects.asking(indicator, unit, period).first()
    if item is not None and item.round.is_locked(today()):
        raise RuleBroken(locked_words(item))
    return item


def locked_items(period: Period) -> dict[tuple[int, int], RoundItem]:
    """(indicator, unit) → what was asked for in this period and takes no report any more. One query."""
    asked = RoundItem.objects.standing().filter(period_kind=period.kind, period_key=period.key)
    items = asked.select_related("round")
    return {(item.indicator_id, item.unit_id): item for item in items if item.round.is_locked(today())}


def locked_words(item: RoundItem) -> str:
    label, day = item.round.window.label, date_vi(item.round.lock_day)
    return f"Kỳ {label} đã khóa số liệu ngày {day}; hãy đề nghị điều chỉnh."


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
    cause: str = "",
    remedy: str = "",
    origin: str = Measurement.Origin.UNIT,
) -> Measurement:
    """Appends a figure; a second one for the same period is a new revision, and the first stays.

    A period whose round is locked takes none: see `plans.corrections`.
    """
    grant = figure_grant(by, "figure.submit", indicator, unit)
    if grant is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền báo cáo số liệu của đơn vị này.")
    if not unit.is_open(period.start):
        raise RuleBroken(f"{unit.name} đã chấm dứt hoạt động trước kỳ này.")
    if indicator.is_computed and not by.is_system:
        raise RuleBroken("Chỉ số này do hệ thống tính, không nhập số liệu.")
    lock_unit(unit)
    item = open_item(indicator, unit, period)
    return append_figure(
        indicator,
        unit,
        item.round.window if item is not None else period,
        by=by,
        grant=grant,
        as_of=as_of,
        numerator=numerator,
        denominator=denominator,
        source=source,
        note=note,
        cause=cause,
        remedy=remedy,
        origin=origin,
    )


def append_figure(
    indicator: Indicator,
    unit: Unit,
    period: Period,
    *,
    by: User,
    grant: RoleGrant | None,
    as_of: date | None,
    numerator: Decimal,
    denominator: Decimal | None,
    origin: str = Measurement.Origin.UNIT,
    **said: str,
) -> Measurement:
    """The next revision of a figure, once whoever reports has shown the right to: `said` are its texts.

    The caller holds `lock_unit`.
    """
    day = as_of or min(period.end, today())
    check_day(period, day)
    check_amounts(indicator.definition_on(period.end), numerator, denominator)
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
        as_of=day,
        origin=origin,
        recorded_by=by,
        # What another system says is nobody's word that the office writes down.
        recorded_for_unit=origin == Measurement.Origin.UNIT
        and grant is not None
        and grant.role == "plan_owner",
        **said,
    )


def may_decide(measurement: Measurement, by: User) -> bool:
    """Nobody decides what they sent themselves; what the office records for a unit is the unit's."""
    return measurement.recorded_by_id != by.pk or measurement.recorded_for_unit or by.is_system


def _decide(measurement: Measurement, verb: str, verdict: str, by: User, reason: str) -> MeasurementDecision:
    grant = figure_grant(by, verb, measurement.indicator, measurement.unit)
    if grant is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền xác nhận số liệu này.")
    if not may_decide(measurement, by):
        raise RuleBroken("Người báo cáo số liệu không được tự xác nhận.")
    # The unit row serialises with a second decision and with a new revision that comes at the same moment.
    Unit.objects.select_for_update(no_key=True).get(pk=measurement.unit_id)
    if not Measurement.objects.current().filter(pk=measurement.pk).exists():
        raise RuleBroken("Đơn vị đã báo cáo lại kỳ này; hãy xem số liệu mới nhất.")
    if MeasurementDecision.objects.filter(measurement=measurement).exists():
        raise RuleBroken("Số liệu này đã được xử lý.")
    return write_decision(measurement, verdict, by, reason)


def write_decision(measurement: Measurement, verdict: str, by: User, reason: str) -> MeasurementDecision:
    """The decision as a fact, once whoever decides has shown the right to."""
    decision = MeasurementDecision.objects.create(
        measurement=measurement, verdict=verdict, reason=reason, decided_by=by
    )
    if verdict == MeasurementDecision.Verdict.ACCEPTED:
        sums.take_in(measurement)
    return decision


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


# --- In a reorganisation, whose own right has been checked (`tracker.reorganisation`) ------------------


def carry_plan(plan: Plan, to: Unit) -> None:
    """Another office follows the plan from now on; who issued it stays as it is printed."""
    plan.tracking_unit = to
    plan.save(update_fields=["tracking_unit"])


def carry_target(target: Target, to: Unit) -> None:
    """Another unit owes the target from now on; figures already reported stay where they were measured."""
    target.unit = to
    target.save(update_fields=["unit"])
    PlanParticipation.objects.get_or_create(plan=target.plan, unit=to)
