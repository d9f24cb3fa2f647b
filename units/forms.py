"""Forms about staff accounts."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.clock import today
from core.fields import DayFormField, LineFormField
from core.forms import StyledForm
from units.coverage import kinds_on
from units.models import AccountCheck, AccountKind, StaffMember, Unit

# norms §4.1; free text stays possible, but never a note about a person's health.
REASONS = [
    "Chưa làm thẻ căn cước",
    "Chờ trả thẻ căn cước",
    "Số điện thoại hoặc thiết bị chưa phù hợp",
    "Không có điện thoại thông minh",
    "Đang ở nước ngoài",
    "Lý do khác",
]


class BoardForm(StyledForm, forms.Form):
    """Of which day the board is; a wrong day is named and today shown."""

    ngay = DayFormField(label="Số liệu của ngày", required=False)

    def clean_ngay(self) -> date | None:
        day: date | None = self.cleaned_data["ngay"]
        if day is not None and day > today():
            raise ValidationError("Chọn ngày không sau hôm nay.")
        return day


class ServiceForm(StyledForm, forms.Form):
    """One person comes to another unit, changes status, or leaves."""

    member = forms.ModelChoiceField(queryset=StaffMember.objects.none(), label="Người có thay đổi")
    employment = forms.ChoiceField(label="Tình trạng công tác mới", choices=StaffMember.Employment)
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label="Chuyển đến đơn vị",
        required=False,
        empty_label="Không chuyển đơn vị",
    )
    since = DayFormField(label="Có hiệu lực từ ngày", initial=today)
    paper = LineFormField(
        label="Văn bản căn cứ", max_length=200, required=False, help_text="Ví dụ: Quyết định số 12/QĐ-SNNMT."
    )

    def __init__(self, *args: Any, members: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class WithdrawCheckForm(StyledForm, forms.Form):
    """One result that was wrong. `checks` are (key, words) of the newest results of the unit's people."""

    check = forms.ChoiceField(label="Kết quả rút lại")
    reason = LineFormField(
        label="Lý do rút lại", max_length=200, error_messages={"required": "Hãy ghi lý do rút lại."}
    )

    def __init__(self, *args: Any, checks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["check"].choices = checks  # type: ignore[attr-defined]


class CheckAccountForm(StyledForm, forms.Form):
    """What the unit knows today of one account of one or several of its people."""

    sometimes_required = ("reason",)

    members = forms.ModelMultipleChoiceField(
        queryset=StaffMember.objects.none(), label="Người được ghi nhận", widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ModelChoiceField(
        queryset=AccountKind.objects.none(), label="Loại tài khoản", empty_label=None
    )
    state = forms.ChoiceField(label="Tình trạng", choices=AccountCheck.State)
    reason = LineFormField(
        label="Lý do", max_length=200, required=False, help_text="Bắt buộc khi chưa kích hoạt hoặc được miễn."
    )
    checked_on = DayFormField(label="Ngày xác nhận", initial=today)

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members  # type: ignore[attr-defined]
        kinds = [kind.pk for kind in kinds_on(today())]
        self.fields["kind"].queryset = AccountKind.objects.filter(pk__in=kinds)  # type: ignore[attr-defined]
        reason = self.fields["reason"].widget
        reason.attrs["list"] = "ly-do"
        # No machine exempts: only the campaign's owner does (office rule 35), from a document.
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            choice for choice in AccountCheck.State.choices if choice[0] != AccountCheck.State.EXEMPT
        ]

    def missing_first(self, members: list[StaffMember], missing: set[int]) -> None:
        """Puts those whose accounts are still missing on top, and says so."""
        ordered = sorted(members, key=lambda member: member.pk not in missing)
        self.fields["members"].widget.choices = [
            (member.pk, f"{member} (còn thiếu)" if member.pk in missing else str(member))
            for member in ordered
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state") == AccountCheck.State.NOT_YET and not cleaned.get("reason"):
            self.add_error("reason", "Hãy ghi lý do chưa kích hoạt.")
        return cleaned
