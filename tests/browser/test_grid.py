"""The grid of targets in Chromium: a pasted table spreads over the cells; without JavaScript the box takes it."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from plans.models import Plan
from tests.browser.conftest import assert_accessible, give_password
from tests.cast import TODAY, Cast, make_cast
from tests.plans.promised import indicator
from tests.tracker.grid_page import draft_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = (
    "Hồ sơ trực tuyến\tHSTT\tMột đơn vị\tSở\tđạt 70%\ttrên 90%\nThanh toán\tHSTT\tVăn bản không nêu\t\t\t100%"
)
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False):
        return make_cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    indicator()
    give_password(cast.lan)
    return draft_plan(cast)


def test_a_table_pasted_into_a_cell_spreads_over_the_grid(
    cast: Cast, plan: Plan, sign_in: Callable[..., Any]
) -> None:
    page = sign_in("lan")
    page.goto(f"/ke-hoach/{plan.pk}/bang-chi-tieu/")
    assert_accessible(page)
    page.get_by_label("Mốc 1", exact=True).fill("trước ngày 30/4")
    page.get_by_label("Mốc 2", exact=True).fill("cuối năm")
    lines = page.locator("[data-grid] tbody tr").count()
    more = "\n".join([TABLE] + ["Thêm\tHSTT\tVăn bản không nêu\t\t50%\t60%"] * lines)
    page.evaluate(PASTE, ["[name=r0-name]", more])
    assert page.locator("[data-grid] tbody tr").count() == lines + 2, "lines are added as needed"
    assert page.locator("[name=r0-scope]").input_value() == "unit"
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_text("Hệ thống hiểu là").wait_for()
    assert "đạt 70% trở lên" in page.content()
    assert_accessible(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu bảng chỉ tiêu").wait_for()
    assert plan.targets.count() == lines + 2


def test_what_was_pasted_may_be_changed_before_it_is_saved(
    cast: Cast, plan: Plan, sign_in: Callable[..., Any]
) -> None:
    page = sign_in("lan")
    page.goto(f"/ke-hoach/{plan.pk}/bang-chi-tieu/")
    head = "Chỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị\ttrước ngày 30/4\tcuối năm\n"
    page.get_by_label("Dán từ Excel hoặc Word").fill(head + TABLE)
    page.get_by_role("button", name="Đưa vào bảng").click()
    page.get_by_text("Đã đưa 02 dòng vào bảng").wait_for()
    assert page.get_by_label("Dán từ Excel hoặc Word").input_value() == "", (
        "else the next press would paste it again"
    )
    page.get_by_label("Dòng 1, mốc 1", exact=True).fill("đạt 75%")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_text("đạt 75% trở lên").wait_for()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu bảng chỉ tiêu").wait_for()
    assert plan.targets.get(code="CT01").milestones.get(order=0).value == 75


def test_the_box_takes_the_same_table_without_javascript_on_a_phone(
    cast: Cast, plan: Plan, sign_in: Callable[..., Any]
) -> None:
    page = sign_in("lan", javascript=False, size="phone")
    page.goto(f"/ke-hoach/{plan.pk}/bang-chi-tieu/")
    head = "Chỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị\ttrước ngày 30/4\tcuối năm\n"
    page.get_by_label("Dán từ Excel hoặc Word").fill(head + TABLE)
    page.get_by_role("button", name="Đưa vào bảng").click()
    page.get_by_text("Đã đưa 02 dòng vào bảng").wait_for()
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu bảng chỉ tiêu").wait_for()
    assert plan.targets.count() == 2


def test_a_wrong_cell_is_reached_from_the_list_of_errors(
    cast: Cast, plan: Plan, sign_in: Callable[..., Any]
) -> None:
    page = sign_in("lan", size="phone")
    page.goto(f"/ke-hoach/{plan.pk}/bang-chi-tieu/")
    page.get_by_label("Dòng 1, cột “Chỉ tiêu”").fill("Hồ sơ")
    page.get_by_label("Dòng 1, mốc 1", exact=True).fill("cao")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("link", name="Dòng 1, mốc 1", exact=True).click()
    assert page.evaluate("document.activeElement.name") == "r0-c0"
    assert_accessible(page)
