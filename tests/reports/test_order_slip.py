"""Phiếu giao việc: one page a task, with everything the unit must know and a place to sign for receipt."""

import shutil
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from reports.layouts import order_slip
from reports.papers.order_slips import printable, slips
from tasks import actions
from tasks.models import Coordination, Task
from tests.cast import Cast
from tests.reports.paper_words import faults, words
from tests.reports.test_document_on_paper import pages

pytestmark = pytest.mark.django_db


def slip_of(*tasks) -> bytes:
    return order_slip.build(slips(tasks))


@pytest.fixture
def task(cast: Cast):
    found = cast.task(
        title="Rà soát thủ tục đất đai",
        quote="Giao Phòng Quản lý đất đai chủ trì rà soát.",
        product="Quyết định công bố",
        phrase="trước ngày 31/10/2026",
        leader_in_charge=cast.hoa,
        coordinators=[(cast.vpdk, "coordinating"), (cast.doan, "joint")],
        given=False,
    )
    Coordination.objects.filter(unit=cast.vpdk).update(
        part="Cung cấp số liệu", nominal_end=date(2026, 10, 20)
    )
    actions.assign(found, by=cast.lan, on=date(2026, 10, 1))
    return Task.objects.get(pk=found.pk)


def test_it_says_what_who_by_when_and_whom_to_call(task):
    text = words(slip_of(task))
    for part in (
        "PHIẾU GIAO VIỆC", "Rà soát thủ tục đất đai", "Kế hoạch số 12/KH-SNNMT", "“Giao Phòng Quản lý đất đai chủ trì",
        "Quyết định công bố", "Phòng Quản lý đất đai", "Văn phòng Đăng ký đất đai: Cung cấp số liệu (hạn 20/10/2026)",
        "Đoàn Thanh niên Sở", "Ghi trong văn bản: trước ngày 31/10/2026", "Hạn áp dụng: hết ngày 30/10/2026",
        "Trần Thị Hòa, Giám đốc", "Nguyễn Thị Lan, Chuyên viên", "XÁC NHẬN ĐÃ NHẬN VIỆC", "ký, ghi rõ họ tên",
        "CHÁNH VĂN PHÒNG", "/PGV-VP",
    ):  # fmt: skip
        assert part in text, part


def test_it_names_no_address_and_no_number_of_staff(task):
    assert "@" not in words(slip_of(task))


def test_it_keeps_the_form_and_the_same_task_gives_the_same_bytes(task):
    assert faults(slip_of(task)) == []
    assert slip_of(task) == slip_of(task)


def test_a_task_with_hardly_anything_still_makes_a_slip(cast: Cast):
    bare = cast.task(phrase="", nominal_end=None, deadline_kind="none")
    docx = slip_of(bare)
    assert faults(docx) == []
    text = words(docx)
    assert "Không ghi trong văn bản" in text and "chưa có thời hạn" in text and "không ghi thời hạn" in text


def test_names_of_three_hundred_letters_and_control_characters_keep_the_form(cast: Cast):
    long = ("Ủy ban nhân dân các xã, phường " * 20)[:298]
    bad = cast.task(title=long, product=long, quote="Một\x0b hai\x00 " + long * 8, note="x\x07")
    docx = slip_of(bad)
    assert faults(docx) == [] and "\x00" not in words(docx) and "[…]" in words(docx)


def test_an_order_to_many_is_one_file_with_a_slip_for_each_unit(cast: Cast):
    order = cast.task(lead_group=cast.branches)
    parts = printable(cast.lan, order)
    docx = slip_of(*parts)
    assert faults(docx) == []
    text = words(docx)
    assert text.count("PHIẾU GIAO VIỆC") == 2
    assert "chuyển Chi nhánh Bình Sơn thực hiện" in text and "chuyển Chi nhánh An Phú thực hiện" in text


def test_the_head_of_a_unit_prints_the_slip_of_its_own_part_only(cast: Cast, client: Client):
    order = cast.task(lead_group=cast.branches)
    client.force_login(cast.tu)
    docx = client.get(reverse("order_slip", args=[order.pk])).content
    assert "Chi nhánh Bình Sơn" in words(docx) and "Chi nhánh An Phú" not in words(docx)


@pytest.mark.parametrize(
    ("person", "status"), [("lan", 200), ("minh", 200), ("hoa", 200), ("mai", 403), ("son", 403), ("tu", 404)]
)
def test_who_may_print_it(cast: Cast, client: Client, task, person: str, status: int):
    client.force_login(getattr(cast, person))
    assert client.get(reverse("order_slip", args=[task.pk])).status_code == status


def test_an_order_not_yet_given_has_no_slip(cast: Cast, client: Client):
    draft = cast.task(given=False)
    client.force_login(cast.lan)
    assert client.get(reverse("order_slip", args=[draft.pk])).status_code == 403


def test_a_usual_task_takes_one_page(task, tmp_path):
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        pytest.skip("needs LibreOffice")
    (page,) = pages(slip_of(task), tmp_path)
    assert "XÁC NHẬN ĐÃ NHẬN VIỆC" in page
