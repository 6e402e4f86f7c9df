"""A message's tree in a terminal, in colour where there is one."""

import re
from collections.abc import Iterable

from rich.text import Text

from local.inbox.node import Element, Node

BLOCKS = ("p", "div", "pre", "blockquote", "h3", "ul", "ol", "li", "hr")
STYLES = {"h3": "bold", "b": "bold", "i": "italic", "s": "strike", "code": "cyan", "pre": "cyan", "a": "underline"}
LOOKS = {"context": "dim", "mention": "yellow", "unknown": "dim", "button": "bold", "field": ""}
# What a terminal would obey instead of show: a message is anybody's text.
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RULE = "─" * 40


def paint(nodes: Iterable[Node]) -> Text:
    """The nodes below each other; what is a block begins a line."""
    text = Text()
    for node in nodes:
        if isinstance(node, str):
            text.append(harmless(node))
            continue
        part = _element(node)
        if text and node.tag in BLOCKS and not text.plain.endswith("\n"):
            text.append("\n")
        text.append_text(part)
        if part and node.tag in BLOCKS and not part.plain.endswith("\n"):
            text.append("\n")
    return text


def harmless(text: str) -> str:
    """The text without what a terminal would obey."""
    return OBEYED.sub("", text)


def _element(node: Element) -> Text:
    text = _inside(node)
    style = " ".join(filter(None, (STYLES.get(node.tag, ""), LOOKS.get(node.look.partition(" ")[0], ""))))
    text.stylize(style)
    return text


def _inside(node: Element) -> Text:
    match node.tag, node.look.partition(" ")[0]:
        case "hr", _:
            return Text(RULE, "dim")
        case (("ul" | "ol"), _):
            return _list(node)
        case "blockquote", _:
            return _before_each_line("│ ", paint(node.children))
        case _, "field":
            return Text("  ").join(paint(node.children).split("\n", allow_blank=False))
        case _, "actions":
            return Text("\n").join(_trimmed(paint([child])) for child in node.children)
        case _, "context":
            return Text("  ").join(_trimmed(paint([child])) for child in node.children)
        case (("a" | "span"), "button"):
            return Text.assemble("[", paint(node.children), "]", f" {node.href}" if node.href else "")
        case "a", _:
            words = paint(node.children)
            return words if words.plain == node.href else Text.assemble(words, f" ({node.href})")
        case _:
            return _trimmed(paint(node.children))


def _list(node: Element) -> Text:
    margin = "  " * int(node.look.removeprefix("indent-") or 0)
    lines = []
    for number, item in enumerate(node.children, start=1):
        mark = f"{number}. " if node.tag == "ol" else "• "
        lines.append(Text.assemble(margin, mark, _trimmed(paint([item]))))
    return Text("\n").join(lines)


def _before_each_line(mark: str, text: Text) -> Text:
    return Text("\n").join(Text.assemble(mark, line) for line in _trimmed(text).split("\n"))


def _trimmed(text: Text) -> Text:
    """Without the line breaks around it."""
    before = len(text.plain) - len(text.plain.lstrip("\n"))
    return text[before : len(text.plain.rstrip("\n"))] if text.plain.strip("\n") else Text()
