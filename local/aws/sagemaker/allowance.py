"""How long a training job may train, and how long it may take in all."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from local.aws.sagemaker.refusal import invalid


class Allowance:
    """What StoppingCondition leaves a job: its run time is spent while it trains, its wait time passes."""

    def __init__(self, condition: Mapping[str, Any], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = float(condition["MaxRuntimeInSeconds"])
        self._until = clock() + float(condition.get("MaxWaitTimeInSeconds", "inf"))

    @property
    def to_wait(self) -> float:
        """Seconds until the job has taken too long in all."""
        return max(0.0, self._until - self._clock())

    @property
    def deadline(self) -> float:
        """When a start of now has to end, on the clock."""
        return min(self._clock() + self._left, self._until)

    def spend(self, seconds: float) -> None:
        """Take what the job has trained off its run time."""
        self._left -= seconds


def refuse_unsound(request: Mapping[str, Any], *, runtime: int) -> None:
    """Refuse a wait time that does not go with managed spot training; raises a Refusal with AWS's words."""
    wait = request.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds")
    spot = request.get("EnableManagedSpotTraining", False)
    if not spot and wait is not None:
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true"
        )
    if spot and (wait is None or wait < runtime):
        raise invalid(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds"
        )
