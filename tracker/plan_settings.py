"""Settings of a plan: how it reads its deadlines, how more time is asked for, who leads it.

Composes plans and tasks: what is still a draft is read anew, what was given keeps its dates.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.deadlines import DeadlineError, parse
from core.forms import StyledForm
from core.text import count_vi
from plans.actions import RuleBroken, may_write, save_settings
from plans.models import Milestone, Plan
from tasks.actions import save_task
from tasks.drafting import understand
from tasks.models import Task
from units.models import CalendarDay, User
from units.permissions import Role
from units.requests import PersonRequest

_COUNT_WORDS = {
    "invalid": "Hãy ghi một số, ví dụ 3.",
    "min_value": "Không ghi số âm.",
    "max_value": "Số quá lớn.",
}


class PlanSettingsForm(StyledForm, forms.Form):
    includes_day = forms.TypedChoiceField(
        label="Thời hạn ghi “trước ngày …”",
        choices=[("no", "Không tính ngày đó: hạn là ngày liền trước"), ("yes", "Tính cả ngày đó")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    shifts_holidays = forms.TypedChoiceField(
        label="Hạn rơi vào ngày nghỉ",
        choices=[
            ("yes", "Chuyển sang ngày làm việc kế tiếp (kế hoạch của cơ quan)"),
            ("no", "Giữ nguyên (thời hạn do cấp trên giao)"),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    extension_notice_days = forms.IntegerField(
        label="Đề nghị gia hạn trước hạn ít nhất (ngày làm việc)",
        min_value=0,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Hãy ghi số ngày làm việc.", **_COUNT_WORDS},
        help_text="Đề nghị muộn vẫn được nhận nhưng nhiệm vụ vẫn tính quá hạn cho đến khi có quyết định.",
    )
    extension_limit = forms.IntegerField(
        label="Số lần gia hạn tối đa",
        required=False,
        min_value=0,
        max_value=99,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=_COUNT_WORDS,
        help_text="Để trống: không giới hạn.",
    )
    leader_in_charge = forms.ChoiceField(label="Lãnh đạo phụ trách", required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        initial = {
            "includes_day": "yes" if plan.includes_day else "no",
            "shifts_holidays": "yes" if plan.shifts_holidays else "no",
            "extension_notice_days": plan.extension_notice_days,
            "extension_limit": plan.extension_limit,
            "leader_in_charge": str(plan.leader_in_charge_id or ""),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.leaders = {str(each.pk): each for each in leaders_of(plan)}
        self.fields["leader_in_charge"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *(
                (pk, f"{each.full_name} – {each.position}" if each.position else each.full_name)
                for pk, each in self.leaders.items()
            ),
        ]

    def wanted(self) -> dict[str, Any]:
        return self.cleaned_data | {
            "leader_in_charge": self.leaders.get(self.cleaned_data["leader_in_charge"])
        }


def leaders_of(plan: Plan) -> list[User]:
    """Leaders above the unit that follows the plan, and the one named now."""
    above = User.objects.filter(
        grants__role=Role.LEADER,
        grants__unit__tree_start__lte=plan.tracking_unit.tree_start,
        grants__unit__tree_end__gte=plan.tracking_unit.tree_start,
        is_active=True,
    ).distinct()
    named = [plan.leader_in_charge] if plan.leader_in_charge else []
    return list(dict.fromkeys([*named, *above]))


@transaction.atomic
def change_settings(plan: Plan, *, by: User, **wanted: Any) -> tuple[list[str], int]:
    """Saves the settings, and reads the deadlines of what is still a draft anew; what changed, and how many drafts
    got another deadline. Tasks that were given keep their dates: those move only by recorded verbs."""
    before = plan.includes_day
    changed = save_settings(plan, by=by, **wanted)
    if not {"includes_day", "shifts_holidays"} & set(changed):
        return changed, 0
    plan = Plan.objects.select_related("document").get(pk=plan.pk)
    if plan.state == Plan.State.DRAFT:
        _read_milestones_again(plan, before)
    calendars = CalendarDay.objects.by_unit()
    moved = 0
    for task in plan.tasks.filter(assigned_on__isnull=True).select_related("lead_unit", "lead_group"):
        task.plan = plan
        old = (task.nominal_end, task.effective_end)
        calendar = calendars.of(task.lead_unit)
        _read_again(task, before, calendar)
        kinds = [(each.unit, each.kind) for each in task.coordinations.select_related("unit")]
        save_task(task, coordinators=kinds, calendar=calendar)
        moved += old != (task.nominal_end, task.effective_end)
    return changed, moved


def _read_milestones_again(plan: Plan, included_day: bool) -> None:
    """Milestones of a draft are read as the plan now reads; a given plan keeps the days it was given with."""
    year = plan.starts_on.year if plan.starts_on.year == plan.ends_on.year else None
    for milestone in Milestone.objects.filter(target__plan=plan).exclude(phrase=""):
        try:
            old = parse(milestone.phrase, year=year, includes_day=included_day)
            new = parse(milestone.phrase, year=year, includes_day=plan.includes_day)
        except DeadlineError:
            continue
        if old.nominal == milestone.nominal_end and new.nominal != old.nominal:
            milestone.nominal_end = new.nominal
            milestone.save(update_fields=["nominal_end"])


def _read_again(task: Task, included_day: bool, calendar: Any) -> None:
    """A day put there by hand stays; one that was read from the phrase is read as the plan now reads."""
    assert task.plan is not None
    try:
        old = parse(task.phrase, year=task.plan.starts_on.year, includes_day=included_day)
        new = parse(task.phrase, year=task.plan.starts_on.year, includes_day=task.plan.includes_day)
    except DeadlineError:
        return
    if old.nominal is None or old.nominal != task.nominal_end or old.kind != task.deadline_kind:
        return
    for name, value in understand(new, None, calendar).items():
        setattr(task, name, value)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_settings(request: PersonRequest, pk: int) -> HttpResponse:
    related = ("document", "tracking_unit", "leader_in_charge")
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related(*related), pk=pk)
    if may_write(request.user, plan) is None:
        raise PermissionDenied
    form = PlanSettingsForm(request.POST or None, plan=plan)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                changed, moved = change_settings(plan, by=request.user, **form.wanted())
            except RuleBroken as error:
                form.add_error(None, error)
            else:
                messages.success(request, _said(changed, moved))
                return redirect("plan", pk=plan.pk)
    given = plan.tasks.filter(assigned_on__isnull=False, parent__isnull=True).count()
    context = {"plan": plan, "form": form, "given": given}
    return render(request, "tracker/plan_settings.html", context, status=status)


def _said(changed: list[str], moved: int) -> str:
    if not changed:
        return "Thiết lập không thay đổi."
    drafts = f" {count_vi(moved)} nhiệm vụ chưa giao được tính lại thời hạn." if moved else ""
    return f"Đã lưu thiết lập kế hoạch.{drafts}"
