"""Somebody stops a job, clears or fails its task: no job goes on that nobody waits for, and people are told once."""

import pytest

from tests.reliability.road import ONCE, Outcome, Road
from tests.sockets import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]


def test_a_job_stopped_by_hand_fails_its_run(road: Road) -> None:
    run_id = road.wait("3.0.0")
    road.sagemaker.stop_training_job(TrainingJobName=road.jobs(run_id)[0]["TrainingJobName"])
    assert road.outcome(run_id) == Outcome("failed", {"train": 1}, ONCE)


def test_a_cleared_task_stops_its_job_and_begins_another(road: Road) -> None:
    run_id = road.wait("3.1.0")
    road.clear(run_id, "train")
    wait_for(lambda: len(road.statuses(run_id)) == 2, what="the second attempt", seconds=120)
    assert road.statuses(run_id)[0] == "Stopped"
    road.sagemaker.stop_training_job(TrainingJobName=road.jobs(run_id)[1]["TrainingJobName"])
    assert road.outcome(run_id) == Outcome("failed", {"train": 2}, ONCE)


def test_a_task_marked_as_failed_stops_its_job(road: Road) -> None:
    run_id = road.wait("3.2.0")
    road.change(run_id, "train", "failed")
    assert road.outcome(run_id) == Outcome("failed", {"train": 1}, ONCE)
    wait_for(lambda: road.statuses(run_id) == ["Stopped"], what="the end of its job", seconds=120)
