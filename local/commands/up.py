"""`python -m local up`."""

import click

from local.commands.options import with_home
from local.home import Home
from local.platform import Platform, make_platform
from local.starting import is_up, start
from local.timeline import Timeline


@click.command()
@with_home
def up(home: Home) -> None:
    """Start the local platform: AWS, an inbox and Airflow.

    Returns when everything is healthy. Repeating it does no harm and starts what is missing.
    """
    timeline, platform = Timeline(), make_platform(home)
    if is_up(platform):
        click.echo(f"The platform is already up. {_addresses(platform)}")
        return
    start(platform, timeline)
    timeline.line("up", _addresses(platform))


def _addresses(platform: Platform) -> str:
    return f"AWS {platform.aws_url}, Airflow {platform.airflow_url}, inbox {platform.inbox_url}"
