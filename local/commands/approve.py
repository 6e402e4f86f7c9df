"""`python -m local approve`."""

import click

from local.approval import approve_version
from local.commands.options import running_platform, with_home
from local.home import Home
from local.pushed import recall
from local.timeline import Timeline


@click.command()
@click.argument("version", required=False)
@click.option("--project", help="Else the last pushed one.")
@click.option("--model", help="Else the last pushed one.")
@with_home
def approve(home: Home, version: str | None, project: str | None, model: str | None) -> None:
    """Approve a trained VERSION (else the last pushed one) and deploy it."""
    platform = running_platform(home)
    approve_version(platform, recall(home, project=project, model=model, version=version), Timeline())
