"""Forms of figures of other systems: the file, how it is read, who is meant, the unit's answer, the office's ruling."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import SECRET_REFUSED, looks_secret
from core.forms import StyledForm
from core.periods import Period, containing
from core.text import fold, shown
from plans.forms import AmountField
from plans.models import Indicator, ReportingRound, SourceFigure, SourceRuling, SourceSystem
from plans.tables import amount_words, window_words
from tasks.models.facts import How
from tracker.intake.forms import WorkbookForm
from tracker.sources.extracting import Reading, Unknown
from tracker.sources.tables import SourceTable
from units.models import CalendarDay, Unit

ANSWER_WORKDAYS = 3
# Windows a file may be brought in for, counted back from the running one.
WINDOWS = {"month": 13, "quarter": 5, "week": 9, "half": 3, "year": 2}
LEFT_OUT = "bo-qua"


def windows(on: date) -> list[Period]:
    """Windows a file may be about: of each kind the running one and some before it, the closed one first."""
    found = []
    for kind, count in WINDOWS.items():
        window = containing(kind, on)
        own = [window]
        while len(own) < count:
            own.append(own[-1].previous())
        found += [own[1], own[0], *own[2:]]
    return found


class SourceForm(StyledForm, forms.Form):
    """What the file is about. `carry` repeats it on the pages that follow."""

    system = forms.ChoiceField(label="Hệ thống", choices=SourceSystem.choices)
    period = forms.ChoiceField(label="Kỳ số liệu")
    as_of = DayFormField(
        label="Số liệu đến ngày",
        required=False,
        help_text="Để trống: đến hết kỳ, hoặc đến hôm nay nếu kỳ chưa kết thúc.",
    )
    answer_by = DayFormField(
        label="Đơn vị trả lời trước hết ngày",
        required=False,
        help_text=f"Để trống: {ANSWER_WORKDAYS:02d} ngày làm việc kể từ hôm nay.",
    )
    errors_title = "Chưa đọc được tệp."

    def __init__(self, *args: Any, collections: Sequence[ReportingRound] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {f"{each.kind}:{each.key}": (window_words(each), each) for each in windows(today())}
        for found in collections:
            # Two plans may collect up to the same day from different first days.
            words = f"{window_words(found.window)}, {found.plan.code if found.plan else ''}"
            known[f"{found.period_kind}:{found.period_key}:{found.pk}"] = (words, found.window)
        self._windows = {key: window for key, (_, window) in known.items()}
        self._rounds = {f"{each.period_kind}:{each.period_key}:{each.pk}": each for each in collections}
        self.fields["period"].choices = [(key, words) for key, (words, _) in known.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "period" not in data:
            return data
        window = data["window"] = self._windows[data["period"]]
        # None: a legal window, whoever asks for it.
        data["collection"] = self._rounds.get(data["period"])
        as_of = data["as_of"] = data.get("as_of") or min(window.end, today())
        if "as_of" not in self.errors and not window.start <= as_of <= min(window.end, today()):
            self.add_error("as_of", "Ngày phải nằm trong kỳ và không sau hôm nay.")
        calendar = CalendarDay.objects.as_calendar()
        answer_by = data.get("answer_by") or calendar.add_workdays(today(), ANSWER_WORKDAYS)
        data["answer_by"] = answer_by
        if answer_by < today():
            self.add_error("answer_by", "Ngày trả lời không được trước hôm nay.")
        elif answer_by > today() + timedelta(days=92):
            self.add_error("answer_by", "Ngày trả lời không được quá ba tháng.")
        return data

    def carry(self) -> dict[str, str]:
        """The same values as hidden fields of the next page."""
        data = self.cleaned_data
        return {
            "system": data["system"],
            "period": data["period"],
            "as_of": f"{data['as_of']:%d/%m/%Y}",
            "answer_by": f"{data['answer_by']:%d/%m/%Y}",
        }


class SourceFileForm(SourceForm, WorkbookForm):
    field_order = ("system", "period", "as_of", "answer_by", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=(".xlsx", ".csv"), **kwargs)
        self.fields["file"].label = "Tệp kết xuất"


class MappingForm(StyledForm, forms.Form):
    """Which column holds the names, and for each indicator its numerator and denominator."""

    unit = forms.ChoiceField(label="Cột tên đơn vị", required=False)
    whole = forms.ChoiceField(
        label="Hoặc cả bảng là số liệu của một đơn vị",
        required=False,
        help_text="Dùng khi mỗi dòng là một lĩnh vực, bảng không có cột tên đơn vị.",
    )
    by_field = forms.BooleanField(
        label="Mỗi đơn vị có nhiều dòng (theo lĩnh vực): cộng các dòng lại", required=False
    )

    def __init__(
        self,
        *args: Any,
        table: SourceTable,
        indicators: Sequence[Indicator],
        units: Iterable[Unit],
        reading: Reading | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = indicators
        columns = [(str(each.index), f"{each.letter}: {shown(each.heading, 90)}") for each in table.columns]
        self._choose("unit", [("", "–"), *columns], reading.unit if reading else _unit_column(table))
        self._choose("whole", [("", "–"), *((str(each.pk), each.name) for each in units)], None)
        if reading:
            self.fields["whole"].initial = str(reading.whole or "")
            self.fields["by_field"].initial = reading.by_field
        for each in indicators:
            known = reading.figures.get(each.pk) if reading else None
            first = f"{each.name}: {'tử số' if each.is_ratio else each.measure_unit}"
            self.fields[f"n{each.pk}"] = forms.ChoiceField(label=first, required=False)
            parts = known[0] if known else ()
            self._choose(
                f"n{each.pk}", [("", "–"), *columns], parts[0] if parts else _same(table, each.numerator)
            )
            self.fields[f"p{each.pk}"] = forms.ChoiceField(
                label=f"{each.name}: cộng thêm cột",
                required=False,
                help_text="Dùng khi số liệu nằm ở hai cột, ví dụ một phần và toàn trình.",
            )
            self._choose(f"p{each.pk}", [("", "–"), *columns], parts[1] if len(parts) > 1 else None)
            if each.is_ratio:
                self.fields[f"d{each.pk}"] = forms.ChoiceField(label=f"{each.name}: mẫu số", required=False)
                other = known[1] if known else _same(table, each.denominator)
                self._choose(f"d{each.pk}", [("", "–"), *columns], other)

    def _choose(self, name: str, choices: list[tuple[str, str]], chosen: int | None) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields[name].initial = "" if chosen is None else str(chosen)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("unit")) == bool(data.get("whole")):
            self.add_error("unit", "Hãy chọn cột tên đơn vị, hoặc chọn một đơn vị cho cả bảng.")
        chosen = 0
        for each in self.indicators:
            first, second = data.get(f"n{each.pk}"), data.get(f"d{each.pk}")
            also = data.get(f"p{each.pk}")
            if also and (not first or also in (first, second, data.get("unit"))):
                self.add_error(f"p{each.pk}", "Cột cộng thêm phải khác các cột đã chọn.")
            if each.is_ratio and bool(first) != bool(second):
                self.add_error(f"{'d' if first else 'n'}{each.pk}", "Hãy chọn cả cột tử số và cột mẫu số.")
            elif first and first == second:
                self.add_error(f"d{each.pk}", "Tử số và mẫu số không thể là cùng một cột.")
            elif first and data.get("unit") in (first, second):
                self.add_error(f"n{each.pk}", "Cột này là cột tên đơn vị.")
            chosen += bool(first)
        if not chosen and not self.errors:
            self.add_error(None, "Hãy chọn cột số liệu của ít nhất một chỉ số.")
        return data

    def reading(self) -> Reading:
        data = self.cleaned_data
        figures = {
            each.pk: (
                tuple(int(data[name]) for name in (f"n{each.pk}", f"p{each.pk}") if data[name]),
                int(data[f"d{each.pk}"]) if each.is_ratio else None,
            )
            for each in self.indicators
            if data[f"n{each.pk}"]
        }
        whole = int(data["whole"]) if data["whole"] else None
        unit = int(data["unit"]) if data["unit"] else None
        return Reading(unit, data["by_field"] or whole is not None, whole, figures)


def _unit_column(table: SourceTable) -> int | None:
    words = ("don vi", "co quan", "ten don vi", "ten co quan")
    return next((each.index for each in table.columns if fold(each.heading).startswith(words)), None)


def _same(table: SourceTable, definition: str) -> int | None:
    """The column whose heading is the definition itself; a guess is left to the person."""
    wanted = fold(definition)
    found = [
        each.index
        for each in table.columns
        if wanted and wanted in (fold(each.heading), fold(each.heading.split(" › ")[-1]))
    ]
    return found[0] if len(found) == 1 else None


class NamesForm(StyledForm, forms.Form):
    """Who is meant by each name nobody knows yet; the three nearest units stand first."""

    def __init__(self, *args: Any, unknown: Sequence[Unknown], units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unknown = unknown
        self._units = {str(each.pk): each for each in units}
        everyone = [(str(each.pk), each.name) for each in units]
        for number, each in enumerate(unknown):
            near = [(str(unit.pk), unit.name) for unit in each.near]
            rows = ", ".join(str(row) for row in each.rows[:5])
            self.fields[f"name{number}"] = forms.ChoiceField(
                label=f"“{shown(each.name, 100)}” (dòng {rows})",
                choices=[
                    ("", "–"),
                    *([("Gần giống", near)] if near else []),
                    ("Khác", [(LEFT_OUT, "Không phải đơn vị của ta, bỏ qua dòng này"), *everyone]),
                ],
                error_messages={"required": "Hãy chọn đơn vị, hoặc bỏ qua dòng này."},
            )

    def chosen(self) -> list[tuple[Unknown, Unit | None]]:
        return [
            (each, self._units.get(self.cleaned_data[f"name{number}"]))
            for number, each in enumerate(self.unknown)
        ]


# --- The exchange -----------------------------------------------------------------------------------------------------


class _Unclassified(StyledForm, forms.Form):
    """No text may carry a stamp of secrecy."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, str) and looks_secret(value):
                self.add_error(name, SECRET_REFUSED)
        return data


class AgreeForm(_Unclassified):
    source = LineFormField(
        label="Nguồn",
        max_length=200,
        required=False,
        help_text="Văn phòng nhập thay: số văn bản, thư điện tử hoặc người trả lời qua điện thoại.",
    )

    def __init__(self, *args: Any, for_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_unit:
            self.fields["source"].required = True
        else:
            del self.fields["source"]


class DisputeForm(AgreeForm):
    numerator = AmountField(label="Tử số của đơn vị", error_messages={"required": "Hãy nhập tử số."})
    denominator = AmountField(label="Mẫu số của đơn vị", error_messages={"required": "Hãy nhập mẫu số."})
    reason = ProseFormField(label="Lý do đề nghị đối chiếu", max_length=2000)
    field_order = ("numerator", "denominator", "reason", "source")

    def __init__(self, *args: Any, figure: SourceFigure, **kwargs: Any) -> None:
        initial = {}
        if figure.reported is not None:  # type: ignore[attr-defined]
            initial = {
                "numerator": amount_words(figure.reported_numerator),  # type: ignore[attr-defined]
                "denominator": amount_words(figure.reported_denominator),  # type: ignore[attr-defined]
            }
        super().__init__(*args, initial=initial, **kwargs)
        _without_denominator(self, figure.indicator)


class RulingForm(_Unclassified):
    """Which figure stands; a third one only where that is chosen. Whose decision it was, where it was not one's own."""

    stands = forms.ChoiceField(label="Số liệu được lấy", choices=[("", "–"), *SourceRuling.Stands.choices])
    numerator = AmountField(label="Tử số khác", required=False)
    denominator = AmountField(label="Mẫu số khác", required=False)
    reason = ProseFormField(label="Lý do", max_length=2000)
    decided_by = LineFormField(
        label="Người quyết định",
        max_length=150,
        required=False,
        help_text="Để trống khi đồng chí tự kết luận.",
    )
    how = forms.ChoiceField(label="Hình thức", required=False, choices=How.choices, initial=How.DIRECT)
    basis = LineFormField(label="Văn bản căn cứ", max_length=200, required=False)

    def __init__(self, *args: Any, figure: SourceFigure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_denominator(self, figure.indicator)


def _without_denominator(form: forms.Form, indicator: Indicator) -> None:
    if not indicator.is_ratio:
        form.fields["numerator"].label = f"Số liệu ({indicator.measure_unit})"
        form.fields["numerator"].error_messages["required"] = "Hãy nhập số liệu."
        del form.fields["denominator"]
