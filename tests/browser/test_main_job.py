"""The main job on the real plan of seed 004, in Chromium: owner, unit, owner, leadership's report."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from docx import Document

from plans.models import Plan
from reports.document.check import conformance
from reports.jobs import build_report
from reports.models import Report
from tasks import ledger
from tasks.models import Task
from tests.browser.conftest import assert_accessible, give_password
from tests.cast import make_unit, make_user
from tests.seed_004 import FILE_NAME, workbook
from units.actions import grant_role, renumber_tree
from units.calendar import seed
from units.models import Unit, User
from units.permissions import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(transactional_db: None) -> Iterator[dict[str, User]]:
    """A department with an office, before any plan: its owner and its director."""
    with time_machine.travel("2023-04-10T09:00:00+07:00", tick=True):
        seed([2023])
        root = make_unit("STNMT", "Sở Tài nguyên và Môi trường", Unit.Kind.DEPARTMENT, short_name="Sở TN&MT")
        vps = make_unit("VPS", "Văn phòng Sở", Unit.Kind.OFFICE, root)
        renumber_tree()
        root.refresh_from_db()
        vps.refresh_from_db()
        lan = make_user("lan", "Nguyễn Thị Lan", (Role.PLAN_OWNER, vps), position="Chuyên viên")
        hoa = make_user("hoa", "Trần Đức Hòa", (Role.LEADER, root), position="Giám đốc")
        give_password(lan, hoa)
        yield {"lan": lan, "hoa": hoa}


def test_a_plan_goes_from_workbook_to_signed_report(
    office: dict[str, User], sign_in: Callable[..., Any], tmp_path: Any
) -> None:
    # The owner puts the plan in and gives it to the units.
    page = sign_in("lan")
    page.get_by_role("link", name="Kế hoạch").first.click()
    page.goto("/ke-hoach/nhap/")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(
        {
            "name": FILE_NAME,
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": workbook(),
        }
    )
    page.get_by_role("button", name="Đọc và xem trước").click()
    assert not Plan.objects.exists()
    assert_accessible(page)
    page.get_by_role("button", name="Lưu").click()
    plan = Plan.objects.get(code="DVCTT-2023")
    page.goto(f"/ke-hoach/{plan.pk}/giao/")
    assert_accessible(page)
    page.get_by_label("Tôi đã xem các nội dung chưa rõ").check()
    page.get_by_role("button", name="Giao kế hoạch").click()
    plan.refresh_from_db()
    assert plan.state == Plan.State.ACTIVE
    for tab in ("nhiem-vu", "chi-tieu", "don-vi"):
        page.goto(f"/ke-hoach/{plan.pk}/?xem={tab}")
        assert_accessible(page)

    # The unit sees what it owes, on a phone and without JavaScript, and sends its result with proof.
    vpdk = Unit.objects.get(code="VPDK")
    dung = make_user("dung", "Vũ Tiến Dũng", position="Giám đốc VPĐKĐĐ")
    grant_role(dung, Role.UNIT_HEAD, vpdk, by=None)
    give_password(dung)
    task = Task.objects.get(plan=plan, code="NV18", lead_unit=vpdk)
    unit = sign_in("dung", size="phone", javascript=False)
    assert "quy chế trao đổi thông tin" in unit.content()
    unit.goto(f"/nhiem-vu/{task.pk}/")
    unit.get_by_role("button", name="Tiếp nhận nhiệm vụ").click()
    unit.locator("a.verb", has_text="Cập nhật tiến độ").click()
    unit.get_by_label("Nội dung đã thực hiện").fill("Đã thống nhất dự thảo với cơ quan thuế")
    unit.get_by_label("Tỷ lệ hoàn thành (%)").fill("170")
    unit.locator("details[open] button[type=submit]").click()
    assert (
        unit.get_by_label("Nội dung đã thực hiện").input_value() == "Đã thống nhất dự thảo với cơ quan thuế"
    )
    unit.get_by_label("Tỷ lệ hoàn thành (%)").fill("70")
    unit.locator("details[open] button[type=submit]").click()
    unit.locator("a.verb", has_text="Đính kèm tài liệu kiểm chứng").click()
    unit.get_by_label("Hoặc văn bản: số, ký hiệu").fill("15/QC-STNMT-CT")
    unit.locator("details[open] button[type=submit]").click()
    unit.locator("a.verb", has_text="Trình kết quả").click()
    unit.get_by_label("Kết quả thực hiện").fill("Hai bên đã ký quy chế trao đổi thông tin")
    unit.get_by_label("Ngày của văn bản kết quả").fill("10/4/2023")
    unit.locator("details[open] button[type=submit]").click()
    task.refresh_from_db()
    assert task.confirmation == "submitted"

    # The owner returns it once, then confirms.
    page.goto("/")
    page.get_by_role("link", name="Xây dựng quy chế trao đổi thông tin").first.click()
    assert_accessible(page)
    page.locator("a.verb", has_text="Yêu cầu bổ sung").click()
    page.get_by_label("Nội dung cần bổ sung").fill("Bổ sung bản có chữ ký của hai bên")
    page.locator("details[open] button[type=submit]").click()
    unit.goto(f"/nhiem-vu/{task.pk}/")
    assert "Bổ sung bản có chữ ký của hai bên" in unit.content()
    unit.locator("a.verb", has_text="Trình kết quả").click()
    unit.get_by_label("Kết quả thực hiện").fill("Đã bổ sung bản có đủ chữ ký")
    unit.locator("details[open] button[type=submit]").click()
    page.reload()
    page.locator("a.verb", has_text="Xác nhận hoàn thành").click()
    page.locator("details[open] button[type=submit]").click()
    task.refresh_from_db()
    assert (task.execution, task.confirmation) == ("done", "confirmed")
    assert ledger.first_broken(task) is None

    # The owner makes the monthly report; a worker builds the file; leadership opens it.
    page.goto("/bao-cao/lap/")
    assert_accessible(page)
    page.get_by_label("Kế hoạch", exact=True).select_option(str(plan.pk))
    page.get_by_label("Kỳ báo cáo").select_option("month:2023-04")
    page.get_by_role("button", name="Chốt số liệu, lập dự thảo").click()
    report = Report.objects.get()
    build_report(report.pk)
    page.reload()
    assert_accessible(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Xuất file Word").first.click()
    word = started.value.path().read_bytes()
    failed = [check for check in conformance(word) if not check.ok]
    assert not failed
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(word)).paragraphs)
    assert "BÁO CÁO" in text and "KẾT QUẢ THỰC HIỆN" in text
    page.get_by_role("button", name="Trình ký").click()
    leader = sign_in("hoa")
    assert_accessible(leader)
    leader.goto(f"/bao-cao/{report.pk}/")
    assert leader.get_by_role("link", name="Xuất file Word").first.is_visible()

    # Signed on paper, it comes back with its number, and nobody changes it any more.
    page.locator("summary", has_text="Ban hành").click()
    page.get_by_label("Số, ký hiệu").fill("25")
    page.get_by_label("Ngày ban hành").fill("10/4/2023")
    page.get_by_label("Người ký").fill("Hoàng Văn Chánh")
    page.get_by_label("Bản đã ký").set_input_files(
        {
            "name": "bao-cao-da-ky.docx",
            "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "buffer": word,
        }
    )
    page.locator("details[open] button[type=submit]").click()
    report.refresh_from_db()
    assert report.state == Report.State.ISSUED and report.signed_sha256
