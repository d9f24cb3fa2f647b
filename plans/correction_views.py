"""The page that asks for the correction of one figure of a locked period."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.fields import LineFormField, ProseFormField
from core.periods import Period
from core.templatetags.ui import day
from plans import actions, corrections
from plans.actions import RuleBroken, figure_grant
from plans.forms import AmountField
from plans.models import Measurement
from plans.owed import Owed, standing
from plans.proofs import ProofForm, attach_proof
from plans.tables import STANDING_KINDS, amount_words, figure_words, window_words
from plans.views import owed_or_404
from units.permissions import Role
from units.requests import PersonRequest


class CorrectFigureForm(ProofForm):
    """The figure as it should have been, and why; `seen` is the revision the person looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    period = forms.ChoiceField(label="Kỳ đã khóa")
    numerator = AmountField(label="Tử số đúng", error_messages={"required": "Hãy nhập tử số."})
    denominator = AmountField(label="Mẫu số đúng", error_messages={"required": "Hãy nhập mẫu số."})
    reason = ProseFormField(
        label="Lý do điều chỉnh",
        max_length=2000,
        error_messages={"required": "Hãy ghi lý do điều chỉnh."},
        help_text="Báo cáo kỳ sau in lý do này tại mục “Điều chỉnh số liệu kỳ trước”.",
    )
    source = LineFormField(label="Nguồn số liệu", max_length=200, required=False)
    field_order = (
        "seen", "period", "numerator", "denominator", "reason", "source", "number", "issued_on", "issuer", "file",
    )  # fmt: skip

    def __init__(
        self, *args: Any, owed: Owed, locked: Sequence[Period], for_unit: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.windows = {_name(each): each for each in locked}
        choices = [(name, window_words(window)) for name, window in self.windows.items()]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        numerator, denominator = self.fields["numerator"], self.fields["denominator"]
        # Help texts are printed as HTML; an indicator's definition is a person's text.
        numerator.help_text = escape(owed.indicator.numerator)
        denominator.help_text = escape(owed.indicator.denominator)
        if not owed.indicator.is_ratio:
            numerator.label = f"Số liệu đúng ({owed.indicator.measure_unit})"
            numerator.error_messages["required"] = "Hãy nhập số liệu."
            del self.fields["denominator"]
        if for_unit:
            source = self.fields["source"]
            source.required = True
            source.help_text = "Văn phòng nhập thay: ghi văn bản, thư điện tử hoặc người cung cấp."
            source.error_messages["required"] = "Hãy ghi nguồn số liệu của đơn vị."


def _name(window: Period) -> str:
    return f"{window.kind}:{window.key}"


@require_http_methods(["GET", "HEAD", "POST"])
def figure_correct(request: PersonRequest, indicator: int, unit: int) -> HttpResponse:
    """403 for who may only read; 409 when the figure changed meanwhile; without a locked period nothing to correct."""
    owed = owed_or_404(request.user, indicator, unit)
    grant = figure_grant(request.user, "figure.correct", owed.indicator, owed.unit)
    if grant is None:
        raise PermissionDenied
    locked = corrections.locked_periods(owed.indicator, owed.unit, today())
    reported = _reported(owed)
    asked = request.GET.get("ky", "")
    chosen = next((each for each in locked if _name(each) == asked), next(iter(locked), None))
    old = reported.get(_name(chosen)) if chosen else None
    initial: dict[str, Any] = {"period": _name(chosen) if chosen else "", "seen": _newest(reported)}
    if old is not None:
        initial |= {
            "numerator": amount_words(old.numerator),
            "denominator": amount_words(old.denominator),
            "source": old.source,
        }
    for_unit = grant.role == Role.PLAN_OWNER
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CorrectFigureForm(*data, owed=owed, locked=locked, for_unit=for_unit, initial=initial)
    status, conflict = 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with transaction.atomic():
                # Whoever corrects at the same moment stands in line and is shown what came first.
                actions.lock_unit(owed.unit)
                reported = _reported(owed)
                seen_newest = form.cleaned_data["seen"] == _newest(reported)
                made = _ask(request, owed, form) if seen_newest else None
            if made is not None:
                messages.success(request, "Đã gửi đề nghị điều chỉnh. Chờ Văn phòng quyết định.")
                return redirect("figure", indicator=made.indicator_id, unit=made.unit_id)
            if not seen_newest:
                status, conflict = (
                    409,
                    "Số liệu này vừa có báo cáo mới. Nội dung đã nhập vẫn còn; hãy xem lại rồi gửi.",
                )
                kept = request.POST.copy()
                kept["seen"] = str(_newest(reported))
                form = CorrectFigureForm(kept, owed=owed, locked=locked, for_unit=for_unit)
    context = {
        "owed": owed,
        "indicator": owed.indicator,
        "unit": owed.unit,
        "form": form if locked else None,
        "for_unit": for_unit,
        "conflict": conflict,
        "rows": [_row(each, reported.get(_name(each)), owed) for each in locked],
    }
    return render(request, "plans/figure_correct.html", context, status=status)


def _ask(request: PersonRequest, owed: Owed, form: CorrectFigureForm) -> Measurement | None:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            made = corrections.correct_figure(
                owed.indicator,
                owed.unit,
                form.windows[data["period"]],
                by=request.user,
                reason=data["reason"],
                numerator=data["numerator"],
                denominator=data.get("denominator"),
                source=data["source"],
            )
            attach_proof([made], by=request.user, unit=owed.unit, data=data)
    except RuleBroken as error:
        form.add_error(None, error)
        return None
    return made


def _reported(owed: Owed) -> dict[str, Measurement]:
    """Period → its newest figure."""
    current = Measurement.objects.current().filter(indicator=owed.indicator, unit=owed.unit)
    return {f"{each.period_kind}:{each.period_key}": each for each in current.select_related("decision")}


def _newest(reported: dict[str, Measurement]) -> int:
    return max((each.pk for each in reported.values()), default=0)


def _row(window: Period, figure: Measurement | None, owed: Owed) -> dict[str, Any]:
    state = standing(figure)
    return {
        "period": window.label,
        "until": f"đến ngày {day(window.end)}",
        "value": figure_words(figure, owed.indicator) if figure else "Không có số liệu",
        "state": {"kind": STANDING_KINDS[state], "text": state.label} if figure else None,
        "url": f"?ky={_name(window)}",
    }
