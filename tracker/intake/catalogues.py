"""Import of the lists everybody shares: units, working calendar, indicators. First a look, then saved whole."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.files import UploadRefused
from core.sheets.reading import SheetError
from core.sheets.resources import FORMATS, CatalogueResource, Loaded
from core.text import count_vi, shown
from plans import sums
from plans.resources import IndicatorResource
from tracker.intake import keeping
from tracker.intake.draft import MOST_ERRORS
from tracker.intake.forms import WorkbookForm
from tracker.intake.views import CHANGED_MEANWHILE, KEPT_NO_MORE, MOST_SHOWN, error_rows
from units.agency import keeps_catalogues
from units.requests import PersonRequest
from units.resources import CalendarResource, UnitResource


class Catalogue(NamedTuple):
    """`export` is the name of the address that downloads the list as it stands."""

    label: str
    resource: type[CatalogueResource]
    export: str


CATALOGUES = {
    "don-vi": Catalogue("Đơn vị", UnitResource, "units_export"),
    "lich": Catalogue("Lịch làm việc", CalendarResource, "calendar_export"),
    "chi-so": Catalogue("Danh mục chỉ số", IndicatorResource, "indicators_export"),
}
_CHANGES = {"new": ("active", "Mới"), "update": ("soon", "Thay đổi")}


class CatalogueForm(WorkbookForm):
    """Which list, and its file."""

    catalogue = forms.ChoiceField(
        label="Danh mục",
        choices=[(key, each.label) for key, each in CATALOGUES.items()],
        widget=forms.RadioSelect,
    )
    field_order = ("catalogue", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=(".xlsx", ".csv"), **kwargs)
        self.fields["file"].label = "Tệp Excel hoặc CSV"


class _ConfirmForm(forms.Form):
    catalogue = forms.ChoiceField(choices=[(key, each.label) for key, each in CATALOGUES.items()])
    key = forms.CharField(max_length=32)
    sha256 = forms.CharField(max_length=64)
    expected = forms.CharField(max_length=40)
    name = forms.CharField(max_length=150, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def catalogue_import(request: PersonRequest) -> HttpResponse:
    """Chooses one of three lists, shows what would change, saves after confirmation."""
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, CatalogueForm(initial={"catalogue": request.GET.get("loai", "don-vi")}))
    if "key" in request.POST:
        return _confirm(request)
    form = CatalogueForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    catalogue = form.cleaned_data["catalogue"]
    try:
        data, name = form.bytes_of_file()
        loaded = _load(catalogue, data, name, save=False)
        if not loaded.errors:
            return _preview(request, catalogue, name, keeping.keep(data, request.user), loaded)
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _page(request, form, status=error.status)
    except SheetError as error:
        form.add_error("file", str(error))
        return _page(request, form, status=422)
    return _page(
        request, CatalogueForm(initial={"catalogue": catalogue}), loaded=loaded, name=name, status=422
    )


def _load(catalogue: str, data: bytes, name: str, *, save: bool) -> Loaded:
    """Raises SheetError when the file or its columns are wrong."""
    chosen = FORMATS["csv" if name.lower().endswith(".csv") else "xlsx"]()
    dataset = chosen.create_dataset(data)
    return CATALOGUES[catalogue].resource().load(dataset, save=save)


def _confirm(request: PersonRequest) -> HttpResponse:
    form = _ConfirmForm(request.POST)
    wanted = form.cleaned_data if form.is_valid() else {}
    data = keeping.kept(wanted.get("key", ""), wanted.get("sha256", ""), request.user)
    if data is None:
        messages.warning(request, KEPT_NO_MORE)
        return _page(request, CatalogueForm(), status=409)
    catalogue, name = wanted["catalogue"], wanted["name"]
    with transaction.atomic():
        with sums.following_tree():
            loaded = _load(catalogue, data, name, save=True)
        changed = _expected(loaded) != wanted["expected"] or bool(loaded.errors)
        if changed:
            transaction.set_rollback(True)
    if loaded.errors:
        return _page(
            request, CatalogueForm(initial={"catalogue": catalogue}), loaded=loaded, name=name, status=409
        )
    if changed:
        messages.warning(request, CHANGED_MEANWHILE)
        kept = keeping.Kept(wanted["key"], wanted["sha256"])
        return _preview(request, catalogue, name, kept, loaded, status=409)
    keeping.forget(wanted["key"], request.user)
    label = CATALOGUES[catalogue].label
    messages.success(
        request, f"Đã lưu {label.lower()} từ tệp “{shown(name)}”: {count_vi(loaded.created)} dòng mới,"
        f" {count_vi(loaded.changed)} dòng thay đổi."
    )  # fmt: skip
    return redirect("catalogue_import")


def _expected(loaded: Loaded) -> str:
    return f"{loaded.created}/{loaded.changed}/{loaded.unchanged}"


def _page(
    request: PersonRequest,
    form: CatalogueForm,
    *,
    loaded: Loaded | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = list(loaded.errors) if loaded else []
    context = {
        "form": form,
        "name": name,
        "catalogues": CATALOGUES.values(),
        "errors": error_rows(errors),
        "error_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS),
    }
    return render(request, "tracker/intake/catalogues.html", context, status=status)


def _preview(
    request: PersonRequest, catalogue: str, name: str, kept: keeping.Kept, loaded: Loaded, status: int = 200
) -> HttpResponse:
    rows = [(title, *_CHANGES[kind]) for title, kind in loaded.changes]
    context = {
        "catalogue": catalogue,
        "label": CATALOGUES[catalogue].label,
        "name": name,
        "kept": kept,
        "expected": _expected(loaded),
        "loaded": loaded,
        "rows": rows[:MOST_SHOWN],
        "more": max(0, len(rows) - MOST_SHOWN),
    }
    return render(request, "tracker/intake/catalogue_preview.html", context, status=status)
