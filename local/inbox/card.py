"""Slack's Block Kit, as a tree.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.inbox.mrkdwn import inline, mrkdwn, plain
from local.inbox.node import Element, Node, element, link
from local.inbox.rich_text import parts, rich_text

STYLES = ("primary", "danger")


def card(blocks: Iterable[Any]) -> Iterator[Node]:
    """Each block in its own element; one that is unknown is named and not dropped."""
    for block in blocks:
        if isinstance(block, Mapping):
            yield _block(block)


def words(text: object) -> Iterator[Node]:
    """A text object's paragraphs, whichever of Slack's two kinds it is."""
    if isinstance(text, str):
        yield from mrkdwn(text)
    elif isinstance(text, Mapping) and text.get("type") == "mrkdwn":
        yield from mrkdwn(str(text.get("text") or ""))
    elif isinstance(text, Mapping):
        yield element("p", plain(str(text.get("text") or "")))


def picture(of: Mapping[str, Any], *, named: str = "image_url") -> Element:
    """A picture's words with a link: looking at it would tell its server that somebody reads."""
    return link(of.get(named), f"🖼 {plain(str(of.get('alt_text') or 'picture'))}", look="picture")


def _block(block: Mapping[str, Any]) -> Element:
    match block.get("type"):
        case "header":
            return element("h3", *_one_line(block.get("text")))
        case "section":
            return element("div", *_section(block), look="section")
        case "context":
            return element("div", *map(_context, parts(block)), look="context")
        case "actions":
            return element("div", *map(_action, parts(block)), look="actions")
        case "image":
            return element("div", *words(block.get("title")), picture(block), look="section")
        case "rich_text":
            return element("div", *rich_text(block), look="section")
        case "divider":
            return element("hr")
        case kind:
            return element("p", f"({kind})", look="unknown")


def _section(block: Mapping[str, Any]) -> Iterator[Node]:
    yield from words(block.get("text"))
    if fields := parts(block, "fields"):
        yield element("div", *(element("div", *words(field), look="field") for field in fields), look="fields")
    accessory = block.get("accessory")
    if isinstance(accessory, Mapping):
        yield element("div", _action(accessory), look="accessory")


def _context(part: Mapping[str, Any]) -> Element:
    if part.get("type") == "image":
        return picture(part)
    return element("span", *_one_line(part))


def _one_line(text: object) -> Iterator[Node]:
    """A text object's words where there is no room for paragraphs."""
    if isinstance(text, Mapping) and text.get("type") == "mrkdwn":
        yield from inline(str(text.get("text") or ""))
    elif isinstance(text, Mapping):
        yield plain(str(text.get("text") or ""))


def _action(part: Mapping[str, Any]) -> Element:
    if part.get("type") == "image":
        return picture(part)
    look = f"button {part['style']}" if part.get("style") in STYLES else "button"
    label = plain(_label(part))
    if part.get("url"):
        return link(part["url"], label, look=look)
    return element("span", label, look=f"{look} inert", title="Answers only in Slack")


def _label(part: Mapping[str, Any]) -> str:
    text = part.get("text") or part.get("placeholder")
    return str(text.get("text") or "") if isinstance(text, Mapping) else f"({part.get('type')})"
