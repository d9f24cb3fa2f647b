"""Keeps one job cluster alive: rings a canary through the queue, and replaces a cluster that does not answer.

A cluster can hang while all its processes live: an idle worker killed (out of memory, `kill -9`) takes the
lock of the shared queue with it, and the others wait for ever. Nothing inside notices. So the canary takes
the whole way (queue row, pusher, worker, monitor), and "done" is heard only when its row is acknowledged.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django_q.conf import Conf
from django_q.models import OrmQ

from core import queue
from tracker.cluster import STOP_PATIENCE
from tracker.processes import Child, StopFlag

logger = logging.getLogger("tracker.worker")

CANARY_EVERY = 10.0  # seconds between canaries
STALE_AFTER = 25.0  # a canary waiting this long means the cluster hangs
START_GRACE = 30.0  # added until a fresh cluster has finished its first job: a slow machine is not a hung one
LONGEST_PAUSE = 30.0  # between restarts of a cluster that dies at once, say because the database is away


class Pulse:
    """What the cluster tells, and what follows from it. Times are seconds of a monotonic clock."""

    def __init__(self, started: float, workers: int, longest_job: float) -> None:
        self._workers = workers
        self._longest_job = longest_job
        self._grace_until = started + START_GRACE
        self._busy: dict[int, float] = {}
        self._waiting_since: float | None = None

    def hear(self, line: str, at: float) -> None:
        """`busy PID`, `idle PID` come from a worker around each job, `done PID` after its acknowledgement."""
        name, _, pid = line.partition(" ")
        if name == "busy":
            self._busy[int(pid)] = at
        elif name == "idle":
            self._busy.pop(int(pid), None)
        elif name == "done":
            self._waiting_since = None
            self._grace_until = at

    def canary_sent(self, at: float) -> None:
        if self._waiting_since is None:
            self._waiting_since = max(at, self._grace_until)

    def forget_canary(self) -> None:
        """The canary was not for this cluster after all: another one took it, or the database is away."""
        self._waiting_since = None

    def hangs(self, at: float, is_alive: Callable[[int], bool]) -> bool:
        """A canary has waited too long, and not merely because every worker has a job in hand."""
        if self._waiting_since is None or at - self._waiting_since < STALE_AFTER:
            return False
        working = [
            pid for pid, since in self._busy.items() if at - since < self._longest_job and is_alive(pid)
        ]
        return len(working) < self._workers


class Supervisor:
    """`run()` returns the exit status: 0 after a requested stop, the only way it ends by itself."""

    def __init__(self) -> None:
        self._stop = StopFlag()
        self._schedules_known = False

    def run(self) -> int:
        failures = 0
        while not self._stop.is_set():
            started = time.monotonic()
            code = self._run_cluster()
            if self._stop.is_set():
                break
            failures = failures + 1 if time.monotonic() - started < 60 else 0
            pause = min(LONGEST_PAUSE, 2.0**failures - 1)
            logger.error("job cluster ended (status %s); starting it again in %.0f s", code, pause)
            self._rest(pause)
        return 0

    def _run_cluster(self) -> int:
        """One life of the cluster, from start to its last process. Returns its exit code."""
        listener, teller = os.pipe()
        os.set_blocking(teller, False)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker", "--cluster", str(teller)]
        cluster = Child(command, pass_fds=[teller])
        os.close(teller)
        try:
            self._watch(cluster, listener)
            return cluster.stop(STOP_PATIENCE + 5 if self._stop.is_set() else 0)
        finally:
            os.close(listener)

    def _watch(self, cluster: Child, listener: int) -> None:
        """Returns when the cluster has ended, hangs, or is to stop."""
        next_canary = time.monotonic()
        pulse = Pulse(next_canary, Conf.WORKERS, Conf.TIMEOUT + 30)
        unread = b""
        while not self._stop.is_set() and cluster.exit_code() is None:
            now = time.monotonic()
            if now >= next_canary:
                next_canary = now + CANARY_EVERY
                if self._ring():
                    pulse.canary_sent(now)
                else:
                    pulse.forget_canary()
            if select.select([listener], [], [], 0.5)[0]:
                *lines, unread = (unread + os.read(listener, 65536)).split(b"\n")
                for line in lines:
                    pulse.hear(line.decode(), time.monotonic())
            if pulse.hangs(time.monotonic(), _is_alive):
                if self._queue_waits():
                    logger.error("job cluster does not answer; killing it")
                    return
                pulse.forget_canary()

    def _ring(self) -> bool:
        """Put a canary into the queue. False while the database is away."""
        try:
            close_old_connections()
            if not self._schedules_known:
                queue.sync_schedules()
                self._schedules_known = True
            queue.enqueue("canary")
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", str(error).strip().splitlines()[0])
            return False
        return True

    def _queue_waits(self) -> bool:
        """Whether anything is in the queue; another cluster on the database may have taken our canary."""
        try:
            return OrmQ.objects.exists()
        except DatabaseError:
            return False

    def _rest(self, seconds: float) -> None:
        moment = time.monotonic() + seconds
        while not self._stop.is_set() and time.monotonic() < moment:
            time.sleep(0.2)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
