"""`python -m local up`."""

import click

from local.commands.options import with_home
from local.home import Home
from local.platform import make_platform
from local.starting import is_up, start
from local.view.addresses import addresses
from local.view.terminal import opened


@click.command(
    short_help="Start the platform: a local AWS, Airflow, an inbox.",
    epilog="Example: python -m local up && python -m local push model_template",
)
@with_home
def up(home: Home) -> None:
    """Start the local platform: AWS, an inbox and Airflow.

    Returns when everything is healthy. Repeating it does no harm and starts what is missing.
    """
    platform = make_platform(home)
    with opened() as view:
        if is_up(platform):
            view.note("The platform is already up.")
        else:
            view.chapter(f"Start the platform in {home.root}")
            with view.background("starting"):
                start(platform, view)
        view.table(addresses(platform))
