"""A reporting round in Chromium from opening to lock, and a correction after it, by the people who do it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine

from plans.models import FigureProof, Indicator, Measurement, ReportingRound
from tests.browser.conftest import assert_accessible, give_password, open_act
from tests.cast import Cast, make_cast
from tests.plans.promised import indicator, target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock() -> Any:
    """Thursday 15/10/2026, the day after the reporting month 10 ended; moved on by the test."""
    with time_machine.travel("2026-10-15T09:00:00+07:00", tick=True) as traveller:
        yield traveller


@pytest.fixture
def office(transactional_db: None, clock: Any) -> Cast:
    from units.calendar import seed

    seed([2026])
    cast = make_cast()
    give_password(cast.lan, cast.tu, cast.dung)
    target(cast.plan, indicator(), cast.branches, (date(2026, 10, 14), "ge", "70"))
    videos = indicator("VIDEO", "Số video hướng dẫn", measure_unit="video", denominator="")
    target(cast.plan, videos, cast.cn1)
    return cast


def test_a_round_runs_from_opening_to_lock_and_a_figure_is_corrected_after_it(
    office: Cast, sign_in: Callable[..., Any], clock: Any, tmp_path: Path
) -> None:
    # The office opens it: the usual days and every figure stand ready.
    owner = sign_in("lan")
    owner.goto("/so-lieu/")
    owner.get_by_role("link", name="Đợt báo cáo", exact=True).click()
    owner.get_by_role("link", name="Mở đợt báo cáo").click()
    owner.get_by_label("Kỳ báo cáo hoặc mốc").select_option("month:2026-10")
    owner.get_by_role("button", name="Xem trước").click()
    assert owner.get_by_label("Hạn báo cáo").input_value() == "16/10/2026"
    assert owner.locator("input[name=figures]:checked").count() == 3
    assert_accessible(owner)
    owner.get_by_role("button", name="Mở đợt báo cáo").click()
    owner.wait_for_url("**/dot-so-lieu/*/")
    found = ReportingRound.objects.get()
    assert found.items.count() == 3 and "0/02 đơn vị đã báo cáo đủ" in owner.content()

    # A unit enters on a phone, without JavaScript: one wrong cell stops all, and nothing typed is lost.
    unit = sign_in("tu", size="phone", javascript=False)
    unit.get_by_role("link", name=found.title).first.click()
    assert_accessible_without_script(unit)
    unit.get_by_label("Tỷ lệ hồ sơ tiếp nhận trực tuyến: tử số").fill("1.200")
    unit.get_by_label("Tỷ lệ hồ sơ tiếp nhận trực tuyến: mẫu số").fill("1.000")
    unit.get_by_label("Số video hướng dẫn: số liệu (video)").fill("12")
    unit.get_by_label("Số, ký hiệu văn bản báo cáo").fill("45/BC-CN1")
    paper = tmp_path / "bao-cao.pdf"
    paper.write_bytes(b"%PDF-1.4 so lieu")
    unit.get_by_role("button", name="Gửi số liệu").click()
    assert "Tử số không được lớn hơn mẫu số" in unit.content()
    assert not Measurement.objects.exists()
    assert unit.get_by_label("Số video hướng dẫn: số liệu (video)").input_value() == "12"
    unit.get_by_label("Tỷ lệ hồ sơ tiếp nhận trực tuyến: tử số").fill("800")
    unit.get_by_label("Tệp kiểm chứng").set_input_files(paper)
    unit.get_by_role("button", name="Gửi số liệu").click()
    assert "Đã gửi 02 số liệu" in unit.content()
    assert FigureProof.objects.count() == 2

    # The office reads it and sends one back.
    owner.reload()
    assert "01/02 đơn vị đã báo cáo đủ" in owner.content() and "45/BC-CN1" in owner.content()
    assert_accessible(owner)
    owner.get_by_label("Chọn: Số video hướng dẫn, Chi nhánh Bình Sơn").check()
    owner.get_by_label("Nội dung cần bổ sung").fill("Chưa trừ video trùng")
    owner.get_by_role("button", name="Yêu cầu bổ sung các số đã chọn").click()
    owner.wait_for_selector("[role=status]")

    # The unit mends it.
    unit.reload()
    assert "Cần bổ sung: Chưa trừ video trùng" in unit.content()
    unit.get_by_label("Số video hướng dẫn: số liệu (video)").fill("10")
    unit.get_by_role("button", name="Gửi số liệu").click()
    assert "Đã gửi 01 số liệu" in unit.content()

    # The second branch has nobody: the body above it pastes its two columns.
    above = sign_in("dung")
    above.goto(f"/dot-so-lieu/{found.pk}/don-vi/{office.cn2.pk}/")
    above.get_by_label("Các cột đã sao chép").fill("90\t100")
    above.get_by_role("button", name="Điền vào bảng").click()
    above.wait_for_selector("text=Đã điền 01 dòng vào bảng, chưa lưu")
    assert_accessible(above)
    above.get_by_role("button", name="Gửi số liệu").click()
    above.wait_for_selector("text=Đã gửi 01 số liệu")

    # The office accepts all of it by keyboard and mouse at once, and locks before the day with a reason.
    owner.goto(f"/dot-so-lieu/{found.pk}/?xem=cho-xac-nhan")
    for box in owner.locator("input[name=figures]").all():
        box.check()
    owner.get_by_role("button", name="Xác nhận các số đã chọn").click()
    owner.wait_for_selector("text=Đã xác nhận 03 số liệu")
    assert "02/02 đơn vị đã báo cáo đủ, 03/03 số liệu" in owner.content()
    form = open_act(owner, "Khóa số liệu trước ngày")
    form.get_by_label("Lý do khóa trước ngày").fill("Các đơn vị đã báo cáo đủ, trình Giám đốc")
    form.get_by_role("button", name="Khóa số liệu trước ngày").click()
    owner.wait_for_selector("text=Đã khóa số liệu của đợt")

    # After the lock only a correction, with its reason, which the office decides.
    unit.reload()
    unit.get_by_role("link", name="Đề nghị điều chỉnh").first.click()
    unit.get_by_label("Tử số đúng").fill("750")
    unit.get_by_label("Lý do điều chỉnh").fill("Đếm trùng hồ sơ bưu chính")
    unit.get_by_role("button", name="Gửi đề nghị điều chỉnh").click()
    share = Indicator.objects.get(code="HSTT")
    asked = Measurement.objects.filter(indicator=share, unit=office.cn1).latest("pk")
    assert asked.correction == "Đếm trùng hồ sơ bưu chính"
    owner.goto(f"/so-lieu/{share.pk}/{office.cn1.pk}/")
    assert_accessible(owner)
    owner.get_by_role("button", name="Xác nhận số liệu tháng 10 năm 2026").click()
    owner.wait_for_selector("text=Đã xác nhận số liệu")
    owner.goto(f"/so-lieu/dieu-chinh/{asked.pk}/")
    assert "80% (800/1.000)" in owner.content() and "75% (750/1.000)" in owner.content()
    assert_accessible(owner)
    numbers = Measurement.objects.accepted().filter(indicator=share, unit=office.cn1)
    assert sorted(figure.numerator for figure in numbers) == [750, 800], "the old figure is kept"


def assert_accessible_without_script(page: Any) -> None:
    """axe needs a script of its own; without any the page still must not scroll sideways."""
    page.wait_for_load_state("load")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"
