"""What SageMaker tells EventBridge when a job, an endpoint or a model package changes its state.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from local.aws.records import Record
from local.aws.sagemaker.place import kind_of
from local.aws.sagemaker.service import service_model, shown

WITHHELD = ("Environment",)  # AWS's events have hyperparameters and no variables
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Kind:
    """The events of one kind of resource: their name, what describes it, and the members that are its state."""

    words: str
    operation: str
    state: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "training-job": Kind("Training Job", "DescribeTrainingJob", ("TrainingJobStatus", "SecondaryStatus")),
    "processing-job": Kind("Processing Job", "DescribeProcessingJob", ("ProcessingJobStatus",)),
    "transform-job": Kind("Transform Job", "DescribeTransformJob", ("TransformJobStatus",)),
    "hyper-parameter-tuning-job": Kind(
        "HyperParameter Tuning Job", "DescribeHyperParameterTuningJob", ("HyperParameterTuningJobStatus",)
    ),
    "endpoint": Kind("Endpoint", "DescribeEndpoint", ("EndpointStatus",)),
    "model-package": Kind("Model Package", "DescribeModelPackage", ("ModelPackageStatus", "ModelApprovalStatus")),
}


def state_change(before: Record | None, after: Record) -> dict[str, Any] | None:
    """The entry of PutEvents that tells of the change; none where the state is as it was."""
    kind = KINDS.get(kind_of(after["arn"]))
    if kind is None or all((before or {}).get(member) == after.get(member) for member in kind.state):
        return None
    return {
        "Source": "aws.sagemaker",
        "DetailType": f"SageMaker {kind.words} State Change",
        "Resources": [after["arn"]],
        "Time": time.time(),
        "Detail": json.dumps(detail_of(after, kind)),
    }


def detail_of(record: Record, kind: Kind) -> dict[str, Any]:
    """The description as events have it: times in milliseconds, tags as a map, an endpoint's status in capitals."""
    shape: Any = service_model().operation_model(kind.operation).output_shape
    described = {name: value for name, value in shown(kind.operation, record).items() if name not in WITHHELD}
    detail: dict[str, Any] = in_milliseconds(described, shape)
    if "EndpointStatus" in detail:
        detail["EndpointStatus"] = WORD.sub("_", detail["EndpointStatus"]).upper()
    return {**detail, "Tags": {tag["Key"]: tag["Value"] for tag in record.get("Tags", [])}}


def in_milliseconds(value: Any, shape: Shape) -> Any:
    """The value with every time as milliseconds since 1970."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = shape.members
        return {name: in_milliseconds(v, members[name]) if name in members else v for name, v in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [in_milliseconds(member, shape.member) for member in value]
    return round(value * 1000) if shape.type_name == "timestamp" else value
