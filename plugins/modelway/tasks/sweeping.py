"""The sweep: jobs that nobody waits for are stopped, and endpoints that only a person can mend are told."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.config import Config

from modelway.aws import jobs, progress
from modelway.jobs import Kind, is_final
from modelway.messages import Message, sweep_notice
from modelway.ownership import (
    ENDED,
    TOLD_EVERY,
    Case,
    Finding,
    Findings,
    Lives,
    Measure,
    Owner,
    Resource,
    Sweep,
    TaskKey,
    abandoned_jobs,
    troubled_endpoints,
)
from modelway.tasks import channels
from modelway.tasks.clients import client
from modelway.tasks.compat import Context, CronTriggerTimetable, get_current_context
from modelway.tasks.console import Arn
from modelway.tasks.failures import step
from modelway.tasks.settings import read_settings

# An hour of a job that nobody waits for is what the sweep may cost. Not on the hour, when everybody asks AWS; and not
# at once when the DAG appears, for which Airflow takes False as "within five minutes".
EVERY = timedelta(hours=1)
SCHEDULE = CronTriggerTimetable("17 * * * *", timezone="UTC", run_immediately=timedelta())

JOBS = (Kind.TRAINING, Kind.PROCESSING, Kind.TRANSFORM, Kind.TUNING)
LONGEST = timedelta(days=28)  # no job of SageMaker's runs longer
TRANSIENT = frozenset({"Creating", "Updating", "Failed", "UpdateRollbackFailed"})
RUNS_AT_ONCE = 50  # Airflow is asked for in one address
# SageMaker lists twice a second for the whole account; the sweep has time.
UNHURRIED = Config(retries={"mode": "adaptive", "total_max_attempts": 10})

log = logging.getLogger(__name__)


@step
def stop_what_nobody_owns() -> list[dict[str, Any]]:
    """Stop each job in progress whose task waits for it no longer; what was found, by project."""
    context = get_current_context()
    found = findings(context["ti"], sweep_of(context))
    return [each.model_dump(mode="json") for each in found]


@step
def tell_by_mail(findings: dict[str, Any]) -> str:
    """Mail a project what was found of it; returns the id that SNS gave the message."""
    found = Findings.model_validate(findings)
    return channels.mail(found.project, _notice(found))


@step
def tell_on_slack(findings: dict[str, Any]) -> str | None:
    """Tell a project's channel what was found of it."""
    found = Findings.model_validate(findings)
    return channels.post(found.project, _notice(found))


def sweep_of(context: Context) -> Sweep:
    """What the schedule asks for, as of its hour. Somebody who asks by hand wants to see all of it, now."""
    run: Any = context["dag_run"]
    if run.run_type == "scheduled":
        return Sweep(now=run.run_after, since_last=EVERY)
    return Sweep(now=datetime.now(UTC), since_last=TOLD_EVERY, spared=timedelta())


def findings(ti: Any, sweep: Sweep) -> list[Findings]:
    """Look through the account and act; what was found, by project. `ti` is who may ask Airflow."""
    environment, sagemaker = read_settings().environment, client("sagemaker", config=UNHURRIED)
    running = [job for job in _jobs(sagemaker, since=sweep.now - LONGEST) if job.is_of(environment)]
    # What Airflow says is read after what SageMaker says: a task is there before its job.
    cases = abandoned_jobs(running, _lives(ti, running), sweep)
    endpoints = [endpoint for endpoint in _endpoints(sagemaker) if endpoint.is_of(environment)]
    cases += troubled_endpoints(endpoints, sweep, deploying=_is_deploying(ti))
    return _by_project((case, done) for case in cases if (done := _done_about(sagemaker, case)))


def _jobs(sagemaker: Any, *, since: datetime) -> Iterator[Resource]:
    for kind in JOBS:
        for summary in progress.jobs_in_progress(sagemaker, kind, since=since):
            yield _resource(sagemaker, kind, summary, changed_at=summary["CreationTime"])


def _endpoints(sagemaker: Any) -> Iterator[Resource]:
    for summary in progress.endpoints(sagemaker):
        if summary["EndpointStatus"] in TRANSIENT:
            yield _resource(sagemaker, Kind.ENDPOINT, summary, changed_at=summary["LastModifiedTime"])


def _resource(sagemaker: Any, kind: Kind, summary: Any, *, changed_at: datetime) -> Resource:
    arn = summary[kind.value.arn_key]
    return Resource(
        kind=kind.name,
        name=summary[kind.value.name_key],
        arn=arn,
        status=summary[kind.value.status_key],
        changed_at=changed_at,
        tags=progress.tags(sagemaker, arn),
    )


def _lives(ti: Any, running: Iterable[Resource]) -> Lives:
    """What Airflow says of those who made the jobs."""
    runs_of: dict[str, set[str]] = defaultdict(set)
    for job in running:
        if owner := Owner.read(job.tags or {}):
            runs_of[owner.dag].add(owner.run)
    tasks: dict[TaskKey, str | None] = {}
    for dag, runs in runs_of.items():
        tasks |= _tasks(ti, dag, sorted(runs))
    waiting = {(dag, run) for (dag, run, _), state in tasks.items() if state not in ENDED}
    return Lives(runs={each: str(ti.get_dagrun_state(*each)) for each in sorted(waiting)}, tasks=tasks)


def _tasks(ti: Any, dag: str, runs: list[str]) -> dict[TaskKey, str | None]:
    tasks: dict[TaskKey, str | None] = {}
    for start in range(0, len(runs), RUNS_AT_ONCE):
        states = ti.get_task_states(dag_id=dag, run_ids=runs[start : start + RUNS_AT_ONCE])
        tasks |= {(dag, run, task): state for run, of_run in states.items() for task, state in of_run.items()}
    return tasks


def _is_deploying(ti: Any) -> bool:
    return bool(ti.get_dr_count(dag_id="deploy", states=["running", "queued"]))


def _done_about(sagemaker: Any, case: Case) -> Finding | None:
    """Act, and say what was done; None for a job that has come to rest meanwhile."""
    resource, kind = case.resource, Kind[case.resource.kind]
    what, stopped = f"{_noun(kind)}, {resource.status}", case.measure is Measure.STOP
    if stopped and (refusal := jobs.stop(sagemaker, kind, resource.name)):
        description = jobs.describe(sagemaker, kind, resource.name)
        if description is None or is_final(kind, description):
            return None
        what, stopped = f"{what}, could not be stopped ({refusal})", False
    words = f"{_noun(kind)}, stopped: {case.why}" if stopped else f"{what}: {case.why}"
    log.warning("%s: %s", resource.name, words)
    return Finding(name=resource.name, words=words, url=_page(resource), stopped=stopped)


def _noun(kind: Kind) -> str:
    return "endpoint" if kind is Kind.ENDPOINT else f"{kind.name.lower()} job"


def _page(resource: Resource) -> str:
    return read_settings().console.page(Arn.read(resource.arn))


def _by_project(done: Iterable[tuple[Case, Finding]]) -> list[Findings]:
    found = defaultdict(list)
    for case, finding in done:
        found[case.resource.project].append(finding)
    return [Findings(project=project, found=of_project) for project, of_project in sorted(found.items())]


def _notice(found: Findings) -> Message:
    context = get_current_context()
    run = read_settings().run_url(context["dag"].dag_id, str(context["run_id"]))
    lines = [f"{each.name}: {each.words}" for each in found.found]
    return sweep_notice(found.headline, lines=lines, links={"Open the sweep in Airflow": run})
