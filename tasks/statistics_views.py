"""Pages of statistics: the tables, the list behind each number, the workbook, and a person's own figures."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core.clock import today
from core.sheets.resources import workbook_response
from core.templatetags.ui import day
from tasks.actions import RuleBroken, reviews
from tasks.models import PersonReview, TaskState
from tasks.querysets import TaskStateQuerySet
from tasks.statistics import MEASURES, By, Figures, Rows, Window, figures, in_group, rows_of
from tasks.statistics_export import workbook
from tasks.statistics_forms import AskCommentForm, CommentForm, StatisticsForm, WindowForm
from tasks.statistics_page import (
    RANKING,
    RANKING_FORMULA,
    TABLES,
    Reader,
    collect,
    described,
    person_table,
    ranking,
    table,
)
from tasks.statistics_rows import listed
from tasks.views import CappedPaginator
from units.models import CalendarDay, User
from units.requests import PersonRequest

PAGE = 50
# The own page and a review show this many tasks.
MOST_OWN = 200


def _reader(request: PersonRequest) -> Reader:
    reader = Reader(request.user)
    if not reader.sees_any:
        raise PermissionDenied
    return reader


@require_safe
def statistics(request: PersonRequest) -> HttpResponse:
    """One table at a time; the address is the state of the page."""
    reader = _reader(request)
    form = StatisticsForm(request.GET, reader=reader)
    window, calendar = form.window(), CalendarDay.objects.as_calendar()
    ranked = reader.sees_ranking and form.by == By.UNIT
    tables = {key: spec.title for key, spec in TABLES.items()} | ({RANKING: "Xếp hạng"} if ranked else {})
    chosen = request.GET.get("bang", "")
    chosen = chosen if chosen in tables else next(iter(tables))
    found = collect(reader, form.by, window, calendar)
    query = form.query()
    context: dict[str, Any] = {
        "form": form,
        "described": described(window, form.label),
        "grouping": reader.groupings()[form.by],
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({**query, 'bang': key})}",
                "current": key == chosen,
            }
            for key, label in tables.items()
        ],
        "keep": [("bang", chosen)],
        "export_url": f"{reverse('statistics_export')}?{urlencode(query)}",
        "whole": reader.sees_all,
        "heads": bool(reviews.heads(request.user)),
        "by_unit": form.by == By.UNIT,
        "to_many": found.has_orders_to_many and reader.sees_all,
        "empty": not found.shown(),
    }
    if chosen == RANKING:
        context |= {"ranking": ranking(found), "formula": RANKING_FORMULA}
    else:
        context["table"] = table(reader, found, chosen, query)
    return render(request, "tasks/statistics.html", context)


@require_safe
def statistics_list(request: PersonRequest) -> HttpResponse:
    """The tasks a number counts, as they stood on the day of the figures."""
    reader = _reader(request)
    form = StatisticsForm(request.GET, reader=reader)
    measure = MEASURES.get(request.GET.get("so", ""))
    nhom = request.GET.get("nhom", "")
    if measure is None or not (nhom == "" or nhom.isdecimal()):
        raise Http404
    window, calendar = form.window(), CalendarDay.objects.as_calendar()
    orders = reader.counts_orders(form.by)
    found = rows_of(reader.states(), measure.rows, window, calendar, orders=orders)
    found = in_group(found.filter(measure.condition(window)), form.by, int(nhom) if nhom else None)
    page = CappedPaginator(_with_related(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": measure.label,
        "described": described(window, form.label),
        "page": page,
        "rows": listed(request.user, page.object_list, window.on, calendar),
        "on": day(window.on),
        "back_url": f"{reverse('statistics')}?{urlencode(form.query())}",
    }
    return render(request, "tasks/statistics_list.html", context)


def _with_related(found: TaskStateQuerySet) -> TaskStateQuerySet:
    related = ("task__plan__document", "task__lead_group", "lead_unit")
    return found.select_related(*related).order_by("effective_end", "task_id")


@require_safe
def statistics_export(request: PersonRequest) -> HttpResponse:
    """Every table of the page as sheets of one workbook, in real numbers."""
    reader = _reader(request)
    form = StatisticsForm(request.GET, reader=reader)
    window = form.window()
    found = collect(reader, form.by, window, CalendarDay.objects.as_calendar())
    data = workbook(reader, found, described(window, form.label), reader.groupings()[form.by])
    return workbook_response(data, f"Thong-ke-{window.on:%Y%m%d}.xlsx")


# --- One person (office rule 32) ------------------------------------------------------------------------


@require_safe
def my_figures(request: PersonRequest) -> HttpResponse:
    """What somebody was given inside the unit, for their own eyes, and who asked for a comment."""
    return _my_figures(request)


def _my_figures(
    request: PersonRequest, *, bound: CommentForm | None = None, pk: int | None = None, status: int = 200
) -> HttpResponse:
    form = WindowForm(request.GET)
    asked = PersonReview.objects.filter(person=request.user).select_related("unit", "asked_by")
    context = {
        "form": form,
        "described": described(form.window(), form.label),
        "heads": bool(reviews.heads(request.user)),
        "reviews": [
            {
                "review": each,
                "period": f"{day(each.starts_on)} – {day(each.ends_on)}",
                "url": reverse("review", args=[each.pk]),
                "comments": list(each.comments.all()),
                "form": bound if each.pk == pk else CommentForm(prefix=f"y{each.pk}"),
                "comment_url": reverse("review_comment", args=[each.pk]),
            }
            for each in asked.prefetch_related("comments")
        ],
        **_of_person(request.user, request.user, TaskState.objects.all(), form.window()),
    }
    return render(request, "tasks/my_figures.html", context, status=status)


def _of_person(viewer: User, person: User, states: TaskStateQuerySet, window: Window) -> dict[str, Any]:
    """The figures of the tasks this person carried out, and the tasks."""
    calendar = CalendarDay.objects.as_calendar()
    own = states.filter(officer=person)
    found = figures(own, window, By.ALL, calendar).get(0, Figures())
    rows = _with_related(rows_of(own, Rows.LED, window, calendar))[:MOST_OWN]
    return {"table": person_table(found), "rows": listed(viewer, rows, window.on, calendar)}


@require_safe
def people_reviews(request: PersonRequest) -> HttpResponse:
    """The direct head's page: whom to ask, who could comment, whose figures may be read."""
    return _people_reviews(request)


def _people_reviews(
    request: PersonRequest, *, bound: AskCommentForm | None = None, pk: int | None = None, status: int = 200
) -> HttpResponse:
    units = reviews.heads(request.user)
    if not units:
        raise PermissionDenied
    asked = PersonReview.objects.filter(unit__in=units).exclude(person=request.user)
    shown: dict[int, list[dict[str, Any]]] = {}
    for each in asked.select_related("person", "unit").prefetch_related("comments"):
        shown.setdefault(each.unit_id, []).append(_review_row(each))
    context = {
        "units": [
            {
                "unit": unit,
                "rows": shown.get(unit.pk, []),
                "form": bound if unit.pk == pk else _ask_form(request.user, unit),
                "url": reverse("review_ask", args=[unit.pk]),
            }
            for unit in units
        ]
    }
    return render(request, "tasks/people_reviews.html", context, status=status)


def _ask_form(user: User, unit: Any, data: Any = None) -> AskCommentForm:
    people = [each for each in reviews.people_of(unit) if each != user]
    year = today().year
    initial = {"starts_on": today().replace(month=1, day=1), "ends_on": today().replace(year, 11, 30)}
    return AskCommentForm(data, people=people, initial=initial, prefix=f"dv{unit.pk}")


def _review_row(each: PersonReview) -> dict[str, Any]:
    comments = list(each.comments.all())
    opened = bool(comments) or today() > each.answer_by
    if any(comment.text for comment in comments):
        badge = ("done", "Đã có ý kiến")
    elif comments:
        badge = ("done", "Không có ý kiến bổ sung")
    elif opened:
        badge = ("none", "Hết thời gian cho ý kiến")
    else:
        badge = ("waiting", f"Chờ ý kiến đến hết ngày {day(each.answer_by)}")
    return {
        "name": each.person.full_name,
        "period": f"{day(each.starts_on)} – {day(each.ends_on)}",
        "badge": badge,
        "url": reverse("review", args=[each.pk]) if opened else "",
    }


@require_POST
def review_ask(request: PersonRequest, pk: int) -> HttpResponse:
    unit = next((each for each in reviews.heads(request.user) if each.pk == pk), None)
    if unit is None:
        raise Http404
    form = _ask_form(request.user, unit, request.POST)
    if form.is_valid():
        try:
            reviews.ask_comment(unit, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, error.messages)
        else:
            return redirect("people_reviews")
    return _people_reviews(request, bound=form, pk=pk, status=422)


def _review(request: PersonRequest, pk: int) -> PersonReview:
    """404 for whom it is not for; nobody else may know that somebody was asked."""
    found = get_object_or_404(PersonReview.objects.select_related("person", "unit"), pk=pk)
    if found.person_id != request.user.pk and not reviews.is_for_head(found, request.user):
        raise Http404
    return found


@require_safe
def review(request: PersonRequest, pk: int) -> HttpResponse:
    """The figures of one person in one unit: for the person at once, for the head after the person could comment."""
    found = _review(request, pk)
    if found.person_id != request.user.pk and not reviews.could_comment(found):
        raise PermissionDenied
    window = Window(found.starts_on, found.ends_on, max(found.starts_on, min(found.ends_on, today())))
    states = TaskState.objects.filter(
        lead_unit__tree_start__range=(found.unit.tree_start, found.unit.tree_end)
    )
    context = {
        "review": found,
        "own": found.person_id == request.user.pk,
        "described": described(window, ""),
        "comments": list(found.comments.all()),
        **_of_person(request.user, found.person, states, window),
    }
    return render(request, "tasks/review.html", context)


@require_POST
def review_comment(request: PersonRequest, pk: int) -> HttpResponse:
    found = _review(request, pk)
    if found.person_id != request.user.pk:
        raise PermissionDenied
    form = CommentForm(request.POST, prefix=f"y{pk}")
    if form.is_valid():
        try:
            reviews.comment(found, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error("text", error.messages)
        else:
            return redirect("my_figures")
    return _my_figures(request, bound=form, pk=pk, status=422)
