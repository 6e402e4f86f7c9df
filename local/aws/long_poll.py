"""Long polls: a receiver that waits for messages must not hold moto, which answers one request at a time."""

import json
import time
from collections.abc import Callable
from io import BytesIO

from werkzeug import Request, Response

TARGET = "AmazonSQS.ReceiveMessage"
PAUSE = 0.1

Ask = Callable[[Request], Response]


def waiting_seconds(request: Request) -> float:
    """How long the request would wait in moto; 0 for all but a ReceiveMessage that says WaitTimeSeconds."""
    if request.headers.get("X-Amz-Target") != TARGET:
        return 0
    return float(json.loads(request.get_data()).get("WaitTimeSeconds", 0))


def answer_patiently(request: Request, ask: Ask, *, seconds: float) -> Response:
    """Ask again and again without waiting, until there is a message or the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        response = ask(_at_once(request))
        if time.monotonic() > deadline or response.status_code != 200 or b'"Messages"' in response.get_data():
            return response
        time.sleep(PAUSE)


def _at_once(request: Request) -> Request:
    body = json.dumps({**json.loads(request.get_data()), "WaitTimeSeconds": 0}).encode()
    return Request({**request.environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))})
