"""GitLab over HTTP, as far as jobs and links need it: keys, repositories, artifacts, notes, and pages."""

import base64
import binascii
import io
import json
import os
import re
import subprocess
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

from local.errors import PortTaken
from local.gitlab import discussion
from local.gitlab.discussion import Discussion
from local.gitlab.issuer import Issuer
from local.gitlab.pages import document, index_page, job_page, pipeline_page
from local.gitlab.pipeline import JOBS_EACH, Job, Pipeline, read_pipeline
from local.gitlab.place import Place
from local.gitlab.project import ML_OPS, projects
from local.gitlab.tool import artifacts
from local.listener import listener_words

READ = re.compile(r"/(?P<path>[\w./-]+)\.git/(?:info/refs|git-upload-pack)")
ARTIFACTS = re.compile(r"/api/v4/projects/(?P<project>\d+)/jobs/(?P<job>\d+)/artifacts")
PAGE = re.compile(r"/(?P<path>[\w./-]+)/-/(?P<kind>pipelines|jobs|merge_requests)/(?P<number>\d+)")


@dataclass(frozen=True)
class Answer:
    """A status, a body and headers."""

    status: int = 404
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """What is served."""

    place: Place
    issuer: Issuer

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a request."""
        path = urlsplit(target).path
        if path == "/oauth/discovery/keys":
            return Answer(200, self.issuer.keys(), {"Content-Type": "application/json"})
        if found := READ.fullmatch(path):
            allowed = self._may_read(found["path"], headers)
            return self._from_git(method, target, headers, body) if allowed else _unknown(headers)
        if found := ARTIFACTS.fullmatch(path):
            return self._artifacts(int(found["project"]), int(found["job"]), headers)
        if path.startswith("/api/v4/"):
            return self._discuss(method, path, headers, body)
        if path == "/":
            return _shown(index_page(self.place))
        if found := PAGE.fullmatch(path):
            return self._page(found["path"], found["kind"], int(found["number"]))
        return Answer()

    def _may_read(self, path: str, headers: Mapping[str, str]) -> bool:
        """Anybody ml-ops, which is internal; a model repository its own jobs, and ml-ops', which it has let in."""
        if path == ML_OPS.path:
            return True
        wanted = [project.id for project in projects(self.place) if project.path == path]
        return bool(wanted) and self.issuer.project_of(_password(headers)) in (*wanted, ML_OPS.id)

    def _from_git(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(target)
        variables = {
            "GIT_PROJECT_ROOT": str(self.place.repositories),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": method,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
        }
        done = subprocess.run(
            ["git", "http-backend"], env={**os.environ, **variables}, input=body, capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        told = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        return Answer(int(told.pop("Status", "200" if told else "500").split()[0]), content, told)

    def _artifacts(self, project: int, number: int, headers: Mapping[str, str]) -> Answer:
        """A job's archive; a job token reads it here, though GitLab wants Premium for another project's."""
        token = headers.get("job-token") or headers.get("private-token", "")
        found = self._job(number)
        if found is None or found[0].project.id != project:
            return Answer()
        if self.issuer.project_of(token) not in (project, ML_OPS.id):
            return Answer(401)
        return Answer(200, archive(found[0], found[1], self.place), {"Content-Type": "application/zip"})

    def _discuss(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Merge requests, for ml-ops' token only; who asks is always the same."""
        if self.issuer.project_of(headers.get("private-token", "")) != ML_OPS.id:
            return Answer(401)
        if path == "/api/v4/user":
            return _document_of(200, {"id": discussion.USER, "username": "notes"})
        number = path.removeprefix("/api/v4/projects/").partition("/")[0]
        for project in projects(self.place):
            if str(project.id) == number:
                asked = json.loads(body or b"{}")
                return _document_of(*discussion.answer(Discussion(self.place, project), method, path, asked))
        return Answer()

    def _merge_request_page(self, path: str, number: int) -> Answer:
        for project in projects(self.place):
            notes = Discussion(self.place, project).notes(number) if project.path == path else None
            if notes is not None:
                return _shown(document(f"{path}: merge request {number}", discussion.shown(notes)))
        return Answer()

    def _job(self, number: int) -> tuple[Pipeline, Job] | None:
        pipeline = read_pipeline(self.place, number // JOBS_EACH)
        jobs = [job for job in pipeline.jobs if job.id == number] if pipeline else []
        return (pipeline, jobs[0]) if pipeline and jobs else None

    def _page(self, path: str, kind: str, number: int) -> Answer:
        if kind == "merge_requests":
            return self._merge_request_page(path, number)
        if kind == "jobs":
            found = self._job(number)
            return _shown(job_page(*found, self.place)) if found and found[0].project.path == path else Answer()
        pipeline = read_pipeline(self.place, number)
        return _shown(pipeline_page(pipeline, self.place)) if pipeline and pipeline.project.path == path else Answer()


def archive(pipeline: Pipeline, job: Job, place: Place) -> bytes:
    """The job's artifacts as GitLab packs them."""
    content = io.BytesIO()
    folder = artifacts(pipeline.checkout(place), job.name)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not name.startswith(".gitlab-ci-reports/"):
                file.write(path, name)
    return content.getvalue()


def _document_of(status: int, content: Any) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


def _shown(page: str) -> Answer:
    return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _unknown(headers: Mapping[str, str]) -> Answer:
    """As GitLab: who gives no name is asked for one, who gives a wrong one does not learn what there is."""
    return Answer() if "authorization" in headers else Answer(401, headers={"WWW-Authenticate": 'Basic realm="GitLab"'})


def _password(headers: Mapping[str, str]) -> str:
    try:
        given = base64.b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return given.partition(":")[2]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    site: ClassVar[Site]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Ask the site."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.site.answer(self.command, self.path, headers, self._body(headers))
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_POST = do_PUT = do_GET  # noqa: N815 - the names are the base class's

    def _body(self, headers: Mapping[str, str]) -> bytes:
        """The request's body; git sends a long one in pieces."""
        if headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@contextmanager
def serving(site: Site) -> Iterator[None]:
    """Serve while the block runs."""
    handler = type("Handler", (Handler,), {"site": site})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", site.place.port), handler)
    except OSError as error:
        raise PortTaken(
            f"port {site.place.port}, kept for the local GitLab, is taken by {listener_words(site.place.port)}; end "
            f"that, or let the next start pick another: `rm {site.place.server}` (old buttons are dead then)"
        ) from error
    with server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
