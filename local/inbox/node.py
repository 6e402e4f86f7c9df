"""What a message says, as a tree that the page and the terminal both paint."""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

SAFE = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)


@dataclass(frozen=True)
class Element:
    """A tag of HTML with what is in it; `look` is a class of the page's stylesheet, `colour` that of a bar."""

    tag: str
    children: tuple["Node", ...] = ()
    look: str = ""
    href: str = ""
    title: str = ""
    colour: str = ""


Node: TypeAlias = str | Element


def element(tag: str, *children: Node, look: str = "", title: str = "") -> Element:
    """A tag that leads nowhere."""
    return Element(tag, children, look=look, title=title)


def link(url: object, *children: Node, look: str = "") -> Element:
    """A link; what is no address of the web or of a mailbox (such as `javascript:`) stays words."""
    if not isinstance(url, str) or not SAFE.fullmatch(url):
        return Element("span", children, look=look, title="This leads to no web address")
    return Element("a", children, look=look, href=url)


def words_of(node: Node) -> str:
    """The tree's text without its form."""
    return node if isinstance(node, str) else "".join(map(words_of, node.children))


def as_json(node: Node) -> Any:
    """The tree as the page reads it: a text, or a tag with its attributes and children."""
    if isinstance(node, str):
        return node
    given = {"class": node.look, "href": node.href, "title": node.title, "data-colour": node.colour}
    attributes = {name: value for name, value in given.items() if value}
    return {"tag": node.tag, "attributes": attributes, "children": [as_json(child) for child in node.children]}
