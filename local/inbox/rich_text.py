"""Slack's `rich_text` block, as a tree.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterator, Mapping
from typing import Any

from local.inbox.emoji import emoji
from local.inbox.node import Node, element, link

STYLES = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}
SIGNS = {"user": "@", "usergroup": "@", "broadcast": "@", "channel": "#"}


def rich_text(block: Mapping[str, Any]) -> Iterator[Node]:
    """The sections, lists, quotes and code of one block."""
    for part in parts(block):
        yield _part(part)


def parts(value: Mapping[str, Any], name: str = "elements") -> list[Mapping[str, Any]]:
    """The objects of a list in it; what is no object is passed over."""
    found = value.get(name)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def _part(part: Mapping[str, Any]) -> Node:
    match part.get("type"):
        case "rich_text_list":
            tag = "ol" if part.get("style") == "ordered" else "ul"
            indent = part.get("indent") if part.get("indent") in (1, 2, 3, 4) else 0
            items = (element("li", *_words(item)) for item in parts(part))
            return element(tag, *items, look=f"indent-{indent}" if indent else "")
        case "rich_text_quote":
            return element("blockquote", *_words(part))
        case "rich_text_preformatted":
            return element("pre", element("code", *_words(part)))
        case _:
            return element("p", *_words(part))


def _words(part: Mapping[str, Any]) -> Iterator[Node]:
    for word in parts(part):
        node = _word(word)
        given = word.get("style")
        styles = given if isinstance(given, Mapping) else {}
        for name in (name for name in STYLES if styles.get(name) is True):
            node = element(STYLES[name], node)
        yield node


def _word(word: Mapping[str, Any]) -> Node:
    kind, text = str(word.get("type")), str(word.get("text") or "")
    match kind:
        case "link":
            return link(word.get("url"), text or str(word.get("url")))
        case "emoji":
            return emoji(str(word.get("name")))
        case "date":
            return str(word.get("fallback") or word.get("timestamp"))
        case "user" | "usergroup" | "broadcast" | "channel":
            name = word.get(f"{kind}_id") or word.get("range") or "somebody"
            return element("span", f"{SIGNS[kind]}{name}", look="mention")
        case _:
            return text
