"""What has come to a letter offers its Word draft to the office: one letter about all the unit is late with."""

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from notifications import jobs
from notifications.models import Escalation
from tasks import actions
from tests.cast import Cast
from tests.notifications.helpers import at

pytestmark = pytest.mark.django_db

FRIDAY, LETTER_DAY = date(2026, 10, 16), date(2026, 11, 4)


@pytest.fixture
def matter(cast: Cast) -> Escalation:
    cast.task("NV01", nominal_end=FRIDAY, title="Rà soát danh mục")
    cast.task("NV02", nominal_end=FRIDAY, title="Niêm yết công khai")
    with at("09:30", LETTER_DAY):
        jobs.remind(LETTER_DAY)
    return Escalation.objects.filter(kind="letter").earliest("pk")


def test_one_letter_names_all_the_unit_is_late_with(cast: Cast, client: Client, matter: Escalation) -> None:
    with at("10:00", LETTER_DAY):
        client.force_login(cast.lan)
        desk = client.get(reverse("desk")).content.decode()
        answer = client.get(reverse("escalation_letter", args=[matter.pk]))

    assert reverse("escalation_letter", args=[matter.pk]) in desk
    assert answer["Content-Disposition"].startswith('attachment; filename="Cong-van-don-doc-')
    found = Document(io.BytesIO(answer.content))
    rows = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    assert any("Rà soát danh mục" in text for text in rows) and any("Niêm yết công khai" in t for t in rows)


def test_without_anything_late_it_goes_back_with_the_reason(
    cast: Cast, client: Client, matter: Escalation
) -> None:
    with at("10:00", LETTER_DAY):
        client.force_login(cast.lan)
        for task in type(matter.task).objects.all():
            actions.submit(task, by=cast.minh, text="Đã xong")
        answer = client.get(reverse("escalation_letter", args=[matter.pk]), follow=True)

    assert answer.redirect_chain and "quá hạn chưa hoàn thành" in answer.content.decode()


@pytest.mark.parametrize("person", ["minh", "tu", "hoa", "son", "stranger"])
def test_it_is_the_offices_own(cast: Cast, client: Client, matter: Escalation, person: str) -> None:
    client.force_login(getattr(cast, person))
    assert client.get(reverse("escalation_letter", args=[matter.pk])).status_code == 404
