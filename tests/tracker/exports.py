"""Exports as the one-stop system writes them: a title, merged headings, a line of column numbers, totals at the end."""

import io
from collections.abc import Sequence

import xlsxwriter

ONE_STOP = (("Chi nhánh Bình Sơn", 1840, 1250), ("Chi nhánh An Phú", 1264, 1200))


def one_stop(rows: Sequence[tuple] = ONE_STOP, *, total: bool = True, sheet: str = "TH") -> bytes:
    """One row a unit, headings of three rows merged across and down."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet(sheet)
        page.merge_range("A1:F1", "TÌNH HÌNH TIẾP NHẬN, GIẢI QUYẾT HỒ SƠ")
        page.merge_range("A2:F2", "(Từ ngày 15/8/2026 đến ngày 14/9/2026)")
        page.merge_range("A4:A6", "TT")
        page.merge_range("B4:B6", "Đơn vị")
        page.merge_range("C4:F4", "Hồ sơ tiếp nhận")
        page.merge_range("C5:C6", "Tổng số")
        page.merge_range("D5:E5", "Trong đó")
        page.merge_range("F5:F6", "Ghi chú")
        page.write_row("D6", ["Trực tuyến", "Trực tiếp, bưu chính"])
        page.write_row("A7", ["(1)", "(2)", "(3)", "(4)", "(5)=(3)-(4)", "(6)"])
        at = 7
        for number, (name, received, online) in enumerate(rows, 1):
            rest = received - online if isinstance(received, int) and isinstance(online, int) else ""
            page.write_row(at, 0, [number, name, received, online, rest])
            at += 1
        if total:
            page.merge_range(at, 0, at, 1, "Tổng cộng")
            sums = [sum(row[i] for row in rows if isinstance(row[i], int)) for i in (1, 2)]
            page.write_row(at, 2, sums)
            at += 1
        page.merge_range(at + 1, 3, at + 1, 5, "NGƯỜI LẬP BIỂU")
    return out.getvalue()


def by_field() -> bytes:
    """Several rows a unit, one for each field, the name of the unit merged over them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("TH")
        page.write_row("A1", ["Đơn vị", "Lĩnh vực", "Tổng số", "Trực tuyến"])
        page.merge_range("A2:A3", "Chi nhánh Bình Sơn")
        page.write_row("B2", ["Đất đai", 100, 60])
        page.write_row("B3", ["Môi trường", 50, 30])
        page.merge_range("A4:A5", "Chi nhánh An Phú")
        page.write_row("B4", ["Đất đai", 10, 10])
        page.write_row("B5", ["Môi trường", 0, 0])
    return out.getvalue()
