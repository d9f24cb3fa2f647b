"""Forms for writing orders by hand: one task, and the two-step chain of explanations."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from core.clock import today
from core.deadlines import DeadlineKind
from core.fields import DayFormField, LineFormField, ProseFormField
from core.files import SECRET_REFUSED, looks_secret
from core.forms import StyledForm
from core.text import count_vi
from plans.drafting import cited_document
from plans.models import Clause, Document, Plan
from tasks.actions import Along, Leads, read_phrase
from tasks.actions.dates import BY_HAND
from tasks.models import Coordination, Task
from tasks.models.facts import How
from tasks.status import Strength
from units.actions import RuleBroken
from units.models import Unit, UnitGroup, User
from units.permissions import Role, within

MOST_DOCUMENTS = 200
_ROWS, _SPARE, _MOST_ROWS = 3, 2, 60
# A paper that is not in the list yet, and what must be known of it.
_PAPER = (
    "doc_kind", "doc_number", "doc_issued_on", "doc_effective_on", "doc_issuer", "doc_subject", "incoming_number",
    "incoming_on",
)  # fmt: skip
_PAPER_NEEDS = {"doc_kind": "loại văn bản", "doc_issuer": "cơ quan ban hành", "doc_subject": "trích yếu"}
Choices = list[tuple[str, Any]]


def own_offices(user: User) -> list[Unit]:
    """Offices this person follows tasks for."""
    ids = [grant.unit_id for grant in user.grants_today if grant.role == Role.PLAN_OWNER]
    return list(Unit.objects.filter(pk__in=ids).order_by("tree_start"))


class OrderForm(StyledForm, forms.Form):
    """What every order written by hand says: where it comes from, on what paper, who ordered it (office rules 1, 5)."""

    sometimes_required = ("ordered_by", "ordered_how", "source_document", *_PAPER_NEEDS)

    tracking_unit = forms.ChoiceField(label="Đơn vị theo dõi, đôn đốc")
    plan = forms.ChoiceField(
        label="Kế hoạch",
        required=False,
        help_text="Để trống: nhiệm vụ phát sinh của năm, mã do hệ thống đặt.",
    )
    clause = forms.ChoiceField(label="Mục của kế hoạch", required=False)
    source = forms.ChoiceField(label="Nguồn giao", choices=Task.Source.choices)
    ordered_by = LineFormField(
        label="Người chỉ đạo",
        max_length=150,
        required=False,
        help_text="Bắt buộc với bút phê, chỉ đạo trực tiếp.",
    )
    ordered_how = forms.ChoiceField(
        label="Hình thức chỉ đạo",
        required=False,
        choices=[("", "–"), *((value, label) for value, label in How.choices if value != How.DIRECT)],
    )
    source_document = forms.ChoiceField(
        label="Văn bản giao nhiệm vụ đã có",
        required=False,
        help_text="Chưa có trong danh sách thì để trống và nhập văn bản mới. Chỉ đạo trực tiếp: có thể bổ sung sau.",
    )
    doc_kind = forms.ChoiceField(
        label="Loại văn bản", required=False, choices=[("", "–"), *Document.Kind.choices]
    )
    doc_number = LineFormField(label="Số, ký hiệu", max_length=60, required=False)
    doc_issued_on = DayFormField(label="Ngày văn bản", required=False)
    doc_effective_on = DayFormField(label="Có hiệu lực từ", required=False)
    doc_issuer = LineFormField(label="Cơ quan ban hành", max_length=200, required=False)
    doc_subject = LineFormField(label="Trích yếu", max_length=500, required=False)
    incoming_number = LineFormField(label="Số đến", max_length=30, required=False)
    incoming_on = DayFormField(label="Ngày đến", required=False)
    title = LineFormField(
        label="Nhiệm vụ",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Hãy ghi nội dung nhiệm vụ."},
    )
    quote = ProseFormField(label="Trích nguyên văn", max_length=5000, required=False)
    strength = forms.ChoiceField(
        label="Mức độ giao",
        choices=Strength.choices,
        help_text="Đề nghị, khuyến khích, phấn đấu được theo dõi nhưng không tính quá hạn.",
    )
    urgency = forms.ChoiceField(label="Độ khẩn", choices=Task.Urgency.choices)
    leader_in_charge = forms.ChoiceField(label="Lãnh đạo phụ trách", required=False)
    phrase = LineFormField(
        label="Thời hạn ghi trong văn bản",
        max_length=200,
        required=False,
        help_text="Ghi như văn bản: trước ngày 30/4/2026; trong tháng 4; quý II/2026; đến cuối năm; thường xuyên; "
        "trong vòng 05 ngày làm việc kể từ ngày nhận. Văn bản không ghi thì để trống.",
    )
    due = DayFormField(
        label="Ngày hạn cụ thể",
        required=False,
        help_text="Chỉ ghi để sửa cách hệ thống hiểu, hoặc khi thời hạn dẫn chiếu nơi khác; câu chữ vẫn được giữ.",
    )
    # What the person was shown when they asked to look again.
    understood = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    given_on = DayFormField(label="Ngày giao", required=False, help_text="Để trống: hôm nay.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.offices = own_offices(user)
        self.plans = {
            plan.pk: plan
            for plan in Plan.objects.written_by(user)
            .exclude(state=Plan.State.CLOSED)
            .select_related("document", "tracking_unit")
        }
        self.places = {unit.pk: unit for unit in Unit.objects.visible_to(user).open_on(today())}
        self.leaders = self._leaders()
        self.documents = {document.pk: document for document in _documents(user)}
        self._choose("tracking_unit", [(str(unit.pk), unit.name) for unit in self.offices])
        if len(self.offices) == 1:
            self.initial.setdefault("tracking_unit", str(self.offices[0].pk))
            self.fields["tracking_unit"].widget = forms.HiddenInput()
        self._choose("plan", [("", "Không thuộc kế hoạch (nhiệm vụ phát sinh)"), *self._plan_choices()])
        self._choose("source_document", [("", "–"), *self._document_choices()])
        self._choose(
            "leader_in_charge", [("", "–"), *((str(each.pk), _named(each)) for each in self.leaders)]
        )
        self.clauses = self._clauses()
        if self.clauses:
            self._choose(
                "clause", [("", "–"), *((str(each.pk), str(each)) for each in self.clauses.values())]
            )
        else:
            del self.fields["clause"]

    def _choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _said(self, name: str) -> str:
        """What stands in a field, typed or given at first."""
        return str(self.data.get(name, "") if self.is_bound else self.initial.get(name) or "")

    def _plan_choices(self) -> Iterator[tuple[str, str]]:
        for plan in self.plans.values():
            draft = " (dự thảo)" if plan.state == Plan.State.DRAFT else ""
            yield str(plan.pk), f"{plan.label}: {plan.title}"[:90] + draft

    def _document_choices(self) -> Iterator[tuple[str, str]]:
        for document in self.documents.values():
            yield str(document.pk), f"{document.citation}: {document.subject}"[:110]

    def _clauses(self) -> dict[int, Clause]:
        """Lines of the chosen plan; the field stands on the page only once a plan is chosen."""
        plan = self._said("plan")
        if not plan.isdecimal() or int(plan) not in self.plans:
            return {}
        return {each.pk: each for each in Clause.objects.filter(plan=int(plan)).order_by("order")}

    def _leaders(self) -> list[User]:
        above = Q(pk__in=())
        for office in self.offices:
            above |= Q(
                grants__unit__tree_start__lte=office.tree_start, grants__unit__tree_end__gte=office.tree_start
            )
        valid = User.objects.filter(above, grants__role=Role.LEADER, is_active=True)
        return list(
            valid.filter(Q(grants__valid_to__isnull=True) | Q(grants__valid_to__gte=today())).distinct()
        )

    def unit_choices(self, *, blank: str = "–") -> Choices:
        rows = [(str(unit.pk), f"{'– ' * unit.depth}{unit.name}") for unit in self.places.values()]
        return [("", blank), *rows] if blank else rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in [name for name, value in data.items() if isinstance(value, str) and looks_secret(value)]:
            self.add_error(name, SECRET_REFUSED)
        if data.get("given_on") and data["given_on"] > today():
            self.add_error("given_on", "Ngày giao không được sau hôm nay.")
        if self._new_document_named(data):
            for name, words in _PAPER_NEEDS.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, f"Hãy ghi {words} của văn bản mới.")
            if data.get("source_document"):
                self.add_error("source_document", "Đã nhập văn bản mới: hãy để trống ô này.")
        return data

    @staticmethod
    def _new_document_named(data: dict[str, Any]) -> bool:
        return any(data.get(name) for name in _PAPER if name != "doc_kind")

    def document(self) -> Document | None:
        """The paper of the order: chosen, else written down now (inside the transaction that saves the order)."""
        data = self.cleaned_data
        if data.get("source_document"):
            return self.documents[int(data["source_document"])]
        if not self._new_document_named(data):
            return None
        found = cited_document(
            data["doc_kind"],
            data["doc_number"],
            data["doc_issued_on"],
            data["doc_issuer"],
            data["doc_subject"],
        )
        later = {
            "effective_on": data["doc_effective_on"],
            "incoming_number": data["incoming_number"],
            "incoming_on": data["incoming_on"],
        }
        blank = [name for name, value in later.items() if value and not getattr(found, name)]
        for name in blank:
            setattr(found, name, later[name])
        if blank:
            found.full_clean()
            found.save(update_fields=blank)
        return found

    def fill(self, task: Task) -> Task:
        """Puts what was written on the task; saves only a new document."""
        data = self.cleaned_data
        plan = self.plans.get(int(data["plan"] or 0))
        task.plan = plan
        task.tracking_unit = plan.tracking_unit if plan else self._office(data["tracking_unit"])
        task.clause = self.clauses.get(int(data.get("clause") or 0)) if plan else None
        task.source = data["source"]
        task.source_document = self.document()
        if task.source == Task.Source.PLAN and plan is not None:
            task.source_document = task.source_document or plan.document
        task.leader_in_charge = next(
            (each for each in self.leaders if str(each.pk) == data["leader_in_charge"]), None
        )
        for name in ("title", "quote", "strength", "urgency", "ordered_by", "ordered_how"):
            setattr(task, name, data[name])
        return task

    def _office(self, pk: str) -> Unit:
        return next(unit for unit in self.offices if str(unit.pk) == pk)

    def put(self, error: ValidationError) -> None:
        """A refusal of the verb at the field it speaks of."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def bounds(self, names: Iterable[str]) -> list[Any]:
        return [self[name] for name in names if name in self.fields and not self[name].is_hidden]


class WriteTaskForm(OrderForm):
    """One order: to one unit, several named ones, or a group (office rule 6)."""

    sometimes_required = (*OrderForm.sometimes_required, "lead_unit", "others", "lead_group", "parts_label")

    lead_how = forms.ChoiceField(
        label="Cách giao",
        choices=[
            ("one", "Một đơn vị chủ trì"),
            ("joint", "Nhiều đơn vị cùng chủ trì: đơn vị đầu chủ trì, các đơn vị còn lại đồng chủ trì"),
            ("each", "Nhiều đơn vị nêu tên: mỗi đơn vị một phần việc riêng"),
            ("group", "Một nhóm đơn vị: mỗi đơn vị trong nhóm một phần việc riêng, có thể trừ một số đơn vị"),
        ],
        initial="one",
        widget=forms.RadioSelect,
    )
    lead_unit = forms.ChoiceField(label="Đơn vị chủ trì (đơn vị nêu đầu tiên)", required=False)
    others = forms.MultipleChoiceField(
        label="Các đơn vị khác được nêu cùng",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
    )
    lead_group = forms.ChoiceField(label="Nhóm đơn vị", required=False)
    coordination_note = LineFormField(
        label="Phối hợp khác ghi trong văn bản",
        max_length=300,
        required=False,
        help_text="Nơi phối hợp không phải là đơn vị trong danh sách.",
    )
    product = LineFormField(label="Sản phẩm", max_length=300, required=False)
    parts_total = forms.IntegerField(
        label="Số phần việc đếm được",
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Hãy ghi một số, ví dụ 3.",
            "min_value": "Số phần việc phải từ 1.",
            "max_value": "Số phần việc tối đa 9999.",
        },
    )
    parts_label = LineFormField(
        label="Đơn vị tính phần việc", max_length=60, required=False, help_text="Ví dụ: địa bàn, quy trình."
    )
    nature = forms.ChoiceField(label="Tính chất", choices=Task.Nature.choices)
    allows_nil = forms.BooleanField(label="Được báo cáo “không phát sinh” (nếu có)", required=False)
    note = ProseFormField(label="Ghi chú", max_length=5000, required=False)
    kind = forms.ChoiceField(
        label="Loại thời hạn",
        required=False,
        choices=[("", "Theo thời hạn ghi ở trên"), *((each.value, each.label) for each in BY_HAND)],
    )
    superior_deadline = forms.BooleanField(label="Thời hạn do cấp trên giao", required=False)
    internal_end = DayFormField(label="Hạn nội bộ", required=False, help_text="Sớm hơn hạn cấp trên giao.")

    def __init__(self, *args: Any, task: Task | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        if task is not None:
            initial = {**initial_of(task), **initial}
        super().__init__(*args, initial=initial, **kwargs)
        self.task = task
        self.groups = {group.pk: group for group in UnitGroup.objects.visible_to(self.user)}
        self._choose("lead_unit", self.unit_choices())
        self._choose("others", self.unit_choices(blank=""))
        self._choose("lead_group", [("", "–"), *((str(pk), group.name) for pk, group in self.groups.items())])
        self.along_rows = self._rows("along", ("unit", "part", "due"))
        self.out_rows = self._rows("out", ("unit", "reason"))

    def _rows(self, prefix: str, names: Sequence[str]) -> list[list[str]]:
        """Rows of one table of the form: those filled in and some blank ones."""
        source = self.data if self.is_bound else self.initial
        filled = [
            n
            for n in range(_MOST_ROWS)
            if any(str(source.get(f"{prefix}_{name}_{n}") or "").strip() for name in names)
        ]
        number = max(_ROWS, (filled[-1] + 1 if filled else 0) + _SPARE)
        groups = [("Nhóm đơn vị", [(f"g{pk}", group.name) for pk, group in self.groups.items()])]
        units = self.unit_choices()
        rows = []
        for n in range(min(number, _MOST_ROWS)):
            row = [f"{prefix}_{name}_{n}" for name in names]
            said = f"dòng {n + 1}"
            if prefix == "along":
                choices = [*units, *groups] if self.groups else units
                self.fields |= {
                    row[0]: forms.ChoiceField(
                        label=f"Đơn vị phối hợp, {said}", required=False, choices=choices
                    ),
                    row[1]: LineFormField(label=f"Phần việc, {said}", max_length=300, required=False),
                    row[2]: DayFormField(label=f"Hạn riêng, {said}", required=False),
                }
            else:
                self.fields |= {
                    row[0]: forms.ChoiceField(label=f"Trừ đơn vị, {said}", required=False, choices=units),
                    row[1]: LineFormField(label=f"Lý do, {said}", max_length=200, required=False),
                }
            rows.append(row)
        return rows

    # --- what the page shows

    @property
    def sections(self) -> list[dict[str, Any]]:
        source = ("tracking_unit", "plan", "clause", "source", "ordered_by", "ordered_how", "source_document")
        what = ("title", "quote", "product", "strength", "urgency", "leader_in_charge")
        more = ("nature", "allows_nil", "parts_total", "parts_label", "note")
        when = ("phrase", "due", "kind", "superior_deadline", "internal_end")
        return [
            {"title": "Nguồn giao", "icon": "paper", "fields": self.bounds(source),
             "more": self._more("Nhập văn bản mới", _PAPER)},
            {"title": "Nội dung", "icon": "task", "fields": self.bounds(what),
             "more": self._more("Phần việc đếm được, tính chất, ghi chú", more)},
            {"title": "Đơn vị thực hiện", "icon": "unit", "fields": self.bounds(("lead_how", "lead_unit")),
             "more": self._more("Các đơn vị khác được nêu cùng", ("others",)),
             "last": self.bounds(("lead_group",)),
             "rows": [self._table("Trừ các đơn vị trong nhóm", self.out_rows, "out"),
                      self._table("Đơn vị phối hợp", self.along_rows, "along")],
             "end": self.bounds(("coordination_note",))},
            {"title": "Thời hạn", "icon": "calendar", "fields": self.bounds(when), "more": None},
        ]  # fmt: skip

    def _more(self, title: str, names: Sequence[str]) -> dict[str, Any]:
        """Fields folded away until they are wanted, or hold something."""
        plain = {"nature": Task.Nature.ORDINARY}
        held = any(
            name in self.errors or (self[name].value() and self[name].value() != plain.get(name))
            for name in names
        )
        return {"title": title, "fields": self.bounds(names), "open": held}

    def _table(self, title: str, rows: list[list[str]], kind: str) -> dict[str, Any]:
        held = any(name in self.errors or self[name].value() for row in rows for name in row)
        return {"title": title, "rows": [self.bounds(row) for row in rows], "open": held, "kind": kind}

    # --- what it means

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("lead_how") == "one" and data.get("others"):
            self.add_error("lead_how", "Đã chọn thêm đơn vị khác: hãy chọn cách giao nhiều đơn vị.")
        if (
            data.get("lead_how") in ("one", "joint")
            and not data.get("lead_unit")
            and "lead_unit" not in self.errors
        ):
            self.add_error("lead_unit", "Hãy chọn đơn vị chủ trì.")
        if data.get("lead_how") == "joint" and not set(data.get("others") or ()) - {data.get("lead_unit")}:
            self.add_error("others", "Hãy chọn các đơn vị đồng chủ trì.")
        if data.get("lead_how") == "each" and not (data.get("others") or data.get("lead_unit")):
            self.add_error("others", "Hãy chọn các đơn vị được giao.")
        if data.get("lead_how") == "group" and not data.get("lead_group"):
            self.add_error("lead_group", "Hãy chọn nhóm đơn vị.")
        if data.get("parts_total") and not data.get("parts_label"):
            self.add_error("parts_label", "Hãy ghi đơn vị tính phần việc, ví dụ: địa bàn.")
        for unit, part, due in self.along_rows:
            if not data.get(unit) and (data.get(part) or data.get(due)):
                self.add_error(unit, "Hãy chọn đơn vị phối hợp của dòng này.")
        for unit, reason in self.out_rows:
            if data.get(unit) and data.get("lead_how") != "group":
                self.add_error(unit, "Chỉ trừ đơn vị khi giao cho một nhóm.")
            if not data.get(unit) and data.get(reason):
                self.add_error(unit, "Hãy chọn đơn vị được trừ.")
        return data

    def fill(self, task: Task) -> Task:
        super().fill(task)
        names = (
            "product", "note", "nature", "allows_nil", "parts_total", "parts_label", "coordination_note",
            "superior_deadline", "internal_end",
        )  # fmt: skip
        for name in names:
            setattr(task, name, self.cleaned_data[name])
        return task

    def order(self) -> dict[str, Any]:
        """The other arguments of `actions.write_task`."""
        data = self.cleaned_data
        return {
            "leads": self._leads(),
            "along": tuple(self._along()),
            "phrase": data["phrase"],
            "due": data["due"],
            "kind": data["kind"],
        }

    def _leads(self) -> Leads:
        data = self.cleaned_data
        first = self.places.get(int(data["lead_unit"] or 0))
        rest = tuple(self.places[int(pk)] for pk in data["others"] if pk != data["lead_unit"])
        match data["lead_how"]:
            case "joint":
                return Leads(unit=first, joint=rest)
            case "each":
                return Leads(each=(first, *rest) if first else rest)
            case "group":
                left = tuple(
                    (self.places[int(data[unit])], data[reason])
                    for unit, reason in self.out_rows
                    if data[unit]
                )
                return Leads(group=self.groups[int(data["lead_group"])], left_out=left)
            case _:
                return Leads(unit=first)

    def _along(self) -> Iterator[Along]:
        data = self.cleaned_data
        named = {data["lead_unit"], *data["others"]} if data["lead_how"] != "group" else set()
        for unit, part, due in self.along_rows:
            chosen = data[unit]
            if chosen.startswith("g"):
                for member in self.groups[int(chosen[1:])].members_on(today()):
                    if str(member.pk) not in named:
                        yield Along(member, data[part], data[due])
            elif chosen:
                yield Along(self.places[int(chosen)], data[part], data[due])

    def put(self, error: ValidationError) -> None:
        """Rows have fields of their own: a refusal about them stands at the first one."""
        if hasattr(error, "error_dict"):
            for name, at in (("along", self.along_rows), ("left_out", self.out_rows)):
                if name in error.error_dict:
                    error.error_dict[at[0][0]] = error.error_dict.pop(name)
        super().put(error)


def initial_of(task: Task) -> dict[str, Any]:
    """A draft as the form shows it."""
    names = (
        "source", "ordered_by", "ordered_how", "title", "quote", "product", "strength", "urgency", "nature",
        "allows_nil", "parts_total", "parts_label", "note", "phrase", "superior_deadline", "internal_end",
        "coordination_note",
    )  # fmt: skip
    found: dict[str, Any] = {name: getattr(task, name) for name in names}
    keys = (
        "plan_id",
        "clause_id",
        "source_document_id",
        "leader_in_charge_id",
        "lead_unit_id",
        "tracking_unit_id",
    )
    found |= {name.removesuffix("_id"): str(getattr(task, name) or "") for name in keys}
    found |= _deadline_by_hand(task)
    along = list(task.coordinations.select_related("unit"))
    joint = [str(each.unit_id) for each in along if each.kind == Coordination.Kind.JOINT]
    found |= {"lead_how": "joint" if joint else "one", "others": joint}
    if task.lead_group is not None and task.lead_group.ad_hoc:
        members = task.lead_group.members_on(today()).values_list("pk", flat=True)
        found |= {"lead_how": "each", "others": [str(pk) for pk in members]}
    elif task.lead_group is not None:
        found |= {"lead_how": "group", "lead_group": str(task.lead_group_id)}
    for n, each in enumerate(each for each in along if each.kind != Coordination.Kind.JOINT):
        found |= {f"along_unit_{n}": str(each.unit_id), f"along_part_{n}": each.part}
        found[f"along_due_{n}"] = each.nominal_end
    for n, out in enumerate(task.exclusions.all()):
        found |= {f"out_unit_{n}": str(out.unit_id), f"out_reason_{n}": out.reason}
    return found


def _deadline_by_hand(task: Task) -> dict[str, Any]:
    """What a person has put over the reading of the phrase; nothing where the phrase says it itself."""
    try:
        read = read_phrase(task, task.phrase, None)
    except RuleBroken:
        read = {"deadline_kind": "", "nominal_end": None}
    due = task.nominal_end if read["nominal_end"] != task.nominal_end and not task.counts_from else None
    differs = read["deadline_kind"] != task.deadline_kind and task.deadline_kind in BY_HAND
    # A day beside the phrase says by itself that the deadline is a day.
    says_more = differs and task.deadline_kind != DeadlineKind.DATE
    return {"due": due, "kind": task.deadline_kind if says_more else ""}


def _documents(user: User) -> list[Document]:
    """Papers of the plans and tasks this person's offices follow, newest first."""
    ranges = user.ranges(Role.PLAN_OWNER)
    followed = Task.objects.filter(within("tracking_unit", ranges), source_document__isnull=False)
    plans = Plan.objects.written_by(user)
    return list(
        Document.objects.filter(
            Q(pk__in=followed.values("source_document")) | Q(pk__in=plans.values("document"))
        ).order_by("-issued_on", "-pk")[:MOST_DOCUMENTS]
    )


def _named(user: User) -> str:
    return f"{user.full_name} – {user.position}" if user.position else user.full_name


class ChainForm(OrderForm):
    """An order several units answer, and its synthesis by one (seed 001): both are given in one act."""

    nature = forms.ChoiceField(
        label="Yêu cầu các đơn vị",
        choices=[(Task.Nature.EXPLANATION.value, "Giải trình"), (Task.Nature.ORDINARY.value, "Báo cáo")],
    )
    overdue = forms.MultipleChoiceField(
        label="Về các nhiệm vụ quá hạn",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"}),
        help_text="Đơn vị chủ trì của nhiệm vụ được chọn cũng phải giải trình; mỗi đơn vị chỉ thấy nhiệm vụ của mình.",
    )
    units = forms.MultipleChoiceField(
        label="Các đơn vị", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "checks"})
    )
    allows_nil = forms.BooleanField(label="Được báo cáo “không phát sinh” (nếu có)", required=False)
    answer_by = DayFormField(
        label="Hạn các đơn vị gửi (hạn nội bộ)",
        error_messages={"required": "Hãy ghi hạn các đơn vị gửi."},
        help_text="Trước thời hạn ghi trong văn bản, để đơn vị tổng hợp còn thời gian.",
    )
    collector = forms.ChoiceField(label="Đơn vị tổng hợp")

    def __init__(self, *args: Any, overdue: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.late = {task.pk: task for task in overdue}
        self._choose(
            "overdue", [(str(pk), f"{task.lead_label}: {task.title}") for pk, task in self.late.items()]
        )
        inside = {pk: unit for pk, unit in self.places.items() if not unit.is_outside}
        rows = [(str(pk), f"{'– ' * unit.depth}{unit.name}") for pk, unit in inside.items()]
        self._choose("units", rows)
        self._choose("collector", [("", "–"), *rows])
        self.fields["phrase"].label = "Thời hạn ghi trong văn bản (hạn tổng hợp)"
        if not self.late:
            del self.fields["overdue"]

    @property
    def sections(self) -> list[dict[str, Any]]:
        source = ("tracking_unit", "plan", "clause", "source", "ordered_by", "ordered_how", "source_document")
        what = ("nature", "title", "quote", "strength", "urgency", "leader_in_charge", "allows_nil")
        paper = {"title": "Nhập văn bản mới", "fields": self.bounds(_PAPER),
                 "open": any(name in self.errors or self[name].value() for name in _PAPER)}  # fmt: skip
        return [
            {"title": "Nội dung yêu cầu", "icon": "task", "fields": self.bounds(what)},
            {"title": "Đơn vị phải trả lời", "icon": "unit", "fields": self.bounds(("overdue", "units"))},
            {"title": "Thời hạn và tổng hợp", "icon": "calendar",
             "fields": self.bounds(("phrase", "due", "answer_by", "collector"))},
            {"title": "Nguồn giao", "icon": "paper", "fields": self.bounds(source), "more": paper},
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("units") and not data.get("overdue"):
            self.add_error("units", "Hãy chọn các đơn vị phải trả lời.")
        elif data.get("collector") in {str(unit.pk) for unit in self.asked()}:
            self.add_error("collector", "Đơn vị tổng hợp không đồng thời là đơn vị phải trả lời.")
        return data

    def _chosen(self) -> list[Task]:
        return [self.late[int(pk)] for pk in self.cleaned_data.get("overdue") or []]

    def asked(self) -> tuple[Unit, ...]:
        """Units ticked, and those that lead the tasks ticked, in the order of the organisation."""
        wanted = {int(pk) for pk in self.cleaned_data.get("units") or []}
        wanted |= {task.lead_unit_id for task in self._chosen() if task.lead_unit_id}
        return tuple(unit for pk, unit in self.places.items() if pk in wanted)

    def about(self) -> dict[int, str]:
        """Unit → the overdue tasks it is asked about; no unit reads of another's."""
        found: dict[int, list[str]] = {}
        for task in self._chosen():
            found.setdefault(task.lead_unit_id or 0, []).append(f"{task.code}: {task.title}")
        return {
            unit: f"Về {count_vi(len(titles))} nhiệm vụ quá hạn:\n" + "\n".join(titles)
            for unit, titles in found.items()
        }

    def order(self) -> dict[str, Any]:
        """The other arguments of `actions.order_with_synthesis`."""
        data = self.cleaned_data
        answer_by: date = data["answer_by"]
        return {
            "units": self.asked(),
            "collector": self.places[int(data["collector"])],
            "phrase": data["phrase"],
            "due": data["due"],
            "answer_by": answer_by,
            "about": self.about(),
        }

    def fill(self, task: Task) -> Task:
        super().fill(task)
        task.nature = self.cleaned_data["nature"]
        task.allows_nil = self.cleaned_data["allows_nil"]
        return task
