"""The memory of processes."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Memory:
    """Bytes: `rss` counts a page once for each process that shares it, `pss` once in all, in parts."""

    rss: int = 0
    pss: int = 0

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.rss + other.rss, self.pss + other.pss)

    def __str__(self) -> str:
        return f"{self.pss // 1_000_000} MB"


def memory_of(processes: Iterable[psutil.Process]) -> Memory:
    """Of all these together."""
    return sum(map(_memory, processes), start=Memory())


def _memory(process: psutil.Process) -> Memory:
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:  # the kernel shows the shared part to the owner only
        return _resident(process)
    except psutil.NoSuchProcess:
        return Memory()
    return Memory(full.rss, full.pss)


def _resident(process: psutil.Process) -> Memory:
    try:
        resident = int(process.memory_info().rss)
    except psutil.Error:
        return Memory()
    return Memory(resident, resident)
