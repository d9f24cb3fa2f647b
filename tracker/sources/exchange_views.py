"""Two sources for one figure, side by side: the unit confirms or disputes, the office rules; nothing is overwritten."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from core.clock import today
from core.templatetags.ui import day, moment
from plans import sources as verbs
from plans.actions import figure_grant
from plans.models import SourceAnswer, SourceFigure, SourceFile
from plans.source_words import exchange_row, words_of
from plans.sources import Standing, answer_of, ruling_of, standing_of
from tasks.models.facts import How
from tracker.sources.forms import AgreeForm, DisputeForm, RulingForm
from units.actions import RuleBroken
from units.models import User
from units.permissions import Role
from units.requests import PersonRequest

PAGE = 50


@require_safe
def source_figures(request: PersonRequest) -> HttpResponse:
    """What still wants a word: of the unit, or of the office."""
    page: Any = Paginator(verbs.open_exchanges(request.user), PAGE).get_page(request.GET.get("page"))
    page.object_list = [exchange_row(each) for each in page.object_list]
    context = {"page": page, "brings": request.user.has_role(Role.PLAN_OWNER)}
    return render(request, "tracker/sources/figures.html", context)


def _found(request: PersonRequest, pk: int) -> SourceFigure:
    seen = verbs.with_related(SourceFigure.objects.visible_to(request.user))
    return get_object_or_404(seen, pk=pk)


@require_safe
def source_figure(request: PersonRequest, pk: int) -> HttpResponse:
    """Both sources, what was said about them, and what this person may say."""
    return _page(request, _found(request, pk))


def _grants(user: User, found: SourceFigure) -> tuple[Any, Any]:
    return (
        figure_grant(user, "figure.answer_source", found.indicator, found.unit),
        figure_grant(user, "figure.rule_source", found.indicator, found.unit),
    )


def _page(
    request: PersonRequest,
    found: SourceFigure,
    *,
    bound: dict[str, Any] | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    answering, ruling = _grants(request.user, found)
    forms: dict[str, Any] = {}
    newest = not SourceFigure.objects.filter(
        system=found.system,
        indicator=found.indicator,
        unit=found.unit,
        period_kind=found.period_kind,
        period_key=found.period_key,
        revision__gt=found.revision,
    ).exists()
    answer = answer_of(found)
    if answer is None and newest and answering is not None:
        for_unit = answering.role == Role.PLAN_OWNER
        forms["agree"] = AgreeForm(for_unit=for_unit)
        forms["dispute"] = DisputeForm(for_unit=for_unit, figure=found)
    if ruling is not None and newest and (standing_of(found) == Standing.DISPUTED or _holds_to_report(found)):
        forms["rule"] = RulingForm(figure=found)
    forms |= bound or {}
    context = {
        "row": exchange_row(found),
        "found": found,
        "forms": forms,
        "takes": ruling is not None and newest and standing_of(found) == Standing.OVERDUE,
        "facts": _facts(request, found),
        "timeline": _timeline(found),
        "conflict": conflict,
        "for_unit": answering is not None and answering.role == Role.PLAN_OWNER,
    }
    return render(request, "tracker/sources/figure.html", context, status=status)


def _holds_to_report(found: SourceFigure) -> bool:
    """The unit had reported another figure and did not answer by the day: its report can be ruled on."""
    silent = answer_of(found) is None and today() > found.answer_by
    return silent and standing_of(found) == Standing.DIFFERS


def _facts(request: PersonRequest, found: SourceFigure) -> list[tuple[str, Any]]:
    opens = SourceFile.objects.visible_to(request.user).filter(pk=found.file_id).exists()
    facts = [
        ("Hệ thống", found.get_system_display()),
        ("Vị trí trong tệp", f"{found.file.name}, {found.place}"),
        ("Số liệu đến ngày", day(found.as_of)),
        ("Người nhập", f"{found.recorded_by.full_name}, {moment(found.entered_at)}"),
        ("Đề nghị đơn vị trả lời", f"trước hết ngày {day(found.answer_by)}"),
        ("Tử số", found.indicator.numerator or "Chưa ghi"),
    ]
    if found.indicator.is_ratio:
        facts.append(("Mẫu số", found.indicator.denominator or "Chưa ghi"))
    if opens:
        link = format_html(
            '<a href="{}">{}</a>', reverse("source_file", args=[found.file_id]), found.file.name
        )
        facts += [("Tệp gốc", link), ("Mã băm SHA-256 của tệp", found.file.sha256)]
    return facts


def _timeline(found: SourceFigure) -> list[dict[str, Any]]:
    """Every figure a system gave for this period with what was said about it, newest first."""
    facts: list[tuple[Any, int, dict[str, Any]]] = []
    for each in verbs.revisions_of(found):
        words = words_of(each.numerator, each.denominator, each.indicator)
        facts.append((each.entered_at, 0, {
            "title": f"Nhập từ {each.get_system_display()}, lần {each.revision}",
            "kind": "waiting", "icon": "upload", "who": each.recorded_by.full_name,
            "happened": moment(each.entered_at), "text": f"{words}, tệp {each.file.name}, {each.place}.",
        }))  # fmt: skip
        answer, ruling = answer_of(each), ruling_of(each)
        if answer is not None:
            facts.append((answer.entered_at, 1, _answer_fact(answer, each)))
        if answer is not None and ruling is not None:
            how = How(ruling.how).label
            paper = (
                f", {ruling.basis}"
                if ruling.basis
                else ", chưa có văn bản"
                if ruling.how != How.DIRECT
                else ""
            )
            facts.append((ruling.entered_at, 2, {
                "title": f"Kết luận: {ruling.get_stands_display()}", "kind": "done", "icon": "check-circle",
                "who": ruling.by.full_name, "happened": moment(ruling.entered_at),
                "text": f"Người quyết định: {ruling.decided_by} ({how}{paper}).\n{ruling.reason}",
            }))  # fmt: skip
    return [fact for _, _, fact in sorted(facts, key=lambda each: each[:2], reverse=True)]


def _answer_fact(answer: SourceAnswer, found: SourceFigure) -> dict[str, Any]:
    lines = []
    if answer.numerator is not None:
        lines.append(f"Số của đơn vị: {words_of(answer.numerator, answer.denominator, found.indicator)}.")
    lines += [line for line in (answer.reason, f"Nguồn: {answer.source}" if answer.source else "") if line]
    return {
        "title": answer.get_verdict_display(),
        "kind": "done" if answer.verdict == SourceAnswer.Verdict.AGREED else "returned",
        "icon": "check" if answer.verdict == SourceAnswer.Verdict.AGREED else "undo",
        "who": answer.by.full_name,
        "happened": moment(answer.entered_at),
        "text": "\n".join(lines),
        "marks": [{"kind": "plain", "text": "Văn phòng nhập thay"}] if answer.recorded_for_unit else [],
    }


# --- Verbs ------------------------------------------------------------------------------------------------------------


@require_POST
def source_agree(request: PersonRequest, pk: int) -> HttpResponse:
    """The unit confirms the figure of the system."""
    found, grant = _to_answer(request, pk)
    form = AgreeForm(request.POST, for_unit=grant.role == Role.PLAN_OWNER)
    if not form.is_valid():
        return _page(request, found, bound={"agree": form}, status=422)
    try:
        verbs.agree(found, by=request.user, source=form.cleaned_data.get("source", ""))
    except RuleBroken as error:
        return _page(request, found, conflict=" ".join(error.messages), status=409)
    messages.success(request, f"Đã thống nhất số liệu {found.window.label} của hệ thống.")
    return redirect("source_figure", pk=pk)


@require_POST
def source_dispute(request: PersonRequest, pk: int) -> HttpResponse:
    """The unit gives its own figure and its reason."""
    found, grant = _to_answer(request, pk)
    form = DisputeForm(request.POST, for_unit=grant.role == Role.PLAN_OWNER, figure=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            verbs.dispute(
                found,
                by=request.user,
                numerator=data["numerator"],
                denominator=data.get("denominator"),
                reason=data["reason"],
                source=data.get("source", ""),
            )
        except RuleBroken as error:
            return _refused(request, found, "dispute", form, error)
        messages.success(request, "Đã gửi đề nghị đối chiếu số liệu.")
        return redirect("source_figure", pk=pk)
    return _page(request, found, bound={"dispute": form}, status=422)


@require_POST
def source_take(request: PersonRequest, pk: int) -> HttpResponse:
    """After the unit's silence the office takes the figure, marked so."""
    found = _to_rule(request, pk)
    try:
        verbs.take_unanswered(found, by=request.user)
    except RuleBroken as error:
        return _page(request, found, conflict=" ".join(error.messages), status=409)
    messages.success(request, "Đã lấy số liệu của hệ thống, ghi rõ “đơn vị chưa xác nhận”.")
    return redirect("source_figure", pk=pk)


@require_POST
def source_rule(request: PersonRequest, pk: int) -> HttpResponse:
    """Which figure holds, who decided so, how, on what paper."""
    found = _to_rule(request, pk)
    answer = answer_of(found)
    form = RulingForm(request.POST, figure=found)
    if not form.is_valid():
        return _page(request, found, bound={"rule": form}, status=422)
    data = form.cleaned_data
    try:
        with transaction.atomic():
            verbs.rule(
                answer or verbs.hold_to_report(found, by=request.user),
                by=request.user,
                stands=data["stands"],
                reason=data["reason"],
                numerator=data["numerator"],
                denominator=data.get("denominator"),
                decided_by=data["decided_by"],
                how=data["how"] or How.DIRECT,
                basis=data["basis"],
            )
    except RuleBroken as error:
        return _refused(request, found, "rule", form, error)
    messages.success(request, "Đã ghi kết luận đối chiếu số liệu.")
    return redirect("source_figure", pk=pk)


def _refused(
    request: PersonRequest, found: SourceFigure, name: str, form: Any, error: RuleBroken
) -> HttpResponse:
    """A rule about a field comes back at the field; what happened meanwhile comes back above the page."""
    fields = getattr(error, "error_dict", {})
    if fields and all(field in form.fields for field in fields):
        form.add_error(None, error)
        return _page(request, found, bound={name: form}, status=422)
    return _page(request, found, conflict=" ".join(error.messages), status=409)


def _to_answer(request: PersonRequest, pk: int) -> tuple[SourceFigure, Any]:
    found = _found(request, pk)
    grant = figure_grant(request.user, "figure.answer_source", found.indicator, found.unit)
    if grant is None:
        raise PermissionDenied
    return found, grant


def _to_rule(request: PersonRequest, pk: int) -> SourceFigure:
    found = _found(request, pk)
    if figure_grant(request.user, "figure.rule_source", found.indicator, found.unit) is None:
        raise PermissionDenied
    return found


@require_safe
def source_file(request: PersonRequest, pk: int) -> FileResponse:
    """The file as it came."""
    kept = get_object_or_404(SourceFile.objects.visible_to(request.user), pk=pk)
    try:
        stored = kept.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored, as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
