"""`python -m local inbox`."""

import click

from local.commands.options import with_home
from local.home import Home
from local.inbox.message import newest_first
from local.inbox.store import Store
from local.inbox.terminal import as_text


@click.command()
@click.option("-n", "--count", default=20, show_default=True, help="How many messages at most.")
@with_home
def inbox(home: Home, count: int) -> None:
    """Show the mail and Slack messages that came in, newest last."""
    messages = newest_first(Store(home.inbox))[:count]
    for message in reversed(messages):
        click.echo(as_text(message) + "\n")
    if not messages:
        click.echo("No messages yet.")
