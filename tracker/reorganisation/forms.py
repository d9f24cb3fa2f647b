"""The form of a reorganisation: which units, into what, by which decision, from which day."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from core.clock import today
from core.fields import DayFormField, LineFormField, ProseFormField
from core.forms import StyledForm
from tracker.reorganisation.proposal import MAPS, Choices, Kind, NewUnit, Proposal
from units.agency import agency_of, is_administrator, keeps_catalogues
from units.models import Reorganisation, Unit, User
from units.permissions import Role

# Into how many units one may be split on the page.
MOST_SUCCESSORS = 4

ONE_NEW = (Kind.MERGE, Kind.TRANSFER)


def units_kept_by(user: User) -> QuerySet[Unit]:
    """Units whose changes this person records: `proposal.may_reorganise` as a query."""
    if is_administrator(user):
        return Unit.objects.all()
    found = Unit.objects.none()
    for grant in user.grants_today:
        if grant.role == Role.PLAN_OWNER:
            found |= Unit.objects.subtree(agency_of(grant.unit))
    if keeps_catalogues(user):
        found |= Unit.objects.filter(kind=Unit.Kind.OUTSIDE, parent__isnull=True)
    return found


def kept_rows(user: User) -> QuerySet[Reorganisation]:
    """Reorganisations of those units, past ones and those to come."""
    kept = units_kept_by(user).order_by().values("pk")
    rows = Reorganisation.objects.filter(predecessors__in=kept) | Reorganisation.objects.filter(
        successors__in=kept
    )
    return rows.distinct()


class _UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Any) -> str:
        return f"{'– ' * unit.depth}{unit.name}"


class _UnitChoices(forms.ModelMultipleChoiceField):
    def label_from_instance(self, unit: Any) -> str:
        return str(unit.name)


class ReorganisationForm(StyledForm, forms.Form):
    """`kind` says which fields stand on the page."""

    units = _UnitChoices(
        queryset=Unit.objects.none(), label="Các đơn vị được hợp nhất", widget=forms.CheckboxSelectMultiple
    )
    unit = _UnitChoice(queryset=Unit.objects.none(), label="Đơn vị", empty_label="Chọn đơn vị")
    name = LineFormField(label="Tên mới", max_length=200)
    short_name = LineFormField(label="Tên gọi tắt mới", max_length=80, required=False)
    abbreviation = LineFormField(
        label="Chữ viết tắt trong ký hiệu văn bản",
        max_length=30,
        required=False,
        help_text="Để trống: giữ như cũ.",
    )
    place_name = LineFormField(
        label="Địa danh", max_length=80, required=False, help_text="Để trống: giữ như cũ."
    )
    decision = LineFormField(
        label="Văn bản quyết định",
        max_length=200,
        help_text="Ví dụ: Quyết định số 88/QĐ-SNNMT ngày 12/10/2026.",
    )
    effective_on = DayFormField(
        label="Có hiệu lực từ",
        help_text="Ngày trong tương lai thì hệ thống ghi nhận và thực hiện vào ngày đó.",
    )
    note = ProseFormField(label="Ghi chú", max_length=2000, required=False)
    errors_title = "Chưa xem trước được."

    def __init__(self, *args: Any, kind: str, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"effective_on": today()})
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.rows = {Kind.SPLIT: MOST_SUCCESSORS, Kind.DISSOLVE: 1}.get(Kind(kind), int(kind in ONE_NEW))
        open_units = units_kept_by(user).filter(closed_on__isnull=True).order_by("tree_start")
        dropped = {"unit"} if kind == Kind.MERGE else {"units"}
        if kind != Kind.RENAME:
            dropped |= {"name", "short_name", "abbreviation", "place_name"}
        for each in dropped:
            del self.fields[each]
        first = "units" if kind == Kind.MERGE else "unit"
        self.fields[first].queryset = open_units  # type: ignore[attr-defined]
        for number in range(1, self.rows + 1):
            self._add_successor(number, open_units)
        tail = ("decision", "effective_on", "note")
        self.order_fields([*(name for name in self.fields if name not in tail), *tail])

    def _add_successor(self, number: int, units: QuerySet[Unit]) -> None:
        which = f" {number}" if self.rows > 1 else ""
        word = "tiếp nhận" if self.kind in (Kind.DISSOLVE, Kind.TRANSFER) else "kế thừa"
        field = _UnitChoice(
            queryset=units,
            required=False,
            label=f"Đơn vị {word}{which}",
            empty_label="Chưa có đơn vị tiếp nhận"
            if self.kind == Kind.DISSOLVE
            else "Đơn vị mới, ghi ở dưới",
        )
        field.widget.attrs["class"] = "form-select"
        self.fields[f"successor_{number}"] = field
        if self.kind == Kind.DISSOLVE:
            return
        texts = (
            ("code", "Mã đơn vị mới", 30),
            ("new", "Tên đơn vị mới", 200),
            ("short", "Tên gọi tắt của đơn vị mới", 80),
        )
        # Asked for unless a unit is chosen above.
        self.sometimes_required = (*self.sometimes_required, f"code_{number}", f"new_{number}")
        for name, label, length in texts:
            text = LineFormField(label=f"{label}{which}", max_length=length, required=False)
            text.widget.attrs |= {"class": "form-control", "autocomplete": "off"}
            self.fields[f"{name}_{number}"] = text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        successors: list[Unit | NewUnit] = []
        for number in range(1, self.rows + 1):
            chosen = data.get(f"successor_{number}")
            code, name = data.get(f"code_{number}", ""), data.get(f"new_{number}", "")
            if chosen is not None and (code or name):
                self.add_error(f"new_{number}", "Chọn đơn vị có sẵn hoặc ghi đơn vị mới, không cả hai.")
            elif chosen is not None:
                successors.append(chosen)
            elif code and name:
                successors.append(NewUnit(code, name, data.get(f"short_{number}", "")))
            elif code or name:
                missing = f"code_{number}" if name else f"new_{number}"
                self.add_error(missing, "Đơn vị mới cần cả mã và tên.")
        data["successors"] = tuple(successors)
        return data

    def proposal(self, choices: Choices) -> Proposal:
        data = self.cleaned_data
        before = tuple(data["units"]) if self.kind == Kind.MERGE else (data["unit"],)
        names = ("name", "short_name", "abbreviation", "place_name")
        return Proposal(
            kind=self.kind,
            predecessors=before,
            successors=data["successors"],
            effective_on=data["effective_on"],
            decision=data["decision"],
            note=data["note"],
            names={name: data[name] for name in names} if self.kind == Kind.RENAME else {},
            choices=choices,
        )

    def put_on(self, error: ValidationError) -> None:
        """Errors of the rules beside the field they speak of, as this page names it."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        here = {"units": "unit", "successor": "successor_1"}
        for name, errors in error.error_dict.items():
            field = name if name in self.fields else here.get(name)
            self.add_error(field if field in self.fields else None, errors)

    def hidden_pairs(self) -> list[tuple[str, str]]:
        """What was typed, to carry it along behind the preview."""
        pairs = []
        for name in self.fields:
            values = (
                self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data.get(name, "")]
            )
            pairs += [(name, value) for value in values]
        return pairs


def choices_in(posted: QueryDict) -> Choices:
    """Who takes what, as the selects of the preview say: `tasks-7=1`; empty: it stays, or ends."""
    maps: dict[str, dict[int, int | None]] = {name: {} for name in MAPS}
    along = set()
    for key in posted:
        what, _, pk = key.partition("-")
        if not pk.isdecimal() or len(pk) > 18:
            continue
        value = str(posted[key])
        if what == "along":
            along.add(int(pk))
        elif what in maps and (value == "" or (value.isdecimal() and int(value) < MOST_SUCCESSORS)):
            maps[what][int(pk)] = int(value) if value else None
    return Choices(**maps, along=frozenset(along))
