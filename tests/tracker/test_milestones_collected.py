"""A milestone's own collection, filled in by packet and by the export of another system (office rules 14 and 15)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from plans import rounds
from plans.models import Measurement, ReportingRound, SourceFigure
from plans.rounds import Days, open_round, window_of_milestone
from tests.cast import TODAY, Cast
from tests.plans.promised import indicator, target
from tests.tracker.exports import one_stop
from tests.tracker.packing import filled, rows_of
from tests.tracker.test_packets import confirm, packet, send, text
from tests.tracker.test_source_pages import apply, map_columns, upload
from tracker.packets import layout

pytestmark = pytest.mark.django_db

MILESTONE = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def collected(cast: Cast, units: Any) -> ReportingRound:
    """The collection up to Monday 12/10, open since the 13th."""
    target(cast.plan, indicator(), units, (MILESTONE, "ge", "70"))
    window = window_of_milestone(MILESTONE, cast.plan)
    asked = rounds.wanted_at_milestone(cast.vp, MILESTONE, cast.plan)
    days = Days(TODAY, date(2026, 10, 16), 1, date(2026, 10, 22))
    figures = [(each.indicator, each.unit) for each in asked]
    return open_round(cast.vp, window, figures, days, by=cast.lan, plan=cast.plan)


def test_a_packet_asks_for_it_and_brings_it_back(cast: Cast, client: Client) -> None:
    found = collected(cast, cast.ptd)
    client.force_login(cast.lan)
    data = packet(client, cast.ptd)
    (at,) = [n for n, row in enumerate(rows_of(data, layout.FIGURES)) if "12/10/2026" in row["period"]]

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[at] |= {"numerator": 800, "denominator": 1000}
        return rows

    preview = send(client, cast.ptd, filled(data, figures=change))
    assert "800/1.000" in text(preview)
    confirm(client, cast.ptd, preview)

    made = Measurement.objects.get()
    assert (made.period_kind, made.period_end, made.unit) == ("to_day", MILESTONE, cast.ptd)
    assert made.window.start == found.period_start
    again = rows_of(packet(client, cast.ptd), layout.FIGURES)
    assert not any("12/10/2026" in row["period"] for row in again), "it waits for the office"


def test_an_export_may_be_about_it(cast: Cast, client: Client) -> None:
    found = collected(cast, cast.branches)
    of = found.items.first().indicator
    client.force_login(cast.lan)

    first = upload(client, one_stop(), period=f"to_day:2026-10-12:{found.pk}")
    preview = map_columns(client, first, of)
    assert apply(client, preview).status_code == 302

    made = SourceFigure.objects.order_by("unit__code")
    assert [(each.period_kind, each.period_start, each.period_end) for each in made] == [
        ("to_day", found.period_start, MILESTONE)
    ] * 2


def test_a_collection_of_another_agency_is_not_offered(cast: Cast, client: Client) -> None:
    found = collected(cast, cast.branches)
    client.force_login(cast.stranger)

    refused = upload(client, one_stop(), period=f"to_day:2026-10-12:{found.pk}")

    assert refused.status_code in (403, 422)
    assert not SourceFigure.objects.exists()
