"""A GitLab server on a socket: repositories by git's own http-backend, and artifacts of jobs."""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

JOB_TOKEN = "glcbt-64_a-job's-secret"
ACCESS_TOKEN = "glpat-a-person's-secret"
KEYS = "/oauth/discovery/keys"
ARTIFACTS = "/api/v4/projects/42/jobs/7/artifacts"


@dataclass(frozen=True)
class Answer:
    """What the server says: a body may be shorter than it promises."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    missing: int = 0


@dataclass
class GitLab:
    """The server: whom it lets in, what it answers in turn before it serves, and what it was asked."""

    repositories: Path
    url: str = ""
    archive: bytes = b""
    keys: bytes = b""
    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def lets_in(self, headers: dict[str, str]) -> bool:
        """Whether the job token is in the header that git sends."""
        expected = base64.b64encode(f"gitlab-ci-token:{JOB_TOKEN}".encode()).decode()
        return headers.get("authorization") == f"Basic {expected}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    gitlab: ClassVar[GitLab]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Serve what was prepared, an archive or a repository."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.gitlab.asked.append((self.path, headers))
        if self.gitlab.answers:
            self._send(self.gitlab.answers.pop(0))
        elif self.path == KEYS and self.gitlab.keys:
            self._send(Answer(body=self.gitlab.keys))
        elif self.path == ARTIFACTS:
            known = headers.get("private-token") == ACCESS_TOKEN
            self._send(Answer(body=self.gitlab.archive) if known else Answer(401))
        elif self.gitlab.lets_in(headers):
            self._send(self._from_git(headers, body))
        else:
            self._send(Answer(404))

    do_POST = do_GET  # noqa: N815 - the name is the base class's

    def _from_git(self, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(self.path)
        variables = {
            "GIT_PROJECT_ROOT": str(self.gitlab.repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env=os.environ | variables, input=body, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Answer(int(told.pop("Status", "200").split()[0]), content, told)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        length = len(answer.body) + answer.missing
        for name, value in (answer.headers | {"Content-Length": str(length)}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        if answer.missing:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@contextmanager
def serving(repositories: Path) -> Iterator[GitLab]:
    """A server over a folder of bare repositories."""
    gitlab = GitLab(repositories)
    handler = type("Handler", (Handler,), {"gitlab": gitlab})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        gitlab.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield gitlab
        finally:
            server.shutdown()
            thread.join()
