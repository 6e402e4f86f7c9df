"""What a message says below its heading."""

from collections.abc import Iterator

from local.inbox.attachment import attached
from local.inbox.card import card
from local.inbox.letter import letter
from local.inbox.message import Message
from local.inbox.mrkdwn import mrkdwn
from local.inbox.node import Node


def body(message: Message) -> Iterator[Node]:
    """The tree of a mail's text, or of a Slack message's blocks and attachments."""
    if message.kind == "mail":
        yield from letter(message.text)
        return
    # Beside blocks Slack shows the text in notifications only.
    yield from card(message.blocks) if message.blocks else mrkdwn(message.text)
    yield from attached(message.attachments)
