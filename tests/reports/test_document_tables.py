"""Tables: heading repeated, rows whole, totals bold, empty ones say so, ten thousand rows in linear time."""

import time

import pytest

from reports.document import LANDSCAPE, Align, Column, DocumentBuilder, GroupRow, Table
from reports.document.reading import Paper
from reports.document.xml import W
from tests.reports.document_samples import (
    AS_OF,
    COLUMNS,
    OFFICE,
    ROWS,
    body_texts,
    failing,
    new_report,
    table_texts,
)


def with_table(table: Table, **options) -> bytes:
    builder = new_report(**options)
    builder.table(table)
    builder.paragraph("Xong.")
    return builder.build()


def table_element(docx: bytes):
    return next(block for block in Paper(docx).body_blocks if block.tag == W + "tbl")


def test_cells_are_printed_as_given_with_grouped_headings():
    assert table_texts(with_table(Table(COLUMNS, ROWS)), 1) == [
        ["STT", "Đơn vị", "Đã hoàn thành", "Đã hoàn thành", "Tỷ lệ (%)"],
        ["STT", "Đơn vị", "Đúng hạn", "Quá hạn", "Tỷ lệ (%)"],
        *(list(row) for row in ROWS),
    ]


def test_headings_repeat_and_rows_are_never_torn():
    rows = list(table_element(with_table(Table(COLUMNS, ROWS))).iterchildren(W + "tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_no_row_stands_alone_beside_a_page_break():
    table = Table(COLUMNS, ROWS * 4, total=("", "Tổng cộng", "1", "2", "3"), note="Nguồn")
    rows = list(table_element(with_table(table)).iterchildren(W + "tr"))[2:]
    held = [row.find(f".//{W}keepNext") is not None for row in rows]
    assert held == [True] + [False] * 10 + [True, True]


def test_the_total_is_the_last_row_and_bold():
    docx = with_table(Table(COLUMNS, ROWS, total=("", "Tổng cộng", "17", "02", "59,4")))
    last = list(table_element(docx).iterchildren(W + "tr"))[-1]
    assert table_texts(docx, 1)[-1] == ["", "Tổng cộng", "17", "02", "59,4"]
    assert len(list(last.iter(W + "b"))) == len(COLUMNS)


def test_a_table_without_rows_says_so_and_has_no_total():
    docx = with_table(Table(COLUMNS, (), total=("", "Tổng cộng", "0", "0", "")))
    assert table_texts(docx, 1)[2:] == [["Không có số liệu"] * len(COLUMNS)]
    assert failing(docx).keys() == {"signature"}


def test_a_group_row_spans_all_columns():
    docx = with_table(Table(COLUMNS, (GroupRow("I. Các phòng"), *ROWS)))
    assert table_texts(docx, 1)[2] == ["I. Các phòng"] * len(COLUMNS)


def test_titles_are_numbered_in_order_unless_told_otherwise():
    builder = new_report()
    for table in (
        Table(COLUMNS, ROWS, title="Một"),
        Table(COLUMNS, ROWS, title="Biểu mẫu của tỉnh", numbered=False),
        Table(COLUMNS, ROWS, title="Hai", unit="Đơn vị tính: nhiệm vụ", note="Nguồn: VP."),
    ):
        builder.table(table)
    texts = body_texts(builder.build())
    assert [text for text in texts if "Bảng" in text or "Biểu mẫu" in text] == [
        "Bảng 1. Một",
        "Biểu mẫu của tỉnh",
        "Bảng 2. Hai",
    ]
    assert "Đơn vị tính: nhiệm vụ" in texts and "Nguồn: VP." in texts


def test_two_tables_in_a_row_stay_two():
    builder = new_report()
    builder.table(Table(COLUMNS, ROWS))
    builder.table(Table(COLUMNS, ROWS))
    blocks = [block.tag.rpartition("}")[2] for block in Paper(builder.build()).body_blocks]
    assert "tbl tbl" not in " ".join(blocks)


def test_lines_in_a_cell_stay_lines_and_markup_stays_text():
    docx = with_table(Table(COLUMNS, [("1", "79,2\nChưa đạt", "a\tb", "<w:b/>&amp;", "<!--rows:0-->")]))
    assert table_texts(docx, 1)[2] == ["1", "79,2\nChưa đạt", "a\tb", "<w:b/>&amp;", "<!--rows:0-->"]


def test_a_name_of_300_letters_stays_in_its_column():
    name = "Chi nhánh Văn phòng Đăng ký đất đai khu vực " * 7
    docx = with_table(Table(COLUMNS, [("1", name[:300], "", "", "")]))
    assert failing(docx).keys() == {"signature"}
    assert table_texts(docx, 1)[2][1] == name[:300]


def test_a_table_too_wide_for_the_sheet_is_refused():
    with pytest.raises(ValueError, match="161"):
        with_table(Table([Column("A", 161)], []))


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="4 cells"):
        with_table(Table(COLUMNS, [("1", "2", "3", "4")]))


def annex_of(count: int) -> tuple[float, bytes]:
    """CPU seconds and bytes of a landscape annex of `count` rows by eight columns."""
    builder = DocumentBuilder(OFFICE, subject="Thử", as_of=AS_OF)
    builder.paragraph("Kèm theo Phụ lục.")
    builder.annex("Danh sách", attached_to="Báo cáo")
    columns = [Column(f"Cột {i}", LANDSCAPE.text_width / 8, Align.LEFT) for i in range(8)]
    rows = [tuple(f"Nội dung nhiệm vụ {i} ô {j}" for j in range(8)) for i in range(count)]
    started = time.process_time()
    builder.table(Table(columns, rows, small=True))
    docx = builder.build()
    return time.process_time() - started, docx


def test_ten_thousand_rows_cost_ten_times_one_thousand():
    """Linear: quadratic growth would cost ten times as much again; the rest is room for a busy machine."""
    annex_of(100)
    small = min(annex_of(1_000)[0] for _ in range(3))
    large, docx = annex_of(10_000)
    assert large < 30 * small
    assert docx.count(b"word/document.xml") > 0


def test_a_thousand_rows_are_all_there():
    rows = table_texts(annex_of(1_000)[1], 1)
    assert len(rows) == 1_001
    assert rows[-1][0] == "Nội dung nhiệm vụ 999 ô 0"
