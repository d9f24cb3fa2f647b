"""An installation of its own for each test, a mail server that counts, and a hand inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.hand import Hand
from tests.faults.sink import Sink
from tests.house.conftest import installation, pristine
from tests.house.installation import Installation

__all__ = ["installation", "pristine"]

# Reminders of the empty installation itself are out of the way, whatever time it is.
OPEN = {"MAIL_HOURS": "00:00-23:59"}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def house(installation: Installation, sink: Sink) -> Installation:
    """It sends to the sink, at any time of the day."""
    installation.environment |= OPEN | {"EMAIL_URL": sink.url, "LOG_LEVEL": "ERROR"}
    return installation


@pytest.fixture
def hand(house: Installation) -> Iterator[Hand]:
    running = Hand(house)
    running("open_today")
    yield running
    running.close()
