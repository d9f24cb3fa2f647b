"""A filled-in workbook is read as Excel shows it, and what is wrong is said with its place."""

from __future__ import annotations

import io
import time
import unicodedata
import zipfile
from datetime import date, datetime

import docx
import pytest

from core.files import MAX_SIZE
from core.sheets.guard import column_letter
from core.sheets.reading import MAX_ROWS, CellError, SheetError, open_workbook
from tests.core.sheet_files import SHEET_XML, bent, with_sheet_xml, workbook

HEADINGS = {
    "name": ("Tên nhiệm vụ", "Nhiệm vụ"),
    "lead": ("Đơn vị chủ trì",),
    "due": ("Thời hạn",),
    "note": ("Ghi chú",),
}
REQUIRED = ("name", "lead", "due")
HEADING_ROW = ["Tên nhiệm vụ", "Đơn vị chủ trì", "Thời hạn"]


def read(data: bytes, sheet: str = "Nhiệm vụ", **options):
    return open_workbook(data, "a.xlsx", **options).find_table(sheet, HEADINGS, REQUIRED)


def refused(data: bytes, name: str = "a.xlsx") -> str:
    with pytest.raises(SheetError) as error:
        book = open_workbook(data, name)
        book.rows(book.sheet_names[0])
    return str(error.value)


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


ORDINARY = workbook({"Nhiệm vụ": [HEADING_ROW, ["Rà soát", "Phòng A", "15/4/2026"]]})


class TestTheFile:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "Tệp rỗng."),
            (b"P", "Tệp rỗng."),
            (
                "Tên,Hạn\na,b".encode(),
                "Tệp không phải là Excel .xlsx (đây là tệp văn bản thuần)."
                " Hãy mở bằng Excel và lưu lại dạng .xlsx.",
            ),
            (
                b"<html><table><tr><td>1",
                "Tệp không phải là Excel .xlsx (đây là trang web HTML)."
                " Hãy mở bằng Excel và lưu lại dạng .xlsx.",
            ),
            (
                b"%PDF-1.4 ...",
                "Tệp không phải là Excel .xlsx (đây là tệp PDF). Hãy mở bằng Excel và lưu lại dạng .xlsx.",
            ),
            (
                word(),
                "Tệp không phải là Excel .xlsx (đây là tệp Word .docx)."
                " Hãy mở bằng Excel và lưu lại dạng .xlsx.",
            ),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
                "Tệp không phải là Excel .xlsx (đây là tệp Office đời cũ (.doc, .xls))."
                " Hãy mở bằng Excel và lưu lại dạng .xlsx.",
            ),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "Tệp có mật khẩu mở. Hãy bỏ mật khẩu (Lưu với tên khác) rồi tải lên lại.",
            ),
            (
                ORDINARY[: len(ORDINARY) // 2],
                "Tệp hỏng hoặc chưa tải lên hết. Hãy mở tệp, lưu lại rồi tải lên lần nữa.",
            ),
            (bytes(MAX_SIZE + 1), "Tệp quá lớn (20,0 MB, tối đa 20 MB)."),
        ],
    )
    def test_what_is_no_workbook_is_named(self, data, message):
        assert refused(data) == message

    def test_macros_are_refused_by_content_and_by_name(self):
        out = io.BytesIO(ORDINARY)
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
        message = "Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx (không có macro)."
        assert refused(out.getvalue()) == message
        assert refused(ORDINARY, "a.xlsm") == message

    def test_a_zip_bomb_is_not_opened(self):
        bomb = bent(ORDINARY, lambda xml: xml + b" " * 100_000_000)
        assert refused(bomb).startswith("Tệp nén quá mức bình thường")

    @pytest.mark.parametrize(
        "data",
        [
            bent(ORDINARY, lambda xml: xml[: len(xml) // 2]),
            bent(ORDINARY, lambda _xml: b""),
            bent(ORDINARY, lambda _xml: b"", "xl/workbook.xml"),
            bent(ORDINARY, lambda _xml: b"", "xl/_rels/workbook.xml.rels"),
            bent(ORDINARY, lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
            bent(ORDINARY, lambda xml: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + xml),
            bent(ORDINARY, lambda xml: b'<!DOCTYPE a [<!ENTITY x "y">]>' + xml, "xl/workbook.xml"),
            bent(ORDINARY, lambda xml: xml.replace(b'r="A1"', b'r="ZZZZZZ99999999999"')),
            bent(ORDINARY, lambda xml: xml.replace(b'r="A1"', b"\tr='ZZZZZZ99999999999'")),
            bent(ORDINARY, lambda xml: xml.replace(b'r="A1"', b'r="&#88;FD1"')),
        ],
    )
    def test_a_broken_workbook_is_a_message_and_no_crash(self, data):
        assert refused(data) == "Tệp hỏng hoặc chưa tải lên hết. Hãy mở tệp, lưu lại rồi tải lên lần nữa."

    def test_rows_in_the_wrong_order_stand_where_they_say(self):
        data = with_sheet_xml(
            '<row r="9"><c r="B9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
        )
        rows = open_workbook(data, "a.xlsx").rows("Trang")
        assert [(row.number, row.values) for row in rows] == [(2, (2, None)), (9, (None, 1))]

    def test_a_missing_sheet_is_answered_with_the_sheets_there_are(self):
        data = workbook({"Kế hoạch": [["a"]], "Đơn vị": [["b"]]})
        with pytest.raises(SheetError) as error:
            read(data)
        assert str(error.value) == "Không thấy trang tính “Nhiệm vụ”. Tệp có: “Kế hoạch”, “Đơn vị”."

    def test_a_sheet_is_found_whatever_its_case_accents_and_spaces(self):
        data = workbook({unicodedata.normalize("NFD", "NHIỆM  VỤ"): [HEADING_ROW, ["a", "b", "c"]]})
        assert len(read(data, "Nhiệm vụ").rows) == 1


class TestTheShape:
    def test_row_numbers_are_those_of_excel_and_blank_lines_do_not_count(self):
        data = workbook({"Nhiệm vụ": [[], ["KẾ HOẠCH"], [], HEADING_ROW, [], ["a", "b", "c"], [], ["d"]]})
        table = read(data)
        assert [(number, values["name"]) for number, values in table.rows] == [(6, "a"), (8, "d")]
        assert table.columns == {"name": "A", "lead": "B", "due": "C"}
        assert table.rows[0][1] == {"name": "a", "lead": "b", "due": "c", "note": None}

    def test_a_table_may_stand_to_the_right(self):
        data = workbook({"Nhiệm vụ": [[None, None, *HEADING_ROW], [None, None, "a", "b", "c"]]})
        table = read(data)
        assert table.columns["name"] == "C"
        assert table.rows == [(2, {"name": "a", "lead": "b", "due": "c", "note": None})]

    def test_headings_are_known_in_any_dress(self):
        dressed = ["TÊN\nNHIỆM\u00a0 VỤ *", unicodedata.normalize("NFD", " Đơn vị chủ trì:"), "thoi han"]
        table = read(workbook({"Nhiệm vụ": [dressed, ["a", "b", "c"]]}))
        assert set(table.columns) == {"name", "lead", "due"}

    def test_a_column_may_go_by_another_name_and_unknown_ones_are_listed(self):
        table = read(
            workbook({"Nhiệm vụ": [["Nhiệm vụ", "Màu", "Đơn vị chủ trì", "Thời hạn"], ["a", "đỏ", "b", "c"]]})
        )
        assert table.unknown == ["Màu"]
        assert table.headings["name"] == "Nhiệm vụ"

    def test_missing_columns_are_named(self):
        with pytest.raises(SheetError) as error:
            read(workbook({"Nhiệm vụ": [["Tên nhiệm vụ", "Ghi chú"], ["a", "b"]]}))
        assert str(error.value) == "Trang “Nhiệm vụ” thiếu cột bắt buộc: Đơn vị chủ trì, Thời hạn."

    def test_an_empty_sheet_misses_all_columns(self):
        with pytest.raises(SheetError) as error:
            read(workbook({"Nhiệm vụ": []}))
        assert str(error.value) == (
            "Trang “Nhiệm vụ” thiếu cột bắt buộc: Tên nhiệm vụ, Đơn vị chủ trì, Thời hạn."
        )

    def test_two_columns_of_one_name_are_named_by_their_letters(self):
        with pytest.raises(SheetError) as error:
            read(workbook({"Nhiệm vụ": [[*HEADING_ROW, "Nhiệm vụ"], ["a", "b", "c", "d"]]}))
        assert str(error.value) == (
            "Trang “Nhiệm vụ”: cột A và cột D cùng là “Nhiệm vụ”. Hãy bỏ hoặc đổi tên một cột."
        )

    def test_examples_are_no_data(self):
        table = read(workbook({"Nhiệm vụ": [HEADING_ROW, ["Ví dụ: Rà soát", "b", "c"], ["a", "b", "c"]]}))
        assert [number for number, _values in table.rows] == [3]

    def test_hidden_rows_are_read_and_counted(self):
        data = bent(ORDINARY, lambda xml: xml.replace(b'<row r="2"', b'<row r="2" hidden="1"'))
        book = open_workbook(data, "a.xlsx")
        assert len(book.rows("Nhiệm vụ")) == 2
        assert book.hidden_rows("Nhiệm vụ") == 1

    def test_hidden_sheets_are_known(self):
        book = open_workbook(workbook({"a": [["1"]], "b": [["2"]]}, hidden_sheets=["b"]), "a.xlsx")
        assert (book.sheet_names, book.hidden_sheets, book.sheets_with_data()) == (["a", "b"], ["b"], ["a"])


class TestTheLimits:
    def test_one_cell_in_the_last_row_costs_nothing(self):
        data = workbook({"Nhiệm vụ": [HEADING_ROW, ["a", "b", "c"]]}, C1048576="lạc", J1="x")
        start = time.perf_counter()
        table = read(data)
        assert len(table.rows) == 1
        assert time.perf_counter() - start < 2

    def test_one_cell_in_the_last_column_is_refused_with_its_letter(self):
        """The fast reader would ask for 500 GB and take the process with it."""
        data = workbook({"Nhiệm vụ": [HEADING_ROW]}, XFD1048576="lạc")
        assert refused(data) == (
            "Trang “Nhiệm vụ” có quá nhiều cột (đến cột XFD, tối đa 300 cột). Hãy xóa các cột thừa."
        )

    @pytest.mark.parametrize(
        "xml",
        [
            "<row r='1'><c\tr='XFD1'><v>1</v></c></row><row r='1048576'><c><v>1</v></c></row>",
            '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1">'
            '<x:c r="xfd1"><x:v>1</x:v></x:c></x:row>',
            # Words that look like the end of the rows, or their beginning, hide nothing.
            '<row r="1"><c r="A1"><v>1</v></c><!--</sheetData>--><c r="XFD1"><v>1</v></c></row>',
            '<row r="1"><c r="XFD1"><v>1</v></c></row><!--<sheetData><c r="A1"/></sheetData>-->',
        ],
    )
    def test_however_it_is_written(self, xml):
        assert "đến cột XFD" in refused(with_sheet_xml(xml))

    def test_formatted_but_empty_cells_reach_nowhere(self):
        empty = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
        book = open_workbook(with_sheet_xml(empty), "a.xlsx")
        assert [row.number for row in book.rows("Trang")] == [1]

    def test_cells_without_references_are_read(self):
        xml = '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c><v>3</v></c></row>'
        book = open_workbook(with_sheet_xml(xml), "a.xlsx")
        assert [(row.number, row.values) for row in book.rows("Trang")] == [(1, (1, 2)), (5, (3, None))]

    def test_yes_and_one_stay_apart_though_they_are_equal(self):
        one, yes = "<c><v>1</v></c>", '<c t="b"><v>1</v></c>'
        book = open_workbook(
            with_sheet_xml(f"<row>{one}{one}</row><row>{yes}{one}</row><row>{one}{yes}</row>"), "a.xlsx"
        )
        read = [value for row in book.rows("Trang") for value in row.values]
        assert list(map(type, read)) == [int, int, bool, int, int, bool]

    def test_nothing_is_read_after_200_blank_rows(self):
        data = workbook({"Nhiệm vụ": [HEADING_ROW]}, A202="a", A201="b", A403="c")
        assert [number for number, _values in read(data).rows] == [201, 202]

    def test_too_many_rows_are_said_with_the_limit(self):
        data = workbook({"Nhiệm vụ": [HEADING_ROW, *(["a", "b", "c"] for _ in range(MAX_ROWS + 1))]})
        with pytest.raises(SheetError) as error:
            read(data)
        assert str(error.value) == "Trang “Nhiệm vụ” có hơn 5.000 dòng. Hãy chia thành nhiều tệp."
        assert len(read(data, max_rows=6000).rows) == MAX_ROWS + 1

    def test_five_thousand_rows_are_allowed(self):
        data = workbook({"Nhiệm vụ": [HEADING_ROW, *(["a", "b", "c"] for _ in range(MAX_ROWS))]})
        assert len(read(data).rows) == MAX_ROWS


class TestTheValues:
    def values(self, *cells):
        return read(workbook({"Nhiệm vụ": [HEADING_ROW, cells]})).rows[0][1]

    def test_keep_their_kind(self):
        assert self.values(5, 2.5, date(2026, 4, 15)) == {
            "name": 5,
            "lead": 2.5,
            "due": date(2026, 4, 15),
            "note": None,
        }
        assert self.values("a", True, datetime(2026, 4, 15, 8, 30))["due"] == datetime(2026, 4, 15, 8, 30)

    def test_text_is_in_normal_form_with_its_lines(self):
        typed = unicodedata.normalize("NFD", "  Sở A;\u00a0Sở B\n") + "\u200bSở C\ufeff "
        assert self.values(typed, "b", "c")["name"] == "Sở A; Sở B\nSở C"

    def test_a_formula_counts_by_its_result(self):
        assert self.values("a", "b", "=1+1")["due"] == "=1+1"  # text that looks like one stays text
        data = bent(
            ORDINARY, lambda xml: xml.replace(b'<c r="A2"', b'<c r="D2"><f>1+1</f><v>2</v></c><c r="A2"')
        )
        assert open_workbook(data, "a.xlsx").rows("Nhiệm vụ")

    @pytest.mark.parametrize(
        ("cell", "message"),
        [
            (
                '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
                "Trang “Trang”, dòng 2, cột B “Đơn vị chủ trì”:"
                " ô báo lỗi công thức. Hãy sửa công thức hoặc nhập giá trị.",
            ),
            (
                '<c r="B2"><f>A1&amp;"x"</f></c>',
                "Trang “Trang”, dòng 2, cột B “Đơn vị chủ trì”:"
                " công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại, hoặc dán giá trị.",
            ),
            (
                '<c r="B2"><f t="shared" si="0"/><v></v></c>',
                "Trang “Trang”, dòng 2, cột B “Đơn vị chủ trì”:"
                " công thức chưa có kết quả. Hãy mở tệp bằng Excel, lưu lại, hoặc dán giá trị.",
            ),
        ],
    )
    def test_a_cell_without_a_believable_value_is_an_error_at_its_place(self, cell, message):
        names = "".join(
            f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>'
            for letter, name in zip("ABC", HEADING_ROW, strict=True)
        )
        table = read(with_sheet_xml(f'<row r="1">{names}</row><row r="2">{cell}</row>'), "Trang")
        assert [str(error) for error in table.errors] == [message]
        assert table.rows == [(2, dict.fromkeys(HEADINGS))]

    def test_a_formula_that_results_in_nothing_is_an_empty_cell(self):
        data = with_sheet_xml(
            '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
        )
        [row] = open_workbook(data, "a.xlsx").rows("Trang")
        assert (row.values, row.doubtful) == ((None, 2), {})


class TestCellErrors:
    def test_name_the_place_and_the_value_as_typed(self):
        error = CellError("Nhiệm vụ", 7, "D", "Thời hạn", "32/13", "không hiểu được.")
        assert str(error) == "Trang “Nhiệm vụ”, dòng 7, cột D “Thời hạn”: “32/13”: không hiểu được."

    def test_do_not_quote_twice(self):
        error = CellError("Nhiệm vụ", 7, "D", "Thời hạn", "x", "“x” không phải là ngày có thật.")
        assert str(error) == "Trang “Nhiệm vụ”, dòng 7, cột D “Thời hạn”: “x” không phải là ngày có thật."

    def test_cut_long_values_and_show_hidden_characters(self):
        error = CellError("A", 1, "A", "B", "x" * 60 + "\x00", "quá dài.")
        assert "“" + "x" * 40 + "…”" in str(error)
        assert "␀" in str(CellError("A", 1, "A", "B", "a\x00b", "lạ."))

    def test_show_a_day_as_it_is_written_here(self):
        error = CellError("A", 1, "A", "B", date(1999, 1, 2), "ngoài khoảng.")
        assert "“02/01/1999”" in str(error)

    def test_a_table_knows_the_place_of_its_keys(self):
        table = read(ORDINARY)
        assert (
            str(table.error(2, "due", "x", "sai.")) == "Trang “Nhiệm vụ”, dòng 2, cột C “Thời hạn”: “x”: sai."
        )


def test_letters_of_columns():
    assert [column_letter(number) for number in (1, 26, 27, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
    assert SHEET_XML in zipfile.ZipFile(io.BytesIO(ORDINARY)).namelist()
