"""The page of the grid: a draft's targets are written here; a given plan shows them."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.text import count_vi
from plans.actions import RuleBroken, may_write
from plans.matrix import GIVEN, STALE, Stale, Written, fingerprint, write_matrix
from plans.models import Indicator, Plan, Target
from plans.summaries import level_phrase
from tracker.grid.forms import GridForm
from tracker.grid.pasting import MOST_COLUMNS, MOST_ROWS, PasteError, fill
from tracker.grid.reading import Understood, understand
from tracker.grid.sheet import FIXED, Sheet, stored, when
from units.models import Unit, UnitGroup
from units.requests import PersonRequest

# Blank lines a grid offers beyond what it holds.
SPARE_ROWS, SPARE_COLUMNS = 3, 1
FIRST_ROWS, FIRST_COLUMNS = 6, 4

CHANGED_SINCE = "Nội dung đã thay đổi sau lần xem trước. Hãy xem lại rồi bấm Lưu."


@require_http_methods(["GET", "HEAD", "POST"])
def plan_matrix(request: PersonRequest, pk: int) -> HttpResponse:
    """Every press but “Lưu” only shows: what was pasted, what was understood, more rows. 409 when somebody else wrote
    the targets meanwhile, 422 when a cell is wrong; what was typed is kept."""
    plan = get_object_or_404(
        Plan.objects.visible_to(request.user).select_related("document", "tracking_unit", "issuer"), pk=pk
    )
    if may_write(request.user, plan) is None:
        raise PermissionDenied
    if plan.state != Plan.State.DRAFT:
        return _given(request, plan)
    if request.method != "POST":
        sheet = stored(plan)
        sheet.widen(
            max(FIRST_COLUMNS, len(sheet.columns) + SPARE_COLUMNS),
            max(FIRST_ROWS, len(sheet.rows) + SPARE_ROWS),
        )
        return _page(request, plan, GridForm.of(sheet, seen=fingerprint(plan)))
    form = GridForm.posted(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, status=422)
    act = request.POST.get("act", "preview")
    if act in ("rows", "columns"):
        return _larger(request, plan, form, act)
    if act == "paste" or form.cleaned_data["paste"]:
        return _paste(request, plan, form)
    return _look(request, plan, form, save=act == "save")


def _larger(request: PersonRequest, plan: Plan, form: GridForm, act: str) -> HttpResponse:
    sheet = form.sheet()
    rows, columns = len(sheet.rows), len(sheet.columns)
    if act == "rows":
        sheet.widen(columns, min(rows + FIRST_ROWS, MOST_ROWS))
    else:
        sheet.widen(min(columns + 1, MOST_COLUMNS), rows)
    seen = form.cleaned_data["seen"]
    return _page(request, plan, GridForm.of(sheet, seen=seen, paste=form.cleaned_data["paste"]))


def _paste(request: PersonRequest, plan: Plan, form: GridForm) -> HttpResponse:
    """The pasted table goes into the grid and is shown as understood; one that does not fit stays as it was pasted."""
    sheet = form.sheet()
    try:
        lines = fill(sheet, form.cleaned_data["paste"])
    except PasteError as error:
        form.add_error("paste", error.messages)
        return _page(request, plan, form, status=422)
    sheet.widen(len(sheet.columns), min(len(sheet.rows) + 1, MOST_ROWS))
    shown = GridForm.of(sheet, seen=form.cleaned_data["seen"])
    filled = GridForm.posted({name: value for name, value in shown.initial.items()})
    note = f"Đã đưa {count_vi(lines)} dòng vào bảng, chưa lưu. Hãy xem lại bảng và bấm Lưu."
    if not filled.is_valid():
        return _page(request, plan, filled, status=422)
    return _look(request, plan, filled, save=False, note=note)


def _look(request: PersonRequest, plan: Plan, form: GridForm, *, save: bool, note: str = "") -> HttpResponse:
    """Shows the grid as understood; saves it when it is what was shown last."""
    sheet = form.sheet()
    understood = understand(sheet, plan)
    form.take_errors(understood)
    if understood.errors:
        return _page(request, plan, form, understood, note=note, status=422)
    digest = _digest(sheet)
    if not save or form.cleaned_data["previewed"] != digest:
        if save:
            note = CHANGED_SINCE
        _hold(form, previewed=digest)
        return _page(request, plan, form, understood, note=note)
    try:
        written = write_matrix(plan, understood.lines, by=request.user, seen=form.cleaned_data["seen"])
    except Stale:
        _hold(form, previewed="", seen=fingerprint(plan))
        return _page(request, plan, form, understood, differences=_differences(sheet, plan), status=409)
    except RuleBroken as error:
        form.add_error(None, error.messages)
        return _page(request, plan, form, understood, status=422)
    messages.success(request, f"Đã lưu bảng chỉ tiêu: {_said(written, understood)}.")
    return redirect("plan_matrix", pk=plan.pk)


def _hold(form: GridForm, **hidden: str) -> None:
    """Hidden fields of a form that came with data carry what this answer says, not what was sent."""
    data = {name: form.data.get(name, "") for name in form.data}
    form.data = data | hidden


def _digest(sheet: Sheet) -> str:
    """Of what a person sees in the grid; blank rows and columns aside."""
    rows = [[asdict(row), at] for at, row in enumerate(sheet.rows) if not row.is_blank]
    text = json.dumps([sheet.columns, rows], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _said(written: Written, understood: Understood) -> str:
    parts = [
        f"{words} {count_vi(len(codes))}"
        for words, codes in (("mới", written.created), ("thay đổi", written.changed), ("bỏ", written.removed))
        if codes
    ]
    return f"{_sum(understood)}; {', '.join(parts) or 'không có gì thay đổi'}"


def _sum(understood: Understood) -> str:
    return f"{count_vi(len(understood.lines))} chỉ tiêu, {count_vi(understood.levels)} mức (tính theo từng chỉ số)"


def _differences(typed: Sheet, plan: Plan) -> list[str]:
    """What the plan holds now and the typed grid does not, line by line."""
    now = stored(plan)
    mine = {row.key or row.code: row for row in typed.rows if not row.is_blank}
    found = []
    for row in now.rows:
        other = mine.get(row.key) or mine.get(row.code)
        if other is None:
            found.append(f"{row.code}: đang có trong kế hoạch, không có trong bảng của đồng chí.")
            continue
        held = {phrase: cell for phrase, cell in zip(now.columns, row.cells, strict=True) if cell}
        here = {phrase: cell for phrase, cell in zip(typed.columns, other.cells, strict=True) if cell}
        for phrase in dict.fromkeys([*held, *here]):
            if held.get(phrase) != here.get(phrase):
                found.append(
                    f"{row.code}, {phrase or 'không nêu mốc'}: đang lưu “{held.get(phrase, '')}”, đồng chí ghi"
                    f" “{here.get(phrase, '')}”."
                )
        for key, heading in FIXED.items():
            if getattr(row, key) != getattr(other, key) and key != "code":
                found.append(
                    f"{row.code}, {heading.lower()}: đang lưu “{getattr(row, key)}”, đồng chí ghi"
                    f" “{getattr(other, key)}”."
                )
    return found


def _page(
    request: PersonRequest,
    plan: Plan,
    form: GridForm,
    understood: Understood | None = None,
    *,
    note: str = "",
    differences: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_clean = understood is not None and not understood.errors and differences is None
    removed = []
    if is_clean and understood is not None:
        kept = {line.target for line in understood.lines if line.target is not None}
        removed = [f"{each.code} {each.name}" for each in plan.targets.exclude(pk__in=kept)]
    context = {
        "plan": plan,
        "form": form,
        "headings": [heading for key, heading in FIXED.items()],
        "heads": form.heads(understood),
        "lines": list(form.lines(understood)),
        "understood": understood if is_clean else None,
        "sum": _sum(understood) if is_clean and understood is not None else "",
        "removed": removed,
        "note": note,
        "stale": STALE if differences is not None else "",
        "differences": differences,
        "indicators": Indicator.objects.order_by("code"),
        "units": Unit.objects.open_on(today()).order_by("tree_start"),
        "groups": UnitGroup.objects.named().order_by("name"),
        "paste_open": form["paste"].value() or form["paste"].errors or not plan.targets.exists(),
    }
    return render(request, "tracker/grid/edit.html", context, status=status)


def _given(request: PersonRequest, plan: Plan) -> HttpResponse:
    """The grid of a given plan, to be read: each indicator of a compound line on its own row."""
    sheet = stored(plan)
    rows: list[dict[str, Any]] = []
    targets = plan.targets.select_related("unit", "group").prefetch_related(
        "milestones", "target_indicators__indicator"
    )
    for target in targets.order_by("order", "id"):
        for link in sorted(target.target_indicators.all(), key=lambda each: each.order):
            rows.append(_read_only(target, link.indicator, sheet))
    status = 409 if request.method == "POST" else 200
    context = {"plan": plan, "columns": sheet.columns, "rows": rows, "given": GIVEN, "posted": status == 409}
    return render(request, "tracker/grid/given.html", context, status=status)


def _read_only(target: Target, indicator: Indicator, sheet: Sheet) -> dict[str, Any]:
    said = {when(each): level_phrase(each, indicator.is_ratio) for each in target.milestones.all()}
    return {
        "code": target.code,
        "name": target.name,
        "indicator": indicator.name,
        "scope": target.scope_label,
        "cells": [(phrase or "Không nêu mốc", said.get(phrase, "")) for phrase in sheet.columns],
    }
