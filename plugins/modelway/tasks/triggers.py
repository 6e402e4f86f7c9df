"""Waiting for a SageMaker resource in the triggerer."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Self

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import BotoCoreError, ClientError

from modelway.jobs import Kind, is_final
from modelway.tasks.compat import BaseTrigger, TriggerEvent
from modelway.tasks.settings import read_settings

SLOWEST_POLL_SECONDS = 300.0
MAX_FAILED_LOOKS = 20


class RestTrigger(BaseTrigger):
    """Fires when the resource has come to rest, or when the deadline (epoch seconds) has passed.

    A failed look is never a failed job: throttling and lost connections only make the next look later. After many
    in a row it fires as well, and the task sees for itself. What a state means is decided by the task, which
    describes the resource again.
    """

    def __init__(self, *, kind: str, name: str, poll_seconds: float, deadline: float, aws_conn_id: str | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's base has no annotations
        self.kind = kind
        self.name = name
        self.poll_seconds = poll_seconds
        self.deadline = deadline
        self.aws_conn_id = aws_conn_id

    @classmethod
    def after(cls, kind: Kind, name: str, *, limit: float, aws_conn_id: str | None) -> Self:
        """The wait for a resource that may run for `limit` seconds, with the kind's grace on top."""
        return cls(
            kind=kind.name,
            name=name,
            poll_seconds=read_settings().poll_seconds,
            deadline=time.time() + limit + kind.value.grace_seconds,
            aws_conn_id=aws_conn_id,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow carries it to the triggerer."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        arguments = ("kind", "name", "poll_seconds", "deadline", "aws_conn_id")
        return path, {argument: getattr(self, argument) for argument in arguments}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until there is something to see."""
        try:
            async with await SageMakerHook(aws_conn_id=self.aws_conn_id).get_async_conn() as sagemaker:
                await self._until_rest(sagemaker)
        except Exception:  # a trigger that raises takes the reason with it; the task will meet the same error
            self.log.exception("Could not wait for %s", self.name)
        yield TriggerEvent({"name": self.name})

    async def _until_rest(self, sagemaker: Any) -> None:
        kind, pause, failures = Kind[self.kind], self.poll_seconds, 0
        while time.time() < self.deadline and failures < MAX_FAILED_LOOKS:
            try:
                if is_final(kind, await self._look(sagemaker, kind)):
                    return
                pause, failures = self.poll_seconds, 0
            except (BotoCoreError, ClientError) as error:
                pause, failures = min(pause * 2, SLOWEST_POLL_SECONDS), failures + 1
                self.log.warning("Could not look at %s, next look in %s s: %s", self.name, pause, error)
            await asyncio.sleep(pause)

    async def _look(self, sagemaker: Any, kind: Kind) -> dict[str, Any]:
        description: dict[str, Any] = await getattr(sagemaker, kind.value.describe)(**{kind.value.name_key: self.name})
        return description
