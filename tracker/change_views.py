"""Pages of the history of changes: of a plan, and of role grants."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from plans.models import Plan
from tracker.changes import grant_sources, page_of, plan_sources
from tracker.plan_views import reads_whole
from units.agency import agency_of, is_administrator
from units.models import Unit
from units.permissions import Role
from units.requests import PersonRequest


@require_safe
def plan_changes(request: PersonRequest, pk: int) -> HttpResponse:
    """For whoever reads the whole plan: the office that follows it and those above; a unit sees itself only."""
    found = get_object_or_404(
        Plan.objects.visible_to(request.user).select_related("document", "tracking_unit"), pk=pk
    )
    if not reads_whole(request.user, found):
        raise PermissionDenied
    page = page_of(plan_sources(found), request.GET.get("page"))
    return render(request, "tracker/plan_changes.html", {"plan": found, "page": page})


@require_safe
def grant_changes(request: PersonRequest) -> HttpResponse:
    """Administrators see every grant, plan owners those of their agency."""
    user = request.user
    units = None
    if not is_administrator(user):
        agencies = [agency_of(grant.unit) for grant in user.grants_today if grant.role == Role.PLAN_OWNER]
        if not agencies:
            raise PermissionDenied
        units = Unit.objects.none()
        for agency in agencies:
            units = units | Unit.objects.subtree(agency)
        units = units.order_by()
    page = page_of(grant_sources(units), request.GET.get("page"))
    return render(request, "tracker/grant_changes.html", {"page": page})
