"""How to wait for a SageMaker resource and what its final state means: one table for all kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

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


class JobRecord(BaseModel):
    """What the rest of a run needs of a finished job: small, typed, plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    arn: str
    ended_at: AwareDatetime
    artifact: str = ""
    metrics: dict[str, float] = Field(default_factory=dict)
    billable_seconds: int = 0


def is_final(kind: Kind, description: Description) -> bool:
    """Whether the resource has come to rest."""
    return description[kind.value.status_key] in kind.value.final


def failure(kind: Kind, description: Description) -> str | None:
    """Why the job did not do what it was made for; None when it did. A stopped job is not a success."""
    status = description[kind.value.status_key]
    if status == kind.value.good:
        return None
    name, limit = description[kind.value.name_key], description.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    reason = description.get("FailureReason") or description.get("ExitMessage") or "SageMaker gave no reason"
    match status, description.get("SecondaryStatus"):
        case "Stopped", "MaxRuntimeExceeded":
            return f"{name} was stopped after its max_runtime of {limit} s; raise it in model.toml or train on less"
        case "Stopped", _:
            return f"{name} was stopped by somebody before it had finished"
        case _:
            return f"{name} is {status}: {reason}"


def training_record(description: Description) -> JobRecord:
    """A completed training job."""
    return JobRecord(
        name=description["TrainingJobName"],
        arn=description["TrainingJobArn"],
        ended_at=_aware(description["TrainingEndTime"]),
        artifact=description["ModelArtifacts"]["S3ModelArtifacts"],
        metrics={metric["MetricName"]: metric["Value"] for metric in description.get("FinalMetricDataList", [])},
        billable_seconds=description.get("BillableTimeInSeconds", 0),
    )


def processing_record(description: Description) -> JobRecord:
    """A completed processing job; its artifact is where its first output went, with a slash at the end."""
    output = description["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
    return JobRecord(
        name=description["ProcessingJobName"],
        arn=description["ProcessingJobArn"],
        ended_at=_aware(description["ProcessingEndTime"]),
        artifact=output.rstrip("/") + "/",
    )


def _aware(time: datetime) -> datetime:
    return time.astimezone()
