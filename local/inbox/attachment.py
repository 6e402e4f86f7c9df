"""Slack's older attachments with their bar of colour, as a tree.

https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local.inbox.card import card, picture, words
from local.inbox.mrkdwn import inline, plain
from local.inbox.node import Element, Node, element, link
from local.inbox.rich_text import parts

COLOURS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}
HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def attached(attachments: Iterable[Any]) -> Iterator[Node]:
    """Each attachment beside its bar."""
    for attachment in attachments:
        if isinstance(attachment, Mapping):
            yield from words(attachment.get("pretext"))
            yield Element("div", tuple(_inside(attachment)), look="bar", colour=_colour(attachment.get("color")))


def _colour(name: object) -> str:
    given = HEX.fullmatch(str(name))
    return f"#{given[1]}" if given else COLOURS.get(str(name), "")


def _inside(attachment: Mapping[str, Any]) -> Iterator[Node]:
    if name := attachment.get("author_name"):
        yield element("p", plain(str(name)), look="context")
    if title := attachment.get("title"):
        yield element("p", element("b", *_title(attachment, str(title))))
    body = [*card(parts(attachment, "blocks"))] or [*words(attachment.get("text"))]
    yield from body or words(attachment.get("fallback"))
    if fields := parts(attachment, "fields"):
        yield element("div", *map(_field, fields), look="fields")
    if attachment.get("image_url"):
        yield picture(attachment)
    if footer := attachment.get("footer"):
        yield element("p", *inline(str(footer)), look="context")


def _title(attachment: Mapping[str, Any], title: str) -> Iterator[Node]:
    yield link(attachment["title_link"], plain(title)) if attachment.get("title_link") else plain(title)


def _field(field: Mapping[str, Any]) -> Element:
    title = element("b", plain(str(field.get("title") or "")))
    return element("div", title, *words(str(field.get("value") or "")), look="field" if field.get("short") else "whole")
