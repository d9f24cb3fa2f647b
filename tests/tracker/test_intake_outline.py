"""The outline of a plan comes from the labels its rows carry."""

import pytest

from tracker.intake.outline import in_order, level, parse_mark


@pytest.mark.parametrize(
    ("cell", "label", "time", "text"),
    [
        ("II.1", "II.1", 1, ""),
        ("II.2.1.", "II.2.1", 1, ""),
        ("II.1 Chỉ tiêu", "II.1", 1, "Chỉ tiêu"),
        ("IV.3. Văn phòng Sở", "IV.3", 1, "Văn phòng Sở"),
        ("IV.2 (lần 2)", "IV.2", 2, ""),
        ("IV.2 (lần thứ hai) Các phòng", "IV.2", 2, "Các phòng"),
        ("1", "1", 1, ""),
        ("3: Thủ tục hành chính", "3", 1, "Thủ tục hành chính"),
        ("1.a)", "1.a", 1, ""),
        ("Mục II", "Mục II", 1, ""),
        ("Điều 3 Tổ chức", "Điều 3", 1, "Tổ chức"),
    ],
)
def test_a_cell_holds_a_label_and_may_hold_its_heading(cell: str, label: str, time: int, text: str) -> None:
    mark = parse_mark(cell)
    assert mark is not None
    assert (mark.label, mark.time, mark.text) == (label, time, text)


@pytest.mark.parametrize("cell", ["Tổ chức thực hiện", "gạch đầu dòng", "", "1." * 20])
def test_a_cell_without_a_label_is_not_guessed(cell: str) -> None:
    assert parse_mark(cell) is None


def test_the_outline_is_in_the_order_of_the_document_whatever_sheet_a_row_stands_on() -> None:
    cells = ["IV.2 (lần 2)", "II.10", "IV.2", "II.2", "I", "IX", "II.2.1", "V"]
    assert [(mark.label, mark.time) for mark in in_order(parse_mark(cell) for cell in cells)] == [
        ("I", 1), ("II.2", 1), ("II.2.1", 1), ("II.10", 1), ("IV.2", 1), ("IV.2", 2), ("V", 1), ("IX", 1),
    ]  # fmt: skip


def test_labels_that_cannot_be_compared_keep_the_order_of_the_cells() -> None:
    assert [mark.label for mark in in_order(parse_mark(cell) for cell in ["2", "b", "1"])] == ["2", "b", "1"]


def test_the_first_cell_with_a_heading_gives_it_to_the_clause() -> None:
    assert [
        mark.text for mark in in_order(parse_mark(cell) for cell in ["II.1", "II.1 Chỉ tiêu", "II.1"])
    ] == ["Chỉ tiêu"]


@pytest.mark.parametrize(
    ("label", "depth"), [("II", 1), ("II.2", 2), ("II.2.1", 3), ("Mục II", 1), ("1.a", 2)]
)
def test_the_depth_of_a_label(label: str, depth: int) -> None:
    assert level(label) == depth
