"""Endpoints really serve: they come up, change, fail and go as AWS's do."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.sagemaker_world import QUICK, ROLE, World

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> World:
    return World(launch_aws(env=QUICK))


@pytest.fixture(scope="module")
def steady(world: World) -> Any:
    return world.serve("steady", FLAVOUR="plain")


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def gone(pid: int) -> bool:
    return not os.path.exists(f"/proc/{pid}")


def test_an_endpoint_comes_into_service_and_says_what_it_runs(world: World, steady: Any) -> None:
    (variant,) = steady["ProductionVariants"]
    assert (steady["EndpointStatus"], steady["EndpointConfigName"]) == ("InService", "steady")
    assert (variant["CurrentWeight"], variant["DesiredWeight"], variant["CurrentInstanceCount"]) == (1.0, 1.0, 1)
    assert variant["DeployedImages"] == [{"SpecifiedImage": world.image, "ResolvedImage": world.image}]


def test_an_invocation_carries_the_body_and_the_callers_headers(world: World, steady: Any) -> None:
    assert steady
    said = world.say("steady", "a,b", ContentType="text/csv", Accept="application/json", CustomAttributes="trace=1")
    assert (said["body"], said["path"], said["flavour"]) == ("a,b", "/invocations", "plain")
    assert (said["headers"]["Content-Type"], said["headers"]["Accept"]) == ("text/csv", "application/json")
    assert said["headers"]["X-Amzn-SageMaker-Custom-Attributes"] == "trace=1"
    assert "Authorization" not in said["headers"]


def test_an_answer_carries_the_models_attributes_and_variant_and_no_other_header(world: World, steady: Any) -> None:
    assert steady
    answer = world.invoke("steady")
    assert (answer["CustomAttributes"], answer["InvokedProductionVariant"]) == ("version=steady", "steady")
    assert answer["ContentType"] == "application/json"
    assert "x-secret" not in answer["ResponseMetadata"]["HTTPHeaders"]


@pytest.mark.parametrize(("status", "side"), [(400, "client"), (500, "server")])
def test_a_models_error_is_a_model_error(world: World, steady: Any, status: int, side: str) -> None:
    assert steady
    with pytest.raises(ClientError) as caught:
        world.invoke("steady", f"status {status}")
    answer: Any = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("ModelError", 424)
    assert (answer["OriginalStatusCode"], answer["OriginalMessage"]) == (status, "told to")
    assert f"Received {side} error ({status}) from steady" in answer["Error"]["Message"]
    assert answer["LogStreamArn"].endswith("/aws/sagemaker/Endpoints/steady")


def test_an_unknown_endpoint_or_variant_is_a_validation_error(world: World, steady: Any) -> None:
    assert steady
    words = "Endpoint nobody of account 123456789012 not found."
    assert refusal(world.invoke, name="nobody") == ("ValidationError", words)
    assert refusal(world.invoke, name="steady", TargetVariant="other")[0] == "ValidationError"


def test_the_models_lines_are_in_the_endpoints_log_group(world: World, steady: Any) -> None:
    assert steady
    group = "/aws/sagemaker/Endpoints/steady"
    assert "serving" in world.until(lambda: world.lines_or_none(group, "steady/"), lambda lines: "serving" in lines)


def test_invocations_are_counted_in_cloudwatch(world: World, steady: Any) -> None:
    assert steady
    world.invoke("steady")
    metrics = world.aws.client("cloudwatch")
    dimensions = [{"Name": "EndpointName", "Value": "steady"}, {"Name": "VariantName", "Value": "steady"}]
    found = world.until(
        lambda: metrics.list_metrics(Namespace="AWS/SageMaker", Dimensions=dimensions)["Metrics"], lambda rows: rows
    )
    assert {row["MetricName"] for row in found} == {
        "Invocations",
        "Invocation4XXErrors",
        "Invocation5XXErrors",
        "ModelLatency",
    }
    now = datetime.now(UTC)
    counted = metrics.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName="Invocations",
        Dimensions=dimensions,
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
    )
    assert sum(point["Sum"] for point in counted["Datapoints"]) >= 1


def test_a_model_that_does_not_start_fails_the_endpoint_and_names_its_logs(world: World) -> None:
    endpoint = world.serve("broken", EXIT="yes")
    assert endpoint["EndpointStatus"] == "Failed"
    assert "/aws/sagemaker/Endpoints/broken" in endpoint["FailureReason"]
    assert "cannot load the model" in world.lines("/aws/sagemaker/Endpoints/broken", "broken/")


def test_a_failed_endpoint_can_only_be_deleted(world: World) -> None:
    world.serve("doomed", EXIT="yes")
    assert "Failed" in refusal(world.sm.update_endpoint, EndpointName="doomed", EndpointConfigName="doomed")[1]
    world.sm.delete_endpoint(EndpointName="doomed")
    world.until(lambda: exists(world, "doomed"), lambda there: not there)


def test_a_missing_artefact_fails_the_endpoint_and_names_it(world: World) -> None:
    container = {"Image": world.image, "ModelDataUrl": "s3://sagemaker-world/none.tar.gz"}
    world.sm.create_model(ModelName="hollow", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    world.sm.create_endpoint(EndpointName="hollow", EndpointConfigName=world.config("hollow", hollow=1))
    assert "s3://sagemaker-world/none.tar.gz" in world.settled("hollow")["FailureReason"]


def exists(world: World, name: str) -> bool:
    return bool(world.sm.list_endpoints(NameContains=name)["Endpoints"])


def test_an_update_serves_the_new_model_and_ends_the_old_process(world: World) -> None:
    world.serve("moving")
    old = world.say("moving")["pid"]
    world.config("moving-2", **{world.model("moving-b"): 1})
    world.sm.update_endpoint(EndpointName="moving", EndpointConfigName="moving-2")
    during = world.endpoint("moving")
    endpoint = world.settled("moving")
    assert during["EndpointConfigName"] in ("moving", "moving-2")
    assert (endpoint["EndpointConfigName"], world.say("moving")["model"]) == ("moving-2", "moving-b")
    world.until(lambda: gone(old), bool)


def test_an_update_resets_weights_unless_it_is_told_to_retain_them(world: World) -> None:
    world.config("kept", **{world.model("kept"): 1})
    world.sm.create_endpoint(EndpointName="kept", EndpointConfigName="kept")
    world.settled("kept")
    weights = [{"VariantName": "kept", "DesiredWeight": 7.0}]
    world.sm.update_endpoint_weights_and_capacities(EndpointName="kept", DesiredWeightsAndCapacities=weights)
    for retain, weight in ((True, 7.0), (False, 1.0)):
        world.sm.update_endpoint(EndpointName="kept", EndpointConfigName="kept", RetainAllVariantProperties=retain)
        assert [row["CurrentWeight"] for row in world.settled("kept")["ProductionVariants"]] == [weight]


def test_no_invocation_fails_while_an_endpoint_changes(world: World) -> None:
    world.serve("busy")
    world.config("busy-2", **{world.model("busy-b"): 1})
    answers: list[str] = []
    done = threading.Event()

    def call() -> None:
        while not done.is_set():
            answers.append(world.say("busy", "sleep 0.05")["model"])

    callers = [threading.Thread(target=call) for _ in range(2)]
    for caller in callers:
        caller.start()
    world.until(lambda: "busy" in answers, bool)
    world.sm.update_endpoint(EndpointName="busy", EndpointConfigName="busy-2")
    world.until(lambda: "busy-b" in answers, bool)
    done.set()
    for caller in callers:
        caller.join()
    assert set(answers) == {"busy", "busy-b"}


def test_an_update_to_a_broken_model_rolls_back_and_says_why(world: World) -> None:
    world.serve("careful")
    before = world.say("careful")["pid"]
    world.config("careful-2", **{world.model("careful-b", EXIT="yes"): 1})
    world.sm.update_endpoint(EndpointName="careful", EndpointConfigName="careful-2")
    endpoint = world.settled("careful")
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", "careful")
    assert "careful-b" in endpoint["FailureReason"]
    assert world.say("careful")["pid"] == before


def test_an_endpoint_that_changes_cannot_be_changed_or_deleted(world: World) -> None:
    world.config("held", **{world.model("held", SICK="yes"): 1})
    arn = world.sm.create_endpoint(EndpointName="held", EndpointConfigName="held")["EndpointArn"]
    words = f'Cannot update in-progress endpoint "{arn}".'
    assert refusal(world.sm.update_endpoint, EndpointName="held", EndpointConfigName="held") == (
        "ValidationException",
        words,
    )
    assert "in-progress" in refusal(world.sm.delete_endpoint, EndpointName="held")[1]


def test_creating_an_endpoint_twice_is_refused_in_the_words_airflow_looks_for(world: World, steady: Any) -> None:
    words = f'Cannot create already existing endpoint "{steady["EndpointArn"]}".'
    assert refusal(world.sm.create_endpoint, EndpointName="steady", EndpointConfigName="steady") == (
        "ValidationException",
        words,
    )


def test_variants_share_the_traffic_by_weight(world: World) -> None:
    world.config("shared", **{world.model("shared-a"): 1, world.model("shared-b"): 0})
    world.sm.create_endpoint(EndpointName="shared", EndpointConfigName="shared")
    world.settled("shared")
    assert {world.say("shared")["model"] for _ in range(10)} == {"shared-a"}
    assert world.say("shared", TargetVariant="shared-b")["model"] == "shared-b"
    weights = [
        {"VariantName": "shared-a", "DesiredWeight": 0.0},
        {"VariantName": "shared-b", "DesiredWeight": 5.0},
    ]
    world.sm.update_endpoint_weights_and_capacities(EndpointName="shared", DesiredWeightsAndCapacities=weights)
    assert {world.say("shared")["model"] for _ in range(10)} == {"shared-b"}
    assert [row["CurrentWeight"] for row in world.settled("shared")["ProductionVariants"]] == [0.0, 5.0]


def test_a_crashed_process_comes_back_and_describe_does_not_lie_meanwhile(world: World) -> None:
    world.serve("fragile")
    before = world.say("fragile")["pid"]
    with pytest.raises(ClientError):
        world.invoke("fragile", "crash")
    down = world.until(lambda: world.endpoint("fragile"), lambda seen: seen["EndpointStatus"] != "InService")
    assert down["EndpointStatus"] == "SystemUpdating"
    assert down["ProductionVariants"][0]["CurrentInstanceCount"] == 0
    world.settled("fragile")
    assert world.say("fragile")["pid"] != before


def test_a_deleted_endpoint_leaves_no_process(world: World) -> None:
    world.serve("brief")
    pid = world.say("brief")["pid"]
    world.sm.delete_endpoint(EndpointName="brief")
    world.until(lambda: gone(pid) and not exists(world, "brief"), bool)
    assert refusal(world.invoke, name="brief")[0] == "ValidationError"
    assert refusal(world.sm.describe_endpoint, EndpointName="brief")[1].startswith("Could not find endpoint")


def test_an_invocation_that_takes_too_long_is_a_model_error(launch_aws: Callable[..., Any]) -> None:
    world = World(launch_aws(env=QUICK | {"MODELWAY_INVOCATION": "0.5"}))
    world.serve("slow")
    code, words = refusal(world.invoke, name="slow", body="sleep 30")
    assert code == "ModelError"
    assert "longer than 0.5 seconds" in words
