"""Hồ sơ theo dõi nhiệm vụ: everything an inspector may ask about one task, on paper (office rule 23). Pure."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reports.document import Align, Column, DocumentBuilder, Table
from reports.layouts.heads import PaperHead

KIND = "HỒ SƠ THEO DÕI NHIỆM VỤ"

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TaskFile:
    """One task with all its facts; every text is ready. `taken_at`: when the data was read, `asked_by`: for whom."""

    head: PaperHead
    taken_at: datetime
    taken_words: str
    asked_by: str
    task: int
    code: str
    title: str
    order: tuple[Row, ...]
    chain: tuple[str, ...]
    recipients: tuple[Row, ...]
    openings: tuple[Row, ...]
    events: tuple[Row, ...]
    reminders: tuple[Row, ...]
    requests: tuple[Row, ...]
    evidence: tuple[Row, ...]


_CENTER = Align.CENTER

# Title, columns and rows of each annex; landscape holds 252 mm.
_ANNEXES: tuple[tuple[str, str, tuple[Column, ...], str], ...] = (
    (
        "Quá trình xử lý",
        "events",
        (
            Column("Số", 10, _CENTER),
            Column("Việc", 30),
            Column("Ngày thực tế", 22, _CENTER),
            Column("Ngày nhập", 22, _CENTER),
            Column("Người ghi nhận", 34),
            Column("Người quyết định, hình thức, văn bản căn cứ", 42),
            Column("Nội dung", 72),
            Column("Mã kiểm tra", 20, _CENTER),
        ),
        "Chưa có dòng nào được ghi nhận",
    ),
    (
        "Đề nghị, yêu cầu và quyết định",
        "requests",
        (
            Column("STT", 11, _CENTER),
            Column("Loại", 26),
            Column("Người nêu, ngày nêu", 36),
            Column("Nội dung", 62),
            Column("Kết quả", 50),
            Column("Người quyết định, người ghi nhận, hình thức, văn bản", 47),
            Column("Dòng số", 20, _CENTER),
        ),
        "Không có đề nghị, yêu cầu nào",
    ),
    (
        "Nhắc việc và thông báo đã gửi",
        "reminders",
        (
            Column("STT", 11, _CENTER),
            Column("Ngày", 22, _CENTER),
            Column("Người nhận", 44),
            Column("Nội dung", 83),
            Column("Thư điện tử", 56),
            Column("Đã xem lúc", 36, _CENTER),
        ),
        "Chưa gửi nhắc việc, thông báo nào",
    ),
    (
        "Tài liệu kiểm chứng",
        "evidence",
        (
            Column("STT", 11, _CENTER),
            Column("Tài liệu", 62),
            Column("Số, ngày, cơ quan ban hành", 44),
            Column("Ngày thực tế", 22, _CENTER),
            Column("Người đính kèm, ngày nhập", 36),
            Column("Dung lượng", 21, _CENTER),
            Column("Mã SHA-256", 56, _CENTER),
        ),
        "Chưa có tài liệu kiểm chứng",
    ),
)
_ROMAN = ("I", "II", "III", "IV")


def build(file: TaskFile) -> bytes:
    """The file as .docx bytes: the same snapshot, the same bytes."""
    head = file.head.letterhead(file.taken_at.year)
    builder = DocumentBuilder(
        head,
        kind_name=KIND,
        subject=f"Mã nhiệm vụ: {file.code}",
        as_of=file.taken_at,
        organisation=file.head.organisation,
        identifier=f"ho-so/{file.task}",
    )
    builder.paragraph(
        f"{file.head.sender} lập hồ sơ theo dõi nhiệm vụ “{file.title}” theo dữ liệu ghi nhận đến "
        f"{file.taken_words}; người yêu cầu: {file.asked_by}."
    )
    builder.heading(1, "Nhiệm vụ và văn bản giao")
    builder.table(_table(file.order, (Column("Nội dung", 42), Column("Chi tiết", 118)), ""))
    builder.heading(1, "Nơi nhận nhiệm vụ")
    columns: tuple[Column, ...] = (
        Column("STT", 11, _CENTER),
        Column("Đơn vị", 47),
        Column("Vai trò", 24),
        Column("Phần việc", 34),
        Column("Thời hạn", 22, _CENTER),
        Column("Ngày gửi kết quả", 22, _CENTER),
    )
    builder.table(_table(file.recipients, columns, "Chưa giao"))
    builder.heading(1, "Lần mở đầu tiên của từng người")
    columns = (
        Column("STT", 11, _CENTER),
        Column("Họ và tên", 50),
        Column("Chức vụ", 61),
        Column("Mở lần đầu lúc", 38, _CENTER),
    )
    builder.table(_table(file.openings, columns, "Chưa người nào của đơn vị mở nhiệm vụ trên hệ thống"))
    builder.heading(1, "Kiểm tra chuỗi ghi nhận")
    for line in file.chain:
        builder.paragraph(line)
    builder.heading(1, "Quá trình thực hiện")
    pointers = [
        f"{title.lower()} (Phụ lục {roman})" for roman, (title, *_rest) in zip(_ROMAN, _ANNEXES, strict=True)
    ]
    builder.paragraph(f"Chi tiết tại các phụ lục kèm theo: {'; '.join(pointers)}.")
    builder.signature(file.head.signature(("Người yêu cầu",)))
    attached = head.cited("Hồ sơ theo dõi nhiệm vụ", file.head.sender)
    for roman, (title, name, annex_columns, empty) in zip(_ROMAN, _ANNEXES, strict=True):
        builder.annex(title, attached_to=attached, roman=roman)
        builder.table(_table(getattr(file, name), annex_columns, empty, small=True))
    return builder.build()


def _table(rows: Sequence[Row], columns: Sequence[Column], empty: str, *, small: bool = False) -> Table:
    fitted = [part for row in rows for part in fit(row, columns)]
    return Table(columns=columns, rows=fitted, small=small, empty_text=empty)


# --- rows that never tear -------------------------------------------------------------------------

# A row may not be torn (the letters of the form), so it may not be taller than a page either.
_MOST_LINES = 22
CONTINUED = "(tiếp)"
_LETTERS_PER_MM = 0.52  # 11–12 pt, wide letters


def fit(row: Row, columns: Sequence[Column]) -> Iterator[Row]:
    """The row, or as many rows as its longest cell needs, so that each fits on one page. Nothing is left out."""
    cells = [
        _pieces(text, max(6, int(column.width_mm * _LETTERS_PER_MM)))
        for text, column in zip(row, columns, strict=True)
    ]
    for index in range(max(len(pieces) for pieces in cells)):
        found = [pieces[index] if index < len(pieces) else "" for pieces in cells]
        if index and not found[0]:
            found[0] = CONTINUED
        yield tuple(found)


def _pieces(text: str, letters: int) -> list[str]:
    """`text` in pieces of no more lines than a page holds, broken between words."""
    pieces: list[list[str]] = [[]]
    lines = 0
    for part in text.split("\n"):
        wrapped = textwrap.wrap(part, letters, break_long_words=False, break_on_hyphens=False) or [""]
        while wrapped:
            room = _MOST_LINES - lines
            taken, wrapped = wrapped[:room], wrapped[room:]
            if taken:
                pieces[-1].append(" ".join(taken))
            lines += len(taken)
            if wrapped:
                pieces.append([])
                lines = 0
    return ["\n".join(piece) for piece in pieces]
