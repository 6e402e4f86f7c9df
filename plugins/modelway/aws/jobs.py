"""SageMaker resources that take their time, and the logs they leave."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from modelway.jobs import Kind

LOG_LINES = 30


def describe(sagemaker: Any, kind: Kind, name: str) -> Mapping[str, Any] | None:
    """What SageMaker says of the resource; None when there is none of that name.

    SageMaker has no error code of its own for it: an unknown name is a ValidationException.
    """
    try:
        description: Mapping[str, Any] = getattr(sagemaker, kind.value.describe)(**{kind.value.name_key: name})
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ValidationException", "ResourceNotFound"):
            return None
        raise
    return description


def log_tail(logs: Any, kind: Kind, name: str) -> list[str]:
    """The last lines that the resource's containers wrote; none when it never came so far."""
    group, prefix = (f"{kind.value.log_group}/{name}", "") if kind is Kind.ENDPOINT else (kind.value.log_group, name)
    where = {"logGroupName": group, **({"logStreamNamePrefix": f"{prefix}/"} if prefix else {})}
    try:
        streams = logs.describe_log_streams(**where)["logStreams"]
        lines = [line for stream in streams for line in _last_lines(logs, group, stream["logStreamName"])]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return []
        raise
    return lines[-LOG_LINES:]


def _last_lines(logs: Any, group: str, stream: str) -> list[str]:
    events = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=LOG_LINES, startFromHead=False)
    return [event["message"].rstrip("\n") for event in events["events"]]
