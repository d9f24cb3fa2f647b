"""Figures that do not come from typing, in the browser: an export of the one-stop system, a dispute and its ruling, a
packet sent back. On a phone too, and without JavaScript; axe-core finds nothing to say on any page of the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from plans.models import Measurement, SourceFigure
from tests.browser.conftest import assert_accessible, give_password
from tests.cast import TODAY, Cast, make_cast
from tests.plans.promised import indicator, report, target
from tests.tracker.exports import one_stop
from tests.tracker.packing import filled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Any:
    with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=True):
        made = make_cast()
        give_password(made.lan, made.tu)
        yield made


def bring_in(page: Any, file: Path, look: Callable[[Any], None]) -> None:
    page.goto("/so-lieu/")
    page.get_by_role("link", name="Nhập từ hệ thống khác").click()
    look(page)
    page.get_by_label("Tệp kết xuất").set_input_files(str(file))
    page.get_by_role("button", name="Đọc và xem trước").click()
    look(page)
    page.get_by_label("Cột tên đơn vị").select_option(label="B: Đơn vị")
    page.get_by_label("tử số").select_option(label="D: Hồ sơ tiếp nhận › Trong đó › Trực tuyến")
    page.get_by_label("mẫu số").select_option(label="C: Hồ sơ tiếp nhận › Tổng số")
    page.get_by_role("button", name="Lưu cách đọc và xem trước").click()
    look(page)
    page.get_by_label("CN Bình Sơn").select_option(label="Chi nhánh Bình Sơn")
    page.get_by_role("button", name="Lưu tên và xem trước").click()
    look(page)
    page.get_by_role("button", name="Nhập 02 số liệu").click()
    page.get_by_role("heading", name="Đối chiếu số liệu").wait_for()
    look(page)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desktop", True), ("desktop", False)])
def test_from_an_export_to_a_ruling(
    cast: Cast, sign_in: Callable[..., Any], tmp_path: Path, size: str, javascript: bool
) -> None:
    online = indicator()
    target(cast.plan, online, cast.branches)
    report(online, cast.cn1, 1264, 1840, by=cast.tu)
    file = tmp_path / "tong-hop.xlsx"
    file.write_bytes(one_stop([("CN Bình Sơn - VPĐK", 1840, 1250), ("Chi nhánh An Phú", 1264, 1200)]))
    office = sign_in("lan", size=size, javascript=javascript)
    # axe needs scripts in the page; without them only the way is walked.
    look = assert_accessible if javascript else lambda page: None
    bring_in(office, file, look)
    unit = sign_in("tu", size=size)
    unit.goto("/so-lieu/doi-chieu/")
    unit.get_by_role("link", name="Chi nhánh Bình Sơn").click()
    assert_accessible(unit)
    assert "67,9% (1.250/1.840)" in unit.content() and "68,7% (1.264/1.840)" in unit.content()
    unit.locator("summary").filter(has_text="Đề nghị đối chiếu số liệu").click()
    unit.get_by_label("Lý do đề nghị đối chiếu").fill("14 hồ sơ nộp qua bưu chính")
    unit.get_by_role("button", name="Gửi đề nghị").click()
    unit.get_by_text("Đã gửi đề nghị đối chiếu số liệu.").wait_for()
    office.goto(f"/so-lieu/doi-chieu/{SourceFigure.objects.get(unit=cast.cn1).pk}/")
    look(office)
    office.locator("summary").filter(has_text="Kết luận đối chiếu").click()
    office.get_by_label("Số liệu được lấy").select_option("unit")
    office.get_by_label("Lý do").fill("Đủ biên nhận bưu chính")
    office.get_by_role("button", name="Ghi kết luận").click()
    office.get_by_text("Đã ghi kết luận đối chiếu số liệu.").wait_for()
    look(office)
    assert Measurement.objects.get().decision.verdict == "accepted"


def test_a_packet_goes_out_and_comes_back(cast: Cast, sign_in: Callable[..., Any], tmp_path: Path) -> None:
    online = indicator()
    target(cast.plan, online, cast.ptd)
    cast.task()
    page = sign_in("lan", size="phone")
    page.goto(f"/don-vi/{cast.ptd.pk}/")
    page.get_by_role("link", name="Gói cập nhật").click()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải gói cập nhật").click()
    data = Path(download.value.path()).read_bytes()
    report(online, cast.ptd, 750, 1000)
    file = tmp_path / "goi.xlsx"
    file.write_bytes(filled(data, {"numerator": 800, "denominator": 1000}, {"percent": 60}))
    page.get_by_label("Tệp Excel").set_input_files(str(file))
    page.get_by_label("Người gửi").fill("Ông Nam")
    page.get_by_label("Ngày nhận").fill("12/10/2026")
    page.get_by_role("button", name="Đọc và xem trước").click()
    page.get_by_label("Dùng trong gói").check()
    assert_accessible(page)
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu 02 dòng").wait_for()
    assert [each.numerator for each in Measurement.objects.order_by("pk")] == [750, 800]
