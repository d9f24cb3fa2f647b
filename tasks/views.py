"""Pages of tasks: the list, one task with a form for each verb, files of evidence."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core.clock import today
from core.files import UploadRefused
from core.paging import LongPage
from core.templatetags.ui import moment
from tasks import actions, orders
from tasks.actions import RuleBroken
from tasks.forms import TaskFilterForm
from tasks.ledger import STATE
from tasks.listing import listed
from tasks.matters import Matters
from tasks.models import Event, Evidence, Task
from tasks.out_of_sight import why_out_of_sight
from tasks.panels import PANELS, verb_form
from tasks.rules import past_tense, refusal
from tasks.sight import task_seen_by
from tasks.status import status_text
from tasks.tables import task_rows
from tasks.task_page import task_context
from tasks.verb_forms import Choices, VerbForm, typed_for
from units.models import CalendarDay, User
from units.permissions import Role
from units.requests import PersonRequest

PAGE = 50
# Counting stops here: "hơn 500" says enough, and nobody walks the rest.
MOST_COUNTED = 500


class CappedPaginator(Paginator):
    """A paginator that counts no further than MOST_COUNTED rows."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:MOST_COUNTED].count()


# --- The list -------------------------------------------------------------------------------------


@require_safe
def tasks(request: PersonRequest) -> HttpResponse:
    """Filter, sort, fifty a page; the address is the state of the page."""
    calendar = CalendarDay.objects.as_calendar()
    form = TaskFilterForm(request.GET, user=request.user)
    page = LongPage(
        lambda most: form.first_keys(today(), calendar, most),
        request.GET.get("page"),
        size=PAGE,
        most=MOST_COUNTED,
        read=lambda keys: listed(keys, form.units, form.plans),
    )
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("count", None)
    context = {
        "form": form,
        "page": page,
        "rows": task_rows(page.rows, today(), calendar),
        "count": form.data.get("count"),
        "is_owner": request.user.has_role(Role.PLAN_OWNER),
        # Of an overdue list the office may ask all its units at once.
        "asked_about": urlencode([("overdue", task.pk) for task in page.rows])
        if form.data.get("part") == "overdue"
        else "",
        "leaves_query": query.urlencode(),
        "keep": [("sort", form.data["sort"])] if form.data.get("sort") else [],
        "query": request.GET.urlencode(),
    }
    return render(request, "tasks/tasks.html", context)


# --- One task -------------------------------------------------------------------------------------


@require_safe
def task(request: PersonRequest, pk: int) -> HttpResponse:
    found = task_seen_by(request.user, pk)
    if found is None:
        raise Http404
    actions.note_opening(found, by=request.user)
    opened = request.GET.get("viec", "")
    return _page(request, found, opened=opened, gathers="tong-hop" in request.GET)


def _page(request: PersonRequest, found: Task, *, status: int = 200, **came_back: Any) -> HttpResponse:
    context = task_context(request.user, found, **came_back)
    return render(request, "tasks/task.html", context, status=status)


@require_POST
def task_verb(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """Does one verb. 403 without the right, 409 when somebody was faster, 422 when the form is wrong."""
    if verb not in PANELS:
        raise Http404
    found = task_seen_by(request.user, pk)
    if found is None:
        return _out_of_sight(request, pk, verb)
    matters = Matters(found)
    grant = actions.may(request.user, verb, found, matters)
    if grant is None:
        raise PermissionDenied
    status = 422
    # Under the row lock: what the form lets choose is what stands open now.
    try:
        with transaction.atomic():
            found = _locked(found)
            choices = Choices(found, Matters(found))
            form = verb_form(verb, choices, request.user, grant, data=request.POST, files=request.FILES)
            valid = form.is_valid()
            if conflict := _conflict(verb, found, form):
                form.see(conflict["sequence"])
                return _page(request, found, verb=verb, bound=form, conflict=conflict, status=409)
            if valid:
                PANELS[verb].carry_out(found, request.user, form)
                messages.success(request, PANELS[verb].done)
                return _leave(request.user, found)
    except UploadRefused as error:
        form.add_error(None, str(error))
        status = error.status
    except RuleBroken as error:
        _put_on(form, error)
    return _page(request, found, verb=verb, bound=form, status=status)


def _out_of_sight(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """409 where the task left this person's sight while they were writing: what they typed comes back, the task does
    not. 404 for a task that never was theirs."""
    reason = why_out_of_sight(request.user, pk)
    if not reason:
        raise Http404
    context = {"reason": reason, "kept": typed_for(PANELS[verb].form, request.POST)}
    return render(request, "tasks/out_of_sight.html", context, status=409)


def _leave(user: User, found: Task) -> HttpResponse:
    """Back to the task, or to the list where the act took it out of this person's sight."""
    still = Task.objects.visible_to(user).filter(pk=found.pk).exists()
    return redirect("task", pk=found.pk) if still else redirect("tasks")


def _locked(found: Task) -> Task:
    """The same task as it stands now, under its row lock; what it points to is not read again."""
    fresh = orders.lock(found)
    for name in (*STATE, "last_update_at"):
        setattr(found, name, getattr(fresh, name))
    return found


def _put_on(form: VerbForm, error: RuleBroken) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


# --- Somebody was faster --------------------------------------------------------------------------


def _conflict(verb: str, found: Task, form: VerbForm) -> dict[str, Any] | None:
    """What changed since the page was opened, when the verb no longer fits; None when it still does."""
    reason = refusal(verb, found) or form.matters.refusal(verb) or form.settled()
    if not reason:
        reason = _overtaken(verb, found, form)
    if not reason:
        return None
    last = found.events.select_related("by").order_by("-sequence").first()
    calendar = CalendarDay.objects.as_calendar()
    return {
        "reason": reason,
        "last": _told(last) if last else "",
        "sequence": last.sequence if last else 0,
        "now": status_text(found, today(), calendar),
    }


def _overtaken(verb: str, found: Task, form: VerbForm) -> str:
    """A decision is about what the person saw: not about what was put in its place meanwhile."""
    seen = str(form["seen"].value() or "")
    newer = PANELS[verb].overtaken_by
    if not newer or not seen.isdecimal():
        return ""
    later = found.events.filter(verb__in=newer, sequence__gt=int(seen[:9])).order_by("-sequence").first()
    return f"{_NEWER.get(later.verb, _CHANGED)}; hãy đọc trước khi quyết định." if later else ""


_CHANGED = "Nội dung đã thay đổi"
_NEWER = {
    "submit": "Nội dung đã được trình lại",
    "ask_extension": "Có đề nghị gia hạn mới",
    "propose_reassignment": "Có đề nghị giao lại mới",
    "give_view": "Có ý kiến mới của đơn vị",
    "explain": "Đơn vị đã giải trình lại",
    "request_explanation": "Có yêu cầu giải trình mới",
    "deliver_part": "Đơn vị phối hợp đã gửi kết quả mới",
    "hand_over": "Nhiệm vụ đã được giao lại",
    "decide_reassignment": "Nhiệm vụ đã được giao lại",
    "correct_deadline": "Thời hạn vừa được đính chính",
}


def _told(event: Event) -> str:
    return f"{past_tense(event.verb)}: {event.by.full_name}, {moment(event.happened_at)}"


# --- Files ----------------------------------------------------------------------------------------


@require_safe
def evidence_download(request: PersonRequest, pk: int) -> FileResponse:
    """A file of a task this person sees: always an attachment, never shown inside the site."""
    proof = get_object_or_404(
        Evidence.objects.filter(task__in=Task.objects.visible_to(request.user)),
        pk=pk,
        kind=Evidence.Kind.FILE,
    )
    if not proof.file:  # removed by decision, or under request
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
