"""One page as HTML: no script, nothing from elsewhere, and every word from outside escaped."""

import re
from dataclasses import dataclass
from html import escape
from typing import Self
from urllib.parse import quote

from werkzeug import Response

# A page shows what anybody's training code wrote: a browser must run nothing of it, whatever we overlook.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
       color: #1f2937; background: #fff }
h1 { font-size: 1.25rem; overflow-wrap: anywhere } h2 { font-size: 1rem; margin-top: 2rem }
nav { color: #6b7280 } nav a, p.links a { margin-right: 1rem }
a { color: #1d4ed8; text-decoration: none } a:hover { text-decoration: underline }
table { border-collapse: collapse; width: 100% }
td, th { border-top: 1px solid #e5e7eb; padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top }
th { font-weight: 500; color: #6b7280; white-space: nowrap; width: 1% } td { overflow-wrap: anywhere }
table.list { width: auto; min-width: 60% } .list td:last-child { color: #6b7280 }
pre { margin: 0; font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
pre.paper { background: #f3f4f6; border-radius: 6px; padding: 1rem }
.state { font-size: .8rem; font-weight: 500; padding: .15rem .6rem; border-radius: 1rem; background: #e5e7eb }
.good { background: #dcfce7; color: #166534 } .bad { background: #fee2e2; color: #991b1b }
@media (prefers-color-scheme: dark) {
  body { color: #e5e7eb; background: #111827 } a { color: #93c5fd } td, th { border-color: #374151 }
  pre.paper, .state { background: #1f2937 } .good { background: #14532d; color: #dcfce7 }
  .bad { background: #7f1d1d; color: #fee2e2 }
}
"""
GOOD = ("Completed", "InService", "Approved")
BAD = ("Failed", "Stopped", "Rejected", "RollingBack", "UpdateRollbackFailed", "OutOfService")
STORED = re.compile(r"s3://[^\s\"'<>&]+")
REFRESH_SECONDS = 2


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    @classmethod
    def of(cls, text: object) -> Self:
        """The text escaped, unless it is markup."""
        return cls(text if isinstance(text, Markup) else escape(str(text)))


@dataclass(frozen=True)
class Page:
    """A heading, a body of markup, and whether there will soon be more to see."""

    title: str
    body: Markup
    state: str = ""
    unfinished: bool = False

    def response(self, home: str, *, status: int = 200) -> Response:
        """What the browser gets; `home` is the path of the first page."""
        refresh = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">' if self.unfinished else ""
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">{refresh}'
            f"<title>{escape(self.title)}</title><style>{STYLE}</style></head><body>"
            f"<nav>{link('Local AWS', home)}</nav><h1>{escape(self.title)} {badge(self.state)}</h1>{self.body}"
            "</body></html>"
        )
        return Response(html, status=status, content_type="text/html; charset=utf-8", headers=HEADERS)


def badge(state: str) -> Markup:
    """A state in its colour."""
    colour = "good" if state in GOOD else "bad" if state in BAD else ""
    return Markup(f'<span class="state {colour}">{escape(state)}</span>' if state else "")


def link(text: str, path: str) -> Markup:
    """A link to a path of this server."""
    return Markup(f'<a href="{escape(quote(path))}">{escape(text)}</a>')


def table(rows: list[tuple[object, ...]], *, look: str = "") -> Markup:
    """Rows whose first cell is a heading; the look `list` is for links with their facts."""
    lines = (
        f"<tr><th>{Markup.of(first)}</th>{''.join(f'<td>{Markup.of(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return Markup(f'<table class="{look}">{"".join(lines)}</table>')


def paper(text: str, *, home: str) -> Markup:
    """Text as it stands, with its S3 URIs as links."""
    return Markup(f'<pre class="paper">{linked(text, home=home)}</pre>')


def linked(text: str, *, home: str) -> Markup:
    """The text with its S3 URIs as links."""
    pieces, start = [], 0
    for found in STORED.finditer(text):
        pieces += [escape(text[start : found.start()]), link(found[0], f"{home}s3/{found[0].removeprefix('s3://')}")]
        start = found.end()
    return Markup("".join([*pieces, escape(text[start:])]))
