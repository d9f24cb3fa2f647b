"""The database server restarted under load: what it acknowledged is there, and work goes on within 20 s."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import OPEN
from tests.faults.hand import Hand
from tests.faults.sink import Sink
from tests.house.installation import Installation, PostgresqlDatabase, free_port, present, within

RESUMES_WITHIN = 20.0


def binary(name: str) -> str:
    """Debian keeps the server's programs outside the path."""
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(places[-1]) if places else "")


class Server:
    """A cluster in a folder of its own, on a port of its own, run by an account without rights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "tracker", "--no-sync")
        self.control("start")

    def control(self, *command: str) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "-w",
            *command,
        )

    def _run(self, name: str, *arguments: str) -> None:
        # Never as root: the server refuses it, and a mistake here then reaches nothing else.
        user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        subprocess.run(
            [binary(name), *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **user
        )

    @property
    def database(self) -> PostgresqlDatabase:
        return PostgresqlDatabase(f"postgres://tracker@127.0.0.1:{self.port}", "postgres")


@pytest.fixture
def server() -> Iterator[Server]:
    if sys.platform != "linux":
        pytest.skip("needs Linux: processes are found through /proc")
    if not binary("initdb") or not binary("pg_ctl"):
        pytest.skip("needs PostgreSQL: its server programs")
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-"))
    running = Server(folder)
    try:
        yield running
    finally:
        running.control("stop", "-m", "immediate")
        shutil.rmtree(folder)


@pytest.mark.faults_long
def test_a_restart_under_load_loses_nothing_and_work_resumes(
    server: Server, sink: Sink, tmp_path: Path
) -> None:
    house = Installation(tmp_path, server.database)
    house.environment |= OPEN | {"EMAIL_URL": sink.url, "LOG_LEVEL": "ERROR"}
    assert house.manage("migrate", "--verbosity", "0").returncode == 0
    hand, writer = Hand(house), Hand(house)
    try:
        hand("open_today")
        house.launch("worker")
        assert within(60, house.last_beat), house.output()
        lost, slowest, mails, facts = 0, 0.0, 0, 0
        for number, (mode, pause) in enumerate(
            [("fast", 0), ("immediate", 0), ("fast", 8), ("immediate", 8)]
        ):
            mails += len(hand("fill", 100, number * 100))
            hand("ring", 2)
            writer.ask("note_facts", 6.0 + pause)
            time.sleep(2)
            server.control("stop", "-m", mode)
            time.sleep(pause)
            server.control("start")
            up, begun = present(), time.monotonic()
            assert within(60, lambda up=up: house.beats_after(up)), house.output()
            took = time.monotonic() - begun
            slowest = max(slowest, took)
            kept = writer.answer()
            missing = hand_after_restart(house, "lost_facts", kept)
            lost, facts = lost + missing, facts + len(kept)
            hand.close()
            hand = Hand(house)
            print(
                f"\n{mode}, {pause} s down: {len(kept)} facts acknowledged, lost {missing}, resumed in {took:.1f} s"
            )
        house.kill_all()
        hand("let_leases_run_out")
        hand("hurry")
        house.launch("worker")
        hand("ring")
        assert within(90, lambda: hand("outcome")["states"].get("pending", 0) == 0), house.output()
        doubles = sum(sink.received.values()) - len(sink.received)
        print(
            f"PostgreSQL restarted 4 times: {facts} facts acknowledged, lost {lost}; {mails} mails, "
            f"never received {mails - len(sink.received)}, doubles {doubles}; slowest {slowest:.1f} s (bar 20)"
        )
        assert (lost, len(sink.received)) == (0, mails)
        assert slowest <= RESUMES_WITHIN
    finally:
        hand.close()
        writer.close()
        house.kill_all()


def hand_after_restart(house: Installation, name: str, *arguments: object) -> int:
    fresh = Hand(house)
    try:
        return int(fresh(name, *arguments))
    finally:
        fresh.close()
