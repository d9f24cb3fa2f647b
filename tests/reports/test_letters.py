"""Letters of chasing: form, what they name, the tone, and what they refuse."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from docx import Document

from core.clock import today
from reports import letters
from reports.document.check import conformance
from reports.letter_facts import LetterKind
from tests.cast import Cast
from units.actions import RuleBroken


def words_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    parts = [each.text for each in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ")


def written(office: Cast, kind: LetterKind) -> bytes:
    tasks = letters.tasks_for(office.plan, kind, today())
    return letters.draft(office.plan, kind, tasks, today(), office.lan)


@pytest.mark.parametrize("kind", LetterKind)
def test_each_kind_keeps_the_form_and_builds_the_same_bytes(office: Cast, kind: LetterKind):
    docx = written(office, kind)
    checks = conformance(docx)
    print(f"{kind}: {len(checks)} checks")
    assert [check for check in checks if not check.ok] == []
    assert docx == written(office, kind)


def test_before_and_after_the_deadline_are_other_tasks_and_other_words(office: Cast):
    urge, remind = words_of(written(office, LetterKind.URGE)), words_of(written(office, LetterKind.REMIND))
    assert "sắp đến hạn" in urge and "quá hạn" not in urge and "NV08" not in urge
    assert "(lần 2)" in remind and "Số hóa hồ sơ tồn tại" in remind and "Số hóa hồ sơ tồn tại" not in urge
    assert "Thủ trưởng Chi nhánh An Phú" in remind and "rút kinh nghiệm" not in remind


def test_it_is_the_agencys_paper_and_names_no_person(office: Cast):
    text = words_of(written(office, LetterKind.EXPLAIN))
    assert "/SNNMT-" in text and "giải trình" in text
    assert not any(person.full_name in text for person in office.people)


def test_a_body_outside_is_asked_and_never_called_late(office: Cast):
    office.task("NV90", office.ubtx, strength="request", phrase="09/11/2026", nominal_end=date(2026, 11, 9))
    kind, plan = LetterKind.REMIND, office.plan
    theirs = letters.tasks_for(plan, kind, today(), outside=True)
    docx = letters.draft(plan, kind, theirs, today(), office.lan)
    assert [check for check in conformance(docx) if not check.ok] == []
    text = words_of(docx)
    assert "Kính gửi: UBND các xã, phường" in text and "đề nghị quý cơ quan" in text
    assert "quá hạn" not in text and "yêu cầu" not in text and "chậm" not in text
    with pytest.raises(RuleBroken, match="soạn riêng"):
        letters.draft(plan, kind, theirs + letters.tasks_for(plan, kind, today()), today(), office.lan)
    assert letters.tasks_for(plan, LetterKind.EXPLAIN, today(), outside=True) == []


def test_only_the_owner_writes_one(office: Cast):
    late = letters.tasks_for(office.plan, LetterKind.REMIND, today())
    with pytest.raises(RuleBroken, match="không có quyền"):
        letters.draft(office.plan, LetterKind.REMIND, late, today(), office.minh)


def test_a_task_in_time_is_refused_and_so_is_nothing(office: Cast):
    soon = letters.tasks_for(office.plan, LetterKind.URGE, today())
    for chosen in (soon, []):
        with pytest.raises(RuleBroken, match="quá hạn"):
            letters.draft(office.plan, LetterKind.REMIND, chosen, today(), office.lan)


def test_the_command_writes_the_file_and_refuses_with_2(office: Cast, tmp_path: Path):
    target = tmp_path / "cv.docx"
    call_command("write_letter", "KH12", "--kind", "remind", "-o", str(target), stdout=io.StringIO())
    assert target.read_bytes() == written(office, LetterKind.REMIND)
    err = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("write_letter", "KHONG", "--kind", "remind", "-o", str(target), stderr=err)
    assert stopped.value.code == 2 and "Không tìm thấy kế hoạch" in err.getvalue()
