"""Pages of plans: the list, and one plan with its outline, tasks, targets and units."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from core.clock import today
from core.fields import LineFormField
from core.forms import StyledForm
from core.sheets.resources import export_response
from core.templatetags.ui import day
from core.text import count_vi, distance_vi
from core.workdays import WorkCalendar
from plans.actions import may_write
from plans.attainment import Attainment
from plans.course_page import brief
from plans.courses import Course, courses, every
from plans.models import Clause, Plan
from plans.querysets import PlanQuerySet
from plans.resources import PlanResource
from plans.source_words import exchange_row
from plans.sources import alarms
from plans.summaries import Cell, Line, Matrix, needed_words, target_matrix, value_words
from plans.tables import ATTAINED_KINDS, amount_words
from tasks.models import Event, Task
from tasks.querysets import TaskQuerySet
from tasks.summaries import Partition, by_plan, plan_totals, sum_of, total_of
from tasks.tables import TaskRow, beside_links, list_url, partition_bar, task_rows, with_related
from tracker.reorganisation.counting import MOVES, rows_by_first_unit, rows_by_present_unit
from units.models import CalendarDay, Unit, User
from units.permissions import READERS, Role, covers, within
from units.requests import PersonRequest

PAGE = 50
# The outline shows this many tasks; longer plans are read in the task list.
MOST_TASKS = 500

_STATE_KINDS = {Plan.State.DRAFT: "draft", Plan.State.ACTIVE: "active", Plan.State.CLOSED: "none"}
VIEWS = {"nhiem-vu": "Nhiệm vụ", "chi-tieu": "Chỉ tiêu", "don-vi": "Đơn vị"}

# Whoever reads every unit of a plan: the office that tracks it, and those above that office.
_WHOLE = (Role.PLAN_OWNER, Role.LEADER, Role.AUDITOR)


def reads_whole(user: User, plan: Plan) -> bool:
    """Whether the whole table of the plan is for this person; a unit sees itself (office rule 30)."""
    return covers(user.ranges(*_WHOLE), plan.tracking_unit)


def _led_by(user: User) -> TaskQuerySet:
    return Task.objects.leaves().without_occurrences().filter(within("lead_unit", user.ranges(*READERS)))


def _counted_as(whole: bool) -> dict[str, object]:
    """The filter of the task list that shows what a plan's total counts: its orders, or one's own units' tasks."""
    return {"count": "orders"} if whole else {"role": "lead", "count": "units"}


# --- The list -------------------------------------------------------------------------------------


class PlanFilterForm(StyledForm, forms.Form):
    """The filter of the plan list; the download applies the same one. A wrong value filters nothing."""

    q = LineFormField(label="Tìm theo tên, số ký hiệu", max_length=200, required=False)
    state = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Tất cả"), *Plan.State.choices]
    )

    def apply(self, user: User) -> PlanQuerySet:
        """Plans `user` sees that fit, in the order of the list."""
        self.is_valid()
        found = Plan.objects.visible_to(user).select_related("document", "tracking_unit")
        if words := self.cleaned_data.get("q"):
            found = found.filter(
                Q(title__icontains=words) | Q(document__number__icontains=words) | Q(code__iexact=words)
            )
        if state := self.cleaned_data.get("state"):
            found = found.filter(state=state)
        return found.order_by("-starts_on", "-pk")


@require_safe
def plans(request: PersonRequest) -> HttpResponse:
    """Plans this person sees, each with its counts: of the whole plan, or of the own unit."""
    form = PlanFilterForm(request.GET)
    page = Paginator(form.apply(request.user), PAGE).get_page(request.GET.get("page"))
    on, calendar = today(), CalendarDay.objects.as_calendar()
    shown = list(page.object_list)
    whole = [plan.pk for plan in shown if reads_whole(request.user, plan)]
    totals = plan_totals(Task.objects.filter(plan__in=whole), on, calendar)
    own = by_plan(_led_by(request.user).filter(plan__in=[plan.pk for plan in shown]), on, calendar)
    rows = [
        _plan_row(plan, (totals if plan.pk in whole else own).get(plan.pk, Partition()), plan.pk in whole)
        for plan in shown
    ]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "narrowed": any(form.cleaned_data.values()),
        "is_owner": request.user.has_role(Role.PLAN_OWNER),
    }
    return render(request, "tracker/plans.html", context)


@require_safe
def plans_export(request: PersonRequest) -> HttpResponse:
    """The plan list with its filter as Excel, or as CSV with `?dang=csv`."""
    rows = PlanFilterForm(request.GET).apply(request.user).select_related("issuer", "leader_in_charge")
    return export_response(request, PlanResource(), rows, title="Kế hoạch", name="Ke-hoach")


def _plan_row(plan: Plan, found: Partition, whole: bool) -> dict[str, Any]:
    query: dict[str, object] = {"plan": plan.pk} | _counted_as(whole)
    return {
        "title": plan.title,
        "url": reverse("plan", args=[plan.pk]),
        "label": plan.document.citation,
        "state": {"kind": _STATE_KINDS[Plan.State(plan.state)], "text": plan.get_state_display()},
        "tracking": plan.tracking_unit.label,
        "period": f"{day(plan.starts_on)} – {day(plan.ends_on)}",
        "total": found.total,
        "done": found.done,
        "overdue": found.overdue_inside,
        "overdue_url": list_url(part="overdue", **query) if found.overdue_inside else "",
        "own": not whole,
    }


# --- One plan -------------------------------------------------------------------------------------


@require_safe
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    """The plan under three tabs; the printed sentence stands above all of them."""
    related = ("document", "issuer", "tracking_unit", "leader_in_charge")
    found = get_object_or_404(Plan.objects.visible_to(request.user).select_related(*related), pk=pk)
    view = request.GET.get("xem", "")
    view = view if view in VIEWS else next(iter(VIEWS))
    on, calendar = today(), CalendarDay.objects.as_calendar()
    whole = reads_whole(request.user, found)
    tasks = Task.objects.filter(plan=found)
    own = _led_by(request.user).filter(plan=found)
    counted = total_of(tasks.orders() if whole else own, on, calendar)
    query: dict[str, object] = {"plan": found.pk} | _counted_as(whole)
    context: dict[str, Any] = {
        "plan": found,
        "state": {"kind": _STATE_KINDS[Plan.State(found.state)], "text": found.get_state_display()},
        "writes": may_write(request.user, found) is not None,
        "whole": whole,
        "view": view,
        "tabs": [{"key": key, "label": label, "current": key == view} for key, label in VIEWS.items()],
        "sentence": counted.words() if counted.everything else "",
        "bar": partition_bar(counted, **query) if counted.total else [],
        "beside": beside_links(counted, **query),
        "facts": _facts(found),
    }
    if view == "nhiem-vu":
        visible = Task.objects.visible_to(request.user).filter(plan=found)
        shown = visible.orders() if whole else visible.leaves().without_occurrences()
        ordered = with_related(shown).order_by("order", "pk")[: MOST_TASKS + 1]
        listed = list(ordered)
        context["cut"] = len(listed) > MOST_TASKS
        context["clauses"] = _outline(
            found, listed[:MOST_TASKS], task_rows(listed[:MOST_TASKS], on, calendar, with_plan=False)
        )
        context["all_url"] = list_url(part="all", **query)
    elif view == "chi-tieu":
        matrix = target_matrix(found, on, only=None if whole else request.user.ranges(*READERS))
        found_courses = courses(matrix, found, on, calendar)
        context["matrix"] = _matrix(matrix, found_courses, _is_frank(request.user, found))
        _mark_alarms(context["matrix"]["rows"])
        context["tally"] = _tally(matrix)
    else:
        context |= _units(found, request.GET.get("theo", ""), tasks if whole else own, on, calendar, whole)
        context["counted"] = counted
    return render(request, "tracker/plan.html", context)


def _document_link(found: Plan) -> str:
    return format_html(
        '<a href="{}">{}</a>', reverse("document", args=[found.document_id]), found.document.citation
    )


def _facts(found: Plan) -> list[tuple[str, Any]]:
    return [
        ("Văn bản", _document_link(found)),
        ("Cơ quan ban hành", found.issuer.name),
        ("Đơn vị theo dõi, đôn đốc", found.tracking_unit.name),
        ("Lãnh đạo phụ trách", found.leader_in_charge),
        ("Thời gian thực hiện", f"{day(found.starts_on)} – {day(found.ends_on)}"),
        ("Thời hạn ghi “trước ngày …”", "tính cả ngày đó" if found.includes_day else "không tính ngày đó"),
        (
            "Hạn rơi vào ngày nghỉ",
            "chuyển sang ngày làm việc kế tiếp" if found.shifts_holidays else "giữ nguyên",
        ),
    ]


def _outline(found: Plan, tasks: Iterable[Task], rows: Iterable[TaskRow]) -> list[dict[str, Any]]:
    """Every line of the outline in printed order with its tasks; tasks without a line come last."""
    by_clause: dict[int | None, list[TaskRow]] = defaultdict(list)
    for task, row in zip(tasks, rows, strict=True):
        by_clause[task.clause_id].append(row)
    targets: dict[int | None, int] = defaultdict(int)
    for clause_id in found.targets.order_by().values_list("clause_id", flat=True):
        targets[clause_id] += 1
    lines = [
        {
            "label": clause.label,
            "text": clause.text,
            "level": min(clause.level, 4),
            "rows": by_clause.pop(clause.pk, []),
            "targets": targets[clause.pk],
        }
        for clause in Clause.objects.filter(plan=found).order_by("order")
    ]
    rest = [row for left in by_clause.values() for row in left]
    if rest:
        lines.append({"label": "", "text": "Nhiệm vụ không ghi mục", "level": 1, "rows": rest, "targets": 0})
    return lines


def _units(
    found: Plan, way: str, tasks: TaskQuerySet, on: date, calendar: WorkCalendar, whole: bool
) -> dict[str, Any]:
    """Rows by the unit of today or, where lead units have changed, by the unit first given each task."""
    merged, unlinked = 0, set[int]()
    tasks = tasks.without_occurrences()
    changed = Event.objects.filter(verb__in=MOVES, task__in=tasks.leaves()).exists()
    first = changed and way == "ban-dau"
    if first:
        rows, merged = rows_by_first_unit(tasks, on, calendar)
        unlinked = {row.unit_id for row in rows}
    else:
        rows, unlinked = rows_by_present_unit(tasks, on, calendar)
    ways = [("", "Đơn vị hiện nay", not first), ("ban-dau", "Đơn vị được giao ban đầu", first)]
    return {
        "units": _unit_rows(found, rows, whole, unlinked),
        "sum": sum_of(rows),
        "ways": [{"key": key, "label": label, "current": now} for key, label, now in ways] if changed else [],
        "merged": merged,
    }


def _unit_rows(found: Plan, rows: Iterable[Any], whole: bool, unlinked: set[int]) -> list[dict[str, Any]]:
    """`unlinked` rows hold tasks that the list shows under another unit: they lead to the unit's page."""
    shown = []
    for row in rows:
        parts = row.partition
        is_linked = row.unit_id not in unlinked
        query: dict[str, object] = {"plan": found.pk, "unit": row.unit_id, "count": "units"}
        late = "outside" if row.outside else "overdue"
        cells = [
            ("Tổng số", parts.total, ""),
            ("Hoàn thành đúng hạn", parts.done_on_time, "on_time"),
            ("Hoàn thành quá hạn", parts.done_late, "late"),
            ("Đang thực hiện, trong hạn", parts.open_in_time, "in_time"),
            ("Đang thực hiện, quá hạn", parts.open_overdue, late),
            ("Thường xuyên, chưa có thời hạn, đề nghị", parts.without_deadline, ""),
        ]
        shown.append(
            {
                "label": row.name,
                "url": list_url(part="all", **query) if is_linked else reverse("unit", args=[row.unit_id]),
                "outside": row.outside,
                "cells": [
                    {
                        "label": label,
                        "value": value,
                        "url": list_url(part=part, **query) if part and value and is_linked else "",
                    }
                    for label, value, part in cells
                ],
            }
        )
    return shown


# --- Targets in words -----------------------------------------------------------------------------


def _tally(matrix: Matrix) -> str:
    """ "Đạt 03, chưa đạt 02 …" by indicator and scope, as the report counts; before its first milestone
    nothing has failed."""
    lines = [line for row in matrix.rows for line in row.lines if line.current is not None]
    found = Counter(
        line.current.attainment.label.lower() if line.current.due else "chưa đến mốc"
        for line in lines
        if line.current is not None
    )
    words = ", ".join(f"{label} {count_vi(n)}" for label, n in found.items())
    return f"{count_vi(len(lines))} chỉ tiêu, tính theo từng chỉ số và đối tượng: {words}" if lines else ""


def _is_frank(user: User, plan: Plan) -> Callable[[Unit | None], bool]:
    """Who reads "không còn khả năng đạt" of a line: the owner, and the unit itself (office rule 31)."""
    owner = covers(user.ranges(Role.PLAN_OWNER), plan.tracking_unit)
    own = user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)
    return lambda unit: owner or covers(own, unit)


def _matrix(
    matrix: Matrix, found: dict[int, tuple[Course, ...]], is_frank: Callable[[Unit | None], bool]
) -> dict[str, Any]:
    labels = [column.label for column in matrix.columns]
    rows: list[dict[str, Any]] = []
    for target_rows in matrix.rows:
        several = len(target_rows.lines) > 1
        for course in found[target_rows.target.pk]:
            rows.append(_line(course.line, labels, target_rows.target.name, several))
            rows += [_line(each.line, labels, each.line.scope, False, member=True) for each in course.members]
            for row, each in zip(rows[-1 - len(course.members) :], every([course]), strict=True):
                row["course"] = brief(each, frank=is_frank(each.line.unit))
    return {"columns": labels, "rows": rows}


def _line(
    line: Line, labels: list[str], title: str, several: bool, *, member: bool = False
) -> dict[str, Any]:
    """One row: what, for whom, the newest figure, each milestone; after the next one only the demand."""
    following = next((cell for cell in line.cells if cell is not None and not cell.due), None)
    sub = [] if member else [line.scope]
    if not member and (several or line.indicator.name != title):
        sub.append(line.indicator.name)
    if not member:
        sub += [f"Cách tính thay đổi từ {day(each)}" for each in line.redefined]
    return {
        "title": title,
        "pair": (line.indicator.pk, line.unit.pk) if line.unit is not None else None,
        "url": reverse("target", args=[line.target.pk]),
        "sub": " · ".join(sub),
        "member": member,
        "latest": _latest(line),
        "cells": [
            {"column": label} | (_cell(cell, line, cell is following) if cell else {"demand": ""})
            for label, cell in zip(labels, line.cells, strict=True)
        ],
    }


def _mark_alarms(rows: list[dict[str, Any]]) -> None:
    """Where another system says otherwise than a unit and nobody has ruled."""
    found = alarms(row["pair"] for row in rows if row["pair"])
    for row in rows:
        row["alarms"] = [exchange_row(each) for each in found.get(row["pair"], ())]


def _latest(line: Line) -> dict[str, str]:
    reading = line.latest
    if reading.figure is None:
        return {"value": "Không có số liệu", "sub": ""}
    value = value_words(line.actual, line.indicator) or Attainment.NONE_ARISEN.label
    sub = []
    if line.indicator.is_ratio and reading.figure.denominator:
        sub.append(f"{amount_words(reading.figure.numerator)}/{amount_words(reading.figure.denominator)}")
    sub.append(f"đến ngày {day(reading.as_of)}")
    if reading.known < reading.expected:
        sub.append(f"{count_vi(reading.known)}/{count_vi(reading.expected)} đơn vị có số liệu")
    return {"value": value, "sub": ", ".join(sub)}


def _cell(cell: Cell, line: Line, following: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"demand": cell.demand, "badge": None, "sub": ""}
    if not cell.due and not following:
        return shown
    if cell.members is not None:
        shown["sub"] = f"{count_vi(cell.reached or 0)}/{count_vi(cell.members)} đơn vị đạt"
    elif cell.due and cell.actual is not None and _says_its_day(cell, line):
        shown["sub"] = (
            f"{value_words(cell.actual, line.indicator)}, số liệu đến ngày {day(cell.reading.as_of)}"
        )
    if needed := needed_words(cell, line.indicator):
        shown["sub"] = "; ".join(filter(None, [needed, shown["sub"]]))
    shown["badge"] = _verdict(cell, line)
    return shown


def _says_its_day(cell: Cell, line: Line) -> bool:
    """A figure of another day than the milestone's stands in for it only with its day (office rule 14)."""
    judged_on = cell.milestone.nominal_end
    return cell.reading.as_of != line.latest.as_of or judged_on not in (None, cell.reading.as_of)


def _verdict(cell: Cell, line: Line) -> dict[str, str]:
    found = cell.attainment
    if cell.due or found in (Attainment.NO_DATA, Attainment.NO_BASE, Attainment.NONE_ARISEN):
        return {"kind": ATTAINED_KINDS[found], "text": found.label}
    if found == Attainment.REACHED:
        return {"kind": "intime", "text": "Hiện đã đạt mức"}
    if cell.gap is None or cell.members is not None or not cell.gap:
        return {"kind": "none", "text": "Chưa đến mốc"}
    short = cell.needed.comparator in ("ge", "gt", "eq", "up") or cell.gap < 0
    away = distance_vi(abs(cell.gap), line.indicator.measure_unit)
    return {"kind": "none", "text": f"{'Còn thiếu' if short else 'Còn vượt'} {away}"}
