"""Whose a paid resource is: a task of a run, in one of its lives. What has no living owner is to be stopped or told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Self

from pydantic import BaseModel, ConfigDict

Tags = Mapping[str, str]
RunKey = tuple[str, str]
TaskKey = tuple[str, str, str]

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
ENDED_RUNS = frozenset({"success", "failed"})
YOUNG = timedelta(minutes=5)  # whoever made it is at work on it
STUCK = timedelta(hours=2)  # no roll-out of ours takes as long
TOLD_EVERY = timedelta(days=1)  # what only a person can mend is told once a day, not at each sweep


@dataclass(frozen=True)
class Owner:
    """The task that a job was made by; a task that somebody cleared begins its next life."""

    dag: str
    run: str
    task: str
    life: str

    @classmethod
    def read(cls, tags: Tags) -> Self | None:
        """The owner that a job's tags name; None for what was made by hand, or before there were lives."""
        if not all(tags.get(key) for key in ("dag", "dag_run", "task")):
            return None
        return cls(tags["dag"], tags["dag_run"], tags["task"], tags.get("life", ""))

    @property
    def tags(self) -> list[dict[str, str]]:
        """What a job carries beside the tags of its run."""
        values = {"dag": self.dag, "task": self.task, "life": self.life}
        return [{"Key": key, "Value": value} for key, value in values.items()]

    def __str__(self) -> str:
        return f"task {self.task} of run {self.run} of DAG {self.dag}"


@dataclass(frozen=True)
class Lives:
    """What Airflow says of runs and tasks; what is not in it is gone."""

    runs: Mapping[RunKey, str]
    tasks: Mapping[TaskKey, str | None]

    def end_of(self, owner: Owner) -> str | None:
        """How the owner ended, in words; None as long as it lives.

        A task without a state yet lives: it was cleared, or waits for others. In a run that has ended it never starts.
        """
        task = (owner.dag, owner.run, owner.task)
        if task not in self.tasks:
            return f"{owner} is gone"
        if (state := self.tasks[task]) in ENDED:
            return f"{owner} is {state}"
        run = self.runs.get((owner.dag, owner.run), "gone")
        return f"{owner} does not go on: the run is {run}" if run in ENDED_RUNS | {"gone"} else None


@dataclass(frozen=True)
class Resource:
    """A job in progress or an endpoint, by its own name; `tags` is None where they cannot be read."""

    kind: str
    name: str
    arn: str
    status: str
    changed_at: datetime
    tags: Tags | None

    @property
    def project(self) -> str:
        """Whom to tell of it; the name tells it too."""
        return (self.tags or {}).get("project") or self.name.partition("--")[0]

    def is_of(self, environment: str) -> bool:
        """Whether this environment answers for it. What hides its tags may be anybody's, and is told."""
        ours = {"managed-by": "modelway", "environment": environment}
        return self.tags is None or ours.items() <= self.tags.items()


class Measure(Enum):
    """What to do with a resource."""

    STOP = "stop"
    TELL = "tell"


@dataclass(frozen=True)
class Case:
    """A resource without a living owner, and why it is none of anybody's."""

    resource: Resource
    measure: Measure
    why: str


@dataclass(frozen=True)
class Sweep:
    """One sweep; `since_last` is how long ago the last one was, and the youngest resources are spared."""

    now: datetime
    since_last: timedelta
    spared: timedelta = YOUNG

    def is_due(self, resource: Resource, *, after: timedelta = timedelta()) -> bool:
        """Whether to tell of it: at the first sweep `after` its last change, and then once a day."""
        age = self.now - resource.changed_at - after
        return age >= timedelta() and age % TOLD_EVERY < self.since_last


class Finding(BaseModel):
    """What was done about one resource, in words, and its page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    words: str
    url: str
    stopped: bool = False


class Findings(BaseModel):
    """What a sweep found of one project."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    found: list[Finding]

    @property
    def headline(self) -> str:
        """How many were stopped, and how many only a person can mend."""
        stopped = sum(each.stopped for each in self.found)
        left = len(self.found) - stopped
        counts = [
            f"{stopped} {'job' if stopped == 1 else 'jobs'} stopped that nobody waited for" if stopped else "",
            f"{left} {'thing' if left == 1 else 'things'} to look at" if left else "",
        ]
        return f"{self.project}: {', '.join(filter(None, counts))}"


def abandoned_jobs(jobs: Iterable[Resource], lives: Lives, sweep: Sweep) -> list[Case]:
    """The jobs that nobody waits for any more. One whose tags say too little is told, never stopped."""
    return [case for job in jobs if (case := _job_case(job, lives, sweep))]


def troubled_endpoints(endpoints: Iterable[Resource], sweep: Sweep, *, deploying: bool) -> list[Case]:
    """The endpoints that only a person can mend; they are never deleted.

    An endpoint's tags name the run that created it, not the one that updates it: whether any deployment goes on has to
    do.
    """
    return [case for endpoint in endpoints if (case := _endpoint_case(endpoint, sweep, deploying=deploying))]


def _job_case(job: Resource, lives: Lives, sweep: Sweep) -> Case | None:
    owner = Owner.read(job.tags or {})
    if owner is None and sweep.is_due(job, after=sweep.spared):
        unknown = "its tags cannot be read" if job.tags is None else "its tags name no task"
        return Case(job, Measure.TELL, f"{unknown}, so nobody knows whether somebody waits for it")
    if owner is None or sweep.now - job.changed_at < sweep.spared:
        return None
    end = lives.end_of(owner)
    return Case(job, Measure.STOP, end) if end else None


def _endpoint_case(endpoint: Resource, sweep: Sweep, *, deploying: bool) -> Case | None:
    why = None
    match endpoint.status:
        case "Failed" if sweep.is_due(endpoint):
            why = "it never came into service; deploy again, which replaces it, or delete it"
        case "UpdateRollbackFailed" if sweep.is_due(endpoint):
            why = "neither the new nor the old configuration works; delete it and deploy again"
        case "Creating" | "Updating" if sweep.is_due(endpoint, after=STUCK):
            why = f"it has been so for more than {STUCK // timedelta(hours=1)} hours; ask AWS, or delete it"
        case "Creating" | "Updating" if not deploying and sweep.is_due(endpoint, after=sweep.spared):
            why = "no deployment is under way; look at what it comes to"
    return Case(endpoint, Measure.TELL, why) if why else None
