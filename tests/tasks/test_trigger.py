"""The wait in the triggerer: a failed look is not a failed job."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from modelway.tasks.triggers import RestTrigger
from tests.tasks.conftest import first_event


class Moody(HTTPServer):
    """A SageMaker that gives the answers it was told to, the last one for ever."""

    def __init__(self, *answers: tuple[int, dict[str, str]]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.answers = list(answers)
        self.looks = 0


class Answer(BaseHTTPRequestHandler):
    server: Moody

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, content = self.server.answers[min(self.server.looks, len(self.server.answers) - 1)]
        self.server.looks += 1
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


RUNNING = (200, {"TrainingJobStatus": "InProgress"})
COMPLETED = (200, {"TrainingJobStatus": "Completed"})
THROTTLED = (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    servers: list[Moody] = []

    def start(*answers: tuple[int, dict[str, str]]) -> Moody:
        server = Moody(*answers)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def trigger(*, seconds: float = 60) -> RestTrigger:
    return RestTrigger(
        kind="TRAINING", name="job", poll_seconds=0.01, deadline=time.time() + seconds, aws_conn_id="aws_default"
    )


def test_it_fires_when_the_job_has_come_to_rest(moody: Any) -> None:
    server = moody(RUNNING, RUNNING, COMPLETED)
    assert asyncio.run(first_event(trigger())).payload == {"name": "job"}
    assert server.looks == 3


def test_throttling_is_waited_out(moody: Any) -> None:
    server = moody(THROTTLED, THROTTLED, COMPLETED)
    assert asyncio.run(first_event(trigger())).payload == {"name": "job"}
    assert server.looks == 3


def test_it_fires_at_its_deadline_however_the_job_is(moody: Any) -> None:
    moody(RUNNING)
    assert asyncio.run(first_event(trigger(seconds=0.05))).payload == {"name": "job"}


def test_it_survives_the_way_to_the_triggerer() -> None:
    path, arguments = trigger().serialize()
    assert path == "modelway.tasks.triggers.RestTrigger"
    assert RestTrigger(**arguments).serialize() == (path, arguments)
