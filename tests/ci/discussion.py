"""GitLab's merge requests and their notes on a socket: who may write there, and what is answered first."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

OURS, THEIRS = "glpat-ours", "glpat-theirs"
USERS = {OURS: 100, THEIRS: 200}
RELATED = re.compile(r"/api/v4/projects/(\d+)/repository/commits/([0-9a-f]{40})/merge_requests")
NOTES = re.compile(r"/api/v4/projects/(\d+)/merge_requests/(\d+)/notes(?:/(\d+))?")
Note = dict[str, Any]


@dataclass(frozen=True)
class Trouble:
    """An answer instead of the right one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Discussion:
    """Merge requests by the commits that they have, notes by merge request, and what goes wrong first.

    Of the methods in `loses` one request each is carried out and its answer lost, as by a proxy that gives up.
    """

    url: str = ""
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[int, list[Note]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    loses: list[str] = field(default_factory=list)
    silent: threading.Event | None = None
    asked: list[str] = field(default_factory=list)

    def has(self, number: int, *, commit: str, state: str = "merged", project: int = 42) -> None:
        """Add a merge request."""
        self.related.setdefault(commit, []).append(
            {"iid": number, "project_id": project, "state": state, "web_url": f"https://gitlab/!{number}"}
        )
        self.notes.setdefault(number, [])

    def write(self, number: int, body: str, *, author: int) -> Note:
        """Add a note."""
        note = {"id": 1 + sum(map(len, self.notes.values())), "body": body, "author": {"id": author}}
        self.notes[number].append(note)
        return note

    def bodies(self, number: int) -> list[str]:
        """What the merge request's notes say."""
        return [note["body"] for note in self.notes[number]]

    def answer(self, method: str, path: str, body: dict[str, Any], *, user: int) -> tuple[int, Any]:
        """GitLab's answer."""
        if path == "/api/v4/user":
            return 200, {"id": user, "username": "bot"}
        if found := RELATED.fullmatch(path):
            return (200, self.related[found[2]]) if found[2] in self.related else (404, {})
        if found := NOTES.fullmatch(path):
            return self._discuss(method, int(found[2]), int(found[3] or 0), body, user=user)
        return 404, {}

    def _discuss(self, method: str, number: int, note: int, body: dict[str, Any], *, user: int) -> tuple[int, Any]:
        if method == "POST":
            return 201, self.write(number, body["body"], author=user)
        if method == "PUT":
            (found,) = [each for each in self.notes[number] if each["id"] == note]
            if found["author"]["id"] != user:
                return 403, {}
            found["body"] = body["body"]
            return 200, found
        return 200, self.notes[number]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    discussion: ClassVar[Discussion]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer, unless there is trouble; lists come in pages."""
        parts, given = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.discussion.asked.append(f"{self.command} {parts.path}")
        if self.discussion.silent:
            self.discussion.silent.wait()
        user = USERS.get(self.headers.get("PRIVATE-TOKEN", ""))
        if user is None:
            return self._send(401, {})
        if self.discussion.troubles:
            trouble = self.discussion.troubles.pop(0)
            return self._send(trouble.status, {}, **trouble.headers)
        status, body = self.discussion.answer(self.command, parts.path, json.loads(given or b"{}"), user=user)
        if self.command in self.discussion.loses:
            self.discussion.loses.remove(self.command)
            return self._send(502, {})
        if not isinstance(body, list):
            return self._send(status, body)
        return self._send_page(body, parse_qs(parts.query))

    do_POST = do_PUT = do_GET  # noqa: N815 - the names are the base class's

    def _send_page(self, whole: list[Any], query: dict[str, list[str]]) -> None:
        size, page = int(query.get("per_page", ["20"])[0]), int(query.get("page", ["1"])[0])
        following = f"{self.discussion.url}{urlsplit(self.path).path}?per_page={size}&page={page + 1}"
        more = {"Link": f'<{following}>; rel="next"'} if page * size < len(whole) else {}
        self._send(200, whole[(page - 1) * size : page * size], **more)

    def _send(self, status: int, body: Any, **headers: str) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        fixed = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in (fixed | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@contextmanager
def discussing() -> Iterator[Discussion]:
    """A server that listens."""
    discussion = Discussion()
    handler = type("Handler", (Handler,), {"discussion": discussion})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        discussion.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield discussion
        finally:
            if discussion.silent:
                discussion.silent.set()
            server.shutdown()
            thread.join()
