"""Doing again what failed for a reason that may pass by itself."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from modelway.errors import ModelwayError

T = TypeVar("T")


class Passing(ModelwayError):
    """A failure that may be over soon; `after` is how many seconds the other side asks to wait."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True)
class Repetition:
    """How often to try, the seconds before the second time, and the longest that we wait between two."""

    attempts: int = 5
    pause: float = 1.0
    longest: float = 120.0

    def delay(self, attempt: int, *, after: float | None) -> float:
        """Return the seconds before the attempt after this one: twice as many each time, spread, or what is asked."""
        if after is not None:
            return after
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - jobs that failed together shall not come back together
        return min(self.pause * float(2 ** (attempt - 1)) * spread, self.longest)


def repeated(action: Callable[[], T], *, how: Repetition, say: Callable[[str], None]) -> T:
    """Return what the action returns at last; its failure where no attempt is left or the wait would be too long."""
    for attempt in range(1, how.attempts):
        try:
            return action()
        except Passing as failure:
            delay = how.delay(attempt, after=failure.after)
            if delay > how.longest:
                raise Passing(
                    f"{failure}; it asks to wait {delay:.0f} s, which is longer than this job would"
                ) from failure
            say(f"{failure}; again in {delay:.1f} s ({attempt} of {how.attempts} attempts)")
            time.sleep(delay)
    return action()
