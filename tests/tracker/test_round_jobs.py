"""The bell of each minute opens and locks reporting rounds, once a day."""

from datetime import date

import pytest
import time_machine

from notifications.models import JobRun
from plans.models import ReportingRound
from tests.cast import Cast
from tests.plans.promised import indicator, target
from tracker import jobs


def tick(day: date, clock: str = "00:05") -> None:
    with time_machine.travel(f"{day.isoformat()}T{clock}:00+07:00", tick=False):
        jobs.tick()


def test_a_month_of_ticks_opens_each_window_once_and_locks_it_on_its_day(cast: Cast) -> None:
    target(cast.plan, indicator(), cast.ptd)
    seen: dict[int, tuple[int, bool]] = {}
    for day in range(1, 31):
        tick(date(2026, 10, day))
        tick(date(2026, 10, day), "13:00")
        found = ReportingRound.objects.first()
        seen[day] = (ReportingRound.objects.count(), found is not None and found.locked_at is not None)
    assert {day for day, (count, _) in seen.items() if count == 1} == set(range(7, 31))
    assert min(day for day, (_, locked) in seen.items() if locked) == 22
    assert JobRun.objects.filter(job=jobs.ROUNDS).count() == 30


def test_a_part_that_fails_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    target(cast.plan, indicator(), cast.ptd)
    monkeypatch.setattr(jobs, "carry_out_due", lambda: 1 / 0)
    tick(date(2026, 10, 13))
    assert ReportingRound.objects.count() == 1
