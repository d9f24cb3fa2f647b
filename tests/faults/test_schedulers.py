"""Four schedulers on one database at once: each due job runs once."""

from __future__ import annotations

import time

from tests.faults.hand import Hand
from tests.house.installation import Installation

DUE = 200
SCHEDULERS = 4


def test_four_schedulers_take_each_due_job_once(installation: Installation) -> None:
    hands = [Hand(installation) for _ in range(SCHEDULERS)]
    try:
        for hand in hands:
            hand("outcome")  # it is up
        begun = time.time() + 0.5
        for hand in hands:
            hand.ask("take_runs", begun, DUE)
        taken = [hand.answer() for hand in hands]
    finally:
        for hand in hands:
            hand.close()
    together = sorted(number for each in taken for number in each)
    doubled, missed = len(together) - len(set(together)), DUE - len(set(together))
    print(
        f"\n{SCHEDULERS} schedulers, {DUE} due jobs: shares {sorted(map(len, taken))}, "
        f"doubled {doubled}, missed {missed}, {time.time() - begun:.1f} s"
    )
    assert (doubled, missed) == (0, 0)
