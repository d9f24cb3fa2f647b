"""Every `python3 manage.py …` runs inside `.venv`, made from the pins and from nothing else.

Tried on a tree that has our `manage.py`, a wheelhouse of two toy packages under the names of those that
manage.py calls, and pins with their real hashes; so no test reaches a registry.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.house.installation import ROOT
from tracker import bootstrap

TOY_DJANGO = """
import json, os, sys

def execute_from_command_line(argv):
    seen = {"prefix": sys.prefix, "arguments": argv[1:], "pythonpath": os.environ.get("PYTHONPATH")}
    print(json.dumps(seen))
    sys.exit(int(argv[1]) if argv[1:] and argv[1].isdigit() else 0)
"""
TOY_PYTEST = """
import sys
print(sys.prefix, *sys.argv[1:])
sys.exit(5)
"""


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """A wheel pip and uv accept; returns its pin with hash."""
    info = f"{name}-{version}.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{info}/RECORD,,\n"
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


class Clone:
    """A fresh clone, outside any environment; `uv` is at hand unless `installer` is "pip"."""

    def __init__(self, root: Path, installer: str = "uv") -> None:
        self.root = root
        self.venv = root / ".venv"
        (root / "tracker").mkdir(parents=True)
        (root / "requirements").mkdir()
        (root / "wheelhouse").mkdir()
        for name in ("manage.py", "tracker/__init__.py", "tracker/bootstrap.py"):
            shutil.copy(ROOT / name, root / name)
        self.pin("run", "django", {"django/core/management/__init__.py": TOY_DJANGO})
        self.pin("dev", "pytest", {"pytest/__main__.py": TOY_PYTEST})
        tools = root / "tools"
        tools.mkdir()
        if installer == "uv":
            (tools / "uv").symlink_to(Path(sys.prefix) / "bin" / "uv")
        self.environment = {"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(root), "LANG": "C.UTF-8"}

    def pin(self, file: str, name: str, files: dict[str, str], version: str = "1.0") -> None:
        wheel_pin = make_wheel(self.root / "wheelhouse", name, version, files)
        (self.root / "requirements" / f"{file}.txt").write_text(wheel_pin)

    def command(self, *arguments: str) -> list[str]:
        return [bootstrap.base_python(), str(self.root / "manage.py"), *arguments]

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "clone")


@pytest.fixture
def built(clone: Clone) -> Clone:
    """With an environment, which holds a file that a rebuild would remove."""
    done = clone.manage("0")
    assert done.returncode == 0, done.stderr
    (clone.venv / "untouched").touch()
    return clone


def was_rebuilt(clone: Clone) -> bool:
    return not (clone.venv / "untouched").exists()


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_fresh_clone_makes_its_environment_and_runs_in_it(tmp_path: Path, installer: str) -> None:
    clone = Clone(tmp_path / "clone", installer)
    done = clone.manage("7", "--option", "hai ba")
    assert done.returncode == 7, done.stderr
    seen = json.loads(done.stdout)
    assert seen["prefix"] == str(clone.venv)
    assert seen["arguments"] == ["7", "--option", "hai ba"]
    assert f"bằng {installer}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_next_run_is_silent_and_quick(built: Clone) -> None:
    begun = time.monotonic()
    done = built.manage("0")
    assert (done.returncode, done.stderr) == (0, "")
    assert not was_rebuilt(built)
    assert time.monotonic() - begun < 2


def test_test_adds_its_pins_to_the_same_environment_and_becomes_pytest(built: Clone) -> None:
    done = built.manage("test", "tests/core", "-x")
    assert done.returncode == 5, done.stderr
    assert done.stdout.split() == [str(built.venv), "tests/core", "-x"]
    assert not was_rebuilt(built)
    assert built.manage("test", "--quiet").stderr == ""


def test_changed_pins_mean_a_new_environment(built: Clone) -> None:
    built.pin("run", "django", {"django/core/management/__init__.py": TOY_DJANGO}, version="1.1")
    done = built.manage("0")
    assert done.returncode == 0, done.stderr
    assert was_rebuilt(built)
    assert list(built.venv.glob("lib/*/site-packages/django-1.1.dist-info"))


def test_changed_pins_are_noticed_from_inside_too(built: Clone) -> None:
    built.pin("run", "django", {"django/core/management/__init__.py": TOY_DJANGO}, version="1.1")
    done = subprocess.run(
        [built.venv / "bin" / "python", built.root / "manage.py", "4"],
        env=built.environment,
        capture_output=True,
    )
    assert done.returncode == 4, done.stderr
    assert was_rebuilt(built)


def test_half_an_environment_is_made_again(built: Clone) -> None:
    (built.venv / bootstrap.STAMP).unlink()
    assert built.manage("0").returncode == 0
    assert was_rebuilt(built)


def test_an_environment_of_another_python_is_made_again(built: Clone) -> None:
    stamp = built.venv / bootstrap.STAMP
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"python": "3.10.1 /usr"}))
    assert built.manage("0").returncode == 0
    assert was_rebuilt(built)


def test_an_environment_whose_interpreter_is_gone_is_made_again(built: Clone) -> None:
    python = built.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    done = built.manage("0")
    assert done.returncode == 0, done.stderr
    assert was_rebuilt(built)


def test_an_environment_we_did_not_make_is_left_alone(clone: Clone) -> None:
    clone.venv.mkdir()
    (clone.venv / "of-somebody-else").touch()
    done = clone.manage("0")
    assert done.returncode == bootstrap.CANNOT
    assert "không do manage.py tạo" in done.stderr
    assert [path.name for path in clone.venv.iterdir()] == ["of-somebody-else"]


def test_a_package_with_another_hash_is_refused_and_the_log_is_shown(clone: Clone) -> None:
    pins = clone.root / "requirements" / "run.txt"
    pins.write_text(pins.read_text()[:-65] + "0" * 64 + "\n")
    done = clone.manage("0")
    assert done.returncode == bootstrap.CANNOT
    assert "Không cài được thư viện" in done.stderr
    assert "hash" in done.stderr.lower()
    assert bootstrap.read_stamp(clone.venv) == {}  # half of it is not taken for the whole


def test_what_the_user_set_for_python_does_not_leak_in(clone: Clone) -> None:
    elsewhere = clone.root / "elsewhere"
    (elsewhere / "django").mkdir(parents=True)
    (elsewhere / "django" / "__init__.py").write_text("raise SystemExit('not this one')")
    done = clone.manage("0", PYTHONPATH=str(elsewhere), PIP_USER="1", PIP_TARGET=str(elsewhere))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pythonpath"] is None


def test_two_at_once_make_one_environment(clone: Clone) -> None:
    both = [
        subprocess.Popen(clone.command("0"), env=clone.environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert "".join(said).count("Đang cài") == 1


def test_containers_may_use_their_own_python(clone: Clone) -> None:
    done = clone.manage("0", TRACKER_PYTHON="system", PYTHONPATH=str(clone.root / "none"))
    assert not clone.venv.exists()
    assert "Đang cài" not in done.stderr


def test_without_uv_and_ensurepip_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap, "has_ensurepip", lambda: False)
    with pytest.raises(SystemExit) as end:
        bootstrap.find_installer()
    assert end.value.code == 3
    assert capsys.readouterr().err.splitlines()[-1].strip() == "sudo apt install python3-venv"


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_another_python_is_told_which_one_is_needed(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as end:
        bootstrap.enter(os.devnull)
    assert end.value.code == 3
    assert "Cần Python 3.11 đến 3.13" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "parallel"),
    [([], True), (["-q"], True), (["tests/core"], False), (["-n", "4"], False), (["-m", "browser"], False)],
)
def test_the_whole_suite_runs_on_two_processes(
    arguments: list[str], parallel: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _path, command: became.append(command))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.chdir(tmp_path)
    bootstrap.run_tests(str(tmp_path), arguments)
    assert became[0][: 3 + len(arguments)] == [sys.executable, "-m", "pytest", *arguments]
    assert ("--dist" in became[0]) is parallel
