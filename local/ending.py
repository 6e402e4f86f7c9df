"""Waiting for the signal that ends a program of the platform."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def heeded_end() -> Iterator[Callable[[], None]]:
    """Give a function that returns once SIGTERM or SIGINT has come, before it was called or after.

    The system may hand a signal to any thread, and Python heeds it in the main one, which nothing wakes while it waits
    for a lock: the signal would be lost. And a handler that sets an event can meet that event's own lock, held by the
    thread it interrupts. A byte on a socket wakes it.
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    with reader, writer:
        before = signal.set_wakeup_fd(writer.fileno())
        handlers = {number: signal.signal(number, _heed) for number in ENDS}
        try:
            yield lambda: _until(reader)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)


def _heed(number: int, frame: FrameType | None) -> None:
    """Do nothing: that there is a handler makes Python write the byte."""


def _until(reader: socket.socket) -> None:
    while reader.recv(1)[0] not in ENDS:
        continue
