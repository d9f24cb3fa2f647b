"""Pages of the plan workbook: the template, import in two steps (look, then save), giving a plan."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.files import UploadRefused
from core.sheets.reading import CellError, SheetError, Value
from core.sheets.resources import workbook_response
from core.text import count_vi, shown
from plans.models import Plan
from tracker.activation import Gap, activate, gaps, may_activate
from tracker.intake import keeping
from tracker.intake.applying import apply, preview
from tracker.intake.draft import MOST_ERRORS, Draft, Errors, IntakeRefused, typed
from tracker.intake.forms import ActivateForm, ConfirmForm, WorkbookForm
from tracker.intake.reading import read
from tracker.intake.result import Change, Result
from tracker.intake.template import FILE_NAME, template
from units.actions import RuleBroken
from units.models import User
from units.permissions import Role
from units.requests import PersonRequest

# A preview shows this many rows of a sheet; the counts say the rest.
MOST_SHOWN = 300

CHANGE_WORDS = {
    Change.NEW: ("active", "Mới"),
    Change.CHANGED: ("soon", "Thay đổi"),
    Change.SAME: ("none", "Giữ nguyên"),
    Change.REMOVED: ("stopped", "Bỏ khỏi dự thảo"),
}
KEPT_NO_MORE = "Tệp đã xem trước không còn (quá 24 giờ, hoặc đã lưu). Hãy tải tệp lên lại."
CHANGED_MEANWHILE = "Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi lưu."


@require_safe
def plan_template(request: PersonRequest) -> HttpResponse:
    """The empty workbook, with this installation's units to choose from."""
    return workbook_response(template(request.user), FILE_NAME)


def _check_right(user: User) -> None:
    if not user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request: PersonRequest) -> HttpResponse:
    """First the file is read and shown as it was understood; only the second step saves it, whole or not at all."""
    _check_right(request.user)
    if request.method != "POST":
        return _upload_page(request, WorkbookForm())
    if "key" in request.POST:
        return _confirm(request)
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        data, name = form.bytes_of_file()
        return _look(request, read(data, name), data)
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _upload_page(request, form, status=error.status)
    except SheetError as error:
        form.add_error("file", str(error))
        return _upload_page(request, form, status=422 if name.lower().endswith(".xlsx") else 415)


def _look(request: PersonRequest, draft: Draft, data: bytes) -> HttpResponse:
    try:
        result = preview(draft, request.user)
    except IntakeRefused as refused:
        return _upload_page(request, WorkbookForm(), refused=refused, name=draft.name, status=422)
    return _preview_page(request, draft.name, keeping.keep(data, request.user), result)


def _confirm(request: PersonRequest) -> HttpResponse:
    form = ConfirmForm(request.POST)
    wanted = form.cleaned_data if form.is_valid() else {}
    data = keeping.kept(wanted.get("key", ""), wanted.get("sha256", ""), request.user)
    if data is None:
        again = WorkbookForm(data={})
        again.is_valid()
        again.errors.clear()
        again.add_error(None, KEPT_NO_MORE)
        return _upload_page(request, again, status=409)
    draft = read(data, wanted["name"])
    try:
        with transaction.atomic():
            result = apply(draft, request.user)
            as_shown = result.digest == wanted["expected"]
            transaction.set_rollback(not as_shown)
    except IntakeRefused as refused:
        return _upload_page(request, WorkbookForm(), refused=refused, name=draft.name, status=409)
    if not as_shown:
        messages.warning(request, CHANGED_MEANWHILE)
        kept = keeping.Kept(wanted["key"], wanted["sha256"])
        return _preview_page(request, wanted["name"], kept, result, status=409)
    keeping.forget(wanted["key"], request.user)
    messages.success(request, f"Đã lưu kế hoạch từ tệp “{shown(wanted['name'])}”: {_summary(result)}.")
    return redirect("plan", pk=result.plan.pk)


def _summary(result: Result) -> str:
    parts = []
    for name, word in (("created", "mới"), ("changed", "thay đổi"), ("removed", "bỏ")):
        number = sum(getattr(tally, name) for tally in result.sheets.values())
        if number:
            parts.append(f"{count_vi(number)} dòng {word}")
    return ", ".join(parts) or "không có gì thay đổi"


def error_rows(errors: Errors) -> list[dict[str, str]]:
    """Errors as lines of a table, at most 200: where, what was typed, what is wrong."""
    rows = []
    for error in errors[:MOST_ERRORS]:
        if isinstance(error, CellError):
            value = "" if error.value is None else shown(typed(cast(Value, error.value)))
            message = error.message.removeprefix(f"“{value}”").lstrip(": ") if value else error.message
            rows.append({
                "sheet": error.sheet,
                "row": str(error.row),
                "column": f"{error.column} “{error.heading}”",
                "value": value,
                "message": message[:1].upper() + message[1:],
            })  # fmt: skip
        else:
            rows.append({"message": str(error)})
    return rows


def _upload_page(
    request: PersonRequest,
    form: WorkbookForm,
    *,
    refused: IntakeRefused | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = refused.errors if refused else []
    context = {
        "form": form,
        "name": name,
        "errors": error_rows(errors),
        "error_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS),
    }
    return render(request, "tracker/intake/upload.html", context, status=status)


def _preview_page(
    request: PersonRequest, name: str, kept: keeping.Kept, result: Result, status: int = 200
) -> HttpResponse:
    sheets = [
        {"name": sheet, "tally": tally}
        for sheet, tally in result.sheets.items()
        if tally.touches or tally.unchanged
    ]
    changed = [_row(each) for each in result.outcomes if each.change in (Change.CHANGED, Change.REMOVED)]
    context: dict[str, Any] = {
        "name": name,
        "kept": kept,
        "result": result,
        "expected": result.digest,
        "sheets": sheets,
        "changes": changed[:MOST_SHOWN],
        "targets": [_row(each.outcome) | {"shown": each} for each in result.targets[:MOST_SHOWN]],
        "tasks": [_row(each.outcome) | {"shown": each} for each in result.tasks[:MOST_SHOWN]],
        "more_targets": max(0, len(result.targets) - MOST_SHOWN),
        "more_tasks": max(0, len(result.tasks) - MOST_SHOWN),
        "removed": sum(tally.removed for tally in result.sheets.values()),
    }
    return render(request, "tracker/intake/preview.html", context, status=status)


def _row(outcome: Any) -> dict[str, Any]:
    kind, words = CHANGE_WORDS[outcome.change]
    return {"outcome": outcome, "kind": kind, "words": words, "what": ", ".join(outcome.what)}


# --- giving a plan ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def plan_activate(request: PersonRequest, pk: int) -> HttpResponse:
    """What is not clear is listed and seen once; it never blocks."""
    plan = get_object_or_404(
        Plan.objects.visible_to(request.user).select_related("document", "tracking_unit", "leader_in_charge"),
        pk=pk,
    )
    if not may_activate(request.user, plan):
        raise PermissionDenied
    found = gaps(plan)
    form = ActivateForm(request.POST if request.method == "POST" else None, has_gaps=bool(found))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = activate(
                    plan, by=request.user, acknowledged=form.cleaned_data.get("acknowledged", False)
                )
            except RuleBroken as error:
                form.add_error("acknowledged" if "acknowledged" in form.fields else None, error.messages)
            else:
                messages.success(
                    request, f"Đã giao kế hoạch: {count_vi(len(given))} nhiệm vụ đến các đơn vị."
                )
                return redirect("plan", pk=plan.pk)
    context = {
        "plan": plan,
        "form": form,
        "gaps": _by_task(found),
        "orders": plan.tasks.orders().count(),
        "targets": plan.targets.count(),
        "is_draft": plan.state == Plan.State.DRAFT,
    }
    return render(request, "tracker/intake/activate.html", context, status=status)


def _by_task(found: list[Gap]) -> list[dict[str, Any]]:
    """One line a task with everything it leaves open."""
    lines: dict[int, dict[str, Any]] = {}
    for gap in found:
        line = lines.setdefault(gap.task.pk, {"task": gap.task, "words": []})
        line["words"].append(gap.words)
    return list(lines.values())
