"""Công văn đôn đốc, yêu cầu giải trình: the letter and its list of tasks. Pure."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from core.text import count_vi, date_vi
from reports import letter_words as words
from reports.document import Align, Column, DocumentBuilder, Letterhead, Signature, Table
from reports.document.tables import GroupRow
from reports.letter_facts import LetterFacts


def build(facts: LetterFacts, letterhead: Mapping[str, Any]) -> bytes:
    """The letter as .docx; `letterhead` as `letters.letterhead` makes it."""
    head = Letterhead(
        parent_agency=letterhead["parent_agency"],
        agency_lines=tuple(letterhead["agency_lines"]),
        symbol=letterhead["symbol"],
        place=letterhead["place"],
        year=facts.on.year,
    )
    builder = DocumentBuilder(
        head,
        kind_name="",
        subject=words.subject(facts),
        as_of=datetime.combine(facts.on, time(23, 59)),
        addressees=words.addressees(facts),
        organisation=letterhead["organisation"],
        identifier=f"{facts.plan.code}/{facts.kind}/{facts.on.isoformat()}",
    )
    for line in words.body(facts, letterhead["sender"], letterhead["office"]):
        builder.paragraph(line)
    builder.signature(
        Signature(
            prefix_lines=tuple(letterhead["signer_lines"]),
            name=letterhead["signer_name"],
            recipients=tuple(letterhead["recipients"]),
            archive=letterhead["archive"],
        )
    )
    builder.annex("Danh mục nhiệm vụ", attached_to=head.cited("Công văn", letterhead["sender"]))
    builder.table(_table(facts))
    return builder.build()


def _table(facts: LetterFacts) -> Table:
    late = facts.kind.is_about_late and not facts.outside
    columns = [
        Column("STT", 12, Align.CENTER),
        Column("Nội dung nhiệm vụ", 86),
        Column("Sản phẩm", 40),
        Column("Thời hạn", 36, Align.CENTER),
        Column("Tiến độ đơn vị báo cáo", 52),
    ]
    if not facts.outside:
        columns.append(Column("Số ngày làm việc " + ("quá hạn" if late else "còn lại"), 24, Align.CENTER))
    rows: list[list[str] | GroupRow] = []
    number = 0
    for unit, found in facts.by_unit():
        rows.append(GroupRow(unit))
        for task in found:
            number += 1
            due = task.deadline or date_vi(task.due_on)
            cells = [str(number), task.title, task.product, due, task.progress or "Chưa báo cáo"]
            rows.append(cells if facts.outside else [*cells, count_vi(task.days)])
    return Table(columns=columns, rows=rows, small=True)
