"""How to wait for a SageMaker resource: one table for all kinds. What a final state means is in causes.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Description = Mapping[str, Any]


@dataclass(frozen=True)
class Waiting:
    """How SageMaker tells about one kind of resource; `stop` is empty where nothing can be stopped."""

    describe: str
    stop: str
    name_key: str
    status_key: str
    arn_key: str
    good: str
    final: frozenset[str]
    log_group: str
    grace_seconds: int


_JOB_STATES = frozenset({"Completed", "Failed", "Stopped"})
_ENDPOINT_STATES = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})


class Kind(Enum):
    """The resources that a task waits for. Grace is added to a job's own limit, since instances start first."""

    TRAINING = Waiting(
        "describe_training_job",
        "stop_training_job",
        "TrainingJobName",
        "TrainingJobStatus",
        "TrainingJobArn",
        "Completed",
        _JOB_STATES,
        "/aws/sagemaker/TrainingJobs",
        3600,
    )
    PROCESSING = Waiting(
        "describe_processing_job",
        "stop_processing_job",
        "ProcessingJobName",
        "ProcessingJobStatus",
        "ProcessingJobArn",
        "Completed",
        _JOB_STATES,
        "/aws/sagemaker/ProcessingJobs",
        3600,
    )
    ENDPOINT = Waiting(
        "describe_endpoint",
        "",
        "EndpointName",
        "EndpointStatus",
        "EndpointArn",
        "InService",
        _ENDPOINT_STATES,
        "/aws/sagemaker/Endpoints",
        7200,
    )


def is_final(kind: Kind, description: Description) -> bool:
    """Whether the resource has come to rest."""
    return description[kind.value.status_key] in kind.value.final
