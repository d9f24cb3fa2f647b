"""What our django-import-export resources share: widgets, all-or-nothing import, errors by cell, downloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from import_export import resources, widgets
from import_export.results import Result, RowResult

from core.sheets.formats import XLSX, SafeCSV, _Table
from core.sheets.guard import column_letter
from core.sheets.reading import CellError, SheetError
from core.text import clean_line, fold, nearest, shown

FORMATS: dict[str, type[_Table]] = {"xlsx": XLSX, "csv": SafeCSV}


# --- widgets -------------------------------------------------------------------------------------------------------


class ChoiceWidget(widgets.Widget):
    """A value shown and read by its label, without regard to case and accents."""

    def __init__(self, choices: Iterable[tuple[Any, Any]]) -> None:
        super().__init__(coerce_to_string=False)
        self.labels = {value: str(label) for value, label in choices}
        self.values = {fold(label): value for value, label in self.labels.items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        if value is None or value == "":
            return None
        found = self.values.get(fold(str(value)))
        if found is None:
            raise ValueError(
                f"“{shown(value)}” không có trong danh sách. Hãy chọn: {'; '.join(self.labels.values())}."
            )
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, "")


class YesNoWidget(ChoiceWidget):
    """Có, Không; an empty cell is Không."""

    def __init__(self) -> None:
        super().__init__([(True, "Có"), (False, "Không")])
        self.values |= {"x": True, "✓": True, "1": True, "0": False}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        return bool(super().clean(value))


class NamedWidget(widgets.Widget):
    """An object shown by one text and read by any of several: `keys` are its fields, the first is shown."""

    def __init__(self, model: type[Model], keys: Sequence[str], what: str) -> None:
        super().__init__(coerce_to_string=False)
        self.model, self.keys, self.what = model, keys, what

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        name = "" if value is None else clean_line(str(value))
        if not name:
            return None
        candidates: list[str] = []
        for key in self.keys:
            objects = self.model._default_manager
            if (exact := list(objects.filter(**{key: name})[:2])) and len(exact) == 1:
                return exact[0]
            named = [(getattr(each, key), each) for each in objects.all()]
            found = [each for text, each in named if text and fold(text) == fold(name)]
            if len(found) == 1:
                return found[0]
            candidates.extend(text for text, _ in named if text)
        close = "; ".join(f"“{each}”" for each in nearest(name, candidates))
        raise ValueError(
            f"“{shown(name)}”: không có {self.what} này.{f' Có phải: {close}?' if close else ''}"
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(getattr(value, self.keys[0])) if value is not None else ""


# --- import ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loaded:
    """What an import did, or would do: rows by what became of them, and what is wrong, cell by cell.

    With errors nothing was saved. `changes`: (key, "new" or "update") of the rows that are not the same.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: Sequence[CellError | str] = ()
    changes: Sequence[tuple[str, str]] = ()


class CatalogueOptions:
    """`class Meta(CatalogueOptions)`: a row that changes nothing is skipped, every object checked whole."""

    skip_unchanged = True
    report_skipped = True
    skip_html_diff = True
    clean_model_instances = True


class CatalogueResource(resources.ModelResource):
    """A list that can be exported, changed in Excel and imported again: all rows or none.

    Rows are told by `Meta.import_id_fields`: the first must be in every row, the others may be empty, or missing as
    columns. `required` are further fields a file must have.
    Columns are found without regard to case, accents and a closing "*". Rows that are not in the file stay.
    """

    required: Sequence[str] = ()

    def load(self, dataset: tablib.Dataset, *, save: bool) -> Loaded:
        """Imports the rows of a dataset made by our formats, or only tries to.

        Raises SheetError when a column is missing.
        """
        ours = {fold(field.column_name): field.column_name for field in self.fields.values()}
        dataset.headers = [ours.get(fold(str(heading)), heading) for heading in dataset.headers or []]
        key = self.fields[self._meta.import_id_fields[0]].column_name
        wanted = [key, *(self.fields[name].column_name for name in self.required)]
        if missing := [heading for heading in wanted if heading not in dataset.headers]:
            raise SheetError(f"Thiếu cột bắt buộc: {', '.join(missing)}.")
        beside = [self.fields[name].column_name for name in self._meta.import_id_fields[1:]]
        for heading in beside:
            if heading not in dataset.headers:
                dataset.append_col([None] * dataset.height, header=heading)
        if twice := self._repeated(dataset, key, beside):
            return Loaded(errors=twice)
        result = self.import_data(
            dataset, dry_run=not save, use_transactions=True, rollback_on_validation_errors=True
        )
        errors = self._errors(dataset, result, key)
        if errors:
            return Loaded(errors=errors)
        touched = [row for row in result.rows if not row.is_skip()]
        return Loaded(
            created=result.totals[RowResult.IMPORT_TYPE_NEW],
            changed=result.totals[RowResult.IMPORT_TYPE_UPDATE],
            unchanged=result.totals[RowResult.IMPORT_TYPE_SKIP],
            changes=[(row.object_repr or "", str(row.import_type)) for row in touched],
        )

    def _repeated(self, dataset: tablib.Dataset, key: str, beside: Sequence[str]) -> list[CellError | str]:
        first: dict[tuple[str, ...], int] = {}
        found: list[CellError | str] = []
        columns = [dataset[heading] for heading in (key, *beside)]
        for at, values in enumerate(zip(*columns, strict=True)):
            folded = tuple(fold(str(value or "")) for value in values)
            if folded in first:
                message = f"trùng với dòng {dataset.row_numbers[first[folded]]}. Mỗi mã chỉ ghi một dòng."
                found.append(self._at(dataset, at, key, message))
            elif folded[0]:
                first[folded] = at
            else:
                found.append(self._at(dataset, at, key, "chưa có nội dung. Cột này bắt buộc."))
        return found

    def _errors(self, dataset: tablib.Dataset, result: Result, key: str) -> list[CellError | str]:
        columns = {field.attribute: field.column_name for field in self.fields.values()}
        found: list[CellError | str] = [_words_of(error.error) for error in result.base_errors]
        wrong = [(invalid.number, name, message) for invalid in result.invalid_rows
                 for name, messages in invalid.error_dict.items() for message in messages]  # fmt: skip
        wrong += [
            (row.number, "", _words_of(error.error)) for row in result.error_rows for error in row.errors
        ]
        for number, name, message in sorted(wrong, key=lambda each: each[0]):
            heading = columns.get(name, key)
            found.append(
                self._at(dataset, number - 1, heading if heading in dataset.headers else key, message)
            )
        return found

    @staticmethod
    def _at(dataset: tablib.Dataset, at: int, heading: str, message: str) -> CellError:
        index = dataset.headers.index(heading)
        number, sheet = dataset.row_numbers[at], dataset.sheet or "CSV"
        return CellError(sheet, number, column_letter(index + 1), heading, dataset[at][index], message)


def _words_of(error: Exception) -> str:
    """Our own errors speak Vietnamese; of any other, only that it happened is for the person."""
    if isinstance(error, ValidationError):
        return "; ".join(error.messages)
    if isinstance(error, ValueError):
        return str(error)
    return "Không lưu được dòng này. Hãy kiểm tra lại các ô của dòng."


# --- export ----------------------------------------------------------------------------------------------------------


def export_response(
    request: HttpRequest, resource: resources.Resource, rows: Any, *, title: str, name: str
) -> HttpResponse:
    """A download of `rows` (a queryset or list) as `name`.xlsx, or as CSV where the address says `?dang=csv`."""
    chosen = FORMATS.get(request.GET.get("dang", ""), XLSX)()
    dataset = resource.export(rows)
    dataset.title = title
    return download(
        chosen.export_data(dataset), f"{name}.{chosen.get_extension()}", chosen.get_content_type()
    )


def workbook_response(data: bytes, name: str) -> HttpResponse:
    return download(data, name, XLSX().get_content_type())


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    """Bytes as an attachment with a name of any letters."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
