"""A sweep ends what carries the platform's mark, and nothing else."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from local.sweep import sweep

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


@contextmanager
def a_process(mark: str, code: str = SLEEP) -> "Iterator[subprocess.Popen[str]]":
    environment = os.environ | {"MODELWAY_PLATFORM": mark}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_every_marked_process_ends() -> None:
    with a_process("ours") as one, a_process("ours") as other:
        assert sweep("ours", grace=5) == 2
        assert not psutil.pid_exists(one.pid)
        assert not psutil.pid_exists(other.pid)


def test_one_that_ignores_sigterm_is_killed() -> None:
    with a_process("stubborn", STUBBORN) as process:
        sweep("stubborn", grace=0.2)
        assert not psutil.pid_exists(process.pid)


def test_another_platform_s_process_lives_on() -> None:
    with a_process("theirs") as process:
        assert sweep("ours") == 0
        assert process.poll() is None


def test_the_sweeper_and_those_that_started_it_are_spared() -> None:
    sweeper = 'from local.sweep import sweep; print(sweep("mine"))'
    starter = f"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', {sweeper!r}]))"
    environment = os.environ | {"MODELWAY_PLATFORM": "mine", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", starter], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
