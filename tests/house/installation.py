"""A throw-away installation of this very tree: own database, own files, real processes."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg

ROOT = Path(__file__).resolve().parents[2]


class Database(Protocol):
    """Where an installation keeps its rows, read from outside. `url` is empty for the default."""

    url: str

    def rows(self, query: str) -> list[tuple[Any, ...]]: ...


class SqliteDatabase:
    url = ""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=10)) as connection:
            return connection.execute(query).fetchall()


class PostgresqlDatabase:
    def __init__(self, server: str, name: str) -> None:
        self.server, self.name = server, name
        self.url = f"{server}/{name}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()

    def create(self, template: str = "template1") -> None:
        self._tell(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')

    def drop(self) -> None:
        self._tell(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _tell(self, command: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            connection.execute(command)


class Installation:
    """Every process of it carries its folder in the environment, so that none can hide from `processes()`."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        self.environment = kept | {
            "TRACKER_VAR": str(folder),
            "TRACKER_PYTHON": "system",
            "PYTHONUNBUFFERED": "1",
        }
        if database.url:
            self.environment["DATABASE_URL"] = database.url

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._command(arguments),
            env=self.environment | environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def launch(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a command in a group of its own, as a terminal would; its output goes to `output.txt`."""
        with (self.folder / "output.txt").open("a") as output:
            return subprocess.Popen(
                self._command(arguments),
                env=self.environment | environment,
                cwd=self.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def output(self) -> str:
        return (self.folder / "output.txt").read_text()

    def processes(self, *containing: str) -> list[int]:
        """Living processes of this installation, oldest first, whose command line has all the words."""
        mark = f"TRACKER_VAR={self.folder}\0".encode()
        found = []
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + b"\0":
                    words = (entry / "cmdline").read_bytes().decode().split("\0")
                    if all(word in words for word in containing):
                        found.append(int(entry.name))
        return sorted(found)

    def kill_all(self) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def last_beat(self) -> datetime | None:
        """When a canary last went through the queue."""
        rows = self.database.rows("SELECT beat_at FROM notifications_heartbeat WHERE name = 'canary'")
        if not rows:
            return None
        beat = rows[0][0]
        return beat if isinstance(beat, datetime) else datetime.fromisoformat(beat).replace(tzinfo=UTC)

    def beats_after(self, moment: datetime) -> bool:
        beat = self.last_beat()
        return beat is not None and beat > moment


def within(seconds: float, condition: Callable[[], object]) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return bool(condition())


def present() -> datetime:
    return datetime.now(UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
