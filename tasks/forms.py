"""The filter of the task list. Forms of verbs: `tasks.verb_forms`."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict

from core.fields import LineFormField
from core.forms import Pairs, PlainSelect, StyledForm
from core.prepared import prepared
from core.workdays import WorkCalendar
from plans.models import Plan
from tasks.listing import unit_words
from tasks.models import Task
from tasks.querysets import TaskQuerySet, sight_of
from tasks.summaries import PARTS
from tasks.waiting import WAITING, Waiting, coordinated_in, own_ranges
from units.models import User
from units.permissions import Ranges, Role, within

NO_PLAN = "none"

ROLES = {
    "lead": "Đơn vị tôi chủ trì",
    "coordinating": "Đơn vị tôi phối hợp",
    "tracking": "Văn phòng theo dõi, đôn đốc",
}
# Downwards in both columns: an index is then read backwards.
SORTS = {
    "due": (F("effective_end").asc(nulls_last=True), "pk"),
    "-due": (F("effective_end").desc(nulls_last=True), "-pk"),
    "lead": (F("lead_unit__tree_start").asc(nulls_last=True), "pk"),
    "-lead": (F("lead_unit__tree_start").desc(nulls_last=True), "-pk"),
    "updated": (F("last_update_at").asc(nulls_first=True), "pk"),
    "-updated": (F("last_update_at").desc(nulls_last=True), "-pk"),
}


def _roles_of(user: User) -> list[str]:
    """The parts a person's units can have in a task."""
    own = ["lead", "coordinating"] if own_ranges(user) else []
    return [*own, "tracking"] if user.has_role(Role.PLAN_OWNER) else own


def _waiting_for(user: User) -> list[str]:
    """What the list can be narrowed to: what units owe is asked of those who answer for one."""
    own = bool(own_ranges(user))
    return [key for key, each in WAITING.items() if own or not each.for_units]


class TaskFilterForm(StyledForm, forms.Form):
    """The filter of the task list; the export applies the same one. Without `part`, open tasks are shown."""

    q = LineFormField(label="Tìm theo tên, mã, đơn vị", max_length=200, required=False)
    plan = forms.ChoiceField(label="Kế hoạch", required=False, widget=PlainSelect)
    unit = forms.ChoiceField(label="Đơn vị chủ trì", required=False, widget=PlainSelect)
    part = forms.ChoiceField(label="Tình trạng", required=False, widget=PlainSelect)
    waiting = forms.ChoiceField(label="Đang chờ", required=False, widget=PlainSelect)
    role = forms.ChoiceField(label="Vai trò", required=False, widget=PlainSelect)
    # What the tables of plans count: orders (one to many units is one row), or one row for each unit; neither holds the
    # occurrences of recurring duties. Otherwise every task of every unit.
    count = forms.ChoiceField(
        choices=[("", ""), ("orders", ""), ("units", "")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, query: QueryDict, *, user: User) -> None:
        data = query.copy()
        if not data.get("part"):
            data["part"] = "all" if data.get("waiting") or data.get("q") else "open"
        super().__init__(data)
        self.user = user
        self.plans = {
            pk: (Plan.label_of(code, kind, number), title)
            for pk, code, title, kind, number in _plans(*sight_of(user))
        }
        self.units = unit_words(user)
        choices = {
            "plan": [
                ("", "Tất cả"),
                *((str(pk), f"{label}: {title}"[:90]) for pk, (label, title) in self.plans.items()),
            ],
            "unit": [
                ("", "Tất cả"),
                *((str(u.pk), f"{'– ' * u.depth}{u.name}") for u in self.units.values()),
            ],
            "part": [(key, label) for key, (label, _) in PARTS.items()],
            "waiting": [("", "–"), *((key, WAITING[key].label) for key in _waiting_for(user))],
            "role": [("", "–"), *((key, ROLES[key]) for key in _roles_of(user))],
        }
        choices["plan"].append((NO_PLAN, "Nhiệm vụ phát sinh (không thuộc kế hoạch)"))
        for name, each in choices.items():
            self.fields[name].choices = Pairs(each)  # type: ignore[attr-defined]
        if not _roles_of(user):
            del self.fields["role"]

    @property
    def narrowed(self) -> bool:
        """Whether the person asked for less than the list shows by itself."""
        return any(self.data.get(name) for name in ("q", "plan", "unit", "waiting", "role")) or (
            self.data["part"] not in ("open", "all")
        )

    def apply(self, on: date, calendar: WorkCalendar) -> TaskQuerySet:
        """Given tasks this person sees that fit, sorted. A wrong value filters nothing."""
        values, fixed = self._wanted(on, calendar)
        found = _fitting(*values, **fixed).matching(self.cleaned_data.get("q", ""))
        waiting = self._waiting
        return found if waiting is None else found.filter(waiting.where(self.user, on))

    def first_keys(self, on: date, calendar: WorkCalendar, most: int) -> list[int]:
        """The keys of the first `most` tasks of `apply`."""
        values, fixed = self._wanted(on, calendar)
        if self._waiting is not None or self.cleaned_data.get("q"):
            return list(self.apply(on, calendar).values_list("pk", flat=True)[:most])
        return _first_fitting(*values, **fixed, most=most)

    @property
    def _waiting(self) -> Waiting | None:
        return WAITING.get(self.cleaned_data.get("waiting") or "")

    def _wanted(self, on: date, calendar: WorkCalendar) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What `_fitting` takes."""
        self.is_valid()
        wanted, waiting = self.cleaned_data, self._waiting
        plan, unit, sort = wanted.get("plan"), wanted.get("unit"), self.data.get("sort", "")
        rows = wanted.get("count") or "leaves"
        if rows == "leaves" and waiting is not None and waiting.with_orders:
            rows = "both"
        values = (
            sight_of(self.user),
            own_ranges(self.user),
            (int(plan),) if plan and plan != NO_PLAN else (),
            (int(unit),) if unit else (),
        )
        fixed = {
            "on": on,
            "calendar": calendar,
            "rows": rows,
            "part": wanted.get("part") or "all",
            "role": wanted.get("role") or "",
            "sort": sort if sort in SORTS else "due",
            "without_plan": plan == NO_PLAN,
        }
        return values, fixed


def _fitting(
    sight: tuple[Ranges, Ranges, Ranges],
    own: Ranges,
    plan: tuple[int, ...],
    unit: tuple[int, ...],
    *,
    on: date,
    calendar: WorkCalendar,
    rows: str,
    part: str,
    role: str,
    sort: str,
    without_plan: bool,
) -> TaskQuerySet:
    """The tasks of a list. `plan` and `unit`: one key, or nothing for all."""
    found = Task.objects.visible_in(*sight).given_by(on)
    if rows == "orders":
        found = found.orders()
    elif rows == "leaves":
        found = found.leaves()
    elif rows == "units":
        found = found.leaves().without_occurrences()
    found = found.filter(PARTS[part].where(on, calendar))
    if without_plan:
        found = found.filter(plan=None)
    for each in plan:
        found = found.filter(plan=each)
    for each in unit:
        found = found.filter(lead_unit=each)
    match role:
        case "lead":
            found = found.filter(within("lead_unit", own))
        case "coordinating":
            found = found.filter(coordinated_in(own))
        case "tracking":
            found = found.filter(within("tracking_unit", sight[0]))
    return found.order_by(*SORTS[sort])


@prepared
def _first_fitting(*values: Any, most: int, **fixed: Any) -> Any:
    return _fitting(*values, **fixed).values_list("pk", flat=True)[:most]


@prepared
def _plans(tracking: Any, above: Any, readable: Any) -> Any:
    found = Plan.objects.visible_in(tracking, above, readable)
    return found.values_list("pk", "code", "title", "document__kind", "document__number")
