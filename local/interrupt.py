"""Ctrl-C, SIGTERM and a closed terminal all end a command in the same, orderly way."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody wants the command to end; not an Exception, so that no retry swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Interruption:
    """Raises `Interrupted` once; echoes of the same key press do not hit the tidying up."""

    def __init__(self) -> None:
        self._raised_at = float("-inf")

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        if time.monotonic() - self._raised_at < 1:
            return
        self._raised_at = time.monotonic()
        raise Interrupted(number)


def listen() -> None:
    """Turn signals into `Interrupted` from here on."""
    handler = Interruption()
    for number in SIGNALS:
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # nohup asked to outlive the terminal
        signal.signal(number, handler)


def leave(interruption: Interrupted) -> NoReturn:
    """End with the signal's code; for words that a closed terminal did not take Python would end with 120 instead."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(interruption.exit_code)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Finish what is inside, whatever signals come: tidying up that is cut short leaves processes behind."""
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
