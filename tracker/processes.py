"""Child processes that never outlive us, and signals that only set a flag."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

_PR_SET_PDEATHSIG = 1


def die_with_parent(signum: int) -> None:
    """Have the kernel send us `signum` when our parent ends, however it ends. Nothing outside Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signum)


class Child:
    """A command in a process group of its own: a signal to our group does not reach it, ours to it does."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        parent = os.getpid()

        def follow() -> None:
            die_with_parent(signal.SIGTERM)
            if os.getppid() != parent:  # it ended before the line above
                os._exit(1)

        self._process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=follow,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while the main process lives. Once it is gone nothing of its group stays."""
        code = self._process.poll()
        if code is not None:
            self._kill_group()
        return code

    def ask_to_stop(self) -> None:
        """Only the main process is told; it stops the others in order."""
        self._process.terminate()

    def stop(self, patience: float) -> int:
        """Ask the main process to end; after `patience` seconds kill all of them. Returns its exit code."""
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._kill_group()
        return self._process.wait()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class StopFlag:
    """Set by Ctrl-C, `kill` and a closed terminal; the handler does no more: the main loop stops in order."""

    def __init__(self) -> None:
        self._asked = False
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._note)

    def _note(self, *_: object) -> None:
        self._asked = True

    def is_set(self) -> bool:
        return self._asked
