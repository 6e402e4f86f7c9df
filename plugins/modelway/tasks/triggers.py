"""Waiting for a SageMaker resource in the triggerer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

from modelway.jobs import Description, Kind
from modelway.tasks.compat import BaseTrigger, TriggerEvent
from modelway.tasks.ownership import leave
from modelway.tasks.poller import Key, rest
from modelway.tasks.settings import read_settings
from modelway.tasks.wait import Wait

ARGUMENTS = ("kind", "name", "region", "since", "created", "deadline", "poll_seconds", "aws_conn_id")


class RestTrigger(BaseTrigger):
    """Fires when the resource has come to rest, is late, or may not be looked at: `why` is a `Why`.

    A failed look is never a failed job. What a state means is decided by the task, which describes the resource
    again. Times are epoch seconds of AWS's clock.
    """

    def __init__(
        self,
        *,
        kind: str,
        name: str,
        region: str,
        since: float,
        created: float,
        deadline: float,
        poll_seconds: float,
        aws_conn_id: str | None,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's base has no annotations
        self.kind = kind
        self.name = name
        self.region = region
        self.since = since
        self.created = created
        self.deadline = deadline
        self.poll_seconds = poll_seconds
        self.aws_conn_id = aws_conn_id

    @classmethod
    def after(cls, kind: Kind, description: Description, *, aws_conn_id: str | None) -> Self:
        """The wait for a resource that has just been described."""
        wait = Wait.after(kind, description)
        return cls(
            kind=kind.name,
            name=wait.name,
            region=description[kind.value.arn_key].split(":")[3],
            since=wait.since,
            created=wait.created,
            deadline=wait.deadline,
            poll_seconds=read_settings().poll_seconds,
            aws_conn_id=aws_conn_id,
        )

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How Airflow carries it to the triggerer."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {argument: getattr(self, argument) for argument in ARGUMENTS}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait with all others of this process."""
        try:
            why = await rest(self._key(), self._wait())
        except asyncio.CancelledError:  # somebody changed the task's state, or the triggerer ends
            self.log.info("%s is waited for no longer", self.name)
            leave(Kind[self.kind], self.name, self.task_instance)
            raise
        yield TriggerEvent({"name": self.name, "why": why.value})

    def _key(self) -> Key:
        return Key(Kind[self.kind], aws_conn_id=self.aws_conn_id, region=self.region, interval=self.poll_seconds)

    def _wait(self) -> Wait:
        return Wait(name=self.name, since=self.since, created=self.created, deadline=self.deadline)
