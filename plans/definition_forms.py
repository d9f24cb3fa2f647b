"""Forms of the catalogue: finding an indicator, writing one, defining it anew."""

import hashlib
import json
from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.forms import StyledForm
from core.templatetags.ui import day
from plans.definitions import is_counted_by, windows_ahead
from plans.models import Indicator

NOT_DEFINING = ("name", "source", "valid_from", "valid_to")


class IndicatorFilterForm(StyledForm, forms.Form):
    """A wrong value filters nothing."""

    q = LineFormField(label="Tìm theo tên, mã, căn cứ", max_length=200, required=False)


class IndicatorForm(StyledForm, forms.ModelForm):
    """One indicator. Where somebody counts by its definition, a change of it asks from when and why."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    begins = DayFormField(label="Cách tính mới áp dụng từ ngày", required=False)
    reason = ProseFormField(
        label="Lý do thay đổi cách tính",
        max_length=2000,
        required=False,
        help_text="Ghi văn bản hoặc lý do; bắt buộc khi thay đổi cách tính.",
    )

    class Meta:
        model = Indicator
        fields = (
            "code", "name", "measure_unit", "numerator", "denominator", "may_exceed", "basis", "direction", "frequency",
            "source", "data_source", "confirmed_by", "legal_basis", "valid_from", "valid_to",
        )  # fmt: skip
        help_texts = {
            "code": "Mã ngắn, không trùng, không đổi về sau.",
            "measure_unit": "%, hoặc đơn vị đếm: hồ sơ, thủ tục, ngày, điểm.",
            "denominator": "Để trống nếu không tính theo %.",
            "data_source": "Hệ thống hoặc báo cáo lấy số liệu.",
            "confirmed_by": "Đơn vị chịu trách nhiệm xác nhận số liệu.",
            "legal_basis": "Số, ký hiệu văn bản quy định chỉ số.",
            "valid_from": "Ngày chỉ số bắt đầu có hiệu lực theo văn bản; có thể để trống.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        self.is_locked = not self.is_new and is_counted_by(self.instance)
        self.initial["seen"] = "" if self.is_new else state_of(self.instance)
        if not self.is_new:
            del self.fields["code"]
        if self.is_locked:
            self._offer_windows()
        else:
            del self.fields["begins"], self.fields["reason"]

    def _offer_windows(self) -> None:
        windows = windows_ahead(self.instance, self.instance.frequency, today())
        self.fields["measure_unit"].disabled = True
        self.fields["begins"].help_text = (
            "Ngày đầu của một kỳ báo cáo, sau các kỳ đã có số liệu: "
            + "; ".join(f"{day(each.start)} ({each.label})" for each in windows[:3])
        )
        if windows:
            self.initial["begins"] = day(windows[0].start)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit, denominator = cleaned.get("measure_unit"), cleaned.get("denominator")
        if unit == "%" and not denominator and "denominator" not in self.errors:
            self.add_error("denominator", "Chỉ số tính theo % cần có mẫu số.")
        if self.is_locked and self.defines_anew:
            if not cleaned.get("begins") and "begins" not in self.errors:
                self.add_error("begins", "Hãy ghi ngày áp dụng cách tính mới.")
            if not cleaned.get("reason") and "reason" not in self.errors:
                self.add_error("reason", "Hãy ghi lý do thay đổi cách tính.")
        return cleaned

    @property
    def defines_anew(self) -> bool:
        return bool(set(self.changed_data) & set(Indicator.DEFINING))

    def part(self, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


def state_of(indicator: Indicator) -> str:
    """Tells what a person saw of an indicator from what somebody else has made of it since."""
    last = indicator.versions.order_by("-number").values_list("number", flat=True).first()
    held = {name: str(getattr(indicator, name)) for name in (*NOT_DEFINING, *Indicator.DEFINING)}
    return hashlib.sha256(json.dumps([held, last], ensure_ascii=False).encode()).hexdigest()[:16]
