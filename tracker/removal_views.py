"""Pages of removing content: asking, the list of requests, the second person's reading and decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tasks import actions
from tasks.actions.removing import Shown
from tasks.models import ContentRemoval, Task
from tracker import removal as removing
from tracker.removal_forms import DecideRemovalForm, RequestRemovalForm
from units.actions import RuleBroken
from units.requests import PersonRequest

# Settled requests the list still shows, the newest.
MOST_SETTLED = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def removal_ask(request: PersonRequest, pk: int) -> HttpResponse:
    """The first person chooses what must go. 403 without the right, 409 when a chosen line is already under request."""
    found = get_object_or_404(
        Task.objects.visible_to(request.user).select_related("lead_unit", "plan__document", "tracking_unit"),
        pk=pk,
    )
    if actions.may(request.user, "request_removal", found) is None:
        raise PermissionDenied
    form = RequestRemovalForm(request.POST if request.method == "POST" else None, task=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                removal = removing.ask(
                    found,
                    by=request.user,
                    kind=data["kind"],
                    reason=data["reason"],
                    events=form.chosen(),
                    own=data.get("own", ()),
                )
            except RuleBroken as error:
                _put_on(form, error)
            else:
                messages.success(
                    request, "Đã gửi đề nghị. Nội dung được che ngay, chờ người thứ hai quyết định."
                )
                return redirect("removal", pk=removal.pk)
        elif "invalid_choice" in {
            error.code for errors in form.errors.as_data().values() for error in errors
        }:
            status = 409
    return render(request, "tracker/removal_ask.html", {"task": found, "form": form}, status=status)


def _put_on(form: forms.Form, error: RuleBroken) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


@require_safe
def removals(request: PersonRequest) -> HttpResponse:
    """Requests this person made or may decide on: those that wait first."""
    mine = ContentRemoval.objects.visible_to(request.user).select_related("task", "asked_by", "decided_by")
    context = {
        "waiting": list(mine.waiting().order_by("asked_at")),
        "settled": list(mine.filter(approved__isnull=False).order_by("-decided_at")[:MOST_SETTLED]),
    }
    return render(request, "tracker/removals.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: PersonRequest, pk: int) -> HttpResponse | FileResponse:
    """One request. The content is shown only when it is asked for, to who may decide, and every time is written down.

    409 when somebody else has decided meanwhile.
    """
    rows = ContentRemoval.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("task__tracking_unit", "task__lead_unit", "task__plan", "asked_by", "decided_by"),
        pk=pk,
    )
    may_decide = (
        actions.may(request.user, "decide_removal", found.task) is not None
        and found.asked_by_id != request.user.pk
    )
    if request.method != "POST":
        return _page(request, found, may_decide)
    if not may_decide:
        raise PermissionDenied
    if not found.is_waiting:
        messages.warning(request, "Đề nghị gỡ nội dung này đã được quyết định.")
        return _page(request, found, may_decide, status=409)
    if "read" in request.POST:
        return _page(request, found, may_decide, shown=actions.read_for_decision(found, by=request.user))
    if "proof" in request.POST:
        return _file(request, found)
    form = DecideRemovalForm(request.POST)
    if form.is_valid():
        try:
            removing.decide(found, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            _put_on(form, error)
        else:
            done = form.cleaned_data["approved"]
            messages.success(request, "Nội dung đã được gỡ." if done else "Đã ghi nhận không đồng ý gỡ.")
            return redirect("removal", pk=found.pk)
    return _page(request, found, may_decide, form=form, status=422)


def _file(request: PersonRequest, found: ContentRemoval) -> FileResponse:
    """The file of a proof under request, for who decides; the reading is written down like any other."""
    shown = actions.read_for_decision(found, by=request.user)
    wanted = request.POST["proof"]
    proof = next((each.proof for each in shown if each.proof and str(each.proof.pk) == wanted), None)
    if proof is None:
        raise Http404
    try:
        stored = proof.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored, as_attachment=True, filename=proof.file_name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(
    request: PersonRequest,
    found: ContentRemoval,
    may_decide: bool,
    *,
    shown: list[Shown] | None = None,
    form: DecideRemovalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    sees_task = Task.objects.visible_to(request.user).filter(pk=found.task_id).exists()
    readings = found.readings.select_related("by").order_by("-at")
    context: dict[str, Any] = {
        "removal": found,
        "sees_task": sees_task,
        "places": _places(found),
        "readings": list(readings),
        "shown": shown,
        "may_decide": may_decide and found.is_waiting,
        "form": form or DecideRemovalForm(),
    }
    return render(request, "tracker/removal.html", context, status=status)


def _places(found: ContentRemoval) -> list[str]:
    """Where the content stands, without a word of it."""
    own = {int(task): sequences for task, sequences in found.what["events"].items()}
    places = [f"Dòng {sequence} trong quá trình xử lý" for sequence in own.pop(found.task_id, [])]
    places += [f"{len(sequences)} dòng trong phần việc của đơn vị khác" for sequences in own.values()]
    labels = dict.fromkeys(removing.label_of(table, column) for table, _pk, column in found.what["cells"])
    return [*labels, *places]
