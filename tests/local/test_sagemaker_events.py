"""SageMaker tells EventBridge of each change of state, and a rule's queue has it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.aws.sagemaker.state_change import state_change
from tests.local.sagemaker_world import QUICK, World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012"
SOURCE = {"source": ["aws.sagemaker"]}


class Listener(World):
    """A world with a queue that a rule sends events to."""

    def __init__(self, aws: Any) -> None:
        super().__init__(aws)
        self.sqs = aws.client("sqs")
        self.url = self.sqs.create_queue(QueueName="events")["QueueUrl"]
        self.heard: list[Any] = []

    def listen(self, **pattern: Any) -> None:
        """Send what fits the pattern to the queue."""
        events = self.aws.client("events")
        events.put_rule(Name="jobs", EventPattern=json.dumps(SOURCE | pattern))
        arn = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_targets(Rule="jobs", Targets=[{"Id": "queue", "Arn": arn}])

    def hear(self) -> list[Any]:
        """All events that have come until now."""
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        self.heard += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return self.heard


@pytest.mark.server
def test_a_rule_hears_of_each_status_of_a_training_job_and_of_no_other(launch_aws: Callable[..., Any]) -> None:
    world = Listener(launch_aws(env=QUICK))
    world.listen(**{"detail-type": ["SageMaker Training Job State Change"]})
    world.process("silent")
    world.train("loud", hyperparameters={"code": "3"})
    world.until(world.hear, lambda heard: heard and heard[-1]["detail"]["TrainingJobStatus"] == "Failed")
    statuses = [event["detail"]["SecondaryStatus"] for event in world.heard]
    assert statuses == ["Starting", "Downloading", "Training", "Failed"]
    last = world.heard[-1]
    assert (last["source"], last["resources"]) == ("aws.sagemaker", [f"{ARN}:training-job/loud"])
    assert last["detail"]["FailureReason"] == "AlgorithmError: exit code 3"
    assert last["detail"]["CreationTime"] == round(world.job("loud")["CreationTime"].timestamp() * 1000)


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
