"""What a correction means for paper (office rule 18): which issued reports printed the old figure, what is decided
about each, and what the next report says. What was issued is never altered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from plans.corrections import Correction, accepted_between, with_old
from plans.models import Measurement, Plan, Target
from plans.models.rounds import day_in_office
from reports.models import PrintedFigureRemedy, Report
from reports.snapshot import CorrectedFigure, FigureFacts, Snapshot, from_text
from reports.targets import Names, key_of
from units.actions import RuleBroken
from units.models import User
from units.permissions import capacity

OWN_ROW = "dòng của đơn vị"
SUM_ROW = "số chung của nhóm"
PREVIOUS_COLUMN = "cột kỳ trước"


@dataclass(frozen=True, slots=True)
class Printed:
    """An issued report, and where the old figure stands in it."""

    report: Report
    places: tuple[str, ...]
    remedy: PrintedFigureRemedy | None


def correction_of(figure: Measurement) -> Correction:
    """The correction with the figure it stands in for."""
    return with_old([figure])[0]


# --- Where the old figure was printed ---------------------------------------------------------------


def printed_in(correction: Correction) -> list[Printed]:
    """Issued reports that print the old figure, in its own row or in the sum of a group; the newest first."""
    old = correction.old
    if old is None:
        return []
    targets = list(
        Target.objects.wanting(old.indicator, old.unit, old.unit.tree_start).select_related("plan").distinct()
    )
    reports = (
        Report.objects.filter(plan__in={each.plan_id for each in targets}, state=Report.State.ISSUED)
        .exclude(snapshot__data="")
        .select_related("snapshot", "plan__document", "plan__tracking_unit")
        .order_by("-issued_on", "-id")
    )
    remedies = {
        each.report_id: each
        for each in PrintedFigureRemedy.objects.filter(measurement=correction.new).select_related("by")
    }
    found = []
    for report in reports:
        mine = [target for target in targets if target.plan_id == report.plan_id]
        places = _places(from_text(report.snapshot.data), old, mine, report.snapshot.made_at)
        if places:
            found.append(Printed(report, places, remedies.get(report.pk)))
    return found


def _places(
    snapshot: Snapshot, old: Measurement, targets: list[Target], made_at: datetime
) -> tuple[str, ...]:
    """A row of the unit shows the very numbers; a sum holds the figure where the unit was not missing from it and the
    figure had been accepted when it was made."""
    code = old.indicator.code
    own = {key_of(target.code, code, old.unit.code) for target in targets}
    sums = {key_of(target.code, code, target.scope) for target in targets}
    accepted = old.decision.decided_at <= made_at

    def is_own(key: str, figure: FigureFacts | None) -> bool:
        return key in own and _is_that(figure, old)

    def is_in_sum(key: str, figure: FigureFacts | None) -> bool:
        return key in sums and accepted and _is_of_period(figure, old)

    places = []
    for row in snapshot.targets:
        if is_own(row.key, row.figure):
            places.append(OWN_ROW)
        elif is_in_sum(row.key, row.figure) and old.unit.label not in row.missing:
            places.append(SUM_ROW)
    for result in snapshot.previous.targets if snapshot.previous else ():
        if is_own(result.key, result.figure) or is_in_sum(result.key, result.figure):
            places.append(PREVIOUS_COLUMN)
    return tuple(dict.fromkeys(places))


def _is_of_period(figure: FigureFacts | None, old: Measurement) -> bool:
    return figure is not None and figure.period == old.window.label


def _is_that(figure: FigureFacts | None, old: Measurement) -> bool:
    if figure is None or not _is_of_period(figure, old):
        return False
    return (figure.numerator, figure.denominator) == (old.numerator, old.denominator)


# --- What is decided about them ---------------------------------------------------------------------


@transaction.atomic
def decide_remedy(
    figure: Measurement,
    report: Report,
    *,
    by: User,
    choice: str,
    decided_by: str,
    decided_on: date,
    basis: str = "",
) -> PrintedFigureRemedy:
    """Writes down once what shall be done about an issued report; the paper itself is made elsewhere."""
    if capacity(by, "report.write", tracking=report.plan.tracking_unit) is None:
        raise RuleBroken("Đồng chí không có quyền xử lý báo cáo này.")
    decision = getattr(figure, "decision", None)
    if decision is None or decision.verdict != "accepted":
        raise RuleBroken("Đề nghị điều chỉnh chưa được đồng ý nên chưa xử lý báo cáo đã ban hành.")
    if report.pk not in {each.report.pk for each in printed_in(correction_of(figure))}:
        raise RuleBroken({"report": "Báo cáo này không in số liệu cũ."})
    Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
    if PrintedFigureRemedy.objects.filter(measurement=figure, report=report).exists():
        raise RuleBroken({"report": "Báo cáo này đã có quyết định xử lý."})
    return PrintedFigureRemedy.objects.create(
        measurement=figure,
        report=report,
        choice=choice,
        decided_by=decided_by,
        decided_on=decided_on,
        basis=basis,
        by=by,
    )


# --- What the next report says ----------------------------------------------------------------------


def corrected_since(
    plan: Plan, since: datetime, until: datetime, before: date, names: Names
) -> tuple[CorrectedFigure, ...]:
    """Corrections of figures the plan wants, of periods over before the day `before`, accepted in that span."""
    wanting = Target.objects.wanting(OuterRef("indicator"), OuterRef("unit"), OuterRef("unit__tree_start"))
    figures = Measurement.objects.filter(Exists(wanting.filter(plan=plan)), period_end__lt=before)
    return tuple(_facts(each, plan, names) for each in accepted_between(figures, since, until))


def _facts(correction: Correction, plan: Plan, names: Names) -> CorrectedFigure:
    new, old = correction.new, correction.old
    unit, _short = names.get(new.unit_id, (new.unit.name, ""))
    office, _short = names.get(plan.tracking_unit_id, (plan.tracking_unit.name, ""))
    return CorrectedFigure(
        indicator=new.indicator.name,
        unit=unit,
        measure_unit=new.indicator.measure_unit,
        period=new.window.label,
        before=_figure(old) if old is not None else None,
        after=_figure(new),
        reason=new.correction,
        asked_by=f"{office} ghi nhận thay {unit}" if new.recorded_for_unit else unit,
        accepted_on=day_in_office(new.decision.decided_at),
    )


def _figure(figure: Measurement) -> FigureFacts:
    return FigureFacts(figure.numerator, figure.denominator, figure.window.label, figure.as_of)
