"""What holds for every test: no network, no argon2, files in a temporary folder, no silent skips."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.core.append_only_fixtures import flush_lifts_append_only_triggers  # noqa: F401

# A test may be skipped only for one of these reasons (the text begins so); any other skip fails the session.
SKIP_REASONS = (
    "needs PostgreSQL",
    "needs SQLite",
    "needs the shared seed documents",
    "needs LibreOffice",
    "needs Chromium",
    "needs the package registry",
    "needs Linux",
)

hypothesis.settings.register_profile("quick", deadline=None, max_examples=100, derandomize=True)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile("quick")

unlisted_skips: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # argon2 is slow on purpose; nothing here tests the hash itself.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    note_skip(report)


def note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(SKIP_REASONS):
        unlisted_skips.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if unlisted_skips and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if unlisted_skips:
        terminalreporter.section("skipped without a listed reason (tests/conftest.py)", red=True)
        for line in dict.fromkeys(unlisted_skips):
            terminalreporter.line(line)


@pytest.fixture(scope="session", autouse=True)
def files_in_a_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Uploads, mail and other files of an installation never reach the developer's own `var/`."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("var")
    with override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media", EMAIL_FILE_PATH=folder / "mail"):
        yield folder


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Only this machine may be reached: a test that needs the world is not a test of ours."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("localhost", "127.0.0.1", "::1", ""):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture
def cast(db: None) -> Iterator[Any]:
    """The small department of `tests/cast.py`, with the clock at its day."""
    import time_machine

    from tests.cast import TODAY, make_cast

    with time_machine.travel(f"{TODAY}T09:00:00+07:00", tick=False):
        yield make_cast()
