"""A program of the platform ends when it is told to, whichever of its threads the system tells."""

import subprocess
import sys

import pytest

from local.home import CHECKOUT

PROGRAM = """
import signal, threading
from local.ending import heeded_end

def tell():
    signal.pthread_kill(threading.get_ident(), signal.{sign})

with heeded_end() as until_ended:
    thread = threading.Thread(target=tell)
    {order}
print("ended")
"""
AFTER = "threading.Timer(0.3, thread.start).start(); until_ended()"
BEFORE = "thread.start(); thread.join(); until_ended()"


@pytest.mark.parametrize("order", [AFTER, BEFORE], ids=["while it waits", "before it waits"])
@pytest.mark.parametrize("sign", ["SIGTERM", "SIGINT"])
def test_a_signal_that_another_thread_gets_is_heeded(sign: str, order: str) -> None:
    program = [sys.executable, "-c", PROGRAM.format(sign=sign, order=order)]
    ended = subprocess.run(program, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (0, "ended\n"), ended.stderr
