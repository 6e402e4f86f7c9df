"""The log lines of a version's jobs and of its endpoint, from the local AWS's CloudWatch."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.actors import USER, session_of
from local.platform import Platform
from local.pushed import Pushed

TRAINING = "/aws/sagemaker/TrainingJobs"
PROCESSING = "/aws/sagemaker/ProcessingJobs"
ENDPOINTS = "/aws/sagemaker/Endpoints/"
KINDS = ("train", "evaluate", "champion", "endpoint")


class JobLog:
    """The streams of one kind that begin alike; each line is told once."""

    def __init__(self, logs: Any, kind: str, *, group: str, prefix: str, since: int = 0) -> None:
        self.kind = kind
        self._logs = logs
        self._streams = {"logGroupName": group} | ({"logStreamNamePrefix": prefix} if prefix else {})
        self._since = since
        self._tokens: dict[str, str] = {}

    def new_lines(self) -> Iterator[str]:
        """The lines since the last call; none while there is no such log, or no AWS."""
        try:
            for stream in self._logs.describe_log_streams(**self._streams)["logStreams"]:
                yield from self._new_lines(stream["logStreamName"])
        except (ClientError, BotoCoreError):
            return

    def _new_lines(self, stream: str) -> Iterator[str]:
        place = {"nextToken": self._tokens[stream]} if stream in self._tokens else {}
        answer = self._logs.get_log_events(
            logGroupName=self._streams["logGroupName"],
            logStreamName=stream,
            startFromHead=True,
            startTime=self._since,
            **place,
        )
        self._tokens[stream] = answer["nextForwardToken"]
        for event in answer["events"]:
            yield str(event["message"]).rstrip()


def job_log(platform: Platform, pushed: Pushed, kind: str, *, since: int = 0) -> JobLog:
    """One kind of log of a trained version, from a time (milliseconds) on; docs/architecture.md has the jobs' names."""
    logs = session_of(platform, USER).client("logs", endpoint_url=platform.aws_url)
    if kind == "endpoint":
        return JobLog(logs, kind, group=f"{ENDPOINTS}{pushed.endpoint}", prefix="", since=since)
    slug = "v" + pushed.version.replace("+", "-").replace(".", "-")
    group, word = {"train": (TRAINING, "train"), "evaluate": (PROCESSING, "eval"), "champion": (PROCESSING, "base")}[
        kind
    ]
    return JobLog(logs, kind, group=group, prefix=f"{pushed.endpoint}-{slug}-{word}-", since=since)
