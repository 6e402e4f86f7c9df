"""What an environment's last change makes of its status."""

import pytest

from local.aws.mwaa.status import CHANGE_SECONDS, Change, status_of

LONG_AFTER = CHANGE_SECONDS + 1


@pytest.mark.parametrize("change", list(Change))
def test_a_change_under_way_is_the_status(change: Change) -> None:
    assert status_of({"Change": change, "ChangedAt": 0}, has_failed=False, now=0) == change


@pytest.mark.parametrize(
    ("change", "has_failed", "status"),
    [
        (Change.CREATING, False, "AVAILABLE"),
        (Change.UPDATING, True, "UNAVAILABLE"),
        (Change.DELETING, False, "DELETING"),
    ],
)
def test_a_change_that_is_over_shows_how_airflow_is_unless_it_was_the_last(
    change: Change, has_failed: bool, status: str
) -> None:
    assert status_of({"Change": change, "ChangedAt": 0}, has_failed=has_failed, now=LONG_AFTER) == status
