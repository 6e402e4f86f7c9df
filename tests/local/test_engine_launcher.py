"""The launcher: a private /opt for anyone, and nothing left when whoever started it dies."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.engine.process_engine import LAUNCHER

NOBODY = 65534
SYSTEM_PYTHON = "/usr/bin/python3"  # our own may lie where nobody else may look

# A parent that starts the launcher, says its pid, and waits to be killed.
PARENT = """
import json, os, subprocess, sys, time
python, launcher, spec = sys.argv[1:]
process = subprocess.Popen([python, "-I", "-S", launcher, str(os.getpid()), spec])
print(process.pid, flush=True)
time.sleep(1000)
"""
FAMILY = """
import os, subprocess, sys, time
for session in (False, True):
    print(subprocess.Popen(["sleep", "1000"], start_new_session=session).pid, file=sys.stderr, flush=True)
print(os.getpid(), file=sys.stderr, flush=True)
time.sleep(1000)
"""


@pytest.fixture
def ordinary_user() -> dict[str, Any]:
    """What makes a subprocess run as an ordinary user."""
    if os.geteuid() != 0:
        return {}
    if not Path(SYSTEM_PYTHON).exists():
        pytest.skip(f"no {SYSTEM_PYTHON}: nobody else may be allowed to run this Python")
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder, with a launcher in it, that an ordinary user can read."""
    folder = Path("/tmp") / f"launcher-{os.getpid()}-{time.monotonic_ns()}"
    (folder / "opt" / "ml").mkdir(parents=True)
    (folder / "opt" / "ml" / "here").touch()
    shutil.copy(LAUNCHER, folder / "launcher.py")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def launch(public: Path, program: str, *, python: str, **more: Any) -> subprocess.CompletedProcess[str]:
    spec = json.dumps({"command": [python, "-c", program], "cwd": "/", "opt": str(public / "opt")})
    command = [python, "-I", "-S", str(public / "launcher.py"), str(os.getpid()), spec]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **more)


def test_an_ordinary_user_is_shown_opt_ml_and_stays_who_they_are(public: Path, ordinary_user: dict[str, Any]) -> None:
    python = SYSTEM_PYTHON if ordinary_user else sys.executable
    done = launch(public, "import os; print(os.getuid(), os.listdir('/opt/ml'))", python=python, **ordinary_user)
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine allows no user namespaces")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{ordinary_user.get('user', os.getuid())} ['here']\n"
    assert not Path("/opt/ml/here").exists()


def test_files_and_links_in_opt_are_shown_too(public: Path) -> None:
    (public / "opt" / "file").write_text("text")
    (public / "opt" / "link").symlink_to("ml/here")
    done = launch(
        public, "print(open('/opt/file').read(), __import__('os').readlink('/opt/link'))", python=sys.executable
    )
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine allows no namespaces")
    assert done.stdout == "text ml/here\n"


def test_a_launcher_whose_parent_is_gone_already_starts_nothing(public: Path) -> None:
    spec = json.dumps({"command": ["touch", str(public / "started")], "cwd": "/", "opt": None})
    done = subprocess.run([sys.executable, "-I", "-S", str(LAUNCHER), "1", spec], check=False)
    assert done.returncode == 128 + signal.SIGKILL
    assert not (public / "started").exists()


@pytest.mark.parametrize("private", [True, False])
def test_the_program_and_all_it_started_die_with_a_killed_parent(
    public: Path, ordinary_user: dict[str, Any], private: bool
) -> None:
    python = SYSTEM_PYTHON if ordinary_user else sys.executable
    opt = str(public / "opt") if private else None
    spec = json.dumps({"command": [python, "-c", FAMILY], "cwd": "/", "opt": opt})
    command = [python, "-c", PARENT, python, str(public / "launcher.py"), spec]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **ordinary_user
    ) as parent:
        assert parent.stdout is not None
        assert parent.stderr is not None
        pids = [parent.stdout.readline(), *(parent.stderr.readline() for _ in range(3))]
        if not all(pid.strip().isdigit() for pid in pids):
            parent.kill()
            pytest.skip(f"this machine allows no namespaces: {pids}")
        parent.kill()
    wait_for(lambda: not any(alive(int(pid)) for pid in pids))


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended but was not reaped has no command line."""
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
