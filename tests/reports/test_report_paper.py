"""The report on paper: Decree 30's form, both profiles, the same figures in text and annexes, the same bytes."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
from docx import Document

from reports import jobs, prose
from reports.document.check import conformance
from reports.layouts import progress
from reports.models import AgencyProfile
from reports.profiles import default_profile, letterhead_of
from reports.snapshot import from_text, to_text
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pictures(figures):
    from reports import charts

    return {name: charts.render(spec) for name, spec in progress.chart_specs(figures).items()}


def letterhead(cast: Cast, reach: str) -> dict:
    return letterhead_of(default_profile(cast.vp, reach))


def text_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ")


@pytest.fixture
def paper(cast, figures, pictures):
    return lambda reach="internal", **changes: progress.build(
        figures, prose.write(figures) | changes, letterhead(cast, reach), pictures
    )


@pytest.mark.parametrize("reach", AgencyProfile.Reach.values)
def test_it_keeps_the_form_of_the_decree(paper, reach):
    assert [check for check in conformance(paper(reach)) if not check.ok] == []


def test_the_same_input_gives_the_same_bytes(paper):
    assert paper() == paper()


def test_a_snapshot_from_its_text_builds_the_same_paper(cast, figures, pictures):
    head = letterhead(cast, "internal")
    one = progress.build(figures, prose.write(figures), head, pictures)
    other = progress.build(from_text(to_text(figures)), prose.write(figures), head, pictures)
    assert one == other


def test_charts_of_the_same_figures_are_the_same_bytes(figures, pictures):
    from reports import charts

    again = {name: charts.render(spec) for name, spec in progress.chart_specs(figures).items()}
    assert again == pictures and set(again) == {
        "tasks", "targets", "coverage", "course_1", "course_2", "units_1",
    }  # fmt: skip


def test_the_internal_paper_is_the_offices_own(paper):
    text = text_of(paper())
    assert "SỞ NÔNG NGHIỆP" in text and "VĂN PHÒNG" in text.splitlines()
    assert "/BC-VP" in text and "Kính gửi: Giám đốc Sở" in text and "CHÁNH VĂN PHÒNG" in text
    assert "- Lưu: VT, VP." in text


def test_the_external_paper_is_the_agencys(paper):
    text = text_of(paper("external"))
    assert "UBND TỈNH" in text and "/BC-SNNMT" in text and "CHÁNH VĂN PHÒNG" not in text
    assert "Kính gửi: Ủy ban nhân dân tỉnh" in text and "\nGIÁM ĐỐC" in text
    assert "của Sở Nông nghiệp và Môi trường" in text


def test_number_and_day_stay_blank_until_signature(paper):
    text = text_of(paper())
    assert "Số:         /BC-VP" in text
    assert "ngày        tháng        năm 2026" in text


def test_every_number_of_the_text_stands_in_the_tables(paper):
    docx = Document(io.BytesIO(paper()))
    unit_table = next(table for table in docx.tables if "Tổng cộng" in table.rows[-1].cells[1].text)
    last = [cell.text for cell in unit_table.rows[-1].cells]
    assert last[2:] == ["23", "9", "2", "8", "4", "47,8", "81,8", "3"]
    sums = [sum(int(row.cells[column].text) for row in unit_table.rows[2:-1]) for column in range(2, 7)]
    assert [str(number) for number in sums] == last[2:7]


def test_the_note_says_why_rows_do_not_add_up(paper):
    text = text_of(paper())
    assert "Có 02 nhiệm vụ giao cho nhiều đơn vị: tính là 01 nhiệm vụ trong tổng số của kế hoạch (21)" in text


def test_three_annexes_with_their_tables(paper):
    docx = Document(io.BytesIO(paper()))
    titles = [paragraph.text for paragraph in docx.paragraphs if paragraph.text.startswith("Phụ")]
    assert [title.replace("\u00a0", " ") for title in titles if len(title) < 13] == [
        "Phụ lục I",
        "Phụ lục II",
        "Phụ lục III",
    ]
    annex = next(table for table in docx.tables if "Nội dung nhiệm vụ" in table.rows[0].cells[1].text)
    assert len(annex.columns) == 11
    assert [section.orientation for section in docx.sections] == [0, 1, 1, 1]


def test_charts_have_words_for_those_who_cannot_see_them(paper):
    with zipfile.ZipFile(io.BytesIO(paper())) as archive:
        xml = archive.read("word/document.xml").decode()
    assert xml.count("descr=") == 6 and "Phòng Quản lý đất đai: hoàn thành đúng hạn 01" in xml


def test_a_section_the_owner_emptied_prints_no_heading(paper):
    text = text_of(paper(V=""))
    assert "KIẾN NGHỊ, ĐỀ XUẤT" not in text and "V. " not in text.replace("IV. ", "")


def test_no_person_of_the_roster_is_on_the_paper(paper):
    text = text_of(paper())
    assert "Nguyễn Văn" not in text and "Trần Thị Nghỉ" not in text


def test_a_plan_with_nothing_yet_still_makes_a_paper(cast):
    from reports.collect import collect
    from tests.reports import scene

    empty = collect(cast.plan, scene.OCTOBER, scene.OCTOBER.start)
    docx = progress.build(empty, prose.write(empty), letterhead(cast, "internal"), {})
    assert [check for check in conformance(docx) if not check.ok] == []
    assert "chưa có nhiệm vụ nào được giao" in text_of(docx) and "Phụ lục" not in text_of(docx)


def test_the_drawing_library_stays_out_of_the_web_process():
    code = (
        "import django; django.setup(); import tracker.urls, reports.views, sys;"
        " assert 'matplotlib' not in sys.modules; import reports.jobs; assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tracker.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_builder_names_itself_with_its_pins():
    assert jobs.builder_name().startswith("progress@3;snapshot@1;python-docx=")
    assert len(jobs.builder_name()) <= 120
