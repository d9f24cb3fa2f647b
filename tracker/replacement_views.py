"""The page of a replacement: one row a duty, a preview, one decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.text import count_vi
from plans.models import Plan
from tracker.documents import visible_documents
from tracker.replacement import (
    Frame,
    Outcome,
    RowsRefused,
    fingerprint,
    frame_of,
    may_replace,
    open_duties,
    preview,
    replace,
)
from tracker.replacement_forms import DutyForm, ReplacementForm, open_units
from units.actions import RuleBroken
from units.requests import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def replacement(request: PersonRequest, new: int, old: int) -> HttpResponse:
    """GET proposes; POST shows what would happen, or with `act=do` does it. 409 when the list changed meanwhile."""
    seen = visible_documents(request.user)
    frame = frame_of(get_object_or_404(seen, pk=new), get_object_or_404(seen, pk=old))
    if frame is None:
        raise Http404
    if not may_replace(request.user, frame):
        raise PermissionDenied
    duties = open_duties(frame)
    units, known = open_units()
    posted = request.POST if request.method == "POST" else None
    data = posted.copy() if posted is not None else None
    stale = data is not None and data.get("seen") not in ("", None, fingerprint(duties))
    if data is not None:
        data["seen"] = fingerprint(duties)
    form = ReplacementForm(data, frame=frame, seen=fingerprint(duties))
    rows = [DutyForm(_posted(data, duty.key), frame=frame, duty=duty, units=known) for duty in duties]
    outcome: Outcome | None = None
    status = 200
    if posted is not None:
        status = 409 if stale else 422
        valid = form.is_valid() and all([row.is_valid() for row in rows])
        if valid and not stale:
            outcome, done = _carry_out(request, frame, form, rows, do=posted.get("act") == "do")
            if done:
                return redirect("document", pk=new)
            if outcome is not None:
                status = 200
    context: dict[str, Any] = {
        "frame": frame,
        "form": form,
        "rows": rows,
        "units": units,
        "outcome": outcome,
        "stale": stale,
        "old_open": frame.old_plan is not None and frame.old_plan.state != Plan.State.CLOSED,
    }
    return render(request, "tracker/replacement.html", context, status=status)


def _posted(data: Any, key: str) -> Any:
    """The posted form where it speaks of this duty; one that came later is shown with its default."""
    return data if data is not None and f"{key}-what" in data else None


def _carry_out(
    request: PersonRequest, frame: Frame, form: ReplacementForm, rows: list[DutyForm], *, do: bool
) -> tuple[Outcome | None, bool]:
    """The outcome, and whether it was done; errors are put on the forms."""
    choices = [row.choice() for row in rows]
    said = {"decision": form.decision(), "reason": form.cleaned_data["reason"]}
    try:
        outcome = (replace if do else preview)(frame, choices, by=request.user, **said)
    except RowsRefused as refused:
        for row in rows:
            if (error := refused.errors.get(row.duty.key)) is not None:
                _put_on(row, error)
        form.add_error(None, "Có nhiệm vụ chưa xử lý được; xem lý do ở từng dòng. Chưa lưu gì.")
        return None, False
    except RuleBroken as error:
        _put_on(form, error)
        return None, False
    if do:
        done, left = count_vi(len(outcome.lines)), count_vi(outcome.left)
        words = f"Đã xử lý {done} nhiệm vụ, chỉ tiêu; còn {left} chưa quyết định."
        if outcome.closes:
            words += " Kế hoạch cũ đã kết thúc."
        messages.success(request, words)
    return outcome, do


def _put_on(form: Any, error: Any) -> None:
    for name, errors in getattr(error, "error_dict", {None: error.messages}).items():
        form.add_error(name if name in form.fields else None, errors)
