"""A mail server of our own on this machine: keeps what it accepts, and misbehaves as told.

Runs inside a test (`Sink`), or as a process of its own for measurements (`python -m tests.faults.sink PORT_FILE`).
"""

from __future__ import annotations

import re
import socketserver
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """`with Sink() as sink`. `behave` is one of BEHAVIOURS; `answers` says what RCPT hears, by address;
    `on_mail(count, peer)` is called before a mail is acknowledged, with the client's address.
    """

    BEHAVIOURS = (
        "", "silent", "dribble", "421", "554", "535", "from 553", "data 451", "data 552", "data 554", "cut",
        "cut after",
    )  # fmt: skip

    def __init__(self, behave: str = "", *, keep: bool = True) -> None:
        self.behave = behave
        self.answers: dict[str, str] = {}
        self.keep = keep
        self.on_mail: Callable[[int, Any], None] = lambda count, peer: None
        self.lock = threading.Lock()
        self.received: Counter[str] = Counter()  # Message-ID → times accepted
        self.mails: list[bytes] = []
        self.connections = 0
        self.count = 0
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):  # whoever sent is gone
                    server._serve(self)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 64

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Sink:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    # --- the conversation

    def _serve(self, peer: socketserver.StreamRequestHandler) -> None:
        self.connections += 1

        def say(line: str) -> None:
            peer.wfile.write(line.encode() + b"\r\n")

        if self.behave == "silent":
            time.sleep(60)
            return
        if self.behave == "dribble":
            for letter in b"220 " + b"x" * 120:
                peer.wfile.write(bytes([letter]))
                time.sleep(1)
            return
        if self.behave in ("421", "554"):
            say(f"{self.behave} not now")
            return
        say("220 sink")
        for line in peer.rfile:
            command = line.decode("utf-8", "replace").strip()
            verb = command.upper()
            if verb.startswith("EHLO"):
                say("250-sink\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")
            elif verb.startswith("AUTH"):
                say("535 bad password" if self.behave == "535" else "235 ok")
            elif verb.startswith("MAIL") and self.behave == "from 553":
                say("553 not your address")
            elif verb.startswith("RCPT"):
                address = command.partition("<")[2].partition(">")[0]
                say(self.answers.get(address, "250 ok"))
            elif verb == "DATA":
                if not self._data(peer, say):
                    return
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def _data(self, peer: socketserver.StreamRequestHandler, say: Callable[[str], None]) -> bool:
        """False when the connection is to be cut."""
        say("354 go on")
        lines = []
        for line in peer.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        else:
            return False  # the sender died in the middle: not accepted
        if self.behave.startswith("data "):
            say(f"{self.behave[5:]} no")
            return True
        if self.behave == "cut":
            return False
        body = b"".join(lines)
        found = MESSAGE_ID.search(body)
        with self.lock:
            self.count += 1
            self.received[found.group(1).decode() if found else ""] += 1
            if self.keep:
                self.mails.append(body)
            count = self.count
        self.on_mail(count, peer.client_address)
        if self.behave == "cut after":
            return False
        say("250 kept")
        return True


if __name__ == "__main__":
    with Sink(keep=False) as running:
        Path(sys.argv[1]).write_text(str(running.port))
        sys.stdin.read()  # until whoever started us closes the pipe or is gone
        Path(sys.argv[1]).write_text(str(running.count))
