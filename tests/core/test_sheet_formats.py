"""Import and export by django-import-export: real dates and numbers, harmless CSV, Vietnamese input."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st
from import_export import fields, resources

from core.sheets.formats import XLSX, DayWidget, LineWidget, NumberWidget, SafeCSV
from core.sheets.reading import SheetError, open_workbook
from tests.core.sheet_files import Serial, workbook

ROWS = [
    ("Phòng Trồng trọt", date(2026, 3, 5), Decimal("95.5"), 1234),
    ("=HYPERLINK(1)", None, Decimal("-5"), 0),
]


def dataset(*rows: tuple[object, ...]) -> tablib.Dataset:
    return tablib.Dataset(*rows, headers=["Tên", "Ngày", "Tỷ lệ", "Số"][: len(rows[0])])


class TestExcel:
    def test_gives_back_what_it_wrote(self):
        read = XLSX().create_dataset(XLSX().export_data(dataset(*ROWS)))
        assert read.headers == ["Tên", "Ngày", "Tỷ lệ", "Số"]
        assert read[0] == ("Phòng Trồng trọt", date(2026, 3, 5), 95.5, 1234)
        assert read[1] == ("=HYPERLINK(1)", None, -5, 0)

    def test_says_where_its_rows_stand(self):
        read = XLSX().create_dataset(
            workbook({"Đơn vị": [["DANH SÁCH"], [], ["Mã", "Tên *"], ["1", "a"], [], [2, "b"]]})
        )
        assert (read.sheet, read.headers, read.row_numbers) == ("Đơn vị", ["Mã", "Tên"], [4, 6])

    def test_does_not_guess_between_two_sheets(self):
        data = workbook({"A": [["Mã"], ["1"]], "B": [["Mã"], ["2"]]})
        with pytest.raises(SheetError) as error:
            XLSX().create_dataset(data)
        assert str(error.value) == "Tệp có nhiều trang có dữ liệu: “A”, “B”. Hãy chỉ để một trang."

    def test_reads_another_sheet_than_the_empty_first(self):
        read = XLSX().create_dataset(workbook({"Trang 1": [], "Đơn vị": [["Mã"], ["1"]]}))
        assert read["Mã"] == ["1"]

    def test_two_columns_of_one_name_are_an_error(self):
        with pytest.raises(SheetError, match="Hai cột cùng tên “Mã”"):
            XLSX().create_dataset(workbook({"A": [["Mã", "Mã"], ["1", "2"]]}))

    def test_an_empty_workbook_is_a_message(self):
        with pytest.raises(SheetError, match="Tệp không có dòng nào"):
            XLSX().create_dataset(workbook({"A": []}))

    def test_an_export_of_nothing_opens(self):
        data = XLSX().export_data(tablib.Dataset(headers=["Mã"]))
        assert open_workbook(data, "a.xlsx").rows("Danh sách")[0].values == ("Mã",)


class TestCsv:
    def text(self, *rows: tuple[object, ...]) -> str:
        return SafeCSV().export_data(dataset(*rows)).decode("utf-8-sig")

    def test_is_written_as_people_here_write(self):
        assert self.text(*ROWS).splitlines() == [
            "Tên,Ngày,Tỷ lệ,Số",
            'Phòng Trồng trọt,05/03/2026,"95,5",1234',
            "'=HYPERLINK(1),,-5,0",
        ]

    def test_opens_in_excel_as_unicode(self):
        assert SafeCSV().export_data(dataset(*ROWS)).startswith(b"\xef\xbb\xbf")

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "'=1", "''-1"])
    def test_text_never_becomes_a_formula(self, text):
        row = SafeCSV().export_data(dataset((text,))).decode("utf-8-sig").split("\r\n", 1)[1]
        assert row.lstrip('"').startswith("'")

    @given(
        st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).filter(
            lambda s: s.strip()
        )
    )
    def test_any_text_comes_back(self, text):
        from core.text import nfc

        read = SafeCSV().create_dataset(SafeCSV().export_data(dataset((text, "x"))))
        assert read[0] == (nfc(text).strip() or None, "x")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_is_read_in_any_dress(self, encoding, delimiter, line_end):
        text = line_end.join(["Mã|Tên", "1|Sở A", "", "2|Sở B"]).replace("|", delimiter)
        read = SafeCSV().create_dataset(text.encode(encoding))
        assert (read.headers, list(read)) == (["Mã", "Tên"], [("1", "Sở A"), ("2", "Sở B")])
        assert read.row_numbers == [2, 4]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (b"", "Tệp rỗng."),
            ("Mã,Tên\n1,Sở".encode("cp1258", errors="replace") + b"\xd0\xff", "Hãy lưu dạng CSV UTF-8."),
            (b'Ma,Ten\n1,a\n2,"b\n3,c\n4,d', "Không đọc được tệp CSV: dấu nháy mở ở dòng 3."),
            (b"Ma,Ten\n1,a\x00b", "Dòng 2 có ký tự không hiển thị được (mã U+0000) ở vị trí 4."),
            (b"\n\n", "Tệp không có dòng nào."),
        ],
    )
    def test_what_cannot_be_read_is_said(self, data, message):
        with pytest.raises(SheetError) as error:
            SafeCSV().create_dataset(data)
        assert str(error.value).endswith(message)


class TestDays:
    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            (date(2026, 3, 5), date(2026, 3, 5)),
            (datetime(2026, 3, 5, 14), date(2026, 3, 5)),
            ("5/3/2026", date(2026, 3, 5)),
            ("13/04/2026", date(2026, 4, 13)),
            ("05.03.2026", date(2026, 3, 5)),
            ("ngày 05 tháng 3 năm 2026", date(2026, 3, 5)),
            (46082, date(2026, 3, 1)),
            (46082.5, date(2026, 3, 1)),
            (None, None),
            ("  ", None),
        ],
    )
    def test_are_read(self, cell, day):
        assert DayWidget().clean(cell) == day

    @pytest.mark.parametrize(
        "cell", [60, 0, -1, 0.5, 2_958_466, 1e300, time(12), date(1900, 2, 28), True, "1/1/1999"]
    )
    def test_out_of_range_are_refused(self, cell):
        with pytest.raises(ValueError, match="Ngày phải từ 01/01/2000 đến 31/12/2100"):
            DayWidget().clean(cell)

    @pytest.mark.parametrize("number", [60, 0.5, -1, 2_958_466, 1e12, 1e300])
    def test_out_of_range_serials_come_through_a_real_workbook(self, number):
        read = XLSX().create_dataset(workbook({"A": [["Tên", "Ngày"], ["a", Serial(number)]]}))
        with pytest.raises(ValueError, match="Ngày phải từ"):
            DayWidget().clean(read[0][1])

    def test_that_do_not_exist_are_named(self):
        with pytest.raises(ValueError, match="“31/02/2026” không phải là ngày có thật"):
            DayWidget().clean("31/02/2026")


class TestNumbers:
    @pytest.mark.parametrize(
        ("cell", "number"),
        [("1.234,5", "1234.5"), ("1.234", "1234"), ("50,5", "50.5"), (0.1, "0.1"), (50, "50"), ("-5", "-5")],
    )
    def test_are_read_as_written_here(self, cell, number):
        assert NumberWidget().clean(cell) == Decimal(number)

    @pytest.mark.parametrize("cell", ["năm mươi", "1,234.5", date(2026, 3, 5), True])
    def test_what_is_none_is_refused(self, cell):
        with pytest.raises(ValueError, match=r"không phải là số. Hãy nhập ví dụ 50 hoặc 50,5."):
            NumberWidget().clean(cell)

    def test_whole_numbers_are_not_cut(self):
        assert NumberWidget(whole=True).clean(2.0) == 2
        assert NumberWidget(whole=True).clean("") is None
        with pytest.raises(ValueError, match=r"“1\.9” không phải là số nguyên"):
            NumberWidget(whole=True).clean(1.9)


def test_a_line_is_normal_text_and_a_code_keeps_its_digits():
    assert LineWidget().clean(" Sở\u00a0 A\n") == "Sở A"
    assert LineWidget().clean(12345) == "12345"
    assert LineWidget().clean(None) == ""


class _Unit(resources.Resource):
    name = fields.Field(attribute="name", column_name="Tên", widget=LineWidget())
    day = fields.Field(attribute="day", column_name="Ngày", widget=DayWidget())
    rate = fields.Field(attribute="rate", column_name="Tỷ lệ", widget=NumberWidget())


class _Row:
    name, day, rate = "Phòng A", date(2026, 3, 5), Decimal("95.5")


def test_a_resource_exports_real_dates_and_numbers():
    exported = _Unit().export(queryset=[_Row()])
    [_headings, row] = open_workbook(XLSX().export_data(exported), "a.xlsx").rows("Danh sách")
    assert row.values == ("Phòng A", date(2026, 3, 5), 95.5)
