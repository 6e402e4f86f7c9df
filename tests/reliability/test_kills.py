"""Whatever is killed, a run pays for one job a stage, ends as it should, and tells so once."""

import pytest

from tests.reliability.road import Outcome, Road
from tests.sockets import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]
ONCE = {"mail": 1, "slack": 1}
PAID_ONCE = Outcome("success", {"train": 1, "eval": 1}, ONCE)


def test_a_killed_triggerer_loses_none_of_twenty_waits(road: Road) -> None:
    runs = []
    for number in range(20):
        road.release(f"1.0.{number}", seconds=120)
        runs.append(road.train(f"1.0.{number}"))
    wait_for(lambda: road.deferred(runs), what="twenty tasks that wait", seconds=300)
    road.kill("airflow-triggerer")
    assert [road.outcome(run_id) for run_id in runs] == [PAID_ONCE] * len(runs)


def test_a_killed_scheduler_finds_its_job_again(road: Road) -> None:
    """It takes its workers along: the task dies between the job's creation and its own deferral, or right after."""
    road.release("1.1.0", seconds=20)
    run_id = road.train("1.1.0")
    wait_for(lambda: len(road.jobs(run_id)) == 1, what="the job")
    road.kill("airflow-scheduler")
    assert road.outcome(run_id) == PAID_ONCE
