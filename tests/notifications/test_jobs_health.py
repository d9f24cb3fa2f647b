"""`/healthz/jobs`: does what should go out go out?"""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from notifications import announcer, jobs
from notifications.models import Digest
from tests.cast import TODAY, Cast
from tests.notifications.helpers import at


@pytest.fixture
def well(cast: Cast) -> Cast:
    """A task due on Friday; the worker has just run."""
    cast.task(nominal_end=date(2026, 10, 16))
    announcer.forget()
    jobs.canary()
    jobs.remind_today()
    return cast


def health(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/healthz/jobs")
    return response.status_code, response.json()


def test_green_without_signing_in_and_without_a_name(well: Cast, client: Client) -> None:
    status, figures = health(client)
    assert (status, figures["red"]) == (200, [])
    assert figures == {
        "worker_silent": 0,
        "oldest_news": None,
        "oldest_mail": 0,
        "mails_pending": 1,
        "mails_failed_24h": 0,
        "reminders_today": True,
        "mail_server_refuses_us": 0,
        "addresses_marked": 0,
        "red": [],
    }


def test_a_silent_worker_is_red_within_three_minutes(well: Cast, client: Client) -> None:
    with at("09:03"):
        assert health(client) == (503, health(client)[1])
        assert health(client)[1]["red"] == ["worker_silent"]


def test_an_installation_whose_worker_never_ran_is_red(cast: Cast, client: Client) -> None:
    status, figures = health(client)
    assert status == 503
    assert set(figures["red"]) == {"worker_silent", "reminders_today"}


def test_mail_that_does_not_go_is_red(well: Cast, client: Client) -> None:
    with at("11:30"):
        jobs.canary()
        assert health(client)[1]["red"] == ["oldest_mail"]
    with at("20:00"):  # at night none is expected to go
        jobs.canary()
        assert health(client)[1]["red"] == []


def test_a_failed_mail_is_red_for_a_day(well: Cast, client: Client) -> None:
    Digest.objects.update(state="failed")
    assert health(client)[1]["red"] == ["mails_failed_24h"]


def test_news_nobody_announces_is_red(well: Cast, client: Client) -> None:
    well.task("NV02")
    with at("09:16"):
        jobs.canary()
        assert health(client)[1]["red"] == ["oldest_news"]


def test_a_morning_without_reminders_is_red(cast: Cast, client: Client) -> None:
    with at("07:40"):
        jobs.canary()
        assert health(client)[1]["red"] == []
    with at("07:50"):
        jobs.canary()
        assert health(client)[1]["red"] == ["reminders_today"]
    with at("10:00", date(2026, 10, 17)):
        jobs.canary()
        assert health(client)[1]["red"] == []
    assert TODAY.isoweekday() == 2
