"""Forms of the owner's desk: releasing, dropping, asking for an explanation, the day of giao ban."""

from typing import Any

from django import forms

from core.fields import DayFormField, ProseFormField
from core.forms import StyledForm
from notifications.models import GiaoBan


class ReleaseForm(StyledForm, forms.Form):
    proposal = ProseFormField(
        label="Đề xuất của Văn phòng",
        max_length=1000,
        required=False,
        help_text="Việc cần lãnh đạo cho ý kiến và hướng xử lý Văn phòng đề xuất.",
    )
    at_once = forms.BooleanField(label="Báo cáo ngay ngày làm việc tới, không chờ giao ban", required=False)


class DropForm(StyledForm, forms.Form):
    reason = ProseFormField(
        label="Lý do không chuyển",
        max_length=1000,
        error_messages={"required": "Hãy ghi vì sao không chuyển."},
    )


class DemandForm(StyledForm, forms.Form):
    about = ProseFormField(
        label="Nội dung cần giải trình",
        max_length=2000,
        error_messages={"required": "Hãy ghi nội dung cần giải trình."},
    )
    due_on = DayFormField(
        label="Thời hạn giải trình",
        required=False,
        help_text="Để trống: 03 ngày làm việc kể từ hôm nay.",
    )


class GiaoBanForm(StyledForm, forms.Form):
    weekday = forms.TypedChoiceField(
        label="Ngày giao ban hằng tuần", choices=GiaoBan.Weekday.choices, coerce=int
    )

    def __init__(self, *args: Any, weekday: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, initial={"weekday": weekday}, **kwargs)
