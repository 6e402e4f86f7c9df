"""One measured number: what each round gave, and what it should be."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure by its name in JSON, which ends with its unit; `goal` is the most that it should be."""

    name: str
    values: Sequence[float]
    goal: float | None = None

    @property
    def median(self) -> float:
        """What counts: the middle of the rounds."""
        return statistics.median(self.values)

    @property
    def is_missed(self) -> bool:
        """Whether there is a goal and the median lies above it."""
        return self.goal is not None and self.median > self.goal


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Round by round, so that what slowed a whole round cancels out."""
    return [value / other for value, other in zip(values, others, strict=True)]


def milliseconds(seconds: Sequence[float]) -> list[float]:
    """The same times in thousandths."""
    return [value * 1000 for value in seconds]
