"""Slack's own markup, as a tree.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from collections.abc import Callable, Iterator
from itertools import groupby

from local.inbox.emoji import emoji, with_emoji
from local.inbox.node import Element, Node, element, link

BLOCK = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
ITEM = re.compile(r"\s*(?:[•◦▪‣-]|\d{1,3}[.)])\s")
# A sign opens only at a word's start and closes only at a word's end: 2*3*4 and snake_case_name stay as they are.
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>[^_\s](?:[^_\n]*[^_\s])?)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^~\s](?:[^~\n]*[^~\s])?)~(?![\w~])"
    r"|(?P<url>https?://[^\s<>|`]*[^\s<>|`.,;:!?)'\"\]*_~])"
    r"|:(?P<emoji>[a-z0-9_+'-]{1,50}):"
)
STYLES = {"bold": "b", "italic": "i", "strike": "s"}


def mrkdwn(text: str) -> Iterator[Node]:
    """The blocks of a text: paragraphs, quotes, list items and code."""
    for number, part in enumerate(BLOCK.split(text)):
        if number % 2:
            yield element("pre", element("code", html.unescape(part)))
        elif part.strip("\n"):
            yield from _paragraphs(part.strip("\n"))


def plain(text: str) -> str:
    """A `plain_text` object's words; Slack takes `&`, `<` and `>` escaped there too."""
    return with_emoji(html.unescape(text))


def inline(text: str) -> Iterator[Node]:
    """What stands in one line."""
    end = 0
    for match in INLINE.finditer(text):
        yield from _words(text[end : match.start()])
        yield _marked(str(match.lastgroup), match[str(match.lastgroup)])
        end = match.end()
    yield from _words(text[end:])


def _paragraphs(text: str) -> Iterator[Node]:
    for kind, lines in groupby(text.split("\n"), key=_kind_of):
        yield from kind(list(lines))


def _kind_of(line: str) -> Callable[[list[str]], Iterator[Node]]:
    if line.startswith((">", "&gt;")):
        return _quote
    return _items if ITEM.match(line) else _lines


def _quote(lines: list[str]) -> Iterator[Node]:
    bare = (re.sub(r"^(?:>|&gt;) ?", "", line) for line in lines)
    yield element("blockquote", *inline("\n".join(bare)))


def _items(lines: list[str]) -> Iterator[Node]:
    yield from (element("div", *inline(line), look="item") for line in lines)


def _lines(lines: list[str]) -> Iterator[Node]:
    text = "\n".join(lines).strip("\n")
    if text:
        yield element("p", *inline(text))


def _words(text: str) -> Iterator[Node]:
    if text:
        yield html.unescape(text)


def _marked(kind: str, text: str) -> Node:
    match kind:
        case "code":
            return element("code", html.unescape(text))
        case "angle":
            return _angle(text)
        case "url":
            return link(html.unescape(text), html.unescape(text))
        case "emoji":
            return emoji(text)
        case _:
            return element(STYLES[kind], *inline(text))


def _angle(text: str) -> Element:
    """What stands in angle brackets: a mention, a date, or a link."""
    target, _, label = text.partition("|")
    label = html.unescape(label)
    if target.startswith("!"):
        return element("span", label or f"@{target[1:].partition('^')[0]}", look="mention")
    if target.startswith(("@", "#")):
        return element("span", target[0] + (label or target[1:]), look="mention")
    address = html.unescape(target)
    return link(address, with_emoji(label) or address.removeprefix("mailto:"))
