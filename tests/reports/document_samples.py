"""Documents of an invented province: a monthly report, a letter, a commune's report; and how to look into
them.
"""

import io
import zipfile
from datetime import date, datetime

from docx import Document

from reports.document import (
    Align,
    Column,
    DocumentBuilder,
    GroupRow,
    Letterhead,
    Signature,
    Table,
    Urgency,
)
from reports.document.check import conformance
from reports.document.reading import Paper, text_of
from reports.document.xml import W

AS_OF = datetime(2026, 11, 14, 23, 59)
OFFICE = Letterhead(
    parent_agency="SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
    agency_lines=("VĂN PHÒNG",),
    symbol="/BC-VP",
    place="Hòa An",
    year=2026,
)
DEPARTMENT = Letterhead(
    parent_agency="UBND TỈNH HÒA AN",
    agency_lines=("SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",),
    symbol="/SNNMT-VP",
    place="Hòa An",
    number="5",
    day=date(2026, 1, 5),
)
COMMUNE = Letterhead(
    agency_lines=("ỦY BAN NHÂN DÂN", "XÃ TÂN THƯỢNG HIỀN"),
    symbol="/BC-UBND",
    place="Tân Thượng Hiền",
    year=2026,
)
OFFICE_HEAD = Signature(
    prefix_lines=("CHÁNH VĂN PHÒNG",),
    name="Trần Minh Khuê",
    recipients=("Các Phó Giám đốc Sở", "Các phòng, đơn vị thuộc Sở (t/h)"),
    archive="VT, VP",
)
COLUMNS = (
    Column("STT", 12, Align.CENTER),
    Column("Đơn vị", 60),
    Column("Đúng hạn", 25, Align.RIGHT, group="Đã hoàn thành"),
    Column("Quá hạn", 25, Align.RIGHT, group="Đã hoàn thành"),
    Column("Tỷ lệ (%)", 25, Align.CENTER),
)
ROWS = (
    ("1", "Văn phòng Sở", "06", "0", "54,5"),
    ("2", "Phòng Quản lý đất đai", "05", "01", "66,7"),
    ("3", "Văn phòng Đăng ký đất đai", "06", "01", "58,3"),
)


def new_report(**changes) -> DocumentBuilder:
    """A report with its head only."""
    options = {
        "subject": "Kết quả thực hiện Kế hoạch cải cách hành chính tháng 11 năm 2026",
        "as_of": AS_OF,
        "addressees": ("Giám đốc Sở Nông nghiệp và Môi trường",),
        "organisation": "Văn phòng Sở Nông nghiệp và Môi trường",
    }
    letterhead = changes.pop("letterhead", OFFICE)
    return DocumentBuilder(letterhead, **(options | changes))


def report() -> bytes:
    """A report with everything a report may have: headings, list, table, signature, two annexes."""
    builder = new_report()
    builder.paragraph(
        "Văn phòng Sở báo cáo kết quả thực hiện từ ngày 15/10/2026 đến ngày 14/11/2026 như sau:"
    )
    builder.heading(1, "Công tác chỉ đạo, điều hành")
    builder.bullets(["Ban hành 03 văn bản đôn đốc;", "Kiểm tra 02 đơn vị."])
    builder.heading(1, "Kết quả thực hiện")
    builder.heading(2, "Kết quả thực hiện nhiệm vụ")
    builder.heading(3, "Đã hoàn thành 19 nhiệm vụ (Phụ lục I, Phụ lục II kèm theo).")
    builder.table(
        Table(COLUMNS, ROWS, total=("", "Tổng cộng", "17", "02", "59,4"), title="Tổng hợp", note="Nguồn: VP.")
    )
    builder.paragraph("Trên đây là báo cáo, kính báo cáo Giám đốc Sở xem xét, chỉ đạo.")
    builder.signature(OFFICE_HEAD)
    cited = OFFICE.cited("Báo cáo", "Văn phòng Sở")
    builder.annex("Kết quả thực hiện nhiệm vụ", attached_to=cited, roman="I")
    builder.table(Table(COLUMNS, (GroupRow("I. Các phòng thuộc Sở"), *ROWS), small=True))
    builder.annex("Chỉ tiêu chưa có số liệu", attached_to=cited, roman="II", orientation="portrait")
    builder.table(Table(COLUMNS, ()))
    return builder.build()


def letter() -> bytes:
    builder = DocumentBuilder(
        DEPARTMENT,
        kind_name="",
        subject="đôn đốc thực hiện nhiệm vụ tại Kế hoạch số 45/KH-SNNMT",
        as_of=AS_OF,
        addressees=("Phòng Quản lý đất đai", "Trung tâm Công nghệ thông tin", "Văn phòng Đăng ký đất đai"),
        urgency=Urgency.VERY_URGENT,
    )
    builder.paragraph("Giám đốc Sở yêu cầu Thủ trưởng các đơn vị nghiêm túc thực hiện")
    builder.signature(
        Signature(prefix_lines=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), name="Lê Thị Ước", archive="VT, VP")
    )
    return builder.build()


def commune_report() -> bytes:
    builder = new_report(letterhead=COMMUNE, addressees=("Sở Nông nghiệp và Môi trường",), organisation="")
    builder.paragraph("Ủy ban nhân dân xã báo cáo như sau:")
    builder.signature(
        Signature(prefix_lines=("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), name="")
    )
    return builder.build()


def failing(docx: bytes) -> dict[str, str]:
    """Names and details of the checks that do not hold."""
    return {check.name: check.detail for check in conformance(docx) if not check.ok}


def body_texts(docx: bytes) -> list[str]:
    """Texts between the head and the signature, no-break spaces as spaces."""
    paper = Paper(docx)
    return [
        text_of(p).replace("\u00a0", " ") for b in paper.body_blocks for p in b.iter(W + "p") if text_of(p)
    ]


def table_texts(docx: bytes, index: int) -> list[list[str]]:
    """Cells of the table numbered `index` (0 is the head)."""
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(docx)).tables[index].rows]


def edited(docx: bytes, part: str, old: str, new: str) -> bytes:
    """`docx` with one piece of markup replaced, as a clerk's editing would; the piece must be there."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode() if name.endswith((".xml", ".rels")) else source.read(name)
            if name == part:
                assert old in content, f"{old!r} is not in {part}"
                content = content.replace(old, new, 1)
            target.writestr(name, content)
    return buffer.getvalue()


def xml_of(docx: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read(part).decode()
