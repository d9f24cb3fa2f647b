"""`manage.py start`: web and worker live and die together; messages say what to do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from tests.house.installation import Installation, free_port, within

Started = tuple[Installation, subprocess.Popen[str], int]


@pytest.fixture
def started(installation: Installation) -> Started:
    """The installation, the process of `start`, and the port it answers on."""
    port = free_port()
    start = installation.launch("start", "--empty", PORT=str(port))
    assert within(60, lambda: f"http://127.0.0.1:{port}/" in installation.output()), installation.output()
    assert within(60, installation.last_beat), installation.output()
    return installation, start, port


def test_it_serves_the_site_until_stopped_and_leaves_nothing(started: Started) -> None:
    installation, start, port = started
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        assert answer.status == 200
    start.send_signal(signal.SIGINT)
    assert within(15, lambda: not installation.processes())
    assert start.wait() == 0


@pytest.mark.parametrize("part", ["gunicorn", "worker"])
def test_when_one_part_ends_so_does_the_other(started: Started, part: str) -> None:
    installation, start, _ = started
    os.kill(installation.processes(part)[0], signal.SIGKILL)
    assert within(20, lambda: not installation.processes())
    assert start.wait() == 1
    assert "đã dừng" in installation.output()


def test_killing_it_leaves_no_orphans(started: Started) -> None:
    installation, start, _ = started
    start.kill()
    assert within(30, lambda: not installation.processes())


def test_the_second_start_answers_within_five_seconds(installation: Installation) -> None:
    """Best of three: the machine may be doing something else."""
    assert min(seconds_to_the_first_page(installation) for _ in range(3)) < 5


def seconds_to_the_first_page(installation: Installation) -> float:
    (installation.folder / "output.txt").unlink(missing_ok=True)
    begun = time.monotonic()
    start = installation.launch("start", "--empty", PORT=str(free_port()))
    assert within(60, lambda: "đang chạy" in installation.output()), installation.output()
    seconds = time.monotonic() - begun
    start.terminate()
    start.wait()
    return seconds


def test_a_port_in_use_is_said_before_anything_is_touched(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = installation.manage("start", PORT=str(port))
    assert done.returncode == 2
    assert f"PORT={port + 1} python3 manage.py start" in done.stderr


@pytest.mark.parametrize("port", ["abc", "99999"])
def test_a_port_that_is_none_is_refused(installation: Installation, port: str) -> None:
    done = installation.manage("start", PORT=port)
    assert done.returncode == 2
    assert "PORT phải là số" in done.stderr
