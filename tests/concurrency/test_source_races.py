"""Figures that do not come from typing, by two people or two presses of a button at once."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client

from plans import sources
from plans.models import Indicator, Measurement, SourceAnswer, SourceFigure, SourceFile
from plans.sources import Proposed
from tasks.models import ProgressUpdate
from tests.cast import TODAY, Cast
from tests.concurrency.test_races import race
from tests.plans.promised import CLOSED, indicator, target
from tests.tracker.packing import filled
from tests.tracker.test_packets import FIGURE, confirm, packet, send

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="needs PostgreSQL: SQLite has one writer at a time"
    ),
]


@pytest.fixture
def online(cast: Cast) -> Indicator:
    made = indicator()
    target(cast.plan, made, cast.ptd)
    return made


def bring(cast: Cast, of: Indicator, file: SourceFile) -> list[SourceFigure]:
    proposed = Proposed("dòng 7", of, cast.ptd, Decimal(1250), Decimal(1840))
    return sources.bring_in(file, CLOSED, [proposed], by=cast.lan, as_of=CLOSED.end, answer_by=TODAY)


@pytest.fixture
def file(cast: Cast, settings: Any, tmp_path: Path) -> SourceFile:
    settings.MEDIA_ROOT = tmp_path
    made = SourceFile(agency=cast.so, system="one_stop", uploaded_by=cast.lan)
    made.fill(ContentFile(b"Don vi;Tong so\n", name="th.csv"))
    made.save()
    return made


def test_one_export_brought_in_twice_at_once_is_one_figure(
    cast: Cast, online: Indicator, file: SourceFile
) -> None:
    one, two = race(lambda: bring(cast, online, file), lambda: bring(cast, online, file))
    assert len(one.answer) == 1 and two.answer == []  # type: ignore[arg-type]
    assert SourceFigure.objects.count() == 1


def test_a_figure_of_a_system_is_answered_once(cast: Cast, online: Indicator, file: SourceFile) -> None:
    (found,) = bring(cast, online, file)
    _, told = race(
        lambda: sources.agree(found, by=cast.minh),
        lambda: sources.agree(found, by=cast.lan, source="Điện thoại"),
    )
    assert "đã được trả lời" in told.words
    assert SourceAnswer.objects.get().by == cast.minh and Measurement.objects.count() == 1


def test_a_packet_saved_twice_at_once_is_saved_once(
    cast: Cast, online: Indicator, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast.task()
    client = Client()
    client.force_login(cast.lan)
    preview = send(client, cast.ptd, filled(packet(client, cast.ptd), FIGURE, {"percent": 60}))

    def press() -> Any:
        own = Client()
        own.force_login(cast.lan)
        return confirm(own, cast.ptd, preview)

    one, two = race(press, press)
    assert [one.answer.status_code, two.answer.status_code] == [302, 409]  # type: ignore[attr-defined]
    assert Measurement.objects.count() == 1 and ProgressUpdate.objects.count() == 1
