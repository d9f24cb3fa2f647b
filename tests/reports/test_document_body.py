"""The body: outline, paragraphs, end mark, signature, annexes, and the words as printed."""

import io
import unicodedata

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import render
from reports.document import Run, Signature, Table
from reports.document.reading import Paper, lines_of, text_of
from reports.document.text import point_letter, printed, roman
from tests.reports.chart_specs import PARTITION
from tests.reports.document_samples import (
    COLUMNS,
    OFFICE_HEAD,
    ROWS,
    body_texts,
    failing,
    new_report,
    report,
    xml_of,
)

OUTLINE_START = 3  # after kind, subject and addressee


def test_headings_count_themselves_and_begin_again_below_each_parent():
    builder = new_report()
    for level, text in ((1, "một"), (2, "hai"), (3, "ba"), (3, "bốn"), (2, "năm"), (3, "sáu"), (1, "bảy")):
        builder.heading(level, text)
    assert body_texts(builder.build())[OUTLINE_START:] == [
        "I. MỘT",
        "1. hai",
        "a) ba",
        "b) bốn",
        "2. năm",
        "a) sáu",
        "II. BẢY./.",
    ]


def test_a_quoted_label_replaces_the_count():
    builder = new_report()
    builder.heading(2, "Đề nghị", label="II.2.1")
    builder.heading(2, "Tiếp", label="")
    builder.heading(2, "Sau")
    assert body_texts(builder.build())[OUTLINE_START:] == ["II.2.1 Đề nghị", "Tiếp", "1. Sau./."]


def test_points_are_lettered_with_the_vietnamese_alphabet():
    assert "".join(point_letter(n) for n in range(1, 24)) == "abcdđeghiklmnopqrstuvxy"
    assert [point_letter(24), point_letter(25)] == ["aa", "ab"]


@pytest.mark.parametrize(("number", "letters"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (39, "XXXIX")])
def test_roman_numbers(number, letters):
    assert roman(number) == letters


def test_a_paragraph_may_mix_weights():
    builder = new_report()
    builder.paragraph([Run("Lưu ý: ", bold=True), "số liệu ", Run("tạm tính", italic=True)])
    document = Document(io.BytesIO(builder.build()))
    assert [(run.text, run.bold, run.italic) for run in document.paragraphs[-1].runs] == [
        ("Lưu ý: ", True, None),
        ("số liệu ", None, None),
        ("tạm tính./.", None, True),
    ]


def test_a_list_is_dashes_one_paragraph_each():
    builder = new_report()
    builder.bullets(["một;", "hai."])
    builder.bullets(["ba."], mark="+")
    assert body_texts(builder.build())[OUTLINE_START:] == ["- một;", "- hai.", "+ ba./."]


@pytest.mark.parametrize("ending", ["", ".", ";", "…", " ."])
def test_the_end_mark_stands_once_right_after_the_last_sentence(ending):
    builder = new_report()
    builder.paragraph(f"Kính báo cáo{ending}")
    builder.end_mark()
    with pytest.raises(ValueError, match="end mark"):
        builder.paragraph("Thêm")
    assert body_texts(builder.build())[-1] == "Kính báo cáo./."


def test_after_a_table_the_end_mark_has_its_own_line():
    builder = new_report()
    builder.table(Table(COLUMNS, ROWS))
    assert body_texts(builder.build())[-1] == "./."


def test_the_signature_closes_the_body_and_cannot_leave_the_last_lines():
    builder = new_report()
    builder.paragraph("Kính báo cáo.")
    builder.signature(OFFICE_HEAD)
    paper = Paper(builder.build())
    left, right = (
        [text for text, _ in lines_of(cell)]
        for cell in next(paper.signature.iter("{*}tr")).iterchildren("{*}tc")
    )
    assert left == [
        "Nơi nhận:",
        "- Như trên;",
        "- Các Phó Giám đốc Sở;",
        "- Các phòng, đơn vị thuộc Sở (t/h);",
        "- Lưu: VT, VP.",
    ]
    assert right == ["CHÁNH VĂN PHÒNG", "Trần Minh Khuê"]
    assert paper.body_blocks[-2].find("{*}pPr/{*}keepNext") is not None
    assert text_of(paper.body_blocks[-2]) == "Kính báo cáo./."


def test_without_addressees_nobody_is_as_above():
    builder = new_report(addressees=())
    builder.paragraph("Xong.")
    builder.signature(Signature(prefix_lines=("GIÁM ĐỐC",), name=""))
    left = next(Paper(builder.build()).signature.iter("{*}tc"))
    assert [text for text, _ in lines_of(left)] == ["Nơi nhận:", "- Lưu: VT."]


def test_a_second_signature_is_refused():
    builder = new_report()
    builder.paragraph("Xong.")
    builder.signature(OFFICE_HEAD)
    with pytest.raises(ValueError, match="signature"):
        builder.signature(OFFICE_HEAD)


def test_an_annex_is_a_section_of_its_own_with_its_own_pages():
    body, first, second = Paper(report()).sections
    assert [
        section.number("pgSz", "w") > section.number("pgSz", "h") for section in (body, first, second)
    ] == [
        False,
        True,
        False,
    ]
    for annex, label in ((first, "Phụ lục\u00a0I"), (second, "Phụ lục\u00a0II")):
        lines = [text_of(block) for block in annex.blocks if block.tag.endswith("}p") and text_of(block)]
        assert lines[0] == label
        assert lines[1] == lines[1].upper()
        assert lines[2].startswith("(Kèm theo Báo cáo số\u00a0")
        assert lines[-1] == "./."


def test_a_picture_is_numbered_captioned_and_described():
    builder = new_report()
    builder.picture(render(PARTITION), caption="Tình hình", alt_text="Biểu đồ thanh: Văn phòng Sở 11.")
    builder.paragraph("Xong.")
    docx = builder.build()
    assert "Biểu đồ 1. Tình hình" in body_texts(docx)
    shape = Document(io.BytesIO(docx)).inline_shapes[0]
    assert shape.width.mm == pytest.approx(160, abs=0.1)
    assert shape._inline.docPr.get("descr") == "Biểu đồ thanh: Văn phòng Sở 11."
    assert {shape._inline.get(side) for side in ("distT", "distB", "distL", "distR")} == {"0"}


def test_a_tall_picture_is_made_to_fit_the_page_with_its_caption():
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("L", (100, 400)).save(buffer, "PNG")
    builder = new_report()
    builder.picture(buffer.getvalue(), caption="Cao", alt_text="Cao")
    assert Document(io.BytesIO(builder.build())).inline_shapes[0].height.mm <= 237.1


def test_dates_and_numbers_are_not_torn_at_the_end_of_a_line():
    assert printed("ngày 05 tháng 11 năm 2026, số 12, Điều 3, Phụ lục II") == (
        "ngày\u00a005 tháng\u00a011 năm\u00a02026, số\u00a012, Điều\u00a03, Phụ lục\u00a0II"
    )


def test_blanks_to_fill_in_by_hand_do_not_break_and_quotes_are_not_corrected():
    assert printed("≥ 98%, 2,1 điểm %") == "≥\u00a098%, 2,1\u00a0điểm\u00a0%"
    assert printed("số      /BC") == "số" + "\u00a0" * 6 + "/BC"
    assert printed("mực độ 2..  chổ") == "mực độ 2..  chổ"


@given(st.text(max_size=200))
def test_any_text_can_be_printed(text):
    builder = new_report()
    builder.paragraph(f"A{text}")
    builder.table(Table(COLUMNS, [("1", text, "", "<&>", '"')]))
    builder.paragraph("Xong.")
    docx = builder.build()
    Document(io.BytesIO(docx))
    assert unicodedata.is_normalized("NFC", "".join(body_texts(docx)))


def test_control_characters_never_reach_the_file():
    builder = new_report()
    builder.paragraph("Kết\x00 quả\x0b\u200b ô̂n\ud800.")
    assert failing(builder.build()).keys() == {"signature"}
    assert "\u200b" not in xml_of(builder.build())
