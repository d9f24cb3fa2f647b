"""The download of the task list is the list: same person, same filter, same words."""

from collections.abc import Callable
from datetime import date

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from core.sheets.formats import XLSX, SafeCSV
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def downloaded(client: Client, **query: object) -> list[dict[str, object]]:
    response = client.get(reverse("tasks_export"), query)
    assert response.status_code == 200
    chosen = SafeCSV() if query.get("dang") == "csv" else XLSX()
    found: tablib.Dataset = chosen.create_dataset(response.content)
    return [dict(zip(found.headers, row, strict=True)) for row in found]


@pytest.fixture
def tasks(cast: Cast) -> None:
    cast.task("NV01", coordinators=[(cast.vpdk, "coordinating")], coordination_note="các đơn vị liên quan")
    cast.task("NV02", cast.vpdk, nominal_end=date(2026, 10, 12), title="=HYPERLINK(1)")
    cast.task("NV03", nominal_end=None, phrase="", deadline_kind="none")


def test_dates_are_dates_and_the_status_is_in_the_words_of_the_list(
    cast: Cast, tasks: None, client: Client
) -> None:
    client.force_login(cast.lan)
    rows = {row["Mã nhiệm vụ"]: row for row in downloaded(client, part="all")}
    assert rows["NV01"]["Thời hạn"] == date(2026, 10, 30)
    assert rows["NV01"]["Phối hợp"] == "VPĐKĐĐ; các đơn vị liên quan"
    assert rows["NV02"]["Tình trạng"] == "Quá hạn 01 ngày làm việc; Chưa tiếp nhận"
    assert rows["NV02"]["Nhiệm vụ"] == "=HYPERLINK(1)"  # text, not a formula
    assert rows["NV03"]["Thời hạn"] is None


def test_the_filter_of_the_page_holds(cast: Cast, tasks: None, client: Client) -> None:
    client.force_login(cast.lan)
    assert [row["Mã nhiệm vụ"] for row in downloaded(client, unit=cast.vpdk.pk)] == ["NV02"]
    assert [row["Mã nhiệm vụ"] for row in downloaded(client, q="NV03", dang="csv")] == ["NV03"]


def test_nobody_downloads_what_the_page_does_not_show(cast: Cast, tasks: None, client: Client) -> None:
    client.force_login(cast.minh)
    assert {row["Mã nhiệm vụ"] for row in downloaded(client, part="all")} == {"NV01", "NV03"}
    client.force_login(cast.tu)
    assert downloaded(client, part="all") == []
    assert client.post(reverse("tasks_export")).status_code == 405


def test_the_number_of_queries_does_not_grow(
    cast: Cast, client: Client, django_assert_max_num_queries: Callable
) -> None:
    for number in range(12):
        cast.task(f"NV{number}", coordinators=[(cast.vpdk, "coordinating")])
    client.force_login(cast.lan)
    with django_assert_max_num_queries(14):
        assert len(downloaded(client)) == 12
