"""A step ends with the command that runs it, and takes its own children along."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.errors import StepFailed
from local.run import Deaf, run
from tests.sockets import wait_for

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
class Hearer:
    def hear(self, line): print(line, flush=True)
    def look(self): pass
with interrupt.heeded():
    run([sys.executable, "-c", {STEP!r}], environment=os.environ, what="step", cwd=pathlib.Path("."), listener=Hearer())
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


class Ear:
    """Keeps what it hears, and how often it could look."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.looks = 0

    def hear(self, line: str) -> None:
        self.heard.append(line)

    def look(self) -> None:
        self.looks += 1


def _python(program: str, ear: Ear) -> None:
    run([sys.executable, "-c", program], environment=os.environ, what="check", cwd=Path(), listener=ear)


def test_a_failed_step_keeps_its_exit_code_and_its_words() -> None:
    with pytest.raises(StepFailed, match="check failed with 3") as failed:
        _python("import sys; print('one'); print('two', file=sys.stderr, flush=True); sys.exit(3)", Ear())
    assert failed.value.exit_code == 3
    (words,) = failed.value.__notes__
    assert sorted(words.splitlines()) == ["one", "two"]


def test_every_line_is_heard_even_one_without_an_end() -> None:
    ear = Ear()
    _python("print('\\u00e9' * 100_000); print(); print('end', end='')", ear)
    assert ear.heard == ["\u00e9" * 100_000, "", "end"]


def test_a_silent_step_leaves_time_to_look() -> None:
    ear = Ear()
    _python("import time; time.sleep(1)", ear)
    assert (ear.heard, ear.looks > 1) == ([], True)


def test_a_child_left_behind_with_the_step_s_output_keeps_nobody_waiting() -> None:
    ear = Ear()
    child = (
        "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid)"
    )
    _python(child, ear)
    psutil.Process(int(ear.heard[0])).kill()


def test_a_good_step_takes_no_notice_of_a_deaf_listener(tmp_path: Path) -> None:
    run([sys.executable, "-c", "pass"], environment=os.environ, what="check", cwd=tmp_path, listener=Deaf())
