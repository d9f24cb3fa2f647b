"""The page of an order to many: who has reported, who is missing, who was left out, who joined later."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tasks import actions
from tasks.actions import Leads
from tasks.models import Task
from tests.cast import TODAY, Cast, make_unit
from units.actions import renumber_tree, set_group
from units.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast) -> Task:
    task = Task(tracking_unit=cast.vp, plan=cast.plan, title="Báo cáo vướng mắc", allows_nil=True)
    actions.write_task(
        task,
        by=cast.lan,
        leads=Leads(group=cast.branches, left_out=((cast.cn2, "đã báo cáo tháng 9"),)),
        phrase="30/10/2026",
    )
    actions.assign(task, by=cast.lan)
    return task


def seen(user: User, task: Task) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("task", args=[task.pk]))
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_who_was_left_out_is_named_with_the_reason(cast: Cast, order: Task) -> None:
    assert "Không giao: Chi nhánh An Phú (đã báo cáo tháng 9)." in seen(cast.lan, order)


def test_a_result_sent_is_reported_before_it_is_confirmed(cast: Cast, order: Task) -> None:
    assert "Đã báo cáo 0/01 đơn vị" in seen(cast.lan, order)
    assert "Chưa báo cáo: Chi nhánh Bình Sơn." in seen(cast.lan, order)
    actions.submit(order.children.get(), by=cast.tu, text="", nil=True)
    page = seen(cast.lan, order)
    assert "Đã báo cáo 01/01 đơn vị ; đã hoàn thành 0/01 đơn vị" in page and "Chưa báo cáo" not in page


def test_a_result_taken_back_is_no_report(cast: Cast, order: Task) -> None:
    part = order.children.get()
    actions.submit(part, by=cast.tu, text="Đã xong")
    actions.return_result(part, by=cast.lan, reason="Thiếu")
    assert "Chưa báo cáo: Chi nhánh Bình Sơn." in seen(cast.lan, order)


def test_who_joined_the_group_later_is_flagged_for_the_office_only(cast: Cast, order: Task) -> None:
    new = make_unit("CN3", "Chi nhánh Cát Lâm", "branch", cast.vpdk)
    renumber_tree()
    set_group("Các Chi nhánh VPĐKĐĐ", [cast.cn1, cast.cn2, new], since=TODAY)
    assert "Chi nhánh Cát Lâm : vào nhóm sau ngày giao" in re.sub(r" ?: ?", " : ", seen(cast.lan, order))
    assert "Cát Lâm" not in seen(cast.tu, order)
    part = actions.assign_member(order, by=cast.lan, unit=new)
    assert part.effective_end == date(2026, 10, 30)
    page = seen(cast.lan, order)
    assert "vào nhóm sau ngày giao" not in page and "0/02 đơn vị" in page


def test_the_leaders_of_the_left_out_unit_are_not_asked_again(cast: Cast, order: Task) -> None:
    """Left out on purpose is not late."""
    assert "vào nhóm sau ngày giao" not in seen(cast.lan, order)
