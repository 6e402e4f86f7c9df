"""`python -m local demo`."""

from pathlib import Path

import click

from local.commands.options import with_engine, with_home_of_its_own
from local.demonstration import Wishes, demonstrate
from local.engine_choice import EngineName
from local.home import Home
from local.view.terminal import is_answered, opened


@click.command(short_help="Show all of it, by itself.", epilog="Example: python -m local demo --logs")
@with_home_of_its_own
@click.option("--yes", is_flag=True, help="Do not wait for Enter before everything is stopped.")
@click.option("--keep", is_flag=True, help="Leave the platform up.")
@click.option("--logs", "with_logs", is_flag=True, help="Show what the jobs write, as they write it.")
@with_engine
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), hidden=True)
def demo(home: Home, yes: bool, keep: bool, with_logs: bool, engine: EngineName | None, picture: Path | None) -> None:
    """Show the whole road with the model template: two pushes, the second better than the first, both deployed.

    It runs in a platform of its own, which starts empty and is stopped at the end.
    """
    waits = is_answered() and not yes and not keep
    wishes = Wishes(waits, keep, with_logs, picture, engine or EngineName.PROCESS)
    with opened() as view:
        demonstrate(home, view, wishes)
