"""The list of documents as a workbook: the same filter, the same rows, real dates."""

from datetime import date

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from core.sheets.formats import XLSX
from plans.documents import link, register
from plans.models import Document
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def rows(client: Client, **query: str) -> list[dict[str, object]]:
    answer = client.get(reverse("documents_export"), query)
    assert answer.status_code == 200
    found: tablib.Dataset = XLSX().create_dataset(answer.content)
    return [dict(zip(found.headers, row, strict=True)) for row in found]


@pytest.fixture
def register_of_two(cast: Cast) -> Document:
    old = Document(
        kind="TB", number="304/TB", issued_on=date(2026, 9, 6), issuer="Sở", subject="Tiếp nhận hồ sơ"
    )
    new = Document(
        kind="TB", number="480/TB", issued_on=date(2026, 10, 1), effective_on=date(2026, 9, 20), issuer="=Sở",
        subject="Tiếp nhận hồ sơ trực tuyến", incoming_number="771", incoming_on=date(2026, 10, 2),
    )  # fmt: skip
    for each in (old, new):
        register(each, by=cast.lan)
    link(new, old, "replaces", by=cast.lan)
    return new


def test_the_workbook_holds_what_the_list_shows(
    cast: Cast, client: Client, register_of_two: Document
) -> None:
    client.force_login(cast.lan)
    found = rows(client, q="tiep nhan")
    assert [(row["Số, ký hiệu"], row["Hiệu lực"]) for row in found] == [
        ("480/TB", "Đang có hiệu lực"),
        ("304/TB", "Đã được thay thế"),
    ]
    first = found[0]
    assert (first["Loại văn bản"], first["Trích yếu"]) == ("Thông báo", "Tiếp nhận hồ sơ trực tuyến")
    assert first["Ngày ban hành"] == date(2026, 10, 1)
    assert (first["Số đến"], first["Ngày đến"]) == ("771", date(2026, 10, 2))
    assert first["Nguồn thứ cấp"] == "Không"


def test_the_filter_of_the_list_narrows_the_workbook(
    cast: Cast, client: Client, register_of_two: Document
) -> None:
    client.force_login(cast.lan)
    assert [row["Số, ký hiệu"] for row in rows(client, force="replaced")] == ["304/TB"]
    page = client.get(reverse("documents"), {"force": "replaced"}).content.decode()
    assert f'{reverse("documents_export")}?force=replaced"' in page


def test_nobody_exports_what_they_do_not_see(cast: Cast, client: Client, register_of_two: Document) -> None:
    client.force_login(cast.tu)
    assert rows(client) == []


def test_text_that_looks_like_a_formula_stays_text(
    cast: Cast, client: Client, register_of_two: Document
) -> None:
    client.force_login(cast.lan)
    csv = client.get(reverse("documents_export"), {"dang": "csv", "q": "480"}).content.decode("utf-8-sig")
    assert "'=Sở" in csv


def test_the_number_of_queries_does_not_grow_with_the_documents(
    cast: Cast, client: Client, register_of_two: Document, django_assert_max_num_queries
) -> None:
    for number in range(20):
        register(Document(kind="CV", number=f"{number}/CV", issuer="Sở", subject="Khác"), by=cast.lan)
    client.force_login(cast.lan)
    with django_assert_max_num_queries(12):
        assert len(rows(client)) == 23
