"""The form of a handover: who, when, why, and for each thing another receiver than the common one."""

from typing import Any

from django import forms

from core.clock import today
from core.fields import DayFormField, LineFormField
from core.files import SECRET_REFUSED, looks_secret
from core.forms import StyledForm
from tasks.models import Handover, HandoverLine
from tasks.models.facts import How
from tracker.handover import Chosen, Kind, Plea, Thing
from units.models import User

KEEP = "keep"


class HandoverForm(StyledForm, forms.Form):
    """Bàn giao công việc of one person."""

    sometimes_required = ("decided_by", "how")

    kind = forms.ChoiceField(label="Loại bàn giao", choices=Handover.Kind)
    on = DayFormField(
        label="Ngày bàn giao",
        initial=today,
        help_text="Đến ngày này công việc, vai trò được chuyển; ngày sau hôm nay thì hệ thống chờ đến ngày.",
    )
    receiver = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Người nhận bàn giao",
        required=False,
        empty_label="Thủ trưởng đơn vị",
        help_text="Nhận mọi việc không chọn người nhận riêng ở danh sách dưới.",
    )
    reason = LineFormField(
        label="Lý do", max_length=300, help_text="Ví dụ: chuyển công tác, nghỉ hưu, phân công lại."
    )
    basis = LineFormField(label="Văn bản căn cứ", max_length=200, required=False)
    decided_by = LineFormField(
        label="Người quyết định",
        max_length=150,
        required=False,
        help_text="Bắt buộc khi chuyển phần phụ trách của lãnh đạo hoặc giao vai trò lãnh đạo, theo dõi, thanh tra.",
    )
    how = forms.ChoiceField(label="Hình thức quyết định", choices=How, initial=How.DIRECT, required=False)

    def __init__(
        self, *args: Any, person: User, people: list[User], things: list[Thing], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.things = person, things
        self._people = {str(each.pk): each for each in people}
        receiver = self.fields["receiver"]
        receiver.queryset = User.objects.filter(pk__in=[each.pk for each in people])  # type: ignore[attr-defined]
        named = [(pk, named_with_position(each)) for pk, each in self._people.items()]
        receiver.choices = [("", "Thủ trưởng đơn vị"), *named]  # type: ignore[attr-defined]
        if not any(thing.kind in (Kind.CHARGE, Kind.PLAN) for thing in things):
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice for choice in Handover.Kind.choices if choice[0] != Handover.Kind.FIELDS
            ]
        for thing in things:
            if thing.kind != Kind.DRAFT:
                self.fields[f"to-{thing.key}"] = self._choice(thing, named)

    def _choice(self, thing: Thing, named: list[tuple[str, str]]) -> forms.ChoiceField:
        first = [("", "Người nhận chung")]
        if thing.kind == Kind.ROLE:
            first = [("", "Chấm dứt, không giao lại"), (KEEP, "Giữ nguyên vai trò này")]
        elif thing.kind in (Kind.CHARGE, Kind.PLAN):
            first.append((KEEP, "Không bàn giao"))
        field = forms.ChoiceField(label="Người nhận", choices=[*first, *named], required=False)
        field.widget.attrs["aria-label"] = f"Người nhận: {thing.words}"
        return field

    def common(self) -> list[Any]:
        """The fields that are not about a single thing."""
        return [self[name] for name in self.base_fields]

    def parts(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Title and things of each part of the record, each thing with its own field."""
        found: dict[str, list[dict[str, Any]]] = {}
        for thing in self.things:
            name = f"to-{thing.key}"
            field = self[name] if name in self.fields else None
            found.setdefault(HandoverLine.Part(thing.part).label, []).append({"thing": thing, "field": field})
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("reason", "basis"):
            if looks_secret(data.get(name) or ""):
                self.add_error(name, SECRET_REFUSED)
        return data

    def plea(self) -> Plea:
        data = self.cleaned_data
        return Plea(
            person=self.person,
            kind=data["kind"],
            on=data["on"],
            receiver=data["receiver"],
            reason=data["reason"],
            basis=data["basis"],
            decided_by=data["decided_by"],
            how=data["how"] or How.DIRECT,
        )

    def choices(self) -> dict[str, Chosen]:
        """Thing → its own receiver, where one was chosen."""
        found = {}
        for thing in self.things:
            value = self.cleaned_data.get(f"to-{thing.key}", "")
            if value == KEEP:
                found[thing.key] = Chosen(keep=True)
            elif value:
                found[thing.key] = Chosen(self._people[value])
        return found


def named_with_position(user: User) -> str:
    return f"{user.full_name} – {user.position}" if user.position else user.full_name
