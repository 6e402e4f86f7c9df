"""What a final description, or a refused order, means: whose doing it was, and whether another attempt helps."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modelway.causes import Cause, ending, machine_of, refusal
from modelway.jobs import Kind

NAME = "demo--churn-v1-0-0-train-01234567"
START = datetime(2026, 11, 21, 10, tzinfo=UTC)
QUOTA = (
    "The account-level service limit 'ml.m5.large for training job usage' is 2 Instances, with current utilization of"
    " 2 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase."
)


def training(status: str, secondary: str = "", **more: Any) -> dict[str, Any]:
    base = {"TrainingJobName": NAME, "TrainingJobStatus": status, "SecondaryStatus": secondary or status}
    return base | {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 90}} | more


def processing(status: str, **more: Any) -> dict[str, Any]:
    return {"ProcessingJobName": NAME, "ProcessingJobStatus": status} | more


def entered(*statuses: str) -> list[dict[str, Any]]:
    return [{"Status": status, "StartTime": START} for status in statuses]


def cause(description: dict[str, Any], kind: Kind = Kind.TRAINING) -> Cause | None:
    came_to = ending(kind, description)
    return came_to.cause if came_to else None


def test_a_completed_job_has_no_cause() -> None:
    assert ending(Kind.TRAINING, training("Completed")) is None
    assert ending(Kind.PROCESSING, processing("Completed")) is None


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("AlgorithmError: ValueError: boom\nexit code 1", Cause.USER_CODE),
        ("ClientError: Data download failed: no S3 objects", Cause.USER_CODE),
        ("InternalServerError: We encountered an internal error. Please try again.", Cause.PLATFORM),
        ("CapacityError: Unable to provision requested ML compute capacity.", Cause.CAPACITY),
        (f"ResourceLimitExceeded: {QUOTA}", Cause.QUOTA),
        ("", Cause.PLATFORM),
        ("Something that nobody has seen before", Cause.USER_CODE),
    ],
)
def test_a_failure_is_known_by_its_prefix_in_every_kind(reason: str, expected: Cause) -> None:
    assert cause(training("Failed", FailureReason=reason)) is expected
    assert cause(processing("Failed", FailureReason=reason), Kind.PROCESSING) is expected


def test_what_a_container_says_at_its_end_is_a_reason_too() -> None:
    came_to = ending(Kind.PROCESSING, processing("Failed", ExitMessage="no such column"))
    assert came_to
    assert (came_to.cause, came_to.reason) == (Cause.USER_CODE, "no such column")


@pytest.mark.parametrize(
    ("secondary", "expected"),
    [
        ("Stopped", Cause.STOPPED),
        ("MaxRuntimeExceeded", Cause.RUN_TIME_EXCEEDED),
        ("MaxWaitTimeExceeded", Cause.SPOT_INTERRUPTED),
        ("Interrupted", Cause.SPOT_INTERRUPTED),
    ],
)
def test_a_stopped_job_is_not_a_success(secondary: str, expected: Cause) -> None:
    assert cause(training("Stopped", secondary)) is expected


def test_a_processing_job_that_stopped_at_its_limit_ran_too_long() -> None:
    times = {"ProcessingStartTime": START, "StoppingCondition": {"MaxRuntimeInSeconds": 60}}
    early, late = START + timedelta(seconds=30), START + timedelta(seconds=60)
    assert cause(processing("Stopped", ProcessingEndTime=early, **times), Kind.PROCESSING) is Cause.STOPPED
    assert cause(processing("Stopped", ProcessingEndTime=late, **times), Kind.PROCESSING) is Cause.RUN_TIME_EXCEEDED


def test_a_spot_job_whose_last_act_was_an_interruption_lost_its_machines() -> None:
    lost = entered("Starting", "Training", "Interrupted", "Failed")
    resumed = entered("Starting", "Training", "Interrupted", "Starting", "Training", "Failed")
    internal = "InternalServerError: try again"
    assert cause(training("Failed", SecondaryStatusTransitions=lost, FailureReason=internal)) is Cause.SPOT_INTERRUPTED
    assert cause(training("Failed", SecondaryStatusTransitions=resumed, FailureReason=internal)) is Cause.PLATFORM


def test_only_what_is_not_the_models_or_a_persons_doing_is_tried_again() -> None:
    helped = {each for each in Cause if each.next_attempt_helps}
    assert helped == {Cause.PLATFORM, Cause.QUOTA, Cause.CAPACITY, Cause.SPOT_INTERRUPTED}
    assert {each for each in Cause if each.passes} == {Cause.QUOTA, Cause.CAPACITY}


@pytest.mark.parametrize(
    ("description", "name_and_remedy"),
    [
        (training("Failed", FailureReason="AlgorithmError: boom"), ["Mend it and push", "AlgorithmError: boom"]),
        (training("Failed", FailureReason="InternalServerError: no"), ["AWS's side", "Clear the task"]),
        (training("Failed", FailureReason="CapacityError: no"), ["ml.p3.2xlarge", "alternatives"]),
        (training("Failed", FailureReason="ResourceLimitExceeded: no"), ["quota", "Ask AWS"]),
        (training("Stopped"), ["stopped by somebody", "Clear the task"]),
        (training("Stopped", "MaxRuntimeExceeded"), ["max_runtime of 60 s", "Raise it in model.toml"]),
        (training("Stopped", "MaxWaitTimeExceeded"), ["max_wait of 90 s", "Raise it"]),
        (training("Stopped", "Interrupted"), ["spot", "Do without"]),
    ],
)
def test_each_cause_names_the_job_and_the_remedy(description: dict[str, Any], name_and_remedy: list[str]) -> None:
    words = str(ending(Kind.TRAINING, description | {"ResourceConfig": {"InstanceType": "ml.p3.2xlarge"}}))
    assert all(word in words for word in [NAME, *name_and_remedy])


def test_an_evaluation_over_its_limit_is_not_told_to_change_a_key_that_it_has_not() -> None:
    stopped = {"ProcessingStartTime": START, "ProcessingEndTime": START + timedelta(hours=1)}
    came_to = ending(Kind.PROCESSING, processing("Stopped", StoppingCondition={"MaxRuntimeInSeconds": 3600}, **stopped))
    assert "limit of 3600 s" in str(came_to)
    assert "max_runtime" not in str(came_to)


def test_of_a_long_reason_the_log_says_again_all_but_the_first_line() -> None:
    came_to = ending(Kind.TRAINING, training("Failed", FailureReason="AlgorithmError: boom\nTraceback"))
    assert came_to
    assert str(came_to).endswith("image: AlgorithmError: boom\nTraceback\nMend it and push.")
    assert came_to.brief.endswith("image: AlgorithmError: boom\nMend it and push.")


def response(code: str, message: str = "", *, status: int = 400) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (response("ResourceLimitExceeded", QUOTA), Cause.QUOTA),
        (response("CapacityError"), Cause.CAPACITY),
        (response("ThrottlingException", "Rate exceeded"), Cause.PLATFORM),
        (response("InternalFailure", status=500), Cause.PLATFORM),
        (response("ServiceUnavailable", status=503), Cause.PLATFORM),
    ],
)
def test_a_refused_order_has_a_cause_by_its_code(answer: dict[str, Any], expected: Cause) -> None:
    refused = refusal(answer, name=NAME, machine="ml.m5.large for training")
    assert refused
    assert refused.cause is expected


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_an_order_that_is_wrong_in_itself_has_none(code: str) -> None:
    assert refusal(response(code), name=NAME, machine="") is None


def test_a_missing_quota_is_told_with_its_numbers() -> None:
    refused = refusal(response("ResourceLimitExceeded", QUOTA), name=NAME, machine="ml.m5.large for training")
    assert refused
    assert refused.words == "quota: ml.m5.large for training (limit 2, 2 in use)"


def test_words_of_awss_that_change_cost_the_numbers_only() -> None:
    refused = refusal(response("ResourceLimitExceeded", "no"), name=NAME, machine="ml.m5.large for training")
    assert refused
    assert (refused.cause, refused.words) == (Cause.QUOTA, "quota: ml.m5.large for training")


@pytest.mark.parametrize(
    "description",
    [
        {"ResourceConfig": {"InstanceType": "ml.m5.large"}},
        {"ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large"}}},
        {"TransformResources": {"InstanceType": "ml.m5.large"}},
    ],
)
def test_every_kind_tells_the_machine_it_asked_for(description: dict[str, Any]) -> None:
    assert machine_of(description) == "ml.m5.large"
    assert machine_of({}) == ""
