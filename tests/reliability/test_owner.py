"""Who ends a run ends its job; a restart of Airflow's ends none; what nobody could end in time, the sweep does."""

import json
import urllib.request
from typing import Any

import psutil
import pytest

from local.programs import airflow_programs
from tests.reliability.road import ONCE, Outcome, Road
from tests.sockets import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]


def ask(road: Road, method: str, path: str, **body: Any) -> Any:
    answer = road.airflow.call(method, f"/api/v2/dags/{path}", query={}, body=body or None)
    assert answer.status in (200, 204), answer.content
    return answer.content


def test_a_run_marked_as_failed_stops_its_job_and_tells(road: Road) -> None:
    run_id = road.wait("4.0.0")
    ask(road, "PATCH", f"train/dagRuns/{run_id}", state="failed")
    wait_for(lambda: road.statuses(run_id) == ["Stopped"], what="the end of its job", seconds=120)
    # Airflow itself calls such a run a success: all but its teardowns was skipped.
    outcome = road.outcome(run_id)
    assert (outcome.jobs, outcome.messages) == ({"train": 1}, ONCE)


def test_a_run_that_is_deleted_stops_its_job(road: Road) -> None:
    run_id = road.wait("4.1.0")
    ask(road, "DELETE", f"train/dagRuns/{run_id}")
    wait_for(lambda: road.statuses(run_id) == ["Stopped"], what="the end of its job", seconds=120)


def test_what_nobody_could_stop_in_time_is_swept(road: Road) -> None:
    """The triggerer hears nothing of the one, and a new one does not know it; the other waits on."""
    kept, forgotten = road.wait("4.2.0"), road.wait("4.2.1")
    for process in triggerer(road):
        process.suspend()
    road.change(forgotten, "train", "failed")
    road.kill("airflow-triggerer")
    assert road.outcome(forgotten) == Outcome("failed", {"train": 1}, ONCE)
    assert road.statuses(kept) == road.statuses(forgotten) == ["InProgress"]
    sweep(road)
    wait_for(lambda: road.statuses(forgotten) == ["Stopped"], what="the end of its job", seconds=120)
    assert told(road) == ONCE
    assert road.statuses(kept) == ["InProgress"]
    road.sagemaker.stop_training_job(TrainingJobName=road.jobs(kept)[0]["TrainingJobName"])
    assert road.outcome(kept) == Outcome("failed", {"train": 1}, ONCE)


def test_a_triggerer_that_is_ended_in_order_ends_no_job(road: Road) -> None:
    run_id = road.wait("4.3.0")
    family = triggerer(road)
    family[0].terminate()
    psutil.wait_procs(family, timeout=60)
    road.supervisor.start(program for program in airflow_programs(road.platform) if "triggerer" in program.name)
    assert road.statuses(run_id) == ["InProgress"]
    road.sagemaker.stop_training_job(TrainingJobName=road.jobs(run_id)[0]["TrainingJobName"])
    assert road.outcome(run_id) == Outcome("failed", {"train": 1}, ONCE)


def triggerer(road: Road) -> list[psutil.Process]:
    """The triggerer and the process of its triggers."""
    (pid,) = (process.pid for process in road.supervisor.processes() if process.name == "airflow-triggerer")
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def sweep(road: Road) -> None:
    """Somebody presses Trigger."""
    run = ask(road, "POST", "sweep/dagRuns", logical_date=None)["dag_run_id"]

    def state() -> str:
        return str(ask(road, "GET", f"sweep/dagRuns/{run}")["state"])

    wait_for(lambda: state() in ("success", "failed"), what="the end of the sweep", seconds=120)
    assert state() == "success"


def told(road: Road) -> dict[str, int]:
    """What the inbox has of sweeps, by channel."""
    with urllib.request.urlopen(f"{road.platform.inbox_url}/messages?limit=1000") as answer:
        kinds = [each["kind"] for each in json.load(answer) if "1 job stopped that nobody waited for" in each["text"]]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}
