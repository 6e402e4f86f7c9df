"""MWAA's API in front of an Airflow, here a small one made for the test."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.server

HEALTHY = {"status": "healthy"}
ALL_HEALTHY = dict.fromkeys(("metadatabase", "scheduler", "triggerer", "dag_processor"), HEALTHY)


class FakeAirflow(ThreadingHTTPServer):
    """Takes one token at a time, echoes calls and answers with the status a path asks for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), AirflowHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.health: dict[str, Any] = ALL_HEALTHY
        self.tokens = 0

    def expire_token(self) -> None:
        self.tokens += 1


class AirflowHandler(BaseHTTPRequestHandler):
    server: FakeAirflow

    def answer(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/auth/token":
            self.server.tokens += 1
            self.say(201, {"access_token": f"token-{self.server.tokens}"})
        elif url.path == "/api/v2/monitor/health":
            self.say(200, self.server.health)
        elif self.headers.get("Authorization") != f"Bearer token-{self.server.tokens}":
            self.say(401, {"detail": "Not authenticated"})
        else:
            self.say(*self.echo(url.path, url.query))

    def echo(self, path: str, query: str) -> tuple[int, Any]:
        if path.startswith("/api/v2/status/"):
            return int(path.rpartition("/")[2]), {"detail": "as you asked"}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return 200, {
            "method": self.command,
            "path": path,
            "query": parse_qs(query),
            "body": json.loads(body) if body else None,
        }

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

    def say(self, status: int, content: Any) -> None:
        body = json.dumps(content).encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


@pytest.fixture(scope="module")
def airflow() -> Iterator[FakeAirflow]:
    with FakeAirflow() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def mwaa(launch_aws: Any, airflow: FakeAirflow) -> Any:
    return launch_aws(env={"MODELWAY_AIRFLOW_URL": airflow.url}).client("mwaa")


def invoke(mwaa: Any, path: str, method: str = "GET", name: str = "modelway", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = mwaa.invoke_rest_api(Name=name, Path=path, Method=method, **more)
    return answer


def refused(mwaa: Any, path: str, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        invoke(mwaa, path, **arguments)
    return dict(caught.value.response)


def test_a_call_reaches_airflow_with_its_method_path_query_and_body(mwaa: Any) -> None:
    conf = {"project": "demo", "model": "breast-cancer"}
    answer = invoke(
        mwaa, "/dags/train/dagRuns", "POST", QueryParameters={"limit": 5, "state": ["a", "b"]}, Body={"conf": conf}
    )
    assert answer["RestApiStatusCode"] == 200
    assert answer["RestApiResponse"] == {
        "method": "POST",
        "path": "/api/v2/dags/train/dagRuns",
        "query": {"limit": ["5"], "state": ["a", "b"]},
        "body": {"conf": conf},
    }


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_every_method_is_passed_on(mwaa: Any, method: str) -> None:
    assert invoke(mwaa, "/dags", method)["RestApiResponse"]["method"] == method


def test_an_answer_without_a_body_is_an_answer(mwaa: Any) -> None:
    assert invoke(mwaa, "/status/204")["RestApiStatusCode"] == 204


def test_the_token_is_fetched_once(mwaa: Any, airflow: FakeAirflow) -> None:
    invoke(mwaa, "/dags")
    before = airflow.tokens
    invoke(mwaa, "/dags")
    assert airflow.tokens == before


def test_a_token_that_airflow_no_longer_takes_is_replaced(mwaa: Any, airflow: FakeAirflow) -> None:
    invoke(mwaa, "/dags")
    airflow.expire_token()
    assert invoke(mwaa, "/dags")["RestApiStatusCode"] == 200


def test_a_401_that_stays_is_the_callers(mwaa: Any) -> None:
    assert refused(mwaa, "/status/401")["RestApiStatusCode"] == 401


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_refusal_of_airflow_is_a_client_exception(mwaa: Any, status: int) -> None:
    answer = refused(mwaa, f"/status/{status}")
    assert answer["Error"]["Code"] == "RestApiClientException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["RestApiStatusCode"] == status
    assert answer["RestApiResponse"] == {"detail": "as you asked"}


def test_a_fault_of_airflow_is_a_server_exception(mwaa: Any) -> None:
    answer = refused(mwaa, "/status/500")
    assert (answer["Error"]["Code"], answer["RestApiStatusCode"]) == ("RestApiServerException", 500)


def test_the_exceptions_are_typed(mwaa: Any) -> None:
    with pytest.raises(mwaa.exceptions.RestApiClientException):
        invoke(mwaa, "/status/404")


def test_a_path_of_64_characters_passes_and_of_65_does_not(mwaa: Any) -> None:
    longest = "/" + "x" * 63
    assert invoke(mwaa, longest)["RestApiStatusCode"] == 200
    answer = refused(mwaa, longest + "x")
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("ValidationException", 400)


def test_an_unknown_method_is_refused(mwaa: Any) -> None:
    assert refused(mwaa, "/dags", method="HEAD")["Error"]["Code"] == "ValidationException"


def test_an_unknown_environment_is_not_found(mwaa: Any) -> None:
    answer = refused(mwaa, "/dags", name="other")
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("ResourceNotFoundException", 404)
    with pytest.raises(mwaa.exceptions.ResourceNotFoundException):
        mwaa.get_environment(Name="other")


def test_the_one_environment_is_listed(mwaa: Any) -> None:
    assert mwaa.list_environments()["Environments"] == ["modelway"]


def test_the_environment_is_available_when_airflow_serves_its_api(mwaa: Any, airflow: FakeAirflow) -> None:
    environment = mwaa.get_environment(Name="modelway")["Environment"]
    assert (environment["Status"], environment["WebserverUrl"]) == ("AVAILABLE", airflow.url)


@pytest.mark.parametrize("part", ["scheduler", "triggerer", "dag_processor"])
def test_a_late_heartbeat_says_nothing_of_the_environment(mwaa: Any, airflow: FakeAirflow, part: str) -> None:
    airflow.health = ALL_HEALTHY | {part: {"status": "unhealthy"}}
    try:
        assert mwaa.get_environment(Name="modelway")["Environment"]["Status"] == "AVAILABLE"
    finally:
        airflow.health = ALL_HEALTHY


@pytest.mark.parametrize("state", [{"status": "unhealthy"}, {"status": None}, None])
def test_the_environment_is_unavailable_while_airflow_has_no_database(
    mwaa: Any, airflow: FakeAirflow, state: Any
) -> None:
    airflow.health = ALL_HEALTHY | {"metadatabase": state}
    try:
        assert mwaa.get_environment(Name="modelway")["Environment"]["Status"] == "UNAVAILABLE"
    finally:
        airflow.health = ALL_HEALTHY


def test_an_operation_that_is_not_there_is_refused(mwaa: Any) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        mwaa.delete_environment(Name="modelway")


def test_a_silent_airflow_is_an_unavailable_environment_and_a_server_exception(launch_aws: Any) -> None:
    mwaa = launch_aws(env={"MODELWAY_AIRFLOW_URL": "http://127.0.0.1:1"}).client("mwaa")
    assert mwaa.get_environment(Name="modelway")["Environment"]["Status"] == "UNAVAILABLE"
    answer = refused(mwaa, "/dags")
    assert (answer["Error"]["Code"], answer["RestApiStatusCode"]) == ("RestApiServerException", 503)
