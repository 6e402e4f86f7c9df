"""Runs a program to its end, and to no later than ours."""

import os
import selectors
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Protocol

from local.errors import StepFailed
from local.interrupt import undisturbed

PAUSE = 0.1
KEPT = 200


class Listener(Protocol):
    """Hears what a program says, and has a moment for itself while it is silent."""

    def hear(self, line: str) -> None:
        """One line of the program's."""

    def look(self) -> None:
        """Called several times a second while the program runs."""


class Deaf:
    """Takes no notice."""

    def hear(self, line: str) -> None:
        """Forget it."""

    def look(self) -> None:
        """Do nothing."""


class Process(Protocol):
    """A program that runs in a process group of its own, as subprocess.Popen shows it."""

    pid: int

    @property
    def stdout(self) -> IO[bytes] | None:
        """What it says."""

    def poll(self) -> int | None:
        """Its exit code once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code when it has ended; subprocess.TimeoutExpired after that many seconds."""


def run(command: list[str], *, environment: Mapping[str, str], what: str, cwd: Path, listener: Listener) -> None:
    """Run a program to its end."""
    with begun(command, environment=environment, cwd=cwd) as process:
        follow(process, what=what, listener=listener)


def follow(process: Process, *, what: str, listener: Listener, end: "Callable[[Process], None] | None" = None) -> None:
    """Hear the program until its end; its process group is ended if this command is interrupted, unless `end` says how.

    A failure's note is what the program said at its end.
    """
    words: deque[str] = deque(maxlen=KEPT)
    try:
        for line in _lines(process):
            if line is not None:
                words.append(line)
                listener.hear(line)
            listener.look()
        code = process.wait()
    except BaseException:
        with undisturbed():
            (end or end_group)(process)
        raise
    if code != 0:
        failed = StepFailed(f"{what} failed with {code}", exit_code=code if code > 0 else 1)
        failed.add_note("\n".join(words))
        raise failed


def begun(command: list[str], *, environment: Mapping[str, str], cwd: Path) -> "subprocess.Popen[bytes]":
    """Start a program in a process group of its own."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environment),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _lines(process: Process) -> Iterator[str | None]:
    """Each line that it says, and none after each piece and each silence."""
    assert process.stdout is not None  # a pipe was asked for
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(PAUSE):
                piece = os.read(process.stdout.fileno(), 65536)
                if not piece:
                    break
                *lines, rest = (rest + piece).split(b"\n")
                yield from map(_text, lines)
            elif process.poll() is not None:
                break  # what it has left behind may hold the pipe for ever
            yield None
    if rest:
        yield _text(rest)


def _text(line: bytes) -> str:
    return line.decode(errors="replace").rstrip()


def end_group(process: Process, *, grace: float = 3) -> None:
    """End the process and what it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(grace)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
