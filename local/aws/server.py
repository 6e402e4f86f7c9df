"""The HTTP server below the front."""

import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
TLS = b"\x16\x03"  # how a TLS connection begins


class AnswerLost(ConnectionAbortedError):
    """The work is done, and its answer is not to be sent: the connection ends without one."""


class KeepAliveHandler(WSGIRequestHandler):
    """werkzeug's handler with connections that stay open.

    werkzeug closes each one because an application may leave a body unread; the front always reads all of it.
    """

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together; werkzeug flushes after each piece of a body
    disable_nagle_algorithm = True  # else a second piece would wait 40 ms

    def parse_request(self) -> bool:
        """Hang up on who tries TLS first, as Docker does with every registry before it speaks plainly."""
        if self.raw_requestline.startswith(TLS):
            self.close_connection = True
            return False
        return super().parse_request()

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        """Close a connection whose answer is lost: one that stayed open would keep its client waiting."""
        self.close_connection = True

    def handle_expect_100(self) -> bool:
        """Send `100 Continue` at once, and once: werkzeug would leave its own in the buffer."""
        del self.headers["Expect"]
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()
        self.wfile.flush()
        return True

    def send_header(self, keyword: str, value: str) -> None:
        """Pass headers on, but not werkzeug's `Connection: close`."""
        if (keyword, value) != ("Connection", "close"):
            super().send_header(keyword, value)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the call log has it, with who called."""


class Server:
    """Serves a WSGI application on one local port, a thread a connection."""

    def __init__(self, app: "WSGIApplication", *, port: int) -> None:
        self.server: BaseWSGIServer = make_server(HOST, port, app, threaded=True, request_handler=KeepAliveHandler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.1,), name="server", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self.thread.start()

    def stop(self) -> None:
        """Take no more connections."""
        self.server.shutdown()
        self.thread.join()
