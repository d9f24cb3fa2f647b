"""The proof of one figure reported by itself: given with it, seen by who decides, owed where there is none."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plans.models import FigureProof, Indicator, Measurement
from tests.cast import Cast
from tests.plans.promised import indicator, target
from tests.plans.test_figures_pages import page, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def online(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.ptd, (date(2026, 9, 10), "ge", "70"))
    return made


def test_a_numbered_document_and_its_file_go_with_the_figure(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.minh)
    paper = SimpleUploadedFile("bao-cao.pdf", b"%PDF-1.4 so lieu", content_type="application/pdf")
    proof = {"number": "55/BC-QLDD", "issued_on": "12/10/2026", "issuer": "Phòng Quản lý đất đai"}

    assert send(client, online, cast.ptd, **proof, file=paper).status_code == 302

    kept = FigureProof.objects.get(measurement=Measurement.objects.get())
    assert (kept.number, kept.issued_on, kept.by) == ("55/BC-QLDD", date(2026, 10, 12), cast.minh)
    assert kept.file is not None and kept.file.is_intact()
    client.force_login(cast.lan)
    shown = text(client.get(page(online, cast.ptd)))
    assert "55/BC-QLDD" in shown and "nợ tài liệu kiểm chứng" not in shown


def test_a_figure_without_paper_owes_it_and_the_office_sees_that(
    cast: Cast, client: Client, online: Indicator
) -> None:
    client.force_login(cast.minh)
    send(client, online, cast.ptd)
    client.force_login(cast.lan)

    assert "nợ tài liệu kiểm chứng" in text(client.get(page(online, cast.ptd)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"issued_on": "12/10/2026"}, "Hãy ghi số, ký hiệu của văn bản này."),
        ({"number": "55/BC", "issued_on": "14/10/2026"}, "Ngày văn bản không được sau hôm nay."),
    ],
)
def test_a_paper_that_cannot_be_is_named_and_nothing_is_saved(
    cast: Cast, client: Client, online: Indicator, fields: dict[str, str], words: str
) -> None:
    client.force_login(cast.minh)

    refused = send(client, online, cast.ptd, **fields)

    assert refused.status_code == 422 and words in text(refused)
    assert not Measurement.objects.exists() and not FigureProof.objects.exists()
