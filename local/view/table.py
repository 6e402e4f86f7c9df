"""A table as a value: what it says and how each cell is meant, not how it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Tone(Enum):
    """How a cell is meant."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    FAINT = "faint"
    STRONG = "strong"
    BAR = "bar"


@dataclass(frozen=True)
class Cell:
    """One cell's words."""

    text: str
    tone: Tone = Tone.PLAIN
    link: str = ""


@dataclass(frozen=True)
class Column:
    """One column; what is spare gives way where the terminal is narrow."""

    name: str = ""
    right: bool = False
    spare: bool = False


@dataclass(frozen=True)
class Table:
    """A headline, rows below columns, and a closing remark."""

    headline: Cell
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    remark: str = ""
    foot: Sequence[Cell] = field(default=())

    def narrowed(self, width: int) -> "Table":
        """The table without as many spare columns, last first, as keep it from fitting."""
        spare = [place for place, column in enumerate(self.columns) if column.spare]
        if self.width <= width or not spare:
            return self
        return self._without(spare[-1]).narrowed(width)

    @property
    def width(self) -> int:
        """Characters that the widest row takes, two between columns."""
        return sum(self.widths()) + 2 * (len(self.columns) - 1)

    def widths(self) -> list[int]:
        """Characters of each column's widest cell."""
        lines = [*self.rows, *([self.foot] if self.foot else [])]
        return [
            max(len(column.name), *(len(line[place].text) for line in lines), 0)
            for place, column in enumerate(self.columns)
        ]

    def _without(self, place: int) -> "Table":
        def cut(line: Sequence[Cell]) -> Sequence[Cell]:
            return [*line[:place], *line[place + 1 :]]

        columns = [*self.columns[:place], *self.columns[place + 1 :]]
        return Table(self.headline, columns, [cut(row) for row in self.rows], self.remark, cut(self.foot))
