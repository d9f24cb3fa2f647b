"""A skipped test is either one we listed, with its reason, or a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.installation import ROOT


def run_suite(folder: Path, body: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_it.py").write_text(f"import pytest\n\n{body}\n")
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            os.devnull,
            "--rootdir",
            str(folder),
            "-p",
            "no:cacheprovider",
            str(folder),
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "tracker.settings"},
        cwd=folder,
        capture_output=True,
        text=True,
    )


IN_A_TEST = "def test_it():\n    pytest.skip({!r})"
OF_A_MODULE = "pytest.skip({!r}, allow_module_level=True)"


@pytest.mark.parametrize("place", [IN_A_TEST, OF_A_MODULE])
def test_an_unlisted_reason_fails_the_session(tmp_path: Path, place: str) -> None:
    done = run_suite(tmp_path, place.format("does not work today"))
    assert done.returncode == 1
    assert "skipped without a listed reason" in done.stdout
    assert "does not work today" in done.stdout


def test_a_listed_reason_passes(tmp_path: Path) -> None:
    done = run_suite(tmp_path, IN_A_TEST.format("needs LibreOffice") + "\n\ndef test_other():\n    pass")
    assert done.returncode == 0, done.stdout
