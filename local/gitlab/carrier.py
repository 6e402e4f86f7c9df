"""Carries pipelines: what GitLab does between the jobs, and between two projects, which local runners leave out."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from local.errors import PlatformError, StepFailed
from local.gitlab import pipeline as record
from local.gitlab.pipeline import Job, Pipeline, Status
from local.gitlab.place import Place
from local.gitlab.project import Project, projects
from local.gitlab.repository import Repository, check_out
from local.gitlab.tool import STATE, leave_out_services, write_variables
from local.gitlab.variables import downstream, globals_of, of_pipeline
from local.gitlab.worker import Worker
from local.run import Listener

Listening = Callable[[Pipeline, Job], AbstractContextManager[Listener]]
Told = Callable[[Pipeline], None]


@dataclass(frozen=True)
class Start:
    """What makes a pipeline: a commit of a project, the one before, why, who, and with which variables."""

    project: Project
    sha: str
    source: str
    user: str
    before: str = ""
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Carrier:
    """Makes pipelines and runs their jobs one after the other."""

    worker: Worker
    told: Told
    listening: Listening

    @property
    def _place(self) -> Place:
        return self.worker.place

    def begin(self, start: Start) -> Pipeline:
        """A pipeline with the jobs that its rules let in."""
        number = record.new_id(self._place)
        new = Pipeline(number, start.project, start.sha, start.source, start.user, dict(start.variables))
        bare, url = start.project.repository(self._place), f"{start.project.url(self._place)}.git"
        check_out(bare, new.checkout(self._place), url=url, before=start.before)
        given, machine = of_pipeline(new, self._place), self.worker.environment()
        write_variables(new.checkout(self._place), self.worker.project_variables(start.project))
        where = new.checkout(self._place)
        preview = self.worker.tool.preview(where, variables=given, environment=machine)
        leave_out_services(where, preview)
        listed = self.worker.tool.listed(where, variables=given, environment=machine)
        jobs = tuple(_jobs(number, listed, preview))
        if not jobs:
            raise PlatformError(f"the pipeline of {start.project.path} has no jobs: no rule lets one in for this push")
        return replace(new, jobs=jobs, common=globals_of(preview)).save(self._place)

    def run(self, pipeline: Pipeline) -> Pipeline:
        """Run it to its end or to a manual job that blocks; raises StepFailed for the first job that fails."""
        self.told(pipeline)
        failed: StepFailed | None = None
        for job in pipeline.jobs:
            if job.when == "manual" and failed is None:
                pipeline = pipeline.with_status(job.name, Status.MANUAL).save(self._place)
                if not job.allow_failure:
                    break
            elif _is_due(job, failed=failed is not None):
                try:
                    pipeline = self.run_job(pipeline, job)
                except StepFailed as error:
                    pipeline = pipeline.with_status(job.name, Status.FAILED).save(self._place)
                    failed = failed or error
            else:
                pipeline = pipeline.with_status(job.name, Status.SKIPPED).save(self._place)
        shutil.rmtree(pipeline.checkout(self._place) / STATE / "builds", ignore_errors=True)  # a copy for each job
        if failed is not None:
            raise failed
        return pipeline

    def run_job(self, pipeline: Pipeline, job: Job) -> Pipeline:
        """Run one job; raises StepFailed when it fails."""
        pipeline = pipeline.with_status(job.name, Status.RUNNING).save(self._place)
        try:
            if "trigger" in job.definition:
                status = self._cross(pipeline, job)
            else:
                with self.listening(pipeline, job) as listener:
                    status = self.worker.run(pipeline, job, listener=listener).status
        except BaseException:
            pipeline.with_status(job.name, Status.FAILED).save(self._place)
            raise
        return pipeline.with_status(job.name, status).save(self._place)

    def _cross(self, pipeline: Pipeline, bridge: Job) -> Status:
        """Run the other project's pipeline; with `strategy: depend` its end is the bridge's."""
        trigger = bridge.definition["trigger"]
        project = self._project(trigger["project"], bridge)
        passed = downstream(pipeline, bridge, self._place, own=self.worker.project_variables(pipeline.project))
        sha = Repository(project.repository(self._place)).head
        below = self.begin(Start(project, sha, "pipeline", pipeline.user, before=sha, variables=tuple(passed.items())))
        try:
            self.run(below)
        except StepFailed:
            if trigger.get("strategy") in ("depend", "mirror"):
                raise
        return Status.SUCCESS

    def _project(self, path: str, bridge: Job) -> Project:
        for project in projects(self._place):
            if project.path == path:
                return project
        known = ", ".join(project.path for project in projects(self._place))
        raise PlatformError(f"job {bridge.name} triggers {path}, which the local GitLab does not have; it has {known}")


def _jobs(number: int, listed: Sequence[Any], preview: Any) -> Iterator[Job]:
    """The jobs of the pipeline, by their stages; those of one stage in the order of the file."""
    stages = [".pre", *preview.get("stages", ["build", "test", "deploy"]), ".post"]
    let_in = [each for each in listed if each["when"] != "never"]
    for position, each in enumerate(sorted(let_in, key=lambda job: stages.index(job["stage"])), start=1):
        yield Job(
            record.job_id(number, position),
            each["name"],
            each["stage"],
            when=each["when"],
            allow_failure=each["allow_failure"] is True,
            definition=preview[each["name"]],
        )


def _is_due(job: Job, *, failed: bool) -> bool:
    return job.when == "always" or (job.when == "on_failure") is failed
