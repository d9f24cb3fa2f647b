"""The pins: made from pyproject.toml, with hashes, without addresses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.installation import ROOT

FILES = ["run.txt", "dev.txt"]


def pins(name: str) -> dict[str, str]:
    """Package name → version."""
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_hashes_and_no_file_names_a_host(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    assert "://" not in text
    blocks = re.split(r"\n(?=[a-z])", text)
    assert len(blocks) == len(pins(name))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_both_files_agree() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert {name: (run[name], dev[name]) for name in run.keys() & dev.keys() if run[name] != dev[name]} == {}


def test_what_the_project_asks_for_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for asked, name in (
        (project["project"]["dependencies"], "run.txt"),
        (project["dependency-groups"]["dev"], "dev.txt"),
    ):
        wanted = {re.split(r"[\[=<>]", line)[0] for line in asked}
        assert wanted - pins(name).keys() == set()


def test_compiling_again_changes_nothing(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(ROOT / "requirements" / name, tmp_path / name)
    environment = os.environ | {
        "PINS": str(tmp_path),
        "UV": str(Path(sys.prefix) / "bin" / "uv"),
        "UV_HTTP_TIMEOUT": "20",
    }
    done = subprocess.run(
        [ROOT / "requirements" / "compile"], env=environment, capture_output=True, text=True
    )
    if re.search(r"error sending request|failed to fetch|dns error|timed out", done.stderr, re.IGNORECASE):
        pytest.skip("needs the package registry")
    assert done.returncode == 0, done.stderr
    for name in FILES:
        assert (tmp_path / name).read_text() == (ROOT / "requirements" / name).read_text(), name
