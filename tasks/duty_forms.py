"""Forms of recurring and standing duties: one for each verb."""

from dataclasses import replace
from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from tasks.checkins import CheckIn
from tasks.models import Duty
from tasks.recurrence import BY_WEEKDAY, WEEKDAY_NAMES, DueRule, Every, Rhythm, Shift, describe
from tasks.verb_forms import ObjectField, VerbForm

_WHOLE = "Hãy nhập số nguyên."
_NUMBER = {
    "invalid": _WHOLE,
    "min_value": "Phải từ %(limit_value)s trở lên.",
    "max_value": "Nhiều nhất là %(limit_value)s.",
}


def _number(label: str, low: int, high: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        required=False,
        help_text=help_text,
        error_messages=_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class SetRhythmForm(VerbForm):
    every = forms.ChoiceField(label="Nhịp", choices=Every.choices)
    title = LineFormField(
        label="Nội dung mỗi kỳ", max_length=300, required=False, help_text="Để trống: theo tên nhiệm vụ."
    )
    weekdays = forms.MultipleChoiceField(
        label="Ngày trong tuần",
        choices=[(str(n), name[:1].upper() + name[1:]) for n, name in enumerate(WEEKDAY_NAMES, start=1)],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nhịp hằng tuần: chọn một ngày hạn, để trống là ngày làm việc cuối tuần.",
    )
    due_rule = forms.ChoiceField(label="Thời hạn mỗi kỳ (tháng, quý, năm)", choices=DueRule.choices)
    due_day = _number(
        "Ngày hạn trong tháng", 1, 31, "Khi chọn “Ngày cố định”, hoặc ngày gửi báo cáo sau khi chốt số liệu."
    )
    due_month = _number(
        "Tháng trong kỳ",
        1,
        13,
        "Tháng thứ mấy của kỳ (quý: 1 đến 3; 4 là tháng sau kỳ). Để trống: tháng cuối kỳ.",
    )
    shift = forms.ChoiceField(label="Rơi vào ngày nghỉ thì", choices=Shift.choices)
    starts_on = DayFormField(label="Từ ngày")
    ends_on = DayFormField(label="Đến hết ngày", required=False)
    ahead_days = _number(
        "Hiện trước (ngày)", 0, 90, "Để trống: theo nhịp, ví dụ 7 ngày với nhịp tuần, 10 ngày với nhịp tháng."
    )

    def prepare(self) -> None:
        self.fields["starts_on"].initial = today()
        self.fields["ends_on"].initial = self.task.nominal_end or (
            self.task.plan.ends_on if self.task.plan else None
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("every") == Every.WEEK and len(data.get("weekdays", [])) > 1:
            self.add_error(
                "weekdays", "Nhịp hằng tuần chỉ có một ngày hạn; nhiều ngày thì chọn “Các ngày trong tuần”."
            )
        return data

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"rhythm": self.rhythm(), "title": data["title"], "ahead_days": data["ahead_days"]}

    def rhythm(self) -> Rhythm:
        """What was chosen; what does not belong to the chosen rhythm is left aside."""
        data = self.cleaned_data
        every, weekdays = Every(data["every"]), tuple(int(day) for day in data["weekdays"])
        found = Rhythm(
            every, shift=Shift(data["shift"]), starts_on=data["starts_on"], ends_on=data["ends_on"]
        )
        if every in BY_WEEKDAY:
            return replace(found, weekdays=weekdays)
        if every == Every.WEEK:
            return replace(found, due_rule=DueRule.DAY, due_day=weekdays[0]) if weekdays else found
        rule = DueRule(data["due_rule"])
        if rule == DueRule.LAST_WORKDAY:
            return found
        return replace(found, due_rule=rule, due_day=data["due_day"], due_month=data["due_month"])


class _OneDutyForm(VerbForm):
    """A verb about one of the order's rhythms; of an order to many, each rhythm stands for all its units."""

    duty = ObjectField(label="Nhịp định kỳ")
    only_rules = False

    def prepare(self) -> None:
        offered: dict[str, Duty] = {}
        for each in self.matters.duties:
            if each.is_rule or not self.only_rules:
                offered.setdefault(duty_words(each), each)
        self.fields["duty"].offer((duty, words) for words, duty in offered.items())  # type: ignore[attr-defined]


def duty_words(duty: Duty) -> str:
    """A rhythm in a list of choices."""
    words = describe(duty.as_rhythm)
    return f"{duty.title}: {words[:1].lower()}{words[1:]}" if duty.title else words


class EndRhythmForm(_OneDutyForm):
    reason = ProseFormField(label="Lý do", max_length=2000)


class LogBreachForm(_OneDutyForm):
    only_rules = True

    on = DayFormField(label="Ngày")
    count = forms.IntegerField(
        label="Số trường hợp",
        min_value=1,
        max_value=100_000,
        initial=1,
        error_messages=_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    text = ProseFormField(label="Nội dung", max_length=2000)

    def prepare(self) -> None:
        super().prepare()
        self.fields["duty"].label = "Quy định"


class SetCheckInForm(VerbForm):
    check_in = forms.ChoiceField(label="Đơn vị cập nhật", choices=CheckIn.choices)

    def prepare(self) -> None:
        self.fields["check_in"].initial = self.task.check_in

    def given(self) -> dict[str, Any]:
        return {"check_in": CheckIn(self.cleaned_data["check_in"])}
