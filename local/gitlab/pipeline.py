"""A pipeline's record: what started it, its jobs, and how far they are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from local.errors import PlatformError
from local.gitlab.place import Place
from local.gitlab.project import BRANCH, Project
from local.record import read_record, write_record

FILE = "pipeline.json"
JOBS_EACH = 100
USER = "1"  # the one person at a desk


class Status(StrEnum):
    """As GitLab calls them; a warning is a success with a mark."""

    CREATED = "created"
    RUNNING = "running"
    SUCCESS = "success"
    WARNING = "success with warnings"
    FAILED = "failed"
    SKIPPED = "skipped"
    MANUAL = "manual"


@dataclass(frozen=True)
class Job:
    """One job of a pipeline."""

    id: int
    name: str
    stage: str
    status: Status = Status.CREATED
    when: str = "on_success"
    allow_failure: bool = False
    definition: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pipeline:
    """One pipeline; `variables` are those it was started with."""

    id: int
    project: Project
    sha: str
    source: str
    user: str
    variables: dict[str, str] = field(default_factory=dict)
    common: dict[str, str] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()

    def folder(self, place: Place) -> Path:
        """Where it is kept."""
        return place.pipelines / str(self.id)

    def checkout(self, place: Place) -> Path:
        """Its commit's files, and gitlab-ci-local's state."""
        return self.folder(place) / "checkout"

    def log(self, place: Place, job: Job) -> Path:
        """What the job said."""
        return self.folder(place) / f"{job.id}.log"

    def url(self, place: Place) -> str:
        """Its page."""
        return f"{self.project.url(place)}/-/pipelines/{self.id}"

    def job_url(self, place: Place, job: Job) -> str:
        """The job's page."""
        return f"{self.project.url(place)}/-/jobs/{job.id}"

    def job(self, name: str) -> Job:
        """The job of this name."""
        for job in self.jobs:
            if job.name == name:
                return job
        raise PlatformError(f"pipeline {self.id} has no job {name}; it has {', '.join(job.name for job in self.jobs)}")

    def with_status(self, name: str, status: Status) -> "Pipeline":
        """The same with one job's new status."""
        jobs = tuple(replace(job, status=status) if job.name == name else job for job in self.jobs)
        return replace(self, jobs=jobs)

    def save(self, place: Place) -> "Pipeline":
        """Keep it."""
        self.folder(place).mkdir(exist_ok=True)
        write_record(self.folder(place) / FILE, asdict(self))
        return self


def new_id(place: Place) -> int:
    """The next pipeline's number."""
    return max((int(folder.name) for folder in place.pipelines.iterdir() if folder.name.isdigit()), default=0) + 1


def job_id(pipeline: int, position: int) -> int:
    """The number of a pipeline's job."""
    return pipeline * JOBS_EACH + position


def read_pipeline(place: Place, number: int) -> Pipeline | None:
    """The pipeline of this number."""
    record = read_record(place.pipelines / str(number) / FILE)
    if record is None:
        return None
    jobs = tuple(Job(**(job | {"status": Status(job["status"])})) for job in record.pop("jobs"))
    return Pipeline(**(record | {"project": Project(**record["project"]), "jobs": jobs}))


def claims(pipeline: Pipeline, job: Job) -> Mapping[str, str]:
    """What GitLab signs about a job: texts, all of them."""
    return {
        "sub": f"project_path:{pipeline.project.path}:ref_type:branch:ref:{BRANCH}",
        "project_id": str(pipeline.project.id),
        "project_path": pipeline.project.path,
        "namespace_path": pipeline.project.path.rpartition("/")[0],
        "pipeline_id": str(pipeline.id),
        "pipeline_source": pipeline.source,
        "job_id": str(job.id),
        "ref": BRANCH,
        "ref_type": "branch",
        "ref_protected": "true",
        "sha": pipeline.sha,
        "user_id": USER,
        "user_login": pipeline.user,
    }
