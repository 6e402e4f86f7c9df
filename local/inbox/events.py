"""Messages as they come, as Server-Sent Events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from local.inbox.arrivals import Arrivals
from local.inbox.index import Index
from local.inbox.listing import summary
from local.inbox.message import Message

RETRY = "retry: 1000\n\n"
STILL_HERE = ": still here\n\n"
SILENCE_SECONDS = 15.0  # a line that says nothing for longer is dropped by some proxies


async def stream_events(request: Request) -> Response:
    """Each message that comes after the last one the reader has."""
    index: Index = request.app.state.index
    index.refresh()
    asked = request.headers.get("last-event-id") or request.query_params.get("after")
    events = _events(index, request.app.state.arrivals, after=index.last() if asked is None else asked)
    return StreamingResponse(events, media_type="text/event-stream")


async def _events(index: Index, arrivals: Arrivals, *, after: str) -> AsyncIterator[str]:
    yield RETRY
    with arrivals.listener() as arrival:
        while not arrivals.closed:
            arrival.clear()
            index.refresh()
            for message in index.since(after):
                yield _event(message)
                after = message.id
            if not await _comes(arrival):
                yield STILL_HERE


async def _comes(arrival: asyncio.Event) -> bool:
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(arrival.wait(), SILENCE_SECONDS)
    return False


def _event(message: Message) -> str:
    return f"id: {message.id}\ndata: {json.dumps(summary(message))}\n\n"
