"""Who was shown full personal numbers: for who supervises, without the numbers and without names of staff."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from units.agency import is_administrator
from units.models import PersonalLook
from units.permissions import Role
from units.requests import PersonRequest

SHOWN = 200
SUMMARY = timedelta(days=30)


@require_safe
def personal_looks(request: PersonRequest) -> HttpResponse:
    """The latest looks in what this person supervises, and how many there were in thirty days."""
    user = request.user
    if not is_administrator(user) and not user.has_role(Role.AUDITOR):
        raise PermissionDenied
    looks = PersonalLook.objects.filter(PersonalLook.supervised_by(user, everything=is_administrator(user)))
    context = {
        "looks": looks.select_related("seen_by", "member__unit").order_by("-id")[:SHOWN],
        "lately": looks.filter(seen_at__gte=now() - SUMMARY).count(),
        "shown": SHOWN,
    }
    return render(request, "units/personal_looks.html", context)
