"""Bringing in an export of another system: the file, its columns, its names, a preview, then all of it or nothing.

How the columns are read and who is meant is asked once and remembered: the next month's file goes from upload to
preview at once.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.files import UploadRefused
from core.sheets.reading import SheetError
from core.text import count_vi, shown
from plans.attainment import Figure, rate
from plans.models import (
    Indicator,
    ReportingRound,
    RoundItem,
    SourceFile,
    SourceMapping,
    SourceName,
    SourceSystem,
)
from plans.owed import Owed
from plans.sources import Pair, Proposed, bring_in, bringable, known_figures, says_the_same
from plans.summaries import value_words
from plans.tables import amount_words, window_words
from tracker.intake import keeping
from tracker.intake.draft import MOST_ERRORS
from tracker.intake.forms import ConfirmForm
from tracker.intake.views import KEPT_NO_MORE, MOST_SHOWN, error_rows
from tracker.sources.extracting import Extract, Extractor, Names, Reading, missing_words
from tracker.sources.forms import MappingForm, NamesForm, SourceFileForm, SourceForm
from tracker.sources.tables import SourceTable, read_tables
from units.actions import RuleBroken
from units.agency import agency_of
from units.models import Unit
from units.permissions import Role, within
from units.requests import PersonRequest

CHANGED_MEANWHILE = "Số liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi nhập."


@dataclass
class _Job:
    """One file on its way through the pages: what it is about, its table, and how that is read."""

    request: PersonRequest
    agency: Unit
    about: SourceForm
    data: bytes
    name: str
    kept: keeping.Kept
    table: SourceTable
    mapping: SourceMapping | None

    @property
    def system(self) -> str:
        return str(self.about.cleaned_data["system"])

    def context(self) -> dict[str, Any]:
        data = self.about.cleaned_data
        carry = self.about.carry() | {"key": self.kept.key, "sha256": self.kept.sha256, "name": self.name}
        return {
            "carry": carry,
            "name": self.name,
            "table": self.table,
            "system": SourceSystem(data["system"]).label,
            "period": window_words(data["window"]),
            "as_of": data["as_of"],
            "answer_by": data["answer_by"],
        }


def agency_for(request: PersonRequest) -> Unit:
    """The agency whose office this person writes for. Raises PermissionDenied for everybody else."""
    for grant in request.user.grants_today:
        if grant.role == Role.PLAN_OWNER:
            return agency_of(grant.unit)
    raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def source_import(request: PersonRequest) -> HttpResponse:
    """POST without a kept file reads the file; with one, `step` says which page was sent."""
    agency = agency_for(request)
    if request.method != "POST":
        return _upload_page(request, SourceFileForm(collections=_collections(agency)))
    if "key" not in request.POST:
        return _upload(request, agency)
    about = SourceForm(request.POST, collections=_collections(agency))
    sent = ConfirmForm({"expected": "-"} | request.POST.dict())
    data = None
    if about.is_valid() and sent.is_valid():
        data = keeping.kept(sent.cleaned_data["key"], sent.cleaned_data["sha256"], request.user)
    if data is None:
        form = SourceFileForm(data={}, collections=_collections(agency))
        form.is_valid()
        form.errors.clear()
        form.add_error(None, KEPT_NO_MORE)
        return _upload_page(request, form, status=409)
    kept = keeping.Kept(sent.cleaned_data["key"], sent.cleaned_data["sha256"])
    job = _job(request, agency, about, data, sent.cleaned_data["name"], kept)
    step = request.POST.get("step", "")
    if step == "map":
        return _map(job)
    if step == "remap" or job.mapping is None:
        return _mapping_page(job)
    if step == "names":
        return _name(job)
    return _apply(job, sent.cleaned_data["expected"]) if step == "apply" else _look(job)


def _collections(agency: Unit) -> list[ReportingRound]:
    """Milestone collections of the agency's offices that take figures today."""
    found = ReportingRound.objects.open_on(today()).filter(kind=ReportingRound.Kind.MILESTONE)
    return list(
        found.filter(within("tracking_unit", ((agency.tree_start, agency.tree_end),))).select_related("plan")
    )


def _upload(request: PersonRequest, agency: Unit) -> HttpResponse:
    form = SourceFileForm(request.POST, request.FILES, collections=_collections(agency))
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        data, name = form.bytes_of_file()
        job = _job(request, agency, form, data, name, None)
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _upload_page(request, form, status=error.status)
    except SheetError as error:
        form.add_error("file", str(error))
        return _upload_page(request, form, status=422)
    return _look(job) if job.mapping is not None else _mapping_page(job)


def _job(
    request: PersonRequest,
    agency: Unit,
    about: SourceForm,
    data: bytes,
    name: str,
    kept: keeping.Kept | None,
) -> _Job:
    """Of several tables the one whose headings are known, else the longest. Raises SheetError without any."""
    tables = read_tables(data, name)
    known = {
        each.signature: each
        for each in SourceMapping.objects.visible_to(request.user).filter(
            agency=agency, system=about.cleaned_data["system"]
        )
    }
    table = next((each for each in tables if each.signature in known), tables[0])
    held = kept or keeping.keep(data, request.user)
    return _Job(request, agency, about, data, name, held, table, known.get(table.signature))


def _upload_page(
    request: PersonRequest,
    form: SourceFileForm,
    *,
    extract: Extract | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = extract.errors if extract else []
    context = {
        "form": form,
        "name": name,
        "errors": error_rows(errors),
        "error_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS),
    }
    return render(request, "tracker/sources/upload.html", context, status=status)


# --- How it is read ---------------------------------------------------------------------------------------------------


def _wanted(job: _Job) -> dict[Pair, Owed]:
    """What the file may speak of: figures of that kind of window, or what the collection of a milestone asks for."""
    data, found = job.about.cleaned_data, bringable(job.request.user)
    if data["collection"] is None:
        return {pair: owed for pair, owed in found.items() if owed.indicator.frequency == data["window"].kind}
    items = RoundItem.objects.standing().filter(round=data["collection"])
    asked = set(items.values_list("indicator_id", "unit_id"))
    return {pair: owed for pair, owed in found.items() if pair in asked}


def _indicators(job: _Job) -> list[Indicator]:
    return list({owed.indicator.pk: owed.indicator for owed in _wanted(job).values()}.values())


def _mapping_form(job: _Job, data: Any = None) -> MappingForm:
    units = Unit.objects.visible_to(job.request.user).open_on(today())
    reading = Reading.of(job.mapping.columns) if job.mapping else None
    return MappingForm(data, table=job.table, indicators=_indicators(job), units=units, reading=reading)


def _mapping_page(job: _Job, form: MappingForm | None = None, status: int = 200) -> HttpResponse:
    form = form or _mapping_form(job)
    context = job.context() | {
        "form": form,
        "anything": bool(form.indicators),
        "sample": [
            {"row": row.number, "cells": [_cell(row.values, each.index) for each in job.table.columns]}
            for row in job.table.body[:5]
        ],
    }
    return render(job.request, "tracker/sources/mapping.html", context, status=status)


def _cell(values: tuple[Any, ...], index: int) -> str:
    value = values[index] if index < len(values) else None
    return "" if value is None else shown(value, 60)


def _map(job: _Job) -> HttpResponse:
    form = _mapping_form(job, job.request.POST)
    if not form.is_valid():
        return _mapping_page(job, form, status=422)
    job.mapping, _ = SourceMapping.objects.update_or_create(
        agency=job.agency,
        system=job.system,
        signature=job.table.signature,
        defaults={"columns": form.reading().to_json(), "saved_by": job.request.user},
    )
    return _look(job)


# --- Who is meant -----------------------------------------------------------------------------------------------------


def _names_form(job: _Job, extract: Extract, data: Any = None) -> NamesForm:
    units = list(Unit.objects.visible_to(job.request.user).open_on(today()))
    return NamesForm(data, unknown=extract.unknown, units=units)


def _names_page(job: _Job, form: NamesForm, status: int = 200) -> HttpResponse:
    return render(job.request, "tracker/sources/names.html", job.context() | {"form": form}, status=status)


def _name(job: _Job) -> HttpResponse:
    extract, _allowed = _extract(job)
    form = _names_form(job, extract, job.request.POST)
    if not form.is_valid():
        return _names_page(job, form, status=422)
    with transaction.atomic():
        for each, unit in form.chosen():
            SourceName.objects.update_or_create(
                agency=job.agency,
                system=job.system,
                key=each.key,
                defaults={"name": each.name[:300], "unit": unit, "saved_by": job.request.user},
            )
    return _look(job)


# --- What follows -----------------------------------------------------------------------------------------------------


def _extract(job: _Job) -> tuple[Extract, dict[Pair, Any]]:
    assert job.mapping is not None
    data = job.about.cleaned_data
    allowed = _wanted(job)
    names = Names(job.system, job.agency)
    reading = Reading.of(job.mapping.columns)
    return Extractor(job.table, reading, names, allowed, data["window"], data["as_of"]).run(), allowed


def _look(job: _Job) -> HttpResponse:
    extract, allowed = _extract(job)
    if extract.unknown:
        return _names_page(job, _names_form(job, extract))
    return _preview_page(job, extract, allowed)


def _preview_page(job: _Job, extract: Extract, allowed: dict[Pair, Any], status: int = 200) -> HttpResponse:
    rows = _rows(job, extract)
    changed = [row for row in rows if row["change"] != "same"]
    missing = missing_words(allowed, extract.figures)
    errors = extract.errors
    context = job.context() | {
        "rows": rows[:MOST_SHOWN],
        "more": max(0, len(rows) - MOST_SHOWN),
        "count": len(rows),
        "changed": len(changed),
        "notes": [*extract.notes, *([missing] if missing else [])],
        "errors": error_rows(errors),
        "error_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS),
        "expected": _digest(rows),
    }
    return render(job.request, "tracker/sources/preview.html", context, status=422 if errors else status)


def _rows(job: _Job, extract: Extract) -> list[dict[str, Any]]:
    known = known_figures(job.system, job.about.cleaned_data["window"], extract.figures)
    rows = []
    for each in extract.figures:
        before = known.get((each.indicator.pk, each.unit.pk))
        change = "same" if says_the_same(before, each) else "new" if before is None else "changed"
        rows.append(
            {
                "unit": each.unit.label,
                "indicator": each.indicator.name,
                "value": _value(each),
                "amounts": _amounts(each.numerator, each.denominator),
                "place": each.place,
                "change": change,
                "before": _amounts(before.numerator, before.denominator) if before else "",
                "key": f"{each.indicator.pk}/{each.unit.pk}/{before.revision if before else 0}",
            }
        )
    return rows


def _value(each: Proposed) -> str:
    found = rate(Figure(each.numerator, each.denominator), ratio=each.indicator.is_ratio)
    return value_words(found, each.indicator) or "Không phát sinh"


def _amounts(numerator: Any, denominator: Any) -> str:
    return amount_words(numerator) + (f"/{amount_words(denominator)}" if denominator is not None else "")


def _digest(rows: list[dict[str, Any]]) -> str:
    lines = (f"{row['key']}={row['amounts']}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _apply(job: _Job, expected: str) -> HttpResponse:
    extract, allowed = _extract(job)
    if extract.unknown:
        return _names_page(job, _names_form(job, extract), status=409)
    if extract.errors:
        return _preview_page(job, extract, allowed)
    if _digest(_rows(job, extract)) != expected:
        messages.warning(job.request, CHANGED_MEANWHILE)
        return _preview_page(job, extract, allowed, status=409)
    data = job.about.cleaned_data
    try:
        with transaction.atomic():
            made = bring_in(
                _file(job),
                data["window"],
                extract.figures,
                by=job.request.user,
                as_of=data["as_of"],
                answer_by=data["answer_by"],
            )
    except RuleBroken as error:
        extract.errors.extend(error.messages)
        return _preview_page(job, extract, allowed)
    keeping.forget(job.kept.key, job.request.user)
    if made:
        words = f"Đã nhập {count_vi(len(made))} số liệu; các đơn vị xác nhận hoặc đề nghị đối chiếu."
    else:
        words = "Tệp không có gì mới so với số liệu đã nhập; không có gì thay đổi."
    messages.success(job.request, words)
    return redirect("source_figures")


def _file(job: _Job) -> SourceFile:
    """The file as evidence; the same bytes of the same system are kept once, also when a button is pressed twice."""
    Unit.objects.select_for_update(no_key=True).get(pk=job.agency.pk)
    same = SourceFile.objects.filter(agency=job.agency, system=job.system, sha256=job.kept.sha256).first()
    if same is not None:
        return same
    made = SourceFile(agency=job.agency, system=job.system, uploaded_by=job.request.user)
    made.fill(ContentFile(job.data, name=job.name))
    made.save()
    return made
