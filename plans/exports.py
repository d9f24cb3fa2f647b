"""Downloads of the lists of this app: what the page shows, of whoever asks. `?dang=csv` gives CSV."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.sheets.resources import export_response
from plans.models import Indicator, Measurement, Plan
from plans.resources import FigureResource, IndicatorResource
from units.requests import PersonRequest


@require_safe
def figures_export(request: PersonRequest) -> HttpResponse:
    """Figures this person sees, the latest revision of each; `?plan=` keeps those of one plan."""
    rows = Measurement.objects.visible_to(request.user).current()
    rows = rows.select_related("indicator", "unit", "decision")
    plan = request.GET.get("plan", "")
    if plan.isdecimal() and len(plan) < 10:
        visible = Plan.objects.visible_to(request.user).filter(pk=int(plan))
        rows = rows.filter(indicator__targets__plan__in=visible).distinct()
    return export_response(request, FigureResource(), rows, title="Số liệu", name="So-lieu")


@require_safe
def indicators_export(request: PersonRequest) -> HttpResponse:
    """The catalogue of indicators, for whoever has a role; importable again."""
    user = request.user
    rows = Indicator.objects.all() if user.is_superuser or user.grants_today else Indicator.objects.none()
    return export_response(
        request, IndicatorResource(), rows, title="Danh mục chỉ số", name="Danh-muc-chi-so"
    )
