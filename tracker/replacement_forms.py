"""Forms of a replacement: one for the decision, one for each open duty."""

from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import SECRET_REFUSED, looks_secret
from core.forms import StyledForm
from core.text import fold
from tasks.ledger import Decision
from tasks.models.facts import How
from tracker.replacement import CARRY, CHANGE, CLOSE, LATER, Choice, Frame, OpenDuty, default_choice
from units.models import RoleGrant, Unit, User
from units.permissions import Role


class ReplacementForm(StyledForm, forms.Form):
    """Whose decision it is, how it came, on what paper (office rule 1), and the reason the ledger keeps."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    decided_by = forms.ChoiceField(label="Lãnh đạo quyết định")
    how = forms.ChoiceField(label="Hình thức")
    basis = LineFormField(label="Văn bản căn cứ", max_length=200, required=False)
    reason = ProseFormField(label="Lý do", max_length=2000)

    def __init__(self, *args: Any, frame: Frame, seen: str, **kwargs: Any) -> None:
        initial = {
            "seen": seen,
            "basis": frame.new.citation,
            "reason": f"{frame.new.citation} {frame.act} {frame.old.citation}.",
        }
        super().__init__(*args, initial=initial, **kwargs)
        people = [("", "–"), *((each.full_name, _named(each)) for each in _leaders(frame))]
        hows = [(value, label) for value, label in How.choices if value != How.DIRECT]
        for name, choices in (("decided_by", people), ("how", [("", "–"), *hows])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("basis", "reason"):
            if looks_secret(data.get(name) or ""):
                self.add_error(name, SECRET_REFUSED)
        return data

    def decision(self) -> Decision:
        data = self.cleaned_data
        return Decision(data["decided_by"], data["how"], data["basis"])


def _named(user: User) -> str:
    return f"{user.full_name} – {user.position}" if user.position else user.full_name


def _leaders(frame: Frame) -> list[User]:
    """Leaders in charge of either plan first, then those above the office that follows it."""
    plans = [plan for plan in (frame.new_plan, frame.old_plan) if plan is not None]
    agency = frame.new.agency or frame.old.agency
    units = [plan.tracking_unit for plan in plans] or ([agency] if agency is not None else [])
    named = [plan.leader_in_charge for plan in plans if plan.leader_in_charge is not None]
    above: list[User] = []
    for unit in units:
        grants = RoleGrant.objects.valid_on(today()).filter(
            role=Role.LEADER, unit__tree_start__lte=unit.tree_start, unit__tree_end__gte=unit.tree_start
        )
        above += User.objects.filter(pk__in=grants.values("user"), is_active=True)
    return list(dict.fromkeys([*named, *above]))


class DutyForm(StyledForm, forms.Form):
    """What becomes of one open duty; the three fields below are only read with "change"."""

    what = forms.ChoiceField(label="Xử lý")
    title = LineFormField(label="Tên mới", max_length=500, required=False)
    lead = LineFormField(label="Đơn vị chủ trì mới", max_length=200, required=False)
    due = DayFormField(label="Thời hạn mới", required=False)

    def __init__(
        self, *args: Any, frame: Frame, duty: OpenDuty, units: dict[str, Unit], **kwargs: Any
    ) -> None:
        initial = {"what": default_choice(frame, duty)}
        super().__init__(*args, initial=initial, prefix=duty.key, auto_id="%s", **kwargs)
        self.duty, self.units = duty, units
        later = "Để quyết định sau" if frame.replaces else "Giữ nguyên theo văn bản cũ"
        words = {
            LATER: later,
            CARRY: "Chuyển sang văn bản mới",
            CHANGE: "Chuyển và thay đổi nội dung",
            CLOSE: "Không tiếp tục thực hiện",
        }
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [(key, words[key]) for key in duty.choices]
        if duty.target is not None:
            for name in ("title", "lead", "due"):
                del self.fields[name]
            return
        self.fields["lead"].widget.attrs["list"] = "don-vi-chu-tri"
        if duty.task is not None and duty.task.lead_unit_id is None:
            del self.fields["lead"]
        if duty.task is not None and duty.task.is_standing:
            del self.fields["due"]

    @property
    def takes_changes(self) -> bool:
        return "title" in self.fields

    @property
    def opens(self) -> bool:
        """Whether the fields of a change are shown at once."""
        return self["what"].value() == CHANGE or any(
            self[name].errors for name in self.fields if name != "what"
        )

    def clean_lead(self) -> Unit | None:
        typed = self.cleaned_data["lead"]
        if not typed:
            return None
        found = self.units.get(fold(typed))
        if found is None:
            raise forms.ValidationError("Không có đơn vị này; hãy chọn trong danh sách gợi ý.")
        return found

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if looks_secret(title):
            raise forms.ValidationError(SECRET_REFUSED)
        return title

    def choice(self) -> Choice:
        data = self.cleaned_data
        return Choice(
            self.duty,
            data.get("what") or LATER,
            title=data.get("title") or "",
            lead=data.get("lead"),
            due=data.get("due"),
        )


def open_units() -> tuple[list[Unit], dict[str, Unit]]:
    """Units that may lead, in the order of the organisation, and how a person may write each."""
    units = list(Unit.objects.open_on(today()))
    known: dict[str, Unit] = {}
    for unit in reversed(units):
        for written in (unit.name, unit.short_name, unit.code):
            if written:
                known[fold(written)] = unit
    return units, known
