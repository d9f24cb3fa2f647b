"""Forms of the working calendar."""

from typing import Any

from django import forms

from core.fields import DayFormField, LineFormField
from core.forms import StyledForm
from units.models import CalendarDay

DECISION = "Văn bản căn cứ: số, ký hiệu, ngày"


class DayForm(StyledForm, forms.Form):
    """A day that differs from the week's rule."""

    day = DayFormField(label="Ngày")
    kind = forms.ChoiceField(label="Loại ngày", choices=CalendarDay.Kind.choices)
    name = LineFormField(
        label="Tên gọi", max_length=200, error_messages={"required": "Hãy ghi tên gọi của ngày này."}
    )
    basis = LineFormField(
        label=DECISION,
        max_length=200,
        required=False,
        help_text="Bắt buộc với ngày nghỉ hoán đổi và ngày làm bù.",
    )
    provisional = forms.BooleanField(
        label="Tạm tính (chưa có quyết định)",
        required=False,
        help_text="Thời hạn tính theo ngày này còn có thể thay đổi.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, day: CalendarDay | None = None, **kwargs: Any) -> None:
        names = ("day", "kind", "name", "basis", "provisional")
        initial = {name: getattr(day, name) for name in names} if day is not None else {}
        super().__init__(*args, initial=initial, **kwargs)

    def written(self, found: CalendarDay) -> CalendarDay:
        """`found` with what was typed."""
        for name in ("day", "kind", "name", "basis", "provisional"):
            setattr(found, name, self.cleaned_data[name])
        return found


class YearForm(StyledForm, forms.Form):
    """The yearly decision that fixes the guessed days."""

    basis = LineFormField(
        label=DECISION,
        max_length=200,
        error_messages={"required": "Hãy ghi số, ký hiệu, ngày của quyết định."},
    )
