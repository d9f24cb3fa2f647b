"""What a file holds, by its content and never by its name.

Office files (.docx, .xlsx, .odt, .ods) are zip archives: `open_archive` refuses one that is broken or would
fill the memory (a zip bomb) before anything is unpacked into memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO

from core.text import number_vi

MAX_SIZE = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
SMALL_UNPACKED = 10 * 1024 * 1024
"""Below this size any ratio is harmless; short sheets of equal rows do pack a hundredfold."""

_CHUNK = 1024 * 1024

BROKEN = "Tệp hỏng hoặc chưa tải lên hết. Hãy mở tệp, lưu lại rồi tải lên lần nữa."
BOMB = "Tệp nén quá mức bình thường nên không được mở. Hãy mở tệp, lưu lại rồi tải lên lần nữa."
ENCRYPTED = "Tệp có mật khẩu mở. Hãy bỏ mật khẩu (Lưu với tên khác) rồi tải lên lại."


class ContentError(ValueError):
    """The file is broken, locked or a bomb; the message is for the person who uploaded it."""


KIND_WORDS = {
    "pdf": "tệp PDF",
    "docx": "tệp Word .docx",
    "xlsx": "tệp Excel .xlsx",
    "xlsb": "tệp Excel .xlsb",
    "pptx": "tệp PowerPoint",
    "odt": "tệp LibreOffice .odt",
    "ods": "tệp LibreOffice .ods",
    "png": "ảnh PNG",
    "jpeg": "ảnh JPEG",
    "text": "tệp văn bản thuần",
    "html": "trang web HTML",
    "svg": "ảnh SVG",
    "rtf": "tệp RTF",
    "zip": "tệp nén .zip",
    "archive": "tệp nén",
    "macros": "tệp có macro",
    "ole": "tệp Office đời cũ (.doc, .xls)",
    "locked": "tệp có mật khẩu mở",
    "empty": "tệp rỗng",
    "unknown": "tệp không rõ loại",
}


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, proved harmless: few entries, bounded unpacked size, every entry whole.

    Raises ContentError. Unpacks each entry once, piece by piece, and counts what really comes out: the
    sizes written in an archive may lie.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ContentError(BROKEN) from error
    entries = archive.infolist()
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > _allowed(packed):
        raise ContentError(BOMB)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ContentError(ENCRYPTED)
    unpacked = 0
    try:
        for entry in entries:
            with archive.open(entry) as part:
                while piece := part.read(_CHUNK):
                    unpacked += len(piece)
                    if unpacked > _allowed(packed):
                        raise ContentError(BOMB)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        if isinstance(error, ContentError):
            raise
        raise ContentError(BROKEN) from error
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


def too_large(size: int, most: int) -> str:
    """The message for a file over the limit, sizes in megabytes (1,024 × 1,024 bytes)."""
    megabyte = 1024 * 1024
    return f"Tệp quá lớn ({number_vi(size / megabyte, 1)} MB, tối đa {number_vi(most // megabyte)} MB)."


# --- kinds --------------------------------------------------------------------------------------

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|table|meta)\b", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def sniff(file: IO[bytes]) -> str:
    """The kind of a file by its content: a key of KIND_WORDS. Leaves the file at its start.

    Raises ContentError for an archive that is broken, locked or a bomb.
    """
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head:
        return "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in file.read()
        file.seek(0)
        return "locked" if locked else "ole"
    if head.startswith(b"PK"):
        try:
            with open_archive(file) as archive:
                return archive_kind(archive)
        finally:
            file.seek(0)
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    if re.search(rb"<svg\b", head, re.IGNORECASE):
        return "svg"
    if _HTML.search(head):
        return "html"
    return "unknown" if _NOT_TEXT.search(head) else "text"
