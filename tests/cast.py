"""The cast: one small department, seven people, one plan. Tú sees nothing of other units."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from core.deadlines import DeadlineKind
from plans.models import Document, Plan
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Task
from tasks.models.facts import How
from units.actions import grant_role, renumber_tree, save_unit, set_group
from units.models import CalendarDay, Unit, UnitGroup, User
from units.permissions import Role

# A Tuesday in a week without holidays; tests freeze it with time_machine.
TODAY = date(2026, 10, 13)
LONG_AGO = date(2020, 1, 1)
# A leader's word that an officer records.
SAID = Decision(decided_by="Trần Thị Hòa", how=How.MEETING, basis="15/TB-SNNMT")


@dataclass
class Cast:
    so: Unit
    vp: Unit
    ptd: Unit
    vpdk: Unit
    cn1: Unit
    cn2: Unit
    doan: Unit
    ubtx: Unit
    branches: UnitGroup
    hoa: User
    lan: User
    minh: User
    mai: User
    tu: User
    dung: User
    son: User
    stranger: User
    plan: Plan

    @cached_property
    def people(self) -> list[User]:
        return [self.hoa, self.lan, self.minh, self.mai, self.tu, self.dung, self.son, self.stranger]

    def task(
        self, code: str = "NV01", lead: Unit | None = None, *, given: bool = True, **fields: object
    ) -> Task:
        """A task of the plan led by `lead` (the division by default), due 30/10/2026 unless told otherwise."""
        defaults: dict = {
            "plan": self.plan,
            "code": code,
            "title": f"Rà soát quy trình nội bộ {code}",
            "tracking_unit": self.vp,
            "deadline_kind": DeadlineKind.DATE,
            "phrase": "30/10/2026",
            "nominal_end": date(2026, 10, 30),
        }
        if "lead_group" not in fields:
            defaults["lead_unit"] = lead or self.ptd
        coordinators = fields.pop("coordinators", ())
        assigned_on = fields.pop("assigned_on", date(2026, 10, 1))
        task = Task(**(defaults | fields))
        calendar = CalendarDay.objects.as_calendar(task.lead_unit)
        actions.save_task(task, coordinators=coordinators, calendar=calendar)  # type: ignore[arg-type]
        if given:
            actions.assign(task, by=self.lan, on=assigned_on)  # type: ignore[arg-type]
        return Task.objects.get(pk=task.pk)


def make_unit(code: str, name: str, kind: str, parent: Unit | None = None, **fields: object) -> Unit:
    position = Unit.objects.count()
    unit = Unit(code=code, name=name, kind=kind, parent=parent, position=position, **fields)
    return save_unit(unit, valid_from=LONG_AGO, renumber=False)


def make_user(username: str, full_name: str, *grants: tuple[Role, Unit], position: str = "") -> User:
    user = User(username=username, full_name=full_name, position=position, email=f"{username}@example.vn")
    user.set_unusable_password()
    user.save()
    for role, unit in grants:
        grant_role(user, role, unit, by=None, valid_from=LONG_AGO)
    return user


def make_cast() -> Cast:
    kind = Unit.Kind
    so = make_unit("SO", "Sở Nông nghiệp và Môi trường", kind.DEPARTMENT, short_name="Sở")
    vp = make_unit("VP", "Văn phòng Sở", kind.OFFICE, so)
    ptd = make_unit("PTD", "Phòng Quản lý đất đai", kind.DIVISION, so)
    vpdk = make_unit("VPDK", "Văn phòng Đăng ký đất đai", kind.ATTACHED, so, short_name="VPĐKĐĐ")
    cn1 = make_unit("CN1", "Chi nhánh Bình Sơn", kind.BRANCH, vpdk)
    cn2 = make_unit("CN2", "Chi nhánh An Phú", kind.BRANCH, vpdk)
    doan = make_unit("DOAN", "Đoàn Thanh niên Sở", kind.UNION, so)
    ubtx = make_unit("UBTX", "UBND các xã, phường", kind.OUTSIDE)
    renumber_tree()
    for unit in (so, vp, ptd, vpdk, cn1, cn2, doan, ubtx):
        unit.refresh_from_db()
    branches = set_group("Các Chi nhánh VPĐKĐĐ", [cn1, cn2], since=LONG_AGO)
    document = Document.objects.create(
        number="12/KH-SNNMT",
        issued_on=date(2026, 9, 28),
        issuer="Sở Nông nghiệp và Môi trường",
        subject="Đẩy mạnh dịch vụ công trực tuyến năm 2026",
    )
    hoa = make_user("hoa", "Trần Thị Hòa", (Role.LEADER, so), position="Giám đốc")
    lan = make_user("lan", "Nguyễn Thị Lan", (Role.PLAN_OWNER, vp), position="Chuyên viên")
    minh = make_user("minh", "Lê Văn Minh", (Role.UNIT_HEAD, ptd), position="Trưởng phòng")
    mai = make_user("mai", "Phạm Thị Mai", (Role.UNIT_CLERK, ptd), position="Chuyên viên")
    tu = make_user("tu", "Đỗ Anh Tú", (Role.UNIT_HEAD, cn1), position="Giám đốc Chi nhánh")
    dung = make_user("dung", "Vũ Tiến Dũng", (Role.UNIT_HEAD, vpdk), position="Giám đốc")
    son = make_user("son", "Bùi Hồng Sơn", (Role.AUDITOR, so), position="Thanh tra viên")
    stranger = make_user("la", "Người Ngoài")
    plan = Plan.objects.create(
        code="KH12",
        title="Đẩy mạnh dịch vụ công trực tuyến năm 2026",
        document=document,
        issuer=so,
        tracking_unit=vp,
        leader_in_charge=hoa,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        state=Plan.State.ACTIVE,
        activated_at="2026-10-01T08:00:00+07:00",
    )
    return Cast(
        so, vp, ptd, vpdk, cn1, cn2, doan, ubtx, branches, hoa, lan, minh, mai, tu, dung, son, stranger, plan
    )
