"""One look at AWS for all triggers of a process that wait for the same kind of resource."""

import asyncio
import contextvars
import logging
import random
from collections import deque
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from modelway.aws.passing import is_passing, is_stale, is_unknown
from modelway.jobs import Kind, answered_at
from modelway.tasks.ask import Ask, Purpose
from modelway.tasks.clients import async_client
from modelway.tasks.clock import Clock
from modelway.tasks.wait import Wait, Why
from modelway.tasks.watch import REFUSALS, Over, Watch

FIRST_BACK_OFF_SECONDS, LONGEST_BACK_OFF_SECONDS = 2.0, 300.0
PAGE_SECONDS = 0.2  # between two calls of a round: an account may list a few times a second
JITTER = 0.1  # of the interval, so that the kinds do not call at one moment for ever

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Key:
    """Whose waits are looked after together."""

    kind: Kind
    aws_conn_id: str | None
    region: str
    interval: float


async def rest(key: Key, wait: Wait) -> Why:
    """Wait until the resource has come to rest, is late, or cannot be looked at any more."""
    return await _poller_of(key).rest(wait)


class Poller:
    """Asks as long as anybody waits. It belongs to one event loop."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.watch = Watch(key.kind, interval=key.interval)
        self.clock = Clock()
        self.failures = 0  # in a row, of which
        self.faults = 0  # so many do not pass by themselves
        self._rests: dict[Wait, asyncio.Future[Why]] = {}
        self._asks: deque[Ask] = deque()
        # Without the context of the trigger that came first: the log of its task is not for all the others.
        self.task = asyncio.get_running_loop().create_task(self._run(), context=contextvars.Context())

    async def rest(self, wait: Wait) -> Why:
        """Wait with the others."""
        future: asyncio.Future[Why] = asyncio.get_running_loop().create_future()
        self._rests[wait] = future
        self.clock.see(wait.since)
        self.watch.join(wait)
        try:
            return await future
        finally:
            self.watch.leave(wait)
            self._rests.pop(wait, None)

    async def _run(self) -> None:
        try:
            while self.watch.waits:
                await self._with_a_client()
        finally:
            _forget(self)
            self._end(self.watch.blind())

    async def _with_a_client(self) -> None:
        try:
            async with async_client("sagemaker", self.key.aws_conn_id, region=self.key.region) as sagemaker:
                await self._rounds(sagemaker)
                _forget(self)  # before it takes its time to close: who comes now gets a poller of their own
        except Exception as error:  # whatever it is, the tasks must not wait for ever
            self.failures += 1
            self.faults += 0 if is_passing(error) else 1
            log.exception("Cannot look after %s resources", self.key.kind.name)
            if self.faults >= REFUSALS:
                self._end(self.watch.blind())
            await self._pause()

    async def _rounds(self, sagemaker: Any) -> None:
        while self.watch.waits:
            try:
                await self._round(sagemaker)
                self.failures = self.faults = 0
            except Exception as error:
                if not is_passing(error):
                    raise
                self.failures += 1
                log.warning("%s %s wait longer: %s", len(self._rests), self.key.kind.name, error)
            await self._pause()

    async def _round(self, sagemaker: Any) -> None:
        """What has changed, then a look beside it; what the last round could not ask comes first."""
        if not self._asks:
            self._asks.extend(self.watch.changes())
        await self._ask_all(sagemaker)
        self._asks.extend(self.watch.backstop(self.clock.now))
        await self._ask_all(sagemaker)

    async def _ask_all(self, sagemaker: Any) -> None:
        while self._asks and self.watch.waits:
            ask = self._asks[0]  # it stays until it is answered or refused
            self._asks.extend(await self._ask(sagemaker, ask))
            self._asks.popleft()
            if self._asks:
                await asyncio.sleep(min(PAGE_SECONDS, self.key.interval / 10))

    async def _ask(self, sagemaker: Any, ask: Ask) -> list[Ask]:
        try:
            answer = await getattr(sagemaker, ask.operation)(**ask.request)
        except Exception as error:
            if is_passing(error) or is_stale(error):
                raise
            self._refused(ask, error)
            return []
        given_at = answered_at(answer) or self.clock.now
        self.clock.see(given_at)
        self._end(self.watch.told(ask, answer, now=given_at))
        return self.watch.following(ask, answer)

    def _refused(self, ask: Ask, error: Exception) -> None:
        if ask.purpose is Purpose.ONE and is_unknown(error):
            self._end(self.watch.gone(ask))
            return
        could_list = self.watch.can_list
        self._end(self.watch.refused(ask, now=self.clock.now))
        log.warning("%s is refused: %s", ask.operation, error)
        if could_list and not self.watch.can_list:
            right = self.key.kind.value.list.title().replace("_", "")
            log.error("Give Airflow's role sagemaker:%s; until then each %s is read alone", right, self.key.kind.name)

    def _end(self, over: Over) -> None:
        for wait, why in over:
            self.watch.leave(wait)
            future = self._rests.pop(wait, None)
            if future and not future.done():
                future.set_result(why)

    async def _pause(self) -> None:
        self._end(self.watch.overdue(self.clock.now))
        await asyncio.sleep(self._seconds())

    def _seconds(self) -> float:
        if not self.failures:
            return self.key.interval * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
        first = min(self.key.interval, FIRST_BACK_OFF_SECONDS)
        longest: float = min(first * 2 ** min(self.failures - 1, 20), LONGEST_BACK_OFF_SECONDS)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


# An event loop is what a poller's client belongs to: Airflow's triggerer has one, each test its own.
_pollers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, Poller]] = WeakKeyDictionary()


def _poller_of(key: Key) -> Poller:
    pollers = _pollers.setdefault(asyncio.get_running_loop(), {})
    if key not in pollers:
        pollers[key] = Poller(key)
    return pollers[key]


def _forget(poller: Poller) -> None:
    pollers = _pollers.get(asyncio.get_running_loop(), {})
    if pollers.get(poller.key) is poller:
        del pollers[poller.key]
