"""Phiếu giao việc: one page a task, with a place to sign for receipt (office rule 23). Pure.

Several slips make one file, a section each: an order to many gives every unit its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.document import Align, Column, DocumentBuilder, Table
from reports.layouts.heads import PaperHead

KIND = "PHIẾU GIAO VIỆC"
# A slip is one page: a longer quotation ends in "[…]", the document itself has the rest.
LONGEST_QUOTE = 450
LONGEST_LIST = 320


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One task as the slip prints it; every text is ready. `taken_at`: when the data was read."""

    head: PaperHead
    taken_at: datetime
    task: int
    code: str
    title: str
    source: str
    quote: str
    product: str
    lead: str
    joint: tuple[str, ...]
    coordinating: tuple[str, ...]
    printed: str
    applied: str
    leader: str
    contact: tuple[str, ...]
    urgency: str = ""
    recipients: tuple[str, ...] = ()


def build(slips: Sequence[Slip]) -> bytes:
    """The slips as one .docx, in the order given. Raises ValueError without any."""
    if not slips:
        raise ValueError("a file of slips needs at least one")
    first = slips[0]
    builder = DocumentBuilder(
        first.head.letterhead(first.taken_at.year),
        kind_name=KIND,
        subject=_subject(first),
        as_of=first.taken_at,
        organisation=first.head.organisation,
        identifier=f"phieu-giao-viec/{first.task}/{len(slips)}",
    )
    _write(builder, first)
    for slip in slips[1:]:
        builder.next_paper(
            slip.head.letterhead(slip.taken_at.year),
            kind_name=KIND,
            subject=_subject(slip),
        )
        _write(builder, slip)
    return builder.build()


def _subject(slip: Slip) -> str:
    return f"Mã nhiệm vụ: {slip.code}"


def _write(builder: DocumentBuilder, slip: Slip) -> None:
    builder.paragraph(f"{slip.head.sender} chuyển {cut(slip.lead, 120)} thực hiện nhiệm vụ sau:")
    builder.table(
        Table(
            columns=(Column("STT", 11, Align.CENTER), Column("Nội dung", 36), Column("Chi tiết", 113)),
            rows=[(str(number), *row) for number, row in enumerate(_rows(slip), 1)],
        )
    )
    builder.paragraph("Đề nghị đơn vị ký nhận phiếu và báo cáo kết quả đúng thời hạn.")
    builder.signature(slip.head.signature((cut(slip.lead, 60), *slip.recipients)))
    builder.receipt(
        Table(
            title="XÁC NHẬN ĐÃ NHẬN VIỆC",
            columns=(
                Column("Đơn vị nhận", 50),
                Column("Người nhận (ký, ghi rõ họ tên)", 60, Align.CENTER),
                Column("Thời điểm nhận", 50, Align.CENTER),
            ),
            rows=[(cut(slip.lead, 120), "\n\n", "…… giờ …… phút\nngày …… / …… / ………")],
        )
    )


def _rows(slip: Slip) -> list[tuple[str, str]]:
    rows = [("Nhiệm vụ", slip.title), ("Văn bản giao", slip.source)]
    if slip.urgency:
        rows.append(("Độ khẩn", slip.urgency))
    if slip.quote:
        rows.append(("Trích nguyên văn", f"“{cut(slip.quote, LONGEST_QUOTE)}”"))
    rows += [("Sản phẩm", slip.product), ("Đơn vị chủ trì", slip.lead)]
    if slip.joint:
        rows.append(("Đồng chủ trì", cut("; ".join(slip.joint), LONGEST_LIST)))
    rows += [
        ("Đơn vị phối hợp", cut(";\n".join(slip.coordinating), LONGEST_LIST) or "Không"),
        ("Thời hạn", f"Ghi trong văn bản: {slip.printed}\nHạn áp dụng: {slip.applied}"),
        ("Lãnh đạo phụ trách", slip.leader),
        ("Liên hệ khi cần", "\n".join(slip.contact)),
    ]
    return rows


def cut(text: str, limit: int) -> str:
    """`text`, or its beginning up to a whole word with "[…]"."""
    if len(text) <= limit:
        return text
    kept = text[:limit].rsplit(" ", 1)[0].rstrip(" ,;.")
    return f"{kept} […]"
