"""What GetEnvironment calls an environment's state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# AWS takes 20 to 40 minutes; whoever waits for a change has to see it here too.
CHANGE_SECONDS = 1.0


class Change(StrEnum):
    """What an environment is in the middle of."""

    CREATING = "CREATING"
    UPDATING = "UPDATING"
    DELETING = "DELETING"


def is_over(record: Mapping[str, Any], *, now: float) -> bool:
    """Whether the environment's last change is done."""
    return bool(now - record["ChangedAt"] >= CHANGE_SECONDS)


def is_gone(record: Mapping[str, Any], *, now: float) -> bool:
    """Whether the environment has been deleted."""
    return record["Change"] == Change.DELETING and is_over(record, now=now)


def status_of(record: Mapping[str, Any], *, has_failed: bool, now: float) -> str:
    """The status; `has_failed` tells whether Airflow has served and no longer does.

    What was found a moment before its deletion was over is being deleted, and never available again.
    """
    if record["Change"] == Change.DELETING or not is_over(record, now=now):
        return str(record["Change"])
    return "UNAVAILABLE" if has_failed else "AVAILABLE"
