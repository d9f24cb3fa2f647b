"""`manage.py worker`: the queue is served, a stop leaves nothing behind, a hung cluster is replaced."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.house.installation import Installation, present, within
from tracker.supervisor import STALE_AFTER, START_GRACE, Pulse


def start_worker(installation: Installation) -> subprocess.Popen[str]:
    """The supervisor, once its first canary has come back."""
    supervisor = installation.launch("worker")
    assert within(60, installation.last_beat), installation.output()
    return supervisor


def test_a_stop_leaves_no_process_behind(installation: Installation) -> None:
    supervisor = start_worker(installation)
    supervisor.terminate()
    assert within(10, lambda: not installation.processes())
    assert supervisor.wait() == 0


def test_a_signal_to_all_processes_at_once_stops_them_all(installation: Installation) -> None:
    start_worker(installation)
    for pid in installation.processes():
        os.kill(pid, signal.SIGTERM)
    assert within(10, lambda: not installation.processes())


def test_killing_the_supervisor_leaves_no_orphans(installation: Installation) -> None:
    start_worker(installation).kill()
    assert within(30, lambda: not installation.processes())


def test_exactly_one_schedule_rings_every_minute(installation: Installation) -> None:
    for _ in range(2):
        start_worker(installation).terminate()
        assert within(10, lambda: not installation.processes())
    assert installation.database.rows("SELECT name, minutes FROM django_q_schedule") == [("tick", 1)]


@pytest.mark.faults_long
@pytest.mark.parametrize(
    "which", range(6), ids=["main", "guard", "worker 1", "worker 2", "monitor", "pusher"]
)
def test_killing_any_idle_process_of_the_cluster_is_repaired_within_a_minute(
    installation: Installation, which: int
) -> None:
    start_worker(installation)
    cluster = installation.processes("--cluster")
    assert len(cluster) == 6
    os.kill(cluster[which], signal.SIGKILL)
    killed = present()
    assert within(60, lambda: installation.beats_after(killed)), installation.output()


class TestPulse:
    """When a silent cluster counts as hung. Two workers, jobs of at most 100 seconds, started at 0."""

    @pytest.fixture
    def pulse(self) -> Pulse:
        pulse = Pulse(0, workers=2, longest_job=100)
        pulse.canary_sent(0)
        pulse.hear("done 7", 2)
        return pulse

    @staticmethod
    def hangs(pulse: Pulse, at: float, dead: tuple[int, ...] = ()) -> bool:
        return pulse.hangs(at, lambda pid: pid not in dead)

    def test_an_answered_canary_is_no_reason(self, pulse: Pulse) -> None:
        assert not self.hangs(pulse, 1000)

    def test_an_unanswered_canary_is(self, pulse: Pulse) -> None:
        pulse.canary_sent(100)
        pulse.canary_sent(110)
        assert not self.hangs(pulse, 100 + STALE_AFTER - 1)
        assert self.hangs(pulse, 100 + STALE_AFTER)

    def test_any_finished_job_is_a_sign_of_life(self, pulse: Pulse) -> None:
        pulse.canary_sent(100)
        pulse.hear("done 7", 120)
        assert not self.hangs(pulse, 200)

    def test_a_cluster_whose_workers_all_have_a_job_is_busy_not_hung(self, pulse: Pulse) -> None:
        pulse.canary_sent(100)
        pulse.hear("busy 11", 101)
        pulse.hear("busy 12", 101)
        assert not self.hangs(pulse, 190)
        pulse.hear("idle 12", 190)
        assert self.hangs(pulse, 190)

    def test_a_job_beyond_its_time_limit_is_no_excuse(self, pulse: Pulse) -> None:
        pulse.canary_sent(100)
        pulse.hear("busy 11", 101)
        pulse.hear("busy 12", 101)
        assert self.hangs(pulse, 202)

    def test_a_dead_worker_is_not_busy(self, pulse: Pulse) -> None:
        pulse.canary_sent(100)
        pulse.hear("busy 11", 101)
        pulse.hear("busy 12", 101)
        assert self.hangs(pulse, 150, dead=(12,))

    def test_a_slow_start_has_longer(self) -> None:
        pulse = Pulse(0, workers=2, longest_job=100)
        pulse.canary_sent(1)
        assert not self.hangs(pulse, START_GRACE + STALE_AFTER - 1)
        assert self.hangs(pulse, START_GRACE + STALE_AFTER)
