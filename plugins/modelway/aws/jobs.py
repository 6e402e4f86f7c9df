"""SageMaker resources that take their time, and the logs they leave."""

import logging
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from modelway.aws.passing import is_unknown
from modelway.jobs import Kind

LOG_LINES = 30
LINE_LENGTH = 500
NEWEST_STREAMS = 3

log = logging.getLogger(__name__)


def describe(sagemaker: Any, kind: Kind, name: str) -> Mapping[str, Any] | None:
    """What SageMaker says of the resource; None when there is none of that name."""
    try:
        description: Mapping[str, Any] = getattr(sagemaker, kind.value.describe)(**{kind.value.name_key: name})
    except ClientError as error:
        if is_unknown(error):
            return None
        raise
    return description


def stop(sagemaker: Any, kind: Kind, name: str) -> str | None:
    """Ask SageMaker to stop the job; why it will not, None when it does."""
    try:
        getattr(sagemaker, kind.value.stop)(**{kind.value.name_key: name})
    except (BotoCoreError, ClientError) as error:
        return str(error)
    return None


def log_tail(logs: Any, kind: Kind, name: str) -> list[str]:
    """The last lines that the resource's containers wrote, oldest first; none when they cannot be had.

    Logs explain an outcome and never decide it: a missing permission or a throttled call must not fail a paid job.
    """
    if kind is Kind.ENDPOINT:  # the group has outlived many instances
        group = f"{kind.value.log_group}/{name}"
        where: dict[str, Any] = {"orderBy": "LastEventTime", "descending": True, "limit": NEWEST_STREAMS}
    else:
        group, where = kind.value.log_group, {"logStreamNamePrefix": f"{name}/"}
    try:
        streams = logs.describe_log_streams(logGroupName=group, **where)["logStreams"]
        events = [event for stream in streams for event in _last_events(logs, group, stream["logStreamName"])]
    except (BotoCoreError, ClientError) as error:
        log.warning("The log of %s cannot be read: %s", name, error)
        return []
    events.sort(key=lambda event: event["timestamp"])
    return [_line(event["message"]) for event in events[-LOG_LINES:]]


def _last_events(logs: Any, group: str, stream: str) -> list[dict[str, Any]]:
    found = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=LOG_LINES, startFromHead=False)
    events: list[dict[str, Any]] = found["events"]
    return events


def _line(message: str) -> str:
    """What a terminal would show of a progress bar, and not a whole document on one line."""
    last = message.rstrip("\r\n").rpartition("\r")[2]
    return last if len(last) <= LINE_LENGTH else f"{last[: LINE_LENGTH - 1]}…"
