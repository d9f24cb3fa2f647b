"""Files people upload: what they really are, whether we take them, and how they are kept.

The content decides the kind, never the name. A file is stored under a generated name outside the web
root; its own name, cleaned, is only shown. Documents of state secrecy are refused before storing
(`looks_secret`).
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import struct
import tempfile
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import models

from core import clock
from core.content import ENCRYPTED, KIND_WORDS, MAX_SIZE, ContentError, open_archive, sniff, too_large
from core.fields import LineField
from core.text import clean_line, shown

MAX_NAME = 150
MAX_PIXELS = 40_000_000
SECRET_SCAN = 4 * 1024 * 1024

KINDS_BY_EXTENSION = {
    "pdf": "pdf",
    "docx": "docx",
    "xlsx": "xlsx",
    "odt": "odt",
    "ods": "ods",
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "txt": "text",
    "csv": "text",
}
"""The allow-list: extension to the kind `sniff` must find inside."""

ACCEPTED_WORDS = "PDF, Word .docx, Excel .xlsx, .odt, .ods, ảnh PNG hoặc JPEG, .txt, .csv"
SECRET_REFUSED = "Không nhập tài liệu bí mật nhà nước; xử lý theo chế độ mật tại văn thư."
SECRET_REMINDER = "Không đưa nội dung bí mật nhà nước."
NO_SPACE = "Hết dung lượng lưu trữ, tệp chưa được lưu. Hãy báo quản trị hệ thống."


class UploadRefused(ValueError):
    """The file is not taken; the message is for the person who sent it, `status` for HTTP."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class UploadInfo:
    """An accepted upload: the name to show, the kind found inside, bytes, SHA-256 in hex."""

    name: str
    kind: str
    size: int
    sha256: str


# --- whether we take it ----------------------------------------------------------------------------


def check_upload(file: Any) -> UploadInfo:
    """What an uploaded file is, when we take it. `file`: Django's UploadedFile or any binary file with a
    `name`. Leaves the file at its start. Raises UploadRefused with a Vietnamese message."""
    name = clean_name(file.name or "")
    extension = PurePosixPath(name).suffix.lower().removeprefix(".")
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise UploadRefused(f"Tệp “{shown(name)}” rỗng.")
    if size > MAX_SIZE:
        raise UploadRefused(too_large(size, MAX_SIZE), 413)
    if looks_secret(PurePosixPath(name).stem):
        raise UploadRefused(SECRET_REFUSED)
    if extension not in KINDS_BY_EXTENSION:
        raise UploadRefused(f"Không nhận loại tệp của “{shown(name)}”. Chỉ nhận {ACCEPTED_WORDS}.", 415)
    try:
        kind = sniff(file)
    except ContentError as error:
        raise UploadRefused(str(error)) from error
    if kind == "macros":
        raise UploadRefused("Tệp có macro nên không được nhận. Hãy lưu lại dạng .docx hoặc .xlsx.", 415)
    if kind == "locked":
        raise UploadRefused(ENCRYPTED)
    if kind != KINDS_BY_EXTENSION[extension]:
        raise UploadRefused(
            f"Tên tệp ghi “.{extension}” nhưng nội dung là {KIND_WORDS[kind]}."
            " Hãy lưu lại đúng dạng rồi tải lên.",
            415,
        )
    if kind in ("png", "jpeg") and _pixels(file, kind) > MAX_PIXELS:
        raise UploadRefused("Ảnh quá lớn (tối đa 40 triệu điểm ảnh). Hãy thu nhỏ ảnh rồi tải lên.")
    if _stamped_inside(file, kind):
        raise UploadRefused(SECRET_REFUSED)
    return UploadInfo(name=name, kind=kind, size=size, sha256=sha256(file))


def sha256(file: Any) -> str:
    """SHA-256 of a whole binary file, in hex. Leaves the file at its start."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def clean_name(name: str) -> str:
    """The name to show and to offer at download: no path, no character a file system forbids, at most
    150 characters with the extension kept; never empty."""
    last = re.split(r"[/\\]", clean_line(name))[-1]
    last = re.sub(r'[<>:"|?*]', "_", last).strip(". ")
    if _RESERVED.fullmatch(last):
        last = f"_{last}"
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension) > 10:
        return last[:MAX_NAME].strip() or "tep"
    return f"{stem[: MAX_NAME - len(extension) - 1].strip()}.{extension}"


def _pixels(file: IO[bytes], kind: str) -> int:
    """Width times height as the header of a PNG or JPEG says; 0 when it does not say."""
    if kind == "png":
        file.seek(16)
        return _area(file.read(8), ">II")
    file.seek(2)
    while len(mark := file.read(4)) == 4 and mark[0] == 0xFF:
        code, length = mark[1], struct.unpack(">H", mark[2:])[0]
        if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC):
            file.seek(1, io.SEEK_CUR)
            return _area(file.read(4), ">HH")
        file.seek(length - 2, io.SEEK_CUR)
    return 0


def _area(data: bytes, layout: str) -> int:
    if len(data) < struct.calcsize(layout):
        return 0
    one, other = struct.unpack(layout, data)
    return one * other


# --- state secrets ---------------------------------------------------------------------------------

_STAMP_ALONE = re.compile(
    r"[\W_]*(?:MẬT|Mật|T(?:ỐI|ối)\s+[Mm](?:ẬT|ật)|T(?:UYỆT|uyệt)\s+[Mm](?:ẬT|ật))[\W_]*"
)
_STAMP_NAMED = re.compile(r"\bđộ\s+mật\s*:\s*(?:(?:tối|tuyệt)\s+)?mật\b", re.IGNORECASE)
_STAMP_IN_BRACKETS = re.compile(r"[(\[]\s*(?:(?:TỐI|TUYỆT)\s+)?MẬT\s*[)\]]")
_UPPER_LEVEL = r"(?:(?:TỐI|TUYỆT)[ _-]MẬT|(?:TOI|TUYET)[ _-]MAT|MẬT)"
_STAMP_FIRST = re.compile(rf"{_UPPER_LEVEL}(?=$|\s*[-–_:.,;])")
_STAMP_LAST = re.compile(rf"(?:^|[\s_-]){_UPPER_LEVEL}[\s.]*$")
_ORDINARY = re.compile(r"(?:BẢO|BÍ|CƠ)[ _-]+MẬT|\b(?:trừ|không|ngoài)\b", re.IGNORECASE)


def looks_secret(text: str) -> bool:
    """Whether a text carries a stamp of state secrecy (MẬT, TỐI MẬT, TUYỆT MẬT).

    A stamp stands alone on its line, in brackets, after "Độ mật:", or in capitals at the head or the
    end of a line. Ordinary words do not count: bảo mật, mật khẩu, mật độ, "trừ văn bản mật".

    >>> looks_secret("Báo cáo quý III - TỐI MẬT"), looks_secret("Tăng cường bảo mật thông tin")
    (True, False)
    """
    return any(_stamped_line(line.strip()) for line in unicodedata.normalize("NFC", text).splitlines())


def _stamped_line(line: str) -> bool:
    if _STAMP_ALONE.fullmatch(line) or _STAMP_NAMED.search(line):
        return True
    if _ORDINARY.search(line):
        return False
    return bool(_STAMP_IN_BRACKETS.search(line) or _STAMP_FIRST.match(line) or _STAMP_LAST.search(line))


# Where an office file keeps words: the body, heads and feet, notes and text boxes; cells shared or written in place;
# its own card (title, subject, category).
_PARTS_WITH_TEXT = re.compile(
    r"(word/(document|header\d*|footer\d*|footnotes|endnotes|comments)"
    r"|xl/(sharedStrings|worksheets/[^/]+|drawings/[^/]+|comments\d*)"
    r"|docProps/(core|custom)|content|styles|meta)\.xml"
)
_ENDS_A_LINE = r"p|si|c|\w*Header|\w*Footer|subject|title|category|keywords|lpwstr"
_CELLS_IN_PLACE = re.compile(rb"<is>|Header>|Footer>")


def _stamped_inside(file: IO[bytes], kind: str) -> bool:
    """Whether the document itself carries the stamp: read from Word, LibreOffice, Excel and text files.
    A stamp in a PDF or a photograph is for the person who uploads to see."""
    if kind == "text":
        file.seek(0)
        return looks_secret(_decoded(file.read(SECRET_SCAN)))
    if kind not in ("docx", "xlsx", "odt", "ods"):
        return False
    return any(looks_secret(words) for words in _words_inside(file))


def words_inside(file: IO[bytes]) -> list[str]:
    """The words of a Word, Excel, LibreOffice or text file, a part each; none of other kinds. Raises ContentError."""
    kind = sniff(file)
    file.seek(0)
    if kind == "text":
        return [_decoded(file.read(SECRET_SCAN))]
    return list(_words_inside(file)) if kind in ("docx", "xlsx", "odt", "ods") else []


def _words_inside(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    with open_archive(file) as archive:
        for name in archive.namelist():
            if _PARTS_WITH_TEXT.fullmatch(name):
                yield _paragraphs(_part(archive, name))


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part; a sheet that only points at shared strings has no words of its own."""
    with archive.open(name) as part:
        data = part.read(SECRET_SCAN)
    if name.startswith("xl/worksheets/") and not _CELLS_IN_PLACE.search(data):
        return b""
    return data


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _paragraphs(xml: bytes) -> str:
    """The text of an office part, one paragraph or cell a line. `&L`, `&C`, `&R` part the head of a sheet."""
    text = xml.decode("utf-8", errors="replace").replace("\n", " ")
    text = re.sub(rf"</(?:\w+:)?(?:{_ENDS_A_LINE})>|&amp;[LCR]", "\n", text)
    return unescape(re.sub(r"<[^>]*>", "", text))


# --- how it is kept --------------------------------------------------------------------------------


class PrivateStorage(FileSystemStorage):
    """Files under MEDIA_ROOT without an address: pages hand them out after a check of rights.

    A file appears under its final name only when it is whole on the disk; a full disk or a cut
    connection leaves nothing behind.
    """

    def url(self, name: str | None) -> str:
        raise ValueError("stored files have no public address")

    def _save(self, name: str, content: Any) -> str:
        target = self.path(name)
        folder = os.path.dirname(target)
        try:
            os.makedirs(folder, exist_ok=True)
            handle, partial = tempfile.mkstemp(prefix=".part-", dir=folder)
        except OSError as error:
            raise _explained(error) from error
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(partial, self.file_permissions_mode or 0o640)
            os.rename(partial, target)
        except BaseException as error:
            os.unlink(partial)
            if isinstance(error, OSError):
                raise _explained(error) from error
            raise
        return name


def _explained(error: OSError) -> Exception:
    return UploadRefused(NO_SPACE, 507) if error.errno in (errno.ENOSPC, errno.EDQUOT) else error


_STORAGE = PrivateStorage()


def private_storage() -> PrivateStorage:
    """The store of uploads; migrations refer to it by this name."""
    return _STORAGE


def stored_path(_instance: models.Model, filename: str) -> str:
    """Where a file is kept: `files/<year>/<uuid>.<extension>`; nothing of the given name but the
    extension, and that only when it is on the allow-list."""
    extension = PurePosixPath(filename).suffix.lower().removeprefix(".")
    safe = extension if extension in KINDS_BY_EXTENSION else "bin"
    return f"files/{clock.today().year}/{uuid.uuid4()}.{safe}"


class StoredFile(models.Model):
    """A kept file with what was true of it at the door. The subclass adds who uploaded it and what it
    belongs to; `fill` sets the rest from an upload."""

    file = models.FileField("tệp", upload_to=stored_path, storage=private_storage, max_length=100)
    name = LineField("tên tệp", max_length=MAX_NAME)
    size = models.PositiveBigIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã băm SHA-256", max_length=64)
    kind = models.CharField("loại tệp", max_length=10)
    uploaded_at = models.DateTimeField("thời điểm tải lên")

    class Meta:
        abstract = True

    def fill(self, upload: Any) -> None:
        """Take over an upload, after `check_upload`; raises UploadRefused. Saves nothing."""
        info = check_upload(upload)
        self.file, self.name, self.size = upload, info.name, info.size
        self.sha256, self.kind, self.uploaded_at = info.sha256, info.kind, clock.now()

    def is_intact(self) -> bool:
        """Whether the stored bytes are still the ones that were uploaded."""
        with self.file.storage.open(str(self.file.name), "rb") as stored:
            return sha256(stored) == self.sha256


class UploadFormField(forms.FileField):
    """A form field for one file; refuses what `check_upload` refuses, in the same words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", ",".join(f".{each}" for each in KINDS_BY_EXTENSION))

    def to_python(self, data: Any) -> Any:
        # Before Django's own check, whose "empty file" message is not in our words.
        if data not in self.empty_values:
            try:
                check_upload(data)
            except UploadRefused as error:
                raise ValidationError(str(error), code="refused") from error
        return super().to_python(data)
