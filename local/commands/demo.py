"""`python -m local demo`."""

from pathlib import Path

import click

from local.demonstration import demonstrate
from local.home import Home, home_at
from local.timeline import Timeline


@click.command()
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help="Wiped first; else `demo` in the platform's folder.",
)
def demo(home: Path | None) -> None:
    """Show the whole road with the model template: up, push, messages, approve, predict, down.

    It runs in a platform of its own, which starts empty and is always stopped at the end.
    """
    timeline = Timeline()
    demonstrate(home_at(str(home)) if home else Home(home_at(None).root / "demo"), timeline)
    timeline.line("done", "every step came out as it must")
