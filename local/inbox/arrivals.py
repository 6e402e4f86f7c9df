"""Tells everybody who waits that a message has come."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Arrivals:
    """A bell with many listeners; closed, it wakes them a last time."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self.closed = False

    def ring(self) -> None:
        """Wake the listeners."""
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """Let the listeners go: nothing will come any more."""
        self.closed = True
        self.ring()

    @contextmanager
    def listener(self) -> Iterator[asyncio.Event]:
        """An event that is set at each arrival."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)
