"""What may still change about a round once it is there: its days, whether it asks at all, and which unit answers.

What was reported stays where it was measured, whatever becomes of the round.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction

from core.clock import now, today
from plans.actions import RuleBroken
from plans.collection import rows_of
from plans.models import Indicator, Measurement, ReportingRound, RoundItem, RoundMove
from plans.rounds import Days, check_days, hold_units, running_row
from units.models import CalendarDay, Unit, User
from units.permissions import capacity


@transaction.atomic
def move_round(
    found: ReportingRound, *, due_on: date, locks_on: date, by: User, reason: str
) -> ReportingRound:
    """Other days for a round that is not locked, kept beside those that held before. Reminders follow the new day."""
    _check_right(found, by)
    moved = running_row(found)
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do dời hạn."})
    if (due_on, locks_on) == (moved.due_on, moved.locks_on):
        raise RuleBroken({"due_on": "Hạn báo cáo và ngày khóa số liệu chưa thay đổi."})
    if due_on != moved.due_on and due_on < today():
        raise RuleBroken({"due_on": "Hạn báo cáo mới không được trước hôm nay."})
    if locks_on <= today():
        raise RuleBroken(
            {"locks_on": "Ngày khóa số liệu mới phải sau hôm nay; muốn khóa ngay, hãy khóa trước ngày."}
        )
    days = Days(moved.opens_on, moved.due_on, moved.grace_days, moved.locks_on)
    check_days(moved.window, replace(days, due_on=due_on, locks_on=locks_on))
    RoundMove.objects.create(
        round=moved,
        due_before=moved.due_on,
        locks_before=moved.locks_on,
        due_on=due_on,
        locks_on=locks_on,
        reason=reason,
        by=by,
    )
    moved.due_on, moved.locks_on = due_on, locks_on
    moved.save(update_fields=["due_on", "locks_on"])
    return moved


@transaction.atomic
def withdraw_round(found: ReportingRound, *, by: User, reason: str) -> ReportingRound:
    """Takes back a round opened by mistake: it asks for nothing any more, and another may ask for the same figures.

    Refused once a figure was reported since it was opened: from then on units have answered it.
    """
    _check_right(found, by)
    hold_units(found)
    taken = running_row(found)
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi lý do rút đợt báo cáo."})
    items = RoundItem.objects.standing().filter(round=taken)
    answered = Measurement.objects.filter(
        indicator__in=items.values("indicator"),
        unit__in=items.values("unit"),
        period_kind=taken.period_kind,
        period_key=taken.period_key,
        entered_at__gte=taken.opened_at,
    )
    asked = set(items.values_list("indicator_id", "unit_id"))
    if any(pair in asked for pair in answered.values_list("indicator_id", "unit_id")):
        raise RuleBroken(
            "Đã có đơn vị báo cáo trong đợt này nên không rút được; hãy dời hạn hoặc khóa số liệu."
        )
    moment = now()
    items.update(dropped_at=moment)
    taken.withdrawn_at, taken.withdrawn_by, taken.withdrawal_reason = moment, by, reason
    taken.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    return taken


def _check_right(found: ReportingRound, by: User) -> None:
    if capacity(by, "figure.collect", tracking=found.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền thay đổi đợt báo cáo này.")


# --- Units that end --------------------------------------------------------------------------------


def still_owed_by(units: Iterable[Unit], on: date) -> list[RoundItem]:
    """What running rounds still ask of `units` and was not reported, or was sent back."""
    items = RoundItem.objects.standing().filter(unit__in=list(units))
    rounds = list(ReportingRound.objects.unlocked(on).filter(pk__in=items.values("round")))
    if not rounds:
        return []
    return [row.item for row in rows_of(rounds, CalendarDay.objects.by_unit(), items) if not row.is_in]


def pass_on(items: Sequence[RoundItem], taker: Callable[[Indicator, Unit], Unit | None]) -> int:
    """Lets the unit that takes over answer what a unit that ended still owed; how many figures. Without a taker the
    figure stays with a unit that goes on, and is never late of one that ended.

    Expects to be inside the transaction of the reorganisation. Two that merge owe one figure between them: it says for
    whom it stands. Where the successor was asked for its own already, nothing is asked twice.
    """
    moment = now()
    owed: dict[tuple[int, int, int], RoundItem] = {}
    names: dict[tuple[int, int, int], list[str]] = {}
    passed = [(item, to) for item in items if (to := taker(item.indicator, item.unit)) is not None]
    for item, to in passed:
        key = (item.round_id, item.indicator_id, to.pk)
        owed.setdefault(
            key,
            RoundItem(
                round=item.round,
                indicator=item.indicator,
                unit=to,
                period_kind=item.period_kind,
                period_key=item.period_key,
            ),
        )
        names.setdefault(key, []).append(item.unit.label)
    RoundItem.objects.filter(pk__in=[item.pk for item, _ in passed]).update(dropped_at=moment)
    made = []
    for key, item in owed.items():
        if not RoundItem.objects.asking(item.indicator, item.unit, item.round.window).exists():
            item.in_place_of = ", ".join(names[key])[:400]
            made.append(item)
    RoundItem.objects.bulk_create(made)
    return len(made)
