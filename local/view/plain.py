"""Stable lines without control codes, for pipes, files and CI."""

import time
from collections.abc import Sequence

import click

from local.view.stage import Stage
from local.view.table import Cell, Table


class Plain:
    """Each fact once, as it becomes known."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._shown: list[Table] = []

    def chapter(self, title: str) -> None:
        """A line above what follows."""
        self._told.clear()
        click.echo(f"== {title}")

    def rows(self, stages: Sequence[Stage]) -> None:
        """Those that have ended since the last call."""
        for stage in stages:
            if stage.is_over and stage.name not in self._told:
                self._told.add(stage.name)
                click.echo(_line(stage))

    def log(self, source: str, line: str) -> None:
        """The line after its source."""
        click.echo(f"log      {source} | {line}")

    def note(self, words: str) -> None:
        """As it is."""
        click.echo(words)

    def table(self, table: Table) -> None:
        """Aligned columns."""
        self._shown.append(table)
        click.echo("\n".join(_lines(table)))

    def rest(self) -> None:
        """Nothing moves here."""

    def screen(self, title: str, tables: Sequence[Table]) -> None:
        """The tables that were not shown yet."""
        for table in tables:
            if table not in self._shown:
                self.table(table)


def _line(stage: Stage) -> str:
    seconds = stage.seconds(time.monotonic())
    return f"{stage.state.value:<8} {stage.name:<24} {seconds:6.1f} s  {stage.detail}  {stage.link}".rstrip()


def _lines(table: Table) -> list[str]:
    names = [Cell(column.name) for column in table.columns]
    grid = [*([names] if any(cell.text for cell in names) else []), *table.rows, *([table.foot] if table.foot else [])]
    rows = [_aligned(row, table) for row in grid]
    return [
        *([table.headline.text] if table.headline.text else []),
        *rows,
        *([f"  {table.remark}"] if table.remark else []),
    ]


def _aligned(row: Sequence[Cell], table: Table) -> str:
    placed = (
        cell.text.rjust(width) if column.right else cell.text.ljust(width)
        for cell, column, width in zip(row, table.columns, table.widths(), strict=True)
    )
    return f"  {'  '.join(placed)}".rstrip()
