"""The live rows of a terminal."""

import time
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.rule import Rule
from rich.spinner import Spinner
from rich.table import Table as RichTable
from rich.text import Text

from local.interrupt import held
from local.view.look import MARKS, THEME, drawn, linked
from local.view.stage import Stage, State
from local.view.table import Table

NAME_WIDTH = 24


class Screen:
    """Rows that change in place; logs and tables go above them or after them."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(theme=THEME, highlight=False)
        self._spinner = Spinner("dots", style="bar")
        self._stages: Sequence[Stage] = ()
        self._live: Live | None = None

    @held()
    def chapter(self, title: str) -> None:
        """A blank line and the title."""
        self.rest()
        self._console.print()
        self._console.print(Text(title, "title"))

    @held()
    def rows(self, stages: Sequence[Stage]) -> None:
        """Take the rows; the next refresh draws them."""
        self._stages = stages
        if self._live is None and stages:
            self._live = Live(
                console=self._console,
                get_renderable=self._drawn,
                refresh_per_second=8,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start()

    @held()
    def log(self, source: str, line: str) -> None:
        """Above the rows."""
        self._console.print(Text.assemble((f"  {source} │ ", "faint"), line), soft_wrap=True)

    @held()
    def note(self, words: str) -> None:
        """A line of its own."""
        self._console.print(Text(words), soft_wrap=True)

    @held()
    def table(self, table: Table) -> None:
        """After a blank line."""
        self.rest()
        self._console.print()
        self._console.print(drawn(table, width=self._console.width))

    @held()
    def rest(self) -> None:
        """Draw the rows a last time, show the cursor."""
        live, self._live = self._live, None
        if live is not None:
            live.stop()
        self._stages = ()

    @held()
    def screen(self, title: str, tables: Sequence[Table]) -> None:
        """Everything worth keeping, below a rule."""
        self.rest()
        self._console.print()
        self._console.print(closing(title, tables, width=self._console.width))

    def _drawn(self) -> RenderableType:
        grid = RichTable.grid(padding=(0, 1), expand=True)
        grid.add_column(width=1)
        grid.add_column(width=NAME_WIDTH, no_wrap=True)
        grid.add_column(width=8, justify="right", no_wrap=True)
        grid.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        now = time.monotonic()
        for stage in self._stages:
            grid.add_row(*self._row(stage, now))
        return grid

    def _row(self, stage: Stage, now: float) -> tuple[RenderableType, ...]:
        mark = self._spinner if stage.state is State.RUNNING else MARKS[stage.state]
        name = Text(stage.name, "faint" if stage.state is State.SKIPPED else "")
        detail = linked(Text(stage.detail, "bad" if stage.state is State.FAILED else "faint"), stage.link)
        return mark, name, Text(f"{stage.seconds(now):.1f} s"), detail


def closing(title: str, tables: Sequence[Table], *, width: int) -> RenderableType:
    """The closing screen: tables below a title, with air between."""
    parts: list[RenderableType] = [Rule(Text(title, "title"), style="faint")]
    for table in tables:
        parts += [Text(), drawn(table, width=width)]
    return Group(*parts)
