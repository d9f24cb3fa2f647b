"""`manage.py import_plan`: people read lines, scripts read the last one and the exit status."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from plans.models import Plan
from tests.cast import Cast
from tests.seed_004 import workbook
from tests.tracker.test_intake_import import PLAN, ROWS
from tracker.intake.template import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed_004.xlsx"
    path.write_bytes(workbook())
    return path


def last_line(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


def test_the_last_line_says_what_became_of_the_rows(seed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_plan", str(seed))
    first = last_line(capsys)
    assert (first["plan"], first["dry_run"], first["created"], first["changed"]) == (
        "DVCTT-2023",
        False,
        58,
        0,
    )
    assert first["sheets"]["Nhiệm vụ"]["created"] == 23
    call_command("import_plan", str(seed))
    again = last_line(capsys)
    assert (again["created"], again["changed"], again["removed"], again["unchanged"]) == (0, 0, 0, 58)


def test_a_dry_run_saves_nothing(seed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_plan", str(seed), "--dry-run")
    assert last_line(capsys)["created"] == 58
    assert not Plan.objects.exists()


def test_bad_input_exits_2_with_its_rows_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "thu.xlsx"
    path.write_bytes(workbook({"starts_on": "31/02/2023"}))
    with pytest.raises(SystemExit) as stop:
        call_command("import_plan", str(path))
    captured = capsys.readouterr()
    assert stop.value.code == 2
    assert captured.err.startswith(
        "Trang “Kế hoạch”, dòng 12, cột B “Từ ngày”: “31/02/2023” không phải là ngày"
    )
    assert captured.out == ""
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("khong-co.xlsx", None, "Không đọc được tệp"),
        ("a.xlsx", b"", "Tệp rỗng"),
        ("a.xlsx", b"%PDF-1", "tệp PDF"),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, words: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SystemExit) as stop:
        call_command("import_plan", str(tmp_path / name))
    assert stop.value.code == 2 and words in capsys.readouterr().err


def test_it_acts_as_the_person_named(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kh.xlsx"
    path.write_bytes(build(PLAN, ROWS))
    with pytest.raises(SystemExit):
        call_command("import_plan", str(path), "--as", "minh")
    assert "không có quyền lập kế hoạch" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        call_command("import_plan", str(path), "--as", "khong-co")
    call_command("import_plan", str(path), "--as", "lan")
    assert Plan.objects.filter(code="KH-26").exists()


def test_the_template_is_written_to_a_file(tmp_path: Path) -> None:
    call_command("plan_template", "-o", str(tmp_path / "mau.xlsx"))
    assert (tmp_path / "mau.xlsx").read_bytes().startswith(b"PK")
