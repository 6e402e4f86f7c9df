"""What a job or an endpoint has written, as a page that follows it."""

from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from local.aws.console.page import Markup, Page, link, paper
from local.aws.console.resource import MOVING, describe, state_of

GROUPS = {
    "training-job": "/aws/sagemaker/TrainingJobs",
    "processing-job": "/aws/sagemaker/ProcessingJobs",
    "transform-job": "/aws/sagemaker/TransformJobs",
}
NEWEST_STREAMS = 5
LINES = 2000
WORDLESS = "Nothing written yet."


def log_page(logs: Any, sagemaker: Any, kind: str, name: str, *, home: str) -> Page:
    """The last lines, oldest first; the page looks again as long as there may be more."""
    state = state_of(kind, describe(sagemaker, kind, name))  # before the log: the last line comes before the end
    lines = log_lines(logs, kind, name)
    back = Markup(f'<p class="links">{link(kind.replace("-", " "), f"{home}{kind}/{name}")}</p>')
    return Page(
        title=f"Log of {name}",
        body=Markup(back + paper("\n".join(lines) or WORDLESS, home=home)),
        state=state,
        unfinished=state in MOVING,
    )


def log_lines(logs: Any, kind: str, name: str) -> list[str]:
    """Time and words of each line."""
    group = GROUPS.get(kind, f"/aws/sagemaker/Endpoints/{name}")
    which: dict[str, Any] = {"orderBy": "LastEventTime", "descending": True, "limit": NEWEST_STREAMS}
    if kind in GROUPS:
        which = {"logStreamNamePrefix": f"{name}/"}
    try:
        streams = logs.describe_log_streams(logGroupName=group, **which)["logStreams"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []
    events = [event for stream in streams for event in _events(logs, group, stream["logStreamName"])]
    return [_line(event) for event in sorted(events, key=lambda event: event["timestamp"])[-LINES:]]


def _events(logs: Any, group: str, stream: str) -> list[dict[str, Any]]:
    found = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=LINES, startFromHead=False)
    events: list[dict[str, Any]] = found["events"]
    return events


def _line(event: dict[str, Any]) -> str:
    time = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
    return f"{time:%H:%M:%S}  {event['message'].rstrip()}"
