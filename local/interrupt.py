"""Ctrl-C, SIGTERM and a closed terminal all end a command in the same, orderly way."""

import errno
import os
import signal
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OUTPUTS = (1, 2)
AGAIN = 0.01


class Interrupted(BaseException):
    """Somebody wants the command to end; not an Exception, so that no retry swallows it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number
        self.exit_code = 128 + number


class Interruption:
    """Raises `Interrupted` once; echoes of the same key press do not hit the tidying up."""

    def __init__(self) -> None:
        self.holders = 0
        self.waits: int | None = None
        self._raised_at = float("-inf")

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        if time.monotonic() - self._raised_at < 1:
            return
        if self.holders:
            self.waits = number
            return
        self._raise(number)

    def ignored(self, found: "sys.UnraisableHookArgs") -> None:
        """Try again in a moment where the signal hit a finalizer or an import's callback, whose errors Python drops."""
        if isinstance(found.exc_value, Interrupted):
            self.waits = found.exc_value.number
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        else:
            sys.__unraisablehook__(found)

    def again(self, number: int | None = None, frame: FrameType | None = None) -> None:
        """Raise what had to wait, unless it has to wait longer."""
        if self.waits is not None and not self.holders:
            self._raise(self.waits)

    def _raise(self, number: int) -> NoReturn:
        self._raised_at, self.waits = time.monotonic(), None
        raise Interrupted(number)


_interruption = Interruption()


def listen() -> None:
    """Turn signals into `Interrupted` from here on."""
    for number in SIGNALS:
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # nohup asked to outlive the terminal
        signal.signal(number, _interruption)
    signal.signal(signal.SIGALRM, _interruption.again)
    sys.unraisablehook = _interruption.ignored


@contextmanager
def held() -> Iterator[None]:
    """Let what is inside come to its end, in moments, before a signal interrupts: half drawn cannot be tidied up."""
    _interruption.holders += 1
    try:
        yield
    finally:
        _interruption.holders -= 1
        _interruption.again()


@contextmanager
def heeded() -> Iterator[None]:
    """Run a whole command; a signal ends it with 128 and its number, a terminal that is gone as SIGHUP does."""
    listen()
    try:
        yield
    except Interrupted as interruption:
        with suppress(OSError):
            print("modelway: interrupted", file=sys.stderr, flush=True)
        _leave(interruption.exit_code)
    except OSError as error:  # what we write can fail before the signal is here
        if error.errno == errno.EIO and any(map(_is_hung_up, OUTPUTS)):
            _leave(128 + signal.SIGHUP)
        raise


def _leave(exit_code: int) -> NoReturn:
    """End; what a thread still wants to say is lost, or Python's own last flush could fail and end with 120."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    for output in OUTPUTS:
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    sys.exit(exit_code)


def _is_hung_up(output: int) -> bool:
    try:
        termios.tcgetattr(output)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False


@contextmanager
def undisturbed() -> Iterator[None]:
    """Finish what is inside, whatever signals come: tidying up that is cut short leaves processes behind."""
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        with held():  # one that hit before may still have to come
            yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
