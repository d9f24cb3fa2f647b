"""The form of the grid: one text field for each cell, so that every error has its row and column."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.fields import LineFormField, ProseFormField
from core.forms import PlainSelect, StyledForm
from tracker.grid.pasting import MOST_COLUMNS, MOST_ROWS
from tracker.grid.reading import Understood
from tracker.grid.sheet import FIXED, Row, Sheet
from tracker.intake import layout

MOST_PASTED = 60_000
_LONGEST = {"code": 30, "name": 500, "indicators": 200, "whom": 200}
_LISTS = {"indicators": "ds-chi-so", "whom": "ds-don-vi"}


class GridForm(StyledForm, forms.Form):
    """`seen`: the state of the plan's targets that stands under this grid; `previewed`: what was last shown as
    understood, so that only that is saved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    previewed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ROWS)
    columns = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_COLUMNS)
    paste = ProseFormField(
        label="Dán từ Excel hoặc Word",
        max_length=MOST_PASTED,
        required=False,
        help_text="Chọn cả bảng, gồm dòng tiêu đề (chỉ tiêu, chỉ số, áp dụng cho, đơn vị, các mốc), sao chép rồi dán "
        "vào đây.",
    )

    def __init__(self, *args: Any, height: int, width: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.height, self.width = height, width
        for column in range(width):
            self._line(f"col-{column}", f"Mốc {column + 1}", 200)
        for row in range(height):
            self.fields[f"r{row}-key"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=20
            )
            for key, heading in FIXED.items():
                name, label = f"r{row}-{key}", f"Dòng {row + 1}, cột “{heading}”"
                if key == "scope":
                    self.fields[name] = forms.ChoiceField(
                        label=label,
                        required=False,
                        choices=[
                            ("", "–"),
                            *((value.value, words) for words, value in layout.SCOPES.items()),
                        ],
                        widget=PlainSelect(attrs={"aria-label": label}),
                    )
                else:
                    self._line(name, label, _LONGEST[key], _LISTS.get(key, ""))
            for column in range(width):
                self._line(f"r{row}-c{column}", f"Dòng {row + 1}, mốc {column + 1}", 60)

    def _line(self, name: str, label: str, longest: int, choices: str = "") -> None:
        attrs = {"aria-label": label} | ({"list": choices} if choices else {})
        self.fields[name] = LineFormField(
            label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=attrs)
        )

    # --- between fields and grid

    @classmethod
    def of(cls, sheet: Sheet, *, seen: str, paste: str = "") -> "GridForm":
        """The form that shows a grid, nothing judged."""
        initial: dict[str, Any] = {
            "seen": seen, "rows": len(sheet.rows), "columns": len(sheet.columns), "paste": paste,
        }  # fmt: skip
        initial |= {f"col-{at}": phrase for at, phrase in enumerate(sheet.columns)}
        for at, row in enumerate(sheet.rows):
            initial[f"r{at}-key"] = row.key
            initial |= {f"r{at}-{key}": getattr(row, key) for key in FIXED}
            initial |= {f"r{at}-c{column}": cell for column, cell in enumerate(row.cells)}
        return cls(initial=initial, height=len(sheet.rows), width=len(sheet.columns))

    @classmethod
    def posted(cls, data: Any) -> "GridForm":
        """The form with what a person sent; as large as it says it is, within what is allowed."""
        return cls(
            data, height=_size(data.get("rows"), MOST_ROWS), width=_size(data.get("columns"), MOST_COLUMNS)
        )

    def sheet(self) -> Sheet:
        """The grid as typed, in normal form."""
        said = self.cleaned_data
        return Sheet(
            columns=[said.get(f"col-{at}", "") for at in range(self.width)],
            rows=[
                Row(
                    key=said.get(f"r{at}-key", ""),
                    **{key: said.get(f"r{at}-{key}", "") for key in FIXED},
                    cells=[said.get(f"r{at}-c{column}", "") for column in range(self.width)],
                )
                for at in range(self.height)
            ],
        )

    def take_errors(self, understood: Understood) -> None:
        for (place, at), message in understood.errors:
            kind, _, column = place.partition(" ")
            name = f"col-{at}" if kind == "column" else f"r{at}-c{column}" if column else f"r{at}-{kind}"
            self.add_error(name, message)

    # --- for the template

    def heads(self, understood: Understood | None) -> Iterable[dict[str, Any]]:
        said = understood.columns if understood else {}
        return [{"field": self[f"col-{at}"], "said": said.get(at, "")} for at in range(self.width)]

    def lines(self, understood: Understood | None) -> Iterable[dict[str, Any]]:
        cells = understood.cells if understood else {}
        rows = understood.rows if understood else {}
        codes = understood.codes if understood else {}
        for at in range(self.height):
            yield {
                "number": at + 1,
                "key": self[f"r{at}-key"],
                "fixed": [self[f"r{at}-{key}"] for key in FIXED],
                "said": rows.get(at, ""),
                "code": codes.get(at, ""),
                "cells": [
                    {"field": self[f"r{at}-c{column}"], "said": cells.get((at, column), "")}
                    for column in range(self.width)
                ],
            }


def _size(typed: Any, most: int) -> int:
    return min(int(typed), most) if str(typed or "").isdecimal() else 0
