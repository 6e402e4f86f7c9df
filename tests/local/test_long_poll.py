"""Who waits for messages keeps nobody else waiting."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.local.conftest import LocalAws

pytestmark = pytest.mark.server
LONG = 20  # seconds, the longest poll of SQS


@pytest.fixture
def url(aws: LocalAws) -> Iterator[str]:
    sqs = aws.client("sqs")
    made = sqs.create_queue(QueueName="ends")["QueueUrl"]
    yield made
    sqs.delete_queue(QueueUrl=made)


def received(aws: LocalAws, url: str, *, seconds: int) -> list[Any]:
    answer = aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=seconds)
    return [message["Body"] for message in answer.get("Messages", [])]


def test_a_long_poll_lets_others_send_and_hears_of_it(aws: LocalAws, url: str) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(received, aws, url, seconds=LONG)
        time.sleep(1)  # nothing tells that a poll has begun
        aws.client("sqs").send_message(QueueUrl=url, MessageBody="done")  # in moto it would wait for the poll's end
        assert waiting.result() == ["done"]


def test_a_long_poll_of_an_empty_queue_ends(aws: LocalAws, url: str) -> None:
    began = time.monotonic()
    assert received(aws, url, seconds=1) == []
    assert time.monotonic() - began >= 1


def test_a_poll_without_time_answers_at_once_what_is_there(aws: LocalAws, url: str) -> None:
    aws.client("sqs").send_message(QueueUrl=url, MessageBody="here")
    assert received(aws, url, seconds=0) == ["here"]
