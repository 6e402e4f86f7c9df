"""Whose a job is, and which jobs and endpoints have nobody who waits for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from modelway.ownership import (
    Finding,
    Findings,
    Lives,
    Measure,
    Owner,
    Resource,
    Sweep,
    abandoned_jobs,
    troubled_endpoints,
)

NOON = datetime(2026, 11, 21, 12, 17, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SWEEP = Sweep(now=NOON, since_last=HOUR)
OWNER = Owner("train", "t-1", "train", life="2")
TAGS = {
    "project": "demo",
    "managed-by": "modelway",
    "environment": "prod",
    "dag_run": "t-1",
    **{tag["Key"]: tag["Value"] for tag in OWNER.tags},
}
JOB = Resource("TRAINING", "demo--churn-v1-0-0-train-1", "arn:1", "InProgress", NOON - HOUR, TAGS)
ENDPOINT = replace(JOB, kind="ENDPOINT", name="demo--churn", status="Failed", changed_at=NOON - HOUR / 2)


def lives(task: str | None, run: str = "running") -> Lives:
    return Lives(runs={("train", "t-1"): run}, tasks={("train", "t-1", "train"): task})


def stopped(job: Resource, known: Lives, sweep: Sweep = SWEEP) -> list[str]:
    return [case.why for case in abandoned_jobs([job], known, sweep) if case.measure is Measure.STOP]


def told(endpoint: Resource, sweep: Sweep = SWEEP, *, deploying: bool = False) -> bool:
    cases = troubled_endpoints([endpoint], sweep, deploying=deploying)
    assert all(case.measure is Measure.TELL for case in cases)
    return bool(cases)


def test_an_owner_is_read_back_from_a_jobs_tags() -> None:
    assert Owner.read(TAGS) == OWNER


@pytest.mark.parametrize("missing", ["dag", "dag_run", "task"])
def test_tags_that_name_no_task_tell_no_owner(missing: str) -> None:
    assert Owner.read({key: value for key, value in TAGS.items() if key != missing}) is None


@pytest.mark.parametrize(
    "state", [None, "scheduled", "queued", "running", "restarting", "deferred", "up_for_retry", "up_for_reschedule"]
)
def test_a_job_whose_task_goes_on_is_left_alone(state: str | None) -> None:
    assert abandoned_jobs([JOB], lives(state), SWEEP) == []


@pytest.mark.parametrize("state", ["success", "failed", "skipped", "upstream_failed", "removed"])
def test_a_job_whose_task_has_ended_is_stopped(state: str) -> None:
    assert stopped(JOB, lives(state)) == [f"task train of run t-1 of DAG train is {state}"]


def test_a_job_whose_run_was_deleted_is_stopped() -> None:
    assert stopped(JOB, Lives(runs={}, tasks={})) == ["task train of run t-1 of DAG train is gone"]


@pytest.mark.parametrize("state", [None, "deferred"])
def test_a_job_whose_task_waits_in_a_run_that_has_ended_is_stopped(state: str | None) -> None:
    assert stopped(JOB, lives(state, run="failed")) == [
        "task train of run t-1 of DAG train does not go on: the run is failed"
    ]


def test_a_job_that_was_just_made_is_left_alone() -> None:
    young = replace(JOB, changed_at=NOON - timedelta(minutes=4))
    assert stopped(young, lives("failed")) == []
    assert stopped(young, lives("failed"), replace(SWEEP, spared=timedelta()))


@pytest.mark.parametrize("tags", [None, {}, {"managed-by": "modelway"}])
def test_a_job_that_does_not_say_whose_it_is_is_told_and_never_stopped(tags: dict[str, str] | None) -> None:
    (case,) = abandoned_jobs([replace(JOB, tags=tags)], lives("failed"), SWEEP)
    assert case.measure is Measure.TELL


@pytest.mark.parametrize(
    ("tags", "ours"),
    [(TAGS, True), (TAGS | {"environment": "dev"}, False), (TAGS | {"managed-by": "me"}, False), ({}, False)],
)
def test_an_environment_answers_for_its_own_jobs_only(tags: dict[str, str], ours: bool) -> None:
    assert replace(JOB, tags=tags).is_of("prod") is ours


def test_what_hides_its_tags_is_told_to_the_project_that_its_name_tells() -> None:
    hidden = replace(JOB, tags=None)
    assert (hidden.is_of("prod"), hidden.project) == (True, "demo")


@pytest.mark.parametrize("status", ["Failed", "UpdateRollbackFailed"])
def test_a_broken_endpoint_is_told_at_once_and_then_once_a_day(status: str) -> None:
    broken = replace(ENDPOINT, status=status)
    sweeps = [replace(SWEEP, now=NOON + hours * HOUR) for hours in range(49)]
    assert [number for number, sweep in enumerate(sweeps) if told(broken, sweep)] == [0, 24, 48]


def test_a_person_who_asks_is_told_all() -> None:
    old = replace(ENDPOINT, changed_at=NOON - 40 * HOUR)
    assert not told(old)
    assert told(old, Sweep(now=NOON, since_last=DAY))


@pytest.mark.parametrize("status", ["InService", "RollingBack", "SystemUpdating", "Deleting", "OutOfService"])
def test_an_endpoint_that_is_well_or_helps_itself_is_not_told(status: str) -> None:
    assert not told(replace(ENDPOINT, status=status))


@pytest.mark.parametrize("status", ["Creating", "Updating"])
def test_an_endpoint_in_transition_is_told_when_nothing_is_being_deployed(status: str) -> None:
    changing = replace(ENDPOINT, status=status)
    assert told(changing)
    assert not told(changing, deploying=True)


def test_an_endpoint_that_hangs_is_told_though_something_is_being_deployed() -> None:
    hanging = replace(ENDPOINT, status="Updating", changed_at=NOON - 2 * HOUR)
    assert told(hanging, deploying=True)


@pytest.mark.parametrize(
    ("stopped", "left", "words"),
    [
        (1, 0, "demo: 1 job stopped that nobody waited for"),
        (0, 1, "demo: 1 thing to look at"),
        (2, 2, "demo: 2 jobs stopped that nobody waited for, 2 things to look at"),
    ],
)
def test_the_headline_counts_what_was_stopped_and_what_is_left(stopped: int, left: int, words: str) -> None:
    finding = Finding(name="j", words="w", url="u")
    found = [finding.model_copy(update={"stopped": True})] * stopped + [finding] * left
    assert Findings(project="demo", found=found).headline == words
