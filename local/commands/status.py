"""`python -m local status`."""

import json
import sys
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.commands.options import with_home
from local.condition import Condition, State, condition_of
from local.errors import NotRunning
from local.home import Home
from local.report import HEADINGS, Row, document, down_words, facts, rows

CODES = {State.UP: 0, State.PARTLY: 1, State.DOWN: 2}
RIGHT = ("pid", "up", "memory")


@click.command(
    short_help="Show what runs, since when, and where.",
    epilog="Example: python -m local status --json",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for scripts: times in seconds, sizes in bytes.")
@with_home
def status(home: Home, as_json: bool) -> None:
    """Show what runs, since when, with how much memory, and at which addresses.

    Memory counts a page that several processes share once in all. Ends with 0 when everything runs and Airflow is
    healthy, with 1 when a part does not, with 2 when nothing runs.
    """
    condition = condition_of(home)
    if as_json:
        click.echo(json.dumps(document(condition, home), indent=2))
    elif condition.state is State.DOWN:
        raise NotRunning(down_words(condition, home))
    else:
        _show(condition, home)
    sys.exit(CODES[condition.state])


def _show(condition: Condition, home: Home) -> None:
    now = time.time()
    table = list(rows(condition, now=now))
    if sys.stdout.isatty():
        Console(highlight=False).print(_drawn(table))
    else:
        click.echo(_plain(table))
    click.echo()
    known = facts(condition, home, now=now)
    width = max(map(len, known))
    for name, value in known.items():
        click.echo(f"{name:<{width}}  {value}")
    if condition.unhealthy:
        click.echo(f"not healthy: {', '.join(condition.unhealthy)}")


def _plain(table: Sequence[Row]) -> str:
    width = max(len(row.cells[0]) for row in table)
    line = f"{{:<{width}}}  {{:<9}} {{:>8}} {{:>7}} {{:>8}}"
    return "\n".join([line.format(*HEADINGS), *(f"{line.format(*row.cells)}  {row.words}".rstrip() for row in table)])


def _drawn(table: Sequence[Row]) -> Table:
    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for heading in HEADINGS:
        drawn.add_column(heading, justify="right" if heading in RIGHT else "left", overflow="fold")
    drawn.add_column("")
    for row in table:
        name, state, *rest = row.cells
        style = "" if not state else "green" if state == "running" else "yellow" if state == "starting" else "red"
        drawn.add_row(name, Text(state, style=style), *rest, row.words, style="bold" if name == "total" else "")
    return drawn
