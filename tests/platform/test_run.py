"""A step ends with the command that runs it, and takes its own children along."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.errors import StepFailed
from local.run import run
from tests.platform.sockets import wait_for

pytestmark = pytest.mark.server

# A step that starts a child, tells both ids, and minds no SIGTERM, as a shell script with a trap would.
STEP = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(os.getpid(), child.pid, flush=True)
time.sleep(600)
"""
COMMAND = f"""
import os, pathlib, sys
from local import interrupt
from local.run import run
interrupt.listen()
try:
    run([sys.executable, "-c", {STEP!r}], environment=os.environ, what="step", cwd=pathlib.Path("."))
except interrupt.Interrupted as interruption:
    sys.exit(interruption.exit_code)
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_ends_its_step_and_the_step_s_children(sign: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = subprocess.Popen([sys.executable, "-c", COMMAND], env=environment, stdout=subprocess.PIPE, text=True)
    assert command.stdout is not None
    pids = [int(word) for word in command.stdout.readline().split()]
    command.send_signal(sign)
    command.communicate(timeout=30)
    assert command.returncode == 128 + sign
    wait_for(lambda: not any(map(psutil.pid_exists, pids)), what="the end of the step and its child", seconds=10)


def test_a_failed_step_keeps_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="check failed with 3") as failed:
        run([sys.executable, "-c", "raise SystemExit(3)"], environment=os.environ, what="check", cwd=tmp_path)
    assert failed.value.exit_code == 3


def test_a_good_step_is_silent(tmp_path: Path) -> None:
    run([sys.executable, "-c", "pass"], environment=os.environ, what="check", cwd=tmp_path)
