"""`python -m local down`."""

import click

from local.commands.options import with_home
from local.home import Home
from local.interrupt import undisturbed
from local.platform import known_platform
from local.stopping import stop
from local.timeline import Timeline


@click.command()
@with_home
def down(home: Home) -> None:
    """Stop the local platform and everything it started; its state stays."""
    timeline, platform = Timeline(), known_platform(home)
    count = 0
    if platform is not None:
        with undisturbed():
            count = stop(platform)
    timeline.line("down", f"{count} processes ended" if count else "nothing ran")
