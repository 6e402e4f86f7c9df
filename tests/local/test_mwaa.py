"""MWAA's API in front of an Airflow, here a small one made for the test."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.mwaa_world import ALL_HEALTHY, FakeAirflow, asked, status

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def mwaa(launch_aws: Any, airflow: FakeAirflow, wait_for: Any) -> Any:
    client = launch_aws(env={"MODELWAY_AIRFLOW_URL": airflow.url}).client("mwaa")
    client.create_environment(**asked())
    wait_for(lambda: status(client) == "AVAILABLE")
    return client


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
        mwaa.publish_metrics(EnvironmentName="modelway", MetricData=[])


@pytest.mark.parametrize("operation", ["create_cli_token", "create_web_login_token"])
def test_a_token_of_mwaa_is_refused_with_the_way_to_airflow(mwaa: Any, airflow: FakeAirflow, operation: str) -> None:
    with pytest.raises(ClientError, match=airflow.url):
        getattr(mwaa, operation)(Name="modelway")


def test_a_silent_airflow_is_a_server_exception(launch_aws: Any) -> None:
    mwaa = launch_aws(env={"MODELWAY_AIRFLOW_URL": "http://127.0.0.1:1"}).client("mwaa")
    mwaa.create_environment(**asked())
    answer = refused(mwaa, "/dags")
    assert (answer["Error"]["Code"], answer["RestApiStatusCode"]) == ("RestApiServerException", 503)
