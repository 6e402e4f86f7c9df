"""Gives a job its instance, or does not: what `sagemaker.toml` asks to go wrong before the job's program runs."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from local.aws.records import Record
from local.aws.sagemaker.instances import JOBS, instances_of
from local.aws.sagemaker.mishaps import Mishaps
from local.aws.sagemaker.place import kind_of, name_of
from local.aws.sagemaker.waiting import wait_for


class NoInstance(Exception):
    """A job does not get to run; the message is its FailureReason."""


@dataclass(frozen=True)
class Provision:
    """Where jobs get their instances."""

    mishaps: Callable[[], Mishaps]
    closing: threading.Event

    def provide(self, record: Record, stop: threading.Event) -> None:
        """Return once the job has its instance; raises NoInstance, and PlatformStops when the server ends meanwhile."""
        (instances,) = instances_of(record)
        kind = JOBS[kind_of(record["arn"])].word
        failure = self.mishaps().failure_of(kind, instance_type=instances.type, name=name_of(record["arn"]))
        if failure is None:
            return
        wait_for(failure.seconds, stop=stop, closing=self.closing)
        if not stop.is_set():
            raise NoInstance(failure.reason)
