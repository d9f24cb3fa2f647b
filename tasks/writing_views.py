"""Pages for giving by hand: write an order, look at how it was understood, keep it as a draft or give it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import today
from core.text import count_vi
from plans.models import Plan
from tasks import actions
from tasks.drafting import calendar_of
from tasks.likeness import alike
from tasks.models import Task
from tasks.status import Strength
from tasks.summaries import PARTS
from tasks.tables import with_related
from tasks.understood import Understood, understood
from tasks.writing_forms import ChainForm, OrderForm, WriteTaskForm
from units.models import CalendarDay, User
from units.permissions import Role, within
from units.requests import PersonRequest

MOST_DRAFTS = 20
MOST_OVERDUE = 100
LOOK_AGAIN = "Nội dung thời hạn đã khác với lần xem trước: hãy xem lại rồi lưu."


def _check_right(user: User) -> None:
    if not user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied


def _drafts(user: User) -> Any:
    """Orders this person may still change; those of a draft plan stand on the plan's page."""
    found = Task.objects.filter(
        within("tracking_unit", user.ranges(Role.PLAN_OWNER)), assigned_on__isnull=True
    )
    return found.filter(parent__isnull=True)


@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: PersonRequest) -> HttpResponse:
    """Writes a new order, of a plan (`?plan=`) or without one."""
    _check_right(request.user)
    if request.method == "POST":
        return _written(request, None)
    given = {name: request.GET[name] for name in ("plan", "clause") if request.GET.get(name, "").isdecimal()}
    source = Task.Source.PLAN if "plan" in given else Task.Source.LETTER
    form = WriteTaskForm(user=request.user, initial={"source": source, **given})
    return _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def task_draft(request: PersonRequest, pk: int) -> HttpResponse:
    """Changes or gives a draft. Once given, its page is the task's own."""
    if request.method == "POST" and _was_deleted(request, pk):
        return _deleted(request)
    found = _draft(request, pk)
    if request.method == "POST":
        return _written(request, found)
    if found.assigned_on is not None:
        return redirect("task", pk=pk)
    return _page(request, WriteTaskForm(user=request.user, task=found), found)


@require_POST
def task_draft_delete(request: PersonRequest, pk: int) -> HttpResponse:
    found = _draft(request, pk)
    plan = found.plan_id
    try:
        actions.delete_draft(found, by=request.user)
    except actions.RuleBroken as error:
        messages.error(request, error.messages[0])
        return redirect("task", pk=pk)
    messages.success(request, f"Đã xóa dự thảo “{found.title}”.")
    return redirect("plan", pk=plan) if plan else redirect("task_new")


# Says on the page of a draft who has opened it: whoever was writing on it when somebody else threw it away.
_OPENED = "draft opened"


def _was_deleted(request: PersonRequest, pk: int) -> bool:
    if Task.objects.filter(pk=pk).exists():
        return False
    try:
        return signing.loads(request.POST.get("opened", ""), salt=_OPENED) == [pk, request.user.pk]
    except signing.BadSignature:
        return False


def _deleted(request: PersonRequest) -> HttpResponse:
    """409, with what was typed as a new order."""
    form = WriteTaskForm(request.POST, user=request.user)
    form.is_valid()
    form.add_error(
        None, "Dự thảo này vừa được người khác xóa. Nội dung đã nhập còn ở đây: lưu thành dự thảo mới."
    )
    return _page(request, form, None, status=409)


def _draft(request: PersonRequest, pk: int) -> Task:
    related = ("plan__document", "plan__tracking_unit", "lead_group", "tracking_unit", "source_document")
    found = get_object_or_404(Task.objects.visible_to(request.user).select_related(*related), pk=pk)
    if actions.may(request.user, "assign", found) is None:
        raise PermissionDenied
    return found


def _written(request: PersonRequest, found: Task | None) -> HttpResponse:
    """The three buttons: look, keep, give. Whatever they say, nothing is kept that was not shown first."""
    step = request.POST.get("step", "look")
    form = WriteTaskForm(request.POST, user=request.user, task=found)
    if not form.is_valid():
        return _page(request, form, found, status=422)
    looked: dict[str, Any] = {}

    def write() -> Task:
        task = form.fill(Task.objects.get(pk=found.pk) if found else Task())
        actions.write_task(task, by=request.user, **form.order())
        looked.update(_look(task, request.user, form.cleaned_data["understood"]))
        if step == "give" and looked["as_seen"]:
            actions.assign(task, by=request.user, on=form.cleaned_data["given_on"])
        return task

    task, status = _try(form, write, lambda: step != "look" and looked["as_seen"])
    if task is None:
        gone = found is not None and Task.objects.filter(pk=found.pk, assigned_on__isnull=False).exists()
        return _page(request, form, found, looked=looked, status=409 if gone else status)
    if step == "look" or not looked["as_seen"]:
        if step != "look" and form.cleaned_data["understood"]:
            messages.warning(request, LOOK_AGAIN)
        return _page(request, form, found, looked=looked)
    messages.success(request, "Đã giao nhiệm vụ." if step == "give" else f"Đã lưu dự thảo {task.code}.")
    return redirect("task", pk=task.pk)


def _try(form: OrderForm, write: Callable[[], Task], keep: Callable[[], bool]) -> tuple[Task | None, int]:
    """Writes, and takes everything back unless `keep` says so; a refusal goes to the form."""
    try:
        with transaction.atomic():
            task = write()
            transaction.set_rollback(not keep())
    except ValidationError as error:
        form.put(error)
        return None, 422
    return task, 200


def _look(task: Task, user: User, seen: str) -> dict[str, Any]:
    """What the preview shows of an order just written, still inside its transaction."""
    read: Understood = understood(task, calendar_of(task))
    if task.lead_group is not None:
        out = task.exclusions.values("unit")
        units = [unit.label for unit in task.lead_group.members_on(today()).exclude(pk__in=out)]
    else:
        units = [task.lead_label]
    return {
        "read": read,
        "code": task.code,
        "units": units,
        "left_out": [f"{each.unit.label}" for each in task.exclusions.select_related("unit")],
        "along": [str(each) for each in task.coordinations.select_related("unit")],
        "gaps": _gaps(task),
        "alike": [
            {"title": other.title, "url": reverse("task", args=[other.pk]), "code": other.code, "why": why}
            for other, why in alike(task, user)
            if other.pk != task.collects_id
        ],
        "gives": task.plan is None or task.plan.state == Plan.State.ACTIVE,
        "as_seen": seen == read.fingerprint,
    }


def _gaps(task: Task) -> list[str]:
    """What is not clear never blocks (office rule 4)."""
    gaps = []
    if not task.product:
        gaps.append("chưa rõ sản phẩm")
    if (
        task.nominal_end is None
        and not task.is_standing
        and task.completed_on is None
        and not task.counts_from
    ):
        gaps.append("chưa rõ thời hạn")
    return gaps


def _page(
    request: PersonRequest,
    form: WriteTaskForm,
    found: Task | None,
    *,
    looked: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    drafts = with_related(_drafts(request.user)).exclude(plan__state=Plan.State.DRAFT).order_by("-pk")
    context = {
        "form": form,
        "task": found,
        "opened": signing.dumps([found.pk, request.user.pk], salt=_OPENED) if found else "",
        "looked": looked if looked and not form.errors else None,
        "drafts": [each for each in drafts[:MOST_DRAFTS] if found is None or each.pk != found.pk],
    }
    return render(request, "tasks/write.html", context, status=status)


# --- The two-step chain ---------------------------------------------------------------------------


def _overdue(user: User) -> list[Task]:
    """Tasks that are late and nobody has sent, of units inside, most late first."""
    ranges = user.ranges(Role.PLAN_OWNER)
    late = Task.objects.filter(within("tracking_unit", ranges)).given_by(today()).leaves()
    late = late.filter(PARTS["overdue"].where(today(), CalendarDay.objects.as_calendar()))
    return list(
        late.select_related("lead_unit").order_by("lead_unit__tree_start", "counted_end")[:MOST_OVERDUE]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def explanations_new(request: PersonRequest) -> HttpResponse:
    """Asks several units to explain or report, and one to gather their answers; `?overdue=` ticks tasks."""
    _check_right(request.user)
    late = _overdue(request.user)
    if request.method != "POST":
        ticked = [pk for pk in request.GET.getlist("overdue") if pk.isdecimal()]
        initial = {
            "source": Task.Source.LETTER,
            "strength": Strength.REQUIRE,
            "title": "Báo cáo, giải trình việc chậm thực hiện nhiệm vụ" if ticked else "",
            "overdue": ticked,
        }
        return _chain_page(request, ChainForm(user=request.user, overdue=late, initial=initial))
    form = ChainForm(request.POST, user=request.user, overdue=late)
    if not form.is_valid():
        return _chain_page(request, form, status=422)
    step = request.POST.get("step", "look")
    looked: dict[str, Any] = {}

    def write() -> Task:
        chain = actions.order_with_synthesis(form.fill(Task()), by=request.user, **form.order())
        looked.update(_look(chain.synthesis, request.user, form.cleaned_data["understood"]))
        looked["units"] = [part.lead_label for part in chain.given]
        looked["answer_by"] = form.cleaned_data["answer_by"]
        looked["collector"] = chain.synthesis.lead_label
        return chain.synthesis

    task, status = _try(form, write, lambda: step == "give" and looked["as_seen"])
    if task is None:
        return _chain_page(request, form, status=status)
    if step != "give" or not looked["as_seen"]:
        return _chain_page(request, form, looked=looked)
    messages.success(request, f"Đã giao {count_vi(len(looked['units']))} đơn vị trả lời và đơn vị tổng hợp.")
    return redirect("task", pk=task.pk)


def _chain_page(
    request: PersonRequest, form: ChainForm, *, looked: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "looked": looked if not form.errors else None}
    return render(request, "tasks/write_chain.html", context, status=status)
