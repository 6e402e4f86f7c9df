"""What long work tells while it goes on."""

from typing import Protocol


class Timeline(Protocol):
    """Takes what has just happened, and knows when."""

    def line(self, event: str, detail: str = "") -> None:
        """Something is done now; the detail says what came of it."""
