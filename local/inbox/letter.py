"""A mail's plain text, as a tree."""

import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import dedent

from local.inbox.node import Node, element, link

URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)'\]]")
# Columns or indentation: text that somebody aligned falls apart in a proportional font.
ALIGNED = re.compile(r"^[ \t]+\S|\S {2,}\S|\t", re.MULTILINE)


def letter(text: str) -> Iterator[Node]:
    """Its paragraphs; the aligned ones, and what stands aligned below them, in one width."""
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", text.replace("\r\n", "\n").strip("\n"))
    for aligned, together in groupby(paragraphs, key=lambda paragraph: bool(ALIGNED.search(paragraph))):
        if aligned:
            yield element("pre", *_linked(dedent("\n\n".join(together))))
        else:
            yield from (element("p", *_linked(paragraph)) for paragraph in together if paragraph.strip())


def _linked(text: str) -> Iterator[Node]:
    end = 0
    for match in URL.finditer(text):
        yield text[end : match.start()]
        yield link(match[0], match[0])
        end = match.end()
    yield text[end:]
