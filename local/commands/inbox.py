"""`python -m local inbox`."""

import time

import click
from rich.console import Console

from local.commands.options import with_home
from local.health import answers
from local.home import Home
from local.identity import read_identity
from local.inbox.index import Index
from local.inbox.message import Message
from local.inbox.store import Store
from local.inbox.terminal import as_rich, as_text

PAUSE = 0.3
HOW = "Carry a model through the platform and its messages come here: `python -m local push FOLDER`."


@click.command(short_help="Show the mails and Slack messages.", epilog="Example: python -m local inbox --follow")
@click.option("-n", "--count", default=20, show_default=True, type=click.IntRange(min=0), help="How many at most.")
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes in, until ctrl-C.")
@with_home
def inbox(home: Home, count: int, follow: bool) -> None:
    """Show the mail and Slack messages that came in, newest last, and where their page is.

    The messages stay when the platform is down. For example: python -m local inbox -n 2 --follow
    """
    index = Index(Store(home.inbox))
    index.refresh()
    last, messages = index.last(), index.newest(count)
    for message in reversed(messages):
        _show(message)
    if not index.last():
        click.echo(f"No messages yet. {HOW}")
    click.echo(_place(home), err=True)
    if follow:
        _follow(index, last)


def _follow(index: Index, last: str) -> None:
    """Only the interrupt ends it."""
    while True:
        index.refresh()
        for message in index.since(last):
            _show(message)
            last = message.id
        time.sleep(PAUSE)


def _show(message: Message) -> None:
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(as_rich(message), end="\n\n", soft_wrap=True)
    else:
        click.echo(as_text(message) + "\n")


def _place(home: Home) -> str:
    """Where the page is; without a platform it is not served."""
    identity = read_identity(home)
    url = f"http://127.0.0.1:{identity.ports.inbox}/" if identity else ""
    if url and answers(url):
        return f"The page: {url}"
    return f"The page is not served: no inbox runs in {home.root}; start it with `python -m local up`."
