"""Finding the table in an export of another system: merged headings, column numbers, totals, csv."""

import pytest

from core.sheets.reading import Row, SheetError
from tests.tracker.exports import one_stop
from tracker.sources.tables import SourceTable, find_table, is_total, read_tables

CSV = """UBND PHƯỜNG;;;
Đơn vị;Tiếp nhận;;Ghi chú
;Tổng số;Trực tuyến;
Phòng Quản lý đất đai;1.840;1.250;
Tổng cộng;1.840;1.250;
"""


def headings(table: SourceTable) -> dict[str, str]:
    return {each.letter: each.heading for each in table.columns}


def test_three_rows_of_merged_headings_become_one_path_a_column() -> None:
    (table,) = read_tables(one_stop(), "th.xlsx")
    assert headings(table) == {
        "A": "TT",
        "B": "Đơn vị",
        "C": "Hồ sơ tiếp nhận › Tổng số",
        "D": "Hồ sơ tiếp nhận › Trong đó › Trực tuyến",
        "E": "Hồ sơ tiếp nhận › Trong đó › Trực tiếp, bưu chính",
        "F": "Hồ sơ tiếp nhận › Ghi chú",
    }
    assert table.heading_rows == (4, 5, 6)


def test_titles_column_numbers_and_the_foot_are_no_figures() -> None:
    (table,) = read_tables(one_stop(), "th.xlsx")
    assert table.body[0].values[:4] == (1, "Chi nhánh Bình Sơn", 1840, 1250)
    assert [row.number for row in table.body] == [8, 9, 10, 12]


def test_a_line_of_totals_says_so_left_of_its_figures() -> None:
    (table,) = read_tables(one_stop(), "th.xlsx")
    assert [is_total(row, 2) for row in table.body] == [False, False, True, False]


@pytest.mark.parametrize(
    ("words", "total"),
    [
        ("Tổng", True),
        ("TỔNG SỐ", True),
        ("Tổng cộng:", True),
        ("Cộng (I+II)", True),
        ("Tổng cộng các đơn vị", True),
        ("Toàn tỉnh", True),
        ("TONG CONG", True),
        ("Công an tỉnh", False),
        ("Công chứng", False),
        ("Cộng đồng dân cư", False),
        ("Tổng hợp", False),
        ("Tổng công ty Cấp nước", False),
        ("Phòng Tổng hợp", False),
    ],
)
def test_a_name_that_only_begins_like_a_total_keeps_its_line(words: str, total: bool) -> None:
    assert is_total(Row(7, (1, words, 40, 30)), 2) is total


def test_the_signature_is_the_same_next_month_and_another_for_other_headings() -> None:
    def table(*words: str) -> SourceTable:
        found = find_table("T", [Row(1, words), Row(2, ("Phòng A", 5, 7))])
        assert found is not None
        return found

    october, november = table("Đơn vị", "Tháng 10/2026", "Lũy kế"), table("Đơn vị", "Tháng 11/2026", "Lũy kế")
    assert october.signature == november.signature
    assert october.signature != table("Đơn vị", "Lũy kế", "Tháng 10/2026").signature


def test_a_csv_without_merged_cells_gives_an_empty_heading_to_its_left_neighbour() -> None:
    (table,) = read_tables(CSV.encode(), "th.csv")
    assert headings(table) == {
        "A": "Đơn vị",
        "B": "Tiếp nhận › Tổng số",
        "C": "Tiếp nhận › Trực tuyến",
        "D": "Ghi chú",
    }
    assert [row.values[0] for row in table.body] == ["Phòng Quản lý đất đai", "Tổng cộng"]


def test_a_file_without_a_table_is_refused_in_words() -> None:
    with pytest.raises(SheetError, match="Không thấy bảng số liệu"):
        read_tables("Ghi chú\nKhông có gì\n".encode(), "a.csv")
