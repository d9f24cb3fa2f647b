"""As printed by LibreOffice: what only a page shows. Word cannot be run here; Liberation Serif has its
widths.
"""

import shutil
import subprocess

import pytest

from tests.reports.document_samples import OFFICE_HEAD, new_report, report

pytestmark = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice"
)


def pages(docx: bytes, folder) -> list[str]:
    """The words of each page, as laid out."""
    (folder / "doc.docx").write_bytes(docx)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", str(folder), str(folder / "doc.docx")],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text = subprocess.run(
        ["pdftotext", "-layout", str(folder / "doc.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout
    return text.split("\f")[:-1]


def test_page_numbers_are_hidden_on_first_pages_and_annexes_count_from_one(tmp_path):
    body, first, second = pages(report(), tmp_path)
    for page in (body, first, second):
        assert not page.split("\n")[0].strip().isdigit()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in body
    assert any("Số:" in line and "Hòa An, ngày" in line for line in body.split("\n")), "on one line"
    assert "Phụ lục I" in first and "Phụ lục II" in second


def test_the_signature_never_stands_alone_on_a_page(tmp_path):
    """A body as long as a page: the last sentence goes to the next page with the signature."""
    builder = new_report()
    for index in range(23):
        builder.paragraph(f"Nội dung thứ {index}.")
    builder.paragraph("Kính báo cáo Giám đốc Sở.")
    builder.signature(OFFICE_HEAD)
    first, second = pages(builder.build(), tmp_path)
    assert "Nội dung thứ 20" in first and "Kính báo cáo" not in first
    assert "Kính báo cáo Giám đốc Sở./." in second and "CHÁNH VĂN PHÒNG" in second
    assert second.split("\n")[0].strip() == "2"
