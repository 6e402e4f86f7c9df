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

SWALLOWED = """
import os, signal, time
from local import interrupt
class Loud:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        print("in a finalizer")
with interrupt.heeded():
    Loud()
    time.sleep(600)
"""


def ended(program: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)


def test_what_is_held_comes_to_its_end_before_the_signal_does() -> None:
    held = ended(HELD)
    assert (held.returncode, held.stdout, held.stderr) == (143, "drawn\n", "modelway: interrupted\n")


def test_a_signal_that_hits_a_finalizer_is_not_lost() -> None:
    swallowed = ended(SWALLOWED)
    assert (swallowed.returncode, swallowed.stdout, swallowed.stderr) == (130, "", "modelway: interrupted\n")
