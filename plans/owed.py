"""Which figures running plans want from whom, for which windows, and how each stands. Figures only, no pages.

A unit owes a figure when a target of a running plan binds it (`plans.summaries.bound_units`). Two windows are asked for
at a time: the last closed one, which is due, and the one still running.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from core.periods import TO_DAY, Period, containing
from plans.attainment import Attainment, Figure, judge, rate, worst
from plans.models import (
    Indicator,
    Measurement,
    MeasurementDecision,
    Milestone,
    Plan,
    ReportingRound,
    RoundItem,
    Target,
    TargetIndicator,
)
from plans.summaries import bound_units, day_of, group_units
from units.models import GroupMember, Unit, User
from units.permissions import READERS, Role, covers, within

# "The newest figure" looks back this many windows before the running one.
LOOK_BACK = 3


class Standing(StrEnum):
    """How one window of one figure stands; of a row, what is to be done first."""

    RETURNED = "returned"
    MISSING = "missing"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    RUNNING = "running"
    UNASKED = "unasked"
    LOCKED = "locked"

    @property
    def label(self) -> str:
        return {
            Standing.RETURNED: "Yêu cầu bổ sung",
            Standing.MISSING: "Chưa báo cáo",
            Standing.WAITING: "Chờ xác nhận",
            Standing.ACCEPTED: "Đã xác nhận",
            Standing.RUNNING: "Chưa đến ngày chốt",
            Standing.UNASKED: "Chưa có số liệu",
            Standing.LOCKED: "Đã khóa, không có số liệu",
        }[self]


@dataclass(frozen=True, slots=True)
class Owed:
    """One indicator of one unit, and the targets of running plans that bind it (none once the plans are closed)."""

    indicator: Indicator
    unit: Unit
    targets: tuple[Target, ...] = ()

    @property
    def plans(self) -> list[Plan]:
        return list({target.plan_id: target.plan for target in self.targets}.values())

    @property
    def own_targets(self) -> list[Target]:
        """Targets the unit's own figure is judged by; one for a group together is judged by the group's total."""
        return [target for target in self.targets if target.scope != Target.Scope.TOGETHER]

    def is_due(self, window: Period) -> bool:
        """Whether a running plan reaches into the window, with the indicator in force and the unit in being."""
        known = self.indicator
        in_force = (known.valid_from is None or known.valid_from <= window.end) and (
            known.valid_to is None or known.valid_to >= window.start
        )
        planned = any(plan.starts_on <= window.end and plan.ends_on >= window.start for plan in self.plans)
        in_being = self.unit.is_open(window.start) and (
            self.unit.opened_on is None or self.unit.opened_on <= window.end
        )
        return in_force and planned and in_being


@dataclass(frozen=True, slots=True)
class OwedRow:
    """How one figure stands on a day. A window is None where nothing is owed for it. A window a round asks for has the
    round's days, and takes no report once the round is locked.

    `newest`: the latest figure of the last few windows, whatever became of it.
    """

    owed: Owed
    closed: Period | None
    running: Period | None
    in_closed: Measurement | None
    in_running: Measurement | None
    newest: Measurement | None
    # Where a round asks for the closed window: what it says of a figure that is not there.
    closed_without: Standing = Standing.MISSING

    @property
    def closed_standing(self) -> Standing | None:
        return self._standing(self.closed, self.in_closed, self.closed_without)

    @property
    def running_standing(self) -> Standing | None:
        return self._standing(self.running, self.in_running, Standing.RUNNING)

    def _standing(
        self, window: Period | None, figure: Measurement | None, without: Standing
    ) -> Standing | None:
        if window is None:
            return None
        if figure is None:
            # Bodies outside our authority are never chased (office rule 28).
            is_chased = without == Standing.LOCKED or not self.owed.unit.is_outside
            return without if is_chased else Standing.UNASKED
        return standing(figure)

    @property
    def is_locked(self) -> bool:
        """The closed window takes no report any more."""
        return self.closed_without == Standing.LOCKED

    @property
    def standing(self) -> Standing:
        """What is to be done first: every row has exactly one."""
        found = [each for each in (self.closed_standing, self.running_standing) if each is not None]
        return min(found, key=list(Standing).index)

    @property
    def to_report(self) -> Period | None:
        """The window that wants a report now: the closed one, or a running one that was sent back or has no other
        before it. None of a locked round."""
        if self.is_locked:
            return self.running if self.running_standing == Standing.RETURNED else None
        if self.closed_standing in (Standing.RETURNED, Standing.MISSING, Standing.UNASKED):
            return self.closed
        first = self.closed is None and self.in_running is None
        return self.running if first or self.running_standing == Standing.RETURNED else None


def figures_owed(user: User, on: date, *, indicator: int | None = None) -> list[Owed]:
    """Figures of the units this person reads, and of every unit bound by the plans their office follows.

    In the order of the plans, then of the organisation; the units of one indicator stand together. Five queries.
    """
    readable, followed = user.ranges(*READERS), user.ranges(Role.PLAN_OWNER)
    member = GroupMember.objects.filter(within("unit", readable), group=OuterRef("group"))
    mine = (
        within("plan__tracking_unit", followed)
        | within("unit", readable)
        | (Q(scope=Target.Scope.UNSTATED) & within("plan__issuer", readable))
        | Q(Exists(member))
    )
    targets = Target.objects.followed_on(on).filter(mine, plan__state=Plan.State.ACTIVE)
    if indicator is not None:
        targets = targets.filter(indicators=indicator)

    def reads(unit: Unit, plan: Plan) -> bool:
        return covers(readable, unit) or covers(followed, plan.tracking_unit)

    return bound_figures(targets, on, reads, indicator=indicator)


def bound_figures(
    targets: QuerySet[Target],
    on: date,
    wanted: Callable[[Unit, Plan], bool],
    *,
    indicator: int | None = None,
) -> list[Owed]:
    """The figures these targets bind units to, of the units and plans that are `wanted`. Four queries."""
    links = TargetIndicator.objects.select_related("indicator").order_by("order")
    if indicator is not None:
        links = links.filter(indicator=indicator)
    targets = (
        targets.select_related("plan__tracking_unit", "plan__issuer", "plan__document", "unit", "group")
        .prefetch_related(Prefetch("target_indicators", links), "milestones")
        .order_by("plan__starts_on", "plan_id", "order", "pk")
    )
    found = list(targets)
    members = group_units(found, on)
    known: dict[int, Indicator] = {}
    bound: dict[int, dict[int, tuple[Unit, list[Target]]]] = defaultdict(dict)
    for target in found:
        for unit in bound_units(target, members, target.plan):
            if wanted(unit, target.plan):
                for link in target.target_indicators.all():
                    known.setdefault(link.indicator_id, link.indicator)
                    bound[link.indicator_id].setdefault(unit.pk, (unit, []))[1].append(target)
    return [
        Owed(known[pk], unit, tuple(its_targets))
        for pk in known
        for unit, its_targets in sorted(bound[pk].values(), key=lambda each: each[0].tree_start)
    ]


def owed_rows(owed: Sequence[Owed], on: date) -> list[OwedRow]:
    """How each stands on `on`; those with nothing to report in either window are left out. Two queries."""
    windows = {
        frequency: _windows(frequency, on) for frequency in {each.indicator.frequency for each in owed}
    }
    by_pair: dict[tuple[int, int], dict[str, Measurement]] = defaultdict(dict)
    for figure in _recent(owed, windows):
        by_pair[figure.indicator_id, figure.unit_id][figure.period_key] = figure
    asked = _rounds_of(owed, windows)
    rows = []
    for each in owed:
        pair = each.indicator.pk, each.unit.pk
        figures = by_pair[pair]
        running, closed = windows[each.indicator.frequency][:2]
        closed_round, running_round = asked.get((*pair, closed)), asked.get((*pair, running))
        row = OwedRow(
            each,
            _asked_or_due(each, closed, closed_round),
            _asked_or_due(each, running, running_round),
            figures.get(closed.key),
            figures.get(running.key),
            max(figures.values(), key=lambda found: found.period_end, default=None),
            _without_figure(closed_round, on),
        )
        if row.closed or row.running:
            rows.append(row)
    return rows


def _rounds_of(
    owed: Sequence[Owed], windows: dict[str, list[Period]]
) -> dict[tuple[int, int, Period], ReportingRound]:
    """(indicator, unit, legal window) → the round that asks for it, of the closed and the running window."""
    legal = {(each.kind, each.key): each for found in windows.values() for each in found[:2]}
    items = (
        RoundItem.objects.standing()
        .filter(
            period_kind__in={kind for kind, _ in legal},
            period_key__in={key for _, key in legal},
            indicator__in={each.indicator.pk for each in owed},
            unit__in={each.unit.pk for each in owed},
        )
        .select_related("round")
    )
    return {
        (item.indicator_id, item.unit_id, legal[item.period_kind, item.period_key]): item.round
        for item in items
        if (item.period_kind, item.period_key) in legal
    }


def _asked_or_due(owed: Owed, window: Period, found: ReportingRound | None) -> Period | None:
    if found is not None:
        return found.window
    return window if owed.is_due(window) else None


def _without_figure(found: ReportingRound | None, on: date) -> Standing:
    """What is said of a closed window without a figure."""
    if found is None:
        return Standing.MISSING
    if found.is_locked(on):
        return Standing.LOCKED
    return Standing.RUNNING if on < found.opens_on else Standing.MISSING


def _windows(frequency: str, on: date) -> list[Period]:
    """The running window, the closed one, and those before it, newest first."""
    found = [containing(frequency, on)]
    while len(found) <= LOOK_BACK:
        found.append(found[-1].previous())
    return found


def _recent(owed: Sequence[Owed], windows: dict[str, list[Period]]) -> Iterable[Measurement]:
    since = Q(pk__in=())
    for frequency, found in windows.items():
        since |= Q(period_kind=frequency, indicator__frequency=frequency, period_end__gte=found[-1].start)
    return (
        Measurement.objects.current()
        .filter(
            since,
            indicator__in={each.indicator.pk for each in owed},
            unit__in={each.unit.pk for each in owed},
        )
        .select_related("decision")
    )


def decision_of(figure: Measurement) -> MeasurementDecision | None:
    return getattr(figure, "decision", None)


def standing(figure: Measurement | None) -> Standing:
    """What became of a reported figure; MISSING without one."""
    if figure is None:
        return Standing.MISSING
    decision = decision_of(figure)
    return Standing.WAITING if decision is None else Standing(decision.verdict)


def open_windows(owed: Owed, on: date, *, most: int = 12) -> list[Period]:
    """Windows a figure may be given for, newest first: the running one and those the plans have reached so far, with
    the days of the round that asks for them, without those that are locked; then milestones that collect. One query."""
    asked = RoundItem.objects.standing().filter(indicator=owed.indicator, unit=owed.unit)
    items = asked.select_related("round")
    rounds = {(item.period_kind, item.period_key): item.round for item in items}
    found: list[Period] = []
    window, looked_at = containing(owed.indicator.frequency, on), 0
    while looked_at < most and owed.plans and any(plan.starts_on <= window.end for plan in owed.plans):
        asking = rounds.get((window.kind, window.key))
        if asking is not None and not asking.is_locked(on):
            found.append(asking.window)
        elif asking is None and owed.is_due(window):
            found.append(window)
        looked_at += 1
        window = window.previous()
    milestones = [each for (kind, _), each in rounds.items() if kind == TO_DAY]
    collecting = [each.window for each in milestones if each.opens_on <= on and not each.is_locked(on)]
    return found + sorted(collecting, key=lambda each: each.end, reverse=True)


def in_force(milestones: Iterable[Milestone], on: date) -> Milestone | None:
    """The demand that holds on a day: the newest milestone whose day has come, else one without a date."""
    found = list(milestones)
    come = [(day, each.order, each) for each in found if (day := day_of(each)) is not None and day <= on]
    if come:
        return max(come, key=lambda each: each[:2])[2]
    return next((each for each in found if day_of(each) is None), None)


def demands(owed: Owed, on: date) -> list[Milestone]:
    """What the unit's own figure must have reached on a day, one for each target."""
    found = (in_force(target.milestones.all(), on) for target in owed.own_targets)
    return [each for each in found if each is not None]


Bases = dict[tuple[str, str], Fraction | None]


def bases_of(owed: Owed, milestones: Iterable[Milestone]) -> Bases:
    """(kind, key) → the unit's own accepted figure of each period these milestones count from. One query, none without
    such a milestone."""
    wanted = {(each.base_kind, each.base_key) for each in milestones if each.base_kind}
    if not wanted:
        return {}
    accepted = Measurement.objects.accepted().filter(
        indicator=owed.indicator, unit=owed.unit,
        period_kind__in={kind for kind, _ in wanted}, period_key__in={key for _, key in wanted},
    )  # fmt: skip
    return {
        (each.period_kind, each.period_key): rate(
            Figure(each.numerator, each.denominator), ratio=owed.indicator.is_ratio
        )
        for each in accepted.order_by("revision")
    }


def assess(
    indicator: Indicator, figure: Figure, milestones: Iterable[Milestone], bases: Bases | None = None
) -> Attainment | None:
    """Reached when every demand is; None where nothing is demanded yet. `bases` as `bases_of` finds them."""
    results = [
        judge(
            figure,
            ratio=indicator.is_ratio,
            **each.demand((bases or {}).get((each.base_kind, each.base_key)))._asdict(),
        )
        for each in milestones
    ]
    return worst(results) if results else None
