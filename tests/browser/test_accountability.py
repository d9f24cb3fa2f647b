"""Accountability in Chromium, by the people who do it: nobody has to know the system, and nobody can dispute later what
happened."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine

from tasks import ledger
from tasks.models import Explanation, Task
from tests.browser.conftest import assert_accessible, give_password, open_act
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(transactional_db: None) -> Any:
    from units.calendar import seed

    with time_machine.travel("2026-10-13T09:00:00+07:00", tick=True):
        seed([2026])
        cast = make_cast()
        give_password(cast.lan, cast.hoa, cast.minh, cast.tu)
        yield cast


def send(form: Any) -> None:
    form.locator("button[type=submit]").click()


def test_a_head_proposes_another_lead_on_a_phone_the_other_unit_answers_and_the_leader_decides(
    office: Cast, sign_in: Callable[..., Any]
) -> None:
    task = office.task(title="Đo lường mức độ hài lòng tại chi nhánh")

    head = sign_in("minh", size="phone", javascript=False)
    head.goto(f"/nhiem-vu/{task.pk}/")
    form = open_act(head, "Đề nghị giao lại")
    send(form)
    assert head.locator("[role=alert]").first.is_visible()
    form = head.locator("form.verb-form:visible").first
    form.get_by_label("Lý do").fill("Việc thuộc chức năng của chi nhánh")
    form.get_by_label("Đơn vị đề nghị chủ trì").select_option(str(office.cn1.pk))
    send(form)
    assert "Việc thuộc chức năng của chi nhánh" in head.content()

    other = sign_in("tu", size="phone", javascript=False)
    other.get_by_role("link", name=task.title).first.click()
    form = open_act(other, "Ghi ý kiến về đề nghị giao lại")
    form.get_by_label("Ý kiến của đơn vị").fill("Chi nhánh nhận được việc này")
    send(form)

    leader = sign_in("hoa")
    leader.get_by_role("link", name=task.title).first.click()
    assert "Chi nhánh nhận được việc này" in leader.content()
    assert_accessible(leader)
    form = open_act(leader, "Quyết định đề nghị giao lại")
    form.get_by_label("Đồng ý giao lại", exact=True).check()
    send(form)

    task.refresh_from_db()
    assert task.lead_unit == office.cn1
    assert task.effective_end == date(2026, 10, 30)
    assert ledger.first_broken(task) is None


def test_the_office_demands_an_explanation_the_unit_explains_the_leader_judges(
    office: Cast, sign_in: Callable[..., Any]
) -> None:
    task = office.task(title="Chuẩn hóa mẫu đơn", phrase="09/10/2026", nominal_end=date(2026, 10, 9))

    owner = sign_in("lan")
    owner.goto(f"/nhiem-vu/{task.pk}/")
    form = open_act(owner, "Yêu cầu giải trình")
    form.get_by_label("Nội dung cần giải trình").fill("Nêu rõ nguyên nhân chậm so với thời hạn")
    send(form)
    assert_accessible(owner)

    unit = sign_in("minh", size="phone")
    unit.get_by_role("link", name=task.title).first.click()
    assert_accessible(unit)
    form = open_act(unit, "Giải trình")
    form.get_by_label("Nguyên nhân khách quan", exact=True).check()
    form.get_by_label("Nội dung giải trình").fill("Chờ văn bản hướng dẫn của bộ")
    form.get_by_label("Biện pháp khắc phục").fill("Hoàn thành trong tuần này")
    send(form)

    leader = sign_in("hoa")
    leader.get_by_role("link", name=task.title).first.click()
    assert "Chờ văn bản hướng dẫn của bộ" in leader.content()
    form = open_act(leader, "Kết luận giải trình")
    form.get_by_label("Chấp nhận giải trình", exact=True).check()
    send(form)

    explanation = task.explanations.get()
    assert explanation.verdict == Explanation.Verdict.ACCEPTED
    assert ledger.first_broken(task) is None


def test_the_office_writes_an_order_by_hand_looks_gives_it_and_the_head_accepts_by_keyboard_alone(
    office: Cast, sign_in: Callable[..., Any]
) -> None:
    owner = sign_in("lan")
    owner.get_by_role("link", name="Nhiệm vụ", exact=True).first.click()
    owner.get_by_role("link", name="Giao nhiệm vụ").first.click()
    owner.get_by_label("Nguồn giao").select_option("oral")
    owner.get_by_label("Người chỉ đạo").fill("Trần Thị Hòa")
    owner.get_by_label("Hình thức chỉ đạo").select_option("phone")
    owner.get_by_label("Nhiệm vụ", exact=True).fill("Rà soát hồ sơ tồn đọng")
    owner.get_by_label("Đơn vị chủ trì (đơn vị nêu đầu tiên)").select_option(str(office.ptd.pk))
    owner.get_by_label("Thời hạn ghi trong văn bản").fill("trước ngày 30/10/2026")
    owner.get_by_role("button", name="Xem lại").click()
    assert not Task.objects.exists()
    assert "tức là đến hết ngày 29/10/2026" in owner.content()
    assert_accessible(owner)
    owner.get_by_role("button", name="Giao ngay").click()
    owner.wait_for_url("**/nhiem-vu/*/")
    task = Task.objects.get()
    assert task.plan is None and task.nominal_end == date(2026, 10, 29)

    head = sign_in("minh")
    head.goto(f"/nhiem-vu/{task.pk}/")
    head.keyboard.press("Tab")
    assert head.evaluate("document.activeElement.textContent").strip() == "Đến nội dung chính"
    head.keyboard.press("Enter")
    for _ in range(60):
        head.keyboard.press("Tab")
        if "Tiếp nhận nhiệm vụ" in head.evaluate("document.activeElement.textContent"):
            break
    head.keyboard.press("Enter")
    head.wait_for_selector("[role=status]")
    task.refresh_from_db()
    assert task.execution == "acknowledged"
    assert ledger.first_broken(task) is None
