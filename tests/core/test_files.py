"""An upload is what it holds, not what it is called; what we do not take is refused in plain words."""

from __future__ import annotations

import errno
import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

import docx
import pytest
import xlsxwriter
from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from core import content
from core.files import (
    MAX_SIZE,
    NO_SPACE,
    SECRET_REFUSED,
    StoredFile,
    UploadFormField,
    UploadRefused,
    check_upload,
    clean_name,
    looks_secret,
    private_storage,
    stored_path,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(*cells: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet().write_column(0, 0, cells)
    return out.getvalue()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO(document)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + bytes(4)


def jpeg(width: int, height: int) -> bytes:
    start = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + bytes(14)
    return start + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + bytes(10)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Báo cáo.pdf", PDF, "pdf"),
        ("Kế hoạch.docx", word("Kế hoạch"), "docx"),
        ("Số liệu.xlsx", excel("a"), "xlsx"),
        ("Anh.JPG", jpeg(100, 100), "jpeg"),
        ("Anh.png", png(100, 100), "png"),
        ("ghi chú.txt", "Đã nhận".encode(), "text"),
        ("ghi chú.txt", "Đã nhận".encode("utf-16"), "text"),
        ("so lieu.csv", "Tên;Số\nA;1".encode("utf-8-sig"), "text"),
        ("van ban.odt", zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        ("bang.ods", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    ],
)
def test_takes_what_offices_send(name, content, kind):
    file = upload(name, content)
    info = check_upload(file)
    assert (info.name, info.kind, info.size) == (name, kind, len(content))
    assert len(info.sha256) == 64
    assert file.read() == content  # left at its start for whoever stores it


@pytest.mark.parametrize(
    ("name", "content", "status", "message"),
    [
        ("a.pdf", b"", 422, "Tệp “a.pdf” rỗng."),
        ("a.pdf", PDF + bytes(MAX_SIZE), 413, r"Tệp quá lớn \(20,0 MB, tối đa 20 MB\)."),
        ("a.exe", b"MZ", 415, "Không nhận loại tệp của “a.exe”. Chỉ nhận PDF, Word .docx"),
        ("a.svg", b"<svg onload='x()'/>", 415, "Không nhận loại tệp"),
        ("a.html", b"<html>", 415, "Không nhận loại tệp"),
        ("a.zip", zipped(a=b"1"), 415, "Không nhận loại tệp"),
        (".htaccess", b"Deny from all", 415, "Không nhận loại tệp"),
        ("a.txt", b"  <svg xmlns='x'><script/></svg>", 415, "ghi “.txt” nhưng nội dung là ảnh SVG"),
        ("a.txt", b"\xef\xbb\xbf<!DOCTYPE html><p>", 415, "nội dung là trang web HTML"),
        ("a.txt", "<html>".encode("utf-16"), 415, "nội dung là trang web HTML"),
        ("a.txt", bytes(range(20)), 415, "nội dung là tệp không rõ loại"),
        ("a.pdf", excel("a"), 415, "ghi “.pdf” nhưng nội dung là tệp Excel .xlsx"),
        ("a.docx", excel("a"), 415, "ghi “.docx” nhưng nội dung là tệp Excel .xlsx"),
        ("a.docx", zipped(a=b"1"), 415, "nội dung là tệp nén .zip"),
        ("a.xlsx", OLE, 415, "Office đời cũ"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), 422, "Tệp có mật khẩu mở"),
        ("a.xlsx", with_part(excel("a"), "xl/vbaProject.bin", b"x"), 415, "Tệp có macro"),
        ("a.docx", with_part(word("a"), "word/vbaProject.bin", b"x"), 415, "Tệp có macro"),
        ("a.docx", word("a")[:-300], 422, "Tệp hỏng hoặc chưa tải lên hết"),
        ("a.png", png(50_000, 50_000), 422, "Ảnh quá lớn"),
        ("a.jpg", jpeg(50_000, 50_000), 422, "Ảnh quá lớn"),
        ("TUYET_MAT_bao cao.pdf", PDF, 422, SECRET_REFUSED),
        ("Báo cáo (MẬT).pdf", PDF, 422, SECRET_REFUSED),
        ("a.docx", word("ỦY BAN NHÂN DÂN", "TỐI MẬT", "Báo cáo"), 422, SECRET_REFUSED),
        ("a.xlsx", excel("Danh sách", "MẬT"), 422, SECRET_REFUSED),
        ("a.txt", "Báo cáo\n\n  TUYỆT MẬT  \n".encode(), 422, SECRET_REFUSED),
    ],
)
def test_refuses_in_plain_words(name, content, status, message):
    with pytest.raises(UploadRefused, match=message) as refused:
        check_upload(upload(name, content))
    assert refused.value.status == status


class TestZipBombs:
    def test_a_small_file_that_unpacks_to_very_much(self):
        bomb = with_part(word("a"), "word/media/a.xml", bytes(content.SMALL_UNPACKED * 8))
        with pytest.raises(UploadRefused, match="nén quá mức"):
            check_upload(upload("a.docx", bomb))

    def test_many_entries(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for number in range(content.MAX_ENTRIES + 1):
                archive.writestr(f"{number}", b"")
        with pytest.raises(UploadRefused, match="nén quá mức"):
            check_upload(upload("a.docx", out.getvalue()))

    def test_an_archive_that_lies_about_its_sizes(self):
        zeros = bytes(content.SMALL_UNPACKED * 2)
        honest = with_part(word("a"), "big.xml", zeros)
        lying = honest.replace(struct.pack("<I", len(zeros)), struct.pack("<I", 1000))
        assert lying != honest
        with pytest.raises(UploadRefused, match=r"Tệp hỏng|nén quá mức"):
            check_upload(upload("a.docx", lying))

    def test_equal_short_rows_are_no_bomb(self):
        rows = b"<row><c/></row>" * 60_000
        assert len(zlib.compress(rows)) * content.MAX_RATIO < len(rows)
        sheet = with_part(excel("a"), "xl/worksheets/sheet9.xml", rows)
        assert check_upload(upload("a.xlsx", sheet)).kind == "xlsx"


@pytest.mark.parametrize(
    ("given_name", "shown_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Báo cáo.docx", "Báo cáo.docx"),
        ("C:\\Tài liệu\\kế hoạch.docx", "kế hoạch.docx"),
        ("a\x00b\u202e.pdf", "ab.pdf"),
        ("con.docx", "_con.docx"),
        ("..", "tep"),
        ("", "tep"),
        ('a"b<c>|?*.pdf', "a_b_c____.pdf"),
        ("x" * 300 + ".docx", "x" * 145 + ".docx"),
    ],
)
def test_the_shown_name_is_harmless(given_name, shown_name):
    assert clean_name(given_name) == shown_name


@given(st.text(max_size=400))
def test_any_name_gives_a_name(name):
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= 150
    assert not re.search(r'[\x00-\x1f/\\<>:"|?*]', cleaned)
    assert cleaned not in (".", "..")


def test_the_stored_path_holds_nothing_of_the_name():
    path = stored_path(None, "../../Nguyễn Văn A.PDF")
    assert re.fullmatch(r"files/\d{4}/[0-9a-f-]{36}\.pdf", path)
    assert stored_path(None, "a.php").endswith(".bin")


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            "MẬT",
            "Mật",
            "  [TỐI MẬT] ",
            "TUYỆT\u00a0MẬT",
            "Kế hoạch (MẬT)",
            "MẬT - Kế hoạch phòng thủ",
            "Kế hoạch phòng thủ TUYỆT MẬT",
            "Kế hoạch phòng thủ_MẬT",
            "Độ mật: Tối mật",
            "Dòng đầu\nMẬT\nDòng sau",
            "M\u00c2\u0323T",
        ],
    )
    def test_a_stamp_is_seen(self, text):
        assert looks_secret(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Tăng cường bảo mật thông tin",
            "TĂNG CƯỜNG BẢO MẬT",
            "Đổi mật khẩu",
            "MẬT ĐỘ DÂN SỐ",
            "Gửi văn bản điện tử (trừ văn bản mật)",
            "100% văn bản, trừ văn bản MẬT",
            "mật ong",
            "Độ mật: Thường",
            "Cơ quan chuyên trách về bảo vệ bí mật nhà nước",
            "TỐI MAI",
        ],
    )
    def test_ordinary_words_are_not_stamps(self, text):
        assert not looks_secret(text)


with isolate_apps("core"):

    class Paper(StoredFile):
        class Meta:
            app_label = "core"
            db_table = "test_paper"


@pytest.fixture(scope="module")
def made_papers(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Paper)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Paper)


@pytest.fixture
def papers(made_papers: None, db: None, settings, tmp_path) -> None:
    """The table of Paper, empty, and a folder of its own for the files."""
    settings.MEDIA_ROOT = str(tmp_path)


class TestKeeping:
    def test_a_file_is_kept_whole_under_a_generated_name(self, papers, tmp_path):
        paper = Paper()
        paper.fill(upload("Báo cáo tháng 11.pdf", PDF))
        paper.save()
        paper.refresh_from_db()
        assert (paper.name, paper.kind, paper.size) == ("Báo cáo tháng 11.pdf", "pdf", len(PDF))
        assert re.fullmatch(r"files/\d{4}/[0-9a-f-]{36}\.pdf", paper.file.name)
        assert (tmp_path / paper.file.name).read_bytes() == PDF
        assert paper.is_intact()

    def test_a_changed_file_is_noticed(self, papers, tmp_path):
        paper = Paper()
        paper.fill(upload("a.pdf", PDF))
        paper.save()
        (tmp_path / paper.file.name).write_bytes(PDF + b" ")
        assert not paper.is_intact()

    def test_a_stored_file_has_no_address(self, papers):
        with pytest.raises(ValueError, match="no public address"):
            private_storage().url("files/2026/a.pdf")

    def test_a_full_disk_leaves_nothing_behind(self, papers, tmp_path, monkeypatch):
        def full(_handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(UploadRefused, match=re.escape(NO_SPACE)) as refused:
            private_storage().save("files/2026/a.pdf", ContentFile(PDF))
        assert refused.value.status == 507
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


class TestTheFormField:
    class Form(forms.Form):
        file = UploadFormField()

    def test_refuses_in_the_same_words(self):
        form = self.Form(files={"file": upload("a.exe", b"MZ")})
        assert form.errors["file"][0].startswith("Không nhận loại tệp của “a.exe”")
        empty = self.Form(files={"file": upload("a.pdf", b"")})
        assert empty.errors["file"] == ["Tệp “a.pdf” rỗng."]

    def test_takes_the_rest(self):
        form = self.Form(files={"file": upload("a.pdf", PDF)})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["file"].read() == PDF
