"""What long work tells while it goes on."""

from contextlib import AbstractContextManager
from typing import Protocol


class Timeline(Protocol):
    """Takes what has just happened, and knows when."""

    def line(self, event: str, detail: str = "") -> None:
        """Something is done now; the detail says what came of it."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Something that takes its time goes on while the block runs."""

    def tell(self, name: str, *, detail: str | None = None) -> None:
        """How far it is."""
