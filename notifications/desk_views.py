"""The owner's desk ("Chờ chuyển lãnh đạo"), and what was laid before a leader."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.text import count_vi
from notifications import desk
from notifications.desk_forms import DemandForm, DropForm, GiaoBanForm, ReleaseForm
from notifications.models import Escalation, GiaoBan
from notifications.recipients import Directory
from notifications.words import day_text, deadline_facts, deadline_words, task_url
from tasks.models import ProgressUpdate
from units.actions import RuleBroken
from units.models import CalendarDay, Unit
from units.permissions import Role
from units.requests import PersonRequest

_RELATED = ("task__lead_unit", "task__plan__document", "task__clause", "task__leader_in_charge", "decided_by")
MOST_PAST = 30


@require_GET
def desk_page(request: PersonRequest) -> HttpResponse:
    """What waits for the owner: matters for the leader, letters, units nobody of which can be told."""
    return _desk(request)


def _desk(request: PersonRequest, status: int = 200, **bound: Any) -> HttpResponse:
    if not request.user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied
    found = Escalation.objects.tracked_by(request.user).select_related(*_RELATED, "task__tracking_unit")
    waiting = list(found.waiting())
    calendar = CalendarDay.objects.as_calendar()
    directory = Directory(today())
    rows = [_row(each, calendar, directory) for each in waiting if desk.is_late(each, today())]
    office = _office(request)
    chosen = GiaoBan.objects.filter(office=office).values_list("weekday", flat=True).first() or 0
    context = {
        "leader": [row for row in rows if row["kind"] == Escalation.Kind.LEADER],
        "letters": [row for row in rows if row["kind"] == Escalation.Kind.LETTER],
        "past": [
            _row(each, calendar, directory)
            for each in found.exclude(state="waiting").order_by("-pk")[:MOST_PAST]
        ],
        "giao_ban": desk.next_giao_ban(office, today()),
        "office": office,
        "form": bound.get("giao_ban") or GiaoBanForm(weekday=chosen),
    }
    return render(request, "notifications/desk.html", context, status=status)


def _office(request: PersonRequest) -> Unit:
    return next(grant.unit for grant in request.user.grants_today if grant.role == Role.PLAN_OWNER)


def _row(each: Escalation, calendar: Any, directory: Directory) -> dict[str, Any]:
    task = each.task
    alone = task.lead_unit_id is not None and directory.has_nobody(task.lead_unit_id)
    leaders = desk.leaders_of(task, today()) if each.state == "waiting" and each.kind == "leader" else []
    return {
        "pk": each.pk,
        "kind": each.kind,
        "title": task.title,
        "url": task_url(task),
        "open_url": reverse("escalation", args=[each.pk]),
        # A task of no plan has no letter of a plan.
        "has_letter": each.kind == Escalation.Kind.LETTER and task.plan_id is not None,
        "place": task.plan_label,
        "unit": task.lead_label,
        "words": deadline_words(task, today(), calendar) if task.counted_end and task.is_open else "",
        "facts": deadline_facts(task),
        "alone": alone,
        "leader": ", ".join(leader.full_name for leader in leaders),
        "state": each.get_state_display(),
        "proposal": each.proposal,
        "by": each.decided_by.full_name if each.decided_by else "",
        "tell_on": each.tell_on,
        "on": each.on,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def escalation(request: PersonRequest, pk: int) -> HttpResponse:
    """One matter: what happened, and the act that leads on."""
    found = Escalation.objects.tracked_by(request.user).select_related(*_RELATED, "task__tracking_unit")
    each = get_object_or_404(found, pk=pk)
    is_leader = each.kind == Escalation.Kind.LEADER
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    main: ReleaseForm | DemandForm = (
        ReleaseForm(data if act == "go" else None)
        if is_leader
        else DemandForm(data if act == "go" else None, initial={"about": _about(each)})
    )
    drop = DropForm(data if act == "drop" else None, prefix="drop")
    status = 200
    if data is not None:
        form = drop if act == "drop" else main
        status = 422
        if form.is_valid():
            try:
                said = _act(each, act, form.cleaned_data, request)
            except RuleBroken as error:
                form.add_error(None, error)
                status = 409 if desk.HANDLED in error.messages else 422
            else:
                messages.success(request, said)
                return redirect("desk")
    calendar = CalendarDay.objects.as_calendar()
    last = ProgressUpdate.objects.filter(task=each.task).order_by("-id").first()
    context = {
        "row": _row(each, calendar, Directory(today())),
        "is_leader": is_leader,
        "act_label": "Chuyển lãnh đạo" if is_leader else "Yêu cầu giải trình",
        "is_waiting": each.state == Escalation.State.WAITING and desk.is_late(each, today()),
        "last": last,
        "form": main,
        "drop": drop,
        "giao_ban": desk.next_giao_ban(each.task.tracking_unit, today()),
    }
    return render(request, "notifications/escalation.html", context, status=status)


def _about(each: Escalation) -> str:
    return f"Nguyên nhân chưa hoàn thành nhiệm vụ đúng hạn ngày {day_text(each.deadline)} và biện pháp khắc phục."


def _act(each: Escalation, act: str, given: dict[str, Any], request: PersonRequest) -> str:
    if act == "drop":
        desk.drop(each.pk, by=request.user, reason=given["reason"])
        return "Đã ghi nhận không chuyển."
    if each.kind == Escalation.Kind.LEADER:
        done = desk.release(each.pk, by=request.user, **given)
        assert done.tell_on is not None
        return f"Đã chuyển; báo cáo lãnh đạo ngày {day_text(done.tell_on)}."
    asked = desk.demand_explanation(each.pk, by=request.user, **given)
    return f"Đã yêu cầu giải trình, chậm nhất ngày {day_text(asked.due_on)}."


@require_POST
def desk_release(request: PersonRequest) -> HttpResponse:
    """One tap: all chosen matters go into the summary of the next giao ban."""
    if not request.user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied
    mine = Escalation.objects.tracked_by(request.user).waiting().filter(kind=Escalation.Kind.LEADER)
    chosen = mine.filter(pk__in=[pk for pk in request.POST.getlist("chosen") if pk.isdecimal()])
    pks = list(chosen.values_list("pk", flat=True))
    if not pks:
        messages.error(request, "Hãy chọn ít nhất một việc.")
        return redirect("desk")
    try:
        count = desk.release_all(pks, by=request.user)
    except RuleBroken as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Đã chuyển {count_vi(count)} việc vào báo cáo giao ban.")
    return redirect("desk")


@require_POST
def giao_ban(request: PersonRequest) -> HttpResponse:
    if not request.user.has_role(Role.PLAN_OWNER):
        raise PermissionDenied
    form = GiaoBanForm(request.POST)
    if not form.is_valid():
        return _desk(request, status=422, giao_ban=form)
    chosen = desk.set_giao_ban(_office(request), by=request.user, weekday=form.cleaned_data["weekday"])
    messages.success(request, f"Ngày giao ban: {chosen.get_weekday_display()}.")
    return redirect("desk")


@require_GET
def leader_matters(request: PersonRequest) -> HttpResponse:
    """What the office laid before this leader, in the tone of a report."""
    if not request.user.has_role(Role.LEADER):
        raise PermissionDenied
    found = Escalation.objects.laid_before(request.user).select_related(*_RELATED, "task__tracking_unit")
    calendar = CalendarDay.objects.as_calendar()
    directory = Directory(today())
    shown = [each for each in found.order_by("tell_on", "pk") if desk.is_late(each, today())]
    rows = [_row(each, calendar, directory) for each in shown]
    return render(request, "notifications/leader_matters.html", {"rows": rows})
