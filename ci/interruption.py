"""A job that is cancelled while a program of ours has something to write down."""

import signal
import subprocess
from contextlib import suppress
from typing import Any, Self


class Interruption:
    """Interrupts a program when the job is, and once only: at the second time Terraform drops what it has not kept."""

    def __init__(self) -> None:
        self._asked = False
        self._running: list[subprocess.Popen[bytes]] = []
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def concerns(self, process: "subprocess.Popen[bytes]") -> None:
        """Interrupt this process, also when that was asked while it started."""
        self._running.append(process)
        if self._asked:
            self._interrupt()

    def _hear(self, *_: object) -> None:
        self._asked = True
        self._interrupt()

    def _interrupt(self) -> None:
        with suppress(IndexError):  # the one who takes it from the list interrupts it
            self._running.pop().send_signal(signal.SIGINT)
