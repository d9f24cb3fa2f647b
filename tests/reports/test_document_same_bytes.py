"""The same calls give the same file, byte for byte, today and tomorrow; the properties tell no tales."""

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from docx import Document

from reports.charts import render
from tests.reports.chart_specs import PARTITION
from tests.reports.document_samples import new_report, report


def illustrated() -> bytes:
    builder = new_report()
    builder.picture(render(PARTITION), caption="Tình hình", alt_text="Tình hình")
    builder.paragraph("Xong.")
    return builder.build()


@pytest.mark.parametrize("build", [report, illustrated])
def test_building_again_on_another_day_gives_the_same_bytes(build):
    with time_machine.travel("2026-11-15 08:00"):
        first = build()
    with time_machine.travel("2027-03-01 17:30"):
        assert build() == first


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    code = (
        "import hashlib; from tests.reports.document_samples import report;"
        "print(hashlib.sha256(report()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_build_returns_the_same_bytes_when_called_twice_and_nothing_can_be_added():
    builder = new_report()
    builder.paragraph("Xong.")
    assert builder.build() == builder.build()
    with pytest.raises(ValueError):
        builder.annex("Thêm", attached_to="Báo cáo")


def test_entries_are_dated_at_the_beginning_of_time():
    with zipfile.ZipFile(io.BytesIO(report())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_properties_name_the_agency_and_the_moment_of_the_figures():
    vietnam = timezone(timedelta(hours=7))
    builder = new_report(
        as_of=datetime(2026, 11, 14, 23, 59, tzinfo=vietnam), identifier="KH45-2026-11-a1b2c3"
    )
    builder.paragraph("Xong.")
    properties = Document(io.BytesIO(builder.build())).core_properties
    assert properties.author == "Văn phòng Sở Nông nghiệp và Môi trường"
    assert properties.title.replace("\u00a0", " ").startswith("Báo cáo Kết quả thực hiện Kế hoạch")
    assert properties.identifier == "KH45-2026-11-a1b2c3"
    assert properties.language == "vi-VN"
    assert properties.last_modified_by == ""
    assert properties.created.astimezone(UTC) == datetime(2026, 11, 14, 16, 59, tzinfo=UTC)
    assert properties.modified == properties.created
