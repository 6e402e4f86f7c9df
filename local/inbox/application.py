"""The inbox's HTTP side."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.inbox.arrivals import Arrivals
from local.inbox.events import stream_events
from local.inbox.guard import Guard
from local.inbox.index import Index
from local.inbox.listing import list_messages, show_html, show_message
from local.inbox.store import Store
from local.inbox.webhook import receive

PAGE = Path(__file__).parent / "page"


async def show_page(request: Request) -> Response:
    """The inbox for people."""
    return FileResponse(PAGE / "index.html")


def application(store: Store, arrivals: Arrivals) -> Starlette:
    """The webhook, the page, and the messages as JSON."""
    app = Starlette(
        routes=[
            Route("/", show_page),
            Mount("/page", StaticFiles(directory=PAGE)),
            Route("/messages", list_messages),
            Route("/messages/{id}", show_message),
            Route("/messages/{id}/html", show_html),
            Route("/events", stream_events),
            Route("/services/{service:path}", receive, methods=["POST"]),
        ],
        middleware=[Middleware(Guard)],
    )
    app.state.store = store
    app.state.arrivals = arrivals
    app.state.index = Index(store)
    return app
