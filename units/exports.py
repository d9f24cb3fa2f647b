"""Downloads of the lists of this app: what the page shows, of whoever asks. `?dang=csv` gives CSV."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.sheets.resources import export_response
from units.coverage import by_unit
from units.forms import BoardForm
from units.models import CalendarDay, Unit, User
from units.requests import PersonRequest
from units.resources import CalendarResource, CoverageResource, UnitResource
from units.views import counted_for, day_asked


@require_safe
def units_export(request: PersonRequest) -> HttpResponse:
    """Units as the list shows them, searched alike; importable again."""
    found = Unit.objects.visible_to(request.user).matching(request.GET.get("q", "")[:100])
    rows = found.select_related("parent")
    return export_response(request, UnitResource(), rows, title="Đơn vị", name="Don-vi")


@require_safe
def calendar_export(request: PersonRequest) -> HttpResponse:
    """The working calendar, for whoever has a role; importable again."""
    user: User = request.user
    days = CalendarDay.objects.all() if user.is_superuser or user.grants_today else CalendarDay.objects.none()
    return export_response(request, CalendarResource(), days, title="Lịch làm việc", name="Lich-lam-viec")


@require_safe
def coverage_export(request: PersonRequest) -> HttpResponse:
    """Counts of accounts by unit: the rows of the board this person sees, of the day it shows."""
    on = day_asked(BoardForm(request.GET or None))
    kinds, rows = by_unit(counted_for(request.user, on), on)
    return export_response(
        request, CoverageResource(kinds), rows, title="Tài khoản nhân sự", name="Tai-khoan-nhan-su"
    )
