"""Forms around the course of a target: what a unit expects, what documents may say, colour rules, counted tasks."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import LineFormField, ProseFormField
from core.forms import StyledForm
from core.text import number_vi, parse_number_vi
from plans.colours import Colour, Confidence, Rule, When
from plans.course_actions import MOST_RULES, check_rules
from plans.courses import Course
from plans.models import Clause, Plan, TaskCount
from units.actions import RuleBroken
from units.models import Unit

Lines = Sequence[tuple[str, str]]


def line_key(course: Course, unit: Unit | None) -> str:
    """Names a line in a form: indicator and unit."""
    return f"{course.line.indicator.pk}-{unit.pk if unit else ''}"


class OutlookForm(StyledForm, forms.Form):
    """What the unit itself expects; the reason is asked for where it contradicts the number."""

    line = forms.ChoiceField(label="Chỉ số, đơn vị")
    confidence = forms.ChoiceField(
        label="Nhận định của đơn vị",
        choices=[(each.value, each.label) for each in Confidence],
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn một nhận định."},
    )
    reason = ProseFormField(
        label="Lý do",
        max_length=2000,
        required=False,
        help_text="Bắt buộc khi nhận định khác với kết quả hệ thống tính.",
    )
    source = LineFormField(label="Nguồn", max_length=200, required=False)

    def __init__(self, *args: Any, lines: Lines, for_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        if len(lines) == 1:
            self.fields["line"].initial = lines[0][0]
            self.fields["line"].widget = forms.HiddenInput()
        if for_unit:
            self.fields["source"].required = True
            self.fields["source"].help_text = "Văn phòng nhập thay: ghi số văn bản, thư hoặc người cung cấp."
        else:
            del self.fields["source"]


class HardToReachForm(StyledForm, forms.Form):
    """Lets reports say of one line that it is hard to reach, and what it needs."""

    line = forms.ChoiceField(label="Chỉ số, đối tượng")
    needs = LineFormField(
        label="Cần",
        max_length=300,
        required=False,
        help_text="Để trống: dùng mức hệ thống tính. Báo cáo ghi: “khó đạt nếu giữ tiến độ hiện nay; cần …”.",
    )

    def __init__(self, *args: Any, lines: Lines, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines  # type: ignore[attr-defined]
        if len(lines) == 1:
            self.fields["line"].initial = lines[0][0]
            self.fields["line"].widget = forms.HiddenInput()


class ThresholdField(LineFormField):
    """ "95", "-10", "2,5"."""

    def clean(self, value: Any) -> Fraction | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            number = parse_number_vi(typed.removesuffix("%"))
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if abs(number) > Decimal(10) ** 9 or number != round(number, 4):
            raise ValidationError("Ngưỡng tối đa 9 chữ số, bốn chữ số sau dấu phẩy.")
        return Fraction(number)


class ColourRulesForm(StyledForm, forms.Form):
    """The rules in order, one a row; empty rows at the end are left out."""

    everywhere = forms.BooleanField(
        label="Áp dụng cho mọi chỉ số do đơn vị theo dõi kế hoạch này quản lý",
        required=False,
        help_text="Chỉ số đã có quy tắc riêng vẫn giữ quy tắc riêng.",
    )

    def __init__(self, *args: Any, rules: Sequence[Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tests = [("", "– bỏ trống –"), *((each.value, _first_big(each.label)) for each in When)]
        colours = [("", "–"), *((each.value, each.label) for each in Colour)]
        for number in range(MOST_RULES):
            rule = rules[number] if number < len(rules) else None
            here = f"Quy tắc {number + 1}"
            self.fields[f"test_{number}"] = forms.ChoiceField(
                label=f"{here}: khi", choices=tests, required=False, initial=rule.test.value if rule else ""
            )
            threshold = _threshold_words(rule)
            self.fields[f"threshold_{number}"] = ThresholdField(
                label=f"{here}: ngưỡng", max_length=20, required=False, initial=threshold
            )
            self.fields[f"colour_{number}"] = forms.ChoiceField(
                label=f"{here}: màu",
                choices=colours,
                required=False,
                initial=rule.colour.value if rule else "",
            )
            for name in ("test", "threshold", "colour"):
                field = self.fields[f"{name}_{number}"]
                field.widget.attrs["aria-label"] = str(field.label)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"number": n + 1, **{name: self[f"{name}_{n}"] for name in ("test", "threshold", "colour")}}
            for n in range(MOST_RULES)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rules = []
        for number in range(MOST_RULES):
            test, colour = cleaned.get(f"test_{number}"), cleaned.get(f"colour_{number}")
            if not test and not colour and cleaned.get(f"threshold_{number}") is None:
                continue
            if not test or not colour:
                self.add_error(
                    f"{'colour' if test else 'test'}_{number}", f"Quy tắc {number + 1}: còn thiếu."
                )
                continue
            rules.append(Rule(When(test), Colour(colour), cleaned.get(f"threshold_{number}")))
        if not self.errors:
            if not rules:
                self.add_error(None, "Hãy đặt ít nhất một quy tắc, hoặc dùng lại quy tắc thông thường.")
            try:
                check_rules(rules)
            except RuleBroken as error:
                self.add_error(None, error)
        cleaned["rules"] = tuple(rules)
        return cleaned


def _first_big(words: str) -> str:
    return words[:1].upper() + words[1:]


def _threshold_words(rule: Rule | None) -> str:
    if rule is None or rule.threshold is None:
        return ""
    whole = rule.threshold.denominator == 1
    return number_vi(rule.threshold, 0 if whole else 1 if (rule.threshold * 10).denominator == 1 else 4)


class TaskCountForm(StyledForm, forms.Form):
    """Which tasks a computed indicator counts: said once."""

    measure = forms.ChoiceField(label="Cách tính", choices=TaskCount.Measure.choices)
    plan_only = forms.BooleanField(label="Chỉ tính nhiệm vụ của kế hoạch này", required=False, initial=True)
    clause = forms.ModelChoiceField(
        label="Chỉ tính nhiệm vụ của mục",
        queryset=Clause.objects.none(),
        required=False,
        empty_label="Cả kế hoạch",
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        clauses: forms.ModelChoiceField = self.fields["clause"]  # type: ignore[assignment]
        clauses.queryset = Clause.objects.filter(plan=plan).order_by("order")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["plan"] = self.plan if cleaned.get("plan_only") or cleaned.get("clause") else None
        return cleaned


def choices_of(found: Iterable[tuple[Course, Unit | None, str]]) -> Lines:
    return [(line_key(course, unit), words) for course, unit, words in found]
