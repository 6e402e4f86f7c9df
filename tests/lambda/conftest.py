"""A fake MWAA on a real socket, and Lambda's way of running a function: a process that stays warm."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[2]
DRIVER = """
import importlib, json, os, sys
sys.path.insert(0, sys.argv[1])
handler = importlib.import_module(sys.argv[2]).handler

class Context:
    def __init__(self, milliseconds):
        self.milliseconds = milliseconds
    def get_remaining_time_in_millis(self):
        return self.milliseconds

for line in sys.stdin:
    asked = json.loads(line)
    os.environ.update(asked["environment"])
    try:
        answer = handler(asked["event"], Context(asked["milliseconds"]))
    except Exception as error:
        answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
    print(json.dumps(answer), flush=True)
"""


@dataclass
class FakeMwaa:
    """What one environment holds, what it was asked, and the troubles that it answers first."""

    url: str = ""
    status: str = "AVAILABLE"
    webserver: str = "abc.airflow.eu-west-1.on.aws"
    dags: dict[str, dict[str, Any]] = field(default_factory=lambda: {"train": {"dag_id": "train"}})
    import_errors: list[dict[str, str]] = field(default_factory=list)
    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    troubles: dict[str, list[int]] = field(default_factory=dict)
    loses_answers: bool = False
    calls: list[str] = field(default_factory=list)

    def reset(self) -> None:
        """Forget everything but the address."""
        self.__dict__.update(FakeMwaa(url=self.url).__dict__)

    def airflow(self, asked: dict[str, Any]) -> tuple[int, Any]:
        """Answer one REST call as Airflow 3 does."""
        call = f"{asked['Method']} {asked['Path']}"
        self.calls.append(call)
        if trouble := self.troubles.get(call):
            if self.loses_answers:
                self._answer(asked)
            return trouble.pop(0), {"detail": "the web server is busy"}
        return self._answer(asked)

    def _answer(self, asked: dict[str, Any]) -> tuple[int, Any]:
        match asked["Method"], asked["Path"].split("/")[1:]:
            case "GET", ["importErrors"]:
                return 200, {"import_errors": self.import_errors, "total_entries": len(self.import_errors)}
            case "GET", ["dags", dag]:
                return _found(self.dags.get(dag))
            case "GET", ["dags", _, "dagRuns", run]:
                return _found(self.runs.get(run))
            case "POST", ["dags", dag, "dagRuns"]:
                return self._start(dag, asked["Body"])
        return 405, {"detail": "Method Not Allowed"}

    def _start(self, dag: str, body: dict[str, Any]) -> tuple[int, Any]:
        if "logical_date" not in body:
            return 422, {"detail": [{"loc": ["body", "logical_date"], "msg": "Field required"}]}
        if body["dag_run_id"] in self.runs:
            return 409, {"detail": "Unique constraint violation"}
        run = {"dag_id": dag, "dag_run_id": body["dag_run_id"], "conf": body["conf"], "state": "queued"}
        self.runs[body["dag_run_id"]] = run
        return 200, run


def _found(thing: dict[str, Any] | None) -> tuple[int, Any]:
    return (200, thing) if thing else (404, {"detail": "not found"})


class Door(BaseHTTPRequestHandler):
    """MWAA's two operations, in the shapes of its service model."""

    mwaa: ClassVar[FakeMwaa]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """GetEnvironment."""
        self.mwaa.calls.append(f"GET {self.path}")
        if trouble := self.mwaa.troubles.get("GetEnvironment"):
            self._send(trouble.pop(0), {"message": "Rate exceeded"}, kind="ThrottlingException")
        elif self.path != "/environments/modelway":
            self._send(404, {"message": "no environment with that name"}, kind="ResourceNotFoundException")
        else:
            found = {"Name": "modelway", "Status": self.mwaa.status, "WebserverUrl": self.mwaa.webserver}
            self._send(200, {"Environment": found})

    def do_POST(self) -> None:
        """InvokeRestApi: Airflow's refusals are HTTP 400 with the real status inside."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = self.mwaa.airflow(asked)
        body = {"RestApiStatusCode": status, "RestApiResponse": answer}
        if status < 400:
            self._send(200, body)
        else:
            self._send(400, body, kind=f"RestApi{'Client' if status < 500 else 'Server'}Exception")

    def _send(self, status: int, body: dict[str, Any], *, kind: str = "") -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Content-Type", "application/json")
        if kind:
            self.send_header("x-amzn-ErrorType", kind)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@dataclass
class WarmFunction:
    """One container of the function."""

    process: subprocess.Popen[str]

    def invoke(self, event: object, *, milliseconds: int = 30_000, **environment: str) -> dict[str, Any]:
        """Return the answer, or errorType and errorMessage."""
        variables = {"MWAA_ENVIRONMENT": "modelway", "ALLOWED_DAGS": "train, deploy"} | environment
        asked = {"event": event, "milliseconds": milliseconds, "environment": variables}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextlib.contextmanager
def warm_function(
    python: str, *, endpoint: str, module: str = "trigger_dag", **variables: str
) -> Iterator[WarmFunction]:
    """Run the function in a clean process of the given Python."""
    environment = {
        "AWS_ENDPOINT_URL_MWAA": endpoint,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **variables,
    }
    command = [python, "-I", "-c", DRIVER, str(ROOT / "lambda"), module]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield WarmFunction(process)
        finally:
            process.kill()


@pytest.fixture(scope="session")
def listening_mwaa() -> Iterator[FakeMwaa]:
    """The fake, listening."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        server.daemon_threads = True
        Door.mwaa = FakeMwaa(url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield Door.mwaa
        server.shutdown()
        thread.join()


@pytest.fixture
def mwaa(listening_mwaa: FakeMwaa) -> FakeMwaa:
    """The fake, as new."""
    listening_mwaa.reset()
    return listening_mwaa


@pytest.fixture(scope="session")
def function(listening_mwaa: FakeMwaa) -> Iterator[WarmFunction]:
    """The function on the Python of the tests."""
    with warm_function(sys.executable, endpoint=listening_mwaa.url) as started:
        yield started


@pytest.fixture(scope="session")
def bare_python() -> str:
    """A Python with boto3 and nothing else, built once a checkout."""
    home = ROOT / ".modelway" / f"test-lambda-env-{sys.version_info.major}{sys.version_info.minor}-boto3-1.39.11"
    python = home / "bin" / "python"
    uv = str(Path(sys.executable).with_name("uv"))
    if not (home / "complete").exists():
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(home)], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), "boto3==1.39.11"], check=True)
        (home / "complete").touch()
    return str(python)


@pytest.fixture(scope="session")
def bare_function(listening_mwaa: FakeMwaa, bare_python: str) -> Iterator[WarmFunction]:
    """The function where only boto3 is installed."""
    with warm_function(bare_python, endpoint=listening_mwaa.url) as started:
        yield started


@pytest.fixture(scope="session")
def running_function() -> Callable[..., contextlib.AbstractContextManager[WarmFunction]]:
    """A way to run the function against another address."""
    return warm_function
