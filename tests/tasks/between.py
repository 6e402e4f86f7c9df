"""A man in the middle: between the triggers and the local AWS, he alters what is asked and answered."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Content = dict[str, Any]
Answer = tuple[int, Content]
Forward = Callable[[Content], Answer]
TIMES = ("CreationTime", "LastModifiedTime", "TrainingEndTime", "TrainingStartTime")

THROTTLED: Answer = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
DENIED: Answer = (400, {"__type": "AccessDeniedException", "message": "User is not authorized"})
EXPIRED: Answer = (400, {"__type": "ExpiredTokenException", "message": "The security token is expired"})
LOST: Answer = (0, {})


class Between(ThreadingHTTPServer):
    """Counts calls by their operations; `change` answers in AWS's stead; AWS's clock is `ahead` of ours."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = port
        self.calls: list[str] = []
        self.ahead = 0.0
        self.change: Callable[[str, Content, Forward], Answer] = lambda operation, content, forward: forward(content)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of callers who hang up."""


class Handler(BaseHTTPRequestHandler):
    """One connection of a caller."""

    server: Between
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as told."""
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append(operation)
        status, answer = self.server.change(operation, content, self.forward)
        if not status:
            self.close_connection = True
            return
        body = json.dumps(answer).encode()
        self.send_response_only(status)
        self.send_header("Date", formatdate(self.date_time() + self.server.ahead, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def forward(self, content: Content) -> Answer:
        """What the local AWS says."""
        asked = {name: value - self._shift(name) if self._shift(name) else value for name, value in content.items()}
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.port)
        headers = {name: self.headers[name] for name in ("X-Amz-Target", "Authorization", "Content-Type")}
        upstream.request("POST", "/", json.dumps(asked).encode(), headers)
        response = upstream.getresponse()
        self.date = response.headers["Date"]
        answer = json.loads(response.read())
        upstream.close()
        return response.status, self._shifted(answer)

    def date_time(self) -> float:
        """When the local AWS answered."""
        return parsedate_to_datetime(getattr(self, "date", self.date_time_string())).timestamp()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""

    def _shift(self, name: str) -> float:
        return self.server.ahead if name.removesuffix("After") in TIMES else 0.0

    def _shifted(self, answer: Any) -> Any:
        if isinstance(answer, list):
            return [self._shifted(each) for each in answer]
        if not isinstance(answer, dict):
            return answer
        return {
            name: value + self._shift(name) if name in TIMES else self._shifted(value) for name, value in answer.items()
        }


@contextmanager
def between(port: int) -> Iterator[Between]:
    """Serve until the end of the block."""
    with Between(port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
