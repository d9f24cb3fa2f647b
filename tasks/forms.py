"""The filter of the task list. Forms of verbs: `tasks.verb_forms`."""

from datetime import date

from django import forms
from django.db.models import F
from django.http import QueryDict

from core.fields import LineFormField
from core.forms import PlainSelect, StyledForm
from core.workdays import WorkCalendar
from plans.models import Plan
from tasks.listing import unit_words
from tasks.models import Task
from tasks.querysets import TaskQuerySet
from tasks.summaries import PARTS
from tasks.waiting import WAITING, coordinated_by, own_ranges
from units.models import Unit, User
from units.permissions import Role, within

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
    # Orders are rows of the plan (one to many units is one row); otherwise one row for each unit's task.
    count = forms.ChoiceField(choices=[("", ""), ("orders", "")], required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User) -> None:
        data = query.copy()
        if not data.get("part"):
            data["part"] = "all" if data.get("waiting") or data.get("q") else "open"
        super().__init__(data)
        self.user = user
        self.plans = {
            pk: (Plan.label_of(code, kind, number), title)
            for pk, code, title, kind, number in Plan.objects.visible_to(user).values_list(
                "pk", "code", "title", "document__kind", "document__number"
            )
        }
        self.units = {row.pk: row for row in unit_words(Unit.objects.visible_to(user))}
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
            self.fields[name].choices = each  # type: ignore[attr-defined]
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
        self.is_valid()
        wanted = self.cleaned_data
        found = Task.objects.visible_to(self.user).given_by(on)
        waiting = WAITING.get(wanted.get("waiting") or "")
        if wanted.get("count") == "orders":
            found = found.orders()
        elif waiting is None or not waiting.with_orders:
            found = found.leaves()
        found = found.matching(wanted.get("q", "")).filter(
            PARTS[wanted.get("part") or "all"].where(on, calendar)
        )
        if plan := wanted.get("plan"):
            found = found.filter(plan=None if plan == NO_PLAN else plan)
        if unit := wanted.get("unit"):
            found = found.filter(lead_unit=unit)
        if waiting is not None:
            found = found.filter(waiting.where(self.user, on))
        match wanted.get("role"):
            case "lead":
                found = found.filter(within("lead_unit", own_ranges(self.user)))
            case "coordinating":
                found = found.filter(coordinated_by(self.user))
            case "tracking":
                found = found.filter(within("tracking_unit", self.user.ranges(Role.PLAN_OWNER)))
        return found.order_by(*SORTS.get(self.data.get("sort", ""), SORTS["due"]))
