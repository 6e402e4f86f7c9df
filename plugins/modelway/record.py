"""What is kept of a finished job: small, typed, plain JSON, where SageMaker's own description is a page long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Description = Mapping[str, Any]
Prices = Mapping[str, float]


class JobRecord(BaseModel):
    """What the rest of a run, and people, need of a finished job.

    `seconds` is how long it ran, `billable_seconds` what AWS bills of them, once for each instance. `cost_usd` is an
    estimate, None where nobody has told the price of the instance type.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    arn: str
    ended_at: AwareDatetime
    state: str = "Completed"
    artifact: str = ""
    metrics: dict[str, float] = Field(default_factory=dict)
    seconds: int = 0
    billable_seconds: int = 0
    instance_type: str = ""
    instance_count: int = 1
    cost_usd: float | None = None


def training_record(description: Description, *, prices: Prices) -> JobRecord:
    """A completed training job; `prices` are USD an hour by instance type."""
    seconds = description.get("TrainingTimeInSeconds", 0)
    billable = description.get("BillableTimeInSeconds", seconds)
    return JobRecord(
        name=description["TrainingJobName"],
        arn=description["TrainingJobArn"],
        state=description["TrainingJobStatus"],
        ended_at=_aware(description["TrainingEndTime"]),
        artifact=description["ModelArtifacts"]["S3ModelArtifacts"],
        metrics={metric["MetricName"]: metric["Value"] for metric in description.get("FinalMetricDataList", [])},
        **_bill(description["ResourceConfig"], seconds=seconds, billable=billable, prices=prices),
    )


def processing_record(description: Description, *, prices: Prices) -> JobRecord:
    """A completed processing job; its artifact is where its first output went, with a slash at the end."""
    output = description["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]
    ended = description["ProcessingEndTime"]
    seconds = round((ended - description.get("ProcessingStartTime", ended)).total_seconds())
    cluster = description["ProcessingResources"]["ClusterConfig"]
    return JobRecord(
        name=description["ProcessingJobName"],
        arn=description["ProcessingJobArn"],
        state=description["ProcessingJobStatus"],
        ended_at=_aware(ended),
        artifact=output.rstrip("/") + "/",
        **_bill(cluster, seconds=seconds, billable=seconds, prices=prices),
    )


def _bill(machines: Description, *, seconds: int, billable: int, prices: Prices) -> dict[str, Any]:
    """Instance groups, which have several types, are billed by none of our estimates."""
    kind, count = machines.get("InstanceType", ""), machines.get("InstanceCount", 1)
    price = prices.get(kind)
    return {
        "seconds": seconds,
        "billable_seconds": billable,
        "instance_type": kind,
        "instance_count": count,
        "cost_usd": None if price is None else round(billable / 3600 * price * count, 4),
    }


def _aware(time: datetime) -> datetime:
    return time.astimezone()
