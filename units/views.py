"""Pages of the organisation and of staff accounts."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.clock import today
from core.text import count_vi, percent_vi
from units import staffing
from units.actions import RuleBroken, record_check
from units.agency import agency_of, is_administrator, keeps_catalogues, keeps_organisation
from units.coverage import KindCount, by_unit, holds, kinds_on, latest_states, total
from units.forms import REASONS, BoardForm, CheckAccountForm, ServiceForm, WithdrawCheckForm
from units.models import AccountCheck, ServiceSpell, StaffMember, Unit, User
from units.permissions import Role, capacity, covers
from units.requests import PersonRequest

# So many of the newest results may be withdrawn on the page.
MOST_CHECKS = 50
STAFF_READERS = (Role.UNIT_HEAD, Role.UNIT_CLERK, Role.STAFF_ADMIN)


@require_safe
def units(request: PersonRequest) -> HttpResponse:
    """The organisation in its own order."""
    words = request.GET.get("q", "")[:100]
    found = (
        Unit.objects.visible_to(request.user)
        .matching(words)
        .annotate(people=Count("staff", filter=Q(staff__left_on__isnull=True)))
        .order_by("tree_start")  # a count forgets the order of the model
    )
    day = today()
    rows = [
        {
            "unit": unit,
            "level": unit.depth,
            "kind": unit.get_kind_display(),
            "people": unit.people,
            "open": unit.is_open(day),
        }
        for unit in found
    ]
    user = request.user
    context = {
        "rows": rows,
        "words": words,
        "keeps_catalogues": keeps_catalogues(user),
        "hands_over": is_administrator(user) or user.has_role(Role.UNIT_HEAD, Role.PLAN_OWNER),
        "sees_looks": is_administrator(user) or user.has_role(Role.PLAN_OWNER),
    }
    return render(request, "units/units.html", context)


@require_safe
def unit(request: PersonRequest, pk: int) -> HttpResponse:
    """One unit: where it stands, its names in time, its people with a role, its groups."""
    found = get_object_or_404(Unit.objects.visible_to(request.user).select_related("parent"), pk=pk)
    day = today()
    # What is only recorded, or was withdrawn, is between those who keep the organisation.
    formed = found.formed_by.filter(carried_out_at__isnull=False)
    ended = found.reorganised_by.filter(carried_out_at__isnull=False)
    context = {
        "unit": found,
        "is_open": found.is_open(day),
        "fills_packets": _fills_packets(request.user, found),
        "names": list(found.names.order_by("-valid_from")),
        "predecessors": Unit.objects.filter(reorganised_by__in=formed).distinct(),
        "successors": Unit.objects.filter(formed_by__in=ended).distinct(),
        "reorganisations": [*formed, *ended],
        "children": found.children.open_on(day),
        "grants": found.grants.valid_on(day).select_related("user").order_by("role", "user__full_name"),
        "groups": found.unit_groups.filter(
            memberships__unit=found, memberships__valid_to__isnull=True
        ).distinct(),
        "facts": [
            ("Loại đơn vị", found.get_kind_display()),
            ("Mã đơn vị", found.code),
            ("Đơn vị cấp trên", found.parent.name if found.parent else None),
            ("Thư điện tử liên hệ", found.email),
            (
                "Người gửi kết quả",
                "Chuyên viên hoặc thủ trưởng" if found.clerk_may_send else "Thủ trưởng đơn vị",
            ),
        ],
    }
    return render(request, "units/unit.html", context)


def _fills_packets(user: User, found: Unit) -> bool:
    """Whether the page leads to the unit's update packet; who may use one is asked there."""
    office = found.is_outside and user.has_role(Role.PLAN_OWNER)
    own = covers(user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK), found)
    return own or office or keeps_organisation(user, found) is not None


def _cell(count: KindCount) -> dict[str, object]:
    return {
        "held": count.held,
        "required": count.required,
        "exempt": count.exempt,
        "missing": count.missing,
        "rate": percent_vi(count.held, count.required),
    }


@require_safe
def coverage(request: PersonRequest) -> HttpResponse:
    """The board: how many of each unit hold each account. Counts only; names are behind the unit's own door."""
    user = request.user
    asked = BoardForm(request.GET or None)
    on = day_asked(asked)
    kinds, rows = by_unit(counted_for(user, on), on)
    everyone = total(rows)
    table = [
        {
            "unit": row.unit,
            "staff": row.staff,
            "away": row.away,
            "cells": [_cell(row.kinds[kind.pk]) for kind in kinds],
            "all": _cell(row.all_kinds),
            "url": reverse("coverage_unit", args=[row.unit.pk])
            if capacity(user, "staff.read", answering=row.unit)
            else "",
        }
        for row in rows
    ]
    context = {
        "kinds": kinds,
        "table": table,
        "total": {
            "staff": everyone.staff,
            "away": everyone.away,
            "cells": [_cell(everyone.kinds[kind.pk]) for kind in kinds],
            "all": _cell(everyone.all_kinds),
        }
        if everyone
        else None,
        "opens": any(row["url"] for row in table),
        "wide": user.has_role(Role.LEADER, Role.PLAN_OWNER, Role.AUDITOR),
        "supervises": is_administrator(user) or user.has_role(Role.AUDITOR),
        "on": on,
        "past": on < today(),
        "asked": asked,
        "today": today(),
    }
    return render(request, "units/coverage.html", context, status=422 if asked.errors else 200)


def day_asked(form: BoardForm) -> date:
    """The day of the board: the one asked for, else today."""
    return (form.cleaned_data["ngay"] if form.is_valid() else None) or today()


def counted_for(user: User, on: date) -> QuerySet[Unit]:
    """Units whose counts this person sees: the own line, those a leader or auditor stands above, and the whole agency
    of an office that follows plans. Another agency's counts are nobody's business here."""
    seen = Unit.objects.reached_by(user, *STAFF_READERS, Role.LEADER, Role.AUDITOR)
    for grant in user.grants_today:
        if grant.role == Role.PLAN_OWNER:
            seen |= Unit.objects.subtree(agency_of(grant.unit))
    serving = ServiceSpell.objects.holding_on(on).filter(unit=OuterRef("pk"))
    return seen.inside().open_on(on).filter(Exists(serving))


def _own_unit(request: PersonRequest, pk: int) -> Unit:
    """The unit, for its own line only: others get 404, or 403 where they may know the unit but not its names."""
    found = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if capacity(request.user, "staff.read", answering=found) is None:
        raise PermissionDenied
    return found


@dataclass(frozen=True, slots=True)
class _Bound:
    """A form of the unit's page that came back with errors."""

    service: ServiceForm | None = None
    withdraw: WithdrawCheckForm | None = None
    status: int = 200


def _unit_page(
    request: PersonRequest, found: Unit, form: CheckAccountForm, bound: _Bound | None = None
) -> HttpResponse:
    bound = bound or _Bound()
    day = today()
    kinds = kinds_on(day)
    members = list(_people(request, found))
    states = latest_states([member.pk for member in members], kinds, day)
    labels = dict(AccountCheck.State.choices)
    rows, lacking = [], set()
    for member in members:
        counted = member.employment in StaffMember.COUNTED
        cells = []
        for kind in kinds:
            state = states.get((member.pk, kind.pk), "")
            badge = "done" if holds(kind, state) else "none" if state == "exempt" or not counted else "missed"
            cells.append({"text": labels.get(state, "Chưa có thông tin"), "badge": badge})
        missing = counted and any(cell["badge"] == "missed" for cell in cells)
        rows.append({"member": member, "cells": cells, "missing": missing, "counted": counted})
        if missing:
            lacking.add(member.pk)
    form.missing_first(members, lacking)
    _, summary = by_unit([found], day)
    context = {
        "unit": found,
        "kinds": kinds,
        "missing": [row for row in rows if row["missing"]],
        "others": [row for row in rows if not row["missing"]],
        "count": _cell(summary[0].all_kinds),
        "staff": summary[0].staff,
        "away": summary[0].away,
        "form": form,
        "reasons": REASONS,
        "service": bound.service or _service_form(request, found),
        "withdraw": bound.withdraw or _withdraw_form(request, found),
        "moves": ServiceSpell.objects.filter(unit=found)
        .filter(Q(until__isnull=False) | Q(since__gt=F("member__joined_on")))
        .select_related("member", "recorded_by")
        .order_by("-since", "-pk")[:20],
        "may_check": capacity(request.user, "staff.check", answering=found) is not None and bool(kinds),
    }
    return render(request, "units/coverage_unit.html", context, status=bound.status)


@require_GET
def coverage_unit(request: PersonRequest, pk: int) -> HttpResponse:
    """Names still missing, for the unit's own head and clerks."""
    found = _own_unit(request, pk)
    return _unit_page(request, found, _form(request, found))


def _form(request: PersonRequest, found: Unit, data: object = None) -> CheckAccountForm:
    return CheckAccountForm(data, members=_people(request, found))


@require_POST
def check_accounts(request: PersonRequest, pk: int) -> HttpResponse:
    """Records one result for the chosen people, all or none."""
    found = _own_unit(request, pk)
    form = _form(request, found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                for member in data["members"]:
                    record_check(
                        member,
                        data["kind"],
                        by=request.user,
                        state=data["state"],
                        checked_on=data["checked_on"],
                        reason=data["reason"],
                    )
        except RuleBroken as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Đã ghi nhận {count_vi(len(data['members']))} người.")
            return redirect("coverage_unit", pk=found.pk)
    return _unit_page(request, found, form, _Bound(status=422))


def _people(request: PersonRequest, found: Unit) -> QuerySet[StaffMember]:
    people = StaffMember.objects.visible_to(request.user).filter(unit=found)
    return people.employed_on(today()).order_by("sort_key")


def _service_form(request: PersonRequest, found: Unit, data: object = None) -> ServiceForm:
    """People go on within their agency; whoever goes elsewhere leaves."""
    units = Unit.objects.subtree(agency_of(found)).inside().open_on(today()).exclude(pk=found.pk)
    return ServiceForm(data, members=_people(request, found), units=units)


def _withdraw_form(request: PersonRequest, found: Unit, data: object = None) -> WithdrawCheckForm:
    standing = AccountCheck.objects.standing().filter(member__in=_people(request, found).order_by())
    newest = standing.select_related("member", "kind").order_by("-recorded_at", "-pk")[:MOST_CHECKS]
    words = [
        (
            str(each.pk),
            f"{each.member.full_name}: {each.kind.short_name or each.kind.name}, "
            f"{each.get_state_display().lower()}, ngày {each.checked_on:%d/%m/%Y}",
        )
        for each in newest
    ]
    return WithdrawCheckForm(data, checks=words)


@require_POST
def change_service(request: PersonRequest, pk: int) -> HttpResponse:
    """One person comes to another unit, changes status, or leaves."""
    found = _own_unit(request, pk)
    form = _service_form(request, found, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            staffing.change_service(
                data["member"],
                by=request.user,
                employment=data["employment"],
                since=data["since"],
                unit=data["unit"],
                paper=data["paper"],
            )
        except RuleBroken as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Đã ghi thay đổi; số liệu các ngày trước giữ nguyên.")
            return redirect("coverage_unit", pk=found.pk)
    return _unit_page(request, found, _form(request, found), _Bound(service=form, status=422))


@require_POST
def withdraw_check(request: PersonRequest, pk: int) -> HttpResponse:
    """A result that was wrong is taken back, with the reason; nothing is erased."""
    found = _own_unit(request, pk)
    form = _withdraw_form(request, found, request.POST)
    if form.is_valid():
        check = get_object_or_404(AccountCheck, pk=form.cleaned_data["check"])
        try:
            staffing.withdraw_check(check, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBroken as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "Đã rút lại kết quả. Kết quả trước đó có hiệu lực trở lại.")
            return redirect("coverage_unit", pk=found.pk)
    return _unit_page(request, found, _form(request, found), _Bound(withdraw=form, status=422))
