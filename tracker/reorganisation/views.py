"""Pages of reorganisations: the history, the form, what it would move, and confirming it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.templatetags.ui import day, moment
from core.text import count_vi
from tasks.models import Task
from tasks.tables import TaskRow, task_rows, with_related
from tracker.reorganisation.carrying import record_or_carry_out, withdraw
from tracker.reorganisation.forms import ReorganisationForm, choices_in, kept_rows, units_kept_by
from tracker.reorganisation.moves import Moves, merged_parts, moves_of
from tracker.reorganisation.proposal import ChangedMeanwhile, Kind, Proposal, check
from units.actions import RuleBroken
from units.models import CalendarDay, Reorganisation, User
from units.requests import PersonRequest

MOVED_WORDS = {
    "tasks": "nhiệm vụ chủ trì",
    "merged": "phần việc nhập làm một",
    "orphaned": "nhiệm vụ cần giao lại",
    "parts": "phần việc phối hợp",
    "plans": "kế hoạch theo dõi",
    "tracked": "nhiệm vụ theo dõi",
    "targets": "chỉ tiêu",
    "children": "đơn vị trực thuộc",
    "memberships": "nhóm đơn vị",
    "grants": "vai trò của người dùng",
    "grants_ended": "vai trò kết thúc",
    "staff": "nhân sự",
}
KIND_HELP = {
    Kind.RENAME: "Vẫn là đơn vị cũ, chỉ có tên mới; văn bản, báo cáo cũ giữ tên của ngày lập.",
    Kind.MERGE: "Nhiều đơn vị thành một đơn vị mới, hoặc nhập vào một đơn vị đang có.",
    Kind.SPLIT: "Một đơn vị chấm dứt, việc của đơn vị chia cho các đơn vị kế thừa.",
    Kind.DISSOLVE: "Đơn vị chấm dứt; chưa có đơn vị tiếp nhận thì việc vào danh sách “Cần giao lại”.",
    Kind.TRANSFER: "Đơn vị vẫn hoạt động; một phần việc chuyển cho đơn vị khác.",
}


def _keeper(user: User) -> None:
    """403 for whoever keeps no organisation."""
    if not units_kept_by(user).exists():
        raise PermissionDenied


# --- The history --------------------------------------------------------------------------------------


@require_safe
def reorganisations(request: PersonRequest) -> HttpResponse:
    _keeper(request.user)
    found = (
        kept_rows(request.user)
        .prefetch_related("predecessors", "successors")
        .order_by("-effective_on", "-pk")
    )
    rows = [_row(each) for each in found]
    return render(request, "tracker/reorganisation/list.html", {"rows": rows, "kinds": _tabs("")})


def _row(row: Reorganisation) -> dict[str, Any]:
    badge = ("done", "Đã thực hiện")
    if row.withdrawn_at is not None:
        badge = ("stopped", "Đã rút lại")
    elif row.is_pending:
        late = row.effective_on < today()
        badge = (
            ("overdue", "Chưa thực hiện được")
            if late
            else ("waiting", f"Thực hiện ngày {day(row.effective_on)}")
        )
    moved = [(MOVED_WORDS[name], n) for name, n in row.moved.items() if n and name in MOVED_WORDS]
    return {
        "row": row,
        "badge": badge,
        "before": list(row.predecessors.all()),
        "after": list(row.successors.all()),
        "planned": [each["name"] for each in row.chosen.get("successors", []) if "name" in each],
        "moved": [(f"{label[:1].upper()}{label[1:]}", count_vi(n)) for label, n in moved],
        "words": ", ".join(f"{count_vi(n)} {label}" for label, n in moved),
    }


@require_safe
def reorganisation(request: PersonRequest, pk: int) -> HttpResponse:
    rows = (
        kept_rows(request.user).select_related("recorded_by").prefetch_related("predecessors", "successors")
    )
    row = get_object_or_404(rows, pk=pk)
    context = _row(row) | {
        "pairs": [
            ("Hình thức", row.get_kind_display()),
            ("Văn bản quyết định", row.decision),
            ("Có hiệu lực từ", day(row.effective_on)),
            ("Người ghi nhận", row.recorded_by),
            ("Thực hiện lúc", moment(row.carried_out_at) if row.carried_out_at else None),
            ("Tên mới", row.chosen.get("names", {}).get("name")),
            ("Ghi chú", row.note),
        ],
    }
    return render(request, "tracker/reorganisation/one.html", context)


@require_POST
def reorganisation_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(kept_rows(request.user), pk=pk)
    try:
        withdraw(row, by=request.user)
    except RuleBroken as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Đã rút lại; không có gì được chuyển.")
    return redirect("reorganisation", pk=row.pk)


# --- Form, preview, confirmation ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def reorganise(request: PersonRequest) -> HttpResponse:
    """First what it would move is shown; only the second step moves it, whole or not at all, as it was shown."""
    _keeper(request.user)
    data = request.POST if request.method == "POST" else request.GET
    kind = data.get("kind", "")
    if kind not in Kind.values:
        kind = Kind.MERGE
    if request.method != "POST":
        return _form_page(request, ReorganisationForm(kind=kind, user=request.user))
    form = ReorganisationForm(request.POST, kind=kind, user=request.user)
    if "back" in request.POST:
        form.is_valid()
        form.errors.clear()
        return _form_page(request, form)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    proposal = form.proposal(choices_in(request.POST))
    try:
        if "seen" not in request.POST:
            check(proposal, request.user)
            return _preview_page(request, form, proposal)
        row = record_or_carry_out(proposal, by=request.user, seen=request.POST["seen"])
    except ChangedMeanwhile as changed:
        messages.warning(request, " ".join(changed.messages))
        return _preview_page(request, form, proposal, status=409)
    except RuleBroken as refused:
        form.put_on(refused)
        return _form_page(request, form, status=422)
    words = "Đã ghi nhận, sẽ thực hiện vào ngày có hiệu lực." if row.is_pending else "Đã tổ chức lại đơn vị."
    messages.success(request, words)
    return redirect("reorganisation", pk=row.pk)


def _tabs(kind: str) -> list[dict[str, Any]]:
    return [{"key": each.value, "label": each.label, "current": each == kind} for each in Kind]


def _form_page(request: PersonRequest, form: ReorganisationForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "kind": form.kind,
        "kinds": _tabs(form.kind),
        "help": KIND_HELP[Kind(form.kind)],
    }
    return render(request, "tracker/reorganisation/form.html", context, status=status)


def _preview_page(
    request: PersonRequest, form: ReorganisationForm, proposal: Proposal, status: int = 200
) -> HttpResponse:
    found = moves_of(proposal)
    chooses = proposal.kind in (Kind.SPLIT, Kind.TRANSFER)
    seen = _visible(
        request.user, [*(task.pk for task in found.tasks), *(part.task_id for part in found.parts)]
    )
    shown = [task for task in found.tasks if task.pk in seen]
    context = {
        "form": form,
        "proposal": proposal,
        "kind_label": Kind(proposal.kind).label,
        "after": [each.name for each in proposal.successors],
        "ahead": proposal.is_ahead,
        "renames": proposal.kind == Kind.RENAME,
        "splits": proposal.kind == Kind.SPLIT,
        "ends": proposal.ends_units,
        "chooses": chooses,
        "several": len(proposal.predecessors) > 1,
        "hidden": [*form.hidden_pairs(), ("kind", proposal.kind)],
        "fingerprint": found.fingerprint(proposal),
        "conflicts": found.conflicts,
        "counts": _counts(proposal, found),
        "tasks": _task_lines(proposal, found, shown, seen, chooses),
        "hidden_tasks": len(found.tasks) - len(shown),
        "parts": [
            {"row": seen[part.task_id], "unit": part.unit.label}
            for part in found.parts
            if part.task_id in seen
        ],
        "plans": found.tracked_plans,
        "targets": [
            {
                "target": each,
                "key": str(each.pk),
                "options": _options(proposal, "targets", each.pk) if chooses else None,
            }
            for each in found.targets
        ],
        "grants": [
            {
                "grant": each,
                "key": str(each.pk),
                "options": _options(proposal, "grants", each.pk, "Kết thúc vai trò"),
            }
            for each in found.grants
        ],
        "children": [
            {
                "unit": each,
                "key": str(each.pk),
                "options": _options(proposal, "children", each.pk) if chooses else None,
            }
            for each in found.children
        ],
        "groups": found.memberships,
        "first": proposal.successors[0].label if proposal.successors else "",
    }
    return render(request, "tracker/reorganisation/preview.html", context, status=status)


def _visible(user: User, pks: Iterable[int]) -> dict[int, TaskRow]:
    """Rows of those tasks this person sees; work that another office follows is only counted."""
    rows = with_related(Task.objects.visible_to(user).filter(pk__in=set(pks)))
    return {row.pk: row for row in task_rows(rows, today(), CalendarDay.objects.as_calendar())}


def _task_lines(
    proposal: Proposal, found: Moves, shown: list[Task], rows: dict[int, TaskRow], chooses: bool
) -> list[dict[str, Any]]:
    ending = {task.pk: kept for kept, parts in merged_parts(proposal, found) for task in parts}
    return [
        {
            "pk": task.pk,
            "key": str(task.pk),
            "row": rows[task.pk],
            "options": _options(proposal, "tasks", task.pk) if chooses else None,
            "along": task.pk in proposal.choices.along,
            "merges": ending[task.pk].lead_label if task.pk in ending else "",
        }
        for task in shown
    ]


def _options(proposal: Proposal, what: str, pk: int, nobody: str = "") -> list[dict[str, Any]]:
    """Who may take an item, the present choice marked; `nobody` words the empty choice."""
    taken = proposal.taker(what, pk)
    options = [
        {"value": place, "label": unit.label, "selected": place == taken}
        for place, unit in enumerate(proposal.successors)
    ]
    if proposal.kind == Kind.TRANSFER:
        nobody = "Ở lại đơn vị cũ"
    if nobody:
        options.append({"value": "", "label": nobody, "selected": taken is None})
    return options


def _counts(proposal: Proposal, found: Moves) -> list[tuple[str, int, str]]:
    """(what, how many, what becomes of it); nothing is left out that is not nought."""
    to = proposal.successors[0].label if proposal.successors else ""
    goes = f"chuyển về {to}" if to else "chưa có đơn vị nhận"
    if proposal.kind == Kind.SPLIT:
        goes = "chia theo lựa chọn ở dưới"
    if proposal.kind == Kind.TRANSFER:
        goes = f"chuyển về {to} những việc được chọn ở dưới"
    first = f"chuyển về {to}" if to else "giữ nguyên"
    rows = [
        ("Nhiệm vụ chủ trì chưa hoàn thành", len(found.tasks), goes),
        ("Trong đó có nhịp định kỳ", found.duties, "các kỳ sau theo nhiệm vụ gốc"),
        ("Phần việc phối hợp", len(found.parts), first),
        ("Kế hoạch đơn vị theo dõi", len(found.tracked_plans), first),
        ("Nhiệm vụ đơn vị theo dõi", len(found.tracked), first),
        ("Chỉ tiêu", len(found.targets), goes),
        ("Số liệu đợt báo cáo chưa khóa, chưa báo cáo", len(found.figures), "theo chỉ tiêu" if to else first),
        (
            "Vai trò của người dùng",
            len(found.grants),
            "kết thúc ngày trước ngày có hiệu lực, nối tiếp như ở dưới",
        ),
        ("Nhân sự trong danh sách", len(found.staff), first),
        (
            "Nhóm đơn vị",
            len(found.memberships),
            "thành viên cũ ra, đơn vị kế thừa vào" if to else "thành viên cũ ra",
        ),
        ("Đơn vị trực thuộc", len(found.children), goes if to else "lên đơn vị cấp trên"),
        (
            "Yêu cầu giải trình chưa kết luận",
            found.explanations,
            f"{to} trả lời" if to else "văn phòng theo dõi",
        ),
        ("Vướng mắc chờ đơn vị trả lời", found.obstacles, f"{to} trả lời" if to else "văn phòng trả lời"),
    ]
    return [row for row in rows if row[1]]
