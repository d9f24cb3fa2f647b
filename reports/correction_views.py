"""The page of one correction: old and new figure, who asked and decided, the issued reports that printed the old one
and what is done about each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.fields import DayFormField, LineFormField
from core.forms import StyledForm
from core.templatetags.ui import day, moment
from plans.actions import figure_grant
from plans.corrections import Correction
from plans.models import FigureProof, Measurement
from plans.owed import Standing, decision_of, standing
from plans.tables import STANDING_KINDS, figure_words, proof_words
from reports import corrections
from reports.corrections import Printed
from reports.models import PrintedFigureRemedy, Report
from units.actions import RuleBroken
from units.permissions import capacity
from units.requests import PersonRequest


class RemedyForm(StyledForm, forms.Form):
    """What shall be done about one issued report, and who decided so."""

    report = forms.ChoiceField(label="Báo cáo đã ban hành", error_messages={"required": "Hãy chọn báo cáo."})
    choice = forms.ChoiceField(
        label="Cách xử lý",
        choices=PrintedFigureRemedy.Choice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn cách xử lý."},
    )
    decided_by = LineFormField(
        label="Người quyết định",
        max_length=150,
        error_messages={"required": "Hãy ghi họ tên, chức vụ người quyết định."},
    )
    decided_on = DayFormField(
        label="Ngày quyết định", error_messages={"required": "Hãy nhập ngày quyết định."}
    )
    basis = LineFormField(
        label="Văn bản căn cứ", max_length=200, required=False, help_text="Chưa có thì để trống."
    )

    def __init__(self, *args: Any, open_reports: Sequence[Report], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_reports = {str(each.pk): each for each in open_reports}
        names = [(key, report_words(each)) for key, each in self.open_reports.items()]
        self.fields["report"].choices = names  # type: ignore[attr-defined]

    def clean_decided_on(self) -> Any:
        decided_on = self.cleaned_data["decided_on"]
        if decided_on > today():
            raise ValidationError("Ngày quyết định không được sau hôm nay.")
        return decided_on


def report_words(report: Report) -> str:
    """ "12/BC-VP ngày 16/10/2026: Báo cáo …"."""
    return f"{report.number} ngày {day(report.issued_on)}: {report.title}"


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: PersonRequest, pk: int) -> HttpResponse:
    """Read by whoever reads the figure; POST, by the office that wrote the report, records what is done about it."""
    asked = Measurement.objects.visible_to(request.user).exclude(correction="")
    figure = get_object_or_404(
        asked.select_related("indicator", "unit", "recorded_by", "decision__decided_by"), pk=pk
    )
    found = corrections.correction_of(figure)
    printed = _printed(request, found)
    open_reports = [
        each.report
        for each in printed
        if each.remedy is None
        and standing(figure) == Standing.ACCEPTED
        and capacity(request.user, "report.write", tracking=each.report.plan.tracking_unit) is not None
    ]
    form, status = RemedyForm(open_reports=open_reports, initial={"decided_on": today()}), 200
    if request.method == "POST":
        if figure_grant(request.user, "figure.accept", figure.indicator, figure.unit) is None:
            raise PermissionDenied
        form, status = RemedyForm(request.POST, open_reports=open_reports), 422
        if form.is_valid() and _decide(request, figure, form):
            messages.success(request, "Đã ghi nhận cách xử lý báo cáo đã ban hành.")
            return redirect("correction", pk=figure.pk)
    context = {
        "figure": figure,
        "facts": _facts(found),
        "state": _state(figure),
        "reports_read": bool(printed) or _reads_reports(request, figure),
        "printed": [_printed_words(each) for each in printed],
        "form": form if open_reports or form.is_bound else None,
        "waiting": standing(figure) == Standing.WAITING,
    }
    return render(request, "reports/correction.html", context, status=status)


def _printed(request: PersonRequest, found: Correction) -> list[Printed]:
    """Of reports this person sees."""
    printed = corrections.printed_in(found)
    pks = [each.report.pk for each in printed]
    seen = set(Report.objects.visible_to(request.user).filter(pk__in=pks).values_list("pk", flat=True))
    return [each for each in printed if each.report.pk in seen]


def _reads_reports(request: PersonRequest, figure: Measurement) -> bool:
    return figure_grant(request.user, "figure.accept", figure.indicator, figure.unit) is not None


def _decide(request: PersonRequest, figure: Measurement, form: RemedyForm) -> bool:
    data = form.cleaned_data
    try:
        corrections.decide_remedy(
            figure,
            form.open_reports[data["report"]],
            by=request.user,
            choice=data["choice"],
            decided_by=data["decided_by"],
            decided_on=data["decided_on"],
            basis=data["basis"],
        )
    except RuleBroken as error:
        form.add_error(None, error)
        return False
    return True


def _state(figure: Measurement) -> dict[str, str]:
    found = standing(figure)
    words = {Standing.ACCEPTED: "Đã đồng ý điều chỉnh", Standing.WAITING: "Chờ quyết định"}
    return {"kind": STANDING_KINDS[found], "text": words.get(found, found.label)}


def _facts(found: Correction) -> list[tuple[str, Any]]:
    new, decision = found.new, decision_of(found.new)
    by = f"{new.recorded_by.full_name}{' (Văn phòng nhập thay)' * new.recorded_for_unit}"
    facts: list[tuple[str, Any]] = [
        ("Đơn vị", new.unit.name),
        ("Kỳ số liệu", new.window.label),
        ("Số đã xác nhận trước đó", figure_words(found.old, new.indicator) if found.old else "Không có"),
        ("Số điều chỉnh", figure_words(new, new.indicator)),
        ("Lý do", new.correction),
        ("Người đề nghị", f"{by}, {moment(new.entered_at)}"),
    ]
    if new.source:
        facts.append(("Nguồn", new.source))
    facts += [
        ("Tài liệu kiểm chứng", _proof(each))
        for each in FigureProof.objects.filter(measurement=new).select_related("file")
    ]
    if decision is not None:
        facts.append(("Người quyết định", f"{decision.decided_by.full_name}, {moment(decision.decided_at)}"))
        if decision.reason:
            facts.append(("Ý kiến", decision.reason))
    return facts


def _proof(proof: FigureProof) -> Any:
    found = proof_words(proof)
    return (
        format_html('<a href="{}">{}</a>', found["url"], found["words"]) if found["url"] else found["words"]
    )


def _printed_words(each: Printed) -> dict[str, Any]:
    remedy = each.remedy
    return {
        "title": report_words(each.report),
        "url": reverse("report", args=[each.report.pk]),
        "places": ", ".join(each.places),
        "remedy": remedy.get_choice_display() if remedy else "",
        "decided": f"{remedy.decided_by}, {day(remedy.decided_on)}; {remedy.basis or 'chưa có văn bản'};"
        f" {remedy.by.full_name} ghi nhận"
        if remedy
        else "",
    }
