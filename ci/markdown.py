"""Texts of others in GitLab's Markdown: shown as they are, and neither a mention, a reference, a link nor a command."""

import re

MAX_TEXT = 500
MAX_LINE = 300
MAX_LINES = 30
# Letters, digits and what no reference, link or emphasis begins with; a word after % would be a milestone.
PLAIN = re.compile(r"(?!.*www\.)(?:[a-z0-9 .,;()+/=-]|%(?![^) ]))*", re.ASCII | re.IGNORECASE)
ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'*+,;=%\[\]-]+", re.ASCII)


def inline(text: str) -> str:
    """Return the text for within a line: as it is where it is plain, else as code, where GitLab looks for nothing."""
    shown = _line(text, MAX_TEXT)
    return shown if PLAIN.fullmatch(shown) else code(shown)


def code(text: str) -> str:
    """Return a code span; a bar would end a table's cell, escaped or not."""
    shown = _line(text, MAX_TEXT).replace("|", "\N{BROKEN BAR}")
    fence = "`" * (_longest_run(shown) + 1)
    return f"{fence} {shown} {fence}" if "`" in shown else f"{fence}{shown or ' '}{fence}"


def block(lines: list[str]) -> str:
    """Return a code block of the last lines; each begins with a bar, since quick actions begin a line."""
    shown = [f"| {_line(line, MAX_LINE)}" for line in lines[-MAX_LINES:]]
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in shown))
    return "\n".join([f"{fence}text", *shown, fence])


def link(words: str, url: str) -> str:
    """Return a link; only its words where the address is none."""
    return f"[{words}](<{url}>)" if ADDRESS.fullmatch(url) else words


def _line(text: str, limit: int) -> str:
    """Return one line of printable characters: no line break of Unicode's, no change of direction."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
