"""Papers about one task: the slip that hands it out, the file an inspector takes, and who took it."""

import re

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from reports.layouts import order_slip as slip_layout
from reports.models import TaskFileLook
from reports.papers import order_slips, task_files
from tasks.models import Task
from tasks.paper_rights import may_read_file, may_see_looks
from units.agency import is_administrator
from units.models import User
from units.permissions import Role
from units.requests import PersonRequest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE = 50


def _visible(user: User, pk: int) -> Task:
    found = Task.objects.visible_to(user).select_related("lead_group", *order_slips.RELATED)
    return get_object_or_404(found, pk=pk)


def word_file(docx: bytes, name: str) -> HttpResponse:
    """A Word file to be kept, never shown inside the site."""
    response = HttpResponse(docx, content_type=WORD)
    response["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _named(task: Task) -> str:
    """The code of the task as a part of a file name: letters, digits and dashes only."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", task.code).strip("-") or str(task.pk)


@require_safe
def order_slip(request: PersonRequest, pk: int) -> HttpResponse:
    """Phiếu giao việc of a task; of an order to many, those of the units this person may print for."""
    found = _visible(request.user, pk)
    tasks = order_slips.printable(request.user, found)
    if not tasks:
        raise PermissionDenied
    docx = slip_layout.build(order_slips.slips(tasks))
    return word_file(docx, f"Phieu-giao-viec-{_named(found)}")


def _readable(user: User, pk: int) -> Task:
    """A given task whose file `user` may read: 404 when they do not see it, 403 when they may not."""
    found = _visible(user, pk)
    if may_read_file(user, found) is None or found.assigned_on is None:
        raise PermissionDenied
    return found


@require_GET
def task_file(request: PersonRequest, pk: int) -> HttpResponse:
    """What the file holds, the button that takes it, and, for the office, who took it before."""
    found = _readable(request.user, pk)
    looks = None
    if may_see_looks(request.user, found) is not None:
        looks = TaskFileLook.objects.filter(task=found).select_related("by", "unit")
    context = {"task": found, "looks": looks, "sees_looks": looks is not None}
    return render(request, "reports/task_file.html", context)


@require_POST
def task_file_word(request: PersonRequest, pk: int) -> HttpResponse:
    """Hands out the file and writes down who took it; by POST, as it leaves a trace."""
    found = _readable(request.user, pk)
    grant = may_read_file(request.user, found)
    assert grant is not None
    docx = task_files.hand_out(found, by=request.user, grant=grant)
    return word_file(docx, f"Ho-so-nhiem-vu-{_named(found)}")


@require_safe
def task_file_looks(request: PersonRequest) -> HttpResponse:
    """Every look at a file of a task: the office's own for the office, all of them for the administrator."""
    user = request.user
    if not is_administrator(user) and not user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied
    looks = TaskFileLook.objects.visible_to(user).select_related("by", "unit", "task")
    page = Paginator(looks, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "opens": user.has_role(Role.PLAN_OWNER)}
    return render(request, "reports/task_file_looks.html", context)
