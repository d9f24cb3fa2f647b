"""Rules of a plan as settings: offsets, receivers, steps; with what they would have sent and will send."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.clock import today
from notifications import rule_actions
from notifications.models import Subject
from notifications.preview import Preview, preview
from notifications.rule_forms import RulesForm
from notifications.rulebook import Place, RuleBook
from notifications.subjects import SINCE
from plans.models import Plan
from tasks.models import Task
from units.actions import RuleBroken
from units.agency import keeps_catalogues
from units.requests import PersonRequest

MOST_PEOPLE = 20


# Rounds are the office's, not a plan's: their ladder is the same for all.
_OF_PLANS = [each for each in Subject if each != Subject.FIGURES]


@require_http_methods(["GET", "HEAD", "POST"])
def plan_rules(request: PersonRequest, pk: int) -> HttpResponse:
    """One set at a time: `?noi-dung=` names the subject, `?do-khan=` the urgency."""
    related = ("document", "tracking_unit")
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related(*related), pk=pk)
    return _rules(request, plan)


@require_http_methods(["GET", "HEAD", "POST"])
def common_rules(request: PersonRequest) -> HttpResponse:
    """What holds for every plan without rules of its own, and for tasks of no plan."""
    return _rules(request, None)


def _rules(request: PersonRequest, plan: Plan | None) -> HttpResponse:
    if not rule_actions.may_set(request.user, plan):
        raise PermissionDenied
    subject = request.GET.get("noi-dung", Subject.DEADLINE)
    urgency = request.GET.get("do-khan", "")
    if subject not in _OF_PLANS or (urgency and urgency not in Task.Urgency.values):
        raise Http404
    book = RuleBook()
    of = plan.pk if plan is not None else None
    rungs = book.rungs(subject, of, urgency)
    place: Place = (subject, of, urgency)
    form = RulesForm(request.POST or None, rungs=rungs, since=subject in SINCE)
    shown: tuple[Preview, Preview] | None = None
    status = 200
    if request.method == "POST":
        said = ""
        try:
            if "usual" in request.POST:
                rule_actions.use_usual(plan, subject, urgency, by=request.user)
                said = "Đã dùng lại quy tắc thông thường."
            elif "stop" in request.POST:
                rule_actions.stop_reminding(plan, subject, urgency, by=request.user)
                said = f"Đã ngừng nhắc: {Subject(subject).label.lower()}."
            elif not form.is_valid():
                status = 422
            elif "preview" in request.POST and plan is not None:
                shown = preview(plan, {place: form.cleaned_data["rungs"]}, today())
            else:
                rule_actions.set_rules(plan, subject, urgency, form.cleaned_data["rungs"], by=request.user)
                said = "Đã lưu quy tắc nhắc việc; áp dụng từ lần nhắc tới."
        except RuleBroken as error:
            form.add_error(None, error)
            status = 422
        if said:
            messages.success(request, said)
            return redirect(_address(plan, subject, urgency))
    elif plan is not None and subject == Subject.DEADLINE and "xem-truoc" in request.GET:
        shown = preview(plan, {}, today())
    held = book.place_of(subject, of, urgency)
    context = {
        "plan": plan,
        "keeps": keeps_catalogues(request.user),
        "form": form,
        "url": _address(plan, subject, urgency),
        "subject": Subject(subject),
        "subjects": _choices(plan, subject, urgency),
        "urgencies": _urgencies(plan, subject, urgency),
        "is_own": held == place,
        "is_stopped": held == place and not rungs,
        "follows": _follows(held, place),
        "since": subject in SINCE,
        "preview": _shown(shown) if shown else None,
        "can_preview": plan is not None and subject == Subject.DEADLINE,
        "preview_url": f"{_address(plan, subject, urgency)}&xem-truoc=1",
    }
    return render(request, "notifications/plan_rules.html", context, status=status)


def _address(plan: Plan | None, subject: str, urgency: str) -> str:
    page = reverse("plan_rules", args=[plan.pk]) if plan is not None else reverse("common_rules")
    return f"{page}?noi-dung={subject}&do-khan={urgency}"


def _choices(plan: Plan | None, chosen: str, urgency: str) -> list[dict[str, Any]]:
    return [
        {"label": each.label, "url": _address(plan, each, urgency), "here": each == chosen}
        for each in _OF_PLANS
    ]


def _urgencies(plan: Plan | None, subject: str, chosen: str) -> list[dict[str, Any]]:
    every = [("", "Mọi độ khẩn"), *Task.Urgency.choices]
    return [
        {"label": label, "url": _address(plan, subject, key), "here": key == chosen} for key, label in every
    ]


def _follows(held: Place | None, place: Place) -> str:
    """Whose rules hold where this set has none of its own."""
    if held == place:
        return ""
    if held is None:
        return "Đang dùng quy tắc mặc định."
    _, plan, urgency = held
    whose = "của kế hoạch này" if plan is not None else "chung của cơ quan"
    which = f", độ khẩn {Task.Urgency(urgency).label.lower()}" if urgency else ""
    return f"Đang dùng quy tắc {whose}{which}."


def _shown(found: tuple[Preview, Preview]) -> list[dict[str, Any]]:
    titles = ("30 ngày qua (nếu đã áp dụng)", "30 ngày tới (nếu tình hình không đổi)")
    return [
        {
            "title": title,
            "total": each.total,
            "mails": len(each.mails),
            "leader": each.leader,
            "letters": each.letters,
            "days": [
                {"day": day, "lines": count, "mails": each.mails_on(day)}
                for day, count in sorted(each.lines.items())
            ],
            "people": [
                {"name": person.full_name, "position": person.position, "lines": count}
                for person, count in each.people.most_common(MOST_PEOPLE)
            ],
        }
        for title, each in zip(titles, found, strict=True)
    ]
