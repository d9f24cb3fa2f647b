"""Every document we build keeps the measurable form of Decree 30/2020, and the checks notice when one does
not.
"""

import io
import zipfile

import pytest
from docx import Document

from reports.document.check import conformance
from tests.reports.document_samples import commune_report, edited, failing, letter, report

BODY = "word/document.xml"
STYLES = "word/styles.xml"
CORE = "docProps/core.xml"
BORDER = '<w:tblBorders><w:top w:val="single"/></w:tblBorders>'
LAST = "<w:titlePg/></w:sectPr></w:body>"


@pytest.mark.parametrize("build", [report, letter, commune_report])
def test_our_documents_pass_every_check(build):
    assert failing(build()) == {}


def test_the_checks_cover_the_rules_a_machine_can_measure():
    assert [check.name for check in conformance(report())] == [
        "opens",
        "page_size",
        "margins",
        "page_numbers",
        "fonts",
        "black",
        "no_underline",
        "language",
        "clean_text",
        "head_table",
        "nation",
        "agency",
        "rules",
        "number",
        "date",
        "kind_and_subject",
        "addressees",
        "body",
        "end_marks",
        "tables",
        "signature",
        "annexes",
        "properties",
    ]


@pytest.mark.parametrize(
    ("check", "part", "old", "new"),
    [
        ("page_size", BODY, 'w:h="16838"', 'w:h="15840"'),
        ("margins", BODY, 'w:left="1701"', 'w:left="1134"'),
        ("page_numbers", BODY, "<w:titlePg/>", ""),
        ("page_numbers", BODY, f'<w:pgNumType w:start="1"/>{LAST}', LAST),
        ("page_numbers", "word/header1.xml", " PAGE ", " NUMPAGES "),
        ("fonts", STYLES, 'w:eastAsia="Times New Roman"', 'w:eastAsia="Calibri"'),
        ("fonts", BODY, "<w:r><w:t", '<w:r><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"/></w:rPr><w:t'),
        ("black", STYLES, '<w:color w:val="000000"/>', '<w:color w:val="2E74B5"/>'),
        ("no_underline", BODY, '<w:rPr><w:b/>', '<w:rPr><w:b/><w:u w:val="single"/>'),
        ("language", STYLES, 'w:lang w:val="vi-VN"', 'w:lang w:val="en-US"'),
        ("clean_text", BODY, "Ban hành", "Ban ha\u0300nh"),
        ("clean_text", BODY, "54,5", "54.5%"),
        ("clean_text", BODY, "54,5", "{{ rate }}"),
        ("clean_text", BODY, "Văn phòng Sở<", "vp@hoaan.example.vn<"),
        ("clean_text", BODY, "Văn phòng Sở<", "001099012345<"),
        ("clean_text", BODY, "Văn phòng Sở<", "D:\\BaoCao<"),
        ("clean_text", BODY, "Văn phòng Sở<", "TỐI MẬT<"),
        ("head_table", BODY, "<w:tblLayout", BORDER + "<w:tblLayout"),
        ("nation", BODY, "CỘNG HÒA XÃ", "CỘNG HOÀ XÃ"),
        ("nation", BODY, '<w:tcW w:w="5556"', '<w:tcW w:w="4500"'),
        ("agency", BODY, "VĂN PHÒNG", "Văn phòng"),
        ("rules", BODY, '<w:ind w:left="1187" w:right="1187"/>', '<w:ind w:left="100" w:right="100"/>'),
        ("number", BODY, "/BC-VP", "/CV-VP"),
        ("date", BODY, "Hòa An, ngày", "Hòa An ngày"),
        ("kind_and_subject", BODY, "BÁO CÁO", "Báo cáo"),
        ("addressees", BODY, "Kính gửi: Giám đốc", "Kính gửi:</w:t></w:r></w:p><w:p><w:r><w:t>Giám đốc"),
        ("body", STYLES, 'w:firstLine="720"', 'w:firstLine="0"'),
        ("body", STYLES, 'w:before="120"', 'w:before="0"'),
        ("end_marks", BODY, "chỉ đạo./.", "chỉ đạo."),
        ("end_marks", BODY, "chỉ đạo./.", "chỉ đạo ./."),
        ("tables", BODY, "<w:tblHeader/>", ""),
        ("tables", BODY, '<w:gridCol w:w="3402"/>', '<w:gridCol w:w="7000"/>'),
        ("signature", BODY, "- Lưu: VT, VP.", "- Lưu VP."),
        ("signature", BODY, "CHÁNH VĂN PHÒNG", "Chánh Văn phòng"),
        ("annexes", BODY, "(Kèm theo", "Kèm theo"),
        ("properties", CORE, "<cp:lastModifiedBy/>", "<cp:lastModifiedBy>Bình</cp:lastModifiedBy>"),
        ("properties", CORE, "<dc:creator>", "<dc:creator>python-docx "),
    ],
)  # fmt: skip
def test_a_broken_rule_is_noticed(check, part, old, new):
    assert check in failing(edited(report(), part, old, new))


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [
        ("date", "tháng\u00a001 ", "tháng\u00a01 "),
        ("number", "/SNNMT-VP", "/SNNMT"),
        ("addressees", "Phòng Quản lý đất đai;", "Phòng Quản lý đất đai,"),
        ("black", 'w:color w:val="FF0000"/><w:sz', 'w:color w:val="C00000"/><w:sz'),
    ],
)
def test_a_broken_rule_of_letters_is_noticed(check, old, new):
    assert check in failing(edited(letter(), BODY, old, new))


def test_a_file_that_is_no_document_is_one_failed_check():
    checks = conformance(b"not a zip")
    assert [(check.name, check.ok) for check in checks] == [("opens", False)]
    assert checks[0].detail.startswith("Không mở được tệp")


def test_a_stranger_s_document_is_judged_without_falling_over():
    document = Document()
    document.add_paragraph("Kế hoạch")
    buffer = io.BytesIO()
    document.save(buffer)
    found = failing(buffer.getvalue())
    assert {"page_size", "fonts", "number", "signature"} <= set(found)


def test_a_long_list_of_faults_is_cut():
    docx = edited(report(), STYLES, 'w:val="vi-VN"', 'w:val="en-US"')
    assert failing(docx)["language"].count(";") == 5
    assert "lỗi khác" in failing(docx)["language"]


def test_the_file_carries_no_theme_no_thumbnail_no_foreign_style():
    with zipfile.ZipFile(io.BytesIO(report())) as archive:
        assert archive.namelist() == [
            "[Content_Types].xml",
            "_rels/.rels",
            "docProps/app.xml",
            "docProps/core.xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/fontTable.xml",
            "word/header1.xml",
            "word/header2.xml",
            "word/settings.xml",
            "word/styles.xml",
        ]
        assert "Theme" not in archive.read("word/styles.xml").decode().replace("themeFontLang", "")


def test_headings_are_word_s_own_so_that_the_navigation_pane_works():
    document = Document(io.BytesIO(report()))
    styled = {p.text: p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")}
    assert styled["I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH"] == "Heading 1"
    assert styled["1. Kết quả thực hiện nhiệm vụ"] == "Heading 2"
    assert [text[:3] for text, name in styled.items() if name == "Heading 3"] == ["a) "]
