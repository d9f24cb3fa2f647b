"""Pages of the working calendar: a year, a day, the decision of the year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.clock import today
from core.text import count_vi
from tracker.changes import calendar_sources, page_of
from tracker.working_calendar.changing import CalendarChange
from tracker.working_calendar.forms import DayForm, YearForm
from units import calendar, calendar_actions
from units.actions import RuleBroken
from units.agency import keeps_catalogues
from units.models import CalendarDay
from units.requests import PersonRequest

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def _year(typed: str | None) -> int:
    if typed is None:
        return today().year
    if not typed.isdecimal() or not calendar_actions.EARLIEST <= int(typed) <= calendar_actions.LATEST:
        raise Http404
    return int(typed)


@require_GET
def working_calendar(request: PersonRequest) -> HttpResponse:
    """The days of one year, for everybody inside the house."""
    if not request.user.knows_organisation:
        raise PermissionDenied
    return _page(request, _year(request.GET.get("nam")))


def _page(request: PersonRequest, year: int, status: int = 200, **bound: Any) -> HttpResponse:
    found = CalendarDay.objects.filter(day__year=year).select_related("unit").order_by("day", "unit_id")
    rows = [_row(each) for each in found]
    keeps = keeps_catalogues(request.user)
    context = {
        "year": year,
        "years": [
            {"label": str(each), "url": f"?nam={each}", "here": each == year}
            for each in range(today().year - 1, today().year + 3)
        ],
        "rows": rows,
        "keeps": keeps,
        "page": page_of(calendar_sources(year), request.GET.get("page")) if keeps else None,
        "is_decided": calendar.is_decided(year),
        "guessed": sum(row["provisional"] and not row["own"] for row in rows),
        "form": bound.get("form") or YearForm(),
    }
    return render(request, "tracker/working_calendar/year.html", context, status=status)


def _row(each: CalendarDay) -> dict[str, Any]:
    return {
        "pk": each.pk,
        "day": each.day,
        "weekday": _WEEKDAYS[each.day.weekday()],
        "kind": each.get_kind_display(),
        "badge": "active" if each.kind == CalendarDay.Kind.MAKEUP else "plain",
        "name": each.name,
        "basis": each.basis,
        "provisional": each.provisional,
        "own": each.unit.label if each.unit else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_day_new(request: PersonRequest) -> HttpResponse:
    return _edit(request, CalendarDay(), "Thêm ngày vào lịch làm việc")


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_day(request: PersonRequest, pk: int) -> HttpResponse:
    """Changing or taking out a day; a day a unit has of its own is not changed here."""
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    found = get_object_or_404(CalendarDay.objects.common(), pk=pk)
    return _edit(request, found, f"Ngày {found.day:%d/%m/%Y}")


def _edit(request: PersonRequest, found: CalendarDay, title: str) -> HttpResponse:
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    is_new = found.pk is None
    old = found.day
    data = request.POST if request.method == "POST" else None
    removing = data is not None and "remove" in data and not is_new
    form = DayForm(None if removing else data, day=None if is_new else found)
    change = CalendarChange(request.POST.get("seen", ""))
    status = 200
    if data is not None:
        status = 422
        if removing or form.is_valid():
            try:
                kept = _make(change, request, found, form, old, removing=removing)
            except RuleBroken as error:
                _put_on(form, error, removing=removing)
            else:
                if kept:
                    messages.success(request, _said(change, removing=removing))
                    year = found.day.year if found.day else today().year
                    return redirect(f"{reverse('working_calendar')}?nam={year}")
                status = 409 if data.get("seen") else 200
    context = {
        "title": title,
        "form": form,
        "is_new": is_new,
        "url": request.path,
        "rows": change.rows,
        "moved": len(change.moved),
        "fingerprint": change.fingerprint if change.moved else "",
        "removing": removing,
        "again": status == 409,
    }
    return render(request, "tracker/working_calendar/day.html", context, status=status)


def _make(
    change: CalendarChange,
    request: PersonRequest,
    found: CalendarDay,
    form: DayForm,
    old: date | None,
    *,
    removing: bool,
) -> bool:
    by = request.user
    if removing:
        assert old is not None
        words = f"Bỏ ngày {old:%d/%m/%Y} ({found.get_kind_display().lower()}) khỏi lịch làm việc"
        return change.make(
            lambda: calendar_actions.remove_day(found, by=by),
            by=by,
            days=[old],
            reason=words,
            basis=found.basis,
        )
    day = form.written(found)
    words = f"Ngày {day.day:%d/%m/%Y}: {day.get_kind_display().lower()}, {day.name}"
    days = [each for each in (old, day.day) if each is not None]
    return change.make(
        lambda: calendar_actions.save_day(day, by=by), by=by, days=days, reason=words, basis=day.basis
    )


def _put_on(form: DayForm, error: RuleBroken, *, removing: bool) -> None:
    if removing:
        form.full_clean()
        return
    if hasattr(error, "error_dict"):
        for name, messages_ in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages_)
        return
    form.add_error(None, error)


def _said(change: CalendarChange, *, removing: bool) -> str:
    done = "Đã bỏ ngày khỏi lịch làm việc." if removing else "Đã lưu lịch làm việc."
    if not change.moved:
        return done
    return f"{done} Đã tính lại thời hạn của {count_vi(len(change.moved))} nhiệm vụ; mỗi nhiệm vụ có ghi chú."


@require_POST
def calendar_year(request: PersonRequest, year: int) -> HttpResponse:
    """`decide` enters the decision of a year; `seed` proposes its days while it has none."""
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    year = _year(str(year))
    address = f"{reverse('working_calendar')}?nam={year}"
    if "seed" in request.POST:
        change = CalendarChange()
        days = [each.day for each in calendar.proposed(year)]
        words = f"Lấy ngày nghỉ dự kiến năm {year}, tạm tính cho đến khi có quyết định"
        change.make(lambda: calendar.seed([year]), by=request.user, days=days, reason=words, unseen=True)
        messages.success(request, _said(change, removing=False))
        return redirect(address)
    form = YearForm(request.POST)
    if not form.is_valid():
        return _page(request, year, status=422, form=form)
    count = calendar_actions.decide_year(year, by=request.user, basis=form.cleaned_data["basis"])
    messages.success(request, f"Đã nhập quyết định năm {year}: {count_vi(count)} ngày không còn tạm tính.")
    return redirect(address)
