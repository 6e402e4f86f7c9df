"""A program on the leash ends with whoever started it."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.leash import on_leash
from tests.sockets import wait_for

SLEEP = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
)


def a_parent_of(command: list[str]) -> "tuple[subprocess.Popen[str], psutil.Process]":
    """A process that started the command, and the command's process once it runs."""
    code = f"import subprocess; subprocess.Popen({command!r}).wait()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "up\n"
    (child,) = psutil.Process(parent.pid).children()
    return parent, child


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize("command", [on_leash(*SLEEP), on_leash("--death", "KILL", *STUBBORN)], ids=["TERM", "KILL"])
def test_a_killed_parent_takes_the_program_along(command: list[str]) -> None:
    parent, child = a_parent_of(command)
    parent.kill()
    parent.communicate()
    wait_for(lambda: not child.is_running(), what="the child's end", seconds=10)


def test_the_environment_file_replaces_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "environment.json"
    file.write_text(json.dumps({"ONLY": "this", "LC_CTYPE": "C.UTF-8"}))
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    command = on_leash("--environment", str(file), sys.executable, "-c", code)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"ONLY": "this", "LC_CTYPE": "C.UTF-8"}


def test_the_program_s_exit_code_is_the_leash_s() -> None:
    assert subprocess.run(on_leash(sys.executable, "-c", "raise SystemExit(7)"), check=False).returncode == 7
