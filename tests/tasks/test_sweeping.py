"""The sweep stops what nobody waits for, and tells of what only a person can mend."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.timetables.base import TimeRestriction

from modelway.names import Stage
from modelway.ownership import Finding, Sweep
from modelway.tasks.ownership import tagged
from modelway.tasks.sweeping import SCHEDULE, findings
from modelway.tasks.training import Train
from tests.local.sagemaker_world import World
from tests.tasks.conftest import Worker
from tests.tasks.plans import plan_of

pytestmark = pytest.mark.server
HOUR = timedelta(hours=1)


class Airflow:
    """The states of runs and of the task `train` in them, as Airflow tells a task of them."""

    def __init__(self, tasks: Mapping[str, str | None], *, deploying: int = 0) -> None:
        self.tasks = tasks
        self.deploying = deploying

    def get_task_states(self, *, dag_id: str, run_ids: list[str]) -> dict[str, dict[str, str | None]]:
        """By run and task; a run that is gone is not in it."""
        return {run: {"train": self.tasks[run]} for run in run_ids if dag_id == "train" and run in self.tasks}

    def get_dagrun_state(self, dag_id: str, run_id: str) -> str:
        """All that there are go on."""
        assert (dag_id, run_id in self.tasks) == ("train", True)
        return "running"

    def get_dr_count(self, *, dag_id: str, states: list[str]) -> int:
        """How many deployments go on."""
        assert (dag_id, states) == ("deploy", ["running", "queued"])
        return self.deploying


def later(delay: timedelta = HOUR) -> Sweep:
    return Sweep(now=datetime.now(UTC) + delay, since_last=HOUR)


def begun(world: World, run: str, *, environment: str = "test", version: str = "4.0.0") -> str:
    """A training of this run, which runs."""
    plan = plan_of(world, version, seconds="60").model_copy(update={"run_id": run})
    worker, name = Worker(), plan.job_name(Stage.TRAIN, attempt=1)
    worker.ti.run_id = run
    request = Train(task_id="train", plan=plan.model_dump(mode="json")).request(name, "ml.m5.large")
    tags = [tag for tag in request["Tags"] if tag["Key"] != "environment"]
    request["Tags"] = [*tags, {"Key": "environment", "Value": environment}]
    world.sm.create_training_job(**tagged(request, worker.context))
    return name


def swept(airflow: Airflow, sweep: Sweep | None = None) -> dict[str, Finding]:
    """What was found of the project, by name."""
    found = {each.project: each.found for each in findings(airflow, sweep or later())}
    assert set(found) <= {"demo"}
    return {each.name: each for each in found.get("demo", [])}


def status(world: World, name: str) -> str:
    return str(world.job(name)["TrainingJobStatus"])


def test_a_job_whose_task_has_ended_is_stopped_and_told(world: World) -> None:
    name = begun(world, "t-ended")
    found = swept(Airflow({"t-ended": "failed"}))[name]
    assert status(world, name) in ("Stopping", "Stopped")
    assert found.words == "training job, stopped: task train of run t-ended of DAG train is failed"
    assert (found.stopped, found.url.endswith(name)) == (True, True)


def test_a_job_whose_run_is_gone_is_stopped(world: World) -> None:
    name = begun(world, "t-gone")
    assert swept(Airflow({}))[name].words.endswith("task train of run t-gone of DAG train is gone")


def test_a_second_sweep_finds_nothing_any_more(world: World) -> None:
    name = begun(world, "t-twice")
    assert name in swept(Airflow({}))
    assert name not in swept(Airflow({}))


def test_a_job_whose_task_waits_goes_on(world: World) -> None:
    name = begun(world, "t-waits")
    assert name not in swept(Airflow({"t-waits": "deferred"}))
    assert status(world, name) == "InProgress"


def test_a_job_of_another_environment_is_nobodys_business(world: World) -> None:
    name = begun(world, "t-other", environment="prod")
    assert name not in swept(Airflow({}))
    assert status(world, name) == "InProgress"


def test_a_job_that_was_just_made_is_left_to_its_task(world: World) -> None:
    name = begun(world, "t-young")
    assert name not in swept(Airflow({}), later(timedelta()))
    assert status(world, name) == "InProgress"


def test_a_processing_job_is_swept_too(world: World) -> None:
    plan, worker = plan_of(world, "4.1.0").model_copy(update={"run_id": "t-evaluates"}), Worker()
    worker.ti.run_id = plan.run_id
    name = plan.job_name(Stage.CHALLENGER, attempt=1)
    world.process(name, environment={"SECONDS": "60"})
    arn = world.sm.describe_processing_job(ProcessingJobName=name)["ProcessingJobArn"]
    world.sm.add_tags(ResourceArn=arn, Tags=tagged({"Tags": plan.tags("test")}, worker.context)["Tags"])
    assert swept(Airflow({}))[name].words.startswith("processing job, stopped")


def test_an_endpoint_that_failed_is_told_and_not_touched(world: World) -> None:
    name = broken_endpoint(world)
    found = swept(Airflow({}), Sweep(now=datetime.now(UTC), since_last=HOUR))[name]
    assert found.words.startswith("endpoint, Failed: it never came into service")
    assert world.sm.describe_endpoint(EndpointName=name)["EndpointStatus"] == "Failed"


def broken_endpoint(world: World) -> str:
    """An endpoint of ours whose model does not start."""
    name = "demo--broken"
    arn = world.serve(name, EXIT="yes")["EndpointArn"]
    world.sm.add_tags(ResourceArn=arn, Tags=plan_of(world, "4.2.0").tags("test"))
    return name


def test_the_schedule_begins_with_the_next_hour_and_makes_up_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow takes `run_immediately=False` as "within five minutes"."""
    monkeypatch.setattr("airflow.timetables.trigger.utcnow", lambda: datetime(2026, 11, 21, 12, 18, tzinfo=UTC))
    first = in_scheduler(SCHEDULE).next_dagrun_info(
        last_automated_data_interval=None, restriction=TimeRestriction(earliest=None, latest=None, catchup=False)
    )
    assert first is not None
    assert first.run_after == datetime(2026, 11, 21, 13, 17, tzinfo=UTC)


def in_scheduler(schedule: Any) -> Any:
    """What the scheduler makes of a DAG's schedule, which says itself when it is due in Airflow 3.0 only."""
    try:
        from airflow.serialization.encoders import (  # type: ignore[import-not-found]  # mypy reads by Airflow 3.0
            coerce_to_core_timetable,
        )
    except ImportError:
        return schedule
    return coerce_to_core_timetable(schedule)
