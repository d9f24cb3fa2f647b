"""The form of one ladder: a row a rung, checked as a whole."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import StyledForm
from core.text import count_vi
from notifications.ladder import Rung
from notifications.models import Step

MOST_RUNGS = 12
EMPTY_ROWS = 2
FARTHEST = 180


class OffsetField(forms.CharField):
    """A whole number of working days: "-5" or "5 trước", "0", "3" or "3 sau"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "text", "size": 6}), max_length=12, **kwargs
        )

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value).replace("−", "-").replace("–", "-").strip().lower()
        if not typed:
            return None
        before = typed.endswith("trước")
        number = typed.removesuffix("trước").removesuffix("sau").strip()
        try:
            days = int(number)
        except ValueError as error:
            raise ValidationError(
                "Hãy ghi số ngày làm việc, ví dụ -5 (trước hạn), 0, 3 (sau hạn)."
            ) from error
        days = -abs(days) if before else days
        if abs(days) > FARTHEST:
            raise ValidationError(f"Số ngày làm việc từ -{FARTHEST} đến {FARTHEST}.")
        return days


class RepeatField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}), max_length=4, **kwargs
        )

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        if not typed.isdecimal() or not 1 <= int(typed) <= 60:
            raise ValidationError("Nhắc lại sau mỗi 1 đến 60 ngày làm việc; để trống nếu không nhắc lại.")
        return int(typed)


class RulesForm(StyledForm, forms.Form):
    """The rungs of one set in any order; rows without a number of days are left out."""

    def __init__(self, *args: Any, rungs: Sequence[Rung], since: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.count = max(min(len(rungs) + EMPTY_ROWS, MOST_RUNGS), self._posted())
        for number in range(1, self.count + 1):
            rung = rungs[number - 1] if number <= len(rungs) else None
            self._row(number, rung)

    def _posted(self) -> int:
        numbers = [
            int(name.rpartition("-")[2])
            for name in self.data
            if name.startswith("offset-") and name.rpartition("-")[2].isdecimal()
        ]
        return min(max(numbers, default=0), MOST_RUNGS)

    def _row(self, number: int, rung: Rung | None) -> None:
        label = f"Bậc {count_vi(number)}"
        step = "" if rung is None else "leader" if rung.to_leader else "letter" if rung.letter else ""
        fields: dict[str, tuple[forms.Field, Any]] = {
            "offset": (OffsetField(required=False, label=f"{label}: số ngày làm việc"), rung and rung.offset),
            "to_clerk": (
                forms.BooleanField(required=False, label=f"{label}: đầu mối"),
                rung.to_clerk if rung else True,
            ),
            "to_head": (
                forms.BooleanField(required=False, label=f"{label}: thủ trưởng đơn vị"),
                bool(rung and rung.to_head),
            ),
            "to_owner": (
                forms.BooleanField(required=False, label=f"{label}: Văn phòng theo dõi"),
                bool(rung and rung.to_owner),
            ),
            "repeat": (RepeatField(required=False, label=f"{label}: nhắc lại"), rung and rung.repeat),
            "step": (
                forms.ChoiceField(required=False, label=f"{label}: chuyển cấp", choices=Step.choices),
                step,
            ),
        }
        for name, (made, initial) in fields.items():
            made.initial = initial
            if not isinstance(made, forms.BooleanField):
                made.widget.attrs["aria-label"] = made.label
            else:
                made.widget.attrs["aria-label"] = made.label
            self.fields[f"{name}-{number}"] = made

    @property
    def rows(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.count + 1):
            yield {
                "number": number,
                **{
                    name: self[f"{name}-{number}"]
                    for name in ("offset", "to_clerk", "to_head", "to_owner", "repeat", "step")
                },
            }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        rungs = []
        for number in range(1, self.count + 1):
            offset = given.get(f"offset-{number}")
            if offset is None:
                if given.get(f"repeat-{number}") or given.get(f"step-{number}"):
                    self.add_error(f"offset-{number}", "Hãy ghi số ngày làm việc của bậc này.")
                continue
            rungs.append((number, self._read(number, offset, given)))
        self._check(rungs)
        given["rungs"] = sorted((rung for _, rung in rungs), key=lambda rung: rung.offset)
        return given

    def _read(self, number: int, offset: int, given: dict[str, Any]) -> Rung:
        step = given.get(f"step-{number}", "")
        return Rung(
            name_of(offset, since=self.since),
            offset,
            bool(given.get(f"to_clerk-{number}")),
            bool(given.get(f"to_head-{number}")),
            bool(given.get(f"to_owner-{number}")),
            given.get(f"repeat-{number}"),
            step == Step.LEADER,
            step == Step.LETTER,
        )

    def _check(self, rungs: list[tuple[int, Rung]]) -> None:
        if not rungs and not self.errors:
            self.add_error(None, "Hãy ghi ít nhất một bậc; muốn không nhắc nữa thì bấm “Ngừng nhắc”.")
        last = max((rung.offset for _, rung in rungs), default=0)
        seen: dict[int, int] = {}
        for number, rung in rungs:
            place = f"offset-{number}"
            if rung.offset in seen:
                self.add_error(place, f"Trùng số ngày với bậc {count_vi(seen[rung.offset])}.")
            seen[rung.offset] = number
            if self.since and rung.offset < 1:
                self.add_error(place, "Nội dung này chỉ nhắc sau khi bắt đầu chờ: ghi từ 1 ngày trở lên.")
            if rung.repeat and rung.offset != last:
                self.add_error(f"repeat-{number}", "Chỉ bậc cuối cùng được nhắc lại.")
            if (rung.to_leader or rung.letter) and rung.offset < 1:
                self.add_error(f"step-{number}", "Chỉ chuyển cấp khi đã quá hạn.")
            if not (rung.to_clerk or rung.to_head or rung.to_owner):
                self.add_error(place, "Hãy chọn ít nhất một nơi nhận.")


def name_of(offset: int, *, since: bool) -> str:
    """What a rung is called where a table lists it."""
    days = f"{abs(offset)} ngày làm việc"
    if since:
        return f"Sau {days}"
    if offset < 0:
        return f"Trước hạn {days}"
    return f"Quá hạn {days}" if offset else "Ngày đến hạn"
