"""Messages in a terminal, in the words of the page."""

from datetime import datetime

from rich.text import Text

from local.inbox.body import body
from local.inbox.message import Message
from local.inbox.node import Node, element
from local.inbox.painter import harmless, paint

KINDS = {"mail": "Mail", "slack": "Slack"}


def as_text(message: Message) -> str:
    """The message in plain text with a line about it above."""
    what = {"mail": f"mail to {message.to}", "slack": f"Slack {message.to}"}[message.kind]
    subject = f": {message.subject}" if message.subject else ""
    head = harmless(f"--- {message.received_at}  {what}{subject}")
    return f"{head}\n{painted(message).plain}"


def as_rich(message: Message) -> Text:
    """The message for a terminal with colours: when and whence, then what a reader of the page sees."""
    when = datetime.fromisoformat(message.received_at).astimezone().strftime("%a %d %b %H:%M:%S")
    head = Text.assemble((KINDS[message.kind], "bold magenta"), (f"  {when}  to {harmless(message.to)}", "dim"))
    subject = Text(harmless(message.subject), "bold") if message.subject else None
    return Text("\n").join(line for line in (head, subject, painted(message)) if line is not None)


def painted(message: Message) -> Text:
    """The body, and the names of the files that a mail carries."""
    files = (f"📎 {file.name} ({size(file.size)})" for file in message.files)
    nodes: list[Node] = [*_spaced(message), *(element("p", words, look="context") for words in files)]
    text = paint(nodes)
    text.rstrip()
    return text


def _spaced(message: Message) -> list[Node]:
    """A letter's paragraphs with blank lines between; the blocks of a card stand close."""
    nodes = list(body(message))
    if message.kind == "slack":
        return nodes
    return [part for node in nodes for part in (node, "\n")]


def size(count: int) -> str:
    """A file's size as people say it."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
