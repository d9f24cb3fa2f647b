"""`kill -9` of whatever sends: nothing lost, nothing recorded twice, a mail seldom arrives twice and then the same."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.hand import Hand
from tests.faults.sink import Sink
from tests.house.installation import Installation, within

MAILS = 25


def holder(port: int, candidates: list[int]) -> int | None:
    """The process that holds the client end of a connection from this local port."""
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port:
            inodes.add(f"socket:[{fields[9]}]")
    for pid in candidates:
        with suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if os.readlink(entry) in inodes:
                        return pid
    return None


class Rounds:
    def __init__(self, house: Installation, hand: Hand, sink: Sink, seed: int) -> None:
        self.house, self.hand, self.sink = house, hand, sink
        self.random = random.Random(seed)
        self.expected: list[str] = []
        self.kills = 0
        self.started = time.monotonic()
        sink.on_mail = self._note
        self._kill_at = 0  # at the acceptance of this mail its sender dies; 0: not now
        self._pause = 0.0
        self.worker = house.launch("worker")
        assert within(60, house.last_beat), house.output()

    def _note(self, count: int, peer: tuple[str, int]) -> None:
        time.sleep(self._pause)
        if self._kill_at and count >= self._kill_at:
            self._kill_at = 0
            pid = holder(peer[1], self.house.processes("--cluster"))
            if pid is not None:
                self._kill(pid)

    def _kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills += 1

    def fill(self) -> None:
        self.expected += self.hand("fill", MAILS, len(self.expected))
        self.hand("ring", 2)

    def kill_the_sender(self) -> None:
        """At a random mail, between the server's acceptance and the sender hearing of it: the worst moment."""
        before = self.sink.count
        self._kill_at = before + self.random.randint(1, MAILS)
        kills = self.kills
        self.fill()
        assert within(60, lambda: self.kills > kills), self.house.output()

    def kill_anything(self) -> None:
        """A random process of the worker at a random moment: supervisor, guard, worker, monitor, pusher."""
        self._pause = 0.005
        before = self.sink.count
        self.fill()
        if self.random.random() < 0.8:  # else wherever it stands: idle, starting, hung
            within(3, lambda: self.sink.count > before)
        time.sleep(self.random.uniform(0, 0.2))
        if self.worker.poll() is not None:  # the supervisor itself died: the service manager starts another
            self.worker = self.house.launch("worker")
        assert within(60, lambda: self.house.processes("worker")), self.house.output()
        self._kill(self.random.choice(self.house.processes("worker")))

    def recover(self) -> None:
        """Everything stops, the leases run out, a fresh worker sends the rest."""
        self._kill_at, self._pause = 0, 0.0
        self.house.kill_all()
        assert within(10, lambda: not self.house.processes())
        self.hand("let_leases_run_out")
        self.hand("hurry")
        self.worker.wait()
        self.worker = self.house.launch("worker")
        self.hand("ring")
        assert within(90, lambda: self.hand("outcome")["states"].get("pending", 0) == 0), self.house.output()

    def print_figures(self, name: str, rounds: int) -> None:
        outcome = self.hand("outcome")
        received, sent = self.sink.received, outcome["sent"]
        never = [each for each in self.expected if each not in received]
        strange = set(received) - set(self.expected)
        not_once = [each for each in self.expected if sent.count(each) != 1]
        doubles = sum(received.values()) - len(received)
        per_kill = doubles / max(1, self.kills)
        print(
            f"\n{name}: rounds {rounds}, kills {self.kills}, mails {len(self.expected)}, never received {len(never)}, "
            f"recorded other than once {len(not_once)}, doubles {doubles} ({per_kill:.2f} a kill), "
            f"with another Message-ID {len(strange)}, {time.monotonic() - self.started:.0f} s"
        )
        assert (never, not_once, strange) == ([], [], set())
        assert outcome["states"] == {"sent": len(self.expected)}
        self.per_kill = per_kill


def test_killing_the_sender_loses_nothing(house: Installation, hand: Hand, sink: Sink) -> None:
    """The worst moment each time, so each kill may double its one mail: never more."""
    rounds = Rounds(house, hand, sink, seed=7)
    for _ in range(3):
        rounds.kill_the_sender()
    rounds.recover()
    rounds.print_figures("sender killed after acceptance", 3)
    assert rounds.kills == 3
    assert rounds.per_kill <= 1


@pytest.mark.faults_long
def test_killing_any_process_at_any_moment(house: Installation, hand: Hand, sink: Sink) -> None:
    count = int(os.environ.get("FAULT_ROUNDS", "120"))
    rounds = Rounds(house, hand, sink, seed=int(os.environ.get("FAULT_SEED", "7")))
    for number in range(count):
        rounds.kill_anything()
        if number % 20 == 19:
            rounds.recover()
    rounds.recover()
    rounds.print_figures("any process killed", count)
    assert rounds.kills == count
    assert rounds.per_kill <= 0.5
