"""Pages of tasks: the list, one task with a form for each verb, files of evidence."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from core.clock import today
from core.files import UploadRefused
from core.templatetags.ui import moment
from tasks import actions, orders
from tasks.actions import RuleBroken
from tasks.forms import FORMS, TaskFilterForm, VerbForm
from tasks.ledger import STATE
from tasks.matters import Matters
from tasks.models import Event, Evidence, Task
from tasks.rules import past_tense, refusal
from tasks.status import status_text
from tasks.tables import task_rows, with_related
from tasks.task_page import task_context, verb_form
from units.models import CalendarDay, User
from units.requests import PersonRequest

PAGE = 50
# Counting stops here: nobody pages through more, and the database need not count them.
MOST_COUNTED = 10_000


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
    page = CappedPaginator(with_related(form.apply(today(), calendar)), PAGE).get_page(
        request.GET.get("page")
    )
    by_order = form.data.get("count") == "orders"
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("count", None)
    context = {
        "form": form,
        "page": page,
        "rows": task_rows(page.object_list, today(), calendar),
        "by_order": by_order,
        "capped": page.paginator.count >= MOST_COUNTED,
        "leaves_query": query.urlencode(),
        "keep": [("sort", form.data["sort"])] if form.data.get("sort") else [],
        "query": request.GET.urlencode(),
    }
    return render(request, "tasks/tasks.html", context)


# --- One task -------------------------------------------------------------------------------------

_DONE_WORDS = {
    "accept": "Đã tiếp nhận nhiệm vụ.",
    "update": "Đã ghi nhận tiến độ.",
    "attach": "Đã đính kèm tài liệu kiểm chứng.",
    "submit": "Đã trình kết quả, chờ xác nhận.",
    "withdraw": "Đã rút lại kết quả.",
    "confirm": "Đã xác nhận hoàn thành.",
    "return": "Đã gửi yêu cầu bổ sung.",
    "ask_extension": "Đã gửi đề nghị gia hạn. Hạn hiện tại vẫn áp dụng cho đến khi có quyết định.",
    "decide_extension": "Đã ghi nhận quyết định gia hạn.",
    "suspend": "Đã tạm dừng nhiệm vụ.",
    "resume": "Nhiệm vụ được tiếp tục thực hiện.",
    "discontinue": "Đã ghi nhận không tiếp tục thực hiện.",
}


def _visible(user: User, pk: int) -> Task:
    related = (
        "lead_unit", "lead_group", "tracking_unit", "leader_in_charge", "clause", "source_document", "parent",
        "plan__document", "plan__leader_in_charge", "plan__tracking_unit",
    )  # fmt: skip
    return get_object_or_404(Task.objects.visible_to(user).select_related(*related), pk=pk)


@require_safe
def task(request: PersonRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request.user, pk))


def _page(request: PersonRequest, found: Task, *, status: int = 200, **came_back: Any) -> HttpResponse:
    context = task_context(request.user, found, **came_back)
    return render(request, "tasks/task.html", context, status=status)


@require_POST
def task_verb(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """Does one verb. 403 without the right, 409 when somebody was faster, 422 when the form is wrong."""
    if verb not in FORMS:
        raise Http404
    found = _visible(request.user, pk)
    grant = actions.may(request.user, verb, found)
    if grant is None:
        raise PermissionDenied
    form = verb_form(verb, found, grant, data=request.POST, files=request.FILES)
    valid = form.is_valid()
    status = 422
    try:
        with transaction.atomic():
            found = _locked(found)
            if conflict := _conflict(verb, found, form):
                form.see(conflict["sequence"])
                return _page(request, found, verb=verb, bound=form, conflict=conflict, status=409)
            if valid:
                _DO[verb](found, request.user, form)
                messages.success(request, _DONE_WORDS[verb])
                return redirect("task", pk=found.pk)
    except UploadRefused as error:
        form.add_error(None, str(error))
        status = error.status
    except RuleBroken as error:
        _put_on(form, error)
    return _page(request, found, verb=verb, bound=form, status=status)


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


def _update(found: Task, by: User, form: VerbForm) -> None:
    data = form.cleaned_data
    actions.update_progress(
        found,
        by=by,
        text=data["text"],
        percent=data["percent"],
        obstacle=data["obstacle"],
        proposal=data["proposal"],
        decision=form.decision(),
    )


def _attach(found: Task, by: User, form: VerbForm) -> None:
    names = ("title", "file", "number", "issued_on", "issuer", "url")
    fields = {name: form.cleaned_data[name] for name in names}
    actions.attach(found, by=by, decision=form.decision(), **fields)


def _submit(found: Task, by: User, form: VerbForm) -> None:
    data = form.cleaned_data
    actions.submit(found, by=by, text=data["text"], product_on=data["product_on"], decision=form.decision())


def _ask_extension(found: Task, by: User, form: VerbForm) -> None:
    data = form.cleaned_data
    actions.ask_extension(
        found, by=by, proposed_end=data["proposed_end"], reason=data["reason"], decision=form.decision()
    )


def _decide_extension(found: Task, by: User, form: VerbForm) -> None:
    data = form.cleaned_data
    actions.decide_extension(
        found,
        by=by,
        granted=data["granted"],
        granted_end=data["granted_end"] if data["granted"] else None,
        note=data["note"],
        decision=form.decision(),
    )


def _with_reason(do: Callable[..., Task]) -> Callable[[Task, User, VerbForm], Any]:
    return lambda found, by, form: do(
        found, by=by, reason=form.cleaned_data["reason"], decision=form.decision()
    )


_DO: dict[str, Callable[[Task, User, VerbForm], Any]] = {
    "accept": lambda found, by, form: actions.accept(found, by=by),
    "update": _update,
    "attach": _attach,
    "submit": _submit,
    "withdraw": lambda found, by, form: actions.withdraw(found, by=by),
    "confirm": lambda found, by, form: actions.confirm(
        found, by=by, note=form.cleaned_data["note"], decision=form.decision()
    ),
    "return": _with_reason(actions.return_result),
    "ask_extension": _ask_extension,
    "decide_extension": _decide_extension,
    "suspend": _with_reason(actions.suspend),
    "resume": _with_reason(actions.resume),
    "discontinue": _with_reason(actions.discontinue),
}


# --- Somebody was faster --------------------------------------------------------------------------

# A decision is about what the person saw; these events after it put something else in its place.
_OVERTAKES = {"confirm": "submit", "return": "submit", "decide_extension": "ask_extension"}


def _conflict(verb: str, found: Task, form: VerbForm) -> dict[str, Any] | None:
    """What changed since the page was opened, when the verb no longer fits; None when it still does."""
    reason = refusal(verb, found) or Matters(found).refusal(verb)
    if reason is None and verb in _OVERTAKES and (seen := form["seen"].value()):
        later = found.events.filter(verb=_OVERTAKES[verb])
        if str(seen).isdecimal() and later.filter(sequence__gt=int(seen)).exists():
            reason = "Nội dung đã được trình lại; hãy đọc bản mới trước khi quyết định."
    if reason is None:
        return None
    last = found.events.select_related("by").order_by("-sequence").first()
    calendar = CalendarDay.objects.as_calendar()
    return {
        "reason": reason,
        "last": _told(last) if last else "",
        "sequence": last.sequence if last else 0,
        "now": status_text(found, today(), calendar),
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
