"""What the evaluation of a trained version came to, and what a DAG run came to."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from modelway.record import JobRecord
from modelway.release import TrainedVersionText


class Outcome(StrEnum):
    """The answer to: may this trained version replace what is live?"""

    FIRST = "first"
    BETTER = "better"
    WORSE = "worse"
    NO_CLEAR_DIFFERENCE = "no clear difference"
    INCONCLUSIVE = "inconclusive"
    FAILS_ITS_LIMITS = "fails its limits"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(_Frozen):
    """A paired bootstrap interval (95 %) of challenger minus champion."""

    low: float
    high: float


class MetricResult(_Frozen):
    """One metric of challenger and champion on the same rows."""

    name: str
    goal: Literal["maximize", "minimize"]
    challenger: float | None
    champion: float | None = None
    limit: float | None = None
    passes: bool
    difference: Interval | None = None


class Verdict(_Frozen):
    """The outcome, the metrics it rests on (the first one decides), and why; a person weighs an inconclusive one."""

    outcome: Outcome
    reason: str
    metrics: list[MetricResult]
    champion_version: TrainedVersionText | None = None
    confusion_matrix: dict[str, dict[str, int]] | None = None

    @property
    def deployable(self) -> bool:
        """Whether a person may approve it."""
        return self.outcome is not Outcome.FAILS_ITS_LIMITS


class Failure(_Frozen):
    """The first thing that went wrong in a run."""

    task: str
    reason: str
    log_tail: list[str] = Field(default_factory=list)
    url: str = ""


class Deployed(_Frozen):
    """A live endpoint, and how to ask it."""

    name: str
    config: str
    example: str


class Result(_Frozen):
    """runs/{run_id}/result.json: what a DAG run came to, for whoever started it."""

    dag_id: str
    run_id: str
    project: str
    model: str
    version: str
    state: Literal["success", "failed"]
    url: str
    reason: str = ""
    failure: Failure | None = None
    training: JobRecord | None = None
    verdict: Verdict | None = None
    package_arn: str | None = None
    endpoint: Deployed | None = None
