"""The letter a late task has come to: its Word draft, for the office that follows it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from core.clock import today
from core.text import fold
from notifications.models import Escalation
from reports import letters
from reports.letter_facts import LetterKind
from reports.paper_views import word_file
from units.actions import RuleBroken
from units.requests import PersonRequest


@require_safe
def escalation_letter(request: PersonRequest, pk: int) -> HttpResponse:
    """Công văn đôn đốc (lần 2) about everything of the unit that is late in this plan, as things stand today: a unit
    gets one letter, not one a task. Back to the matter, with the reason, when there is nothing to urge any more."""
    related = ("task__plan", "task__lead_unit")
    each = get_object_or_404(Escalation.objects.tracked_by(request.user).select_related(*related), pk=pk)
    plan, unit = each.task.plan, each.task.lead_unit
    if plan is None or unit is None:
        raise Http404
    late = [task for task in letters.tasks_for(plan, LetterKind.REMIND, today()) if task.lead_unit == unit]
    try:
        docx = letters.draft(plan, LetterKind.REMIND, late, today(), request.user)
    except RuleBroken as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("escalation", pk=each.pk)
    return word_file(docx, f"Cong-van-don-doc-{fold(unit.label).replace(' ', '-')}")
