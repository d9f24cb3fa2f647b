"""Biên bản bàn giao công việc, for three signatures (office rule 7); two where the head takes the work over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.text import count_vi, date_vi
from reports.document import Align, Column, DocumentBuilder, Signer, Table
from reports.document.text import date_line
from reports.layouts.heads import PaperHead

KIND = "BIÊN BẢN"

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody of the record: name and office as printed."""

    name: str
    position: str = ""

    @property
    def words(self) -> str:
        return f"{self.name}, {self.position}" if self.position else self.name


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """One handover; every text is ready. `parts`: title and rows (matter, deadline, state, receiver) of each part,
    with the title's note where it is empty. `witness`: who confirms; empty where that is the receiver. `planned`: the
    day has not come, the list may still change."""

    head: PaperHead
    taken_at: datetime
    handover: int
    on: date
    unit: str
    person: Party
    receivers: tuple[Party, ...]
    witness: str
    reason: str
    basis: str
    decision: str
    planned: bool
    account: str
    parts: tuple[tuple[str, tuple[Row, ...]], ...]


_COLUMNS = (
    Column("STT", 11, Align.CENTER),
    Column("Nội dung", 58),
    Column("Hạn", 23, Align.CENTER),
    Column("Tình trạng", 36),
    Column("Người nhận", 32),
)


def build(minutes: Minutes) -> bytes:
    """The record as .docx bytes: the same snapshot, the same bytes."""
    builder = DocumentBuilder(
        minutes.head.letterhead(minutes.on.year),
        kind_name=KIND,
        subject="Bàn giao công việc",
        as_of=minutes.taken_at,
        organisation=minutes.head.organisation,
        identifier=f"ban-giao/{minutes.handover}",
    )
    builder.paragraph(f"Hôm nay, {date_line(minutes.on, None)}, tại {minutes.unit}, chúng tôi gồm:")
    builder.heading(1, "Thành phần")
    builder.heading(3, f"Người bàn giao: {minutes.person.words}.", label="1.")
    receivers = "; ".join(party.words for party in minutes.receivers) or "…"
    builder.heading(3, f"Người nhận bàn giao: {receivers}.", label="2.")
    if minutes.witness:
        builder.heading(3, f"Người chứng kiến, xác nhận: {minutes.witness}.", label="3.")
    builder.heading(1, "Lý do, căn cứ")
    builder.paragraph(f"Lý do: {minutes.reason}.")
    if minutes.basis:
        builder.paragraph(f"Văn bản căn cứ: {minutes.basis}.")
    if minutes.decision:
        builder.paragraph(minutes.decision)
    builder.heading(1, "Nội dung bàn giao")
    if minutes.planned:
        builder.paragraph(
            f"Danh sách lập trước ngày bàn giao ({date_vi(minutes.on)}), được chốt lại vào ngày bàn giao."
        )
    for title, rows in minutes.parts:
        builder.heading(2, f"{title} ({len(rows):02d})" if rows else f"{title} (không có)")
        if rows:
            numbered = [(str(number), *row) for number, row in enumerate(rows, 1)]
            builder.table(Table(columns=_COLUMNS, rows=numbered))
    builder.heading(1, "Thỏa thuận")
    builder.paragraph(
        "Các đề nghị, yêu cầu đang chờ quyết định giữ nguyên giá trị; thời hạn của nhiệm vụ không thay đổi. Người nhận "
        "bàn giao tiếp tục thực hiện kể từ ngày bàn giao."
    )
    if minutes.account:
        builder.paragraph(minutes.account)
    signers = _signers(minutes)
    builder.paragraph(
        f"Biên bản lập thành {count_vi(len(signers) + 1)} bản có giá trị như nhau, mỗi người ký giữ 01 bản."
    )
    builder.signers(signers)
    builder.signature(minutes.head.signature(("Những người có tên trên",)))
    return builder.build()


def _signers(minutes: Minutes) -> Sequence[Signer]:
    receivers = minutes.receivers or (Party(name=""),)
    if not minutes.witness:  # the head signs once, at the end
        receivers = tuple(party for party in receivers if party.name != minutes.head.signer_name)
    return [
        Signer(title="Người bàn giao", name=minutes.person.name),
        *(Signer(title="Người nhận bàn giao", name=party.name) for party in receivers),
    ]
