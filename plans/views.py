"""Pages of figures: who owes which, one figure with its history, reporting, accepting and sending back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.periods import TO_DAY, containing
from core.templatetags.ui import day
from core.text import count_vi
from plans import actions
from plans.actions import RuleBroken, figure_grant, may_decide
from plans.corrections import locked_periods
from plans.courses import wants_cause
from plans.forms import FigureFilterForm, ReportFigureForm, ReturnFigureForm, prefill
from plans.models import Measurement, Plan, RoundItem, Target, TargetIndicator
from plans.owed import (
    Owed,
    OwedRow,
    Standing,
    decision_of,
    demands,
    figures_owed,
    open_windows,
    owed_rows,
    standing,
)
from plans.proofs import attach_proof
from plans.round_views import open_rounds
from plans.source_words import exchange_row
from plans.sources import alarms, beside_reports, contradicted
from plans.summaries import demand_words
from plans.tables import (
    STANDING_KINDS,
    figure_words,
    period_rows,
    period_words,
    proof_words,
    timeline,
    trend_of,
    window_words,
)
from units.models import RoleGrant, Unit, User
from units.permissions import Role, capacity
from units.requests import PersonRequest

PAGE = 50
# Figures to confirm that the list shows before "Xem tất cả", and names of units that have not reported.
FIRST_WAITING = 10
MOST_NAMES = 12
# A list this short needs no filter.
FEW = 10

_WAITING_VIEW = "cho-xac-nhan"


# --- The list -------------------------------------------------------------------------------------


@require_safe
def figures(request: PersonRequest) -> HttpResponse:
    """Which figures are owed and how each stands; for the office also those that wait for its word."""
    on = today()
    waiting = _waiting(request.user)
    if request.GET.get("xem") == _WAITING_VIEW:
        return _all_waiting(request, waiting)
    owed = figures_owed(request.user, on)
    rows = owed_rows([each for each in owed if not each.indicator.is_computed], on)
    indicators = list({row.owed.indicator.pk: row.owed.indicator for row in rows}.values())
    form = FigureFilterForm(request.GET, indicators=indicators)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name) or "" for name in ("indicator", "state")}
    shown = [
        row
        for row in rows
        if wanted["indicator"] in ("", str(row.owed.indicator.pk)) and wanted["state"] in ("", row.standing)
    ]
    page: Page[Any] = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    page.object_list = _grouped(list(page.object_list), rows, request.user)
    _mark_alarms(page.object_list)
    first = Paginator(waiting, FIRST_WAITING).get_page(1)
    context = {
        "form": form,
        "counters": _counters(rows, wanted["state"]),
        "page": page,
        "rounds": open_rounds(request.user),
        "anything": bool(rows),
        "filters": len(rows) > FEW or any(wanted.values()),
        "brings_sources": request.user.has_role(Role.PLAN_OWNER),
        "computed": list(
            {each.indicator.pk: each.indicator for each in owed if each.indicator.is_computed}.values()
        ),
        "waiting": _waiting_rows(first, request.user),
        "waiting_count": first.paginator.count,
        "waiting_url": f"?xem={_WAITING_VIEW}",
    }
    return render(request, "plans/figures.html", context)


def _all_waiting(request: PersonRequest, waiting: QuerySet[Measurement]) -> HttpResponse:
    page: Page[Any] = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    page.object_list = _waiting_rows(page.object_list, request.user)
    return render(request, "plans/figures_waiting.html", {"page": page})


def _counters(rows: Iterable[OwedRow], active: str) -> list[dict[str, Any]]:
    found = Counter(row.standing for row in rows)
    return [
        {
            "label": each.label,
            "value": found[each],
            "kind": STANDING_KINDS[each],
            "url": f"?state={each.value}",
            "active": active == each.value,
        }
        for each in Standing
        if found[each] or each == Standing.MISSING
    ]


def _grouped(shown: Sequence[OwedRow], everything: Sequence[OwedRow], user: User) -> list[dict[str, Any]]:
    """Rows under their indicator; the heading counts all units this person sees, filtered away or not."""
    groups: list[dict[str, Any]] = []
    for row in shown:
        if not groups or groups[-1]["indicator"] != row.owed.indicator:
            of_indicator = [each for each in everything if each.owed.indicator == row.owed.indicator]
            groups.append({"indicator": row.owed.indicator, "tallies": _tallies(of_indicator), "rows": []})
        groups[-1]["rows"].append(_row(row, user))
    return groups


def _tallies(rows: Sequence[OwedRow]) -> list[str]:
    """ "Kỳ vừa chốt, tháng 9 năm 2026 (…): 05/06 đơn vị đã báo cáo; chưa báo cáo: …"; outside bodies aside."""
    closed = [(row, row.closed, row.in_closed) for row in rows if row.closed]
    running = [(row, row.running, row.in_running) for row in rows if row.running]
    found = []
    for title, in_window in (("Kỳ vừa chốt", closed), ("Kỳ hiện nay", running)):
        if not in_window:
            continue
        window = in_window[0][1]
        words = f"{title}: {window_words(window)}"
        asked = [(row, figure) for row, _, figure in in_window if not row.owed.unit.is_outside]
        if len(asked) > 1:
            missing = [row.owed.unit.label for row, figure in asked if figure is None]
            words += f"; {count_vi(len(asked) - len(missing))}/{count_vi(len(asked))} đơn vị đã báo cáo"
            if missing and in_window is closed:
                more = len(missing) - MOST_NAMES
                names = ", ".join(missing[:MOST_NAMES])
                words += f"; chưa báo cáo: {names}" + (
                    f" và {count_vi(more)} đơn vị khác" if more > 0 else ""
                )
        found.append(f"{words}.")
    return found


def _row(row: OwedRow, user: User) -> dict[str, Any]:
    owed = row.owed
    url = reverse("figure", args=[owed.indicator.pk, owed.unit.pk])
    grant = _submit_grant(user, owed)
    report = row.to_report
    newest = row.newest
    return {
        "pair": (owed.indicator.pk, owed.unit.pk),
        "unit": owed.unit.label,
        "url": url,
        "value": figure_words(newest, owed.indicator) if newest else "",
        "value_sub": f"đến ngày {day(newest.as_of)}" if newest else "",
        "windows": [
            _window_cell("Kỳ vừa chốt", row.closed_standing, row.in_closed),
            _window_cell("Kỳ hiện nay", row.running_standing, row.in_running),
        ],
        "act_url": f"{url}?ky={report.key}#bao-cao" if grant and report else "",
        "act": "Nhập thay" if grant and grant.role == "plan_owner" else "Báo cáo",
    }


def _mark_alarms(groups: list[dict[str, Any]]) -> None:
    """Where another system says otherwise and nobody has ruled: a mark that leads to both figures."""
    shown = [row for group in groups for row in group["rows"]]
    found = alarms(row["pair"] for row in shown)
    for row in shown:
        row["alarms"] = [exchange_row(each) for each in found.get(row["pair"], ())]


def _window_cell(label: str, found: Standing | None, figure: Measurement | None) -> dict[str, Any]:
    decision = decision_of(figure) if figure else None
    return {
        "label": label,
        "kind": STANDING_KINDS[found] if found else "",
        "text": found.label if found else "",
        "reason": decision.reason if decision else "",
    }


def _submit_grant(user: User, owed: Owed) -> RoleGrant | None:
    """As `actions.figure_grant`, over plans already read: a list asks for many rows."""
    grants = (
        capacity(user, "figure.submit", answering=owed.unit),
        *(capacity(user, "figure.submit", tracking=plan.tracking_unit) for plan in owed.plans),
    )
    return next((grant for grant in grants if grant is not None), None)


def _waiting(user: User) -> QuerySet[Measurement]:
    """Figures that wait for this person's office, oldest first."""
    followed = TargetIndicator.objects.filter(
        indicator=OuterRef("indicator"), target__plan__in=Plan.objects.written_by(user)
    )
    return (
        Measurement.objects.visible_to(user)
        .current()
        .filter(Exists(followed), decision__isnull=True)
        .select_related("indicator", "unit", "recorded_by")
        .order_by("entered_at", "pk")
    )


def _waiting_rows(figures: Iterable[Measurement], user: User) -> list[dict[str, Any]]:
    """Each with what another system says against it: nobody accepts one of two figures unseen."""
    figures = list(figures)
    against = contradicted(figures)
    return [
        _waiting_row(each, user) | {"alarms": [exchange_row(other) for other in against.get(each.pk, ())]}
        for each in figures
    ]


def _waiting_row(figure: Measurement, user: User) -> dict[str, Any]:
    url = reverse("figure", args=[figure.indicator_id, figure.unit_id])
    return {
        "figure": figure,
        "value": figure_words(figure, figure.indicator),
        "period": period_words(figure),
        "url": url,
        "accept_url": reverse("figure_accept", args=[figure.pk]) if may_decide(figure, user) else "",
        "return_url": f"{url}#yeu-cau-bo-sung-{figure.pk}",
    }


# --- One figure -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bound:
    """A form that came back with errors: which panel it belongs to, and what is in it."""

    report: ReportFigureForm | None = None
    returned: tuple[int, ReturnFigureForm] | None = None
    conflict: str = ""
    status: int = 200


def owed_or_404(user: User, indicator: int, unit: int) -> Owed:
    """The figure, for people who read its unit or follow its plan; past figures stay readable after the plan."""
    for each in figures_owed(user, today(), indicator=indicator):
        if each.unit.pk == unit:
            return each
    past = Measurement.objects.visible_to(user).filter(indicator=indicator, unit=unit)
    last = past.select_related("indicator", "unit").first()
    if last is None:
        raise Http404
    return Owed(last.indicator, last.unit)


@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: PersonRequest, indicator: int, unit: int) -> HttpResponse:
    """One figure of one unit with its history; POST reports it for a window."""
    owed = owed_or_404(request.user, indicator, unit)
    if request.method == "POST":
        return _report(request, owed)
    return _page(request, owed, _Bound())


def _may_report(user: User, owed: Owed) -> RoleGrant | None:
    if owed.indicator.is_computed or not owed.targets:
        return None
    return figure_grant(user, "figure.submit", owed.indicator, owed.unit)


def _report_form(
    request: PersonRequest, owed: Owed, grant: RoleGrant, data: Any = None, files: Any = None
) -> ReportFigureForm:
    windows = open_windows(owed, today())
    reported = {
        figure.period_key: figure
        for figure in _figures_of(owed).filter(period_key__in=[window.key for window in windows])
    }
    closed = containing(owed.indicator.frequency, today()).previous()
    asked = request.GET.get("ky", "")
    chosen = next(
        (window for window in windows if window.key == asked),
        next(
            (
                w
                for w in windows
                if w.key == closed.key
                and standing(reported.get(w.key)) in (Standing.MISSING, Standing.RETURNED)
            ),
            None,
        )
        or next(iter(windows), None),
    )
    known = reported.get(chosen.key) if chosen else None
    again = known is not None and (standing(known) == Standing.RETURNED or wants_cause(owed, known))
    sent_back = known if again else None
    initial = prefill(sent_back, owed.indicator) | {
        "period": chosen.key if chosen else "",
        "seen": _newest(owed),
    }
    return ReportFigureForm(
        data,
        files,
        initial=initial,
        owed=owed,
        windows=windows,
        reported=reported,
        for_unit=grant.role == "plan_owner",
    )


def _figures_of(owed: Owed) -> QuerySet[Measurement]:
    return (
        Measurement.objects.current()
        .filter(indicator=owed.indicator, unit=owed.unit, period_kind__in=(owed.indicator.frequency, TO_DAY))
        .select_related("decision")
    )


def _newest(owed: Owed) -> int:
    found = Measurement.objects.filter(indicator=owed.indicator, unit=owed.unit).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0


def _report(request: PersonRequest, owed: Owed) -> HttpResponse:
    """403 without the right, 409 when somebody reported or it was locked meanwhile, 422 when the form is wrong."""
    grant = _may_report(request.user, owed)
    if grant is None:
        raise PermissionDenied
    form = _report_form(request, owed, grant, request.POST, request.FILES)
    # Nine months and the year have the same key.
    asked = RoundItem.objects.standing().filter(
        indicator=owed.indicator,
        unit=owed.unit,
        period_kind__in=(owed.indicator.frequency, TO_DAY),
        period_key=request.POST.get("period", ""),
    )
    asking = asked.select_related("round")
    if locked := [item.round for item in asking if item.round.is_locked(today())]:
        # The page was open when the period was locked: what was typed is kept for the correction.
        return _page(request, owed, _Bound(report=form, conflict=locked[0].locked_words, status=409))
    if not form.is_valid():
        return _page(request, owed, _Bound(report=form, status=422))
    data = form.cleaned_data
    try:
        with transaction.atomic():
            Unit.objects.select_for_update().get(pk=owed.unit.pk)
            if data["seen"] != _newest(owed):
                # The form comes back with what was typed; the page around it now shows the newest report.
                kept = request.POST.copy()
                kept["seen"] = str(_newest(owed))
                form = _report_form(request, owed, grant, kept)
                conflict = "Số liệu này vừa có báo cáo mới. Nội dung đã nhập vẫn còn; hãy xem lại rồi gửi."
                return _page(request, owed, _Bound(report=form, conflict=conflict, status=409))
            made = actions.report_figure(
                owed.indicator,
                owed.unit,
                data["window"],
                by=request.user,
                numerator=data["numerator"],
                denominator=data.get("denominator"),
                as_of=data["as_of"],
                source=data["source"],
                note=data["note"],
                cause=data["cause"],
                remedy=data["remedy"],
            )
            attach_proof([made], by=request.user, unit=owed.unit, data=data)
    except RuleBroken as error:
        form.add_error(None, error.messages)
        return _page(request, owed, _Bound(report=form, status=422))
    revision = f" (lần {made.revision})" if made.revision > 1 else ""
    messages.success(
        request,
        f"Đã gửi số liệu {period_words(made)}{revision}: {figure_words(made, owed.indicator)}. Chờ xác nhận.",
    )
    return redirect("figure", indicator=owed.indicator.pk, unit=owed.unit.pk)


def _page(request: PersonRequest, owed: Owed, bound: _Bound) -> HttpResponse:
    user, indicator, on = request.user, owed.indicator, today()
    prefetch_related_objects([indicator], "versions")
    grant = _may_report(user, owed)
    decides = figure_grant(user, "figure.accept", indicator, owed.unit) is not None
    related = ("decision__decided_by", "recorded_by")
    mine = Measurement.objects.visible_to(user).filter(indicator=indicator, unit=owed.unit)
    current = mine.current().select_related(*related).order_by("-period_end", "-pk")
    page = Paginator(current, PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    revisions = list(
        mine.filter(period_key__in=[each.period_key for each in shown])
        .select_related(*related)
        .prefetch_related("proofs__file")
        .order_by("-entered_at", "-pk")
    )
    page.object_list = period_rows(owed, shown)
    report_form = bound.report or (_report_form(request, owed, grant) if grant else None)
    context = {
        "owed": owed,
        "indicator": indicator,
        "unit": owed.unit,
        "page": page,
        "trend": trend_of(owed, shown, on),
        "redefined": indicator.redefined(),
        "facts": _facts(owed),
        "in_force": [demand_words(each, indicator) for each in demands(owed, on)],
        "timeline": timeline(revisions, indicator),
        "report_form": report_form if report_form is not None and report_form.windows else None,
        "report_open": bool(request.GET.get("ky")) or bound.report is not None,
        "for_unit": grant is not None and grant.role == "plan_owner",
        "waiting": [
            _decision_panel(each, user, bound)
            for each in shown
            if decides and standing(each) == Standing.WAITING
        ],
        "corrections": [
            {"period": period_words(each), "url": reverse("correction", args=[each.pk])}
            for each in shown
            if each.correction
        ],
        "correct_url": _correct_url(user, owed),
        "sent_back": [
            {"period": period_words(each), "decision": decision_of(each)}
            for each in shown
            if standing(each) == Standing.RETURNED
        ],
        "conflict": bound.conflict,
        "exchanges": [exchange_row(each) for each in beside_reports([(indicator.pk, owed.unit.pk)])],
        "owes_cause": _owes_cause(owed, shown),
        "targets": Target.objects.visible_to(user).filter(pk__in=[each.pk for each in owed.targets]),
    }
    return render(request, "plans/figure.html", context, status=bound.status)


def _correct_url(user: User, owed: Owed) -> str:
    """Where a figure of a locked period is corrected; "" for whoever may not, and while nothing is locked."""
    may = figure_grant(user, "figure.correct", owed.indicator, owed.unit)
    if may is None or not locked_periods(owed.indicator, owed.unit, today(), most=1):
        return ""
    return reverse("figure_correct", args=[owed.indicator.pk, owed.unit.pk])


def _owes_cause(owed: Owed, newest_first: Sequence[Measurement]) -> dict[str, str] | None:
    """The newest figure, where another system gave it and it is off track: the unit is asked for the cause."""
    newest = next(iter(newest_first), None)
    if newest is None or not wants_cause(owed, newest):
        return None
    return {
        "period": period_words(newest),
        "value": figure_words(newest, owed.indicator),
        "url": f"?ky={newest.period_key}#bao-cao",
    }


def _decision_panel(figure: Measurement, user: User, bound: _Bound) -> dict[str, Any]:
    form: ReturnFigureForm | None = None
    if bound.returned is not None and bound.returned[0] == figure.pk:
        form = bound.returned[1]
    row = _waiting_row(figure, user)
    row["proofs"] = [proof_words(each) for each in figure.proofs.all()]
    row["form"] = form or ReturnFigureForm(prefix=str(figure.pk))
    row["form_url"] = reverse("figure_return", args=[figure.pk])
    row["name"] = f"yeu-cau-bo-sung-{figure.pk}"
    return row


def _facts(owed: Owed) -> list[tuple[str, Any]]:
    indicator = owed.indicator
    facts = [
        ("Tử số", indicator.numerator or "Chưa ghi"),
        ("Mẫu số", indicator.denominator or "Chưa ghi"),
    ]
    if not indicator.is_ratio:
        facts = [("Số liệu", indicator.numerator or indicator.name), ("Đơn vị tính", indicator.measure_unit)]
    facts += [
        ("Loại số liệu", indicator.get_basis_display()),
        ("Tần suất", indicator.get_frequency_display()),
        ("Nguồn số liệu", indicator.data_source or indicator.get_source_display()),
    ]
    if indicator.legal_basis:
        facts.append(("Căn cứ", indicator.legal_basis))
    for target in owed.targets:
        levels = "; ".join(
            f"{each.phrase or day(each.nominal_end or each.holds_from)}: {demand_words(each, indicator)}"
            for each in target.milestones.all()
        )
        who = " (tính chung cả nhóm)" if target not in owed.own_targets else ""
        facts.append((f"Mức phải đạt, {target.plan.label}{who}", levels or "Văn bản không nêu"))
    return facts


# --- Deciding -------------------------------------------------------------------------------------


def _to_decide(request: PersonRequest, pk: int, verb: str) -> Measurement:
    found = get_object_or_404(
        Measurement.objects.visible_to(request.user).select_related("indicator", "unit"), pk=pk
    )
    if figure_grant(request.user, verb, found.indicator, found.unit) is None:
        raise PermissionDenied
    return found


@require_POST
def figure_accept(request: PersonRequest, measurement: int) -> HttpResponse:
    """Takes the figure as it is; 409 when it was decided or reported anew meanwhile."""
    found = _to_decide(request, measurement, "figure.accept")
    try:
        actions.accept_figure(found, by=request.user)
    except RuleBroken as error:
        return _refused(request, found, error)
    messages.success(request, f"Đã xác nhận số liệu {period_words(found)} của {found.unit.label}.")
    if request.POST.get("back") == "figures":
        return redirect("figures")
    return redirect("figure", indicator=found.indicator_id, unit=found.unit_id)


@require_POST
def figure_return(request: PersonRequest, measurement: int) -> HttpResponse:
    """Asks the unit for a better figure, saying why."""
    found = _to_decide(request, measurement, "figure.return")
    form = ReturnFigureForm(request.POST, prefix=str(found.pk))
    if not form.is_valid():
        owed = owed_or_404(request.user, found.indicator_id, found.unit_id)
        return _page(request, owed, _Bound(returned=(found.pk, form), status=422))
    try:
        actions.return_figure(found, by=request.user, reason=form.cleaned_data["reason"])
    except RuleBroken as error:
        return _refused(request, found, error)
    messages.success(request, f"Đã gửi yêu cầu bổ sung số liệu {period_words(found)} đến {found.unit.label}.")
    return redirect("figure", indicator=found.indicator_id, unit=found.unit_id)


def _refused(request: PersonRequest, found: Measurement, error: RuleBroken) -> HttpResponse:
    owed = owed_or_404(request.user, found.indicator_id, found.unit_id)
    return _page(request, owed, _Bound(conflict=" ".join(error.messages), status=409))
