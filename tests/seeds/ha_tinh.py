"""The plan of Hà Tĩnh (004): filled into our workbook by hand, read, and given on 10/4/2023."""

from datetime import date
from decimal import Decimal

from core.periods import containing
from plans.actions import report_figure
from plans.drafting import WantedClause, save_outline
from plans.models import Indicator, Plan
from tasks import actions
from tasks.models import Task
from tests.cast import make_user
from tests.core.calendars import VIETNAM
from tests.seed_004 import FILE_NAME, ROWS, workbook
from tests.seeds.scene import Seed
from tracker.activation import activate
from tracker.intake import layout
from tracker.intake.applying import apply
from tracker.intake.reading import read
from units.models import CalendarDay, Unit, User
from units.permissions import Role

# row → code in the workbook
CODES = {
    "4-7": "NV01", "4-8": "NV02", "4-9": "NV03", "4-10": "NV04", "4-12": "NV05", "4-13": "NV06", "4-14": "NV24",
    "4-15": "NV07", "4-16": "NV08", "4-17": "NV09", "4-18": "NV10", "4-19": "NV11", "4-20": "NV12", "4-21": "NV13",
    "4-22": "NV14", "4-23": "NV15", "4-24": "NV16", "4-25": "NV17", "4-26": "NV18", "4-27": "NV19", "4-28": "NV20",
    "4-29": "NV21", "4-30": "NV22", "4-30b": "NV23",
}  # fmt: skip
TARGETS = {
    "4-1": ["CT01"],
    "4-2": ["CT02", "CT03"],
    "4-3": ["CT04", "CT05", "CT06", "CT07", "CT08"],
}


def _rows() -> dict[str, list[dict[str, object]]]:
    """The workbook with what a clerk adds: the three sites, and the requests to bodies that only work along."""
    tasks = [dict(row) for row in ROWS[layout.TASKS]]
    for row in tasks:
        if row["code"] == "NV17":
            row |= {"parts": "3 địa bàn"}
    tasks.append(
        {"code": "NV24", "clause": "IV.2 UBND cấp huyện", "title": "Phối hợp triển khai trên địa bàn",
         "lead": "UBND cấp huyện", "strength": "Đề nghị",
         "coordination_note": "Phòng TN&MT cấp huyện; phòng, ban, đoàn thể liên quan; UBND cấp xã"}
    )  # fmt: skip
    return ROWS | {layout.TASKS: tasks}


def plan_of_2023() -> Seed:
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind="holiday", name="Nghỉ lễ")
        for day in sorted(VIETNAM.off)
        if day.year == 2023
    )
    plan = apply(read(workbook(rows=_rows()), FILE_NAME), User.objects.system()).plan
    units = {unit.code: unit for unit in Unit.objects.all()}
    office = make_user("vanphong", "Nguyễn Thị Lan", (Role.PLAN_OWNER, units["VPS"]))
    leader = make_user("giamdoc", "Trần Thị Hòa", (Role.LEADER, units["STNMT"]), position="Giám đốc")
    deputy = make_user("pho", "Phan Văn Bình", (Role.LEADER, units["STNMT"]), position="Phó Giám đốc")
    heads = {
        code: make_user(code.lower(), f"Thủ trưởng {code}", (Role.UNIT_HEAD, units[code]))
        for code in ("VPDK", "PDD")
    }
    seed = Seed(units, office, leader, heads, plan_id=plan.pk)
    seed.notes["deputy"] = deputy
    seed.rows |= {row: Task.objects.get(plan=plan, code=code).pk for row, code in CODES.items()}
    for row, codes in TARGETS.items():
        seed.target_rows[row] = [plan.targets.get(code=code).pk for code in codes]
    _funding(seed, plan)
    Plan.objects.filter(pk=plan.pk).update(leader_in_charge=leader)
    # "Các đồng chí Phó Giám đốc theo lĩnh vực": who is in charge of the land registration office's tasks.
    for code in ("NV17", "NV18", "NV19", "NV20", "NV21"):
        Task.objects.filter(plan=plan, code=code).update(leader_in_charge=deputy)
    activate(seed.plan, by=office, on=date(2023, 4, 10), acknowledged=True)
    _life_begins(seed)
    return seed


def _funding(seed: Seed, plan: Plan) -> None:
    times: dict[str, int] = {}
    lines = []
    for clause in plan.clauses.order_by("order"):
        times[clause.label] = times.get(clause.label, 0) + 1
        lines.append(
            WantedClause((clause.label, times[clause.label]), clause.label, clause.text, clause.level)
        )
    at = next(place for place, line in enumerate(lines) if line.label.startswith("IV"))
    lines.insert(at, WantedClause(("III", 1), "III", "Kinh phí: ngân sách đã cấp và nguồn hợp pháp khác", 1))
    found, _ = save_outline(plan, lines)
    seed.clause_rows["4-11"] = found[("III", 1)].pk


def _life_begins(seed: Seed) -> None:
    part = next(each for each in seed.parts("4-15") if each.lead_unit == seed.units["PDD"])
    obstacle = actions.raise_obstacle(
        part, by=seed.heads["PDD"], text="Phần mềm chưa nhận mã hồ sơ", asked_of=seed.units["VPS"]
    )
    actions.answer_obstacle(
        part, by=seed.office, obstacle=obstacle, outcome="forwarded", reply="Đã trình Giám đốc"
    )
    seed.rows["4-31"] = part.pk
    sites = seed.task("4-25")
    actions.update_progress(sites, by=seed.heads["VPDK"], text="Đã thí điểm tại Can Lộc", parts_done=1)
    period = containing("month", date(2023, 4, 10))
    report_figure(
        Indicator.objects.get(code="HS-TT"), seed.units["CNCL"], period, by=seed.office,
        numerator=Decimal(30), denominator=Decimal(100), as_of=date(2023, 4, 10),
    )  # fmt: skip
