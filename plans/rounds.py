"""Reporting rounds: what one would ask for, opening it by hand or by the day, deciding many figures at once, locking.

A round asks for the figures that running plans of one office want of their units. Which ones is frozen when it opens;
how each stands is told by `plans.collection`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min

from core import periods
from core.clock import now, today
from core.periods import Period
from core.text import count_vi, date_vi
from core.workdays import WorkCalendar
from plans import actions
from plans.actions import RuleBroken
from plans.models import (
    Indicator,
    Measurement,
    MeasurementDecision,
    Milestone,
    Plan,
    ReportingRound,
    RoundItem,
    Target,
)
from plans.owed import Owed, bound_figures
from plans.querysets import TargetQuerySet
from units.models import CalendarDay, Unit, User
from units.permissions import capacity

# Decree 09/2019, article 8: a report is sent at least one working day after the cut-off; two leave units time to ask.
DUE_AFTER = {"week": 1}
DUE_AFTER_USUALLY = 2
GRACE_DAYS = 1
# From the end of the grace to the lock: for the office to send a figure back, and the unit to mend it.
LOCK_AFTER = 3
# How many days before its last day a window or milestone is to be seen among the rounds.
AHEAD = 7


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a round: opens, due, locked; grace in working days."""

    opens_on: date
    due_on: date
    grace_days: int
    locks_on: date


def usual_days(period: Period, calendar: WorkCalendar) -> Days:
    """Open from the day after the period, due soon after (norm: two working days), locked once late ones are mended."""
    due_on = calendar.add_workdays(period.end, DUE_AFTER.get(period.kind, DUE_AFTER_USUALLY))
    locks_on = calendar.add_workdays(due_on, GRACE_DAYS + LOCK_AFTER)
    return Days(period.end + timedelta(days=1), due_on, GRACE_DAYS, locks_on)


# --- What to ask for --------------------------------------------------------------------------------


def wanted_in_window(office: Unit, period: Period, plan: Plan | None = None) -> list[Owed]:
    """Figures the office's running plans (or one of them) want of their units for a window; computed ones aside."""
    found = bound_figures(_followed(office, plan), period.end, lambda _unit, _plan: True)
    return [each for each in found if not each.indicator.is_computed and each.is_due(period)]


def wanted_at_milestone(office: Unit, day: date, plan: Plan) -> list[Owed]:
    """Figures wanted up to a milestone's day: of the targets of the plan that are judged on it."""
    targets = _followed(office, plan).filter(milestones__nominal_end=day).distinct()
    found = bound_figures(targets, day, lambda _unit, _plan: True)
    return [each for each in found if not each.indicator.is_computed and each.unit.is_open(day)]


def _followed(office: Unit, plan: Plan | None) -> TargetQuerySet:
    targets = Target.objects.followed_on(today()).filter(
        plan__state=Plan.State.ACTIVE, plan__tracking_unit=office
    )
    return targets if plan is None else targets.filter(plan=plan)


def asked_already(figures: Iterable[Owed], period: Period) -> set[tuple[int, int]]:
    """(indicator, unit) of those another round of the same period asks for."""
    figures = list(figures)
    found = RoundItem.objects.standing().filter(
        period_kind=period.kind,
        period_key=period.key,
        indicator__in={each.indicator.pk for each in figures},
        unit__in={each.unit.pk for each in figures},
    )
    return set(found.values_list("indicator_id", "unit_id"))


def window_of_milestone(day: date, plan: Plan) -> Period:
    """Up to the very day, from the beginning of the plan; holidays never shift it (office rule 14)."""
    return periods.up_to(day, min(plan.starts_on, day))


def coming_milestones(office: Unit, since: date, until: date) -> list[tuple[Plan, date]]:
    """Days in that span on which targets of the office's running plans are judged."""
    days = (
        Milestone.objects.filter(
            target__in=_followed(office, None), nominal_end__gte=since, nominal_end__lte=until
        )
        .values("target__plan", "nominal_end")
        .annotate(first=Min("pk"))
        .order_by("nominal_end", "target__plan")
    )
    plans = Plan.objects.in_bulk({each["target__plan"] for each in days})
    return [(plans[each["target__plan"]], day) for each in days if (day := each["nominal_end"])]


# --- Opening ----------------------------------------------------------------------------------------


@transaction.atomic
def open_round(
    office: Unit,
    period: Period,
    figures: Sequence[tuple[Indicator, Unit]],
    days: Days,
    *,
    by: User,
    plan: Plan | None = None,
) -> ReportingRound:
    """Opens a round that asks for `figures`, for good: (indicator, unit) pairs a running plan of the office wants."""
    if not by.is_system and capacity(by, "figure.collect", tracking=office) is None:
        raise RuleBroken("Đồng chí không có quyền mở đợt báo cáo số liệu của đơn vị theo dõi này.")
    if not figures:
        raise RuleBroken("Hãy chọn ít nhất một số liệu cần báo cáo.")
    check_days(period, days)
    known = _wanted_pairs(office, period, plan)
    if any((indicator.pk, unit.pk) not in known for indicator, unit in figures):
        raise RuleBroken(
            "Có số liệu mà kế hoạch đang thực hiện không yêu cầu đơn vị báo cáo; hãy xem lại danh sách."
        )
    Unit.objects.select_for_update(no_key=True).get(pk=office.pk)
    made = ReportingRound.objects.create(
        tracking_unit=office,
        plan=plan,
        kind=_kind(period),
        period_kind=period.kind,
        period_key=period.key,
        period_start=period.start,
        period_end=period.end,
        opens_on=days.opens_on,
        due_on=days.due_on,
        grace_days=days.grace_days,
        locks_on=days.locks_on,
        automatic=by.is_system,
        opened_by=by,
    )
    asked = [Owed(indicator, unit) for indicator, unit in figures]
    if taken := asked_already(asked, period):
        names = [f"{each.indicator.name} ({each.unit.label})" for each in asked if _pair(each) in taken]
        more = f" và {count_vi(len(names) - 3)} số liệu khác" if len(names) > 3 else ""
        raise RuleBroken(f"Đã có trong đợt khác của cùng kỳ: {'; '.join(names[:3])}{more}.")
    try:
        with transaction.atomic():
            _ask(made, asked)
    except IntegrityError as error:
        raise RuleBroken(
            "Có số liệu vừa được đưa vào một đợt khác của cùng kỳ; hãy xem lại danh sách."
        ) from error
    return made


def check_days(period: Period, days: Days) -> None:
    """Raises RuleBroken, by field, for days in an order that makes no sense."""
    if days.due_on < days.opens_on:
        raise RuleBroken({"due_on": "Hạn báo cáo không được trước ngày mở."})
    if days.due_on <= period.end:
        raise RuleBroken(
            {
                "due_on": f"Hạn báo cáo phải sau ngày chốt số liệu {date_vi(period.end)} (NĐ 09/2019/NĐ-CP, Điều 8)."
            }
        )
    if days.locks_on <= days.due_on:
        raise RuleBroken({"locks_on": "Ngày khóa số liệu phải sau hạn báo cáo."})


def _kind(period: Period) -> str:
    kinds = ReportingRound.Kind
    return kinds.MILESTONE if period.kind == periods.TO_DAY else kinds.WINDOW


def _wanted_pairs(office: Unit, period: Period, plan: Plan | None) -> set[tuple[int, int]]:
    if _kind(period) == ReportingRound.Kind.MILESTONE and plan is not None:
        return {_pair(each) for each in wanted_at_milestone(office, period.end, plan)}
    return {_pair(each) for each in wanted_in_window(office, period, plan)}


def _pair(owed: Owed) -> tuple[int, int]:
    return owed.indicator.pk, owed.unit.pk


def _ask(made: ReportingRound, figures: Iterable[Owed]) -> None:
    RoundItem.objects.bulk_create(
        RoundItem(
            round=made,
            indicator=each.indicator,
            unit=each.unit,
            period_kind=made.period_kind,
            period_key=made.period_key,
        )
        for each in figures
    )


# --- By the day -------------------------------------------------------------------------------------


def open_due_rounds(on: date) -> int:
    """Rounds of windows and milestones that are near their last day, or just past it; how many are new.

    May run twice: what is there stays. Until such a round opens, figures of plans given meanwhile are added; from then
    on its list is frozen.
    """
    made = 0
    calendars = CalendarDay.objects.by_unit()
    offices = Unit.objects.filter(tracked_plans__state=Plan.State.ACTIVE).distinct()
    for office in offices:
        calendar = calendars.of(office)
        for frequency in Indicator.Frequency.values:
            running = periods.containing(frequency, on)
            for period in (running.previous(), running):
                made += _open_automatically(office, period, None, on, calendar)
        span = timedelta(days=2 * AHEAD)
        for plan, day in coming_milestones(office, on - span, on + timedelta(days=AHEAD)):
            made += _open_automatically(office, window_of_milestone(day, plan), plan, on, calendar)
    return made


@transaction.atomic
def _open_automatically(
    office: Unit, period: Period, plan: Plan | None, on: date, calendar: WorkCalendar
) -> int:
    days = usual_days(period, calendar)
    if not period.end - timedelta(days=AHEAD) <= on <= days.due_on:
        return 0
    Unit.objects.select_for_update(no_key=True).get(pk=office.pk)
    there = ReportingRound.objects.filter(
        tracking_unit=office, plan=plan, period_kind=period.kind, period_key=period.key, automatic=True
    ).first()
    if there is not None and (there.withdrawn_at is not None or on >= there.opens_on):
        return 0
    if plan is None:
        figures = [f for f in wanted_in_window(office, period) if f.indicator.frequency == period.kind]
    else:
        figures = wanted_at_milestone(office, period.end, plan)
    taken = asked_already(figures, period)
    figures = [each for each in figures if _pair(each) not in taken]
    if not figures:
        return 0
    if there is not None:
        _ask(there, figures)
        return 0
    open_round(
        office,
        period,
        [(each.indicator, each.unit) for each in figures],
        days,
        by=User.objects.system(),
        plan=plan,
    )
    return 1


def lock_due_rounds(on: date) -> int:
    """Writes down the lock of rounds whose day has come; how many. They take no figures since that day anyhow."""
    due = ReportingRound.objects.filter(locked_at__isnull=True, withdrawn_at__isnull=True, locks_on__lte=on)
    return due.update(locked_at=now(), locked_by=User.objects.system())


# --- Verbs of the office ----------------------------------------------------------------------------


def hold_units(found: ReportingRound) -> None:
    """A figure on its way is in before what follows, or finds it: whoever reports holds the row of the unit. Taken
    before the row of the round."""
    asked = Unit.objects.filter(round_items__round=found).values("pk")
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=asked).order_by("pk").values_list("pk"))


def running_row(found: ReportingRound) -> ReportingRound:
    """The row of a round that may still change, held until the end of the transaction. RuleBroken when it is over."""
    row = ReportingRound.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if row.withdrawn_at is not None:
        raise RuleBroken("Đợt báo cáo này đã được rút.")
    if row.is_locked(today()):
        raise RuleBroken(f"Đợt này đã khóa số liệu ngày {date_vi(row.lock_day)}.")
    return row


@transaction.atomic
def lock_round(found: ReportingRound, *, by: User, reason: str) -> ReportingRound:
    """Locks before the day, saying why."""
    if capacity(by, "figure.collect", tracking=found.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền khóa số liệu của đợt này.")
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do khóa số liệu trước ngày."})
    hold_units(found)
    locked = running_row(found)
    if today() <= locked.period_end:
        raise RuleBroken(
            f"Kỳ số liệu chưa kết thúc (đến hết ngày {date_vi(locked.period_end)}), chưa khóa được."
        )
    locked.locked_at, locked.locked_by, locked.lock_reason = now(), by, reason
    locked.save(update_fields=["locked_at", "locked_by", "lock_reason"])
    return locked


@transaction.atomic
def decide_many(
    found: ReportingRound, measurements: Sequence[Measurement], *, by: User, reason: str = ""
) -> list[MeasurementDecision]:
    """Accepts all these figures of a round, or with a reason sends all of them back; one that cannot be decided any
    more stops the others."""
    if capacity(by, "figure.collect", tracking=found.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền xác nhận số liệu của đợt này.")
    if not measurements:
        raise RuleBroken("Hãy chọn ít nhất một số liệu.")
    made = []
    # Units in one order for everybody who takes several.
    for each in sorted(measurements, key=lambda figure: figure.unit_id):
        try:
            if reason:
                made.append(actions.return_figure(each, by=by, reason=reason))
            else:
                made.append(actions.accept_figure(each, by=by))
        except RuleBroken as error:
            raise RuleBroken(
                f"{each.indicator.name}, {each.unit.label}: {' '.join(error.messages)}"
            ) from error
    return made
