"""What a person says about being told: peace about a task, days of leave."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.fields import DayFormField
from core.forms import StyledForm
from notifications import quiet
from notifications.models import Leave, Quiet
from notifications.words import day_text
from tasks.models import Task
from units.actions import RuleBroken
from units.requests import PersonRequest


class SnoozeForm(StyledForm, forms.Form):
    until = DayFormField(
        label="Tạm hoãn nhắc đến hết ngày",
        help_text=f"Nhiều nhất {quiet.LONGEST_SNOOZE} ngày làm việc.",
        error_messages={"required": "Hãy ghi ngày."},
    )


class LeaveForm(StyledForm, forms.Form):
    starts_on = DayFormField(label="Nghỉ từ ngày", error_messages={"required": "Hãy ghi ngày đầu."})
    ends_on = DayFormField(label="Đến hết ngày", error_messages={"required": "Hãy ghi ngày cuối."})


def _put_on(form: forms.Form, error: RuleBroken) -> None:
    if hasattr(error, "error_dict"):
        for name, said in error.message_dict.items():
            form.add_error(name if name in form.fields else None, said)
    else:
        form.add_error(None, error)


@require_GET
def quiet_list(request: PersonRequest) -> HttpResponse:
    return _list(request, LeaveForm())


def _list(request: PersonRequest, form: LeaveForm, status: int = 200) -> HttpResponse:
    visible = Task.objects.visible_to(request.user)
    found = Quiet.objects.filter(person=request.user, task__in=visible).select_related("task")
    context: dict[str, Any] = {
        "quiets": [each for each in found.order_by("-since") if each.until is None or each.until >= today()],
        "leaves": Leave.objects.filter(person=request.user, ends_on__gte=today()),
        "form": form,
    }
    return render(request, "notifications/quiet_list.html", context, status=status)


@require_POST
def leave_new(request: PersonRequest) -> HttpResponse:
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            leave = quiet.take_leave(by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            _put_on(form, error)
        else:
            said = (
                f"Từ {day_text(leave.starts_on)} đến {day_text(leave.ends_on)} thông báo gửi cho người thay."
            )
            messages.success(request, said)
            return redirect("quiet_list")
    return _list(request, form, status=422)


@require_POST
def leave_end(request: PersonRequest, pk: int) -> HttpResponse:
    leave = get_object_or_404(Leave.objects.filter(person=request.user), pk=pk)
    quiet.come_back(leave, by=request.user)
    messages.success(request, "Đã bỏ thời gian nghỉ.")
    return redirect("quiet_list")


@require_http_methods(["GET", "HEAD", "POST"])
def quiet_task(request: PersonRequest, pk: int) -> HttpResponse:
    """Peace about one task: `snooze` until a day, `mute`, `hear` again."""
    task = get_object_or_404(
        Task.objects.visible_to(request.user).select_related("lead_unit", "lead_group"), pk=pk
    )
    act = request.POST.get("act", "")
    form = SnoozeForm(request.POST if act == "snooze" else None)
    status = 200
    if request.method == "POST":
        status = 422
        said = _act(task, act, form, request)
        if said:
            messages.success(request, said)
            return redirect("quiet_list")
    context = {"task": task, "form": form, "quiet": quiet.of(request.user, task, today())}
    return render(request, "notifications/quiet_task.html", context, status=status)


def _act(task: Task, act: str, form: SnoozeForm, request: PersonRequest) -> str:
    """What was done, in words; "" where the form has to be mended."""
    match act:
        case "mute":
            quiet.mute(task, by=request.user)
            return "Đã ngừng nhắc nhiệm vụ này."
        case "hear":
            quiet.hear_again(task, by=request.user)
            return "Nhiệm vụ này được nhắc lại như thường lệ."
        case "snooze" if form.is_valid():
            try:
                made = quiet.snooze(task, by=request.user, until=form.cleaned_data["until"])
            except RuleBroken as error:
                _put_on(form, error)
            else:
                assert made.until is not None
                return f"Đã tạm hoãn nhắc đến hết ngày {day_text(made.until)}."
    return ""
