"""The local AWS as a real process on a port of its own, spoken to through boto3."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.local.mwaa_world import FakeAirflow
from tests.sockets import free_port

REPOSITORY = Path(__file__).parents[2]
REGION = "eu-west-1"
ACCOUNT = "123456789012"
# Tests look many times a second; those of the rates set their own.
UNTHROTTLED = {"MODELWAY_RATES": "0"}
READY_WITHIN = 30
STOPPED_WITHIN = 60
# The tests of operators run in an environment of another Airflow too, which has no local AWS.
PLATFORM_PYTHON = os.environ.get("MODELWAY_PLATFORM_PYTHON", sys.executable)

# A refused or failed call must show at once in a test, not after four tries.
CLIENT_CONFIG = Config(
    retries={"total_max_attempts": 1}, inject_host_prefix=False, s3={"addressing_style": "path"}, read_timeout=120
)


class LocalAws:
    """One `python -m local.aws` process with its home; `start` after `stop` or `kill` keeps home and port."""

    def __init__(self, home: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = free_port()
        self.endpoint_url = f"http://127.0.0.1:{self.port}"
        self.env = UNTHROTTLED | dict(env or {})
        self.process: subprocess.Popen[bytes] | None = None

    def client(self, service: str, *, credentials: Mapping[str, str] | None = None) -> Any:
        """A boto3 client of the service; `credentials` is what `sts.assume_role` answers, root's when left out."""
        keys = credentials or {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
        session: Any = boto3.Session(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            region_name=REGION,
        )
        return session.client(service, endpoint_url=self.endpoint_url, config=CLIENT_CONFIG)

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self.process is not None, "the local AWS is not started"
        return self.process.pid

    @property
    def log(self) -> str:
        """All that the server wrote to its standard streams."""
        return (self.home / "aws.log").read_text()

    def start(self) -> "LocalAws":
        """Start the server and wait until it answers."""
        command = [PLATFORM_PYTHON, "-m", "local.aws", "--home", str(self.home), "--port", str(self.port)]
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "aws.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env=clean_environment() | self.env, stdout=log, stderr=log
            )
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Return once the server answers; fail with its log when it ends or takes too long."""
        deadline = time.monotonic() + READY_WITHIN
        while not answers(f"{self.endpoint_url}/-/healthy"):
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"the local AWS did not start:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> int:
        """End the server as supervisord does, with SIGTERM; return its exit code."""
        return self.end(signal.SIGTERM)

    def kill(self) -> int:
        """End the server without warning, with SIGKILL; return its exit code."""
        return self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        """Send the signal when the server runs; return its exit code, 0 when it was not running."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=STOPPED_WITHIN)
        self.process = None
        return code

    def restart(self) -> None:
        """Stop cleanly and start again on the same home and port."""
        self.stop()
        self.start()


def clean_environment() -> dict[str, str]:
    """The environment without what would change how AWS clients or the front behave."""
    ours = ("AWS_", "MODELWAY_", "MOTO_", "AIRFLOW", "PYTHON", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def answers(url: str) -> bool:
    """Whether a server answers the address with success."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def wait_for() -> Callable[[Callable[[], Any]], Any]:
    """Wait until a condition gives something true and return that: `wait_for(lambda: …)`."""

    def wait(condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + READY_WITHIN
        while not (found := condition()):
            assert time.monotonic() < deadline, "what the test waits for did not happen"
            time.sleep(0.05)
        return found

    return wait


@pytest.fixture(scope="module")
def launch_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LocalAws]]:
    """Start a local AWS, `launch_aws(env={…}, home=…)`; all are stopped when the module's tests end."""
    with ExitStack() as running:

        def launch(*, env: Mapping[str, str] | None = None, home: Path | None = None) -> LocalAws:
            server = LocalAws(home or tmp_path_factory.mktemp("home"), env=env)
            running.callback(server.stop)
            return server.start()

        yield launch


@pytest.fixture(scope="module")
def aws(launch_aws: Callable[..., LocalAws]) -> LocalAws:
    """A running local AWS shared by the tests of one module."""
    return launch_aws()


@pytest.fixture(scope="module")
def airflow() -> Iterator[FakeAirflow]:
    """A small Airflow for MWAA."""
    with FakeAirflow() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
