"""SMTP that never holds a worker for long: each answer has its own time limit, and a whole mail has one as well.

The time limit of a socket begins anew with each byte, so a server that says one letter a second would hold us for
ever. A watchdog cuts the connection instead; whoever waits for the server then sees it closed.
"""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

LONGEST = 18.0  # seconds, of connecting with sign-in, and of each mail
GOOD_BYE = 2.0


class Watchdog:
    """Cuts its connection when the time allowed is over. One thread a connection, asleep until it must look."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._until: float | None = None
        self._socket: socket.socket | None = None
        self._gone = False

    def guard(self, sock: socket.socket, seconds: float) -> None:
        # A second handle of the same connection: encryption takes the first one over.
        self._socket, self._until = sock.dup(), time.monotonic() + seconds
        threading.Thread(target=self._run, daemon=True).start()

    def allow(self, seconds: float) -> None:
        with self._changed:
            self._until = time.monotonic() + seconds
            if seconds < LONGEST / 2:
                self._changed.notify()

    def rest(self) -> None:
        self._until = None

    def leave(self) -> None:
        with self._changed:
            self._gone = True
            self._changed.notify()

    def _run(self) -> None:
        assert self._socket is not None
        with self._changed, self._socket:
            while not self._gone:
                left = LONGEST if self._until is None else self._until - time.monotonic()
                if left <= 0:
                    with suppress(OSError):
                        self._socket.shutdown(socket.SHUT_RDWR)
                    return
                # It sleeps on while mails go by, and wakes in time for any that began meanwhile.
                self._changed.wait(min(left, LONGEST / 2))


class WatchedSmtp(smtplib.SMTP):
    """Watched from the greeting on; all addresses of a host share one limit."""

    def __init__(self, *args: Any, watchdog: Watchdog, **kwargs: Any) -> None:
        self._watchdog = watchdog
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        give_up = time.monotonic() + LONGEST
        failed = OSError(f"no address of {host} answers")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
            left = give_up - time.monotonic()
            if left <= 0:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(min(timeout, left))
                sock.connect(address)
            except OSError as error:
                failed = error
                sock.close()
                continue
            sock.settimeout(timeout)
            self._watchdog.guard(sock, give_up - time.monotonic())
            return sock
        raise failed


class WatchedSmtps(smtplib.SMTP_SSL, WatchedSmtp):
    """The same, encrypted from the first byte: `SMTP_SSL` wraps what `WatchedSmtp` connects."""


class BoundedBackend(EmailBackend):
    """Django's SMTP backend under a watchdog."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watchdog = Watchdog()

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]
        return partial(WatchedSmtps if self.use_ssl else WatchedSmtp, watchdog=self._watchdog)

    def open(self) -> bool | None:
        if self.connection is not None:
            return False
        self._watchdog.leave()
        self._watchdog = Watchdog()
        opened = super().open()
        self._watchdog.rest()
        return opened

    def close(self) -> None:
        self._watchdog.allow(GOOD_BYE)
        try:
            super().close()
        finally:
            self._watchdog.leave()

    def _send(self, email_message: EmailMessage) -> bool:
        self._watchdog.allow(LONGEST)
        try:
            return super()._send(email_message)  # type: ignore[misc]
        finally:
            self._watchdog.rest()
