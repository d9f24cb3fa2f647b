"""Makes and enters `.venv`. Standard library only: it runs before anything is installed.

The environment is built from the hash-pinned files in `requirements/`. A stamp, written last, says from what:
the hash of those files, the Python version and the base interpreter. A missing or different stamp, or an
interpreter that is gone, means rebuild, one process at a time. A second file, written first, says that the
environment is ours to rebuild; without it we touch nothing.

Exit status 3: the environment cannot be made (wrong Python, no ensurepip, foreign `.venv`, failed install).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

PYTHONS = ((3, 11), (3, 13))
CANNOT = 3
OURS = "made-by-manage.py"
STAMP = "stamp.json"
LOG = "install.log"


def enter(root):
    """Return when we run inside `<root>/.venv`; else make it, and become the same command in it."""
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        running = ".".join(str(part) for part in sys.version_info[:2])
        fail(
            f"Cần Python 3.11 đến 3.13; đang chạy {running} ({sys.executable}).",
            "Ví dụ: python3.11 manage.py " + " ".join(sys.argv[1:]),
        )
    venv = os.path.join(root, ".venv")
    wanted = ["run", "dev"] if sys.argv[1:2] == ["test"] else ["run"]
    inside = os.path.realpath(sys.prefix) == os.path.realpath(venv)
    if is_ready(root, venv, wanted) or (inside and not is_ours(venv)):
        if inside:
            return
    else:
        make(root, venv, wanted)
    python = os.path.join(venv, "bin", "python")
    os.execve(python, [python, *sys.orig_argv[1:]], clean_environment())


def is_ready(root, venv, wanted):
    """The stamp tells that `venv` holds the `wanted` pins, made by this very Python, still there."""
    stamp = read_stamp(venv)
    return (
        os.path.exists(os.path.join(venv, "bin", "python"))
        and stamp.get("python") == python_identity()
        and all(stamp.get(name) == digest(root, name) for name in wanted)
    )


def is_ours(venv):
    return os.path.exists(os.path.join(venv, OURS))


def make(root, venv, wanted):
    """Bring `.venv` to the `wanted` pins: add what is missing, or build it anew."""
    with only_one(root):
        if is_ready(root, venv, wanted):
            return  # another process made it while we waited
        if os.path.lexists(venv) and not is_ours(venv):
            fail(
                ".venv có sẵn nhưng không do manage.py tạo nên được giữ nguyên.",
                "Hãy đổi tên hoặc xóa .venv; hoặc đặt TRACKER_PYTHON=system để dùng Python đang chạy.",
            )
        installer = find_installer()
        have = read_stamp(venv)
        keep = os.path.exists(os.path.join(venv, "bin", "python")) and have.get("python") == python_identity()
        keep = keep and all(have.get(name) in (None, digest(root, name)) for name in ("run", "dev"))
        missing = [name for name in wanted if not keep or have.get(name) != digest(root, name)]
        what = "thư viện kiểm thử" if missing == ["dev"] else "môi trường .venv"
        say(f"Đang cài {what} bằng {installer} (lần đầu mất chừng một phút)…")
        if not keep:
            have = {}
            create(venv)
        install(root, venv, installer, missing)
        have.update({name: digest(root, name) for name in missing}, python=python_identity())
        write_stamp(venv, have)


def create(venv):
    """An empty environment in place of the one that was there. pip comes later, and only where uv is not."""
    shutil.rmtree(venv, ignore_errors=True)
    os.makedirs(venv)
    open(os.path.join(venv, OURS), "w").close()
    run_logged([base_python(), "-m", "venv", "--without-pip", venv], venv)


def install(root, venv, installer, names):
    """Install the pins `names` ("run", "dev"); by pip after all when uv fails, as pip may know a mirror."""
    python = os.path.join(venv, "bin", "python")
    options = ["--require-hashes", "--only-binary", ":all:"]
    for name in names:
        options += ["-r", requirements(root, name)]
    wheelhouse = os.path.join(root, "wheelhouse")
    if os.path.isdir(wheelhouse):
        options += ["--no-index", "--find-links", wheelhouse]
    if installer == "uv":
        if run_logged(["uv", "pip", "install", "--python", python, *options], venv, must=False):
            return
        if not has_ensurepip():
            explain_failed_install(venv)
        say(f"uv không cài được (xem .venv/{LOG}), thử bằng pip…")
    run_logged([python, "-m", "ensurepip"], venv)
    run_logged([python, "-m", "pip", "install", "--disable-pip-version-check", *options], venv)


def find_installer():
    """Name the tool that will install: uv when it works, else pip; without either, say what helps."""
    try:
        subprocess.run(["uv", "--version"], check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return "uv"
    except (OSError, subprocess.CalledProcessError):
        pass
    if not has_ensurepip():
        fail(
            "Python này thiếu mô-đun venv (ensurepip). Hãy cài rồi chạy lại:",
            "  sudo apt install python3-venv",
        )
    return "pip"


def has_ensurepip():
    from importlib.util import find_spec

    return find_spec("ensurepip") is not None


def run_logged(command, venv, must=True):
    """Run quietly, output into the log. Whether it succeeded; when it `must` and did not, the end."""
    with open(os.path.join(venv, LOG), "ab") as log:
        code = subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=clean_environment()
        )
    if code and must:
        explain_failed_install(venv)
    return code == 0


def explain_failed_install(venv):
    with open(os.path.join(venv, LOG), encoding="utf-8", errors="replace") as log:
        lines = log.read().splitlines()[-15:]
    fail(
        f"Không cài được thư viện. Những dòng cuối của .venv/{LOG}:",
        *["  " + line for line in lines],
        "Mạng kín: đặt thư mục wheelhouse/ (các tệp .whl) cạnh manage.py rồi chạy lại.",
    )


def clean_environment():
    """The user's environment, index settings included, less what would install or import from elsewhere."""
    dropped = (
        "PYTHONPATH",
        "PYTHONHOME",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    )
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment["PIP_USER"] = "0"  # a pip.conf may say user = true
    return environment


class only_one:
    """Exclusive among all processes of this clone: a lock on manage.py itself, so no file is left behind."""

    def __init__(self, root):
        self.path = os.path.join(root, "manage.py")

    def __enter__(self):
        try:
            import fcntl
        except ImportError:
            fail("Trên Windows hãy chạy trong WSL.")
        self.file = open(self.path, "r+b")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Đang chờ một tiến trình khác cài xong .venv…")
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_error):
        self.file.close()


def requirements(root, name):
    return os.path.join(root, "requirements", name + ".txt")


def digest(root, name):
    with open(requirements(root, name), "rb") as pins:
        return hashlib.sha256(pins.read()).hexdigest()


def base_python():
    """The interpreter below any virtual environment we were started from."""
    return getattr(sys, "_base_executable", None) or sys.executable


def python_identity():
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"{version} {os.path.realpath(sys.base_prefix)}"


def read_stamp(venv):
    try:
        with open(os.path.join(venv, STAMP), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_stamp(venv, stamp):
    path = os.path.join(venv, STAMP)
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=2)
    os.replace(path + ".new", path)


def say(text):
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def fail(*lines):
    for line in lines:
        say(line)
    sys.exit(CANNOT)


def run_tests(root, arguments):
    """Become pytest; on two processes when the whole suite is asked for and nothing says otherwise."""
    command = [sys.executable, "-m", "pytest", *arguments]
    chooses = any(not argument.startswith("-") for argument in arguments)
    chooses = chooses or any(
        argument.startswith(("-n", "-p", "-k", "--pdb", "--dist")) for argument in arguments
    )
    if not chooses and (os.cpu_count() or 1) > 1:
        command += ["-n", "2", "--dist", "loadfile"]
    os.chdir(root)
    os.execv(command[0], command)
