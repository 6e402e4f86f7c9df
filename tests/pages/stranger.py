"""A web site elsewhere, which notes who asks it for anything."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stranger(ThreadingHTTPServer):
    """Another site than the inbox's, on a port of its own."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Note)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Note(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Note the path and have nothing."""
        assert isinstance(self.server, Stranger)
        self.server.asked.append(self.path)
        self.send_error(404)

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""
