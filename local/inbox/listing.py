"""The messages as JSON."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from local.inbox.body import body
from local.inbox.index import Index
from local.inbox.message import Message
from local.inbox.node import as_json

LIMIT = 100
MOST = 1000
KINDS = ("", "mail", "slack")
# The page's own policy forbids styles inside a document, without which an HTML mail is unreadable.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin"
)
BEFORE_MAIL = (
    '<!doctype html><meta charset="utf-8"><base target="_blank"><style>body{font:15px/1.5 system-ui,sans-serif}</style>'
)


async def list_messages(request: Request) -> Response:
    """The newest messages, or those before one; `Link` names the next page where there is one."""
    asked = request.query_params
    limit, kind = asked.get("limit", str(LIMIT)), asked.get("kind", "")
    if not limit.isdecimal() or not 1 <= int(limit) <= MOST:
        return _refusal(f"limit is {limit!r}; use a number from 1 to {MOST}")
    if kind not in KINDS:
        return _refusal(f"kind is {kind!r}; use 'mail' or 'slack', or leave it out")
    index: Index = request.app.state.index
    index.refresh()
    found = index.newest(int(limit) + 1, before=asked.get("before", ""), kind=kind)
    shown = found[: int(limit)]
    more = request.url.include_query_params(before=shown[-1].id).query if len(found) > len(shown) else ""
    headers = {"Link": f'</messages?{more}>; rel="next"'} if more else {}
    return JSONResponse([summary(message) for message in shown], headers=headers)


async def show_message(request: Request) -> Response:
    """One message with its body as a tree."""
    message = _asked_for(request)
    if message is None:
        return _refusal("there is no such message; GET /messages lists all", status=404)
    return JSONResponse({**summary(message), "body": [as_json(node) for node in body(message)]})


async def show_html(request: Request) -> Response:
    """An HTML mail by itself, where nothing in it can act."""
    message = _asked_for(request)
    if message is None or not message.html:
        return _refusal("there is no such HTML mail; GET /messages lists all", status=404)
    return HTMLResponse(BEFORE_MAIL + message.html, headers={"Content-Security-Policy": MAIL_POLICY})


def summary(message: Message) -> dict[str, Any]:
    """The message as it lies in lists; an HTML mail's page is fetched by itself."""
    return {**asdict(message), "title": message.title, "preview": message.preview, "html": bool(message.html)}


def _asked_for(request: Request) -> Message | None:
    index: Index = request.app.state.index
    index.refresh()
    return index.find(request.path_params["id"])


def _refusal(words: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": words}, status_code=status)
