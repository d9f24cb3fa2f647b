"""For administrators: does what should go out go out, what was given up and why, and what to do about it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET, require_POST

from core.text import count_vi
from notifications import failures, health
from notifications.models import Digest, JobRun, MarkedAddress
from units.agency import is_administrator
from units.requests import PersonRequest

MOST = 100


def _only_administrators(request: PersonRequest) -> None:
    if not is_administrator(request.user):
        raise PermissionDenied


@require_GET
def mailroom(request: PersonRequest) -> HttpResponse:
    _only_administrators(request)
    failed = Digest.objects.failed().select_related("recipient").order_by("-day", "-pk")
    marked = MarkedAddress.objects.standing()
    figures = health.figures()
    context = {
        "lines": health.lines(figures),
        "failed": [_row(each) for each in failed[:MOST]],
        "failed_count": failed.count(),
        "marked": marked[:MOST],
        "marked_count": marked.count(),
        "runs": JobRun.objects.all()[:20],
    }
    return render(request, "notifications/mailroom.html", context)


def _row(digest: Digest) -> dict[str, Any]:
    return {
        "pk": digest.pk,
        "day": f"{digest.day:%d/%m/%Y}",
        "kind": digest.get_kind_display(),
        "receiver": digest.recipient.full_name,
        "address": digest.recipient.email or "chưa có địa chỉ",
        "fault": digest.get_fault_display() if digest.fault else "",
        "error": digest.error,
        "attempts": count_vi(digest.attempts),
        "sent_at": f"{localtime(digest.sent_at):%d/%m/%Y %H:%M}" if digest.sent_at else "",
    }


@require_POST
def retry(request: PersonRequest, pk: int) -> HttpResponse:
    _only_administrators(request)
    if failures.retry(get_object_or_404(Digest, pk=pk)):
        messages.success(request, "Thư sẽ được gửi lại trong giờ làm việc.")
    else:
        messages.info(request, "Thư này không còn ở trạng thái gửi không thành công.")
    return redirect("mailroom")


@require_POST
def retry_all(request: PersonRequest) -> HttpResponse:
    _only_administrators(request)
    count = failures.retry_all(list(Digest.objects.failed().order_by("day", "pk")[:MOST]))
    messages.success(request, f"{count_vi(count)} thư sẽ được gửi lại trong giờ làm việc.")
    return redirect("mailroom")


@require_POST
def trust_again(request: PersonRequest, pk: int) -> HttpResponse:
    _only_administrators(request)
    count = failures.trust_again(get_object_or_404(MarkedAddress, pk=pk), request.user)
    messages.success(request, f"Địa chỉ được dùng lại; {count_vi(count)} thư sẽ gửi lại.")
    return redirect("mailroom")
