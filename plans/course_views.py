"""Pages of one target: where it should be today, its pictures, what its units expect, the colour rules."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.templatetags.ui import day
from plans import course_page
from plans.actions import RuleBroken, may_write
from plans.colours import DEFAULT_RULES, Colour, Confidence, Rule, for_indicator
from plans.course_actions import (
    colours_grant,
    count_tasks,
    give_outlook,
    let_documents_say,
    set_colour_rules,
    stop_saying,
)
from plans.course_forms import (
    ColourRulesForm,
    HardToReachForm,
    OutlookForm,
    TaskCountForm,
    choices_of,
    line_key,
)
from plans.courses import Course, colour_rules, courses, every, hard_to_reach
from plans.models import Indicator, Measurement, Outlook, Plan, Target, TargetIndicator, TaskCount
from plans.summaries import Matrix, bound_units, group_units, target_matrix
from plans.tables import period_words
from units.models import CalendarDay, Unit, User
from units.permissions import OVERSEERS, READERS, Role, capacity, covers
from units.requests import PersonRequest

NO_CAUSE = "đơn vị chưa báo cáo nguyên nhân"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A target as one person may see it today."""

    target: Target
    user: User
    matrix: Matrix
    courses: tuple[Course, ...]
    units: dict[int, Unit] = field(default_factory=dict)

    @property
    def is_owner(self) -> bool:
        return covers(self.user.ranges(Role.PLAN_OWNER), self.target.plan.tracking_unit)

    def is_frank(self, unit: Unit | None) -> bool:
        """Whether this person reads "không còn khả năng đạt": the owner and the unit (office rule 31)."""
        return self.is_owner or covers(self.user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK), unit)

    def reads(self, unit: Unit) -> bool:
        """Whether this person sees the line of this unit."""
        return sees_whole(self.user, self.target.plan) or covers(self.user.ranges(*READERS), unit)

    def _may_speak_for(self, unit: Unit) -> bool:
        """As `give_outlook` asks, of a target already read: a group has many units."""
        tracking = self.target.plan.tracking_unit
        return capacity(self.user, "figure.outlook", answering=unit, tracking=tracking) is not None

    def speakable(self) -> list[tuple[Course, Unit, str]]:
        """Lines this person may give the unit's expectation for."""
        found = []
        for course in self.courses:
            for unit in self.units.values():
                if self._may_speak_for(unit):
                    own = next((each for each in course.members if each.line.unit == unit), course)
                    found.append((own, unit, f"{course.line.indicator.name}, {unit.label}"))
        return found

    def hard(self) -> list[tuple[Course, Unit | None, str]]:
        """Lines documents may come to call hard to reach."""
        return [
            (each, each.line.unit, f"{each.line.indicator.name}, {each.line.scope}: cần {needs}")
            if (needs := course_page.needs_of(each))
            else (each, each.line.unit, f"{each.line.indicator.name}, {each.line.scope}")
            for each in every(self.courses)
            if each.is_hard_to_reach and not each.members
        ]


def sees_whole(user: User, plan: Plan) -> bool:
    """Whether the lines of all units are for this person; a unit sees its own only (office rule 30)."""
    return covers(user.ranges(*OVERSEERS), plan.tracking_unit)


def _see(user: User, pk: int) -> _Seen:
    """404 where the target is not for this person; a unit sees its own lines only (office rule 30)."""
    related = ("plan__document", "plan__tracking_unit", "plan__issuer", "unit", "group", "clause")
    target = get_object_or_404(Target.objects.visible_to(user).select_related(*related), pk=pk)
    plan, on = target.plan, today()
    whole = sees_whole(user, plan)
    matrix = target_matrix(plan, on, only=None if whole else user.ranges(*READERS), target=target)
    if not matrix.rows:
        raise Http404
    found = courses(matrix, plan, on, CalendarDay.objects.as_calendar())
    units = bound_units(target, group_units([target], on), plan)
    return _Seen(target, user, matrix, found[target.pk], {unit.pk: unit for unit in units})


@require_safe
def target(request: PersonRequest, target: int) -> HttpResponse:
    return _page(request, _see(request.user, target))


def _page(
    request: PersonRequest,
    seen: _Seen,
    *,
    outlook: OutlookForm | None = None,
    hard: HardToReachForm | None = None,
    count: TaskCountForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found, user = seen.target, request.user
    said = _said(seen)
    outlooks = _outlooks(seen)
    causes = _causes(seen)
    lines = []
    for number, course in enumerate(seen.courses):
        frank = seen.is_frank(course.line.unit)
        indicator = course.line.indicator
        lines.append(
            {
                "indicator": indicator,
                "scope": course.line.scope,
                "badge": course_page.colour_badge(course),
                "facts": course_page.line_facts(course, frank=frank),
                "drawing": course_page.drawing(course, f"hinh-{number}"),
                "multiples": course_page.multiples(course, f"hinh-{number}", frank=seen.is_owner)
                if course.members
                else [],
                "heat": course_page.heat_map(course, seen.matrix),
                "outlooks": outlooks.get(indicator.pk, []),
                "causes": causes.get(indicator.pk, []),
                "no_cause": NO_CAUSE if any(map(_is_off, every([course]))) else "",
                "said": said.get(indicator.pk, []),
                "tree": _tree(seen, indicator),
                "rules_url": reverse("colour_rules", args=[found.pk, indicator.pk])
                if colours_grant(user, found.plan)
                else "",
                "figure_url": reverse("figure", args=[indicator.pk, course.line.unit.pk])
                if course.line.unit and not indicator.is_computed
                else "",
                "count": _count_words(indicator),
            }
        )
    may_say = capacity(user, "figure.hard_to_reach", tracking=found.plan.tracking_unit) is not None
    context = {
        "target": found,
        "plan": found.plan,
        "lines": lines,
        "on": today(),
        "outlook_form": outlook or _outlook_form(seen),
        "hard_form": (hard or _hard_form(seen)) if may_say else None,
        "may_say": may_say,
        "count_form": count or _count_form(seen),
    }
    return render(request, "plans/target.html", context, status=status)


def _is_off(course: Course) -> bool:
    return not course.members and course.colour is not None and course.colour.is_off_track


def _outlooks(seen: _Seen) -> dict[int, list[dict[str, Any]]]:
    """Indicator → the newest word of each unit, in the order of the organisation."""
    rows = (
        Outlook.objects.visible_to(seen.user)
        .current()
        .filter(target_indicator__target=seen.target)
        .select_related("unit", "by", "target_indicator")
        .order_by("unit__tree_start")
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if not seen.reads(row.unit):
            continue
        found.setdefault(row.target_indicator.indicator_id, []).append(
            {
                "unit": row.unit.label,
                "confidence": Confidence(row.confidence).label,
                "reason": row.reason,
                "who": row.by.full_name,
                "for_unit": row.recorded_for_unit,
                "when": row.entered_at,
                "colour": Colour(row.colour).label.lower() if row.colour else "",
            }
        )
    return found


def _causes(seen: _Seen) -> dict[int, list[dict[str, str]]]:
    """Indicator → cause and remedy beside the newest accepted figure of each unit, in the unit's own words."""
    rows = (
        Measurement.objects.visible_to(seen.user)
        .accepted()
        .filter(indicator__targets=seen.target, unit__in=seen.units, as_of__lte=today())
        .select_related("unit")
        .order_by("unit__tree_start", "-as_of", "-period_end", "-revision")
    )
    found: dict[int, list[dict[str, str]]] = {}
    done = set()
    for row in rows:
        if (row.indicator_id, row.unit_id) in done:
            continue
        done.add((row.indicator_id, row.unit_id))
        cause = row.cause or row.note
        if cause or row.remedy:
            found.setdefault(row.indicator_id, []).append(
                {
                    "unit": row.unit.label,
                    "period": period_words(row),
                    "cause": cause,
                    "remedy": row.remedy,
                }
            )
    return found


def _said(seen: _Seen) -> dict[int, list[dict[str, Any]]]:
    """Indicator → what the office lets documents say now."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in hard_to_reach(target_indicator__target=seen.target):
        if row.unit is not None and not seen.reads(row.unit):
            continue
        found.setdefault(row.target_indicator.indicator_id, []).append(
            {
                "pk": row.pk,
                "whom": row.unit.label if row.unit else "",
                "words": f"khó đạt nếu giữ tiến độ hiện nay; cần {row.needs}",
                "milestone": day(row.milestone_on),
                "who": row.by.full_name,
                "when": row.entered_at,
            }
        )
    return found


def _tree(seen: _Seen, indicator: Indicator) -> dict[str, Any] | None:
    """Totals by the tree of units where the plan names nobody, for whoever reads all units of the plan."""
    if not sees_whole(seen.user, seen.target.plan):
        return None
    if seen.target.scope != Target.Scope.UNSTATED:
        return None
    return course_page.tree_of(indicator, seen.target.plan.issuer)


def _count_words(indicator: Indicator) -> str:
    if indicator.source != Indicator.Source.TASKS:
        return ""
    row = TaskCount.objects.filter(indicator=indicator).select_related("plan__document", "clause").first()
    if row is None:
        return "Hoàn thành / tổng số nhiệm vụ có thời hạn, mọi nhiệm vụ của đơn vị"
    whose = f"mục {row.clause.label}" if row.clause else ""
    whose = ", ".join(filter(None, (whose, row.plan.label if row.plan else "mọi nhiệm vụ của đơn vị")))
    return f"{row.get_measure_display()}; {whose}"


# --- the unit's expectation -----------------------------------------------------------------------


def _outlook_form(seen: _Seen, data: Any = None) -> OutlookForm | None:
    found = seen.speakable()
    if not found:
        return None
    own = seen.user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)
    for_unit = not any(covers(own, unit) for _, unit, _ in found)
    return OutlookForm(data, lines=choices_of(found), for_unit=for_unit)


@require_POST
def target_outlook(request: PersonRequest, target: int) -> HttpResponse:
    seen = _see(request.user, target)
    form = _outlook_form(seen, request.POST)
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return _page(request, seen, outlook=form, status=422)
    chosen = {line_key(course, unit): (course, unit) for course, unit, _ in seen.speakable()}
    course, unit = chosen[form.cleaned_data["line"]]
    try:
        give_outlook(
            TargetIndicator.objects.select_related("target__plan", "indicator").get(
                target=seen.target, indicator=course.line.indicator
            ),
            unit,
            by=request.user,
            confidence=Confidence(form.cleaned_data["confidence"]),
            course=course,
            reason=form.cleaned_data["reason"],
            source=form.cleaned_data.get("source", ""),
        )
    except RuleBroken as error:
        form.add_error(None, error)
        return _page(request, seen, outlook=form, status=422)
    messages.success(request, f"Đã ghi nhận định của {unit.label}.")
    return redirect("target", target=seen.target.pk)


# --- what documents may say -----------------------------------------------------------------------


def _hard_form(seen: _Seen, data: Any = None) -> HardToReachForm | None:
    found = seen.hard()
    return HardToReachForm(data, lines=choices_of(found)) if found else None


@require_POST
def target_hard(request: PersonRequest, target: int) -> HttpResponse:
    """Lets documents say that a line is hard to reach, or takes it back (`withdraw`)."""
    seen = _see(request.user, target)
    if capacity(request.user, "figure.hard_to_reach", tracking=seen.target.plan.tracking_unit) is None:
        raise PermissionDenied
    if "withdraw" in request.POST:
        return _withdraw(request, seen)
    form = _hard_form(seen, request.POST)
    if form is None:
        messages.warning(request, "Không có chỉ số nào đang chậm so với lộ trình của mốc sắp tới.")
        return redirect("target", target=seen.target.pk)
    if not form.is_valid():
        return _page(request, seen, hard=form, status=422)
    course = next(
        course for course, unit, _ in seen.hard() if line_key(course, unit) == form.cleaned_data["line"]
    )
    try:
        let_documents_say(course, form.cleaned_data["needs"] or course_page.needs_of(course), by=request.user)
    except RuleBroken as error:
        form.add_error(None, error)
        return _page(request, seen, hard=form, status=422)
    messages.success(request, "Báo cáo lập từ nay sẽ nêu nội dung này.")
    return redirect("target", target=seen.target.pk)


def _withdraw(request: PersonRequest, seen: _Seen) -> HttpResponse:
    asked = request.POST.get("withdraw", "")
    said = next(
        (row for row in hard_to_reach(target_indicator__target=seen.target) if str(row.pk) == asked), None
    )
    if said is None:
        messages.warning(request, "Nội dung này đã được rút lại trước đó.")
        return redirect("target", target=seen.target.pk)
    stop_saying(said, by=request.user)
    messages.success(request, "Báo cáo lập từ nay sẽ không nêu nội dung này.")
    return redirect("target", target=seen.target.pk)


# --- counted tasks --------------------------------------------------------------------------------


def _count_form(seen: _Seen, data: Any = None) -> TaskCountForm | None:
    if may_write(seen.user, seen.target.plan) is None or _uncounted(seen) is None:
        return None
    return TaskCountForm(data, plan=seen.target.plan)


def _uncounted(seen: _Seen) -> Indicator | None:
    """An indicator computed from tasks that nobody said yet which ones to count for."""
    for course in seen.courses:
        indicator = course.line.indicator
        if indicator.source == Indicator.Source.TASKS and not TaskCount.objects.filter(indicator=indicator):
            return indicator
    return None


@require_POST
def target_count(request: PersonRequest, target: int) -> HttpResponse:
    seen = _see(request.user, target)
    if may_write(request.user, seen.target.plan) is None:
        raise PermissionDenied
    indicator = _uncounted(seen)
    form = _count_form(seen, request.POST)
    if form is None or indicator is None:
        messages.warning(request, "Cách tính đã đặt trước đó.")
        return redirect("target", target=seen.target.pk)
    if not form.is_valid():
        return _page(request, seen, count=form, status=422)
    data = form.cleaned_data
    try:
        count_tasks(
            indicator,
            seen.target,
            by=request.user,
            measure=TaskCount.Measure(data["measure"]),
            plan=data["plan"],
            clause=data["clause"],
        )
    except RuleBroken as error:
        form.add_error(None, error)
        return _page(request, seen, count=form, status=422)
    messages.success(request, "Đã đặt cách tính; số liệu được tính lại mỗi ngày.")
    return redirect("target", target=seen.target.pk)


# --- colour rules ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: PersonRequest, target: int, indicator: int) -> HttpResponse:
    """The office's rules for one indicator, with what they would show today before they are saved."""
    seen = _see(request.user, target)
    plan = seen.target.plan
    found = next((c.line.indicator for c in seen.courses if c.line.indicator.pk == indicator), None)
    if found is None:
        raise Http404
    if colours_grant(request.user, plan) is None:
        raise PermissionDenied
    now = colour_rules(plan.tracking_unit)(found)
    if request.method != "POST":
        return _rules_page(request, seen, found, ColourRulesForm(rules=now), now)
    everywhere = bool(request.POST.get("everywhere"))
    if "usual" in request.POST:
        set_colour_rules(plan, None if everywhere else found, (), by=request.user)
        messages.success(request, "Đã dùng lại quy tắc thông thường.")
        return redirect("target", target=seen.target.pk)
    form = ColourRulesForm(request.POST, rules=now)
    if not form.is_valid():
        return _rules_page(request, seen, found, form, now, status=422)
    wanted = form.cleaned_data["rules"]
    if "preview" in request.POST:
        return _rules_page(request, seen, found, form, now, wanted=wanted)
    set_colour_rules(plan, None if everywhere else found, wanted, by=request.user)
    messages.success(request, "Đã lưu quy tắc màu.")
    return redirect("target", target=seen.target.pk)


def _rules_page(
    request: PersonRequest,
    seen: _Seen,
    indicator: Indicator,
    form: ColourRulesForm,
    now: Any,
    *,
    wanted: tuple[Rule, ...] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "target": seen.target,
        "plan": seen.target.plan,
        "indicator": indicator,
        "form": form,
        "is_usual": tuple(now) == for_indicator(DEFAULT_RULES, is_ratio=indicator.is_ratio),
        "preview": _preview(seen, indicator, wanted) if wanted is not None else None,
    }
    return render(request, "plans/colour_rules.html", context, status=status)


def _preview(seen: _Seen, indicator: Indicator, wanted: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Every line of the plan with this indicator: its colour now, and by these rules."""
    plan, on = seen.target.plan, today()
    matrix = target_matrix(plan, on)
    calendar = CalendarDay.objects.as_calendar()
    before = courses(matrix, plan, on, calendar)
    after = courses(matrix, plan, on, calendar, rules_of=lambda _: wanted)
    rows = []
    for pk, old in before.items():
        for one, other in zip(every(old), every(after[pk]), strict=True):
            if one.line.indicator == indicator and not one.members:
                rows.append(
                    {
                        "line": one.line.scope,
                        "target": one.line.target.name,
                        "result": course_page.result_words(one.line),
                        "gap": course_page.gap_words(one),
                        "before": course_page.colour_badge(one),
                        "after": course_page.colour_badge(other),
                        "changed": one.colour != other.colour,
                    }
                )
    return rows
