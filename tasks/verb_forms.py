"""The forms of verbs; `tasks.panels` says how a page offers each.

Whatever a form lets choose (units, people, obstacles, parts, decisions) comes from `Choices`, read once for all forms
of a page: what is not among them is refused, whoever's it is.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import UploadFormField
from core.forms import StyledForm
from core.templatetags.ui import day
from tasks import actions, group_message
from tasks.ledger import DIRECT, FOR_UNIT, Decision, is_for_unit
from tasks.matters import Matters
from tasks.models import Coordination, Event, Explanation, Obstacle, Task
from tasks.models.facts import How
from tasks.rules import RULES, past_tense
from units.models import RoleGrant, Unit, User
from units.permissions import Role

# The fields by which an officer says whose word is recorded.
RECORDING = ("decided_by", "how", "basis")


class Choices:
    """What the forms of one page choose from."""

    def __init__(self, task: Task, matters: Matters) -> None:
        self.task = task
        self.matters = matters

    @cached_property
    def units(self) -> list[Unit]:
        """Units that can receive something, in the order of the organisation."""
        return list(Unit.objects.open_on(today()))

    @cached_property
    def officers(self) -> list[User]:
        return actions.officers_of(self.task)

    @cached_property
    def leaders(self) -> list[User]:
        """Leaders whose word an officer may record: those named for the task or plan first, then those above."""
        unit = self.task.lead_unit or self.task.tracking_unit
        above = User.objects.filter(
            grants__role=Role.LEADER,
            grants__unit__tree_start__lte=unit.tree_start,
            grants__unit__tree_end__gte=unit.tree_start,
            grants__in=RoleGrant.objects.valid_on(today()),
        ).distinct()
        named = [leader for leader in self.task.leaders if leader is not None]
        return list(dict.fromkeys([*named, *above]))


class ObjectField(forms.TypedChoiceField):
    """One of some objects; its value is the object. `offer` says which, when the form is made."""

    def __init__(self, **kwargs: Any) -> None:
        self._offered: dict[str, Model] = {}
        super().__init__(coerce=lambda key: self._offered[key], empty_value=None, **kwargs)
        self.error_messages["invalid_choice"] = "Hãy chọn một dòng trong danh sách."

    def offer(self, rows: Iterable[tuple[Any, str]], *, empty: str = "–") -> None:
        """`rows`: (object, words). A single one that must be chosen is chosen already."""
        rows = list(rows)
        self._offered = {str(each.pk): each for each, _ in rows}
        choices = [(str(each.pk), words) for each, words in rows]
        if self.required and len(choices) == 1:
            self.initial = choices[0][0]
            self.choices = choices
        else:
            self.choices = [("", empty), *choices]

    def __deepcopy__(self, memo: dict[int, Any]) -> "ObjectField":
        copy = super().__deepcopy__(memo)
        copy._offered = {}
        copy.coerce = lambda key: copy._offered[key]
        return copy

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value


def acted_for(verb: str, grant: RoleGrant, task: Task, matters: Matters) -> list[Unit]:
    """Units for which somebody does a verb under this grant, other than their own ("nhập thay")."""
    return [unit for unit in matters.answering(verb) if is_for_unit(verb, grant, task, unit.pk)]


def _tree(units: Iterable[Unit]) -> list[tuple[Unit, str]]:
    return [(unit, f"{'– ' * unit.depth}{unit.name}") for unit in units]


class VerbForm(StyledForm, forms.Form):
    """Base of the forms of verbs.

    `seen` is the last event the person saw: a decision about something that changed meanwhile is refused.
    An officer's form also asks who decided or said so, how it came, on what paper (office rules 1 and 2).
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        verb: str,
        choices: Choices,
        user: User,
        grant: RoleGrant,
        records: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.verb, self.choices, self.user, self.grant = verb, choices, user, grant
        self.task, self.matters = choices.task, choices.matters
        for name, message in RULES[verb].required.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = message
        if records:
            self._ask_who_said_so()
        self.prepare()

    def prepare(self) -> None:
        """Offers what can be chosen, and takes out what does not apply to this task."""

    # --- whose word it is ---

    def _ask_who_said_so(self) -> None:
        paper = LineFormField(
            label="Văn bản căn cứ",
            max_length=200,
            required=False,
            help_text="Số, ký hiệu, ngày; có thể bổ sung sau.",
        )
        if self.behalf:
            # Of several units one may be the office itself: then nobody else said it (`clean`).
            sure = len(self._others) == len(self.matters.answering(self.verb))
            who: forms.Field = LineFormField(label="Người cung cấp thông tin", max_length=150, required=sure)
        elif self.grant.role == Role.PLAN_OWNER and self.verb not in FOR_UNIT:
            sure = RULES[self.verb].leader_decides
            people = [("", "–"), *((each.full_name, _named(each)) for each in self.choices.leaders)]
            who = forms.ChoiceField(label="Lãnh đạo quyết định", choices=people, required=sure)
        else:
            return
        how = forms.ChoiceField(label="Hình thức", choices=_heard_how(), required=sure)
        self.fields |= {"decided_by": who, "how": how, "basis": paper}
        for name in RECORDING:
            field = self.fields[name]
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs.setdefault("autocomplete", "off")

    @cached_property
    def _others(self) -> list[Unit]:
        """Units this officer would be acting for."""
        return acted_for(self.verb, self.grant, self.task, self.matters)

    @property
    def behalf(self) -> bool:
        """The office writes for another unit."""
        return bool(self._others)

    def answers(self) -> Unit | None:
        """The unit this form speaks for, where it lets choose among several."""
        return None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "decided_by" in self.fields and not self.errors:
            unit = self.answers()
            if unit in self._others and not data.get("decided_by"):
                self.add_error("decided_by", f"Hãy ghi ai của {unit.label} cung cấp thông tin.")
            elif data.get("decided_by") and not data.get("how"):
                self.add_error("how", "Hãy chọn hình thức cho ý kiến, cung cấp thông tin.")
        return data

    def decision(self) -> Decision:
        """Who decided, as the form says; directly on the system when it says nothing."""
        if not self.cleaned_data.get("decided_by"):
            return DIRECT
        return Decision(
            self.cleaned_data["decided_by"], self.cleaned_data["how"], self.cleaned_data.get("basis", "")
        )

    def given(self) -> dict[str, Any]:
        """What the act takes by name."""
        asked = RECORDING if "decided_by" in self.fields else ()
        return {name: value for name, value in self.cleaned_data.items() if name not in ("seen", *asked)}

    # --- somebody was faster ---

    def settled(self) -> str:
        """Why what was chosen is no longer open; "" when it is, or never was this task's."""
        return ""

    def _chosen(self, name: str) -> int:
        """The id that was sent for a choice; 0 for none."""
        value = str(self[name].value() or "")
        return int(value) if value.isdecimal() and len(value) < 19 else 0

    def see(self, sequence: int) -> None:
        """The person has now been shown events up to `sequence`: what comes back with the form says so."""
        self.data = {**self.data.dict(), "seen": str(sequence)}  # type: ignore[attr-defined]

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of what was typed, to be kept when the form cannot come back."""
        return [
            (str(bound.label), self._words(bound))
            for bound in self.visible_fields()
            if isinstance(bound.value(), str) and bound.value().strip()
        ]

    @staticmethod
    def _words(bound: Any) -> str:
        """Of a choice its words, of a text the text."""
        value = bound.value()
        chosen = dict(getattr(bound.field, "choices", ())).get(value)
        return str(chosen or value)


def typed_for(form: type[VerbForm], data: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, text) of what was typed into a form that can no longer be made: its texts, not its choices."""
    texts = {
        name: each
        for name, each in form.base_fields.items()
        if name != "seen" and not hasattr(each, "choices")
    }
    return [
        (str(each.label), data[name].strip()) for name, each in texts.items() if data.get(name, "").strip()
    ]


def _heard_how() -> list[tuple[str, str]]:
    """Ways a word reaches the office: not by the system itself."""
    return [("", "–"), *((value, label) for value, label in How.choices if value != How.DIRECT)]


def _named(user: User) -> str:
    return f"{user.full_name} – {user.position}" if user.position else user.full_name


def _radio(label: str, choices: Iterable[tuple[str, str]], **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect, **kwargs)


def _yes_no(label: str, yes: str, no: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


def _whole_number(label: str, most: int, what: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        error_messages={
            "invalid": f"{what} phải là số nguyên từ 0 đến {most}.",
            "min_value": f"{what} phải từ 0 đến {most}.",
            "max_value": f"{what} phải từ 0 đến {most}.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


# --- The unit ---------------------------------------------------------------------------------------


class AcceptForm(VerbForm):
    pass


class WithdrawForm(VerbForm):
    pass


class ReceiveForm(VerbForm):
    on = DayFormField(label="Ngày nhận văn bản")

    def prepare(self) -> None:
        if self.task.received_on is not None:
            self.fields["on"].initial = self.task.received_on


class DelegateForm(VerbForm):
    officer = ObjectField(label="Người thực hiện")
    text = ProseFormField(label="Nội dung phân công", max_length=2000, required=False)
    due_on = DayFormField(label="Hạn trong đơn vị", required=False)

    def prepare(self) -> None:
        self.fields["officer"].offer((each, _named(each)) for each in self.choices.officers)  # type: ignore[attr-defined]


class UpdateForm(VerbForm):
    text = ProseFormField(label="Nội dung đã thực hiện", max_length=5000)
    percent = _whole_number("Tỷ lệ hoàn thành (%)", 100, "Tỷ lệ hoàn thành")
    obstacle = ProseFormField(label="Khó khăn, vướng mắc", max_length=5000, required=False)
    proposal = ProseFormField(label="Kiến nghị, đề xuất", max_length=5000, required=False)

    def prepare(self) -> None:
        if self.task.parts_total is None:
            return
        label = f"Số {self.task.parts_label or 'phần việc'} đã xong (trên {self.task.parts_total})"
        parts = _whole_number(label, self.task.parts_total, "Số phần việc đã xong")
        fields = list(self.fields.items())
        place = [name for name, _ in fields].index("percent")
        self.fields = dict([*fields[:place], ("parts_done", parts), *fields[place:]])


class AttachForm(VerbForm):
    file = UploadFormField(label="Tệp", required=False)
    number = LineFormField(
        label="Hoặc văn bản: số, ký hiệu",
        max_length=60,
        required=False,
        help_text="Bản gốc có thể lưu ở hệ thống quản lý văn bản.",
    )
    issued_on = DayFormField(label="Ngày văn bản", required=False)
    issuer = LineFormField(label="Cơ quan ban hành", max_length=200, required=False)
    url = forms.URLField(
        label="Hoặc đường dẫn",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Đường dẫn chưa đúng, ví dụ https://sonnmt.gov.vn/tin-tuc."},
    )
    title = LineFormField(label="Tên tài liệu, trích yếu", max_length=300, required=False)

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if url and not url.startswith(("http://", "https://")):
            raise ValidationError("Đường dẫn phải bắt đầu bằng https:// hoặc http://.")
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not (data.get("file") or data.get("number") or data.get("url")):
            raise ValidationError("Hãy chọn một tệp, hoặc ghi số ký hiệu văn bản, hoặc đường dẫn.")
        return data


class SubmitForm(VerbForm):
    text = ProseFormField(label="Kết quả thực hiện", max_length=5000)
    nil = forms.BooleanField(label="Không phát sinh nội dung phải báo cáo", required=False)
    product_on = DayFormField(
        label="Ngày của văn bản kết quả",
        required=False,
        help_text="Ngày ghi trên văn bản, sản phẩm. Để trống thì ngày hoàn thành là ngày trình.",
    )

    def prepare(self) -> None:
        if self.task.allows_nil:
            # The verb itself asks for the text where it is not "không phát sinh".
            self.fields["text"].required = False
        else:
            del self.fields["nil"]


class AskExtensionForm(VerbForm):
    proposed_end = DayFormField(label="Hạn đề nghị")
    reason = ProseFormField(label="Lý do", max_length=2000)


class ProposeReassignmentForm(VerbForm):
    reason = ProseFormField(label="Lý do", max_length=2000)
    proposed_unit = ObjectField(label="Đơn vị đề nghị chủ trì", required=False)

    def prepare(self) -> None:
        others = [unit for unit in self.choices.units if unit.pk != self.task.lead_unit_id]
        self.fields["proposed_unit"].offer(_tree(others))  # type: ignore[attr-defined]


class WithdrawReassignmentForm(VerbForm):
    pass


class GiveViewForm(VerbForm):
    unit = ObjectField(label="Ý kiến của đơn vị")
    text = ProseFormField(label="Ý kiến của đơn vị", max_length=2000)

    def prepare(self) -> None:
        units = [
            unit
            for unit in self.matters.answering("give_view")
            if self.grant.role == Role.PLAN_OWNER or _reaches(self.grant, unit)
        ]
        if len(units) > 1:
            self.fields["text"].label = "Nội dung ý kiến"
            self.fields["unit"].offer((unit, unit.name) for unit in units)  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]

    def answers(self) -> Unit | None:
        return self.cleaned_data.get("unit")


class ExplainForm(VerbForm):
    sometimes_required = ("text", "remedy")

    cause = _radio("Nguyên nhân", Explanation.Cause.choices)
    text = ProseFormField(label="Nội dung giải trình", max_length=5000, required=False)
    remedy = ProseFormField(label="Biện pháp khắc phục", max_length=2000, required=False)
    new_date = DayFormField(
        label="Thời gian hoàn thành dự kiến",
        required=False,
        help_text="Không làm thay đổi thời hạn; muốn lùi hạn thì đề nghị gia hạn.",
    )


class RaiseObstacleForm(VerbForm):
    text = ProseFormField(label="Khó khăn, vướng mắc", max_length=5000)
    proposal = ProseFormField(label="Kiến nghị, đề xuất", max_length=5000, required=False)
    asked_of = ObjectField(label="Đơn vị giải quyết", required=False)
    due_on = DayFormField(
        label="Đề nghị trả lời chậm nhất ngày",
        required=False,
        help_text=f"Để trống: {actions.REPLY_WORKDAYS} ngày làm việc.",
    )

    def prepare(self) -> None:
        office = self.task.tracking_unit
        others = [unit for unit in self.choices.units if unit.pk not in (office.pk, self.task.lead_unit_id)]
        empty = f"{office.name} (theo dõi, đôn đốc)"
        self.fields["asked_of"].offer(_tree(others), empty=empty)  # type: ignore[attr-defined]


# --- Those who work along, those who were asked -------------------------------------------------------


class PartForm(VerbForm):
    """A form about one unit's part."""

    coordination = ObjectField(label="Đơn vị phối hợp")

    def parts(self) -> list[Coordination]:
        raise NotImplementedError

    def prepare(self) -> None:
        self.fields["coordination"].offer(  # type: ignore[attr-defined]
            (each, f"{each.unit.name}: {each.part}" if each.part else each.unit.name) for each in self.parts()
        )


class DeliverPartForm(PartForm):
    text = ProseFormField(label="Kết quả phối hợp", max_length=5000)
    number = LineFormField(label="Văn bản: số, ký hiệu", max_length=60, required=False)
    issued_on = DayFormField(label="Ngày văn bản", required=False)

    def parts(self) -> list[Coordination]:
        own = self.grant.role != Role.PLAN_OWNER
        return [each for each in self.matters.coordinations if not own or _reaches(self.grant, each.unit)]

    def answers(self) -> Unit | None:
        part = self.cleaned_data.get("coordination")
        return part.unit if part else None


class ReturnPartForm(PartForm):
    reason = ProseFormField(label="Nội dung cần bổ sung", max_length=2000)

    def parts(self) -> list[Coordination]:
        return [each for each in self.matters.coordinations if each.delivered_on and not each.returned]

    def settled(self) -> str:
        part = next(
            (each for each in self.matters.coordinations if each.pk == self._chosen("coordination")), None
        )
        return "Kết quả phối hợp này đã được yêu cầu bổ sung." if part is not None and part.returned else ""


class AnswerObstacleForm(VerbForm):
    obstacle = ObjectField(label="Vướng mắc")
    outcome = _radio("Kết quả", [each for each in Obstacle.Outcome.choices if each[0] != "pending"])
    reply = ProseFormField(label="Nội dung trả lời", max_length=2000)

    def prepare(self) -> None:
        any_unit = self.grant.role in (Role.PLAN_OWNER, Role.LEADER)
        self.fields["obstacle"].offer(  # type: ignore[attr-defined]
            (each, f"{_short(each.text)} (gửi {each.asked_of.label})")
            for each in self.matters.obstacles
            if any_unit or _reaches(self.grant, each.asked_of)
        )

    def answers(self) -> Unit | None:
        obstacle = self.cleaned_data.get("obstacle")
        return obstacle.asked_of if obstacle else None

    def settled(self) -> str:
        chosen = self.task.obstacles.filter(pk=self._chosen("obstacle"))
        gone = chosen.exclude(outcome=Obstacle.Outcome.PENDING).exists()
        return "Vướng mắc này đã được trả lời." if gone else ""


# --- The reviewer and the leader ------------------------------------------------------------------------


class ConfirmForm(VerbForm):
    note = ProseFormField(label="Ý kiến", max_length=2000, required=False)


class ReturnForm(VerbForm):
    reason = ProseFormField(label="Nội dung cần bổ sung", max_length=2000)


class DecideExtensionForm(VerbForm):
    sometimes_required = ("note",)

    granted = _yes_no("Quyết định", "Đồng ý gia hạn", "Không đồng ý gia hạn")
    granted_end = DayFormField(
        label="Hạn mới", required=False, help_text="Để trống: theo hạn đơn vị đề nghị."
    )
    note = ProseFormField(
        label="Ý kiến", max_length=2000, required=False, help_text="Bắt buộc ghi lý do khi không đồng ý."
    )

    def prepare(self) -> None:
        if self.matters.extension is not None:
            self.fields["granted_end"].initial = self.matters.extension.proposed_end


class DecideReassignmentForm(VerbForm):
    sometimes_required = ("new_lead", "note")

    agreed = _yes_no("Quyết định", "Đồng ý giao lại", "Không đồng ý giao lại")
    new_lead = ObjectField(label="Đơn vị chủ trì mới", required=False)
    note = ProseFormField(
        label="Ý kiến", max_length=2000, required=False, help_text="Bắt buộc ghi lý do khi không đồng ý."
    )

    def prepare(self) -> None:
        field = self.fields["new_lead"]
        others = [unit for unit in self.choices.units if unit.pk != self.task.lead_unit_id]
        field.offer(_tree(others))  # type: ignore[attr-defined]
        if self.matters.reassignment is not None:
            field.initial = self.matters.reassignment.proposed_unit_id


class RequestExplanationForm(VerbForm):
    about = ProseFormField(label="Nội dung cần giải trình", max_length=2000)
    due_on = DayFormField(
        label="Thời hạn giải trình",
        required=False,
        help_text=f"Để trống: {actions.REPLY_WORKDAYS} ngày làm việc.",
    )


class JudgeForm(VerbForm):
    sometimes_required = ("note",)

    verdict = _radio(
        "Kết luận",
        [each for each in Explanation.Verdict.choices if each[0] not in ("pending", "lapsed")],
    )
    note = ProseFormField(
        label="Ý kiến", max_length=2000, required=False, help_text="Bắt buộc ghi khi chưa chấp nhận."
    )


class DirectForm(VerbForm):
    text = ProseFormField(label="Ý kiến chỉ đạo", max_length=5000)
    due_on = DayFormField(label="Thực hiện chậm nhất ngày", required=False)


class NoteReportedForm(VerbForm):
    source = LineFormField(
        label="Đã nhận báo cáo ở đâu",
        max_length=300,
        help_text="Số văn bản, thư điện tử, điện thoại.",
    )


class UrgeForm(VerbForm):
    text = ProseFormField(label="Nội dung đôn đốc", max_length=1000)


class TellGroupForm(VerbForm):
    """What the office sends to the unit's group chat by hand (office rule 33); the task keeps what was sent."""

    text = ProseFormField(
        label="Nội dung nhắn",
        max_length=group_message.LONGEST,
        help_text=f"Nhiều nhất {group_message.LONGEST} ký tự, không ghi tên người.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def prepare(self) -> None:
        self.fields["text"].initial = group_message.written(self.task)

    @property
    def copies(self) -> str:
        """The control whose words can be copied."""
        return self["text"].id_for_label


class CorrectDeadlineForm(VerbForm):
    phrase = LineFormField(label="Thời hạn ghi trong văn bản", max_length=200, required=False)
    due = DayFormField(
        label="Ngày cuối", required=False, help_text="Chỉ ghi khi chữ trong văn bản không nói rõ ngày."
    )
    reason = ProseFormField(label="Vì sao đính chính", max_length=2000)

    def prepare(self) -> None:
        self.fields["phrase"].initial = self.task.phrase


class SuspendForm(VerbForm):
    reason = ProseFormField(label="Lý do tạm dừng", max_length=2000)


class ResumeForm(VerbForm):
    reason = ProseFormField(label="Lý do tiếp tục", max_length=2000)


class ReopenForm(VerbForm):
    reason = ProseFormField(label="Lý do mở lại", max_length=2000)


class HandOverForm(VerbForm):
    to = ObjectField(label="Đơn vị chủ trì mới")
    reason = ProseFormField(label="Lý do giao lại", max_length=2000)

    def prepare(self) -> None:
        others = [unit for unit in self.choices.units if unit.pk != self.task.lead_unit_id]
        self.fields["to"].offer(_tree(others))  # type: ignore[attr-defined]


class DiscontinueForm(VerbForm):
    reason = ProseFormField(label="Lý do không tiếp tục thực hiện", max_length=2000)


class AddBasisForm(VerbForm):
    event = ObjectField(label="Quyết định")
    basis = LineFormField(label="Văn bản: số, ký hiệu, ngày", max_length=200)

    def prepare(self) -> None:
        self.fields["event"].offer((each, _decided(each)) for each in self.matters.papers_owed)  # type: ignore[attr-defined]

    def settled(self) -> str:
        chosen = self.task.events.filter(pk=self._chosen("event"), later_basis__isnull=False)
        return "Quyết định này đã được bổ sung văn bản." if chosen.exists() else ""


class AssignMemberForm(VerbForm):
    unit = ObjectField(label="Đơn vị")

    def prepare(self) -> None:
        self.fields["unit"].offer((each, each.name) for each in self.matters.late_joiners)  # type: ignore[attr-defined]

    def settled(self) -> str:
        given = self.task.children.filter(lead_unit=self._chosen("unit"))
        return "Đơn vị này đã được giao." if given.exists() else ""


def _reaches(grant: RoleGrant, unit: Unit) -> bool:
    return grant.unit.tree_start <= unit.tree_start <= grant.unit.tree_end


def _short(text: str, length: int = 80) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def _decided(event: Event) -> str:
    who = f", {event.decided_by}" if event.decided_by else ""
    return f"{past_tense(event.verb)}{who} ({event.get_how_display().lower()}), {day(event.happened_at)}"
