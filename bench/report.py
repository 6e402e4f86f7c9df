"""What a bench found: a table for people, and one line of JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from bench.figure import Figure


@dataclass(frozen=True)
class Report:
    """The figures of one bench: those to look at, and what they are made of."""

    bench: str
    figures: Sequence[Figure]
    details: Sequence[Figure] = ()


def tell(report: Report, console: Console) -> None:
    """Print the table and, as the very last line, the medians as JSON."""
    console.print(table(report))
    console.file.write(as_json(report) + "\n")


def as_json(report: Report) -> str:
    """The medians by name."""
    medians = {figure.name: float(f"{figure.median:.4g}") for figure in (*report.figures, *report.details)}
    return json.dumps({"bench": report.bench, "figures": medians})


def table(report: Report) -> Table:
    """Median, spread and number of rounds of each figure, and whether it reaches its goal."""
    made = Table(title=f"bench {report.bench}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    made.add_column("figure", no_wrap=True)
    for column in ("median", "min - max", "n", "goal"):
        made.add_column(column, justify="right", no_wrap=True)
    for figure in report.figures:
        made.add_row(*_cells(figure))
    made.add_section()
    for figure in report.details:
        made.add_row(*_cells(figure))
    return made


def number(value: float) -> str:
    """As many digits as tell something."""
    if abs(value) >= 99.95:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) < 9.995 else f"{value:.1f}"


def _cells(figure: Figure) -> tuple[str, ...]:
    spread = f"{number(min(figure.values))} - {number(max(figure.values))}"
    return figure.name, number(figure.median), spread, str(len(figure.values)), _goal(figure)


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"{figure.goal:g} {'[red]missed[/red]' if figure.is_missed else '[green]met[/green]'}"
