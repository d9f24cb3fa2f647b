"""Pages of reports: the list, a new draft, one report with its figures, words and verbs, its two files."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.templatetags.ui import day, moment
from core.text import date_vi
from plans.models import Plan
from reports import actions, outline, tables
from reports.actions import RuleBroken
from reports.forms import IssueForm, NewReportForm, ProfileForm, ReportFilterForm, SectionsForm, field_name
from reports.models import AgencyProfile, Report
from reports.profiles import default_profile
from reports.screens import shown, target_rows, task_rows
from reports.snapshot import Snapshot, from_text
from units.models import User
from units.requests import PersonRequest

PAGE = 50


State = Report.State
BADGES = {State.DRAFT: "draft", State.SUBMITTED: "waiting", State.ISSUED: "done"}
TABS = (
    ("", "Tổng hợp"),
    ("chi-tieu", "Chỉ tiêu"),
    ("nhiem-vu", "Nhiệm vụ"),
    ("tai-khoan", "Tài khoản nhân sự"),
    ("loi-van", "Lời văn"),
)


# --- The list -------------------------------------------------------------------------------------


@require_safe
def reports(request: PersonRequest) -> HttpResponse:
    """Reports one may see, newest first; `?plan=` and `?state=` narrow it."""
    form = ReportFilterForm(request.GET, user=request.user)
    found = Report.objects.visible_to(request.user).select_related("plan__document", "snapshot", "profile")
    if form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        found = found.filter(**wanted)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    writes = Plan.objects.written_by(request.user).exclude(state=Plan.State.DRAFT).exists()
    narrowed = any(request.GET.get(name) for name in ("plan", "state"))
    return render(
        request,
        "reports/reports.html",
        {
            "form": form,
            "page": page,
            "rows": [_list_row(each) for each in page],
            "writes": writes,
            "narrowed": narrowed,
        },
    )


def _list_row(report: Report) -> dict[str, Any]:
    return {
        "url": reverse("report", args=[report.pk]),
        "title": report.title,
        "plan": report.plan.label,
        "reach": report.profile.get_reach_display(),
        "as_of": day(report.snapshot.as_of),
        "kind": BADGES[State(report.state)],
        "state": report.get_state_display(),
        "number": f"{report.number}, {date_vi(report.issued_on)}" if report.issued_on else "",
    }


# --- A new draft ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: PersonRequest) -> HttpResponse:
    """Choose plan, window and paper; the figures are taken at once, the Word file follows."""
    if not Plan.objects.written_by(request.user).exists():
        raise PermissionDenied
    if request.method != "POST":
        return _new_page(request, NewReportForm(user=request.user, initial=request.GET.dict()))
    form = NewReportForm(request.POST, user=request.user)
    if form.is_valid():
        data = form.cleaned_data
        try:
            profile = default_profile(data["plan"].tracking_unit, data["reach"])
            report = actions.create_draft(
                data["plan"], data["period"], profile, by=request.user, as_of=data["as_of"]
            )
        except RuleBroken as error:
            _put_on(form, error)
        else:
            messages.success(request, "Đã chốt số liệu và lập dự thảo báo cáo.")
            return redirect("report", pk=report.pk)
    return _new_page(request, form, status=422)


def _new_page(request: PersonRequest, form: NewReportForm, status: int = 200) -> HttpResponse:
    """With a report of the chosen window already at its signer, the page leads there."""
    chosen = getattr(form, "cleaned_data", {})
    at_signer = Report.objects.none()
    if "plan" in chosen and "period" in chosen:
        at_signer = Report.objects.written_by(request.user).filter(
            plan=chosen["plan"],
            kind=chosen["period"].kind,
            period_key=chosen["period"].key,
            state=State.SUBMITTED,
        )
    context = {"form": form, "at_signer": list(at_signer)}
    return render(request, "reports/report_new.html", context, status=status)


def _put_on(form: forms.Form, error: RuleBroken, names: Callable[[str], str] = str) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(names(name) if names(name) in form.fields else None, errors)


# --- One report -----------------------------------------------------------------------------------


def _visible(user: User, pk: int) -> Report:
    related = (
        "plan__document", "plan__tracking_unit", "plan__issuer", "snapshot", "profile__unit", "created_by",
        "issued_by",
    )  # fmt: skip
    return get_object_or_404(Report.objects.visible_to(user).select_related(*related), pk=pk)


@require_safe
def report(request: PersonRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request.user, pk))


def _page(
    request: PersonRequest,
    found: Report,
    *,
    issue_form: IssueForm | None = None,
    sections_form: SectionsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    snapshot = from_text(found.snapshot.data)
    writes = actions.may(request.user, "write", found.plan)
    draft = found.state == State.DRAFT
    tab = "sua" if sections_form else request.GET.get("phan", "")
    if tab == "sua":
        if not (writes and draft):
            tab = "loi-van"
        else:
            sections_form = sections_form or SectionsForm(report=found)
    elif tab not in dict(TABS):
        tab = ""
    issues = found.state == State.SUBMITTED and actions.may(request.user, "issue", found.plan)
    context = {
        "report": found,
        "badge": (BADGES[State(found.state)], found.get_state_display()),
        "tabs": [
            {"label": label, "url": f"?phan={key}" if key else "?", "open": _opens(key, tab)}
            for key, label in TABS
        ],
        "tab": tab,
        "writes": writes,
        "pairs": _pairs(found, snapshot),
        "issue_form": issue_form or (IssueForm(report=found) if issues else None),
        "sections_form": sections_form,
        "forecasts": actions.open_forecasts(found) if writes and draft else (),
        **_tab(request, found, snapshot, tab),
    }
    return render(request, "reports/report.html", context, status=status)


def _opens(key: str, tab: str) -> bool:
    return key == ("loi-van" if tab == "sua" else tab)


def _tab(request: PersonRequest, found: Report, snapshot: Snapshot, tab: str) -> dict[str, Any]:
    """What the open part of the page shows: the same cells the paper prints."""
    if tab == "chi-tieu":
        table = tables.target_table(snapshot)
        page = Paginator(table.rows, PAGE).get_page(request.GET.get("page"))
        return {
            "table": shown(table, "Kết quả thực hiện các chỉ tiêu"),
            "targets": target_rows(list(page.object_list)),
            "page": page,
            "corrections": shown(tables.correction_table(snapshot), "Điều chỉnh số liệu kỳ trước")
            if snapshot.corrections
            else None,
        }
    if tab == "nhiem-vu":
        table = tables.task_table(snapshot)
        page = Paginator(table.rows, PAGE).get_page(request.GET.get("page"))
        return {
            "table": shown(table, "Danh mục nhiệm vụ"),
            "tasks": task_rows(list(page.object_list)),
            "page": page,
        }
    if tab == "tai-khoan":
        return {"table": shown(tables.coverage_table(snapshot), "Tình hình tài khoản")}
    if tab == "loi-van":
        return {"paper": _paper(found, snapshot)}
    if tab == "sua":
        return {}
    counts = snapshot.orders
    return {
        "parts": [
            {"kind": "done", "label": "Hoàn thành đúng hạn", "value": counts.done_on_time},
            {"kind": "late", "label": "Hoàn thành quá hạn", "value": counts.done_late},
            {"kind": "intime", "label": "Đang thực hiện, trong hạn", "value": counts.open_in_time},
            {"kind": "overdue", "label": "Đang thực hiện, quá hạn", "value": counts.open_overdue},
        ],
        "total": counts.total,
        "table": shown(tables.unit_table(snapshot), "Kết quả theo đơn vị chủ trì"),
    }


def _paper(found: Report, snapshot: Snapshot) -> dict[str, Any]:
    """The words as they will be printed."""
    return {
        "opening": outline.opening(snapshot, found.letterhead["sender"]),
        "closing": outline.closing(snapshot, found.letterhead["receiver"]) + "./.",
        "sections": [
            {
                "heading": f"{section.key.split('.')[-1]}. "
                + (section.heading.upper() if section.level == 1 else section.heading),
                "level": section.level,
                "lines": found.sections.get(section.key, "").splitlines(),
            }
            for section in outline.OUTLINE
        ],
    }


def _pairs(found: Report, snapshot: Snapshot) -> list[tuple[str, Any]]:
    period = snapshot.period
    plan = format_html('<a href="{}">{}</a>', reverse("plan", args=[found.plan_id]), found.plan.label)
    pairs = [
        ("Kế hoạch", plan),
        ("Kỳ báo cáo", f"{period.label[:1].upper()}{period.label[1:]}"),
        ("Số liệu", f"Từ {date_vi(period.start)} đến {date_vi(snapshot.as_of)}"),
        ("Mẫu trình bày", found.profile.get_reach_display()),
        ("Ký hiệu", found.letterhead["symbol"]),
        ("Người lập", f"{found.created_by.full_name}, {moment(found.created_at)}"),
        ("Mã số liệu đã chốt", found.snapshot.sha256[:12]),
    ]
    if found.submitted_at:
        pairs.append(("Trình ký lúc", moment(found.submitted_at)))
    if found.state == State.ISSUED:
        pairs += [
            ("Số, ký hiệu", found.number),
            ("Ngày ban hành", day(found.issued_on)),
            ("Người ký", found.signer),
            ("Mã bản đã ký", found.signed_sha256[:12]),
        ]
    return pairs


# --- Verbs ------------------------------------------------------------------------------------------


@require_POST
def report_verb(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """Does one verb; 403 without the right, 422 with the form when its content is wrong."""
    if verb not in _VERBS:
        raise Http404
    found = _visible(request.user, pk)
    if not actions.may(request.user, "issue" if verb == "issue" else "write", found.plan):
        raise PermissionDenied
    return _VERBS[verb](request, found)


def _plain(do: Callable[..., Report], done: str) -> Callable[[PersonRequest, Report], HttpResponse]:
    """A verb without a form: done, or the reason why not, above the page."""

    def view(request: PersonRequest, found: Report) -> HttpResponse:
        try:
            do(found, by=request.user)
        except RuleBroken as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, done)
        return redirect("report", pk=found.pk)

    return view


def _edit(request: PersonRequest, found: Report) -> HttpResponse:
    form = SectionsForm(request.POST, report=found)
    if form.is_valid():
        try:
            actions.edit_sections(
                found, by=request.user, sections=form.sections(), edition=form.cleaned_data["edition"]
            )
        except RuleBroken as error:
            _put_on(form, error, field_name)
        else:
            messages.success(request, "Đã lưu lời văn; tệp Word đang được dựng lại.")
            return redirect(f"{reverse('report', args=[found.pk])}?phan=loi-van")
    return _page(request, found, sections_form=form, status=422)


def _forecast(request: PersonRequest, found: Report) -> HttpResponse:
    try:
        actions.accept_forecast(found, by=request.user, sentence=request.POST.get("sentence", ""))
    except RuleBroken as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Đã đưa nhận định vào mục III.2.")
    return redirect(f"{reverse('report', args=[found.pk])}?phan=loi-van")


def _issue(request: PersonRequest, found: Report) -> HttpResponse:
    form = IssueForm(request.POST, request.FILES, report=found)
    if form.is_valid():
        try:
            actions.issue(found, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            _put_on(form, error)
        else:
            messages.success(request, "Đã ghi nhận báo cáo được ban hành; bản đã ký là bản chính thức.")
            return redirect("report", pk=found.pk)
    return _page(request, found, issue_form=form, status=422)


_VERBS: dict[str, Callable[[PersonRequest, Report], HttpResponse]] = {
    "edit": _edit,
    "forecast": _forecast,
    "issue": _issue,
    "redraft": _plain(actions.redraft, "Đã chốt lại số liệu; mục nào đồng chí đã sửa được giữ nguyên."),
    "rebuild": _plain(actions.rebuild, "Tệp Word đang được dựng lại."),
    "submit": _plain(actions.submit_for_signature, "Đã chuyển báo cáo sang trình ký."),
    "withdraw": _plain(actions.withdraw, "Đã rút báo cáo về dự thảo."),
}


# --- Files ----------------------------------------------------------------------------------------


@require_safe
def report_draft(request: PersonRequest, pk: int) -> Any:
    """The Word file of the present edition; back to the page while it is being built."""
    found = _visible(request.user, pk)
    if not found.draft_is_ready:
        messages.info(request, "Tệp Word đang được dựng, hãy tải lại trang sau ít giây.")
        return redirect("report", pk=found.pk)
    reach = AgencyProfile.Reach(found.letterhead["reach"]).slug
    name = f"Bao-cao-{found.plan.code}-{found.period_key}-{reach}.docx"
    return FileResponse(found.draft_file.open("rb"), as_attachment=True, filename=name)


@require_safe
def report_signed(request: PersonRequest, pk: int) -> Any:
    """The official copy."""
    found = _visible(request.user, pk)
    if not found.signed_file:
        raise Http404
    return FileResponse(found.signed_file.open("rb"), as_attachment=True, filename=found.signed_name)


# --- How papers look ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def report_profile(request: PersonRequest, pk: int) -> HttpResponse:
    """The profile of papers of a unit, for the owners of the plans it reports on. Drafts keep the copy
    they have.
    """
    profile = get_object_or_404(AgencyProfile.objects.select_related("unit"), pk=pk)
    plans = Plan.objects.written_by(request.user).filter(
        tracking_unit__tree_start__range=(profile.unit.tree_start, profile.unit.tree_end)
    )
    if not plans.exists():
        raise Http404
    form = ProfileForm(request.POST or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Đã lưu mẫu trình bày. Dự thảo đã lập dùng mẫu mới khi chốt lại số liệu.")
        return redirect("reports")
    context = {"form": form, "profile": profile}
    return render(
        request, "reports/report_profile.html", context, status=422 if request.method == "POST" else 200
    )
