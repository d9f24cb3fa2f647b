"""Reading a paper back: its words, and the faults its form has."""

import io

from docx import Document

from reports.document.check import conformance


def words(docx: bytes) -> str:
    """All text of the file, no-break spaces as spaces."""
    document = Document(io.BytesIO(docx))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(parts).replace("\u00a0", " ")


def faults(docx: bytes) -> list:
    return [check for check in conformance(docx) if not check.ok]
