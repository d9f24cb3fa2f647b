"""The inbox of one person, and the health of the jobs."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.text import count_vi
from notifications import actions, health
from notifications.models import Notice
from units.permissions import Role
from units.requests import PersonRequest

PAGE = 50

# Group of a notice → kind of badge.
_BADGES = {
    Notice.Group.REPORT: "waiting",
    Notice.Group.OVERDUE: "overdue",
    Notice.Group.DUE: "soon",
    Notice.Group.NEW: "active",
    Notice.Group.RETURNED: "returned",
    Notice.Group.WAITING: "waiting",
    Notice.Group.NEWS: "plain",
}


@require_GET
def inbox(request: PersonRequest) -> HttpResponse:
    """One's own notices: what is unread first, by what to do; then the others, newest first."""
    notices = (
        Notice.objects.visible_to(request.user)
        .select_related("task__lead_unit", "task__lead_group")
        .annotate(
            is_new=Case(
                When(read_at__isnull=True, state__in=["pending", "sent", "failed"], then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            )
        )
        .order_by("-is_new", Case(When(is_new=True, then="group"), default=Value("")), "-id")
    )
    unread_only = request.GET.get("xem") == "chua-xem"
    if unread_only:
        notices = notices.filter(is_new=True)
    page = Paginator(notices, PAGE).get_page(request.GET.get("page"))
    unread = Notice.objects.visible_to(request.user).unread().count()
    names_lead = request.user.has_role(Role.PLAN_OWNER, Role.LEADER)
    rows = [_row(notice, names_lead=names_lead) for notice in page]
    context = {
        "page": page,
        "parts": [_part(title, list(rows)) for title, rows in groupby(rows, key=_heading)],
        "unread": unread,
        "unread_text": count_vi(unread),
        "unread_only": unread_only,
    }
    return render(request, "notifications/inbox.html", context)


@never_cache
@require_GET
def unread(request: PersonRequest) -> JsonResponse:
    """How many notices wait to be read, for pages that stay open. One query."""
    return JsonResponse({"unread": Notice.objects.visible_to(request.user).unread().count()})


def _row(notice: Notice, *, names_lead: bool) -> dict[str, Any]:
    """`names_lead`: this person follows many units, so each line says which."""
    detail = notice.detail
    if names_lead and notice.task is not None and "Chủ trì" not in detail:
        detail = "; ".join(filter(None, [notice.task.lead_label, detail]))
    return {
        "pk": notice.pk,
        "text": notice.text,
        "detail": detail,
        "is_new": notice.is_new,  # type: ignore[attr-defined]
        "group": Notice.Group(notice.group).label,
        "badge": _BADGES[Notice.Group(notice.group)],
        "created": f"{localtime(notice.created_at):%d/%m/%Y %H:%M}",
        # A reminder can be put off; demands and news are said once.
        "quiet_url": reverse("quiet_task", args=[notice.task_id])
        if notice.is_new and notice.task_id and notice.event_id is None  # type: ignore[attr-defined]
        else "",
        "note": f"Không gửi thư: {notice.reason.lower()}" if notice.state == Notice.State.SKIPPED else "",
    }


def _heading(row: dict[str, Any]) -> str:
    return row["group"] if row["is_new"] else "Đã xem, đã xử lý"


def _part(title: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows under one heading; what is unread carries the mark of its kind."""
    return {"title": title, "rows": rows, "badge": rows[0]["badge"] if rows[0]["is_new"] else ""}


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: PersonRequest, pk: int) -> HttpResponse:
    """GET opens what the notice is about, and so has seen it; POST marks it seen and stays in the inbox."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    if request.method != "HEAD":
        actions.mark_read(found)
    return redirect("inbox") if request.method == "POST" else redirect(found.url)


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    count = actions.mark_all_read(request.user)
    if count:
        messages.success(request, f"Đã đánh dấu {count_vi(count)} thông báo là đã xem.")
    return redirect("inbox")


@login_not_required
@never_cache
@require_GET
def healthz_jobs(request: HttpRequest) -> HttpResponse:
    """200 when what should go out goes out, else 503 and the names of what is red."""
    figures = health.figures()
    return JsonResponse(figures, status=503 if figures["red"] else 200)
