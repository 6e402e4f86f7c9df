"""Gives a job its instance, or does not: what `sagemaker.toml` asks to go wrong before the job's program runs."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

from local.aws.records import Record
from local.aws.sagemaker.instances import JOBS, instances_of
from local.aws.sagemaker.jobs import PlatformStops
from local.aws.sagemaker.mishaps import Interruption, Mishaps
from local.aws.sagemaker.place import kind_of, name_of

LOOK = 0.1  # seconds between looks at a server that ends


class NoInstance(Exception):
    """A job does not get to run; the message is its FailureReason."""


@dataclass(frozen=True)
class Provision:
    """Where jobs get their instances."""

    mishaps: Callable[[], Mishaps]
    closing: threading.Event

    def provide(self, record: Record, stop: threading.Event, *, at_most: float = float("inf")) -> None:
        """Return once the job has its instance, or is stopped, or has waited so long.

        Raises NoInstance, and PlatformStops when the server ends meanwhile.
        """
        (instances,) = instances_of(record)
        kind = JOBS[kind_of(record["arn"])].word
        failure = self.mishaps().failure_of(kind, instance_type=instances.type, name=name_of(record["arn"]))
        if failure is None:
            return
        self.wait(min(failure.seconds, at_most), stop)
        if not stop.is_set() and failure.seconds < at_most:
            raise NoInstance(failure.reason)

    def interruptions(self, record: Record) -> Iterator[Interruption]:
        """What each start of the job is to be interrupted by; only spot instances are taken away."""
        found = None
        if record.get("EnableManagedSpotTraining"):
            found = self.mishaps().interruption_of(name_of(record["arn"]))
        return repeat(found, found.times) if found is not None else iter(())

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait so long, or until the job is stopped; raises PlatformStops when the server ends meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.closing.is_set():
            if stop.wait(min(left, LOOK)):
                return
        if self.closing.is_set():
            raise PlatformStops
