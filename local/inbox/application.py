"""The inbox's HTTP side."""

from dataclasses import asdict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.inbox.message import newest_first
from local.inbox.store import Store
from local.inbox.webhook import receive


def list_messages(request: Request) -> Response:
    """Every message of both kinds, newest first."""
    return JSONResponse([asdict(message) for message in newest_first(request.app.state.store)])


def application(store: Store) -> Starlette:
    """The webhook, and the messages as JSON."""
    app = Starlette(
        routes=[
            Route("/services/{service:path}", receive, methods=["POST"]),
            Route("/messages", list_messages),
        ]
    )
    app.state.store = store
    return app
