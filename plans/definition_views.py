"""Pages of the catalogue: indicators with how they are counted, and the history of that."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.templatetags.ui import day
from core.text import count_vi
from plans import definitions
from plans.actions import RuleBroken
from plans.catalogue import READY
from plans.definition_forms import NOT_DEFINING, IndicatorFilterForm, IndicatorForm, state_of
from plans.models import Definition, Indicator, IndicatorVersion, Plan
from units.agency import keeps_catalogues
from units.requests import PersonRequest

PAGE = 50
CHANGED_MEANWHILE = "Chỉ số này vừa có người khác sửa. Nội dung đã nhập vẫn còn; hãy xem lại rồi lưu."


@require_safe
def indicators(request: PersonRequest) -> HttpResponse:
    """The catalogue, with how many of the ready list it lacks for whoever keeps it."""
    form = IndicatorFilterForm(request.GET)
    form.is_valid()
    found = Indicator.objects.visible_to(request.user).order_by("code")
    if words := form.cleaned_data.get("q"):
        found = found.filter(
            Q(name__icontains=words) | Q(code__icontains=words) | Q(legal_basis__icontains=words)
        )
    keeps = keeps_catalogues(request.user)
    page: Any = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = [_row(each) for each in page.object_list]
    context = {
        "form": form,
        "page": page,
        "keeps": keeps,
        "narrowed": bool(words),
        "lacking": len(_lacking()) if keeps else 0,
    }
    return render(request, "plans/indicators.html", context)


def _row(indicator: Indicator) -> dict[str, Any]:
    on = today()
    begins, ends = indicator.valid_from, indicator.valid_to
    state = ("active", "Đang áp dụng")
    if ends and ends < on:
        state = ("none", f"Áp dụng đến hết {day(ends)}")
    elif begins and begins > on:
        state = ("soon", f"Áp dụng từ {day(begins)}")
    return {"indicator": indicator, "state": {"kind": state[0], "text": state[1]}}


def _lacking() -> list[dict[str, Any]]:
    known = set(Indicator.objects.values_list("code", flat=True))
    return [values for values in READY if values["code"] not in known]


@require_POST
def indicators_ready(request: PersonRequest) -> HttpResponse:
    """Adds what the catalogue lacks of the ready list; what is there stays as it is."""
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    made = definitions.add_ready(READY, by=request.user)
    messages.success(
        request,
        f"Đã thêm {count_vi(len(made))} chỉ số từ danh mục mẫu; chỉ số đã có giữ nguyên."
        if made
        else "Danh mục đã có đủ các chỉ số mẫu.",
    )
    return redirect("indicators")


@require_safe
def indicator(request: PersonRequest, pk: int) -> HttpResponse:
    """How one indicator is counted today, how it was before, and the plans this person sees that ask for it."""
    found = get_object_or_404(
        Indicator.objects.visible_to(request.user).prefetch_related("versions__by"), pk=pk
    )
    versions = sorted(found.versions.all(), key=lambda each: each.number, reverse=True)
    plans = Plan.objects.visible_to(request.user).filter(targets__indicators=found).distinct()
    context = {
        "indicator": found,
        "facts": definition_facts(found.definition_on(today()), found),
        "timeline": [_moment(version, _before(version, versions), found) for version in versions],
        "coming": [each for each in versions if each.valid_from and each.valid_from > today()],
        "plans": plans.select_related("document").order_by("-starts_on", "-pk"),
        "keeps": keeps_catalogues(request.user),
        "row": _row(found),
    }
    return render(request, "plans/indicator.html", context)


def _before(version: IndicatorVersion, versions: list[IndicatorVersion]) -> IndicatorVersion | None:
    return next((each for each in versions if each.number == version.number - 1), None)


def definition_facts(definition: Definition, indicator: Indicator) -> list[tuple[str, Any]]:
    """The definition in words, as label and value."""
    facts = [("Đơn vị tính", definition.measure_unit), ("Tử số", definition.numerator or "Chưa ghi")]
    if definition.is_ratio:
        above = "được lớn hơn mẫu số" if definition.may_exceed else "không lớn hơn mẫu số"
        facts += [("Mẫu số", definition.denominator or "Chưa ghi"), ("Tử số so với mẫu số", above)]
    else:
        facts[1] = ("Số liệu", definition.numerator or indicator.name)
    return [
        *facts,
        ("Loại số liệu", definition.get_basis_display()),
        ("Chiều tốt", definition.get_direction_display()),
        ("Tần suất", definition.get_frequency_display()),
        ("Nguồn số liệu", definition.data_source or indicator.get_source_display()),
        ("Đơn vị xác nhận", definition.confirmed_by),
        ("Căn cứ", definition.legal_basis),
    ]


def _moment(version: IndicatorVersion, before: IndicatorVersion | None, of: Indicator) -> dict[str, Any]:
    """One version for the timeline: what is another than before, why, by whom."""
    since = f"từ ngày {day(version.valid_from)}" if version.valid_from else "từ đầu"
    now, then = dict(definition_facts(version, of)), dict(definition_facts(before, of)) if before else {}
    changes = [
        (label, then.get(label) or "–", value or "–")
        for label, value in now.items()
        if before is not None and then.get(label) != value
    ]
    alike = before is None or before.counts_like(version)
    return {
        "title": f"Cách tính lần {version.number}, áp dụng {since}",
        "kind": "active" if alike else "soon",
        "icon": "edit",
        "who": version.by.full_name,
        "happened": day(version.entered_at),
        "text": version.reason
        + ("" if alike else "\nSố liệu trước và sau ngày này không so sánh trực tiếp với nhau."),
        "changes": changes,
        "id": f"lan-{version.number}",
    }


# --- Writing ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_new(request: PersonRequest) -> HttpResponse:
    """A new indicator of the catalogue."""
    return _write(request, Indicator())


@require_http_methods(["GET", "HEAD", "POST"])
def indicator_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Puts an indicator right, or defines it anew where somebody counts by it; 409 when it changed meanwhile."""
    return _write(request, get_object_or_404(Indicator.objects.visible_to(request.user), pk=pk))


def _write(request: PersonRequest, found: Indicator) -> HttpResponse:
    if not keeps_catalogues(request.user):
        raise PermissionDenied
    is_new = found._state.adding
    if request.method != "POST":
        return _form_page(request, found, IndicatorForm(instance=found))
    held = None if is_new else Indicator.objects.get(pk=found.pk)
    form = IndicatorForm(request.POST, instance=found)
    if not form.is_valid():
        return _form_page(request, held or Indicator(), form, status=422)
    try:
        with transaction.atomic():
            if held is not None:
                held = Indicator.objects.select_for_update(no_key=True).get(pk=held.pk)
                if form.cleaned_data["seen"] != state_of(held):
                    return _changed_meanwhile(request, held)
            saved, words = _save(request, held, form)
    except RuleBroken as error:
        form.add_error(None, error)
        return _form_page(request, held or Indicator(), form, status=422)
    messages.success(request, words)
    return redirect("indicator", pk=saved.pk)


def _save(request: PersonRequest, held: Indicator | None, form: IndicatorForm) -> tuple[Indicator, str]:
    by, said = request.user, form.cleaned_data
    if held is None:
        made = definitions.add_indicator(by=by, **form.part(("code", *NOT_DEFINING, *Indicator.DEFINING)))
        return made, "Đã thêm chỉ số vào danh mục."
    if not form.is_locked:
        definitions.correct_indicator(held, by=by, **form.part((*NOT_DEFINING, *Indicator.DEFINING)))
        return held, "Đã lưu chỉ số."
    definitions.correct_indicator(held, by=by, **form.part(NOT_DEFINING))
    if not form.defines_anew:
        return held, "Đã lưu chỉ số."
    version = definitions.redefine(
        held, by=by, valid_from=said["begins"], reason=said["reason"], **form.part(Indicator.DEFINING)
    )
    return held, f"Đã lưu cách tính lần {version.number}, áp dụng từ ngày {day(version.valid_from)}."


def _changed_meanwhile(request: PersonRequest, held: Indicator) -> HttpResponse:
    kept = request.POST.copy()
    kept["seen"] = state_of(held)
    form = IndicatorForm(kept, instance=Indicator.objects.get(pk=held.pk))
    form.is_valid()
    form.add_error(None, CHANGED_MEANWHILE)
    return _form_page(request, held, form, status=409)


def _form_page(
    request: PersonRequest, held: Indicator, form: IndicatorForm, status: int = 200
) -> HttpResponse:
    context = {"indicator": held, "form": form, "is_new": held._state.adding}
    return render(request, "plans/indicator_edit.html", context, status=status)
