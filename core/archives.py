"""Office files (.docx, .xlsx, .odt, .ods) are zip archives: opened here and nowhere else without a guard.

`open_archive` refuses what would fill the memory (a zip bomb) or is broken, before anything is unpacked
into memory; `archive_kind` says what the archive holds by its parts, never by the name of the file.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL_UNPACKED = 10 * 1024 * 1024
"""Below this size any ratio is harmless; short sheets of equal rows do pack a hundredfold."""

_CHUNK = 1024 * 1024

BROKEN = "Tệp hỏng hoặc chưa tải lên hết. Hãy mở tệp, lưu lại rồi tải lên lần nữa."
BOMB = "Tệp nén quá mức bình thường nên không được mở. Hãy mở tệp, lưu lại rồi tải lên lần nữa."
ENCRYPTED = "Tệp có mật khẩu mở. Hãy bỏ mật khẩu (Lưu với tên khác) rồi tải lên lại."


class ArchiveError(ValueError):
    """The archive is broken, locked or a bomb; the message is for the person who uploaded it."""


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, proved harmless: few entries, bounded unpacked size, every entry whole.

    Raises ArchiveError. Unpacks each entry once, piece by piece, and counts what really comes out: the
    sizes written in an archive may lie.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(BROKEN) from error
    entries = archive.infolist()
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > _allowed(packed):
        raise ArchiveError(BOMB)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ArchiveError(ENCRYPTED)
    unpacked = 0
    try:
        for entry in entries:
            with archive.open(entry) as part:
                while piece := part.read(_CHUNK):
                    unpacked += len(piece)
                    if unpacked > _allowed(packed):
                        raise ArchiveError(BOMB)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(BROKEN) from error
    return archive


def _allowed(packed: int) -> int:
    return min(MAX_UNPACKED, max(SMALL_UNPACKED, packed * MAX_RATIO))


def archive_kind(archive: zipfile.ZipFile) -> str:
    """What the archive holds: docx, xlsx, xlsb, pptx, odt, ods, macros (any of them with macros) or zip."""
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names) or _says_macros(archive, names):
        return "macros"
    for part, kind in (
        ("word/document.xml", "docx"),
        ("xl/workbook.xml", "xlsx"),
        ("xl/workbook.bin", "xlsb"),
        ("ppt/presentation.xml", "pptx"),
    ):
        if part in names:
            return kind
    if "mimetype" in names:
        written = archive.read("mimetype").strip()
        prefix = b"application/vnd.oasis.opendocument."
        return {prefix + b"text": "odt", prefix + b"spreadsheet": "ods"}.get(written, "zip")
    return "zip"


def _says_macros(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Macro-enabled types of Microsoft Office, Basic and script libraries of LibreOffice."""
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        return True
    types = "[Content_Types].xml"
    return types in names and b"macroEnabled" in archive.read(types)
