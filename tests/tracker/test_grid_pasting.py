"""A pasted table goes into the grid as its author reads it, or says which cell it could not place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean_line
from tracker.grid.pasting import MOST_ROWS, PasteError, cells_of, fill
from tracker.grid.sheet import Row, Sheet

HEADING = "Chỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị hoặc nhóm\ttrước ngày 30/4/2026\tcuối năm 2026"


def pasted(text: str, sheet: Sheet | None = None) -> Sheet:
    sheet = sheet or Sheet()
    fill(sheet, text)
    return sheet


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return [
        (row.code, row.name, row.indicators, row.scope, row.whom, *row.cells)
        for row in sheet.rows
        if not row.is_blank
    ]


def test_columns_are_told_by_their_headings() -> None:
    sheet = pasted(f"{HEADING}\nHồ sơ trực tuyến\tHSTT\tMột đơn vị\tSở\tđạt 70%\ttrên 90%\n")
    assert sheet.columns == ["trước ngày 30/4/2026", "cuối năm 2026"]
    assert rows(sheet) == [("", "Hồ sơ trực tuyến", "HSTT", "unit", "Sở", "đạt 70%", "trên 90%")]


def test_headings_may_stand_in_any_order_and_numbers_of_rows_are_passed_over() -> None:
    sheet = pasted("TT\tĐơn vị\tCuối năm\tChỉ tiêu\tĐối tượng\n1\tSở\t100%\tCông khai\tđơn vị")
    assert (sheet.columns, rows(sheet)) == (["Cuối năm"], [("", "Công khai", "", "unit", "Sở", "100%")])


def test_a_spreadsheet_quotes_cells_with_line_breaks() -> None:
    assert cells_of('"Hồ sơ\ntrực tuyến"\t"nói ""một cửa"""\r\nb\tc') == [
        ["Hồ sơ trực tuyến", 'nói "một cửa"'],
        ["b", "c"],
    ]


def test_a_lone_quotation_mark_swallows_nothing() -> None:
    assert cells_of('mục "a\t1\nb\t2') == [['mục "a', "1"], ["b", "2"]]


def test_odd_spaces_and_split_accents_become_plain_text() -> None:
    text = unicodedata.normalize("NFD", f"{HEADING}\nHồ\u00a0sơ\t\tMột đơn vị\tSở\tđạt\u202f70%\t")
    assert rows(pasted(text)) == [("", "Hồ sơ", "", "unit", "Sở", "đạt 70%", "")]


def test_a_heading_repeated_on_the_next_page_is_no_row() -> None:
    text = f"{HEADING}\nA\t\tMột đơn vị\tSở\t70%\t80%\n{HEADING}\nB\t\tMột đơn vị\tSở\t1%\t2%"
    assert [row[1] for row in rows(pasted(text))] == ["A", "B"]


def test_milestones_may_stand_below_one_merged_heading() -> None:
    text = "Chỉ tiêu\tÁp dụng cho\tĐơn vị\tMốc thời gian\t\n\t\t\t30/4/2026\tcuối năm 2026\nA\tMột đơn vị\tSở\t70%\t80%"
    sheet = pasted(text)
    assert (sheet.columns, rows(sheet)) == (
        ["30/4/2026", "cuối năm 2026"], [("", "A", "", "unit", "Sở", "70%", "80%")],
    )  # fmt: skip


def test_a_merged_name_goes_on_below() -> None:
    text = (
        f"{HEADING}\nHồ sơ trực tuyến\tHSTT\tMột đơn vị\tSở\t70%\t90%"
        "\n\t\tTừng đơn vị trong nhóm\tCác Chi nhánh\t30%\t70%"
    )
    assert rows(pasted(text)) == [
        ("", "Hồ sơ trực tuyến", "HSTT", "unit", "Sở", "70%", "90%"),
        ("", "Hồ sơ trực tuyến", "HSTT", "each", "Các Chi nhánh", "30%", "70%"),
    ]


def test_a_second_indicator_under_merged_cells_makes_the_line_compound() -> None:
    blank = f"{HEADING}\nTiếp nhận và thanh toán\tHSTT\tMột đơn vị\tSở\t70%\t90%\n\tTTTT\t\t\t\t"
    repeated = f"{HEADING}\nTiếp nhận và thanh toán\tHSTT\tMột đơn vị\tSở\t70%\t90%\n\tTTTT\tMột đơn vị\tSở\t70%\t90%"
    for text in (blank, repeated):
        assert rows(pasted(text)) == [
            ("", "Tiếp nhận và thanh toán", "HSTT; TTTT", "unit", "Sở", "70%", "90%")
        ]


def test_a_second_indicator_with_other_levels_is_a_line_of_its_own() -> None:
    text = f"{HEADING}\nTiếp nhận và thanh toán\tHSTT\tMột đơn vị\tSở\t70%\t90%\n\tTTTT\tMột đơn vị\tSở\t60%\t90%"
    assert [row[2:] for row in rows(pasted(text))] == [
        ("HSTT", "unit", "Sở", "70%", "90%"),
        ("TTTT", "unit", "Sở", "60%", "90%"),
    ]


def test_the_sheet_of_the_workbook_pastes_too_one_row_a_milestone() -> None:
    text = (
        "Mã chỉ tiêu\tMục\tChỉ tiêu\tChỉ số\tÁp dụng cho\tĐơn vị hoặc nhóm\tMốc\tMức chỉ tiêu\tTrích nguyên văn\n"
        "CT01\tII.1\tHồ sơ\tHSTT\tMột đơn vị\tSở\t30/4/2026\tđạt 70%\t\n"
        "CT01\t\t\t\t\t\tcuối năm\ttrên 90%\t\n"
        "CT02\t\tCông khai\t\tVăn bản không nêu\t\t\t100%\t"
    )
    sheet = pasted(text)
    assert sheet.columns == ["30/4/2026", "cuối năm", ""]
    assert rows(sheet) == [
        ("CT01", "Hồ sơ", "HSTT", "unit", "Sở", "đạt 70%", "trên 90%", ""),
        ("CT02", "Công khai", "", "unstated", "", "", "", "100%"),
    ]


def test_without_a_heading_cells_follow_the_columns_of_the_grid() -> None:
    sheet = Sheet(["cuối năm"], [Row(cells=[""])])
    assert rows(pasted("CT01\tHồ sơ\tHSTT\tMột đơn vị\tSở\t90%", sheet)) == [
        ("CT01", "Hồ sơ", "HSTT", "unit", "Sở", "90%")
    ]
    with pytest.raises(PasteError, match="7 cột, bảng có 6 cột"):
        pasted("CT01\tHồ sơ\tHSTT\tMột đơn vị\tSở\t90%\t95%", sheet)


def test_a_line_the_grid_has_is_replaced_and_others_stay() -> None:
    sheet = Sheet(
        ["cuối năm 2026"],
        [Row("7", "CT01", "A", "", "unit", "Sở", ["70%"]), Row("8", "CT02", "B", "", "unit", "Sở", ["1%"])],
    )
    pasted("Mã\tChỉ tiêu\tCuối năm 2026\nCT02\tB\ttrên 2%\nCT03\tC\t3%", sheet)
    assert [(row.key, row.code, row.cells) for row in sheet.rows] == [
        ("7", "CT01", ["70%"]),
        ("8", "CT02", ["trên 2%"]),
        ("", "CT03", ["3%"]),
    ]


WRONG = [
    ("", "Chưa dán"),
    (
        "Chỉ tiêu\tĐơn vị\tMàu sắc\nA\tSở\tđỏ",
        "Dòng tiêu đề, cột 3: “Màu sắc” không phải là tên cột hay một mốc",
    ),
    ("Chỉ tiêu\tÁp dụng cho\tcuối năm\nA\tai cũng được\t1%", "Dòng 1, cột “Áp dụng cho”: “ai cũng được”"),
    ("Chỉ tiêu\tĐơn vị\tcuối năm\nA\tSở\t1%\t2%", "Dòng 1: thừa 1 ô"),
    ("Chỉ tiêu\tĐơn vị\t\t\nA\tSở\t1%\t2%", "Chỉ một cột được để trống mốc"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_what_cannot_be_placed_is_named_and_nothing_is_taken(text: str, why: str) -> None:
    sheet = Sheet(["cuối năm"], [Row("7", "CT01", "A", "", "unit", "Sở", ["70%"])])
    with pytest.raises(PasteError, match=why):
        fill(sheet, text)
    assert (sheet.columns, len(sheet.rows), sheet.rows[0].cells) == (["cuối năm"], 1, ["70%"])


def test_a_grid_has_its_limits() -> None:
    text = "Chỉ tiêu\tĐơn vị\tcuối năm\n" + "\n".join(f"A{n}\tSở\t1%" for n in range(MOST_ROWS + 1))
    with pytest.raises(PasteError, match="tối đa 100 dòng"):
        fill(Sheet(), text)


# --- any table -----------------------------------------------------------------------------------------------------

PHRASES = ["trước ngày 30/4/2026", "từ 10/4/2026", "30/6/2026", "trong tháng 9/2026", "cuối năm 2026"]
words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20).map(clean_line)
level = st.sampled_from(["", "70%", "trên 90%", "40 - 50%", "giảm 10%", "ít nhất 87 thủ tục"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    phrases = draw(st.lists(st.sampled_from(PHRASES), min_size=1, unique=True))
    names = draw(st.lists(words.filter(bool), min_size=1, max_size=6, unique_by=str.casefold))
    lines = []
    for number, name in enumerate(names):
        cells = draw(st.lists(level, min_size=len(phrases), max_size=len(phrases)))
        lines.append([f"M{number}", name, "HSTT", "unit", "Sở", *cells])
    return phrases, lines


def quoted(cell: str) -> str:
    """A cell as a spreadsheet copies it."""
    return '"' + cell.replace('"', '""') + '"' if '"' in cell else cell


@given(tables())
def test_a_table_comes_in_as_it_went_out_and_twice_is_once(table: tuple[list[str], list[list[str]]]) -> None:
    phrases, lines = table
    heading = ["Mã", "Chỉ tiêu", "Chỉ số", "Áp dụng cho", "Đơn vị", *phrases]
    said = [heading, *([*line[:3], "Một đơn vị", *line[4:]] for line in lines)]
    text = "\r\n".join("\t".join(map(quoted, row)) for row in said)
    sheet = pasted(text)
    assert (sheet.columns, rows(sheet)) == (phrases, [tuple(line) for line in lines])
    assert rows(pasted(text, sheet)) == [tuple(line) for line in lines]


@given(st.text(max_size=200))
def test_any_text_fills_the_grid_or_is_refused_in_words(text: str) -> None:
    sheet = Sheet(["cuối năm"], [Row(cells=[""])])
    try:
        fill(sheet, text)
    except PasteError as error:
        assert error.messages and all(error.messages)
    assert all(len(row.cells) == len(sheet.columns) for row in sheet.rows)
