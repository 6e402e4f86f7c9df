"""Messages as plain text for a terminal."""

import html
from typing import Any

from local.inbox.message import Message


def as_text(message: Message) -> str:
    """The message with a line about it above."""
    what = {"mail": f"mail to {message.to}", "slack": f"Slack {message.to}"}[message.kind]
    subject = f": {message.subject}" if message.subject else ""
    body = "\n".join(filter(None, map(_block, message.blocks))) or message.text
    return f"--- {message.received_at}  {what}{subject}\n{body}"


def _block(block: dict[str, Any]) -> str:
    match block.get("type"):
        case "header":
            return f"*{_words(block['text'])}*"
        case "section":
            return "\n".join([*([_words(block["text"])] if "text" in block else []), *_fields(block.get("fields", []))])
        case "context":
            return " ".join(map(_words, block["elements"]))
        case "actions":
            return " ".join(map(_button, block["elements"]))
        case "image":
            return f"[{block['alt_text']}] {block.get('image_url', '')}"
        case "divider":
            return "-" * 40
        case kind:
            return f"({kind})"


def _words(element: dict[str, Any]) -> str:
    """The words as Slack shows them: it takes `&`, `<` and `>` escaped."""
    return html.unescape(str(element.get("text") or element.get("alt_text") or ""))


def _fields(fields: list[dict[str, Any]]) -> list[str]:
    return [_words(field).replace("\n", " ") for field in fields]


def _button(element: dict[str, Any]) -> str:
    return f"[{_words(element.get('text', {}))}] {element.get('url', '')}".rstrip()
