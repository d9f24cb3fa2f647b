"""Forms of tasks: the filter of the list, and one form for each verb."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q
from django.http import QueryDict

from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import UploadFormField
from core.forms import StyledForm
from core.workdays import WorkCalendar
from plans.models import Plan
from tasks.ledger import DIRECT, Decision
from tasks.models import Coordination, DeadlineChange, Evidence, Task
from tasks.models.facts import How
from tasks.querysets import TaskQuerySet
from tasks.status import Confirmation, Execution
from tasks.summaries import PARTS, UNSEEN
from units.models import Unit, User
from units.permissions import Role, within

# --- Filtering the list ---------------------------------------------------------------------------

NO_PLAN = "none"

WAITING: dict[str, tuple[str, Any]] = {
    "accept": ("Chưa tiếp nhận", UNSEEN),
    "confirm": ("Chờ xác nhận", Q(confirmation=Confirmation.SUBMITTED)),
    "returned": ("Yêu cầu bổ sung", Q(confirmation=Confirmation.RETURNED)),
    "extension": (
        "Đề nghị gia hạn chờ quyết định",
        Exists(DeadlineChange.objects.filter(task=OuterRef("pk"), decision=DeadlineChange.Decision.PENDING)),
    ),
    "evidence": (
        "Nợ tài liệu kiểm chứng",
        Q(execution=Execution.DONE, lead_unit__isnull=False)
        & ~Exists(Evidence.objects.filter(task=OuterRef("pk"))),
    ),
}
ROLES = {
    "lead": "Đơn vị tôi chủ trì",
    "coordinating": "Đơn vị tôi phối hợp",
    "tracking": "Văn phòng theo dõi, đôn đốc",
}
SORTS = {
    "due": F("effective_end").asc(nulls_last=True),
    "-due": F("effective_end").desc(nulls_last=True),
    "lead": F("lead_unit__tree_start").asc(nulls_last=True),
    "-lead": F("lead_unit__tree_start").desc(nulls_last=True),
    "updated": F("last_update_at").asc(nulls_first=True),
    "-updated": F("last_update_at").desc(nulls_last=True),
}


def own_ranges(user: User) -> tuple[tuple[int, int], ...]:
    """Units this person answers for."""
    return user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)


def _roles_of(user: User) -> list[str]:
    """The parts a person's units can have in a task."""
    own = ["lead", "coordinating"] if own_ranges(user) else []
    return [*own, "tracking"] if user.has_role(Role.PLAN_OWNER) else own


def coordinated_by(user: User) -> Exists:
    return Exists(Coordination.objects.filter(within("unit", own_ranges(user)), task=OuterRef("pk")))


class TaskFilterForm(StyledForm, forms.Form):
    """The filter of the task list; the export applies the same one. Without `part`, open tasks are shown."""

    q = LineFormField(label="Tìm theo tên, mã, đơn vị", max_length=200, required=False)
    plan = forms.ChoiceField(label="Kế hoạch", required=False)
    unit = forms.ChoiceField(label="Đơn vị chủ trì", required=False)
    part = forms.ChoiceField(label="Tình trạng", required=False)
    waiting = forms.ChoiceField(label="Đang chờ", required=False)
    role = forms.ChoiceField(label="Vai trò", required=False)
    # Orders are rows of the plan (one to many units is one row); otherwise one row for each unit's task.
    count = forms.ChoiceField(choices=[("", ""), ("orders", "")], required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, user: User) -> None:
        data = query.copy()
        if not data.get("part"):
            data["part"] = "all" if data.get("waiting") or data.get("q") else "open"
        super().__init__(data)
        self.user = user
        plans = Plan.objects.visible_to(user).select_related("document")
        units = Unit.objects.visible_to(user).values_list("pk", "name", "depth")
        choices = {
            "plan": [("", "Tất cả"), *((str(p.pk), f"{p.label}: {p.title}"[:90]) for p in plans)],
            "unit": [("", "Tất cả"), *((str(pk), f"{'– ' * depth}{name}") for pk, name, depth in units)],
            "part": [(key, label) for key, (label, _) in PARTS.items()],
            "waiting": [("", "–"), *((key, label) for key, (label, _) in WAITING.items())],
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
        """Given tasks this person sees that fit, sorted, `deadline` annotated. A wrong value filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        found = Task.objects.visible_to(self.user).given_by(on).with_status(on, calendar)
        found = found.orders() if wanted.get("count") == "orders" else found.leaves()
        found = found.matching(wanted.get("q", "")).filter(PARTS[wanted.get("part") or "all"][1])
        if plan := wanted.get("plan"):
            found = found.filter(plan=None if plan == NO_PLAN else plan)
        if unit := wanted.get("unit"):
            found = found.filter(lead_unit=unit)
        if waiting := wanted.get("waiting"):
            found = found.filter(WAITING[waiting][1])
        match wanted.get("role"):
            case "lead":
                found = found.filter(within("lead_unit", own_ranges(self.user)))
            case "coordinating":
                found = found.filter(coordinated_by(self.user))
            case "tracking":
                found = found.filter(within("tracking_unit", self.user.ranges(Role.PLAN_OWNER)))
        return found.order_by(SORTS.get(self.data.get("sort", ""), SORTS["due"]), "pk")


# --- Verbs ----------------------------------------------------------------------------------------


class VerbForm(StyledForm, forms.Form):
    """Base of the forms of verbs.

    `seen` is the last event the person saw: a decision about something that changed meanwhile is refused.
    With `recording`, the form asks who decided or said so, how it came, on what paper (office rules 1 and 2):
    "unit" when the office acts for the unit, "leader" when it records a leader's word.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        task: Task,
        recording: str = "",
        leaders: list[User] | None = None,
        must_name: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        if not recording:
            return
        paper = LineFormField(
            label="Văn bản căn cứ",
            max_length=200,
            required=False,
            help_text="Số, ký hiệu, ngày; có thể bổ sung sau.",
        )
        if recording == "unit":
            extra: dict[str, forms.Field] = {
                "decided_by": LineFormField(label="Người cung cấp thông tin", max_length=150),
                "how": forms.ChoiceField(label="Hình thức", choices=_heard_how()),
            }
        else:
            people = [("", "–"), *((each.full_name, _named(each)) for each in leaders or [])]
            extra = {
                "decided_by": forms.ChoiceField(
                    label="Lãnh đạo quyết định", choices=people, required=must_name
                ),
                "how": forms.ChoiceField(label="Hình thức", choices=_heard_how(), required=must_name),
            }
        self.fields |= extra | {"basis": paper}
        for name in ("decided_by", "how", "basis"):
            field = self.fields[name]
            if isinstance(field.widget, forms.TextInput):
                field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "decided_by" in self.fields and data.get("decided_by") and not data.get("how") and not self.errors:
            self.add_error("how", "Hãy chọn hình thức lãnh đạo cho ý kiến.")
        return data

    def decision(self) -> Decision:
        """Who decided, as the form says; directly on the system when it says nothing."""
        if not self.cleaned_data.get("decided_by"):
            return DIRECT
        return Decision(
            self.cleaned_data["decided_by"], self.cleaned_data["how"], self.cleaned_data.get("basis", "")
        )

    def see(self, sequence: int) -> None:
        """The person has now been shown events up to `sequence`: what comes back with the form says so."""
        self.data = {**self.data.dict(), "seen": str(sequence)}  # type: ignore[attr-defined]

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of what was typed, to be kept when the form cannot come back."""
        return [
            (str(bound.label), str(bound.value()))
            for bound in self.visible_fields()
            if isinstance(bound.value(), str) and bound.value().strip()
        ]


def _heard_how() -> list[tuple[str, str]]:
    """Ways a word reaches the office: not by the system itself."""
    return [("", "–"), *((value, label) for value, label in How.choices if value != How.DIRECT)]


def _named(user: User) -> str:
    return f"{user.full_name} – {user.position}" if user.position else user.full_name


class AcceptForm(VerbForm):
    pass


class WithdrawForm(VerbForm):
    pass


class UpdateForm(VerbForm):
    text = ProseFormField(label="Nội dung đã thực hiện", max_length=5000)
    percent = forms.IntegerField(
        label="Tỷ lệ hoàn thành (%)",
        required=False,
        min_value=0,
        max_value=100,
        error_messages={
            "invalid": "Tỷ lệ hoàn thành phải là số nguyên từ 0 đến 100.",
            "min_value": "Tỷ lệ hoàn thành phải từ 0 đến 100.",
            "max_value": "Tỷ lệ hoàn thành phải từ 0 đến 100.",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    obstacle = ProseFormField(label="Khó khăn, vướng mắc", max_length=5000, required=False)
    proposal = ProseFormField(label="Kiến nghị, đề xuất", max_length=5000, required=False)


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
    product_on = DayFormField(
        label="Ngày của văn bản kết quả",
        required=False,
        help_text="Ngày ghi trên văn bản, sản phẩm. Để trống thì ngày hoàn thành là ngày trình.",
    )


class ConfirmForm(VerbForm):
    note = ProseFormField(label="Ý kiến", max_length=2000, required=False)


class ReturnForm(VerbForm):
    reason = ProseFormField(label="Nội dung cần bổ sung", max_length=2000)


class AskExtensionForm(VerbForm):
    proposed_end = DayFormField(label="Hạn đề nghị")
    reason = ProseFormField(label="Lý do", max_length=2000)


class DecideExtensionForm(VerbForm):
    granted = forms.TypedChoiceField(
        label="Quyết định",
        choices=[("yes", "Đồng ý gia hạn"), ("no", "Không đồng ý gia hạn")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    granted_end = DayFormField(
        label="Hạn mới", required=False, help_text="Để trống: theo hạn đơn vị đề nghị."
    )
    note = ProseFormField(
        label="Ý kiến", max_length=2000, required=False, help_text="Bắt buộc ghi lý do khi không đồng ý."
    )


class SuspendForm(VerbForm):
    reason = ProseFormField(label="Lý do tạm dừng", max_length=2000)


class ResumeForm(VerbForm):
    reason = ProseFormField(label="Lý do tiếp tục", max_length=2000)


class DiscontinueForm(VerbForm):
    reason = ProseFormField(label="Lý do không tiếp tục thực hiện", max_length=2000)


FORMS: dict[str, type[VerbForm]] = {
    "accept": AcceptForm,
    "update": UpdateForm,
    "attach": AttachForm,
    "submit": SubmitForm,
    "withdraw": WithdrawForm,
    "confirm": ConfirmForm,
    "return": ReturnForm,
    "ask_extension": AskExtensionForm,
    "decide_extension": DecideExtensionForm,
    "suspend": SuspendForm,
    "resume": ResumeForm,
    "discontinue": DiscontinueForm,
}
