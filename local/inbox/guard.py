"""Keeps other web sites out: whoever browses from this machine can be made to ask 127.0.0.1.

https://developer.mozilla.org/en-US/docs/Web/Security/Attacks/DNS_rebinding
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN = ("127.0.0.1", "localhost")
READING = ("GET", "HEAD")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Guard:
    """Refuses readers that name another host and writers from another site; adds the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        problem = _problem(scope["method"], Headers(scope=scope))
        answer = PlainTextResponse(problem + "\n", status_code=403) if problem else self._app
        await answer(scope, receive, send_guarded)


def _problem(method: str, headers: Headers) -> str:
    host = headers.get("host", "")
    if method in READING and _name(host) not in OWN:
        return f"the inbox is not read as {host!r}; open it as 127.0.0.1 or localhost"
    origin = headers.get("origin")
    if method not in READING and origin is not None and origin != f"http://{host}":
        return f"a page of {origin!r} may not post here; messages come from programs"
    return ""


def _name(host: str) -> str:
    return host.rpartition(":")[0] if ":" in host else host
