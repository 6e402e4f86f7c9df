"""Whatever is killed, a run pays for one job a stage, ends as it should, and tells so once."""

import pytest

from tests.reliability.road import PAID_ONCE, Road
from tests.sockets import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]


def test_a_killed_triggerer_loses_none_of_twenty_waits(road: Road) -> None:
    runs = [road.train(f"1.0.{number}", seconds=120) for number in range(20)]
    wait_for(lambda: road.deferred(runs), what="twenty tasks that wait", seconds=300)
    road.kill("airflow-triggerer")
    assert [road.outcome(run_id) for run_id in runs] == [PAID_ONCE] * len(runs)


@pytest.mark.parametrize(("version", "victim"), [("1.1.0", "scheduler"), ("1.1.1", "worker")])
def test_what_dies_right_after_the_creation_has_left_a_job_that_is_found_again(
    road: Road, version: str, victim: str
) -> None:
    with road.befallen(operation="DescribeTrainingJob", nth=[2], seconds=30):  # its maker looks at it, and waits
        run_id = road.train(version, seconds=10)
        wait_for(lambda: len(road.jobs(run_id)) == 1, what="the job")
        assert road.task_state(run_id, "train") == "running"
        if victim == "scheduler":
            road.kill("airflow-scheduler")  # and its workers with it
        else:
            road.kill_busy_workers()
    assert road.outcome(run_id) == PAID_ONCE
