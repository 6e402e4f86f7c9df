"""Carries SageMaker's events to EventBridge, in their order, in a thread of its own."""

import logging
import queue
import sys
import threading
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws.backends import BackendName
from local.aws.records import Record
from local.aws.sagemaker.cloud import Cloud
from local.aws.sagemaker.place import Place, place_of
from local.aws.sagemaker.state_change import state_change

log = logging.getLogger(__name__)
AT_ONCE = 10  # PutEvents takes no more
CLOSED_WITHIN = 5.0
MODULE = "moto.events.models"
DEFAULT_BUS = "default"

Event = tuple[Place, dict[str, Any]]


class Events:
    """The events that are on their way; none is made where no rule waits for any."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="events", daemon=True)

    def tell(self, before: Record | None, after: Record) -> None:
        """Send what a record's change means to who waits for it."""
        place = place_of(after["arn"])
        if is_awaited(place) and (entry := state_change(before, after)) is not None:
            self._queue.put((place, entry))

    def start(self) -> None:
        """Begin to send; call it once the server listens."""
        self._thread.start()

    def close(self) -> None:
        """Send what is left, then end."""
        self._queue.put(None)
        self._thread.join(CLOSED_WITHIN)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            for place, events in groupby([first, *self._more()], key=lambda event: event[0]):
                self._send(place, [entry for _, entry in events])

    def _more(self) -> list[Event]:
        """What waits beside the first one."""
        found: list[Event] = []
        while len(found) < AT_ONCE - 1:
            try:
                event = self._queue.get_nowait()
            except queue.Empty:
                return found
            if event is None:
                self._queue.put(None)  # for the next turn: these first
                return found
            found.append(event)
        return found

    def _send(self, place: Place, entries: list[dict[str, Any]]) -> None:
        try:
            self._cloud("events", region=place.region).put_events(Entries=entries)
        except (BotoCoreError, ClientError) as error:
            log.warning("%d events of SageMaker are lost: %s", len(entries), error)


def is_awaited(place: Place) -> bool:
    """Whether the default bus has a rule: without one nobody could see an event."""
    if MODULE not in sys.modules:  # nobody has used EventBridge yet, and loading it takes a while
        return False
    backend: Any = BackendName("events", place.account, place.region).find()
    return bool(backend.event_buses[DEFAULT_BUS].rules)
