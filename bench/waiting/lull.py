"""The time in which nothing ends: what waiting itself takes."""

import time
from dataclasses import dataclass
from typing import Self

import psutil

from bench.road.meter import tree_seconds
from bench.road.program import Span
from bench.waiting.woken import Database


@dataclass(frozen=True)
class Lull:
    """One such time: worker slots held, and the triggerer's share of a core and unshared memory."""

    span: Span
    slots_held: int
    cpu_percent: float
    megabytes: float

    @classmethod
    def watched(cls, database: Database, triggerer: int, *, seconds: float) -> Self:
        """Let so much time go by."""
        before, begin = tree_seconds(triggerer), time.time()
        time.sleep(seconds)
        span = Span(begin, time.time())
        used = tree_seconds(triggerer) - before
        return cls(span, database.slots_held(), used / span.seconds * 100, _megabytes(triggerer))


def _megabytes(pid: int) -> float:
    """Of a process and its children."""
    root = psutil.Process(pid)
    return sum(float(process.memory_full_info().uss) for process in [root, *root.children(recursive=True)]) / 2**20
