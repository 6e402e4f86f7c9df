"""What GetEnvironment calls an environment's state."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# AWS takes 20 to 40 minutes; whoever waits for a change has to see it here too.
CHANGE_SECONDS = 1.0
# An environment is created before Airflow has started, in a platform as in AWS.
AIRFLOW_SECONDS = 60.0
AVAILABLE = "AVAILABLE"


class Change(StrEnum):
    """What an environment is in the middle of."""

    NONE = ""
    CREATING = "CREATING"
    UPDATING = "UPDATING"
    DELETING = "DELETING"


def is_over(record: Mapping[str, Any], *, now: float) -> bool:
    """Whether the environment's last change is done."""
    return record["Change"] == Change.NONE or bool(now - record["ChangedAt"] >= CHANGE_SECONDS)


def is_gone(record: Mapping[str, Any], *, now: float) -> bool:
    """Whether the environment has been deleted."""
    return record["Change"] == Change.DELETING and is_over(record, now=now)


def status_of(record: Mapping[str, Any], *, serves: bool, now: float) -> str:
    """The status; `serves` tells whether Airflow answers."""
    if not is_over(record, now=now):
        return str(record["Change"])
    if serves:
        return AVAILABLE
    starts = record["Change"] == Change.CREATING and now - record["ChangedAt"] < AIRFLOW_SECONDS
    return str(Change.CREATING) if starts else "UNAVAILABLE"
