"""AWS refuses, loses answers and takes long; a run pays for one job a stage all the same, and tells so once."""

import pytest

from tests.reliability.road import PAID_ONCE, Road

pytestmark = [pytest.mark.journey, pytest.mark.server, pytest.mark.slow]


def test_half_of_all_calls_are_throttled(road: Road) -> None:
    with road.befallen(probability=0.5, seed=7, code="ThrottlingException"):
        outcome = road.outcome(road.train("2.0.0", seconds=10))
        refused = [call for call in road.calls("DescribeTrainingJob") if call.get("fault")]
    assert (outcome, bool(refused)) == (PAID_ONCE, True)


@pytest.mark.parametrize("operation", ["CreateTrainingJob", "CreateProcessingJob", "CreateModelPackage"])
def test_an_answer_is_lost_after_the_work_was_done(road: Road, operation: str) -> None:
    version = {"CreateTrainingJob": "2.1.0", "CreateProcessingJob": "2.1.1", "CreateModelPackage": "2.1.2"}[operation]
    with road.befallen(operation=operation, nth=[1], when="after"):
        outcome = road.outcome(road.train(version, seconds=2))
        lost = [call for call in road.calls(operation) if call.get("fault") == "answer lost"]
    assert (outcome, len(lost)) == (PAID_ONCE, 1)


def test_a_job_takes_longer_than_sixty_polls(road: Road) -> None:
    """A second is one poll here; the stock operator gives up after sixty."""
    assert road.outcome(road.train("2.2.0", seconds=75)) == PAID_ONCE
