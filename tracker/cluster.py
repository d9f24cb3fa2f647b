"""The django-q cluster as the supervisor runs it: it stops in order, leaves no orphans, and tells its pulse.

The stock command stops inside its signal handler and hangs when a signal reaches the whole group (known and
measured). Here the handler sets a flag, the stop is bounded by an alarm, and the kernel ends every process
below one that died.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from functools import partial
from typing import Any

from django_q.cluster import Cluster
from django_q.signals import post_execute, post_execute_in_worker, pre_execute

from tracker.processes import die_with_parent

# Jobs are bounded slices; one that is still running after this long is left behind and delivered again later.
STOP_PATIENCE = 25


class FlaggedCluster(Cluster):
    asked_to_stop = False

    def sig_handler(self, signum: int, frame: Any) -> None:
        self.asked_to_stop = True


def run_cluster(pulse: int) -> int:
    """Run until a signal or the death of the inner guard; returns the exit code.

    `pulse` is the open file to which signs of life go, as `Pulse.hear` reads them.
    """
    os.register_at_fork(after_in_child=partial(die_with_parent, signal.SIGKILL))
    for name, event in (("busy", pre_execute), ("idle", post_execute_in_worker), ("done", post_execute)):
        event.connect(partial(_tell, pulse, name), weak=False)
    cluster = FlaggedCluster()
    try:
        cluster.start()
    except RuntimeError:
        return 1  # the guard could not start, usually because the database is away; it has logged why
    while not cluster.asked_to_stop:
        if not cluster.sentinel.is_alive():
            return 1
        time.sleep(0.2)
    signal.alarm(STOP_PATIENCE)  # a stop that hangs ends here, and with us all below
    cluster.stop()
    return 0


def _tell(pulse: int, name: str, **_: Any) -> None:
    """Called in the workers and the monitor. A supervisor that is gone or slow must not disturb them."""
    with suppress(OSError):
        os.write(pulse, f"{name} {os.getpid()}\n".encode())
