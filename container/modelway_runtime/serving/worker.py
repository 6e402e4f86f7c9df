"""One thread beside the event loop, in which the model lives."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs calls one after the other: models need not be thread-safe, and /ping answers meanwhile.

    The thread is a daemon, unlike an executor's: a prediction that never ends does not keep the process alive
    after its 30 seconds of grace.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]]] = SimpleQueue()
        threading.Thread(target=self._work, name="model", daemon=True).start()

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result, or what it raised."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put((future, call))
        return await future

    def _work(self) -> None:
        while True:
            future, call = self._calls.get()
            if future.cancelled():
                continue
            try:
                outcome, error = call(), None
            except Exception as raised:  # noqa: BLE001 (it is handed over to the caller)
                outcome, error = None, raised
            _hand_over(future, outcome, error)


def _hand_over(future: asyncio.Future[Any], outcome: object, error: Exception | None) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is None:
            future.set_result(outcome)
        else:
            future.set_exception(error)

    loop = future.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)
