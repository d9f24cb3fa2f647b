"""Download of the task list: the same filter, the same rows."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from core.clock import today
from core.sheets.resources import export_response
from tasks.forms import TaskFilterForm
from tasks.resources import TaskResource
from tasks.tables import with_related
from units.models import CalendarDay
from units.requests import PersonRequest

# Excel opens it, and a page of the server does not wait for ever; the filter narrows further.
MOST_ROWS = 20_000


@require_safe
def tasks_export(request: PersonRequest) -> HttpResponse:
    """Tasks of the list with its filter and order. `?dang=csv` gives CSV."""
    calendar = CalendarDay.objects.as_calendar()
    form = TaskFilterForm(request.GET, user=request.user)
    found = with_related(form.apply(today(), calendar)).prefetch_related("coordinations__unit")[:MOST_ROWS]
    return export_response(request, TaskResource(calendar), list(found), title="Nhiệm vụ", name="Nhiem-vu")
