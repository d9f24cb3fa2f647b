"""Verbs about figures of other systems: bring them in, confirm, dispute, rule, take after silence; and how each stands.

A figure of a system is a proposal to its unit (office rule 15). Whatever is settled goes through `report_figure`, so
that a locked period, a closed unit or an amount that cannot be is refused in the same words as a typed figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q, prefetch_related_objects

from core.clock import today
from core.periods import Period
from plans.actions import (
    RuleBroken,
    check_amounts,
    check_day,
    figure_grant,
    locked_items,
    locked_words,
    report_figure,
    write_decision,
)
from plans.attainment import Figure
from plans.models import (
    Indicator,
    Measurement,
    MeasurementDecision,
    RoundItem,
    SourceAnswer,
    SourceFigure,
    SourceFile,
    SourceRuling,
)
from plans.owed import Owed, figures_owed
from units.models import RoleGrant, Unit, User
from units.permissions import Role, capacity

ALREADY_ANSWERED = "Số liệu này đã được trả lời; hãy xem trao đổi mới nhất."
# Older periods are history: their exchange stays on the page of the figure.
LOOK_BACK = timedelta(days=400)
SUPERSEDED = "Hệ thống đã có số liệu mới hơn cho kỳ này; hãy xem số liệu mới nhất."


class Standing(StrEnum):
    """How a figure of a system stands beside what the unit reported."""

    DISPUTED = "disputed"
    DIFFERS = "differs"
    OVERDUE = "overdue"
    WAITING = "waiting"
    MATCHES = "matches"
    CONFIRMED = "confirmed"
    TAKEN = "taken"
    RULED = "ruled"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_alarm(self) -> bool:
        """Two sources say different things and nobody has said which holds."""
        return self in (Standing.DISPUTED, Standing.DIFFERS)

    @property
    def is_open(self) -> bool:
        return self in (Standing.DISPUTED, Standing.DIFFERS, Standing.OVERDUE, Standing.WAITING)


_LABELS = {
    Standing.DISPUTED: "Đang đối chiếu số liệu",
    Standing.DIFFERS: "Hai nguồn khác nhau",
    Standing.OVERDUE: "Quá ngày trả lời, đơn vị chưa xác nhận",
    Standing.WAITING: "Chờ đơn vị xác nhận",
    Standing.MATCHES: "Trùng số đơn vị báo cáo",
    Standing.CONFIRMED: "Đơn vị thống nhất",
    Standing.TAKEN: "Lấy số hệ thống, đơn vị chưa xác nhận",
    Standing.RULED: "Đã kết luận đối chiếu",
}


# --- Bringing in ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposed:
    """One figure a file holds; `place` is where: sheet, row, columns."""

    place: str
    indicator: Indicator
    unit: Unit
    numerator: Decimal
    denominator: Decimal | None


Pair = tuple[int, int]
"""(indicator, unit)"""


def bringable(user: User) -> dict[Pair, Owed]:
    """Figures this office may bring in: those its running plans want, whoever reports them. Five queries."""
    return {
        (owed.indicator.pk, owed.unit.pk): owed
        for owed in figures_owed(user, today())
        if not owed.indicator.is_computed
        and any(capacity(user, "figure.bring_source", tracking=plan.tracking_unit) for plan in owed.plans)
    }


def check_proposed(each: Proposed, period: Period, as_of: date, locked: Mapping[Pair, RoundItem]) -> None:
    """Raises RuleBroken for a figure that cannot be taken, as a typed one could not. `locked`: `locked_items` of the
    period."""
    check_day(period, as_of)
    if not each.unit.is_open(period.start):
        raise RuleBroken({"unit": f"{each.unit.name} đã chấm dứt hoạt động trước kỳ này."})
    if each.indicator.is_computed:
        raise RuleBroken({"indicator": "Chỉ số này do hệ thống tính, không nhập số liệu."})
    check_amounts(each.indicator.definition_on(period.end), each.numerator, each.denominator)
    if (item := locked.get((each.indicator.pk, each.unit.pk))) is not None:
        raise RuleBroken({"unit": locked_words(item)})


def known_figures(system: str, period: Period, proposed: Iterable[Proposed]) -> dict[Pair, SourceFigure]:
    """(indicator, unit) → what the system has said of this period so far. One query."""
    found = SourceFigure.objects.current().filter(
        system=system,
        period_kind=period.kind,
        period_key=period.key,
        indicator__in={each.indicator.pk for each in proposed},
    )
    return {(each.indicator_id, each.unit_id): each for each in found}


def says_the_same(known: SourceFigure | None, each: Proposed) -> bool:
    return known is not None and (known.numerator, known.denominator) == (each.numerator, each.denominator)


@transaction.atomic
def bring_in(
    file: SourceFile, period: Period, proposed: Sequence[Proposed], *, by: User, as_of: date, answer_by: date
) -> list[SourceFigure]:
    """Keeps what a file says, all of it or nothing. Figures the system has given already add nothing, so the same file
    brought in twice changes nothing. The file itself is saved by the caller."""
    allowed, seen, locked = None if by.is_system else bringable(by), set[Pair](), locked_items(period)
    prefetch_related_objects([each.indicator for each in proposed], "versions")
    for each in proposed:
        pair = (each.indicator.pk, each.unit.pk)
        if pair in seen:
            raise RuleBroken(f"{each.place}: {each.unit.name} có hai số liệu của cùng một chỉ số và kỳ.")
        seen.add(pair)
        if allowed is not None and pair not in allowed:
            raise RuleBroken("Đồng chí không có quyền nhập số liệu của đơn vị này.")
        check_proposed(each, period, as_of, locked)
    # The units' rows serialise two officers who bring in the same export at once.
    units = {each.unit.pk for each in proposed}
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk").values_list("pk"))
    known = known_figures(file.system, period, proposed)
    made = []
    for each in proposed:
        before = known.get((each.indicator.pk, each.unit.pk))
        if not says_the_same(before, each):
            made.append(
                SourceFigure(
                    file=file,
                    system=file.system,
                    place=each.place,
                    indicator=each.indicator,
                    unit=each.unit,
                    period_kind=period.kind,
                    period_key=period.key,
                    period_start=period.start,
                    period_end=period.end,
                    revision=before.revision + 1 if before else 1,
                    numerator=each.numerator,
                    denominator=each.denominator,
                    as_of=as_of,
                    answer_by=answer_by,
                    recorded_by=by,
                )
            )
    return SourceFigure.objects.bulk_create(made)


# --- The unit's word --------------------------------------------------------------------------------------------------


@transaction.atomic
def agree(found: SourceFigure, *, by: User, source: str = "") -> SourceAnswer:
    """The unit confirms the figure of the system: it is reported and, since the office brought it in, accepted."""
    grant = _begin(found, "figure.answer_source", by)
    for_unit = _named_source(grant, source)
    made = _stand(found, Figure(found.numerator, found.denominator), by=by)
    return SourceAnswer.objects.create(
        figure=found,
        verdict=SourceAnswer.Verdict.AGREED,
        source=source,
        by=by,
        recorded_for_unit=for_unit,
        measurement=made,
    )


@transaction.atomic
def dispute(
    found: SourceFigure,
    *,
    by: User,
    numerator: Decimal,
    denominator: Decimal | None,
    reason: str,
    source: str = "",
) -> SourceAnswer:
    """The unit gives its own figure and says why; the office has to rule."""
    grant = _begin(found, "figure.answer_source", by)
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi rõ lý do đề nghị đối chiếu."})
    check_amounts(found.indicator.definition_on(found.period_end), numerator, denominator)
    if (numerator, denominator) == (found.numerator, found.denominator):
        raise RuleBroken({"numerator": "Số của đơn vị trùng với số của hệ thống; hãy chọn thống nhất."})
    for_unit = _named_source(grant, source)
    return SourceAnswer.objects.create(
        figure=found,
        verdict=SourceAnswer.Verdict.DISPUTED,
        numerator=numerator,
        denominator=denominator,
        reason=reason,
        source=source,
        by=by,
        recorded_for_unit=for_unit,
    )


# --- The office's word ------------------------------------------------------------------------------------------------


@transaction.atomic
def take_unanswered(found: SourceFigure, *, by: User) -> SourceAnswer:
    """The office takes the figure of a unit that said nothing by the day it was asked to."""
    _begin(found, "figure.rule_source", by)
    note = _silence(found)
    if _report_of(found) is not None:
        raise RuleBroken("Đơn vị đã báo cáo kỳ này; hãy kết luận đối chiếu thay vì lấy số của hệ thống.")
    made = _stand(found, Figure(found.numerator, found.denominator), by=by, note=note)
    return SourceAnswer.objects.create(
        figure=found, verdict=SourceAnswer.Verdict.TAKEN, by=by, reason=note, measurement=made
    )


@transaction.atomic
def hold_to_report(found: SourceFigure, *, by: User) -> SourceAnswer:
    """After the same silence of a unit that had reported another figure: its report is its word, to be ruled on."""
    _begin(found, "figure.rule_source", by)
    note = _silence(found)
    report = _report_of(found)
    if report is None or (report.numerator, report.denominator) == (found.numerator, found.denominator):
        raise RuleBroken("Đơn vị không có số liệu khác với hệ thống.")
    return SourceAnswer.objects.create(
        figure=found,
        verdict=SourceAnswer.Verdict.DISPUTED,
        numerator=report.numerator,
        denominator=report.denominator,
        reason=f"{note} Đơn vị đã báo cáo số khác (lần {report.revision}).",
        source=report.source,
        by=by,
        recorded_for_unit=True,
    )


def _silence(found: SourceFigure) -> str:
    """What is written of it; RuleBroken while the unit may still answer."""
    if today() <= found.answer_by:
        raise RuleBroken(f"Đơn vị còn được trả lời đến hết ngày {found.answer_by:%d/%m/%Y}.")
    return f"Đơn vị chưa xác nhận đến hết ngày {found.answer_by:%d/%m/%Y}."


@transaction.atomic
def rule(
    answer: SourceAnswer,
    *,
    by: User,
    stands: str,
    reason: str,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    decided_by: str = "",
    how: str = "direct",
    basis: str = "",
) -> SourceRuling:
    """Says which figure of a dispute holds: the system's, the unit's, or a third one given here."""
    found = answer.figure
    if figure_grant(by, "figure.rule_source", found.indicator, found.unit) is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền kết luận đối chiếu số liệu này.")
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi rõ lý do kết luận."})
    if bool(decided_by.strip()) == (how == "direct"):
        raise RuleBroken(
            {"how": "Hãy ghi người quyết định cùng hình thức quyết định (điện thoại, bút phê, …)."}
        )
    Unit.objects.select_for_update(no_key=True).get(pk=found.unit_id)
    if answer.verdict != SourceAnswer.Verdict.DISPUTED or SourceRuling.objects.filter(answer=answer).exists():
        raise RuleBroken("Số liệu này không chờ kết luận đối chiếu.")
    figure = _ruled(answer, stands, numerator, denominator)
    made = _stand(found, figure, by=by, from_unit=stands == SourceRuling.Stands.UNIT, note=reason)
    return SourceRuling.objects.create(
        answer=answer,
        stands=stands,
        reason=reason,
        decided_by=decided_by.strip() or by.full_name,
        how=how,
        basis=basis,
        by=by,
        measurement=made,
    )


def _ruled(
    answer: SourceAnswer, stands: str, numerator: Decimal | None, denominator: Decimal | None
) -> Figure:
    """The figure that stands by a ruling."""
    if stands == SourceRuling.Stands.SOURCE:
        return Figure(answer.figure.numerator, answer.figure.denominator)
    if stands == SourceRuling.Stands.UNIT:
        numerator, denominator = answer.numerator, answer.denominator
    if numerator is None:
        raise RuleBroken({"numerator": "Hãy nhập số liệu sau đối chiếu."})
    return Figure(numerator, denominator)


def _begin(found: SourceFigure, verb: str, by: User) -> RoleGrant | None:
    """The grant, under the lock of the unit; RuleBroken when the figure is answered or no longer the newest."""
    grant = figure_grant(by, verb, found.indicator, found.unit)
    if grant is None and not by.is_system:
        raise RuleBroken("Đồng chí không có quyền trả lời số liệu này.")
    Unit.objects.select_for_update(no_key=True).get(pk=found.unit_id)
    if SourceAnswer.objects.filter(figure=found).exists():
        raise RuleBroken(ALREADY_ANSWERED)
    if not SourceFigure.objects.current().filter(pk=found.pk).exists():
        raise RuleBroken(SUPERSEDED)
    return grant


def _named_source(grant: RoleGrant | None, source: str) -> bool:
    """Whether the office writes for the unit; then it says whence it knows (office rule 2)."""
    for_unit = grant is not None and grant.role == Role.PLAN_OWNER
    if for_unit and not source.strip():
        raise RuleBroken(
            {"source": "Hãy ghi nguồn: số văn bản, thư điện tử hoặc người cung cấp qua điện thoại."}
        )
    return for_unit


def _report_of(found: SourceFigure) -> Measurement | None:
    same = Measurement.objects.filter(
        indicator=found.indicator,
        unit=found.unit,
        period_kind=found.period_kind,
        period_key=found.period_key,
    )
    return same.select_related("decision").order_by("-revision").first()


def _stand(
    found: SourceFigure, figure: Figure, *, by: User, from_unit: bool = False, note: str = ""
) -> Measurement:
    """The figure stands accepted for its period: as it was reported, or as a new revision."""
    made = _report_of(found)
    if made is None or not _still_says(made, figure):
        made = report_figure(
            found.indicator,
            found.unit,
            found.window,
            by=by,
            numerator=figure.numerator,
            denominator=figure.denominator,
            as_of=found.as_of,
            source=f"{found.get_system_display()}, tệp {found.file.name}"[:200],
            note=note,
            origin=Measurement.Origin.UNIT if from_unit else Measurement.Origin.SYSTEM,
        )
    if not MeasurementDecision.objects.filter(measurement=made).exists():
        # Two persons stand behind it: who brought the file in, and who confirms or rules now.
        decider = found.recorded_by if by.pk != found.recorded_by_id else by
        write_decision(made, MeasurementDecision.Verdict.ACCEPTED, decider, note)
    return made


def _still_says(made: Measurement, figure: Figure) -> bool:
    """Whether a report has these amounts and was not sent back."""
    decision = getattr(made, "decision", None)
    returned = decision is not None and decision.verdict == MeasurementDecision.Verdict.RETURNED
    return not returned and (made.numerator, made.denominator) == (figure.numerator, figure.denominator)


# --- How each stands --------------------------------------------------------------------------------------------------


def beside_reports(pairs: Iterable[Pair]) -> list[SourceFigure]:
    """The newest figures of systems for (indicator, unit) pairs in the last periods, each beside the report of its
    period. One query."""
    wanted = set(pairs)
    if not wanted:
        return []
    found = with_related(
        SourceFigure.objects.current().filter(
            indicator__in={indicator for indicator, _ in wanted},
            unit__in={unit for _, unit in wanted},
            period_end__gte=today() - LOOK_BACK,
        )
    )
    return [each for each in found if (each.indicator_id, each.unit_id) in wanted]


def with_related(found: Any) -> Any:
    """What `standing_of` and the pages read of a figure."""
    return found.beside_reports().select_related(
        "indicator", "unit", "file", "recorded_by", "answer__by", "answer__ruling__by"
    )


def standing_of(found: SourceFigure) -> Standing:
    """Where it stands; wants `with_related`."""
    answer, ruling = answer_of(found), ruling_of(found)
    if answer is not None and answer.verdict == SourceAnswer.Verdict.DISPUTED and ruling is None:
        return Standing.DISPUTED
    reported, figure = found.reported, (found.reported_numerator, found.reported_denominator)  # type: ignore[attr-defined]
    settled = ruling.measurement_id if ruling else answer.measurement_id if answer else None
    later_and_accepted = (
        settled is not None and reported != settled and found.reported_verdict == "accepted"  # type: ignore[attr-defined]
    )
    if reported is not None and reported != settled and not later_and_accepted:
        same = figure == (found.numerator, found.denominator)
        if not same:
            return Standing.DIFFERS
        if answer is None:
            return Standing.MATCHES
    if ruling is not None:
        return Standing.RULED
    if answer is not None:
        agreed = answer.verdict == SourceAnswer.Verdict.AGREED
        return Standing.CONFIRMED if agreed else Standing.TAKEN
    return Standing.OVERDUE if today() > found.answer_by else Standing.WAITING


def answer_of(found: SourceFigure) -> SourceAnswer | None:
    return getattr(found, "answer", None)


def ruling_of(found: SourceFigure) -> SourceRuling | None:
    return getattr(answer_of(found), "ruling", None)


def alarms(pairs: Iterable[Pair]) -> dict[Pair, list[SourceFigure]]:
    """(indicator, unit) → figures whose two sources stand against each other. One query."""
    found: dict[Pair, list[SourceFigure]] = {}
    for each in beside_reports(pairs):
        if standing_of(each).is_alarm:
            found.setdefault((each.indicator_id, each.unit_id), []).append(each)
    return found


def contradicted(reports: Iterable[Measurement]) -> dict[int, list[SourceFigure]]:
    """Report → figures of other systems that stand against it, of its own period. One query."""
    reports = list(reports)
    found = alarms((each.indicator_id, each.unit_id) for each in reports)
    against = {
        each.pk: [
            other
            for other in found.get((each.indicator_id, each.unit_id), ())
            if (other.period_kind, other.period_key) == (each.period_kind, each.period_key)
        ]
        for each in reports
    }
    return {pk: others for pk, others in against.items() if others}


def open_exchanges(user: User) -> list[SourceFigure]:
    """Figures of systems this person sees that still want a word, the oldest day to answer by first."""
    unsettled = Q(answer__isnull=True) | Q(answer__verdict="disputed", answer__ruling__isnull=True)
    seen = (
        SourceFigure.objects.visible_to(user).current().filter(unsettled, period_end__gte=today() - LOOK_BACK)
    )
    found = with_related(seen).order_by("answer_by", "indicator", "unit__tree_start", "pk")
    return [each for each in found if standing_of(each).is_open]


def revisions_of(found: SourceFigure) -> list[SourceFigure]:
    """All the same system said of the same period, and other systems beside it, newest first."""
    same = Q(
        indicator=found.indicator_id,
        unit=found.unit_id,
        period_kind=found.period_kind,
        period_key=found.period_key,
    )
    return list(with_related(SourceFigure.objects.filter(same)).order_by("-entered_at", "-pk"))
