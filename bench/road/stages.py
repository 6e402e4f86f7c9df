"""The parts of one walk, from what the local AWS was asked and when Airflow's tasks ran."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.road.airflow import Task
from bench.road.calls import Call
from bench.road.program import Span


@dataclass(frozen=True)
class Landmark:
    """The call to AWS with which a stage has done its work; `resource` is how what it is about ends."""

    stage: str
    service: str
    operation: str
    resource: str = ""

    def matches(self, call: Call) -> bool:
        """Whether this is that call."""
        asked = (call.service, call.operation)
        return asked == (self.service, self.operation) and call.resource.endswith(self.resource)


PUSH = (
    Landmark("check_and_version", "s3", "PutObject", "/reservation.json"),
    Landmark("image", "ecr", "PutImage"),
    Landmark("publish", "s3", "PutObject", "/release.json"),
)
APPROVE = (Landmark("approve", "sagemaker", "UpdateModelPackage"),)


def landmark_stages(calls: Iterable[Call], landmarks: Sequence[Landmark], *, within: Span) -> dict[str, float]:
    """The seconds up to each landmark from the one before it; what is left at the end is `trigger`."""
    reached = {mark.stage: call.at for call in calls for mark in landmarks if mark.matches(call)}
    seconds, before = {}, within.begin
    for stage, at in sorted(reached.items(), key=lambda pair: pair[1]):
        seconds[stage], before = at - before, at
    return seconds | {"trigger": within.end - before}


def task_stages(tasks: Sequence[Task], after: Mapping[str, Iterable[str]], *, begin: float) -> dict[str, float]:
    """The seconds of each task from the end of the last one before it; of which `.deferred`, without a worker."""
    ends = {task.name: task.end for task in tasks}
    seconds = {}
    for task in tasks:
        ready = max((ends[name] for name in after[task.name] if name in ends), default=begin)
        seconds[task.name] = task.end - ready
        if task.has_deferred:
            seconds[f"{task.name}.deferred"] = task.queued - task.begin
    return seconds
