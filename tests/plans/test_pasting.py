"""Two columns copied from a workbook: where each line goes, and what is said of one that fits nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from plans.pasting import Place, read

PLACES = [
    Place(("HSTT", "Tỷ lệ hồ sơ tiếp nhận trực tuyến"), True),
    Place(("VIDEO", "Số video hướng dẫn"), False),
    Place(("TTTT", "Tỷ lệ thanh toán trực tuyến"), True),
]


def test_lines_go_to_the_rows_in_their_order_as_they_were_copied() -> None:
    found = read("1.234\t1.400,5\r\n12\n0\t0\n", PLACES)
    assert found.cells == {0: ("1.234", "1.400,5"), 1: ("12", ""), 2: ("0", "0")} and not found.errors


def test_an_empty_line_leaves_its_row_empty() -> None:
    assert read("1\t2\n\n3\t4", PLACES).cells == {0: ("1", "2"), 2: ("3", "4")}


def test_a_heading_is_passed_over() -> None:
    assert read("Tử số\tMẫu số\n1\t2", PLACES).cells == {0: ("1", "2")}


def test_a_name_or_code_in_front_finds_its_row_in_any_order_and_writing() -> None:
    found = read("1\ttỷ lệ THANH TOÁN trực tuyến\t3\t4\n2\tVIDEO\t7\n3\thstt\t1\t2", PLACES)
    assert found.cells == {2: ("3", "4"), 1: ("7", ""), 0: ("1", "2")}


def test_a_line_with_too_few_or_too_many_numbers_is_named_and_not_guessed() -> None:
    found = read("1\n7\t8\n3\t4", PLACES)
    assert found.cells == {2: ("3", "4")}
    assert found.errors == [
        "Dòng 1 “1”: số liệu này cần hai cột (tử số, mẫu số).",
        "Dòng 2 “7 8”: số liệu này cần một cột.",
    ]


def test_more_lines_than_rows_are_named() -> None:
    assert read("1\t2\n3\n4\t5\n6\t7", PLACES).errors == ["Dòng 4: bảng chỉ có 03 số liệu."]


def test_the_same_row_twice_is_named() -> None:
    found = read("HSTT\t1\t2\nHSTT\t3\t4", PLACES)
    assert found.cells == {0: ("1", "2")} and found.errors == ["Dòng 2: số liệu này đã có ở dòng trước."]


def test_nothing_pasted_is_nothing() -> None:
    assert read(" \n ", PLACES).cells == {} and not read("", PLACES).errors


NUMBERS = st.integers(0, 10**9).map(str)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_whatever_is_copied_out_of_the_grid_comes_back_into_the_same_rows(
    ratios: list[bool], data: st.DataObject
) -> None:
    places = [Place((f"CS{at}",), ratio) for at, ratio in enumerate(ratios)]
    cells = {
        at: (data.draw(NUMBERS), data.draw(NUMBERS) if ratio else "")
        for at, ratio in enumerate(ratios)
        if data.draw(st.booleans())
    }
    lines = [
        "\t".join(cells[at][: 2 if ratio else 1]) if at in cells else "" for at, ratio in enumerate(ratios)
    ]
    found = read("\n".join(lines), places)
    assert found.cells == cells and not found.errors


def test_a_name_two_rows_bear_is_asked_for_the_code_and_never_guessed() -> None:
    twins = [Place(("HSTT", "Tỷ lệ trực tuyến"), True), Place(("CCHC-TNTT", "Tỷ lệ trực tuyến"), True)]
    found = read("Tỷ lệ trực tuyến\t1\t2\nCCHC-TNTT\tTỷ lệ trực tuyến\t3\t4", twins)
    assert found.cells == {1: ("3", "4")}
    assert found.errors == [
        "Dòng 1 “Tỷ lệ trực tuyến”: là tên của nhiều số liệu trong bảng; hãy ghi mã chỉ số."
    ]
