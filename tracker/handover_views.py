"""Pages of bàn giao công việc: whom one may hand over, the form with its preview, the record."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from reports.layouts import handover_minutes as layout
from reports.paper_views import word_file
from tasks.models import Handover, HandoverLine
from tracker import handover as actions
from tracker.handover_forms import HandoverForm
from tracker.handover_minutes import lines, lines_of, minutes_of
from units.actions import RuleBroken
from units.agency import is_administrator
from units.models import User
from units.permissions import Role
from units.requests import PersonRequest

PAGE = 50
RELATED = ("person", "receiver", "unit__parent", "recorded_by", "withdrawn_by")


@require_safe
def handovers(request: PersonRequest) -> HttpResponse:
    """People whose work one may hand over, and the handovers one sees, newest first."""
    user = request.user
    found = Handover.objects.visible_to(user).select_related(*RELATED)
    people = actions.people(user) if _records(user) else []
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    if not _records(user) and not page.object_list:
        raise PermissionDenied
    return render(request, "tracker/handovers.html", {"people": people, "page": page})


def _records(user: User) -> bool:
    return is_administrator(user) or user.has_role(Role.UNIT_HEAD, Role.PLAN_OWNER)


# --- recording one --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def handover_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Form → preview → recorded. What is shown in the preview is what happens, or it is shown again (409)."""
    person = get_object_or_404(User, pk=pk)
    if actions.authority(request.user, person) is None:
        raise Http404
    home = actions.home_of(person)
    form = HandoverForm(
        request.POST or None,
        person=person,
        people=actions.candidates(person, home),
        things=actions.things_of(person, Handover.Kind.LEAVES, today()),
    )
    context: dict[str, Any] = {"form": form, "person": person, "home": home}
    if request.method != "POST" or "edit" in request.POST:
        return render(request, "tracker/handover_new.html", context)
    if not form.is_valid():
        return render(request, "tracker/handover_new.html", context, status=422)
    try:
        moves = actions.check(form.plea(), form.choices(), by=request.user)
        seen = _fingerprint(moves)
        if "confirm" in request.POST and request.POST.get("seen") == seen:
            handover = actions.record(form.plea(), form.choices(), by=request.user)
            messages.success(request, _done_words(handover))
            return redirect("handover", pk=handover.pk)
    except RuleBroken as error:
        _put_on(form, error)
        return render(request, "tracker/handover_new.html", context, status=422)
    changed = "confirm" in request.POST
    context |= {
        "parts": grouped(lines(moves)),
        "seen": seen,
        "changed": changed,
        "pairs": _pairs_of_form(form),
        "hidden": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "confirm", "edit", "seen")
            for value in values
        ],
    }
    return render(request, "tracker/handover_preview.html", context, status=409 if changed else 200)


def _fingerprint(moves: list[tuple[actions.Thing, User | None]]) -> str:
    """Changes when a thing or its receiver does."""
    text = ";".join(f"{thing.key}:{thing.part}:{to.pk if to else ''}" for thing, to in moves)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _pairs_of_form(form: HandoverForm) -> list[tuple[str, Any]]:
    plea = form.plea()
    pairs = [
        ("Người bàn giao", plea.person.full_name),
        ("Loại bàn giao", Handover.Kind(plea.kind).label),
        ("Ngày bàn giao", f"{plea.on:%d/%m/%Y}"),
        ("Người nhận chung", plea.receiver.full_name if plea.receiver else "Thủ trưởng đơn vị"),
        ("Lý do", plea.reason),
    ]
    optional = (("Văn bản căn cứ", plea.basis), ("Người quyết định", plea.decided_by))
    return [*pairs, *((label, value) for label, value in optional if value)]


def _done_words(handover: Handover) -> str:
    if handover.carried_out_at is not None:
        return "Đã bàn giao. Hãy in biên bản để ba bên ký."
    return f"Đã ghi nhận; công việc được chuyển vào ngày {handover.on:%d/%m/%Y}."


def _put_on(form: HandoverForm, error: RuleBroken) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


# --- one handover ---------------------------------------------------------------------------------


def _visible(user: User, pk: int) -> Handover:
    return get_object_or_404(Handover.objects.visible_to(user).select_related(*RELATED), pk=pk)


def grouped(found: list[HandoverLine]) -> list[tuple[str, list[HandoverLine]]]:
    """Lines by part, in the order of the record."""
    parts: dict[str, list[HandoverLine]] = {}
    for line in found:
        parts.setdefault(line.get_part_display(), []).append(line)
    return list(parts.items())


@require_safe
def handover(request: PersonRequest, pk: int) -> HttpResponse:
    found = _visible(request.user, pk)
    pairs: list[tuple[str, Any]] = [
        ("Đơn vị", found.unit.name),
        ("Loại bàn giao", found.get_kind_display()),
        ("Ngày bàn giao", f"{found.on:%d/%m/%Y}"),
        ("Người nhận chung", found.receiver.full_name if found.receiver else "Thủ trưởng đơn vị"),
        ("Lý do", found.reason),
        ("Văn bản căn cứ", found.basis or "Chưa có văn bản"),
        ("Người ghi nhận", found.recorded_by.full_name),
    ]
    if found.decided_by:
        pairs.append(("Người quyết định", f"{found.decided_by} ({found.get_how_display().lower()})"))
    context = {
        "handover": found,
        "pairs": pairs,
        "parts": grouped(lines_of(found)),
        "may_withdraw": found.is_waiting and actions.authority(request.user, found.person) is not None,
    }
    return render(request, "tracker/handover.html", context)


@require_safe
def handover_minutes(request: PersonRequest, pk: int) -> HttpResponse:
    """The record as Word, for three signatures."""
    found = _visible(request.user, pk)
    if found.withdrawn_at is not None:
        raise Http404
    return word_file(layout.build(minutes_of(found)), f"Bien-ban-ban-giao-{found.pk}")


@require_POST
def handover_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    found = _visible(request.user, pk)
    if actions.authority(request.user, found.person) is None:
        raise PermissionDenied
    try:
        actions.withdraw(found, by=request.user)
    except RuleBroken as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Đã hủy bàn giao; công việc giữ nguyên.")
    return redirect("handover", pk=found.pk)
