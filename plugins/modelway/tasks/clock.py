"""AWS's time, as far as it is known."""

import time


class Clock:
    """The last time that AWS gave, and what has gone by since: never this machine's clock, which may be minutes off."""

    def __init__(self) -> None:
        self._ahead = -time.monotonic()  # of the monotonic clock

    def see(self, seconds: float) -> None:
        """AWS has given this time (epoch seconds); it does not go back."""
        self._ahead = max(self._ahead, seconds - time.monotonic())

    @property
    def now(self) -> float:
        """It is at least so late (epoch seconds)."""
        return self._ahead + time.monotonic()
