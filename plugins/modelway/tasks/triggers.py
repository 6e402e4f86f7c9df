"""Waiting for a SageMaker resource in the triggerer."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import BotoCoreError, ClientError

from modelway.jobs import Kind, is_final
from modelway.tasks.compat import BaseTrigger, TriggerEvent

SLOWEST_POLL_SECONDS = 300.0


class RestTrigger(BaseTrigger):
    """Fires when the resource has come to rest, or when the deadline (epoch seconds) has passed.

    A failed look is never a failed job: throttling and lost connections only make the next look later. What the
    final state means is decided by the task, which describes the resource again.
    """

    def __init__(self, *, kind: str, name: str, poll_seconds: float, deadline: float, aws_conn_id: str | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's base has no annotations
        self.kind = kind
        self.name = name
        self.poll_seconds = poll_seconds
        self.deadline = deadline
        self.aws_conn_id = aws_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow carries it to the triggerer."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        arguments = ("kind", "name", "poll_seconds", "deadline", "aws_conn_id")
        return path, {argument: getattr(self, argument) for argument in arguments}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look, wait, look again."""
        kind, pause = Kind[self.kind], self.poll_seconds
        async with await SageMakerHook(aws_conn_id=self.aws_conn_id).get_async_conn() as sagemaker:
            while time.time() < self.deadline:
                try:
                    if is_final(kind, await self._look(sagemaker, kind)):
                        break
                    pause = self.poll_seconds
                except (BotoCoreError, ClientError) as error:
                    pause = min(pause * 2, SLOWEST_POLL_SECONDS)
                    self.log.warning("Could not look at %s, next look in %s s: %s", self.name, pause, error)
                await asyncio.sleep(pause)
        yield TriggerEvent({"name": self.name})

    async def _look(self, sagemaker: Any, kind: Kind) -> dict[str, Any]:
        description: dict[str, Any] = await getattr(sagemaker, kind.value.describe)(**{kind.value.name_key: self.name})
        return description
