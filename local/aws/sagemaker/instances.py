"""The instances that a job or an endpoint takes, as its quota counts them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.aws.records import Record
from local.aws.sagemaker.place import kind_of


@dataclass(frozen=True)
class Use:
    """What takes instances: the word of its quota, the member that tells its status, and where its cluster is."""

    word: str
    status: str
    cluster: tuple[str, ...]


JOBS: Mapping[str, Use] = {
    "training-job": Use("training", "TrainingJobStatus", ("ResourceConfig",)),
    "processing-job": Use("processing", "ProcessingJobStatus", ("ProcessingResources", "ClusterConfig")),
    "transform-job": Use("transform", "TransformJobStatus", ("TransformResources",)),
}
RUNNING = ("InProgress", "Stopping")
SERVING = ("Creating", "Updating", "RollingBack", "SystemUpdating", "InService")


@dataclass(frozen=True)
class Instances:
    """So many instances of a type for one use."""

    use: str
    type: str
    count: int

    @property
    def quota(self) -> str:
        """The name of their quota, as Service Quotas and AWS's refusals have it."""
        return f"{self.type} for {self.use} usage"


def instances_of(record: Record) -> Iterator[Instances]:
    """What the resource of this record takes, whether it runs or not."""
    use = JOBS.get(kind_of(record["arn"]))
    if use is None:
        for name, count in record.get("instances", {}).items():
            yield Instances("endpoint", name, count)
        return
    spot = "spot " if record.get("EnableManagedSpotTraining") else ""
    cluster = _cluster(record, use)
    yield Instances(f"{spot}{use.word} job", cluster["InstanceType"], cluster["InstanceCount"])


def holds_instances(record: Record) -> bool:
    """Whether the resource has its instances now."""
    use = JOBS.get(kind_of(record["arn"]))
    if use is None:
        return record.get("EndpointStatus") in SERVING
    return record[use.status] in RUNNING


def _cluster(record: Record, use: Use) -> Mapping[str, Any]:
    cluster: Mapping[str, Any] = record
    for name in use.cluster:
        cluster = cluster[name]
    return cluster


def variant_instances(variants: "list[Mapping[str, Any]]") -> dict[str, int]:
    """How many instances of each type an endpoint's variants take; one without a type is serverless."""
    found: dict[str, int] = {}
    for variant in variants:
        if name := variant.get("InstanceType"):
            found[name] = found.get(name, 0) + variant.get("InitialInstanceCount", 1)
    return found
