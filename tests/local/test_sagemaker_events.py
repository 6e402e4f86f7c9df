"""SageMaker tells EventBridge of each change of state, and a rule's queue has it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.aws.sagemaker.state_change import state_change
from tests.local.sagemaker_world import QUICK, World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012"


class Listener:
    """A queue to which rules send events."""

    def __init__(self, aws: Any, name: str) -> None:
        self.name = name
        self.sqs, self.events = aws.client("sqs"), aws.client("events")
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.target = {"Id": "queue", "Arn": answer["Attributes"]["QueueArn"]}
        self.heard: list[Any] = []

    def listen(self, **rule: Any) -> None:
        """Send what fits the rule to the queue."""
        self.events.put_rule(Name=self.name, **rule)
        self.events.put_targets(Rule=self.name, Targets=[self.target])

    def hear(self) -> list[Any]:
        """All events that have come until now."""
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        self.heard += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return self.heard


def pattern(**wanted: list[str]) -> dict[str, str]:
    return {"EventPattern": json.dumps({name.replace("_", "-"): values for name, values in wanted.items()})}


@pytest.fixture(scope="module")
def aws(launch_aws: Callable[..., Any]) -> Any:
    return launch_aws(env=QUICK)


@pytest.mark.server
def test_a_rule_hears_of_each_status_of_a_training_job_and_of_no_other(aws: Any) -> None:
    world, queue = World(aws), Listener(aws, "jobs")
    queue.listen(**pattern(source=["aws.sagemaker"], detail_type=["SageMaker Training Job State Change"]))
    world.process("silent")
    world.train("loud", hyperparameters={"code": "3"})
    world.until(queue.hear, lambda heard: heard and heard[-1]["detail"]["TrainingJobStatus"] == "Failed")
    statuses = [event["detail"]["SecondaryStatus"] for event in queue.heard]
    assert statuses == ["Starting", "Downloading", "Training", "Failed"]
    last = queue.heard[-1]
    assert (last["source"], last["resources"]) == ("aws.sagemaker", [f"{ARN}:training-job/loud"])
    assert last["detail"]["FailureReason"] == "AlgorithmError: exit code 3"
    assert last["detail"]["CreationTime"] == round(world.job("loud")["CreationTime"].timestamp() * 1000)


@pytest.mark.server
def test_a_target_that_cannot_be_served_keeps_no_other_from_its_events(aws: Any) -> None:
    queue = Listener(aws, "beside")
    queue.listen(**pattern(source=["test"]))
    others = ["arn:aws:sns:eu-west-1:123456789012:none", "arn:aws:sqs:eu-west-1:123456789012:gone"]
    targets = [{"Id": f"other-{number}", "Arn": arn} for number, arn in enumerate(others)]
    queue.events.put_targets(Rule="beside", Targets=[*targets, {**queue.target, "Id": "last"}])
    assert send(queue)["FailedEntryCount"] == 0
    assert len(queue.hear()) == 2  # by the targets `queue` and `last`


@pytest.mark.server
@pytest.mark.parametrize(
    "rule",
    [{"ScheduleExpression": "rate(1 day)"}, {**pattern(source=["test"]), "State": "DISABLED"}],
    ids=["clock", "asleep"],
)
def test_a_rule_that_sleeps_or_waits_for_the_clock_hears_nothing(
    aws: Any, rule: dict[str, str], request: pytest.FixtureRequest
) -> None:
    queue = Listener(aws, request.node.callspec.id)
    queue.listen(**rule)
    send(queue)
    assert queue.hear() == []


def send(queue: Listener) -> Any:
    return queue.events.put_events(Entries=[{"Source": "test", "DetailType": "x", "Detail": "{}"}])


def record(kind: str, **members: Any) -> dict[str, Any]:
    return {"arn": f"{ARN}:{kind}/x", **members}


def test_what_is_not_a_change_of_state_is_not_told() -> None:
    job = record("training-job", TrainingJobStatus="InProgress", SecondaryStatus="Training")
    assert state_change(job, {**job, "ModelArtifacts": {}}) is None
    assert state_change(None, record("model", ModelName="x")) is None


@pytest.mark.parametrize(
    ("kind", "member", "words"),
    [
        ("processing-job", "ProcessingJobStatus", "SageMaker Processing Job State Change"),
        ("transform-job", "TransformJobStatus", "SageMaker Transform Job State Change"),
        (
            "hyper-parameter-tuning-job",
            "HyperParameterTuningJobStatus",
            "SageMaker HyperParameter Tuning Job State Change",
        ),
        ("model-package", "ModelApprovalStatus", "SageMaker Model Package State Change"),
    ],
)
def test_each_kind_is_told_by_its_own_name(kind: str, member: str, words: str) -> None:
    entry = state_change(record(kind), record(kind, **{member: "Failed"}))
    assert entry is not None
    assert (entry["DetailType"], json.loads(entry["Detail"])[member]) == (words, "Failed")


def test_an_event_has_tags_as_a_map_an_endpoints_status_in_capitals_and_no_variables() -> None:
    tags = [{"Key": "dag", "Value": "train"}]
    endpoint = state_change(None, record("endpoint", EndpointStatus="InService", Tags=tags))
    job = state_change(None, record("training-job", TrainingJobStatus="InProgress", Environment={"TOKEN": "x"}))
    assert endpoint is not None
    assert job is not None
    assert json.loads(endpoint["Detail"]) == {"EndpointStatus": "IN_SERVICE", "Tags": {"dag": "train"}}
    assert "TOKEN" not in job["Detail"]
