"""How to wait for a SageMaker resource: one table for all kinds. What a final state means is in causes.py."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

Description = Mapping[str, Any]


DAY_SECONDS = 86_400
LONGEST_SECONDS = 30 * DAY_SECONDS  # SageMaker lets nothing run longer, whatever it was asked for


@dataclass(frozen=True)
class Waiting:
    """How SageMaker tells about one kind of resource: its operations, its members, its states, its own deadline.

    `noun` begins the members' names, as in TrainingJobName; `stop` is empty where nothing can be stopped. The
    first of `limits` that a description has is the seconds that it may take, else `no_limit`. Grace comes on top,
    since instances start first. What `settles` never leaves its final state; an endpoint is updated again and again.
    """

    noun: str
    stop: str
    log_group: str
    summaries: str
    limits: tuple[tuple[str, ...], ...]
    no_limit: int = LONGEST_SECONDS
    grace_seconds: int = 3600
    good: str = "Completed"
    final: frozenset[str] = frozenset({"Completed", "Failed", "Stopped"})
    settles: bool = True

    @property
    def describe(self) -> str:
        """The operation that reads one, as boto3 names it."""
        return f"describe_{_snake(self.noun)}"

    @property
    def list(self) -> str:
        """The operation that lists them."""
        return f"list_{_snake(self.noun)}s"

    @property
    def name_key(self) -> str:
        """Its name, in requests, descriptions and summaries."""
        return f"{self.noun}Name"

    @property
    def status_key(self) -> str:
        """Its state, in descriptions and summaries."""
        return f"{self.noun}Status"

    @property
    def arn_key(self) -> str:
        """Its ARN, in descriptions and summaries."""
        return f"{self.noun}Arn"


class Kind(Enum):
    """The resources that a task waits for."""

    TRAINING = Waiting(
        "TrainingJob",
        "stop_training_job",
        "/aws/sagemaker/TrainingJobs",
        "TrainingJobSummaries",
        (("StoppingCondition", "MaxWaitTimeInSeconds"), ("StoppingCondition", "MaxRuntimeInSeconds")),
    )
    PROCESSING = Waiting(
        "ProcessingJob",
        "stop_processing_job",
        "/aws/sagemaker/ProcessingJobs",
        "ProcessingJobSummaries",
        (("StoppingCondition", "MaxRuntimeInSeconds"),),
    )
    TRANSFORM = Waiting(
        "TransformJob",
        "stop_transform_job",
        "/aws/sagemaker/TransformJobs",
        "TransformJobSummaries",
        (),
    )
    TUNING = Waiting(
        "HyperParameterTuningJob",
        "stop_hyper_parameter_tuning_job",
        "/aws/sagemaker/TrainingJobs",  # its trainings' own
        "HyperParameterTuningJobSummaries",
        (("HyperParameterTuningJobConfig", "ResourceLimits", "MaxRuntimeInSeconds"),),
        final=frozenset({"Completed", "Failed", "Stopped", "DeleteFailed"}),
    )
    ENDPOINT = Waiting(
        "Endpoint",
        "",
        "/aws/sagemaker/Endpoints",
        "Endpoints",
        (("LastDeploymentConfig", "BlueGreenUpdatePolicy", "MaximumExecutionTimeoutInSeconds"),),
        no_limit=0,
        grace_seconds=7200,
        good="InService",
        final=frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"}),
        settles=False,
    )


def _at(description: Description, path: tuple[str, ...]) -> Any:
    for member in path:
        description = description.get(member) or {}
    return description


def _snake(noun: str) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"_\1", noun).lower()


def is_final(kind: Kind, description: Description) -> bool:
    """Whether the resource has come to rest."""
    return description[kind.value.status_key] in kind.value.final


def allowed_seconds(kind: Kind, description: Description) -> int:
    """How long the resource may take until it is late, by its own limit and its kind's grace."""
    found = (_at(description, path) for path in kind.value.limits)
    limit = next((seconds for seconds in found if seconds), kind.value.no_limit)
    return int(limit) + kind.value.grace_seconds


def answered_at(answer: Description) -> float | None:
    """When AWS gave the answer, by its own clock and in whole epoch seconds; None where it did not say."""
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return parsedate_to_datetime(date).timestamp() if date else None
