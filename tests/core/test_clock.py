"""The office lives in Viet Nam: its day begins seven hours before that of Greenwich."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from core import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_today_turns_at_midnight_of_the_office(moment, day):
    with time_machine.travel(moment, tick=False):
        assert clock.today() == day


def test_now_knows_its_zone():
    with time_machine.travel(datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
        assert clock.now().tzinfo is not None


def test_a_replayed_moment_ends_with_its_block():
    moment = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False):
        with clock.replay(moment):
            assert clock.now() == moment
            assert clock.today() == date(2026, 5, 5)
        assert clock.today() == date(2026, 11, 23)
