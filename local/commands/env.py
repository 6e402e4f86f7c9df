"""`python -m local env`."""

import shlex

import click

from local.actors import USER, environment_of
from local.commands.options import running_platform, with_home
from local.home import Home


@click.command(
    short_help="Point the aws command and boto3 at the platform.",
    epilog='Example: eval "$(python -m local env)"; aws sagemaker list-endpoints',
)
@with_home
def env(home: Home) -> None:
    """Print export lines that point the aws command and boto3 at the platform, as its user.

    Use it as `eval "$(python -m local env)"`.
    """
    for name, value in environment_of(running_platform(home), USER).items():
        click.echo(f"export {name}={shlex.quote(value)}")
