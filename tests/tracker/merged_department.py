"""A department in mid-plan, as its plan of 2023 names it: office, land registration office with branches, divisions.

Forty orders in every state a task can have; two branches hold parts of the same orders, some done at one of them.
"""

from dataclasses import dataclass
from datetime import date

from core.deadlines import DeadlineKind
from plans.models import Plan, Target
from tasks import actions
from tasks.ledger import Decision
from tasks.models import Explanation, Task
from tests.cast import TODAY, Cast, make_unit, make_user
from tracker.reorganisation import Choices, NewUnit, Proposal
from units.actions import renumber_tree, save_member, set_group
from units.models import StaffMember, Unit, User
from units.permissions import Role

DECISION = "Quyết định số 88/QĐ-SNNMT ngày 12/10/2026"
SINCE = date(2020, 1, 1)
BY_LEADER = Decision(decided_by="Trần Thị Hòa", how="phone")


@dataclass
class Department:
    cast: Cast
    cn3: Unit
    ha: User  # head of CN2
    binh: User  # head of CN3
    orders: list[Task]
    together: dict[str, Task]  # orders to all branches, by what is special about them

    def part(self, name: str, unit: Unit) -> Task:
        return Task.objects.get(parent=self.together[name], lead_unit=unit)


def _finish(task: Task, cast: Cast) -> None:
    actions.submit(task, by=cast.lan, text="Đã xong")
    actions.confirm(task, by=cast.hoa)


def _states(task: Task, number: int, cast: Cast) -> None:
    """Brings a task into the state its number stands for; ten of them."""
    again = Task.objects.get(pk=task.pk)
    match number % 10:
        case 1:
            actions.accept(again, by=cast.tu)
        case 2:
            actions.update_progress(again, by=cast.lan, text="Đang làm", percent=40)
        case 3:
            actions.submit(again, by=cast.lan, text="Đã xong")
        case 4:
            _finish(again, cast)
        case 5:
            actions.submit(again, by=cast.lan, text="Đã xong")
            actions.return_result(again, by=cast.hoa, reason="Thiếu biên bản")
        case 6:
            actions.suspend(again, by=cast.lan, reason="Chờ hướng dẫn", decision=BY_LEADER)
        case 7:
            actions.propose_reassignment(again, by=cast.tu, reason="Không thuộc chức năng")
        case 8:
            actions.discontinue(again, by=cast.lan, reason="Không còn phù hợp", decision=BY_LEADER)
        case 9:
            actions.ask_extension(again, by=cast.tu, proposed_end=date(2026, 11, 20), reason="Chờ Bộ")


def make_department(cast: Cast) -> Department:
    cn3 = make_unit("CN3", "Chi nhánh Lộc Hà", Unit.Kind.BRANCH, cast.vpdk)
    renumber_tree()
    for unit in (cast.so, cast.vp, cast.ptd, cast.vpdk, cast.cn1, cast.cn2, cast.doan, cast.ubtx, cn3):
        unit.refresh_from_db()
    set_group(cast.branches.name, [cast.cn1, cast.cn2, cn3], since=SINCE)
    ha = make_user("ha", "Nguyễn Thu Hà", (Role.UNIT_HEAD, cast.cn2))
    binh = make_user("binh", "Trần Văn Bình", (Role.UNIT_HEAD, cn3))
    for number, unit in enumerate([cast.cn1, cast.cn1, cast.cn2, cast.ptd]):
        save_member(StaffMember(code=f"NS{number}", full_name="Lê Văn An", unit=unit))
    orders = []
    for number in range(40):
        # Thirty of the first branch, ten of a division that stays.
        lead = cast.cn1 if number < 30 else cast.ptd
        late = number % 3 == 0
        fields = {"nominal_end": date(2026, 10, 9 if late else 30)}
        if number % 10 == 0 and number:
            fields = {"deadline_kind": DeadlineKind.STANDING, "phrase": "thường xuyên", "nominal_end": None}
        task = cast.task(f"NV{number:02}", lead, coordinators=_along(number, cast), **fields)
        if lead == cast.cn1:
            _states(task, number, cast)
        orders.append(Task.objects.get(pk=task.pk))
    together = {name: cast.task(f"CUM-{name}", lead_group=cast.branches) for name in ("open", "one", "done")}
    found = Department(cast, cn3, ha, binh, orders, together)
    _finish(found.part("one", cast.cn1), cast)
    for unit in (cast.cn1, cast.cn2):
        _finish(found.part("done", unit), cast)
    overdue = Task.objects.get(pk=orders[11].pk)
    actions.request_explanation(overdue, by=cast.hoa, about="Vì sao chậm")
    actions.raise_obstacle(orders[31], by=cast.minh, text="Thiếu bản đồ", asked_of=cast.cn1)
    assert Explanation.objects.count() == 1
    Target.objects.create(plan=cast.plan, code="CT1", name="Hồ sơ trực tuyến", scope="unit", unit=cast.cn1)
    Target.objects.create(plan=cast.plan, code="CT2", name="Số hóa", scope="unit", unit=cast.ptd)
    assert Plan.objects.count() == 1
    return found


def _along(number: int, cast: Cast) -> list[tuple[Unit, str]]:
    """Some are coordinated by the other branch, some by both, of the division's."""
    if number % 4 == 1 and number < 30:
        return [(cast.cn2, "coordinating")]
    if number % 4 == 2 and number >= 30:
        return [(cast.cn1, "coordinating"), (cast.cn2, "coordinating")]
    return []


def merger(cast: Cast, **fields: object) -> Proposal:
    """The two branches become a new one."""
    proposal = {
        "kind": "merge",
        "predecessors": (cast.cn1, cast.cn2),
        "successors": (NewUnit("CN12", "Chi nhánh Bình Phú", "CN Bình Phú"),),
        "effective_on": TODAY,
        "decision": DECISION,
        "choices": Choices(),
    }
    return Proposal(**(proposal | fields))  # type: ignore[arg-type]
