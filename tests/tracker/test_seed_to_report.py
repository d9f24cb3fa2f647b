"""Seed 004: workbook in, Word report out, on whichever database the suite runs."""

import io
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from docx import Document

from reports.document.check import conformance
from tests.seed_004 import FILE_NAME, workbook
from tracker.activation import activate
from tracker.intake.applying import apply
from tracker.intake.reading import read
from units.calendar import seed
from units.models import User


@pytest.mark.django_db
def test_the_workbook_goes_in_and_the_signed_form_comes_out(tmp_path: Path) -> None:
    with time_machine.travel("2023-05-16T09:00:00+07:00", tick=False):
        seed([2023])
        system = User.objects.system()
        plan = apply(read(workbook(), FILE_NAME), system).plan
        activate(plan, by=system, on=date(2023, 4, 10), acknowledged=True)
        paper = tmp_path / "bao-cao.docx"
        call_command("write_report", "DVCTT-2023", kind="month", period="2023-05", output=str(paper))
    assert not [check for check in conformance(paper.read_bytes()) if not check.ok]
    document = Document(io.BytesIO(paper.read_bytes()))
    printed = "\n".join(
        [p.text for p in document.paragraphs]
        + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    )
    assert "BÁO CÁO" in printed and "ĐÁNH GIÁ CHUNG" in printed
    for words in ("trên 50%", "từ 80% trở lên", "Xây dựng quy chế trao đổi thông tin với ngành Thuế"):
        assert words in printed.replace("\u00a0", " "), words
