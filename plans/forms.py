"""Forms of figures: the filter of the list, reporting one, sending one back."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import SECRET_REFUSED, looks_secret
from core.forms import StyledForm
from core.periods import Period
from core.templatetags.ui import day
from plans.actions import NOT_NEGATIVE, RuleBroken, check_amounts, check_day
from plans.amounts import read_amount
from plans.attainment import Figure
from plans.courses import behind_words
from plans.models import Indicator, Measurement
from plans.owed import Owed, Standing
from plans.proofs import ProofForm
from plans.tables import amount_words, window_words


class AmountField(LineFormField):
    """A count as clerks type it: "1.234", "12,5". Never a percentage: the system divides."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            amount = read_amount(typed)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if amount < 0:
            raise ValidationError(NOT_NEGATIVE)
        return amount


class ReportFigureForm(ProofForm):
    """One figure of one unit for one window.

    Cause and remedy are asked of people who type a figure short of the level in force or behind its line (design §3);
    of figures from other systems they are asked afterwards. `seen` is the newest report the person saw, so that nobody
    overwrites unread news.
    """

    sometimes_required = ("note",)
    field_order = (
        "seen", "period", "numerator", "denominator", "as_of", "source", "cause", "remedy", "note", "number",
        "issued_on", "issuer", "file",
    )  # fmt: skip

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    period = forms.ChoiceField(label="Kỳ báo cáo")
    numerator = AmountField(label="Tử số", error_messages={"required": "Hãy nhập tử số."})
    denominator = AmountField(label="Mẫu số", error_messages={"required": "Hãy nhập mẫu số."})
    as_of = DayFormField(
        label="Số liệu đến ngày",
        required=False,
        help_text="Để trống: đến hết kỳ, hoặc đến hôm nay nếu kỳ chưa kết thúc.",
    )
    source = LineFormField(label="Nguồn", max_length=200, required=False)
    cause = ProseFormField(
        label="Nguyên nhân",
        max_length=2000,
        required=False,
        help_text="Bắt buộc khi kết quả chưa đạt mức đang áp dụng hoặc chậm so với lộ trình.",
    )
    remedy = ProseFormField(
        label="Biện pháp khắc phục",
        max_length=2000,
        required=False,
        help_text="Bắt buộc cùng với nguyên nhân.",
    )
    note = ProseFormField(label="Ghi chú", max_length=2000, required=False)

    def __init__(
        self,
        *args: Any,
        owed: Owed,
        windows: Sequence[Period],
        reported: Iterable[str],
        for_unit: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owed, self.for_unit = owed, for_unit
        self.windows = {window.key: window for window in windows}
        known = set(reported)
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (key, window_words(window) + (" – đã báo cáo" if key in known else ""))
            for key, window in self.windows.items()
        ]
        indicator = owed.indicator
        numerator, denominator = self.fields["numerator"], self.fields["denominator"]
        # Help texts are printed as HTML; an indicator's definition is a person's text.
        numerator.help_text, denominator.help_text = (
            escape(indicator.numerator),
            escape(indicator.denominator),
        )
        if not indicator.is_ratio:
            numerator.label = f"Số liệu ({indicator.measure_unit})"
            numerator.error_messages["required"] = "Hãy nhập số liệu."
            del self.fields["denominator"]
        if for_unit:
            source = self.fields["source"]
            source.required = True
            source.help_text = (
                "Văn phòng nhập thay: ghi số văn bản, thư điện tử hoặc người cung cấp qua điện thoại."
            )
            source.error_messages["required"] = "Hãy ghi nguồn số liệu của đơn vị."

    def clean_source(self) -> str:
        return _unclassified(self.cleaned_data["source"])

    def clean_note(self) -> str:
        return _unclassified(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        window = self.windows.get(cleaned.get("period", ""))
        cleaned["window"] = window
        if window is None:
            return cleaned
        as_of = cleaned.get("as_of") or min(window.end, today())
        if "as_of" in cleaned:
            self._check_day(as_of, window)
        if {"numerator", "denominator"} & self.errors.keys():
            return cleaned
        figure = Figure(cleaned["numerator"], cleaned.get("denominator"))
        try:
            definition = self.owed.indicator.definition_on(window.end)
            check_amounts(definition, figure.numerator, figure.denominator)
        except RuleBroken as error:
            self.add_error(None, error)
        else:
            self._ask_cause(figure, as_of, window)
        return cleaned

    def _check_day(self, as_of: date, window: Period) -> None:
        try:
            check_day(window, as_of)
        except RuleBroken as error:
            self.add_error(None, error)
        else:
            if not window.start <= as_of <= window.end:
                span = f"từ {day(window.start)} đến {day(window.end)}"
                self.add_error("as_of", f"Số liệu của kỳ này phải đến một ngày trong kỳ, {span}.")

    def _ask_cause(self, figure: Figure, as_of: date, window: Period) -> None:
        missing = [
            name
            for name in ("cause", "remedy")
            if not self.cleaned_data.get(name) and name not in self.errors
        ]
        if not missing:
            return
        why = "" if self.for_unit else behind_words(self.owed, figure, as_of, window)
        if not why:
            return
        asked = {"cause": "Hãy ghi nguyên nhân", "remedy": "Hãy ghi biện pháp khắc phục"}
        for name in missing:
            self.add_error(name, f"{asked[name]} ({why}).")


class ReturnFigureForm(StyledForm, forms.Form):
    reason = ProseFormField(
        label="Nội dung cần bổ sung",
        max_length=2000,
        error_messages={"required": "Hãy ghi rõ nội dung cần bổ sung."},
    )

    def clean_reason(self) -> str:
        return _unclassified(self.cleaned_data["reason"])


class FigureFilterForm(StyledForm, forms.Form):
    """Which rows of the list to show. A wrong value filters nothing."""

    indicator = forms.ChoiceField(label="Chỉ số", required=False)
    state = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[
            ("", "Tất cả"),
            *((each.value, each.label) for each in Standing if each != Standing.UNASKED),
        ],
    )

    def __init__(self, *args: Any, indicators: Iterable[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            ("", "Tất cả"),
            *((str(each.pk), each.name) for each in indicators),
        ]


def prefill(figure: Measurement | None, indicator: Indicator) -> dict[str, str]:
    """A figure that was sent back comes into the form as it was; otherwise only the usual source."""
    if figure is None:
        return {"source": indicator.data_source}
    return {
        "numerator": amount_words(figure.numerator),
        "denominator": amount_words(figure.denominator),
        "as_of": day(figure.as_of),
        "source": figure.source,
        "cause": figure.cause,
        "remedy": figure.remedy,
        "note": figure.note,
    }


def _unclassified(text: str) -> str:
    if looks_secret(text):
        raise ValidationError(SECRET_REFUSED)
    return text
