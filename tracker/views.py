"""Home page and health."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import today
from notifications import health
from tasks.models import ContentRemoval
from tracker import home as parts
from units.agency import is_administrator
from units.models import CalendarDay, User
from units.permissions import Role
from units.requests import PersonRequest


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """One address for everyone; a person with several roles sees several parts."""
    user, on = request.user, today()
    calendar = CalendarDay.objects.as_calendar()
    reads = user.has_role(Role.LEADER, Role.AUDITOR)
    follows = user.has_role(Role.PLAN_OWNER)
    answers = user.has_role(Role.UNIT_HEAD, Role.UNIT_CLERK)
    owed = parts.figures_of(user, on) if follows or answers else []
    context = {
        "today_words": parts.today_words(on),
        "leader": parts.leader_part(user, on, calendar) if reads else None,
        "owner": parts.owner_part(user, on, calendar, owed) if follows else None,
        "unit": parts.unit_part(user, on, calendar, owed) if answers else None,
        "staff": user.has_role(Role.STAFF_ADMIN),
        "removals": _removals_to_decide(user),
        "engine": health.lines(health.figures()) if is_administrator(user) else None,
    }
    return render(request, "tracker/home.html", context)


def _removals_to_decide(user: User) -> int:
    """Requests to remove content that wait for this person or another of the office."""
    if not user.has_role(Role.PLAN_OWNER, Role.LEADER, Role.ADMIN):
        return 0
    return ContentRemoval.objects.visible_to(user).waiting().exclude(asked_by=user).count()


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Up, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
