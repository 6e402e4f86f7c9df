"""Runs a program to its end, and to no later than ours."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.errors import StepFailed
from local.interrupt import undisturbed


def run(command: list[str], *, environment: Mapping[str, str], what: str, cwd: Path) -> None:
    """Run it in a process group of its own, which is ended if this command is interrupted."""
    process = subprocess.Popen(command, cwd=cwd, env=dict(environment), start_new_session=True)
    try:
        code = process.wait()
    except BaseException:
        with undisturbed():
            end_group(process)
        raise
    if code != 0:
        raise StepFailed(f"{what} failed with {code}; its words are above", exit_code=code if code > 0 else 1)


def end_group(process: "subprocess.Popen[bytes]", *, grace: float = 3) -> None:
    """End the process and what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(grace)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
