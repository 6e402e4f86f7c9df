"""Hears a step's last words for its row."""

from local.view.view import View


class Hearing:
    """The last line that a step says is what came of it."""

    def __init__(self, view: View, stage: str) -> None:
        self._view = view
        self._stage = stage

    def hear(self, line: str) -> None:
        """Show it beside the stage."""
        self._view.tell(self._stage, detail=line.strip())

    def look(self) -> None:
        """Nothing to look at."""
