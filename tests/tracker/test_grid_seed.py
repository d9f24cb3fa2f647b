"""The targets of seed 004 pasted into the grid give the plan its workbook gives: 20 levels, 28 with the compound line
counted for each of its indicators."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from plans.models import Document, Plan, Target
from tests.cast import make_user
from tests.seed_004 import FILE_NAME, ROWS, workbook
from tests.tracker.grid_page import GridPage
from tracker.intake import layout
from tracker.intake.applying import apply
from tracker.intake.reading import read
from units.models import Unit, User
from units.permissions import Role

pytestmark = pytest.mark.django_db

GOLD = Path(__file__).resolve().parents[3] / "shared" / "plan-documents" / "seed_004.gold.json"
FIXED = ("code", "name", "indicators", "scope", "whom")
SERIES = ("CT04", "CT05", "CT06", "CT07", "CT08")


@pytest.fixture
def imported(db: None) -> Iterator[Plan]:
    with time_machine.travel("2023-04-10T09:00:00+07:00", tick=False):
        yield apply(read(workbook(), FILE_NAME), User.objects.system()).plan


@pytest.fixture
def page(imported: Plan) -> GridPage:
    owner = make_user("vanphong", "Nguyễn Thị Lan", (Role.PLAN_OWNER, Unit.objects.get(code="VPS")))
    document = Document.objects.create(issuer="Sở", subject="Cùng kế hoạch, nhập bằng bảng")
    same = {
        name: getattr(imported, name) for name in ("title", "issuer", "tracking_unit", "starts_on", "ends_on")
    }
    return GridPage(Plan.objects.create(code="DAN", document=document, **same), owner)


def as_a_table() -> str:
    """The sheet “Chỉ tiêu” as the plan prints it: a column for each milestone."""
    rows = ROWS[layout.TARGETS]
    phrases = list(dict.fromkeys(row.get("phrase", "") for row in rows))
    heading = ["Mã", "Chỉ tiêu", "Chỉ số", "Áp dụng cho", "Đơn vị hoặc nhóm", *phrases]
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault(row["code"], {key: row.get(key, "") for key in FIXED})
        line[row.get("phrase", "")] = row["level"]
    body = [
        [line[key] for key in FIXED] + [line.get(each, "") for each in phrases] for line in lines.values()
    ]
    return "\n".join("\t".join(cells) for cells in [heading, *body])


def as_the_sheet() -> str:
    """The sheet itself, one row a milestone, copied cell by cell."""
    columns = [each for each in layout.TARGET_COLUMNS if each.key != "quote"]
    body = [[str(row.get(each.key, "")) for each in columns] for row in ROWS[layout.TARGETS]]
    return "\n".join("\t".join(cells) for cells in [[each.heading for each in columns], *body])


def facts(plan: Plan) -> list[tuple[Any, ...]]:
    """All a plan's targets demand, of whom, when: what the two ways in must agree on."""
    found = []
    for target in plan.targets.prefetch_related("milestones", "target_indicators").order_by("order"):
        milestones = [
            (each.order, each.phrase, each.holds_from, each.printed_on, each.nominal_end, each.comparator,
             each.value, each.value_to, each.is_relative, each.base_kind, each.base_key, each.value_phrase)
            for each in target.milestones.all()
        ]  # fmt: skip
        links = [(each.order, each.indicator_id) for each in target.target_indicators.all()]
        found.append(
            (target.code, target.name, target.scope, target.unit_id, target.group_id, links, milestones)
        )
    return found


def cells(plan: Plan) -> int:
    targets = Target.objects.filter(plan=plan, code__in=SERIES)
    return sum(target.milestones.count() * target.target_indicators.count() for target in targets)


@pytest.mark.parametrize("shape", [as_a_table, as_the_sheet])
def test_pasting_the_targets_gives_the_plan_its_workbook_gives(
    imported: Plan, page: GridPage, shape: Any
) -> None:
    page.paste(shape())
    assert page.status == 200, page.errors
    assert not page.plan.targets.exists()
    page.press("save")
    assert page.status == 302
    assert facts(page.plan) == facts(imported)


def test_twenty_cells_are_twenty_eight_when_the_compound_lines_are_split(page: GridPage) -> None:
    page.paste(as_a_table())
    page.press("save")
    assert sum(target.milestones.count() for target in page.plan.targets.filter(code__in=SERIES)) == 20
    assert cells(page.plan) == 28
    # One line with two indicators, shown on two rows, each with its four levels, for the department and its branches.
    Plan.objects.filter(pk=page.plan.pk).update(state="active", activated_at="2023-04-10T08:00:00+07:00")
    answer = page.client.get(page.url)
    shown = [row for row in answer.context["rows"] if row["code"] in SERIES]
    assert sum(bool(level) for row in shown for _, level in row["cells"]) == 28


def test_the_preview_says_each_level_in_plain_words(page: GridPage) -> None:
    page.paste(as_a_table())
    said = page.answer.context["lines"]
    by_name = {
        line["fixed"][0].value(): [cell["said"] for cell in line["cells"] if cell["said"]] for line in said
    }
    assert by_name["CT04"] == ["đạt 70% trở lên", "đạt 80% trở lên", "trên 90%", "trên 95%"]
    assert by_name["CT05"] == ["trên 30%", "trên 50%", "trên 70%", "trên 80%"]
    assert by_name["CT06"] == ["đạt 50% trở lên", "đạt 70% trở lên", "trên 90%", "đạt 100%"]
    heads = {head["field"].value(): head["said"] for head in page.answer.context["heads"]}
    assert heads["Từ 10/4/2023"] == "giữ từ ngày 10/4/2023 trở đi"
    assert "29/4/2023" in heads["Đến trước ngày 30/4/2023"]


@pytest.mark.skipif(not GOLD.exists(), reason="needs the shared seed documents")
def test_every_target_value_of_the_gold_reading_is_there(page: GridPage) -> None:
    page.paste(as_a_table())
    page.press("save")
    gold = json.loads(GOLD.read_text(encoding="utf-8"))["targets"]
    comparators = {">=": "ge", ">": "gt", "=": "eq"}
    ours = sorted(
        (each.comparator, int(each.value), str(each.printed_on or each.holds_from))
        for target in page.plan.targets.all()
        for each in target.milestones.all()
    )
    assert ours == sorted(
        (comparators[each["comparator"]], each["value"], str(each["deadline"])) for each in gold
    )
    assert date(2023, 12, 31) in {
        each.nominal_end for t in page.plan.targets.all() for each in t.milestones.all()
    }
