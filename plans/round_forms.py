"""Forms of rounds: choosing a period, opening with a preview, entering all figures of a unit, deciding, locking."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.forms import StyledForm
from core.periods import TO_DAY, Period, up_to
from core.templatetags.ui import day
from plans.actions import RuleBroken, check_amounts, check_day
from plans.attainment import Figure
from plans.collection import RoundRow
from plans.courses import behind_words
from plans.forms import AmountField
from plans.models import Measurement, ReportingRound, RoundItem
from plans.owed import Owed, Standing
from plans.pasting import Place
from plans.proofs import ProofForm
from plans.rounds import Days
from plans.tables import amount_words

TEXTS = {"note": "Ghi chú", "cause": "Nguyên nhân", "remedy": "Biện pháp khắc phục"}


# --- Entering --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of the grid that is new or changed."""

    item: RoundItem
    numerator: Decimal
    denominator: Decimal | None
    texts: dict[str, str]


class RoundGridForm(ProofForm):
    """Every figure one unit owes in a round, one row each, and one source and proof for all that is sent now.

    A row left empty is not reported yet; one as it was sent is not sent again unless asked for. The unit says cause and
    remedy of a figure below the level in force. `seen` is the newest report the person saw.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    pasted = forms.CharField(
        label="Các cột đã sao chép",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Hai cột tử số, mẫu số theo thứ tự các dòng của bảng; hoặc thêm cột đầu ghi mã hay tên chỉ số.",
    )
    as_of = DayFormField(
        label="Số liệu đến ngày",
        required=False,
        help_text="Để trống: đến hết kỳ, hoặc đến hôm nay nếu kỳ chưa kết thúc.",
    )
    source = LineFormField(label="Nguồn số liệu", max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        found: ReportingRound,
        rows: Sequence[RoundRow],
        owed: Mapping[int, Owed],
        for_unit: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found, self.rows, self.owed, self.for_unit = found, rows, owed, for_unit
        self.entries: list[Entry] = []
        for row in rows:
            self._add_row(row)
        if for_unit:
            source = self.fields["source"]
            source.required = True
            source.help_text = (
                "Văn phòng nhập thay: ghi số văn bản, thư điện tử hoặc người cung cấp qua điện thoại."
            )
            source.error_messages["required"] = "Hãy ghi nguồn số liệu của đơn vị."

    def _add_row(self, row: RoundRow) -> None:
        indicator, pk = row.item.indicator, row.item.pk
        names = ("Tử số", "Mẫu số") if indicator.is_ratio else (f"Số liệu ({indicator.measure_unit})",)
        for key, name in zip("nd", names, strict=False):
            made = AmountField(label=f"{indicator.name}: {name[:1].lower()}{name[1:]}", required=False)
            made.widget.attrs["aria-label"] = made.label
            self.fields[f"{key}{pk}"] = made
        for key, label in TEXTS.items():
            said = ProseFormField(label=label, max_length=2000, required=False)
            said.widget.attrs["aria-label"] = f"{indicator.name}: {label.lower()}"
            said.widget.attrs["rows"] = 2
            self.fields[f"{key}{pk}"] = said
        if row.standing == Standing.RETURNED:
            self.fields[f"again{pk}"] = forms.BooleanField(
                label=f"Gửi lại {indicator.name} như đã nhập", required=False
            )

    # --- what the template draws

    def grid(self) -> list[dict[str, Any]]:
        """One dict a row: the row, its bound fields, whether its texts stand open."""
        drawn = []
        for row in self.rows:
            pk = row.item.pk
            texts = [self[f"{key}{pk}"] for key in TEXTS]
            drawn.append(
                {
                    "row": row,
                    "numerator": self[f"n{pk}"],
                    "denominator": self[f"d{pk}"] if f"d{pk}" in self.fields else None,
                    "texts": texts,
                    "again": self[f"again{pk}"] if f"again{pk}" in self.fields else None,
                    "open": any(each.errors or each.value() for each in texts),
                }
            )
        return drawn

    def common(self) -> list[Any]:
        return [self[name] for name in ("as_of", "source", "number", "issued_on", "issuer", "file")]

    def places(self) -> list[Place]:
        """The rows as a paste may name them."""
        indicators = [row.item.indicator for row in self.rows]
        return [Place((each.code, each.name), each.is_ratio) for each in indicators]

    # --- what was typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        window = self.found.window
        as_of = cleaned.get("as_of") or min(window.end, today())
        if "as_of" not in self.errors:
            self._check_as_of(as_of, window)
        for row in self.rows:
            self._clean_row(row, cleaned, as_of)
        if not self.entries and not self.errors:
            self.add_error(None, "Chưa có số liệu nào được nhập hoặc thay đổi.")
        return cleaned

    def _check_as_of(self, as_of: date, window: Period) -> None:
        try:
            check_day(window, as_of)
        except RuleBroken as error:
            self.add_error("as_of", error.messages)
        else:
            if not window.start <= as_of <= window.end:
                span = f"từ {day(window.start)} đến {day(window.end)}"
                self.add_error("as_of", f"Số liệu của kỳ này phải đến một ngày trong kỳ, {span}.")

    def _clean_row(self, row: RoundRow, cleaned: dict[str, Any], as_of: date) -> None:
        pk, indicator, current = row.item.pk, row.item.indicator, row.figure
        numerator, denominator = f"n{pk}", f"d{pk}"
        if {numerator, denominator} & self.errors.keys():
            return
        given, below = cleaned.get(numerator), cleaned.get(denominator)
        texts = {key: cleaned.get(f"{key}{pk}", "") for key in TEXTS}
        if given is None and below is None:
            if current is not None:
                self.add_error(numerator, "Số đã gửi không xóa được; hãy nhập số đúng.")
            elif any(texts.values()):
                self.add_error(numerator, "Hãy nhập số liệu cho dòng này.")
            return
        if given is None:
            self.add_error(numerator, "Hãy nhập tử số.")
            return
        if indicator.is_ratio and below is None:
            self.add_error(denominator, "Hãy nhập mẫu số.")
            return
        if current is not None and not cleaned.get(f"again{pk}") and _is_same(current, given, below, texts):
            return
        try:
            check_amounts(indicator, given, below)
        except RuleBroken as error:
            for name, words in error.message_dict.items():
                self.add_error({"numerator": numerator, "denominator": denominator}[name], words)
            return
        self._ask_cause(row, Figure(given, below), texts, as_of)
        self.entries.append(Entry(row.item, given, below, texts))

    def _ask_cause(self, row: RoundRow, figure: Figure, texts: dict[str, str], as_of: date) -> None:
        owed = self.owed.get(row.item.indicator_id)
        if self.for_unit or owed is None:
            return
        why = behind_words(owed, figure, as_of, self.found.window)
        for key, words in (("cause", "nguyên nhân"), ("remedy", "biện pháp khắc phục")):
            if why and not texts[key] and f"{key}{row.item.pk}" not in self.errors:
                self.add_error(f"{key}{row.item.pk}", f"Hãy ghi {words} ({why}).")


def _is_same(
    current: Measurement, numerator: Decimal, denominator: Decimal | None, texts: dict[str, str]
) -> bool:
    said = all(getattr(current, key) == text for key, text in texts.items())
    return said and (current.numerator, current.denominator) == (numerator, denominator)


def grid_initial(rows: Iterable[RoundRow], seen: int) -> dict[str, Any]:
    """The grid as it was last sent."""
    initial: dict[str, Any] = {"seen": seen}
    for row in rows:
        pk, figure = row.item.pk, row.figure
        if figure is not None:
            initial |= {f"n{pk}": amount_words(figure.numerator), f"d{pk}": amount_words(figure.denominator)}
            initial |= {f"{key}{pk}": getattr(figure, key) for key in TEXTS}
    sources = {row.item.indicator.data_source for row in rows}
    initial["source"] = sources.pop() if len(sources) == 1 else ""
    return initial


# --- Opening ---------------------------------------------------------------------------------------


class RoundChoiceForm(StyledForm, forms.Form):
    """Which period, of which plans: the first step, which only asks."""

    errors_title = "Chưa xem trước được."

    office = forms.ChoiceField(label="Đơn vị theo dõi")
    period = forms.ChoiceField(
        label="Kỳ báo cáo hoặc mốc", error_messages={"required": "Hãy chọn kỳ báo cáo hoặc mốc."}
    )
    plan = forms.ChoiceField(label="Kế hoạch", required=False)

    def __init__(
        self,
        *args: Any,
        offices: Sequence[tuple[str, str]],
        periods: Sequence[tuple[str, str]],
        plans: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = offices  # type: ignore[attr-defined]
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        self.fields["plan"].choices = [("", "Mọi kế hoạch đang thực hiện"), *plans]  # type: ignore[attr-defined]


class RoundOpenForm(StyledForm, forms.Form):
    """The days of the round and the figures it asks for; windows begin as the law says and may be moved."""

    period_start = DayFormField(label="Số liệu từ ngày")
    period_end = DayFormField(label="Số liệu đến ngày")
    opens_on = DayFormField(label="Ngày mở")
    due_on = DayFormField(label="Hạn báo cáo")
    grace_days = forms.IntegerField(
        label="Gia hạn (ngày làm việc)",
        min_value=0,
        max_value=30,
        error_messages={
            "invalid": "Hãy nhập số ngày, từ 0 đến 30.",
            "min_value": "Hãy nhập số ngày, từ 0 đến 30.",
            "max_value": "Hãy nhập số ngày, từ 0 đến 30.",
        },
    )
    locks_on = DayFormField(
        label="Ngày khóa số liệu", help_text="Từ ngày này số liệu chỉ thay đổi qua điều chỉnh."
    )
    figures = forms.MultipleChoiceField(
        label="Số liệu cần báo cáo",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một số liệu cần báo cáo."},
    )

    def __init__(
        self, *args: Any, period: Period, days: Days, figures: Sequence[Owed], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "period_start": period.start,
            "period_end": period.end,
            "opens_on": days.opens_on,
            "due_on": days.due_on,
            "grace_days": days.grace_days,
            "locks_on": days.locks_on,
            "figures": [figure_key(each) for each in figures if is_usual(each, period)],
        } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.period = period
        self.known = {figure_key(each): each for each in figures}
        self.fields["figures"].choices = [  # type: ignore[attr-defined]
            (key, f"{each.indicator.name}: {each.unit.label}") for key, each in self.known.items()
        ]
        if period.kind == TO_DAY:
            # The day of a milestone is never shifted (office rule 14).
            self.fields["period_end"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and start > end:
            self.add_error("period_start", "Ngày bắt đầu không được sau ngày kết thúc.")
        return cleaned

    def window(self) -> Period:
        start, end = self.cleaned_data["period_start"], self.cleaned_data["period_end"]
        if self.period.kind == TO_DAY:
            return up_to(end, start)
        return Period(self.period.kind, self.period.key, start, end)

    def days(self) -> Days:
        return Days(*(self.cleaned_data[name] for name in ("opens_on", "due_on", "grace_days", "locks_on")))

    def chosen(self) -> list[Owed]:
        return [self.known[key] for key in self.cleaned_data["figures"]]


def figure_key(owed: Owed) -> str:
    return f"{owed.indicator.pk}-{owed.unit.pk}"


def is_usual(owed: Owed, period: Period) -> bool:
    """Whether the indicator is reported at this pace anyhow."""
    return period.kind in (TO_DAY, owed.indicator.frequency)


# --- Deciding --------------------------------------------------------------------------------------


_OVERTAKEN = "Có số liệu vừa được xử lý hoặc báo cáo lại; hãy xem lại danh sách."
_CONTRADICTED = "Có số liệu mà hai nguồn ghi khác nhau; hãy xem đối chiếu và chọn riêng số đó."


class RoundDecideForm(StyledForm, forms.Form):
    """Accepting the chosen figures or all that were shown, or sending the chosen ones back with one reason.

    `shown`: what stood on the page, so that nothing is accepted that came after it. `alarmed`: figures another system
    contradicts; they are accepted only one by one.
    """

    figures = forms.MultipleChoiceField(label="Số liệu", required=False)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    verb = forms.ChoiceField(
        choices=[
            ("accept", "Xác nhận các số đã chọn"),
            ("accept_all", "Xác nhận tất cả"),
            ("return", "Yêu cầu bổ sung"),
        ]
    )
    reason = ProseFormField(label="Nội dung cần bổ sung", max_length=2000, required=False)

    def __init__(
        self,
        *args: Any,
        waiting: Mapping[str, Measurement],
        alarmed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.waiting, self.alarmed = waiting, alarmed
        self.fields["figures"].choices = [(key, key) for key in waiting]  # type: ignore[attr-defined]
        self.fields["reason"].widget.attrs["rows"] = 2
        self.fields["figures"].error_messages["invalid_choice"] = _OVERTAKEN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verb") == "accept_all":
            cleaned["figures"] = [key for key in cleaned.get("shown", "").split(",") if key]
            if not set(cleaned["figures"]) <= self.waiting.keys():
                self.add_error("figures", _OVERTAKEN)
            elif not set(cleaned["figures"]).isdisjoint(self.alarmed):
                self.add_error("figures", _CONTRADICTED)
        if "figures" not in self.errors and not cleaned.get("figures"):
            self.add_error("figures", "Hãy chọn ít nhất một số liệu chờ xác nhận.")
        if cleaned.get("verb") == "return" and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Hãy ghi rõ nội dung cần bổ sung.")
        return cleaned

    def chosen(self) -> list[Measurement]:
        return [self.waiting[key] for key in self.cleaned_data["figures"]]


class RoundMoveForm(StyledForm, forms.Form):
    due_on = DayFormField(label="Hạn báo cáo mới")
    locks_on = DayFormField(label="Ngày khóa số liệu mới")
    reason = LineFormField(
        label="Lý do dời hạn", max_length=300, error_messages={"required": "Hãy ghi lý do dời hạn."}
    )


class RoundWithdrawForm(StyledForm, forms.Form):
    reason = LineFormField(
        label="Lý do rút đợt báo cáo",
        max_length=300,
        error_messages={"required": "Hãy ghi lý do rút đợt báo cáo."},
    )


class RoundLockForm(StyledForm, forms.Form):
    reason = LineFormField(
        label="Lý do khóa trước ngày",
        max_length=300,
        error_messages={"required": "Hãy ghi lý do khóa số liệu trước ngày."},
    )
