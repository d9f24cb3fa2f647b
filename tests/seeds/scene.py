"""What each of the five documents stands on: units, people, a plan, and a short way to write its orders."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.clock import today
from plans.documents import link, register
from plans.drafting import WantedClause, WantedMilestone, cited_document, save_outline, save_plan, save_target
from plans.levels import parse_level
from plans.models import Clause, Document, Indicator, Plan, Target
from tasks import actions
from tasks.actions import Along, Leads
from tasks.ledger import Decision
from tasks.models import Task
from tasks.models.facts import How
from tests.cast import make_unit, make_user
from tracker.activation import activate
from units.actions import grant_role, renumber_tree, set_group
from units.models import Unit, UnitGroup, User
from units.permissions import Role

EVER = date(2000, 1, 1)
Kind = Unit.Kind


@dataclass
class Seed:
    """One document with all that hangs on it. `rows` names the task of a row; objects are read anew when asked."""

    units: dict[str, Unit]
    office: User
    leader: User
    heads: dict[str, User] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    clause_rows: dict[str, int] = field(default_factory=dict)
    target_rows: dict[str, list[int]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    plan_id: int = 0

    @property
    def plan(self) -> Plan:
        return Plan.objects.select_related("document", "tracking_unit").get(pk=self.plan_id)

    @property
    def said(self) -> Decision:
        """A leader's word the office records."""
        return Decision(self.leader.full_name, How.MEETING, self.plan.document.citation)

    def task(self, row: str) -> Task:
        return Task.objects.get(pk=self.rows[row])

    def parts(self, row: str) -> list[Task]:
        return list(Task.objects.filter(parent=self.rows[row]).order_by("lead_unit__tree_start"))

    def clause(self, row: str) -> Clause:
        return Clause.objects.get(pk=self.clause_rows[row])

    def targets(self, row: str) -> list[Target]:
        return list(Target.objects.filter(pk__in=self.target_rows[row]).order_by("order"))

    def acts_for(self, task: Task) -> User:
        """Who does the unit's side: its own head, else the office for it."""
        return self.heads.get(task.lead_unit.code if task.lead_unit else "", self.office)

    # --- writing it ---------------------------------------------------------------------------------------

    def document(
        self, kind: str, number: str, on: date | None, issuer: str, subject: str, **more: Any
    ) -> Document:
        return register(
            Document(kind=kind, number=number, issued_on=on, issuer=issuer, subject=subject, **more),
            by=self.office,
        )

    def write_plan(
        self,
        code: str,
        title: str,
        *,
        issuer: str,
        tracking: str,
        starts: date,
        ends: date,
        document: dict[str, Any],
        bases: Iterable[Document] = (),
        clauses: Iterable[tuple[str, str, str]] = (),
    ) -> Plan:
        """`clauses`: (row, label as printed, our words) in the order of the document; labels may repeat."""
        plan = Plan(code=code)
        wanted = {
            "title": title,
            "issuer": self.units[issuer],
            "tracking_unit": self.units[tracking],
            "leader_in_charge": self.leader,
            "starts_on": starts,
            "ends_on": ends,
        }
        save_plan(plan, wanted, document, list(bases), by=self.office)
        times: dict[str, int] = {}
        lines = []
        for row, label, text in clauses:
            times[label] = times.get(label, 0) + 1
            lines.append((row, WantedClause((label, times[label]), label, text, 1)))
        found, _ = save_outline(plan, [line for _, line in lines])
        self.clause_rows |= {row: found[line.key].pk for row, line in lines}
        self.plan_id = plan.pk
        return plan

    def order(
        self,
        row: str,
        title: str,
        *,
        lead: str = "",
        each: str = "",
        group: UnitGroup | None = None,
        along: Iterable[str] = (),
        phrase: str = "",
        due: date | None = None,
        clause: str = "",
        **fields: Any,
    ) -> Task:
        """`lead` and `each` are codes of units, several parted by a blank."""
        place = self.clause(clause or row) if (clause or row) in self.clause_rows else None
        task = Task(
            plan=self.plan, title=title, clause=place, tracking_unit=self.plan.tracking_unit, **fields
        )
        leads = Leads(
            unit=self.units[lead] if lead else None,
            each=tuple(self.units[code] for code in each.split()),
            group=group,
        )
        helpers = tuple(Along(self.units[code]) for code in along)
        actions.write_task(task, by=self.office, leads=leads, along=helpers, phrase=phrase, due=due)
        self.rows[row] = task.pk
        return task

    def promise(
        self,
        row: str,
        name: str,
        indicator: Indicator,
        level: str,
        *,
        phrase: str = "",
        due: date | None = None,
        printed: date | None = None,
        unit: str = "",
        group: UnitGroup | None = None,
    ) -> Target:
        read = parse_level(level)
        target = Target(plan=self.plan)
        wanted = {
            "code": f"CT{Target.objects.filter(plan=self.plan).count() + 1:02d}",
            "order": Target.objects.filter(plan=self.plan).count(),
            "name": name,
            "scope": "unit" if unit else "each" if group else "unstated",
            "unit": self.units[unit] if unit else None,
            "group": group,
        }
        step = WantedMilestone(phrase, None, printed, due, read.comparator, Decimal(read.value), level)
        save_target(target, wanted, [indicator], [step])
        self.target_rows.setdefault(row, []).append(target.pk)
        return target

    def give(self) -> None:
        activate(self.plan, by=self.office, on=today(), acknowledged=True)


def person(username: str, full_name: str, role: Role, unit: Unit, position: str = "") -> User:
    """Somebody whose role is older than the documents."""
    user = make_user(username, full_name, position=position)
    grant_role(user, role, unit, by=None, valid_from=EVER)
    return user


def ratio(code: str, name: str, above: str, below: str, **more: Any) -> Indicator:
    return Indicator.objects.create(code=code, name=name, numerator=above, denominator=below, **more)


# code, name, kind
_BODIES = (
    ("VPUB", "Văn phòng UBND tỉnh", Kind.OFFICE),
    ("SNV", "Sở Nội vụ", Kind.DEPARTMENT),
    ("SNGV", "Sở Ngoại vụ", Kind.DEPARTMENT),
    ("TTTT", "Sở Thông tin và Truyền thông", Kind.DEPARTMENT),
    ("KHCN", "Sở Khoa học và Công nghệ", Kind.DEPARTMENT),
    ("STC", "Sở Tài chính", Kind.DEPARTMENT),
    ("VHTT", "Sở Văn hóa, Thể thao và Du lịch", Kind.DEPARTMENT),
    ("TNMT", "Sở Tài nguyên và Môi trường", Kind.DEPARTMENT),
    ("TTHCC", "Trung tâm Phục vụ hành chính công tỉnh", Kind.ATTACHED),
    ("BH", "UBND thành phố Biên Hòa", Kind.COMMITTEE),
    ("LT", "UBND huyện Long Thành", Kind.COMMITTEE),
)
_OUTSIDE = (
    ("BD", "Bưu điện tỉnh"),
    ("DPT", "Đài Phát thanh và Truyền hình Đồng Nai"),
    ("BDN", "Báo Đồng Nai"),
    ("VT", "Các doanh nghiệp viễn thông"),
)
DEPARTMENTS = ("SNV", "SNGV", "TTTT", "KHCN", "STC", "VHTT", "TNMT")
DISTRICTS = ("BH", "LT")


def province(office_in: str, leader_of: str, *heads: str) -> Seed:
    """Đồng Nai: the bodies its four documents name, two districts standing for all. `office_in` follows the plan; only
    `heads` ever sign in."""
    ubnd = make_unit("UBND", "UBND tỉnh Đồng Nai", Kind.COMMITTEE, short_name="UBND tỉnh")
    units = {"UBND": ubnd}
    for code, name, kind in _BODIES:
        units[code] = make_unit(code, name, kind, ubnd)
    for code in ("TNMT", "TTTT"):
        units[f"VP{code}"] = make_unit(f"VP{code}", f"Văn phòng {units[code].name}", Kind.OFFICE, units[code])
    for code, name in _OUTSIDE:
        units[code] = make_unit(code, name, Kind.OUTSIDE)
    renumber_tree()
    for unit in units.values():
        unit.refresh_from_db()
    office = person("vanphong", "Nguyễn Thị Lan", Role.PLAN_OWNER, units[office_in])
    leader = person("lanhdao", "Trần Thị Hòa", Role.LEADER, units[leader_of], "Lãnh đạo")
    people = {code: person(code.lower(), f"Thủ trưởng {code}", Role.UNIT_HEAD, units[code]) for code in heads}
    return Seed(units, office, leader, people)


def collective(seed: Seed, name: str, codes: Iterable[str]) -> UnitGroup:
    return set_group(name, [seed.units[code] for code in codes], since=EVER)


def cited(seed: Seed, kind: str, number: str, on: date, issuer: str, subject: str) -> Document:
    """A document another one cites: stored once."""
    return cited_document(kind, number, on, issuer, subject, agency=seed.units["UBND"])


__all__ = ["DEPARTMENTS", "DISTRICTS", "EVER", "Seed", "cited", "collective", "link", "province", "ratio"]
