"""A model's folder, a local AWS, a fake Lambda service on a socket, and commands as `python -m ci` runs them."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from click.testing import CliRunner

from ci.__main__ import cli
from modelway.errors import ModelwayError
from tests.sockets import free_port

ROOT = Path(__file__).parents[2]
BUCKET = "modelway-test"
REPOSITORY = "demo/breast-cancer"
MODEL_TOML = """
[model]
project = "demo"
name = "breast-cancer"
owner = "team@example.com"
problem = "binary"

[train]
instances = { type = "ml.m5.large" }
inputs = { train = "data/train/" }

[evaluate]
test = "data/test/"
target = "malignant"
metrics = [{ name = "f1", limit = 0.9 }]

[deploy]
instances = { type = "ml.m5.large" }
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start the local AWS."""
    for item in items:
        if "running_aws" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


NOWHERE = "http://127.0.0.1:1"
CREDENTIALS = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass
class LocalAws:
    """A running `python -m local.aws`, with the variables that lead there."""

    url: str
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs in its environment."""
        return CREDENTIALS | {"AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:
        """A boto3 client of the service, the same for all tests: making one takes longer than a call."""
        if service not in self.clients:
            self.clients[service] = self._new_client(service)
        return self.clients[service]

    def _new_client(self, service: str) -> Any:
        session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
        return session.client(service, endpoint_url=self.url)


@pytest.fixture(scope="session")
def running_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One server for all tests of this folder."""
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    command = [sys.executable, "-m", "local.aws", "--home", str(home), "--port", str(port)]
    with (home / "aws.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=_clean_environment(), stdout=log, stderr=log)
    try:
        _wait_until_listening(port, process=process, log=home / "aws.log")
        yield LocalAws(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _wait_until_listening(port: int, *, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"the local AWS did not start:\n{log.read_text()}")


def _clean_environment() -> dict[str, str]:
    ours = ("AWS_", "MODELWAY_", "MODEL_", "CI_", "GITLAB_", "MOTO_", "HTTP_PROXY", "http_proxy", "IMAGE", "UPSTREAM_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def aws(running_aws: LocalAws) -> LocalAws:
    """The server with an empty bucket, an empty repository and no trained version."""
    s3, ecr = running_aws.client("s3"), running_aws.client("ecr")
    _empty(s3)
    _forget_packages(running_aws.client("sagemaker"))
    if ecr.describe_repositories()["repositories"]:
        ecr.delete_repository(repositoryName=REPOSITORY, force=True)
    ecr.create_repository(repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE")
    return running_aws


def _empty(s3: Any) -> None:
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=found["Key"])


def _forget_packages(sagemaker: Any) -> None:
    for group in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]:
        name = group["ModelPackageGroupName"]
        for found in sagemaker.list_model_packages(ModelPackageGroupName=name)["ModelPackageSummaryList"]:
            sagemaker.delete_model_package(ModelPackageName=found["ModelPackageArn"])
        sagemaker.delete_model_package_group(ModelPackageGroupName=name)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model's folder that is in order."""
    folder = tmp_path / "breast-cancer"
    folder.mkdir()
    (folder / "model.toml").write_text(MODEL_TOML)
    (folder / "train.py").write_text("print('train_loss=0.1')\n")
    (folder / "inference.py").write_text("def model_fn(model_dir):\n    return model_dir\n")
    return folder


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """Where the commands leave their values."""
    return tmp_path / "build.env"


@pytest.fixture
def run(request: pytest.FixtureRequest, env_file: Path) -> Callable[..., Ended]:
    """Run a command, `run("version", "--source", …, CI_JOB_ID="7")`, and say how it ended.

    It reaches the local AWS in tests that use `aws`, and nothing in others.
    """
    aws = request.getfixturevalue("aws") if "aws" in request.fixturenames else LocalAws(NOWHERE)

    def invoke(*arguments: object, **environment: str) -> Ended:
        carried = (
            []
            if arguments[0] in ("apply", "archive", "check", "fetch", "note", "plan")
            else ["--env-file", str(env_file)]
        )
        variables = dict.fromkeys(set(os.environ) - set(_clean_environment()))
        settings = {"MODELWAY_BUCKET": BUCKET, "MODELWAY_POLL_SECONDS": "0.01"}
        given = variables | aws.environment | settings | environment
        ended = CliRunner().invoke(cli, [*map(str, arguments), *carried], env=given)
        if isinstance(ended.exception, ModelwayError):
            return Ended(ended.exception.exit_code, ended.stdout, f"{ended.stderr}modelway: {ended.exception}")
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return Ended(ended.exit_code, ended.stdout, ended.stderr)

    return invoke


@dataclass
class FakeLambda:
    """A Lambda service with one function: what it is asked, and the answers that it gives in turn."""

    url: str = ""
    answers: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, event: dict[str, Any]) -> dict[str, str]:
        """Keep the event; the last answer is given for ever."""
        self.events.append(event)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def will_say(self, *states: str) -> None:
        """Let the run have these states, the first at its start."""
        self.answers = [{"state": state} for state in states]


class Function(BaseHTTPRequestHandler):
    """Lambda's Invoke, in the shape of its service model."""

    service: ClassVar[FakeLambda]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer as the function does; an answer with errorType is a failure of the function."""
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/2015-03-31/functions/modelway-trigger-dag/invocations":
            self._send(404, {"Message": "Function not found"}, **{"x-amzn-ErrorType": "ResourceNotFoundException"})
            return
        answer = self.service.answer(event)
        if "errorMessage" in answer:
            self._send(200, answer, **{"X-Amz-Function-Error": "Unhandled"})
        else:
            run = {"dag_id": event["dag_id"], "dag_run_id": event["run_id"], "url": f"https://a/{event['run_id']}"}
            self._send(200, run | answer)

    def _send(self, status: int, body: dict[str, Any], **headers: str) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(payload))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Stay silent."""


@pytest.fixture
def function() -> Iterator[FakeLambda]:
    """A fake Lambda service, listening."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Function) as server:
        server.daemon_threads = True
        Function.service = FakeLambda(url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Function.service
        server.shutdown()
        thread.join()
