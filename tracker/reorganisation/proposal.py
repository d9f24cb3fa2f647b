"""What somebody wants to reorganise, and whether the rules allow it. Nothing is moved here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from core.clock import today
from core.text import date_vi
from units.actions import RuleBroken
from units.agency import is_administrator, keeps_catalogues, keeps_organisation
from units.models import Reorganisation, Unit, User

Kind = Reorganisation.Kind

# A day to come may lie this far ahead: decisions are not written years before.
LONGEST_AHEAD = timedelta(days=366)


class ChangedMeanwhile(RuleBroken):
    """What moves is no longer what was shown: it must be looked at again, and nothing has been done."""

    def __init__(self) -> None:
        super().__init__("Dữ liệu đã thay đổi từ lúc xem trước; hãy xem lại rồi xác nhận.")


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A successor that does not exist yet; it takes kind and place in the tree of the first predecessor."""

    code: str
    name: str
    short_name: str = ""

    @property
    def label(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class Choices:
    """Which successor takes what: item → place in `Proposal.successors`; None: it stays (a transfer), or a grant ends.

    What is not named goes to the first successor; in a transfer it stays. `along` are the tasks of a split on which
    the other successors work along.
    """

    tasks: dict[int, int | None] = field(default_factory=dict)
    targets: dict[int, int | None] = field(default_factory=dict)
    children: dict[int, int | None] = field(default_factory=dict)
    grants: dict[int, int | None] = field(default_factory=dict)
    along: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, Any]:
        maps = {name: {str(k): v for k, v in getattr(self, name).items()} for name in MAPS}
        return {**maps, "along": sorted(self.along)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Choices":
        maps = {name: {int(k): v for k, v in stored.get(name, {}).items()} for name in MAPS}
        return cls(**maps, along=frozenset(stored.get("along", ())))


MAPS = ("tasks", "targets", "children", "grants")


@dataclass(frozen=True, slots=True)
class Proposal:
    """`successors` in order: the first is the one that inherits what nobody chose. `names` is for a renaming:
    name, short_name, abbreviation, place_name."""

    kind: str
    predecessors: tuple[Unit, ...]
    effective_on: date
    decision: str
    successors: tuple[Unit | NewUnit, ...] = ()
    note: str = ""
    names: dict[str, str] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)

    @property
    def ends_units(self) -> bool:
        return self.kind in Reorganisation.ENDING

    @property
    def is_ahead(self) -> bool:
        return self.effective_on > today()

    @property
    def reason(self) -> str:
        """The words of every ledger line."""
        return f"{Kind(self.kind).label} đơn vị theo {self.decision}."

    def taker(self, what: str, pk: int) -> int | None:
        """Place of the successor that takes this item; None when it stays, ends, or nobody takes it."""
        if not self.successors:
            return None
        default = None if self.kind == Kind.TRANSFER else 0
        return getattr(self.choices, what).get(pk, default)


def may_reorganise(user: User, unit: Unit) -> bool:
    """Whoever keeps the organisation the unit belongs to, or the administrator. A body outside our authority stands
    below nobody: the office that keeps the common catalogues follows its changes too."""
    if is_administrator(user) or user.is_system or keeps_organisation(user, unit) is not None:
        return True
    return unit.is_outside and unit.parent_id is None and keeps_catalogues(user)


def check(proposal: Proposal, by: User) -> None:
    """Raises RuleBroken, by field, for what the rules do not allow."""
    existing = [unit for unit in proposal.successors if isinstance(unit, Unit)]
    for unit in (*proposal.predecessors, *existing):
        if not may_reorganise(by, unit):
            raise RuleBroken(f"Đồng chí không có quyền tổ chức lại {unit.name}.")
    if not proposal.decision.strip():
        raise RuleBroken({"decision": "Hãy ghi số, ký hiệu, ngày của văn bản quyết định."})
    _check_day(proposal.effective_on)
    _check_numbers(proposal)
    if not proposal.is_ahead:
        check_on_its_day(proposal)


def check_on_its_day(proposal: Proposal) -> None:
    """What must hold when it is carried out; of a day to come it is looked at on that day."""
    on = proposal.effective_on
    for unit in proposal.predecessors:
        if unit.closed_on is not None:
            raise RuleBroken({"units": f"{unit.name} đã chấm dứt hoạt động từ {date_vi(unit.closed_on)}."})
        if unit.opened_on is not None and unit.opened_on >= on:
            raise RuleBroken(
                {
                    "effective_on": f"{unit.name} thành lập ngày {date_vi(unit.opened_on)}; hãy chọn ngày sau ngày đó."
                }
            )
    codes = [unit.code for unit in proposal.successors if isinstance(unit, NewUnit)]
    taken = Unit.objects.filter(code__in=codes).values_list("code", flat=True).first()
    if taken is not None:
        raise RuleBroken({"successor": f"Mã đơn vị “{taken}” đã dùng; mã của đơn vị cũ không dùng lại."})
    for successor in proposal.successors:
        if isinstance(successor, NewUnit):
            continue
        if successor.closed_on is not None:
            raise RuleBroken({"successor": f"{successor.name} đã chấm dứt hoạt động, không tiếp nhận được."})
        if successor.opened_on is not None and successor.opened_on > on:
            raise RuleBroken({"successor": f"{successor.name} chưa thành lập vào ngày {date_vi(on)}."})


def _check_day(on: date) -> None:
    earliest = today() - timedelta(days=settings.REORGANISATION_DAYS_BACK)
    if on < earliest:
        raise RuleBroken(
            {
                "effective_on": f"Chỉ ghi nhận được việc tổ chức lại có hiệu lực từ {date_vi(earliest)} trở lại đây."
            }
        )
    if on > today() + LONGEST_AHEAD:
        raise RuleBroken({"effective_on": "Ngày có hiệu lực không được sau hôm nay quá một năm."})


def _check_numbers(proposal: Proposal) -> None:
    before, after = proposal.predecessors, proposal.successors
    if not before:
        raise RuleBroken({"units": "Hãy chọn đơn vị."})
    if len(before) > 1 and proposal.kind != Kind.MERGE:
        raise RuleBroken({"units": "Chỉ chọn một đơn vị."})
    if any(unit in before for unit in after):
        raise RuleBroken({"successor": "Đơn vị kế thừa phải khác đơn vị được tổ chức lại."})
    codes = [unit.code for unit in after]
    if len(set(codes)) < len(codes):
        raise RuleBroken({"successor": "Mỗi đơn vị kế thừa chỉ ghi một lần, mã không được trùng."})
    match proposal.kind:
        case Kind.RENAME:
            if not proposal.names.get("name", "").strip():
                raise RuleBroken({"name": "Hãy ghi tên mới."})
            same = ("name", "short_name")
            if all(proposal.names.get(key, "") == getattr(before[0], key) for key in same):
                raise RuleBroken({"name": "Tên mới giống tên hiện nay."})
        case Kind.MERGE:
            if len(after) != 1:
                raise RuleBroken({"successor": "Hãy chọn hoặc ghi đơn vị kế thừa."})
            if len(before) == 1 and isinstance(after[0], NewUnit):
                raise RuleBroken(
                    {"units": "Hợp nhất thành đơn vị mới cần ít nhất hai đơn vị; một đơn vị thì đổi tên."}
                )
        case Kind.SPLIT:
            if len(after) < 2:
                raise RuleBroken({"successor": "Chia, tách cần ít nhất hai đơn vị kế thừa."})
        case Kind.TRANSFER:
            if len(after) != 1:
                raise RuleBroken({"successor": "Hãy chọn hoặc ghi đơn vị tiếp nhận."})
        case Kind.DISSOLVE:
            if len(after) > 1:
                raise RuleBroken(
                    {"successor": "Giải thể có nhiều nhất một đơn vị tiếp nhận; nhiều hơn là chia, tách."}
                )
