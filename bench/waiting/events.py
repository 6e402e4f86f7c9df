"""The other way to wait: ends come as events through a queue, which one reader a process reads by long polling.

A prototype to measure. A message whose job nobody here waits for is lost, so each triggerer would need a queue of its
own; what happened before the trigger began is not seen at all.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from airflow.providers.amazon.aws.hooks.sqs import SqsHook
from airflow.triggers.base import BaseTrigger, TriggerEvent

LONGEST = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 20}


class Reader:
    """Reads the queue while anybody waits."""

    def __init__(self, url: str, aws_conn_id: str | None) -> None:
        self.url, self.aws_conn_id = url, aws_conn_id
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self.task: asyncio.Task[None] | None = None

    async def ended(self, job: str) -> None:
        """Return when the queue tells that the job has ended."""
        self.waiting[job] = asyncio.get_running_loop().create_future()
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._read())
        await self.waiting[job]

    async def _read(self) -> None:
        async with await SqsHook(aws_conn_id=self.aws_conn_id).get_async_conn() as sqs:
            while self.waiting:
                answer = await sqs.receive_message(QueueUrl=self.url, **LONGEST)
                if messages := answer.get("Messages", []):
                    await self._take(sqs, messages)

    async def _take(self, sqs: Any, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            job = json.loads(message["Body"])["detail"]["TrainingJobName"]
            if (future := self.waiting.pop(job, None)) is not None:
                future.set_result(None)
        handles = [{"Id": str(number), "ReceiptHandle": m["ReceiptHandle"]} for number, m in enumerate(messages)]
        await sqs.delete_message_batch(QueueUrl=self.url, Entries=handles)


READERS: dict[str, Reader] = {}


class EventTrigger(BaseTrigger):
    """Fires when the job's end has come through the queue."""

    def __init__(self, job: str, url: str, aws_conn_id: str | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's base has no annotations
        self.job, self.url, self.aws_conn_id = job, url, aws_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow carries it to the triggerer."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {"job": self.job, "url": self.url, "aws_conn_id": self.aws_conn_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait for the one message."""
        reader = READERS.setdefault(self.url, Reader(self.url, self.aws_conn_id))
        await reader.ended(self.job)
        yield TriggerEvent({"name": self.job})
