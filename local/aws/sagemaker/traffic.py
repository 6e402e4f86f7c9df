"""Which fleet is live behind which endpoint; a switch is one step and loses no request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from local.aws.sagemaker.fleet import Fleet


class Traffic:
    """The live fleets by endpoint ARN."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._live: dict[str, Fleet] = {}

    def fleet(self, arn: str) -> Fleet | None:
        """The live fleet."""
        return self._live.get(arn)

    @contextmanager
    def request(self, arn: str) -> Iterator[Fleet | None]:
        """The live fleet, with this request counted in it before a switch can take it away."""
        with self._lock:
            fleet = self._live.get(arn)
            counted = fleet.request() if fleet is not None else None
            if counted is not None:
                counted.__enter__()
        try:
            yield fleet
        finally:
            if counted is not None:
                counted.__exit__(None, None, None)

    def switch(self, arn: str, fleet: Fleet | None) -> Fleet | None:
        """Make a fleet live, or none; the one that was."""
        with self._lock:
            before = self._live.pop(arn, None)
            if fleet is not None:
                self._live[arn] = fleet
        return before

    def take_all(self) -> list[Fleet]:
        """Take every fleet out of service."""
        with self._lock:
            fleets = list(self._live.values())
            self._live.clear()
        return fleets
