"""Where a view's facts are shown; a command does not know which sink it has."""

from collections.abc import Sequence
from typing import Protocol

from local.view.stage import Stage
from local.view.table import Table


class Sink(Protocol):
    """A terminal, a pipe, or a picture."""

    def chapter(self, title: str) -> None:
        """What comes now belongs together."""

    def rows(self, stages: Sequence[Stage]) -> None:
        """All rows of the chapter as they stand."""

    def log(self, source: str, line: str) -> None:
        """A line that a job wrote."""

    def note(self, words: str) -> None:
        """A sentence for the reader."""

    def table(self, table: Table) -> None:
        """A table to keep."""

    def rest(self) -> None:
        """The chapter's rows will not change for now; others may write."""

    def screen(self, title: str, tables: Sequence[Table]) -> None:
        """The closing screen, of tables some of which were shown before."""
