"""The real plan of seed 004 goes in row by row, awkward rows as what they are, and can be given."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine

from plans.models import Plan, Target
from tasks.models import Coordination, Task
from tests.core.calendars import VIETNAM
from tests.seed_004 import FILE_NAME, TASKS, workbook
from tracker.activation import activate
from tracker.intake.applying import apply
from tracker.intake.reading import read
from tracker.intake.result import Result
from units.coverage import by_unit
from units.models import AccountCheck, CalendarDay, Unit, UnitGroup, User

pytestmark = pytest.mark.django_db

GOLD = Path(__file__).resolve().parents[3] / "shared" / "plan-documents" / "seed_004.gold.json"


@pytest.fixture
def result(db: None) -> Iterator[Result]:
    with time_machine.travel("2023-04-10T09:00:00+07:00", tick=False):
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, kind="holiday", name="Nghỉ lễ")
            for day in sorted(VIETNAM.off)
            if day.year == 2023
        )
        yield apply(read(workbook(), FILE_NAME), User.objects.system())


def test_every_row_is_new_the_first_time(result: Result) -> None:
    assert {sheet: tally["created"] for sheet, tally in result.counts.items()} == {
        "Kế hoạch": 1, "Đơn vị": 15, "Chỉ số": 7, "Chỉ tiêu": 8, "Nhiệm vụ": 23, "Nhân sự": 4,
    }  # fmt: skip
    assert result.notes == []


def test_the_same_workbook_twice_changes_nothing(result: Result) -> None:
    again = apply(read(workbook(), FILE_NAME), User.objects.system())
    assert not again.touches
    assert sum(tally["unchanged"] for tally in again.counts.values()) == 58


def test_a_plan_is_usable_before_it_has_a_number(result: Result) -> None:
    document = result.plan.document
    assert (document.number, document.issued_on, document.signer) == ("", None, "Lê Ngọc Huấn")
    assert result.plan.label == "DVCTT-2023"
    assert [link.target.citation for link in document.links.order_by("id")] == [
        "Nghị quyết số 05-NQ/TU ngày 22/10/2021",
        "Quyết định số 2454/QĐ-UBND ngày 04/12/2022",
    ]


# --- targets ---------------------------------------------------------------------------------------------------------

SERIES = {
    "CT04": [("ge", 70), ("ge", 80), ("gt", 90), ("gt", 95)],
    "CT05": [("gt", 30), ("gt", 50), ("gt", 70), ("gt", 80)],
    "CT06": [("ge", 50), ("ge", 70), ("gt", 90), ("ge", 100)],
    "CT07": [("ge", 80), ("ge", 90), ("ge", 100), ("ge", 100)],
    "CT08": [("ge", 40), ("ge", 50), ("ge", 60), ("ge", 90)],
}


DAYS = [
    (date(2023, 4, 30), date(2023, 4, 29)),
    (date(2023, 5, 30), date(2023, 5, 29)),
    (date(2023, 6, 30), date(2023, 6, 29)),
    (date(2023, 12, 31), date(2023, 12, 31)),
]


def test_five_series_of_four_milestones_keep_their_comparators(result: Result) -> None:
    targets = {code: result.plan.targets.get(code=code).milestones.order_by("order") for code in SERIES}
    levels = {code: [(each.comparator, each.value) for each in found] for code, found in targets.items()}
    days = {code: [(each.printed_on, each.nominal_end) for each in found] for code, found in targets.items()}
    assert levels == SERIES
    assert days == dict.fromkeys(SERIES, DAYS)


def test_a_compound_target_is_one_line_with_two_indicators(result: Result) -> None:
    for code in ("CT04", "CT05"):
        links = result.plan.targets.get(code=code).target_indicators.order_by("order")
        assert [link.indicator.code for link in links] == ["HS-TT", "TT-TT"]


def test_each_target_says_whom_it_binds(result: Result) -> None:
    assert {target.code: (target.scope, target.scope_label) for target in result.plan.targets.all()} == {
        "CT01": ("unstated", "Văn bản không nêu đơn vị"),
        "CT02": ("unit", "Sở TN&MT"),
        "CT03": ("unit", "Sở TN&MT"),
        "CT04": ("unit", "Sở TN&MT"),
        "CT05": ("each", "Từng: Các Chi nhánh Văn phòng Đăng ký đất đai"),
        "CT06": ("unstated", "Văn bản không nêu đơn vị"),
        "CT07": ("unit", "Sở TN&MT"),
        "CT08": ("each", "Từng: Các Chi nhánh Văn phòng Đăng ký đất đai"),
    }


def test_a_target_without_a_date_and_two_that_hold_from_a_day(result: Result) -> None:
    undated = Target.objects.get(code="CT01").milestones.get()
    assert (undated.phrase, undated.holds_from, undated.nominal_end, undated.comparator) == (
        "",
        None,
        None,
        "eq",
    )
    for code in ("CT02", "CT03"):
        holds = Target.objects.get(code=code).milestones.get()
        assert (holds.holds_from, holds.nominal_end, holds.comparator, holds.value) == (
            date(2023, 4, 10), None, "eq", 100,
        )  # fmt: skip


# --- tasks -----------------------------------------------------------------------------------------------------------

# code → kind of deadline, first day, printed day, last day, effective last day
DEADLINES = {
    "NV01": ("date", None, date(2023, 4, 10), date(2023, 4, 10), date(2023, 4, 10)),
    "NV02": ("done", None, None, None, None),
    "NV03": ("standing", date(2023, 4, 5), None, None, None),
    "NV04": ("range", date(2023, 4, 3), date(2023, 12, 31), date(2023, 12, 31), date(2024, 1, 1)),
    "NV08": ("standing", date(2023, 4, 5), None, None, None),
    "NV12": ("reference", None, None, date(2023, 4, 10), date(2023, 4, 10)),
    "NV14": ("date", None, date(2023, 4, 30), date(2023, 4, 30), date(2023, 5, 4)),
    "NV16": ("recurring", None, None, None, None),
    "NV17": ("date", None, date(2023, 4, 30), date(2023, 4, 30), date(2023, 5, 4)),
    "NV18": ("date", None, date(2023, 6, 30), date(2023, 6, 30), date(2023, 6, 30)),
}


def test_each_deadline_is_what_the_document_says(result: Result) -> None:
    columns = ("code", "deadline_kind", "starts_on", "printed_on", "nominal_end", "effective_end")
    found = {code: tuple(rest) for code, *rest in result.plan.tasks.values_list(*columns)}
    unsaid = ("none", None, None, None, None)
    assert found == {row["code"]: DEADLINES.get(row["code"], unsaid) for row in TASKS}


def test_two_intervals_are_kept(result: Result) -> None:
    assert Task.objects.get(code="NV04").intervals == [
        ["2023-04-03", "2023-06-30"],
        ["2023-07-01", "2023-12-31"],
    ]


def test_a_task_done_before_the_plan_was_issued(result: Result) -> None:
    assert Task.objects.get(code="NV02").completed_on == date(2023, 4, 1)


def test_a_label_printed_twice_is_two_clauses(result: Result) -> None:
    clauses = [(clause.label, clause.text, clause.level) for clause in result.plan.clauses.order_by("order")]
    assert clauses == [
        ("II.1", "Chỉ tiêu", 2),
        ("II.2.1", "", 3),
        ("II.2.2", "", 3),
        ("II.2.3", "", 3),
        ("II.2.4", "", 3),
        ("IV.1", "Các Phó Giám đốc Sở", 2),
        ("IV.2", "UBND cấp huyện", 2),
        ("IV.2", "Các phòng, đơn vị thuộc Sở", 2),
        ("IV.3", "Văn phòng Sở", 2),
        ("IV.4", "Văn phòng Đăng ký đất đai", 2),
        ("IV.5", "Đoàn Thanh niên Sở", 2),
    ]
    assert Task.objects.get(code="NV06").clause.text == "UBND cấp huyện"
    assert Task.objects.get(code="NV07").clause.text == "Các phòng, đơn vị thuộc Sở"


def test_leads_and_coordinating_units(result: Result) -> None:
    def along(code: str) -> list[str]:
        return list(Coordination.objects.filter(task__code=code).values_list("unit__code", flat=True))

    leads = {task.code: task.lead_unit.code for task in Task.objects.filter(lead_unit__isnull=False)}
    assert leads == {
        **dict.fromkeys(["NV01", "NV02", "NV04", "NV13", "NV14", "NV15", "NV16"], "VPS"),
        **dict.fromkeys(["NV17", "NV18", "NV19", "NV20", "NV21"], "VPDK"),
        **dict.fromkeys(["NV03", "NV22", "NV23"], "DTN"),
        "NV05": "STNMT",
        "NV06": "UBH",
    }
    grouped = Task.objects.filter(lead_group__name="Các phòng, đơn vị thuộc Sở").values_list(
        "code", flat=True
    )
    assert sorted(grouped) == ["NV07", "NV08", "NV09", "NV10", "NV11", "NV12"]
    assert [along(code) for code in ("NV01", "NV03", "NV06", "NV10", "NV14", "NV15", "NV17", "NV18", "NV19")] == [
        ["VPDK"], ["VPDK"], ["STNMT"], ["TTHCC"], ["TTCB"], ["STTTT"], ["UBH"], ["CTHUE"], ["VPS"],
    ]  # fmt: skip
    task = Task.objects.get(code="NV03")
    assert task.coordination_note == "Phòng TN&MT cấp huyện; công chức địa chính cấp xã"


def test_soft_orders_are_soft(result: Result) -> None:
    soft = Task.objects.exclude(strength="assign").values_list("code", "strength")
    assert sorted(soft) == [("NV06", "request"), ("NV11", "encourage")]


def test_units_groups_and_staff(result: Result) -> None:
    branches = UnitGroup.objects.get(name="Các Chi nhánh Văn phòng Đăng ký đất đai")
    assert [unit.code for unit in branches.members_on(date(2023, 4, 10))] == ["CNCL", "CNHL", "CNDT"]
    assert Unit.objects.get(code="CNCL").parent.code == "VPDK"
    kinds, rows = by_unit(Unit.objects.filter(code="VPS"), date(2023, 4, 10))
    held = {kind.code: (rows[0].kinds[kind.pk].held, rows[0].kinds[kind.pk].required) for kind in kinds}
    assert held == {"vneid-2": (1, 2), "dvcqg": (2, 2)}
    assert AccountCheck.objects.get(state="not_yet").reason == "Chờ trả thẻ căn cước"


# --- giving it -------------------------------------------------------------------------------------------------------


def test_the_plan_is_given_whole_and_the_workbook_still_changes_nothing(result: Result) -> None:
    given = activate(result.plan, by=User.objects.system(), acknowledged=True)
    plan = Plan.objects.get()
    # 17 tasks of one unit, 6 orders to five divisions each
    assert len(given) == 17 + 6 * 5
    assert plan.state == Plan.State.ACTIVE
    assert plan.tasks.orders().count() == 23
    assert Task.objects.get(code="NV02").execution == "done"
    again = apply(read(workbook(), FILE_NAME), User.objects.system())
    assert not again.touches


# --- against the reading of the document that the project was given ---------------------------------------------------

# where the gold says "Sở" or a collective, and what our workbook calls it
_SCOPES = {
    None: {"unstated"},
    "Sở": {"unit"},
    "các Chi nhánh Văn phòng đăng ký đất đai": {"each"},
    "cán bộ, công chức, viên chức, người lao động trực thuộc Sở": {"unit"},
}
_COMPARATORS = {">=": "ge", ">": "gt", "=": "eq"}


@pytest.mark.skipif(not GOLD.exists(), reason="needs the shared seed documents")
def test_every_target_value_of_the_gold_reading_is_there(result: Result) -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))
    ours = sorted(
        (
            milestone.target.scope,
            milestone.comparator,
            int(milestone.value),
            str(milestone.printed_on or milestone.holds_from),
        )
        for target in result.plan.targets.all()
        for milestone in target.milestones.all()
    )
    theirs = sorted(
        (
            next(iter(_SCOPES[each["applies_to"]])),
            _COMPARATORS[each["comparator"]],
            each["value"],
            str(each["deadline"]),
        )
        for each in gold["targets"]
    )
    assert ours == theirs
    assert gold["number"] is None and gold["date"] is None


@pytest.mark.skipif(not GOLD.exists(), reason="needs the shared seed documents")
def test_every_task_of_the_gold_reading_is_there_in_its_order(result: Result) -> None:
    gold = json.loads(GOLD.read_text(encoding="utf-8"))["tasks"]
    tasks = list(Task.objects.filter(plan=result.plan).select_related("clause").order_by("order"))
    assert [task.clause.label for task in tasks] == [each["where"].split(" ")[0] for each in gold]
    assert [str(task.completed_on or task.nominal_end) for task in tasks] == [
        str(each["deadline"]) for each in gold
    ]
    for task, theirs in zip(tasks, gold, strict=True):
        if "start" in theirs:
            assert str(task.starts_on) == theirs["start"], task.code
        if theirs["period"]:
            assert task.deadline_kind in ("standing", "recurring"), task.code
        if "deadline_text" in theirs:
            assert task.phrase == theirs["deadline_text"], task.code
        assert bool(task.product) >= bool(theirs["product"]), task.code
        others = task.coordination_note.split(";") if task.coordination_note else []
        assert task.coordinations.count() + len(others) == len(theirs["coordinating"]), task.code
