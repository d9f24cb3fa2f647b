"""Pages of recurring and standing duties: their list, its export, and what the forms of their verbs do."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import today
from core.sheets.resources import export_response
from tasks.duty_filter import DutyFilterForm
from tasks.duty_page import duty_rows, groups
from tasks.models import Duty, Task
from tasks.querysets import OPEN
from tasks.resources import DutyResource
from tasks.tables import task_rows, with_related
from units.models import CalendarDay, User
from units.permissions import Role
from units.requests import PersonRequest

PAGE = 50
# Of one export, and of one page before it is grouped.
MOST_DUTIES = 5_000


def _in_force(user: User, form: Any) -> Any:
    tasks = form.apply(Task.objects.visible_to(user).filter(execution__in=OPEN))
    related = ("task__lead_unit", "task__lead_group", "task__plan__document")
    duties = Duty.objects.filter(task__in=tasks).in_force().select_related(*related)
    return duties.order_by("task__plan", "task__order", "task__lead_unit__tree_start", "id")[:MOST_DUTIES]


@require_safe
def duties(request: PersonRequest) -> HttpResponse:
    """Rhythms in force, rules, standing orders that want a word, and orders whose rhythm is still to be set."""
    on, calendar = today(), CalendarDay.objects.as_calendar()
    form = DutyFilterForm(request.GET, user=request.user)
    found = groups(_in_force(request.user, form))
    page = Paginator([group for group in found if not group[0].is_rule], PAGE).get_page(
        request.GET.get("page")
    )
    rules = [group for group in found if group[0].is_rule]
    rows = duty_rows([*page.object_list, *rules], on, calendar)
    given = form.apply(Task.objects.visible_to(request.user).given_by(on))
    silent = with_related(given.wanting_update(on)).order_by("last_update_at", "pk")[: PAGE + 1]
    unset = given.without_rhythm() if request.user.has_role(Role.PLAN_OWNER) else given.none()
    context = {
        "form": form,
        "page": page,
        "rows": [row for row in rows if not row["is_rule"]],
        "rules": [row for row in rows if row["is_rule"]],
        "silent": task_rows(list(silent)[:PAGE], on, calendar),
        "silent_more": len(silent) > PAGE,
        "unset": task_rows(with_related(unset).order_by("plan", "order")[:PAGE], on, calendar),
        "query": request.GET.urlencode(),
        "narrowed": any(request.GET.get(name) for name in ("q", "plan")),
    }
    return render(request, "tasks/duties.html", context)


@require_safe
def duties_export(request: PersonRequest) -> HttpResponse:
    """Every rhythm of the list, one row for each unit that has it. `?dang=csv` gives CSV."""
    form = DutyFilterForm(request.GET, user=request.user)
    each_alone = [[duty] for duty in _in_force(request.user, form)]
    rows = duty_rows(each_alone, today(), CalendarDay.objects.as_calendar())
    return export_response(request, DutyResource(), rows, title="Nhiệm vụ định kỳ", name="Nhiem-vu-dinh-ky")
