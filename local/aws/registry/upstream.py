"""The registry program behind the door: bodies pass both ways in pieces, never whole."""

import contextlib
import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from werkzeug import Request, Response

from local.aws.registry.refusal import Refusal
from local.docker_record import read_docker

PIECE = 1 << 18
PATIENCE = 300
# https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1: these are of one connection; and the password is for the door.
OWN = ("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "expect", "authorization", "host", "date")
STOPPED = "no registry runs behind this local AWS; start it with `python -m local up --engine docker`"


class Upstream:
    """Speaks to the registry that the home's record names."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def pass_on(self, request: Request) -> Response:
        """The registry's answer to the request."""
        connection = self._connect()
        try:
            send(connection, request)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Refusal(502, "UNAVAILABLE", f"the registry broke off: {error!r}; push again") from error
        headers = passed(dict(answer.getheaders()))
        if request.method == "HEAD":  # its Content-Length is that of what it does not have
            connection.close()
            return Response([], answer.status, headers)
        return Response(Body(connection, answer), answer.status, headers)

    def put(self, path: str, content: bytes, *, media_type: str) -> None:
        """PUT a manifest; raises what the registry has against it."""
        with closing(self._connect()) as connection:
            connection.request("PUT", path, content, {"Content-Type": media_type})
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
        if answer.status >= 400:
            raise Refusal(400, "MANIFEST_INVALID", f"the registry does not take the manifest: {said}")

    def _connect(self) -> http.client.HTTPConnection:
        """A connection of its own for each request; on one machine it costs next to nothing."""
        record = read_docker(self._home)
        if record is None:
            raise Refusal(503, "UNAVAILABLE", STOPPED)
        connection = http.client.HTTPConnection(record.registry, timeout=PATIENCE, blocksize=PIECE)
        try:
            connection.connect()
        except OSError as error:
            raise Refusal(503, "UNAVAILABLE", STOPPED) from error
        return connection


class Body:
    """What the registry answers, read as it is sent on."""

    def __init__(self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> None:
        self._connection, self._answer = connection, answer

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._answer.read(PIECE):
            yield piece

    def close(self) -> None:
        """Called at the end, also of one that the client broke off."""
        self._connection.close()


def send(connection: http.client.HTTPConnection, request: Request) -> None:
    """Send the request on; a registry that answers before it has read all is heard nevertheless."""
    headers = passed(dict(request.headers))
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    if chunked:
        headers["Transfer-Encoding"] = "chunked"
    body = request.environ["wsgi.input"] if chunked or request.content_length else None
    query = request.environ.get("QUERY_STRING", "")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request(
            request.method, quote(request.path) + (f"?{query}" if query else ""), body, headers, encode_chunked=chunked
        )


def passed(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are not one connection's own."""
    return {name: value for name, value in headers.items() if name.lower() not in OWN}
