"""ARNs in the order of one of their times, so that a List need not look at what is older than it asks for."""

import math
from bisect import bisect_left, insort
from collections.abc import Iterable


class Timeline:
    """Pairs of a time (epoch seconds) and an ARN; every step costs the same with 50,000 of them as with ten."""

    def __init__(self, pairs: Iterable[tuple[float, str]] = ()) -> None:
        self._pairs = sorted(pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def add(self, time: float, arn: str) -> None:
        """Put an ARN in its place."""
        insort(self._pairs, (time, arn))

    def remove(self, time: float, arn: str) -> None:
        """Take out an ARN that was put there with this time."""
        del self._pairs[bisect_left(self._pairs, (time, arn))]

    def between(self, after: float = -math.inf, before: float = math.inf) -> list[str]:
        """The ARNs from one time to another, both included, oldest first."""
        first = bisect_left(self._pairs, (after, ""))
        return [arn for _, arn in self._pairs[first : self._beyond(before)]]

    def count(self, after: float = -math.inf, before: float = math.inf) -> int:
        """How many `between` would give."""
        return max(0, self._beyond(before) - bisect_left(self._pairs, (after, "")))

    def _beyond(self, time: float) -> int:
        return bisect_left(self._pairs, (math.nextafter(time, math.inf), ""))
