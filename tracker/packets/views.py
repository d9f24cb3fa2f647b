"""Pages of packets: download one, send one back, see row by row what it changes, choose at conflicts, save or not."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import today
from core.files import UploadRefused
from core.sheets.reading import SheetError
from core.sheets.resources import workbook_response
from core.text import count_vi, shown
from tracker.intake import keeping
from tracker.intake.draft import MOST_ERRORS
from tracker.intake.forms import ConfirmForm
from tracker.intake.views import KEPT_NO_MORE, MOST_SHOWN, error_rows
from tracker.packets.applying import PacketRefused, apply
from tracker.packets.contents import Contents, acts_for, may_exchange
from tracker.packets.forms import AgainForm, PacketForm
from tracker.packets.making import file_name, write_packet
from tracker.packets.planning import KEEP, USE, PacketPlan, plan_of
from tracker.packets.reading import read_packet
from units.models import Unit
from units.requests import PersonRequest

CHANGED_MEANWHILE = "Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem lại rồi lưu."
CHOOSE = "Hãy chọn giữ số hiện nay hoặc dùng nội dung của gói cho từng dòng có thay đổi mới."


def _unit(request: PersonRequest, pk: int) -> Unit:
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not may_exchange(request.user, found, today()):
        raise PermissionDenied
    return found


@require_safe
def packet_download(request: PersonRequest, pk: int) -> HttpResponse:
    """The packet of a unit: what is open now."""
    contents = Contents(_unit(request, pk), request.user, today())
    return workbook_response(write_packet(contents), file_name(contents))


@require_http_methods(["GET", "HEAD", "POST"])
def packet(request: PersonRequest, pk: int) -> HttpResponse:
    """First the file is read and shown; only the second step saves it, whole or not at all."""
    unit = _unit(request, pk)
    for_unit = acts_for(request.user, unit)
    if request.method != "POST":
        return _upload_page(request, unit, PacketForm(for_unit=for_unit))
    if "key" in request.POST:
        return _confirm(request, unit, for_unit)
    form = PacketForm(request.POST, request.FILES, for_unit=for_unit)
    if not form.is_valid():
        return _upload_page(request, unit, form, status=422)
    try:
        data, name = form.bytes_of_file()
        plan = _planned(request, unit, data, name)
    except UploadRefused as error:
        form.add_error("file", str(error))
        return _upload_page(request, unit, form, status=error.status)
    except SheetError as error:
        form.add_error("file", str(error))
        return _upload_page(request, unit, form, status=422)
    if plan.errors:
        return _upload_page(request, unit, form, plan=plan, name=name, status=422)
    return _preview_page(request, unit, plan, form, keeping.keep(data, request.user), name)


def _planned(request: PersonRequest, unit: Unit, data: bytes, name: str) -> PacketPlan:
    """Raises SheetError, also for the packet of another unit."""
    read = read_packet(data, name)
    if read.unit and read.unit != unit.pk:
        other = Unit.objects.visible_to(request.user).filter(pk=read.unit).first()
        whose = f" “{other.name}”" if other else " khác"
        raise SheetError(f"Đây là gói cập nhật của đơn vị{whose}, không phải của “{unit.name}”.")
    return plan_of(read, unit, request.user)


def _confirm(request: PersonRequest, unit: Unit, for_unit: bool) -> HttpResponse:
    about, sent = AgainForm(request.POST, for_unit=for_unit), ConfirmForm(request.POST)
    wanted = sent.cleaned_data if sent.is_valid() else {}
    data = keeping.kept(wanted.get("key", ""), wanted.get("sha256", ""), request.user)
    if data is None or not about.is_valid():
        again = PacketForm(data={}, for_unit=for_unit)
        again.is_valid()
        again.errors.clear()
        again.add_error(None, KEPT_NO_MORE)
        return _upload_page(request, unit, again, status=409)
    with transaction.atomic():
        # Two presses of one button stand in line; the second sees what the first has saved.
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        return _save(request, unit, about, data, wanted)


def _save(
    request: PersonRequest, unit: Unit, about: PacketForm, data: bytes, wanted: dict[str, Any]
) -> HttpResponse:
    """What was shown, and only that: 409 when it is no longer true."""
    kept = keeping.Kept(wanted["key"], wanted["sha256"])
    name = wanted["name"]
    again = PacketForm(for_unit=about.for_unit)
    plan = _planned(request, unit, data, name)
    if plan.errors:
        return _upload_page(request, unit, again, plan=plan, name=name, status=409)
    choices = {each.name: request.POST.get(each.name, "") for each in plan.conflicts}
    if plan.digest != wanted["expected"]:
        messages.warning(request, CHANGED_MEANWHILE)
        return _preview_page(request, unit, plan, about, kept, name, choices, status=409)
    if any(choice not in (KEEP, USE) for choice in choices.values()):
        return _preview_page(request, unit, plan, about, kept, name, choices, error=CHOOSE, status=422)
    try:
        saved = apply(plan, choices, about.received(), by=request.user)
    except PacketRefused:
        return _upload_page(request, unit, again, plan=plan, name=name, status=422)
    keeping.forget(kept.key, request.user)
    messages.success(request, f"Đã lưu {count_vi(saved)} dòng của gói cập nhật “{shown(name)}”.")
    return redirect("packet", pk=unit.pk)


def _upload_page(
    request: PersonRequest,
    unit: Unit,
    form: PacketForm,
    *,
    plan: PacketPlan | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = plan.errors if plan else []
    contents = Contents(unit, request.user, today())
    context = {
        "unit": unit,
        "form": form,
        "name": name,
        "figures": len(contents.figures),
        "tasks": len(contents.tasks),
        "errors": error_rows(errors),
        "error_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS),
    }
    return render(request, "tracker/packets/upload.html", context, status=status)


def _preview_page(
    request: PersonRequest,
    unit: Unit,
    plan: PacketPlan,
    about: PacketForm,
    kept: keeping.Kept,
    name: str,
    choices: dict[str, str] | None = None,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Conflicts are all shown, since each wants a choice; of the other rows the first ones."""
    plain = [each for each in plan.changes if not each.is_conflict]
    context: dict[str, Any] = {
        "unit": unit,
        "name": name,
        "carry": about.carry()
        | {"key": kept.key, "sha256": kept.sha256, "name": name, "expected": plan.digest},
        "conflicts": [
            {"change": each, "chosen": (choices or {}).get(each.name, "")} for each in plan.conflicts
        ],
        "changes": plain[:MOST_SHOWN],
        "more": max(0, len(plain) - MOST_SHOWN),
        "count": len(plain),
        "total": len(plan.changes),
        "same": plan.same,
        "notes": plan.notes,
        "error": error,
        "keep": KEEP,
        "use": USE,
    }
    return render(request, "tracker/packets/preview.html", context, status=status)
