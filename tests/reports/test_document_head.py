"""The head of page one: who, what number, where and when; blanks stay blank until a document is signed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import Letterhead, Urgency, norm
from reports.document.metrics import balanced_lines, break_by_sense, width_mm
from reports.document.reading import Paper, lines_of, text_of
from reports.document.text import date_line, printed
from tests.reports.document_samples import (
    COMMUNE,
    DEPARTMENT,
    OFFICE,
    body_texts,
    failing,
    letter,
    new_report,
    report,
    xml_of,
)

NAME_OF_300 = ("Trung tâm Điều tra, Khảo sát, Kiểm định chất lượng nông lâm thủy sản và môi trường " * 4)[
    :300
]


def head_of(docx: bytes) -> list[list[list[str]]]:
    """Lines of the four cells, row by row."""
    return [[[text for text, _ in lines_of(cell)] for cell in row] for row in Paper(docx).head]


def test_number_and_date_stay_blank_until_given():
    (_, _), (number, place) = head_of(report())
    assert number == [f"Số:{chr(160) * 9}/BC-VP"]
    assert place[0].startswith("Hòa An, ngày\u00a0") and place[0].endswith("năm\u00a02026")
    assert not any(char.isdigit() for char in place[0][:-4])


def test_number_and_date_are_printed_as_the_decree_writes_them():
    (_, _), (number, place) = head_of(letter())
    assert number[0] == "Số:\u00a005/SNNMT-VP"
    assert place == ["Hòa An, ngày\u00a005 tháng\u00a001 năm\u00a02026"]


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_only_days_under_ten_and_two_months_take_a_leading_zero(day):
    _, day_text, _, month_text, _, year_text = date_line(day, None).split()
    assert (int(day_text), int(month_text), int(year_text)) == (day.day, day.month, day.year)
    assert len(day_text) == 2
    assert month_text.startswith("0") == (day.month in (1, 2))


def test_the_agency_is_broken_by_sense_and_only_the_issuer_is_bold():
    (agency, nation), _ = head_of(report())
    assert agency == ["SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG", "VĂN PHÒNG"]
    assert nation == [norm.NATION, norm.MOTTO]


def test_a_body_without_a_superior_prints_none():
    (agency, _), _ = head_of(_finished(new_report(letterhead=COMMUNE)))
    assert agency == ["ỦY BAN NHÂN DÂN", "XÃ TÂN THƯỢNG HIỀN"]


def _finished(builder) -> bytes:
    builder.paragraph("Xong.")
    return builder.build()


def test_an_agency_name_of_300_letters_wraps_inside_its_column():
    docx = _finished(new_report(letterhead=Letterhead(
        parent_agency="UBND TỈNH HÒA AN", agency_lines=(NAME_OF_300.upper(),), symbol="/BC-TT", place="Hòa An"
    )))  # fmt: skip
    (agency, nation), _ = head_of(docx)
    assert all(width_mm(line, norm.AGENCY_PT, bold=True) <= norm.HEAD_LEFT for line in agency)
    assert " ".join(agency[1:]) == NAME_OF_300.upper().strip()
    assert len(nation) == 2


def test_a_long_place_name_narrows_the_blanks_to_stay_on_one_line():
    _, (_, place) = head_of(_finished(new_report(letterhead=COMMUNE)))
    assert width_mm(place[0], norm.PLACE_PT) < norm.HEAD_RIGHT
    assert 3 <= place[0].count("\u00a0") < 17


def test_the_widths_agree_with_the_measured_ones():
    """Measured on paper (norms 1.4): they decide whether the nation line fits and how long the rules are."""
    assert width_mm(norm.NATION, 12, bold=True) == pytest.approx(88.3, abs=0.2)
    assert width_mm(norm.NATION, 13, bold=True) == pytest.approx(95.7, abs=0.2)
    assert width_mm(norm.MOTTO, 13, bold=True) == pytest.approx(56.1, abs=0.2)
    assert width_mm(norm.MOTTO, 14, bold=True) == pytest.approx(60.5, abs=0.2)
    assert width_mm("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", 12, bold=True) == pytest.approx(74.3, abs=0.3)
    assert width_mm("UBND TỈNH HÀ TĨNH", 12) == pytest.approx(41.5, abs=0.3)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", ["SỞ NÔNG NGHIỆP", "VÀ MÔI TRƯỜNG"]),
        ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", ["VĂN PHÒNG", "ĐĂNG KÝ ĐẤT ĐAI"]),
        ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", ["SỞ KHOA HỌC", "VÀ CÔNG NGHỆ"]),
        ("SỞ NỘI VỤ", ["SỞ NỘI VỤ"]),
    ],
)
def test_names_break_where_a_clerk_would_break_them(name, lines):
    assert break_by_sense(name, 60, 12, bold=True) == lines


@given(st.lists(st.text("abcđƯỜ", min_size=1, max_size=12), min_size=1, max_size=40), st.integers(15, 60))
def test_breaking_loses_no_word_and_keeps_the_width(words, limit):
    lines = balanced_lines(" ".join(words), limit, len)
    assert " ".join(lines) == " ".join(words)
    assert all(len(line) <= limit for line in lines)


def test_kind_and_subject_stand_below_the_head():
    kind, subject, addressee = body_texts(report())[:3]
    assert [kind, subject.replace("\n", " "), addressee] == [
        "BÁO CÁO",
        "Kết quả thực hiện Kế hoạch cải cách hành chính tháng 11 năm 2026",
        "Kính gửi: Giám đốc Sở Nông nghiệp và Môi trường",
    ]


def test_a_letter_has_no_kind_and_says_about_what_below_its_number():
    _, (number, _) = head_of(letter())
    assert number[1].replace("\n", " ").replace("\u00a0", " ") == (
        "V/v đôn đốc thực hiện nhiệm vụ tại Kế hoạch số 45/KH-SNNMT"
    )
    assert body_texts(letter())[:4] == [
        "Kính gửi:",
        "- Phòng Quản lý đất đai;",
        "- Trung tâm Công nghệ thông tin;",
        "- Văn phòng Đăng ký đất đai.",
    ]


def test_addressee_and_subject_of_300_letters_keep_the_form():
    docx = _finished(new_report(subject=NAME_OF_300, addressees=(NAME_OF_300.strip(),)))
    assert set(failing(docx)) == {"signature"}  # this one is not signed
    subject = body_texts(docx)[1].split("\n")
    assert len(subject) >= 3
    assert all(width_mm(line, norm.KIND_PT, bold=True) <= norm.SUBJECT_LINE for line in subject)


@pytest.mark.parametrize("urgency", Urgency)
def test_the_urgency_frame_is_red_and_of_its_prescribed_size(urgency):
    docx = _finished(new_report(letterhead=DEPARTMENT, urgency=urgency))
    stamp = next(cell for cell in Paper(docx).head[1][0].iter("{*}tbl"))
    width, height = norm.STAMP_SIZE[urgency]
    assert "".join(text_of(p) for p in stamp.iter("{*}p")) == urgency.value
    markup = xml_of(docx)
    assert f'<w:tblW w:w="{norm.twips(width)}"' in markup
    assert f'<w:trHeight w:val="{norm.twips(height)}" w:hRule="exact"/>' in markup
    assert "FF0000" in markup


def test_there_is_no_secrecy_stamp():
    assert {urgency.value for urgency in Urgency} == {"HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"}


def test_a_symbol_without_a_slash_is_refused():
    with pytest.raises(ValueError, match="slash"):
        Letterhead(agency_lines=("VĂN PHÒNG",), symbol="BC-VP", place="Hòa An")


def test_an_annex_cites_the_document_with_the_same_blanks():
    blank = "\u00a0" * 8
    assert OFFICE.cited("Báo cáo", "Văn phòng Sở") == (
        f"Báo cáo số\u00a0{blank}/BC-VP ngày{blank}tháng{blank}năm\u00a02026 của Văn phòng Sở"
    )
    assert DEPARTMENT.cited("Công văn", "Sở").replace("\u00a0", " ") == (
        "Công văn số 05/SNNMT-VP ngày 05 tháng 01 năm 2026 của Sở"
    )


def test_a_title_never_tears_a_plan_from_its_number_nor_a_period_apart():
    title = printed("Kết quả thực hiện Kế hoạch số 18/KH-SNNMT tháng 11 năm 2026")
    lines = [line.replace("\u00a0", " ") for line in break_by_sense(title, 140, 14, bold=True)]
    assert lines == ["Kết quả thực hiện Kế hoạch số 18/KH-SNNMT", "tháng 11 năm 2026"]
