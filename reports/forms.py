"""Forms of reports: choosing one to draft, its words, the signed paper, the profile of papers."""

from typing import Any

from django import forms

from core import periods
from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import UploadFormField
from core.forms import StyledForm
from core.periods import Period
from plans.models import Plan
from reports import outline
from reports.actions import LONGEST_SECTION, default_period
from reports.models import AgencyProfile, Report
from units.models import User

# How many windows of each kind the choice offers, the one still running first.
_OFFERED = {"month": 7, "week": 7, "quarter": 5, "half": 3, "nine_months": 2, "year": 2}


def period_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of the last windows of each kind; a value is "month:2026-11"."""
    groups = []
    for kind, number in _OFFERED.items():
        last = default_period(kind, today())
        running = last.next()
        found = [running] if running.start <= today() else []
        while len(found) < number:
            found.append(last)
            last = last.previous()
        options = [(f"{each.kind}:{each.key}", _option(each)) for each in found]
        groups.append((f"Báo cáo {periods.KINDS[kind]}", options))
    return groups


def _option(period: Period) -> str:
    running = ", chưa kết thúc" if period.end >= today() else ""
    label = period.label[:1].upper() + period.label[1:]
    return f"{label} ({period.start:%d/%m/%Y} – {period.end:%d/%m/%Y}{running})"


class NewReportForm(StyledForm, forms.Form):
    """Plan, window, internal or external paper, day of the figures."""

    plan = forms.ModelChoiceField(Plan.objects.none(), label="Kế hoạch", empty_label="Chọn kế hoạch")
    period = forms.ChoiceField(label="Kỳ báo cáo")
    reach = forms.ChoiceField(
        label="Loại báo cáo",
        choices=AgencyProfile.Reach,
        initial=AgencyProfile.Reach.INTERNAL,
        widget=forms.RadioSelect,
        help_text="Báo cáo nội bộ do đơn vị theo dõi ký; báo cáo cấp trên do cơ quan ký.",
    )
    as_of = DayFormField(
        label="Thời điểm chốt số liệu",
        required=False,
        help_text="Để trống: ngày cuối kỳ, hoặc hôm nay nếu kỳ chưa kết thúc.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written = Plan.objects.written_by(user).exclude(state=Plan.State.DRAFT).select_related("document")
        self.fields["plan"].queryset = written  # type: ignore[attr-defined]
        self.fields["plan"].label_from_instance = lambda plan: f"{plan.label}: {plan.title}"  # type: ignore[attr-defined]
        self.fields["period"].choices = period_choices()  # type: ignore[attr-defined]
        last = default_period("month", today())
        self.fields["period"].initial = f"{last.kind}:{last.key}"

    def clean_period(self) -> Period:
        kind, _, key = self.cleaned_data["period"].partition(":")
        return periods.parse(kind, key)


class ReportFilterForm(StyledForm, forms.Form):
    plan = forms.ModelChoiceField(Plan.objects.none(), label="Kế hoạch", required=False, empty_label="Tất cả")
    state = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Tất cả"), *Report.State.choices]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = Report.objects.visible_to(user).values("plan")
        self.fields["plan"].queryset = Plan.objects.filter(pk__in=seen)  # type: ignore[attr-defined]


def field_name(key: str) -> str:
    """The field of a section: "II.1" → "muc_II_1"."""
    return "muc_" + key.replace(".", "_")


class SectionsForm(StyledForm, forms.Form):
    """The words of a draft, one field for each section that carries text."""

    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for section in outline.OUTLINE:
            if section.key not in outline.EDITABLE:
                continue
            text = report.sections.get(section.key, "")
            rows = min(24, 2 + sum(1 + len(line) // 95 for line in text.splitlines()))
            self.fields[field_name(section.key)] = ProseFormField(
                label=f"{section.key}. {section.heading}",
                required=False,
                max_length=LONGEST_SECTION,
                initial=text,
                widget=forms.Textarea(attrs={"rows": rows}),
            )
        self.fields["edition"].initial = report.edition

    def sections(self) -> dict[str, str]:
        return {key: self.cleaned_data[field_name(key)] for key in outline.EDITABLE}


class IssueForm(StyledForm, forms.Form):
    """The signed paper: the official copy."""

    number = LineFormField(label="Số, ký hiệu", max_length=60)
    issued_on = DayFormField(label="Ngày ban hành")
    signer = LineFormField(label="Người ký", max_length=100)
    file = UploadFormField(label="Bản đã ký", help_text="Tệp PDF hoặc Word .docx; đây là bản chính thức.")

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        symbol = report.letterhead["symbol"]
        self.fields["number"].help_text = f"Ví dụ 125{symbol}; chỉ ghi số thì ký hiệu là {symbol}."
        self.fields["signer"].initial = report.letterhead["signer_name"]
        self.fields["file"].widget.attrs["accept"] = ".pdf,.docx"


class ProfileForm(StyledForm, forms.ModelForm):
    """How the papers of one unit look."""

    class Meta:
        model = AgencyProfile
        fields = [
            "name", "parent_agency", "agency_lines", "symbol", "place", "addressees", "signer_lines",
            "signer_name", "recipients", "sender", "receiver",
        ]  # fmt: skip

    def clean_symbol(self) -> str:
        symbol = str(self.cleaned_data["symbol"]).replace(" ", "")
        if not symbol.startswith("/"):
            raise forms.ValidationError("Ký hiệu bắt đầu bằng dấu gạch chéo, ví dụ /BC-VP.")
        return symbol
