"""The words of an HTML mail, for a terminal and for the list."""

import re
from html.parser import HTMLParser

UNSEEN = ("script", "style", "title", "template", "noscript")
BREAKS = ("p", "div", "br", "tr", "li", "table", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6")


class _Words(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line before a block."""
        if tag in UNSEEN and not self._unseen:
            self._unseen = tag
        if tag in BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Break the line after a block."""
        if tag == self._unseen:
            self._unseen = ""
        if tag in BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Take the words, with blanks as a browser shows them."""
        if not self._unseen:
            self.found.append(re.sub(r"\s+", " ", data))


def html_words(page: str) -> str:
    """The page as lines of plain text."""
    reader = _Words()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
