"""`python -m local down`."""

import click

from local.commands.options import with_home
from local.home import Home
from local.interrupt import undisturbed
from local.platform import known_platform
from local.stopping import stop
from local.view.terminal import opened


@click.command(short_help="Stop it; its state stays.", epilog="Example: python -m local down")
@with_home
def down(home: Home) -> None:
    """Stop the local platform and everything it started; its state stays."""
    platform = known_platform(home)
    with opened() as view, view.stage("stop"):
        count = 0
        if platform is not None:
            with undisturbed():
                count = stop(platform)
        view.tell("stop", detail=f"{count} processes ended" if count else "nothing ran")
