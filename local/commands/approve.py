"""`python -m local approve`."""

import click

from local.approval import approve_version
from local.commands.options import running_platform, with_home
from local.home import Home
from local.pushed import recall
from local.view.terminal import opened


@click.command(short_help="Say yes to a version and deploy it.", epilog="Example: python -m local approve 1.0.1")
@click.argument("version", required=False)
@click.option("--project", help="Else the last pushed one.")
@click.option("--model", help="Else the last pushed one.")
@click.option("--logs", "with_logs", is_flag=True, help="Show what the endpoint writes, as it writes it.")
@with_home
def approve(home: Home, version: str | None, project: str | None, model: str | None, with_logs: bool) -> None:
    """Approve a trained VERSION (else the last pushed one) and deploy it."""
    platform = running_platform(home)
    pushed = recall(home, project=project, model=model, version=version)
    with opened() as view:
        approve_version(platform, pushed, view, with_logs=with_logs)
        view.times()
        view.note(f"next: python -m local predict{home.option}")
