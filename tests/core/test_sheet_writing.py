"""A written workbook opens in Excel as meant: text stays text, lists to choose from, ready for paper."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.sheets.reading import open_workbook
from core.sheets.writing import (
    LISTS_SHEET,
    Column,
    ColumnRef,
    SheetSpec,
    cell_text,
    sheet_name,
    write_workbook,
)

UNITS = SheetSpec(
    "Đơn vị",
    [Column("Tên đơn vị", "name", width=40, required=True)],
    rows=[{"name": "Phòng Trồng trọt"}],
    fill_rows=100,
)
TASKS = SheetSpec(
    "Nhiệm vụ",
    [
        Column("Tên nhiệm vụ", "name", width=50, required=True, hint="Ghi như trong văn bản."),
        Column("Đơn vị chủ trì", "lead", choices=ColumnRef("Đơn vị", "name")),
        Column("Mức độ", "strength", choices=("giao", "đề nghị"), strict=False),
        Column("Ngày giao", "given", kind="date"),
        Column("Kết quả", "value", kind="number"),
    ],
    examples=[{"name": "Rà soát thủ tục", "lead": "Phòng Trồng trọt", "given": date(2026, 3, 5)}],
    title="Danh sách nhiệm vụ",
    guidance=["Mỗi dòng một nhiệm vụ."],
    frozen=1,
    fill_rows=200,
)


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def sheet_xml(*specs: SheetSpec, number: int = 1) -> str:
    return parts(write_workbook(specs))[f"xl/worksheets/sheet{number}.xml"]


def one_row(*values: object) -> tuple[object, ...]:
    columns = [Column(f"Cột {index}", str(index)) for index in range(len(values))]
    book = open_workbook(write_workbook([SheetSpec("A", columns, [list(values)])]), "a.xlsx")
    return book.rows("A")[1].values


class TestTheCells:
    def test_keep_the_kind_of_their_value(self):
        written = one_row("chữ", 5, Decimal("2.5"), Fraction(1, 4), date(2026, 3, 5), None, True)
        assert written == ("chữ", 5, 2.5, 0.25, date(2026, 3, 5), None, "Có")

    def test_a_moment_is_local(self):
        assert one_row(datetime(2026, 11, 24, 1, 30, tzinfo=UTC)) == (datetime(2026, 11, 24, 8, 30),)

    @pytest.mark.parametrize(
        "text", ["=1+1", "==1+1", "+84912", "-5", "@SUM(A1)", "\tx", "http://a.vn", "{=1}"]
    )
    def test_text_never_becomes_a_formula_or_a_link(self, text):
        data = write_workbook([SheetSpec("A", [Column(text, "a")], [[text]])])
        xml = parts(data)["xl/worksheets/sheet1.xml"]
        assert "<f>" not in xml
        assert "hyperlink" not in xml
        assert open_workbook(data, "a.xlsx").rows("A")[1].values == (text.strip(),)

    @given(st.text(max_size=60))
    def test_any_text_is_written_and_read_back_in_normal_form(self, text):
        clean = cell_text(text).strip()
        book = open_workbook(
            write_workbook([SheetSpec("A", [Column("Tên", "a")], [["x"], [text]])]), "a.xlsx"
        )
        assert [row.values[0] for row in book.rows("A")] == ["Tên", "x", *([clean] if clean else [])]

    def test_text_too_long_for_a_cell_is_cut_and_says_so(self):
        [text] = one_row("x" * 40_000)
        assert len(text) == 32_767
        assert text.endswith("…(đã cắt)")

    def test_a_row_with_a_value_too_many_is_an_error(self):
        with pytest.raises(ValueError, match="zip"):
            write_workbook([SheetSpec("A", [Column("Tên", "a")], [["x", "y"]])])


class TestTheTemplate:
    def test_is_read_back_without_its_examples(self):
        table = open_workbook(write_workbook([TASKS, UNITS]), "mau.xlsx").find_table(
            "Nhiệm vụ", {column.key: (column.heading,) for column in TASKS.columns}, required=("name",)
        )
        assert table.rows == []
        assert table.headings["name"] == "Tên nhiệm vụ *"

    def test_offers_literal_lists_from_a_hidden_sheet(self):
        data = write_workbook([TASKS, UNITS])
        xml = parts(data)["xl/worksheets/sheet1.xml"]
        assert f"<formula1>'{LISTS_SHEET}'!$A$1:$A$2</formula1>" in xml
        assert 'errorStyle="warning"' in xml
        assert re.search(rf'name="{LISTS_SHEET}"[^>]*state="veryHidden"', parts(data)["xl/workbook.xml"])
        assert open_workbook(data, "mau.xlsx").sheet_names == ["Nhiệm vụ", "Đơn vị"]

    def test_offers_what_stands_on_another_sheet_without_its_examples(self):
        assert "<formula1>'Đơn vị'!$A$2:$A$5001</formula1>" in sheet_xml(TASKS, UNITS)
        with_example = SheetSpec("Đơn vị", UNITS.columns, examples=[["Phòng A"]], title="Đơn vị", fill_rows=9)
        assert "<formula1>'Đơn vị'!$A$4:$A$5003</formula1>" in sheet_xml(TASKS, with_example)

    def test_equal_lists_are_kept_once(self):
        columns = [Column(f"C{index}", str(index), choices=("a", "b")) for index in range(5)]
        xml = sheet_xml(SheetSpec("A", columns, fill_rows=10))
        assert set(re.findall("<formula1>(.*?)</formula1>", xml)) == {f"'{LISTS_SHEET}'!$A$1:$A$2"}

    def test_explains_and_checks_while_filling_in(self):
        xml = sheet_xml(TASKS, UNITS)
        assert 'prompt="Ghi như trong văn bản."' in xml
        assert 'type="date"' in xml
        assert 'error="Ngày phải từ 01/01/2000 đến 31/12/2100. Nhập ngày/tháng/năm."' in xml
        assert 'type="decimal"' in xml

    def test_an_export_has_no_lists(self):
        xml = sheet_xml(SheetSpec("A", [Column("Mức độ", "a", choices=("x",))], [["x"]]))
        assert "dataValidation" not in xml


class TestThePaper:
    def test_a4_landscape_with_the_headings_on_each_page(self):
        data = parts(write_workbook([TASKS, UNITS]))
        xml = data["xl/worksheets/sheet1.xml"]
        assert 'paperSize="9"' in xml
        assert 'orientation="landscape"' in xml
        assert 'fitToHeight="0"' in xml
        assert "'Nhiệm vụ'!$3:$3" in data["xl/workbook.xml"]

    def test_the_headings_stay_in_sight(self):
        assert '<pane xSplit="1" ySplit="3" topLeftCell="B4"' in sheet_xml(TASKS, UNITS)
        assert '<autoFilter ref="A3:E4"/>' in sheet_xml(TASKS, UNITS)


def test_equal_input_gives_equal_bytes():
    with time_machine.travel("2026-11-24T08:00:00+07:00", tick=False):
        assert write_workbook([TASKS, UNITS]) == write_workbook([TASKS, UNITS])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Kế hoạch 2026/2027: [A]*?", "Kế hoạch 2026 2027   A"),
        ("x" * 40, "x" * 31),
        ("'", "Trang"),
        ("", "Trang"),
    ],
)
def test_a_sheet_has_a_name_excel_takes(name, written):
    assert sheet_name(name) == written
