"""Signals end a command in order, wherever they come."""

import os
import subprocess
import sys

HELD = """
import os, signal
from local import interrupt
with interrupt.heeded():
    with interrupt.held():
        os.kill(os.getpid(), signal.SIGTERM)
        print("drawn")
    print("not reached")
"""


def test_what_is_held_comes_to_its_end_before_the_signal_does() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", HELD], env=environment, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (143, "drawn\n", "modelway: interrupted\n")
