"""Why a job came to nothing, by SageMaker's codes, and whether another attempt may come to something."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from modelway.jobs import Description, Kind

_THROTTLED = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "RequestThrottled"}
)
_NO_QUOTA, _NO_CAPACITY = "ResourceLimitExceeded", "CapacityError"
_LIMIT = re.compile(r"is (?P<limit>\S+) Instances?, with current utilization of (?P<used>\S+) Instances?")
_RESTS = {"Completed", "Failed", "Stopped"}


class Cause(StrEnum):
    """Whose doing it was that a job came to nothing."""

    PLATFORM = "platform"
    QUOTA = "quota"
    CAPACITY = "capacity"
    USER_CODE = "user code"
    STOPPED = "stopped"
    RUN_TIME_EXCEEDED = "run time exceeded"
    SPOT_INTERRUPTED = "spot interrupted"

    @property
    def next_attempt_helps(self) -> bool:
        """Whether the same job may come to something, if it is made once more."""
        return self not in (Cause.USER_CODE, Cause.STOPPED, Cause.RUN_TIME_EXCEEDED)

    @property
    def passes(self) -> bool:
        """Whether there is nothing to mend but to wait for a machine; nothing was paid for."""
        return self in (Cause.QUOTA, Cause.CAPACITY)


@dataclass(frozen=True)
class Ending:
    """What became of a job that came to nothing: why, in our words and by SageMaker's own reason, and the remedy."""

    cause: Cause
    words: str
    reason: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return self._with(self.reason)

    @property
    def brief(self) -> str:
        """With the reason's first line only, for where the log's end says the others again."""
        return self._with(self.reason.partition("\n")[0])

    def _with(self, reason: str) -> str:
        what = f"{self.words}: {reason}" if reason else self.words
        return f"{what}\n{self.remedy}" if self.remedy else what


def ending(kind: Kind, description: Description) -> Ending | None:
    """Why the job that rests did not do what it was made for; None when it did. A stopped job is not a success."""
    status, name = description[kind.value.status_key], description[kind.value.name_key]
    if status == kind.value.good:
        return None
    reason = description.get("FailureReason") or description.get("ExitMessage") or ""
    cause = _of_stopped(description) if status == "Stopped" else _of_failed(description, reason)
    words, remedy = _words(cause, name, kind, description)
    return Ending(cause, words, "" if status == "Stopped" else reason, remedy)


def refusal(response: Mapping[str, Any], *, name: str, machine: str) -> Ending | None:
    """Why SageMaker did not take the order for this job; None for what is wrong with the order itself.

    `response` is what boto3's ClientError carries, `machine` what was asked for: 'ml.m5.large for training'.
    """
    error, status = response["Error"], response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, message = error["Code"], error.get("Message", "")
    if code == _NO_QUOTA:
        return Ending(Cause.QUOTA, f"quota: {machine}{_limit(message)}")
    if code == _NO_CAPACITY:
        return Ending(Cause.CAPACITY, f"capacity: {machine}")
    if code in _THROTTLED or status >= 500:
        return Ending(Cause.PLATFORM, f"SageMaker did not take the order for {name}", f"{code}: {message}")
    return None


def machine_of(description: Description) -> str:
    """The instance type that a job asked for; empty where it asked for several."""
    cluster = description.get("ProcessingResources", {}).get("ClusterConfig", {})
    machines = description.get("ResourceConfig") or description.get("TransformResources") or cluster
    return str(machines.get("InstanceType", ""))


def _of_failed(description: Description, reason: str) -> Cause:
    """By the prefix of FailureReason, which is all that SageMaker tells.

    What has no known prefix is taken for the model's own: each further attempt would be paid for.
    """
    match reason.partition(":")[0].strip():
        case "CapacityError":
            return Cause.CAPACITY
        case "ResourceLimitExceeded":
            return Cause.QUOTA
        case "InternalServerError" | "InternalServerException" | "":
            return Cause.SPOT_INTERRUPTED if _was_interrupted(description) else Cause.PLATFORM
        case _:
            return Cause.USER_CODE


def _of_stopped(description: Description) -> Cause:
    match description.get("SecondaryStatus"):
        case "MaxRuntimeExceeded":
            return Cause.RUN_TIME_EXCEEDED
        case "MaxWaitTimeExceeded" | "Interrupted":
            return Cause.SPOT_INTERRUPTED
        case None if _ran_to_its_limit(description):  # only training has a secondary status
            return Cause.RUN_TIME_EXCEEDED
        case _:
            return Cause.STOPPED


def _was_interrupted(description: Description) -> bool:
    """Whether a spot job lost its machines and got no others: the last thing before its end."""
    passed = [entered["Status"] for entered in description.get("SecondaryStatusTransitions", [])]
    return [status for status in passed if status not in _RESTS][-1:] == ["Interrupted"]


def _ran_to_its_limit(description: Description) -> bool:
    """SageMaker stops a job at its limit and keeps both times; somebody who stops it that very second is not told."""
    started, ended = description.get("ProcessingStartTime"), description.get("ProcessingEndTime")
    limit = description.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    if not (started and ended and limit):
        return False
    return bool(ended - started >= timedelta(seconds=limit - 1))


def _words(cause: Cause, name: str, kind: Kind, description: Description) -> tuple[str, str]:
    """What happened to the job, and the remedy."""
    match cause:
        case Cause.USER_CODE:
            return f"{name} failed by the model's own code, data or image", "Mend it and push."
        case Cause.PLATFORM:
            return f"{name} failed on AWS's side, not the model's", "Clear the task to try again."
        case Cause.QUOTA:
            return f"{name} found the account's quota used up", "Ask AWS for more, or wait and clear the task."
        case Cause.CAPACITY:
            machine = machine_of(description) or "machines"
            return (
                f"{name} got no {machine}",
                "Wait and clear the task, or name train.instances.alternatives in model.toml.",
            )
        case Cause.STOPPED:
            return f"{name} was stopped by somebody before it had finished", "Clear the task to start it again."
        case Cause.RUN_TIME_EXCEEDED:
            return _too_long(name, kind, description)
        case Cause.SPOT_INTERRUPTED:
            return _too_few_spot_machines(name, description)


def _too_long(name: str, kind: Kind, description: Description) -> tuple[str, str]:
    limit = description.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    if kind is Kind.TRAINING:
        return f"{name} was stopped after its max_runtime of {limit} s", "Raise it in model.toml, or train on less."
    return f"{name} was stopped after its limit of {limit} s", "Give it less to read, or a larger instance type."


def _too_few_spot_machines(name: str, description: Description) -> tuple[str, str]:
    limit = description.get("StoppingCondition", {}).get("MaxWaitTimeInSeconds")
    if description.get("SecondaryStatus") == "MaxWaitTimeExceeded":
        words = f"{name} had no spot machines for long enough in its max_wait of {limit} s"
        return words, "Raise it in model.toml, or do without spot."
    return f"{name} lost its spot machines and got no others", "Do without spot if this happens often."


def _limit(message: str) -> str:
    """The numbers in AWS's words, for people; nothing is decided by them."""
    found = _LIMIT.search(message)
    return f" (limit {found['limit']}, {found['used']} in use)" if found else ""
