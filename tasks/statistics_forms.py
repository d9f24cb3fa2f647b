"""What a person chooses on the pages of statistics."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from core.clock import today
from core.fields import DayFormField, ProseFormField
from core.forms import StyledForm
from core.periods import Period, containing, parse
from tasks.statistics import UPDATED_WITHIN_DAYS, By, Window
from tasks.statistics_page import Reader
from units.models import User


def offered_periods(on: date) -> list[Period]:
    """Legal windows of the reporting year of `on` that have begun, newest first, and the year before."""
    year = containing("year", on)
    found = [year]
    for kind in ("half", "quarter", "month"):
        each = containing(kind, on)
        while each.start >= year.start:
            found.append(each)
            each = each.previous()
    nine = parse("nine_months", year.key)
    return [*found, nine, year.previous()]


class WindowForm(StyledForm, forms.Form):
    """A legal window or a free one, and the day whose knowledge counts. Wrong days leave the usual window."""

    ky = forms.ChoiceField(label="Kỳ báo cáo", required=False)
    tu = DayFormField(label="Hoặc từ ngày", required=False)
    den = DayFormField(label="đến hết ngày", required=False)
    ngay = DayFormField(label="Số liệu đến hết ngày", required=False)

    def __init__(self, query: QueryDict) -> None:
        self.periods = {f"{each.kind}:{each.key}": each for each in offered_periods(today())}
        data = query.copy()
        if data.get("ky") not in self.periods:
            data["ky"] = next(iter(self.periods))
        super().__init__(data)
        self.fields["ky"].choices = [  # type: ignore[attr-defined]
            (key, each.label[:1].upper() + each.label[1:] if each.kind != "year" else f"Năm {each.label[4:]}")
            for key, each in self.periods.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end, on = data.get("tu"), data.get("den"), data.get("ngay")
        if bool(start) != bool(end) and not self.errors:
            self.add_error("den" if start else "tu", "Hãy ghi cả hai ngày của kỳ tự chọn.")
        if start and end and end < start:
            self.add_error("den", "Ngày cuối kỳ không được trước ngày đầu kỳ.")
        if start and start > today():
            self.add_error("tu", "Kỳ chưa bắt đầu.")
        if on and on > today():
            self.add_error("ngay", "Chưa có số liệu của ngày sau hôm nay.")
        if on and not self.errors and on < (start or self.periods[data["ky"]].start):
            self.add_error("ngay", "Ngày lấy số liệu không được trước ngày đầu kỳ.")
        return data

    @property
    def label(self) -> str:
        """The name of the chosen legal window; empty for a free one."""
        data = self._usable
        return "" if data.get("tu") else self.periods[data["ky"]].label

    @property
    def _usable(self) -> dict[str, Any]:
        usual = {"ky": next(iter(self.periods))}
        return self.cleaned_data if self.is_valid() else usual

    def window(self) -> Window:
        data = self._usable
        if data.get("tu"):
            start, end = data["tu"], data["den"]
        else:
            start, end = self.periods[data["ky"]].start, self.periods[data["ky"]].end
        return Window(start, end, data.get("ngay") or min(end, today()), self.updated_within(data))

    def updated_within(self, data: dict[str, Any]) -> int:
        return UPDATED_WITHIN_DAYS

    def query(self) -> dict[str, str]:
        """The address of what is shown, without what was left empty."""
        return {name: value for name in self.fields if (value := str(self.data.get(name) or ""))}


class StatisticsForm(WindowForm):
    """The same with the grouping, and within how many days an update counts as recent."""

    theo = forms.ChoiceField(label="Thống kê theo", required=False)
    trong = forms.IntegerField(
        label="Cập nhật gần đây (ngày)",
        required=False,
        min_value=1,
        max_value=92,
        widget=forms.NumberInput(attrs={"placeholder": str(UPDATED_WITHIN_DAYS)}),
    )

    field_order = ("theo", "ky", "tu", "den", "ngay", "trong")

    def __init__(self, query: QueryDict, *, reader: Reader) -> None:
        data = query.copy()
        groupings = reader.groupings()
        if data.get("theo") not in groupings:
            data["theo"] = By.UNIT.value
        super().__init__(data)
        self.fields["theo"].choices = list(groupings.items())  # type: ignore[attr-defined]

    def updated_within(self, data: dict[str, Any]) -> int:
        return data.get("trong") or UPDATED_WITHIN_DAYS

    @property
    def by(self) -> By:
        return By(self.data["theo"])


class AskCommentForm(StyledForm, forms.Form):
    """The head asks one of the unit's people for their comment on a window."""

    person = forms.ModelChoiceField(User.objects.none(), label="Người được lấy ý kiến")
    starts_on = DayFormField(label="Kỳ đánh giá từ ngày")
    ends_on = DayFormField(label="đến hết ngày")

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = User.objects.filter(pk__in=[each.pk for each in people])
        self.fields["person"].queryset = chosen  # type: ignore[attr-defined]


class CommentForm(StyledForm, forms.Form):
    text = ProseFormField(label="Ý kiến của cá nhân", max_length=4000, required=False)
    nothing_to_add = forms.BooleanField(label="Tôi không có ý kiến bổ sung", required=False)
