"""Columns later than the first template: exclusions, two deadlines, countable parts, nil returns; old files stay."""

from datetime import date
from typing import Any

import pytest

from tasks import actions
from tasks.models import Exclusion, Task
from tests.cast import Cast
from tests.tracker.test_intake_import import PLAN, ROWS, bring, refused
from tracker.activation import activate
from tracker.intake import layout
from tracker.intake.applying import apply
from tracker.intake.reading import read
from tracker.intake.template import build

pytestmark = pytest.mark.django_db

LATER = ("left_out", "superior", "internal_end", "parts", "allows_nil")


def rows(**first: Any) -> list[dict[str, Any]]:
    """The tasks of the workbook; `first` goes to the group's task."""
    one, many = ROWS[layout.TASKS]
    return [one, many | {"phrase": "30/11/2026"} | first]


def old_workbook(cast: Cast, monkeypatch: pytest.MonkeyPatch, tasks: list[dict[str, Any]]) -> Any:
    """A workbook made with the first template."""
    first = tuple(column for column in layout.TASK_COLUMNS if column.key not in LATER)
    with monkeypatch.context() as patch:
        patch.setattr(layout, "TASK_COLUMNS", first)
        data = build(PLAN, ROWS | {layout.TASKS: tasks})
    return apply(read(data, "kh.xlsx"), cast.lan)


def test_each_column_is_understood(cast: Cast) -> None:
    said = {
        "left_out": "CN2",
        "superior": "Có",
        "internal_end": "20/11/2026",
        "parts": "3 địa bàn",
        "allows_nil": "có",
    }
    result = bring(cast.lan, tasks=rows(**said))
    task = Task.objects.get(code="NV02")
    assert (task.superior_deadline, task.internal_end) == (True, date(2026, 11, 20))
    assert (task.parts_total, task.parts_label, task.allows_nil) == (3, "địa bàn", True)
    assert Exclusion.objects.get().unit == cast.cn2
    assert "trừ Chi nhánh An Phú" in next(each.lead for each in result.tasks if each.outcome.code == "NV02")
    assert not bring(cast.lan, tasks=rows(**said)).touches
    given = activate(result.plan, by=cast.lan, acknowledged=True)
    assert {each.lead_unit for each in given} == {cast.ptd, cast.cn1}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"left_out": "PTD"}, "không thuộc nhóm"),
        ({"left_out": "CN1; CN2"}, "Không còn đơn vị nào"),
        ({"left_out": "Chi nhánh Không Có"}, "Chi nhánh Không Có"),
        ({"lead": "CN1", "left_out": "CN2"}, "chỉ ghi khi chủ trì là một nhóm"),
        ({"internal_end": "20/11/2026"}, "chỉ ghi khi cột “Hạn cấp trên giao”"),
        ({"superior": "Có", "internal_end": "01/12/2026"}, "không được sau hạn cấp trên"),
        ({"parts": "ba địa bàn"}, "hãy ghi số và đơn vị tính"),
        ({"parts": "0 địa bàn"}, "hãy ghi số và đơn vị tính"),
    ],
)
def test_what_cannot_be_is_an_error_at_its_cell(cast: Cast, said: dict[str, Any], words: str) -> None:
    found = refused(lambda: bring(cast.lan, tasks=rows(**said)))
    assert len(found) == 1 and words in found[0] and "dòng 4" in found[0]


def test_an_old_workbook_says_nothing_of_what_it_has_no_column_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(cast.lan, tasks=rows(left_out="CN2", parts="3 địa bàn", allows_nil="Có"))
    assert not old_workbook(cast, monkeypatch, rows()).touches
    task = Task.objects.get(code="NV02")
    assert (task.parts_total, task.allows_nil, task.exclusions.count()) == (3, True, 1)


def test_a_given_order_keeps_whom_it_left_out(cast: Cast) -> None:
    plan = bring(cast.lan, tasks=rows(left_out="CN2")).plan
    activate(plan, by=cast.lan, acknowledged=True)
    assert "trừ các đơn vị" in refused(lambda: bring(cast.lan, tasks=rows()))[0]


def test_an_own_day_moved_by_a_decision_is_no_difference(cast: Cast) -> None:
    said = {"superior": "Có", "internal_end": "20/11/2026"}
    plan = bring(cast.lan, tasks=rows(**said)).plan
    part = activate(plan, by=cast.lan, acknowledged=True)[-1]
    actions.ask_extension(part, by=cast.dung, proposed_end=date(2026, 11, 25), reason="Chờ số liệu")
    actions.decide_extension(part, by=cast.hoa, granted=True)
    assert not bring(cast.lan, tasks=rows(**said)).touches
