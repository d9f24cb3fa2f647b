"""Who works along has a part, a date and a result of its own; the lead's result shows who has not delivered."""

from datetime import date

import pytest

from tasks import actions, ledger
from tasks.actions import RuleBroken
from tasks.models import Coordination, Task
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.django_db


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


@pytest.fixture
def task(cast: Cast) -> Task:
    return cast.task(coordinators=[(cast.cn1, "coordinating"), (cast.doan, "coordinating")])


def part(task: Task, unit: object) -> Coordination:
    return task.coordinations.get(unit=unit)


def test_a_coordinating_unit_delivers_its_own_part_and_nobody_elses(cast: Cast, task: Task) -> None:
    actions.deliver_part(
        task, by=cast.tu, coordination=part(task, cast.cn1), text="Đã gửi số liệu", number="12/BC"
    )
    assert part(task, cast.cn1).delivered_on == TODAY
    with pytest.raises(RuleBroken, match="đơn vị khác"):
        actions.deliver_part(task, by=cast.tu, coordination=part(task, cast.doan), text="Thay Đoàn")
    assert ledger.first_broken(again(task)) is None


def test_the_lead_may_ask_for_more(cast: Cast, task: Task) -> None:
    with pytest.raises(RuleBroken, match="Chưa có kết quả phối hợp"):
        actions.return_part(task, by=cast.minh, coordination=part(task, cast.cn1), reason="Thiếu")
    actions.deliver_part(task, by=cast.tu, coordination=part(task, cast.cn1), text="Đã gửi")
    actions.return_part(task, by=cast.minh, coordination=part(task, cast.cn1), reason="Thiếu phụ lục")
    assert part(task, cast.cn1).returned
    actions.deliver_part(task, by=cast.tu, coordination=part(task, cast.cn1), text="Đã bổ sung")
    assert not part(task, cast.cn1).returned


def test_the_leads_result_says_who_had_not_delivered(cast: Cast, task: Task) -> None:
    actions.deliver_part(task, by=cast.tu, coordination=part(task, cast.cn1), text="Đã gửi")
    actions.submit(task, by=cast.minh, text="Hoàn thành")
    sent = task.events.get(verb="submit")
    assert ledger.facts_of(sent)["missing_parts"] == [cast.doan.pk]


def test_the_office_records_the_part_of_a_unit_that_never_signs_in(cast: Cast, task: Task) -> None:
    report = actions.deliver_part(task, by=cast.lan, coordination=part(task, cast.doan), text="Theo công văn")
    assert report.recorded_for_unit


def test_a_part_has_its_own_date_shifted_like_any_other(cast: Cast) -> None:
    task = cast.task(coordinators=[(cast.cn1, "coordinating")], given=False)
    task.coordinations.update(nominal_end=date(2026, 10, 17))  # a Saturday
    actions.assign(task, by=cast.lan)
    assert part(task, cast.cn1).effective_end == date(2026, 10, 19)
