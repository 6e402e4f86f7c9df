"""The lines of a version's jobs, as CloudWatch gives them."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from local.view.joblogs import TRAINING, JobLog

pytestmark = pytest.mark.server
STREAM = "demo--churn-v1-0-0-train-0a1b2c3d/algo-1-1"
OTHER = "demo--churn-v1-0-0-r2-train-0a1b2c3d/algo-1-1"


@pytest.fixture(scope="module")
def aws(launch_aws: Any) -> Any:
    return launch_aws()


@pytest.fixture
def logs(aws: Any) -> Iterator[Any]:
    client = aws.client("logs")
    client.create_log_group(logGroupName=TRAINING)
    for stream in (STREAM, OTHER):
        client.create_log_stream(logGroupName=TRAINING, logStreamName=stream)
    yield client
    client.delete_log_group(logGroupName=TRAINING)


def write(logs: Any, *lines: str, stream: str = STREAM, age: int = 0) -> None:
    now = round(time.time() * 1000) - age
    events = [{"timestamp": now, "message": line} for line in lines]
    logs.put_log_events(logGroupName=TRAINING, logStreamName=stream, logEvents=events)


def train(logs: Any, **options: Any) -> JobLog:
    return JobLog(logs, "train", group=TRAINING, prefix="demo--churn-v1-0-0-train-", **options)


def test_each_line_is_told_once(logs: Any) -> None:
    log = train(logs)
    write(logs, "one", "two")
    assert list(log.new_lines()) == ["one", "two"]
    assert list(log.new_lines()) == []
    write(logs, "three")
    assert list(log.new_lines()) == ["three"]


def test_another_version_s_job_is_not_ours(logs: Any) -> None:
    write(logs, "theirs", stream=OTHER)
    assert list(train(logs).new_lines()) == []


def test_what_was_written_before_is_left_out_where_that_is_asked_for(logs: Any) -> None:
    write(logs, "old", age=60_000)
    write(logs, "new")
    assert list(train(logs, since=round(time.time() * 1000) - 30_000).new_lines()) == ["new"]


def test_before_the_first_job_there_is_nothing(logs: Any) -> None:
    absent = JobLog(logs, "endpoint", group="/aws/sagemaker/Endpoints/none", prefix="")
    assert list(absent.new_lines()) == []
