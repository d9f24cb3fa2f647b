"""Pages of reporting rounds: the list, opening one, one with all its figures, the grid of one unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import periods
from core.clock import today
from core.periods import TO_DAY, Period
from core.templatetags.ui import day
from core.text import count_vi
from plans import actions, collection, pasting, round_changes, rounds
from plans.actions import RuleBroken, may_decide
from plans.collection import RoundRow
from plans.models import (
    FigureProof,
    Indicator,
    Measurement,
    Plan,
    ReportingRound,
    RoundItem,
    RoundMove,
    RoundState,
    SourceFigure,
)
from plans.owed import Owed, Standing, decision_of, figures_owed
from plans.proofs import attach_proof
from plans.round_forms import (
    TEXTS,
    RoundChoiceForm,
    RoundDecideForm,
    RoundGridForm,
    RoundLockForm,
    RoundMoveForm,
    RoundOpenForm,
    RoundWithdrawForm,
    figure_key,
    grid_initial,
    is_usual,
)
from plans.source_words import exchange_row
from plans.sources import contradicted
from plans.tables import STANDING_KINDS, figure_words, proof_words, window_words
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import OVERSEERS, Role, capacity, covers
from units.requests import PersonRequest

PAGE = 20
# Milestones this many days before and after today may be opened by hand.
MILESTONES_NEAR = 60

_STATE_KINDS = {
    RoundState.COMING: "none",
    RoundState.OPEN: "active",
    RoundState.GRACE: "soon",
    RoundState.OVER: "soon",
    RoundState.LOCKED: "paused",
    RoundState.WITHDRAWN: "paused",
}
# Parts of a round a link of its page leads to: the word in the address, its name, its kind of counter.
_PARTS: tuple[tuple[str, str, str], ...] = (
    ("chua-bao-cao", "Chưa báo cáo", "soon"),
    ("yeu-cau-bo-sung", "Yêu cầu bổ sung", "returned"),
    ("cho-xac-nhan", "Chờ xác nhận", "waiting"),
    ("da-xac-nhan", "Đã xác nhận", "done"),
    ("cham", "Chậm", "overdue"),
)
_PART_STANDINGS = {
    "chua-bao-cao": (Standing.MISSING, Standing.UNASKED),
    "yeu-cau-bo-sung": (Standing.RETURNED,),
    "cho-xac-nhan": (Standing.WAITING,),
    "da-xac-nhan": (Standing.ACCEPTED,),
}


def oversees(user: User, found: ReportingRound) -> bool:
    """Whether the whole table is for this person; a unit sees itself (office rule 30)."""
    return covers(user.ranges(*OVERSEERS), found.tracking_unit)


def collects(user: User, found: ReportingRound) -> RoleGrant | None:
    """The owner's grant under which this person runs the round."""
    return capacity(user, "figure.collect", tracking=found.tracking_unit)


def state_of(found: ReportingRound) -> RoundState:
    return found.state(today(), CalendarDay.objects.as_calendar(found.tracking_unit))


# --- The list ---------------------------------------------------------------------------------------


@require_safe
def reporting_rounds(request: PersonRequest) -> HttpResponse:
    """Rounds this person follows or is asked in, the newest period first, each with x/y of what they may see."""
    found = ReportingRound.objects.visible_to(request.user).select_related("tracking_unit", "plan__document")
    page: Page[Any] = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = round_list(request.user, list(page.object_list))
    context = {"page": page, "opens": bool(_offices(request.user))}
    return render(request, "plans/rounds.html", context)


def open_rounds(user: User) -> list[dict[str, Any]]:
    """Rounds that take figures today, for the page of figures and the first page."""
    found = ReportingRound.objects.visible_to(user).open_on(today())
    return round_list(
        user, list(found.select_related("tracking_unit", "plan__document").order_by("due_on", "pk"))
    )


def round_list(user: User, found: Sequence[ReportingRound]) -> list[dict[str, Any]]:
    """Rounds as ready strings. Six queries, however many."""
    calendars = CalendarDay.objects.by_unit()
    rows = collection.rows_of(found, calendars, RoundItem.objects.visible_to(user)) if found else []
    on = today()
    made = []
    for each in found:
        own = [row for row in rows if row.item.round_id == each.pk]
        state = each.state(on, calendars.of(each.tracking_unit))
        units = {row.item.unit_id: row.item.unit for row in own}
        only = next(iter(units)) if len(units) == 1 and not oversees(user, each) else None
        made.append(
            {
                "title": each.title,
                "url": reverse("round_unit", args=[each.pk, only])
                if only
                else reverse("round", args=[each.pk]),
                "plan": each.plan.label if each.plan else "Mọi kế hoạch",
                "tracking": each.tracking_unit.label,
                "span": f"{day(each.period_start)} – {day(each.period_end)}",
                "opens_on": each.opens_on,
                "due_on": each.due_on,
                "lock_day": each.lock_day,
                "state": {"kind": _STATE_KINDS[state], "text": state.label},
                "tally": collection.tally(own).words,
                "owing": bool(collection.owing_units(own)),
                "late": len(collection.late_units(own, on)),
            }
        )
    return made


# --- Opening by hand --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def round_open(request: PersonRequest) -> HttpResponse:
    """First which period and plan, then the days and the figures with those of other rounds left out; POST opens it."""
    offices = _offices(request.user)
    if not offices:
        raise PermissionDenied
    choice = _choice_form(request, offices)
    if not choice.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "plans/round_open.html", {"choice": choice}, status=status)
    office, period, plan = _chosen(choice, offices)
    if period.kind == TO_DAY and plan is not None:
        wanted = rounds.wanted_at_milestone(office, period.end, plan)
    else:
        wanted = rounds.wanted_in_window(office, period, plan)
    taken = rounds.asked_already(wanted, period)
    free = [each for each in wanted if (each.indicator.pk, each.unit.pk) not in taken]
    calendar = CalendarDay.objects.as_calendar(office)
    posted = request.POST if request.method == "POST" else None
    form = RoundOpenForm(posted, period=period, days=rounds.usual_days(period, calendar), figures=free)
    if posted is not None and form.is_valid():
        try:
            made = rounds.open_round(
                office,
                form.window(),
                [(each.indicator, each.unit) for each in form.chosen()],
                form.days(),
                by=request.user,
                plan=plan,
            )
        except RuleBroken as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"Đã mở đợt báo cáo {made.title[:1].lower()}{made.title[1:]}.")
            return redirect("round", pk=made.pk)
    context = {
        "choice": choice,
        "form": form,
        "period": period,
        "carried": [(name, choice.cleaned_data[name]) for name in ("office", "period", "plan")],
        "groups": _groups(form, free, period),
        "free": len(free),
        "taken": len(taken),
        "plan": plan,
    }
    return render(request, "plans/round_open.html", context, status=422 if form.errors else 200)


def _offices(user: User) -> list[Unit]:
    """Offices with running plans for which this person may open rounds."""
    tracked = Unit.objects.filter(tracked_plans__in=Plan.objects.written_by(user).filter(state="active"))
    return [unit for unit in tracked.distinct() if capacity(user, "figure.collect", tracking=unit)]


def _choice_form(request: PersonRequest, offices: Sequence[Unit]) -> RoundChoiceForm:
    on = today()
    plans = Plan.objects.filter(tracking_unit__in=offices, state=Plan.State.ACTIVE).select_related("document")
    near = timedelta(days=MILESTONES_NEAR)
    milestones = [
        (f"{TO_DAY}:{when.isoformat()}:{plan.pk}", f"Mốc đến ngày {day(when)}, {plan.code}")
        for office in offices
        for plan, when in rounds.coming_milestones(office, on - near, on + near)
    ]
    windows = [
        (f"{window.kind}:{window.key}", window_words(window)[:1].upper() + window_words(window)[1:])
        for kind in periods.KINDS
        for window in _windows(kind)
    ]
    data = request.POST if request.method == "POST" else request.GET
    return RoundChoiceForm(
        data if data else None,
        offices=[(str(unit.pk), unit.name) for unit in offices],
        periods=[*windows, *milestones],
        plans=[(str(plan.pk), f"{plan.label}: {plan.title}") for plan in plans],
        initial={"office": str(offices[0].pk), "period": f"month:{periods.containing('month', on).key}"},
    )


def _windows(kind: str) -> list[Period]:
    """The running window of a kind and the two before it."""
    try:
        found = [periods.containing(kind, today())]
    except ValueError:  # between 15/9 and 14/12 no nine months run
        found = [periods.parse(kind, str(today().year))]
    while len(found) < 3:
        found.append(found[-1].previous())
    return found


def _chosen(choice: RoundChoiceForm, offices: Sequence[Unit]) -> tuple[Unit, Period, Plan | None]:
    data = choice.cleaned_data
    office = next(unit for unit in offices if str(unit.pk) == data["office"])
    kind, key, *of_plan = data["period"].split(":")
    followed = Plan.objects.filter(tracking_unit=office, state=Plan.State.ACTIVE)
    if kind == TO_DAY:
        plan = get_object_or_404(followed, pk=of_plan[0])
        return office, rounds.window_of_milestone(periods.date.fromisoformat(key), plan), plan
    chosen = get_object_or_404(followed, pk=data["plan"]) if data["plan"] else None
    return office, periods.parse(kind, key), chosen


def _groups(form: RoundOpenForm, figures: Sequence[Owed], period: Period) -> list[dict[str, Any]]:
    """The figures to tick, those of one indicator together; indicators of another frequency stand unticked."""
    ticked = set(form["figures"].value() or ())
    groups: dict[int, dict[str, Any]] = {}
    for each in figures:
        group = groups.setdefault(
            each.indicator.pk,
            {"indicator": each.indicator, "usual": is_usual(each, period), "rows": []},
        )
        key = figure_key(each)
        group["rows"].append(
            {
                "key": key,
                "id": f"roundopen-figures-{key}",
                "label": each.unit.label,
                "ticked": key in ticked,
                "outside": each.unit.is_outside,
            }
        )
    return list(groups.values())


# --- One round --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bound:
    """A form of the page that came back with errors."""

    decide: RoundDecideForm | None = None
    lock: RoundLockForm | None = None
    move: RoundMoveForm | None = None
    withdraw: RoundWithdrawForm | None = None
    conflict: str = ""
    status: int = 200


def _round_or_404(request: PersonRequest, pk: int) -> ReportingRound:
    related = ("tracking_unit", "plan__document", "opened_by", "locked_by", "withdrawn_by")
    return get_object_or_404(ReportingRound.objects.visible_to(request.user).select_related(*related), pk=pk)


@require_safe
def reporting_round(request: PersonRequest, pk: int) -> HttpResponse:
    """Every figure it asks for with its state, by unit; a unit sees its own part."""
    return _page(request, _round_or_404(request, pk), _Bound())


def _page(request: PersonRequest, found: ReportingRound, bound: _Bound) -> HttpResponse:
    user, on = request.user, today()
    calendars = CalendarDay.objects.by_unit()
    rows = collection.round_rows(found, calendars, RoundItem.objects.visible_to(user))
    state = found.state(on, calendars.of(found.tracking_unit))
    whole, runs = oversees(user, found), collects(user, found) is not None
    changes = runs and state not in (RoundState.LOCKED, RoundState.WITHDRAWN)
    part = request.GET.get("xem", "")
    part = part if part in {key for key, _, _ in _PARTS} else ""
    waiting = _waiting(rows, user) if runs else {}
    address = f"{settings.SITE_URL}{reverse('round', args=[found.pk])}"
    late = collection.late_units(rows, on)
    against = _alarms(rows)
    groups = _unit_groups([row for row in rows if _in_part(row, part)], found, waiting, user, against)
    decidable = [row for group in groups for row in group["rows"] if row["key"]]
    # What two sources say differently is never taken among many: somebody looks at it first.
    shown = [row["key"] for row in decidable if not row["alarms"]]
    context = {
        "found": found,
        "state": {"kind": _STATE_KINDS[state], "text": state.label},
        "facts": _facts(found, state),
        "tally": collection.tally(rows).words,
        "counters": _counters(rows, part),
        "groups": groups,
        "shown": ",".join(shown),
        "shown_count": count_vi(len(shown)),
        "kept_back": count_vi(len(decidable) - len(shown)) if len(decidable) > len(shown) else "",
        "part": part,
        "whole": whole,
        "runs": runs,
        "late": [
            {
                "unit": unit,
                "count": count_vi(len(of_unit)),
                "missing": count_vi(sum(row.figure is None for row in of_unit)),
            }
            for unit, of_unit in late
        ]
        if whole
        else [],
        "decide": bound.decide or (RoundDecideForm(waiting=waiting) if decidable else None),
        "chosen": set((bound.decide["figures"].value() if bound.decide else None) or ()),
        "lock": bound.lock or (RoundLockForm() if runs and _may_lock(found) else None),
        "move": bound.move or (RoundMoveForm(initial=_days(found)) if changes else None),
        "withdraw": bound.withdraw or (RoundWithdrawForm() if changes else None),
        "message": collection.message_text(found, rows, state, address) if changes else "",
        "conflict": bound.conflict,
    }
    return render(request, "plans/round.html", context, status=bound.status)


def _days(found: ReportingRound) -> dict[str, date]:
    return {"due_on": found.due_on, "locks_on": found.locks_on}


def _may_lock(found: ReportingRound) -> bool:
    return found.withdrawn_at is None and not found.is_locked(today()) and today() > found.period_end


def _waiting(rows: Sequence[RoundRow], user: User) -> dict[str, Measurement]:
    """Figures of the round this person may decide, by the key the form sends."""
    return {
        str(row.figure.pk): row.figure
        for row in rows
        if row.standing == Standing.WAITING and row.figure is not None and may_decide(row.figure, user)
    }


def _alarms(rows: Sequence[RoundRow]) -> dict[int, list[SourceFigure]]:
    """Figure → what other systems say against it. One query."""
    return contradicted(row.figure for row in rows if row.figure is not None)


def _facts(found: ReportingRound, state: RoundState) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("Loại đợt", found.get_kind_display()),
        ("Kế hoạch", found.plan.label if found.plan else "Mọi kế hoạch đang thực hiện"),
        ("Số liệu", f"từ ngày {day(found.period_start)} đến hết ngày {day(found.period_end)}"),
        ("Ngày mở", day(found.opens_on)),
        ("Hạn báo cáo", day(found.due_on)),
        ("Gia hạn", f"{count_vi(found.grace_days)} ngày làm việc theo lịch của từng đơn vị"),
        ("Khóa số liệu", _lock_words(found, state)),
        ("Người mở", "Hệ thống tự mở" if found.automatic else found.opened_by.full_name),
    ]
    for move in RoundMove.objects.filter(round=found).select_related("by"):
        days = f"hạn {day(move.due_before)} → {day(move.due_on)}"
        days += f"; khóa {day(move.locks_before)} → {day(move.locks_on)}"
        facts.append((f"Dời hạn ngày {day(move.entered_at)}", f"{days} ({move.by.full_name}: {move.reason})"))
    if found.withdrawn_by is not None:
        who = f"{found.withdrawn_by.full_name}: {found.withdrawal_reason}"
        facts.append(("Đã rút", f"ngày {day(found.withdrawn_at)} ({who})"))
    return facts


def _lock_words(found: ReportingRound, state: RoundState) -> str:
    if state == RoundState.WITHDRAWN:
        return "–"
    if state != RoundState.LOCKED:
        return f"từ ngày {day(found.locks_on)}"
    words = f"đã khóa ngày {day(found.lock_day)}"
    if found.lock_reason and found.locked_by is not None:
        words += f" ({found.locked_by.full_name}: {found.lock_reason})"
    return words


def _in_part(row: RoundRow, part: str) -> bool:
    if part == "cham":
        return row.is_late(today())
    return not part or row.standing in _PART_STANDINGS[part]


def _counters(rows: Sequence[RoundRow], active: str) -> list[dict[str, Any]]:
    found = []
    for key, label, kind in _PARTS:
        value = sum(_in_part(row, key) for row in rows)
        found.append(
            {
                "label": label,
                "value": value,
                "kind": kind if value else "",
                "url": f"?xem={key}#so-lieu",
                "active": active == key,
            }
        )
    return found


def _unit_groups(
    rows: Sequence[RoundRow],
    found: ReportingRound,
    waiting: dict[str, Measurement],
    user: User,
    against: dict[int, list[SourceFigure]],
) -> list[dict[str, Any]]:
    """Rows under their unit, in the order of the organisation (office rule 30)."""
    groups: list[dict[str, Any]] = []
    takes = found.opens_on <= today() and not found.is_locked(today())
    for row in rows:
        unit = row.item.unit
        if not groups or groups[-1]["unit"] != unit:
            grant = _entering(user, found, unit) if takes else None
            groups.append(
                {
                    "unit": unit,
                    "aside": _aside(row),
                    "url": reverse("round_unit", args=[found.pk, unit.pk]),
                    "act": "" if grant is None else "Nhập thay" if _for_unit(grant) else "Nhập số liệu",
                    "rows": [],
                }
            )
        alarmed = against.get(row.figure.pk, ()) if row.figure is not None else ()
        groups[-1]["rows"].append(
            row_words(row)
            | {"key": _key_of(row, waiting), "alarms": [exchange_row(each) for each in alarmed]}
        )
    return groups


def _aside(row: RoundRow) -> str:
    """Why a unit is asked and neither counted nor reminded; "" for all others."""
    if row.is_chased:
        return ""
    unit = row.item.unit
    return "cơ quan ngoài" if unit.is_outside else f"chấm dứt hoạt động từ ngày {day(unit.closed_on)}"


def _key_of(row: RoundRow, waiting: dict[str, Measurement]) -> str:
    key = str(row.figure.pk) if row.figure is not None else ""
    return key if key in waiting else ""


def _row_state(row: RoundRow) -> dict[str, str]:
    """Nothing is missing before the round opens."""
    if row.standing == Standing.MISSING and today() < row.item.round.opens_on:
        return {"kind": "none", "text": "Chưa đến ngày mở"}
    return {"kind": STANDING_KINDS[row.standing], "text": row.standing.label}


def row_words(row: RoundRow) -> dict[str, Any]:
    """One figure of a round as ready strings."""
    figure, indicator = row.figure, row.item.indicator
    decision = decision_of(figure) if figure is not None else None
    return {
        "indicator": indicator,
        "in_place_of": row.item.in_place_of,
        "url": reverse("figure", args=[indicator.pk, row.item.unit_id]),
        "value": figure_words(figure, indicator) if figure else "",
        "as_of": figure.as_of if figure else None,
        "source": figure.source if figure else "",
        "for_unit": bool(figure and figure.recorded_for_unit),
        "correction": figure.correction if figure else "",
        "said": [
            f"{label}: {getattr(figure, key)}"
            for key, label in TEXTS.items()
            if figure and getattr(figure, key)
        ],
        "state": _row_state(row),
        "reason": decision.reason if decision else "",
        "late": "Chậm" if row.is_late(today()) else "",
        "lacks_proof": row.lacks_proof,
        "proofs": [proof_words(proof) for proof in row.proofs],
        "reported_on": row.reported_on,
    }


# --- Deciding and locking ---------------------------------------------------------------------------


def _run_or_403(request: PersonRequest, pk: int) -> ReportingRound:
    found = _round_or_404(request, pk)
    if collects(request.user, found) is None:
        raise PermissionDenied
    return found


@require_POST
def round_decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Accepts or sends back all the chosen figures; none when one of them cannot be decided any more (409)."""
    found = _run_or_403(request, pk)
    rows = collection.round_rows(
        found, CalendarDay.objects.by_unit(), RoundItem.objects.visible_to(request.user)
    )
    form = RoundDecideForm(
        request.POST, waiting=_waiting(rows, request.user), alarmed=set(map(str, _alarms(rows)))
    )
    if not form.is_valid():
        return _page(request, found, _Bound(decide=form, status=422))
    back = form.cleaned_data["reason"] if form.cleaned_data["verb"] == "return" else ""
    try:
        made = rounds.decide_many(found, form.chosen(), by=request.user, reason=back)
    except RuleBroken as error:
        return _page(request, found, _Bound(conflict=" ".join(error.messages), status=409))
    done = "Đã yêu cầu bổ sung" if back else "Đã xác nhận"
    messages.success(request, f"{done} {count_vi(len(made))} số liệu.")
    return redirect("round", pk=found.pk)


@require_POST
def round_lock(request: PersonRequest, pk: int) -> HttpResponse:
    """Locks before the day, with the reason."""
    found = _run_or_403(request, pk)
    form = RoundLockForm(request.POST)
    if not form.is_valid():
        return _page(request, found, _Bound(lock=form, status=422))
    try:
        rounds.lock_round(found, by=request.user, reason=form.cleaned_data["reason"])
    except RuleBroken as error:
        return _page(request, found, _Bound(conflict=" ".join(error.messages), status=409))
    messages.success(request, "Đã khóa số liệu của đợt. Từ nay số liệu chỉ thay đổi qua điều chỉnh.")
    return redirect("round", pk=found.pk)


@require_POST
def round_move(request: PersonRequest, pk: int) -> HttpResponse:
    """Other days for a round that runs, with the reason."""
    found = _run_or_403(request, pk)
    form = RoundMoveForm(request.POST)
    if form.is_valid():
        try:
            moved = round_changes.move_round(found, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"Đã dời: hạn báo cáo {day(moved.due_on)}, khóa số liệu {day(moved.locks_on)}."
            )
            return redirect("round", pk=found.pk)
    return _page(request, found, _Bound(move=form, status=422))


@require_POST
def round_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes back a round opened by mistake, with the reason."""
    found = _run_or_403(request, pk)
    form = RoundWithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, found, _Bound(withdraw=form, status=422))
    try:
        round_changes.withdraw_round(found, by=request.user, reason=form.cleaned_data["reason"])
    except RuleBroken as error:
        return _page(request, found, _Bound(conflict=" ".join(error.messages), status=409))
    messages.success(request, "Đã rút đợt báo cáo. Các đơn vị không còn được yêu cầu báo cáo theo đợt này.")
    return redirect("round", pk=found.pk)


# --- The grid of one unit ---------------------------------------------------------------------------


def _entering(user: User, found: ReportingRound, unit: Unit) -> RoleGrant | None:
    return capacity(user, "figure.submit", answering=unit) or capacity(
        user, "figure.submit", tracking=found.tracking_unit
    )


def _for_unit(grant: RoleGrant) -> bool:
    return grant.role == Role.PLAN_OWNER


@require_http_methods(["GET", "HEAD", "POST"])
def round_unit(request: PersonRequest, pk: int, unit: int) -> HttpResponse:
    """All figures of one unit in one grid; POST saves what is new, all or nothing, or fills in what was pasted."""
    found = _round_or_404(request, pk)
    asked = RoundItem.objects.visible_to(request.user).filter(unit=unit)
    rows = collection.round_rows(found, CalendarDay.objects.by_unit(), asked)
    if not rows:
        raise Http404
    grid = _Grid(request, found, rows)
    return grid.save() if request.method == "POST" else grid.page(grid.form())


class _Grid:
    """One request for the grid of one unit."""

    def __init__(self, request: PersonRequest, found: ReportingRound, rows: list[RoundRow]) -> None:
        self.request, self.found, self.rows = request, found, rows
        self.unit = rows[0].item.unit
        self.grant = _entering(request.user, found, self.unit)
        self.state = state_of(found)

    @property
    def takes(self) -> bool:
        return self.state not in (RoundState.COMING, RoundState.LOCKED)

    def form(self, data: Any = None, files: Any = None, *, initial: Any = None) -> RoundGridForm | None:
        """None for whoever may only read, and before and after the round takes figures."""
        if self.grant is None or not self.takes:
            return None
        owed = {
            each.indicator.pk: each
            for each in figures_owed(self.request.user, today())
            if each.unit.pk == self.unit.pk
        }
        return RoundGridForm(
            data,
            files,
            initial=initial or grid_initial(self.rows, _newest(self.rows)),
            found=self.found,
            rows=self.rows,
            owed=owed,
            for_unit=_for_unit(self.grant),
        )

    def page(
        self, form: RoundGridForm | None, *, conflict: str = "", pasted: Any = None, status: int = 200
    ) -> HttpResponse:
        corrects = capacity(self.request.user, "figure.correct", answering=self.unit) or collects(
            self.request.user, self.found
        )
        context = {
            "found": self.found,
            "unit": self.unit,
            "state": {"kind": _STATE_KINDS[self.state], "text": self.state.label},
            "window": window_words(self.found.window),
            "lock_day": self.found.lock_day,
            "is_coming": self.state == RoundState.COMING,
            "is_locked": self.state == RoundState.LOCKED,
            "form": form,
            "grid": [each | {"words": row_words(each["row"])} for each in form.grid()] if form else [],
            "rows": [] if form else [self._read_only(row) for row in self.rows],
            "corrects": corrects is not None,
            "for_unit": self.grant is not None and _for_unit(self.grant),
            "tally": collection.tally(self.rows).words,
            "conflict": conflict,
            "pasted": pasted,
            "outside": self.unit.is_outside,
        }
        return render(self.request, "plans/round_unit.html", context, status=status)

    def _read_only(self, row: RoundRow) -> dict[str, Any]:
        url = reverse("figure_correct", args=[row.item.indicator_id, row.item.unit_id])
        window = self.found.window
        return row_words(row) | {"correct_url": f"{url}?ky={window.kind}:{window.key}"}

    def save(self) -> HttpResponse:
        """403 without the right; 409 when the round takes nothing or somebody reported meanwhile; 422 with errors."""
        if self.grant is None:
            raise PermissionDenied
        if not self.takes:
            opens = f"Đợt báo cáo mở từ ngày {day(self.found.opens_on)}."
            words = self.found.locked_words if self.state == RoundState.LOCKED else opens
            return self.page(None, conflict=words, status=409)
        if self.request.POST.get("step") == "paste":
            return self._fill_in()
        form = self.form(self.request.POST, self.request.FILES)
        assert form is not None
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            with transaction.atomic():
                Unit.objects.select_for_update().get(pk=self.unit.pk)
                newest = _newest(self._again())
                if form.cleaned_data["seen"] != newest:
                    return self._overtaken(newest)
                self._write(form)
        except RuleBroken as error:
            form.add_error(None, error.messages)
            return self.page(form, status=422)
        count = count_vi(len(form.entries))
        messages.success(self.request, f"Đã gửi {count} số liệu. Chờ Văn phòng xác nhận.")
        return redirect("round_unit", pk=self.found.pk, unit=self.unit.pk)

    def _again(self) -> list[RoundRow]:
        asked = RoundItem.objects.standing().filter(unit=self.unit)
        return collection.round_rows(self.found, CalendarDay.objects.by_unit(), asked)

    def _overtaken(self, newest: int) -> HttpResponse:
        """What was typed comes back; the page around it shows the newest reports."""
        self.rows = self._again()
        kept = self.request.POST.copy()
        kept["seen"] = str(newest)
        conflict = "Số liệu của đơn vị vừa có báo cáo mới. Nội dung đã nhập vẫn còn; hãy xem lại rồi gửi."
        return self.page(self.form(kept), conflict=conflict, status=409)

    def _write(self, form: RoundGridForm) -> None:
        data = form.cleaned_data
        made = []
        for entry in form.entries:
            indicator: Indicator = entry.item.indicator
            try:
                made.append(
                    actions.report_figure(
                        indicator,
                        self.unit,
                        self.found.window,
                        by=self.request.user,
                        numerator=entry.numerator,
                        denominator=entry.denominator,
                        as_of=data["as_of"],
                        source=data["source"],
                        **entry.texts,
                    )
                )
            except RuleBroken as error:
                raise RuleBroken(f"{indicator.name}: {' '.join(error.messages)}") from error
        attach_proof(made, by=self.request.user, unit=self.unit, data=data)

    def _fill_in(self) -> HttpResponse:
        """What was pasted stands in the grid to be looked at; nothing is saved."""
        typed = {name: value for name, value in self.request.POST.items() if name != "pasted"}
        form = self.form(initial=typed)
        assert form is not None
        pasted = pasting.read(self.request.POST.get("pasted", ""), form.places())
        for at, (numerator, denominator) in pasted.cells.items():
            pk = self.rows[at].item.pk
            typed |= {f"n{pk}": numerator, f"d{pk}": denominator}
        if pasted.errors:
            typed["pasted"] = self.request.POST.get("pasted", "")
        shown = {"filled": count_vi(len(pasted.cells)), "errors": pasted.errors}
        return self.page(self.form(initial=typed), pasted=shown, status=422 if pasted.errors else 200)


def _newest(rows: Sequence[RoundRow]) -> int:
    return max((row.figure.pk for row in rows if row.figure is not None), default=0)


@require_safe
def figure_proof(request: PersonRequest, pk: int) -> FileResponse:
    """A file that proves a figure this person reads: always an attachment, never shown inside the site."""
    proof = get_object_or_404(
        FigureProof.objects.visible_to(request.user).filter(file__isnull=False).select_related("file"), pk=pk
    )
    try:
        stored = proof.file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        stored, as_attachment=True, filename=proof.file.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
