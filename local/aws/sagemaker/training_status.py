"""The statuses of a training job, and what changes in its record with each."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

REASON_LENGTH = 1024
MESSAGES = {
    "Starting": "Starting the training job",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Interrupted": "The managed spot training instances were interrupted",
    "Uploading": "Uploading generated training model",
    "Stopping": "Stopping the training job",
    "Completed": "Training job completed",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job ran longer than MaxRuntimeInSeconds",
    "MaxWaitTimeExceeded": "Training job took longer than MaxWaitTimeInSeconds",
    "Failed": "Training job failed",
}
STATUSES = {
    "Completed": "Completed",
    "Failed": "Failed",
    "Stopped": "Stopped",
    "MaxRuntimeExceeded": "Stopped",
    "MaxWaitTimeExceeded": "Stopped",
}
WITH_AN_INSTANCE = ("Training", "Stopping", "Uploading")
SPOT_SHARE = 0.3  # assumed: AWS bills a spot job's time so that 1 - billable/training is what it saved, often 70 %


def transition(record: Mapping[str, Any], secondary: str, reason: str | None = None) -> dict[str, Any]:
    """The members that change when a job enters a secondary status."""
    now = time.time()
    *before, last = record.get("SecondaryStatusTransitions") or [None]
    entered = {"Status": secondary, "StartTime": now, "StatusMessage": reason or MESSAGES[secondary]}
    ended = secondary in STATUSES
    stopping = "Stopping" in (secondary, record.get("TrainingJobStatus"))
    transitions = [
        *before,
        *([{**last, "EndTime": now}] if last else []),
        {**entered, "EndTime": now} if ended else entered,
    ]
    changes: dict[str, Any] = {
        "SecondaryStatus": secondary,
        "SecondaryStatusTransitions": transitions,
        "TrainingJobStatus": STATUSES.get(secondary, "Stopping" if stopping else "InProgress"),
    }
    if secondary == "Training":
        changes["TrainingStartTime"] = record.get("TrainingStartTime", now)
    if ended:
        changes |= {"TrainingEndTime": now, **billed(record, transitions)}
    return changes | ({"FailureReason": reason[:REASON_LENGTH]} if reason else {})


def billed(record: Mapping[str, Any], transitions: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How long the job had its instance, and how much of that is paid; nothing where it never had one."""
    if "TrainingStartTime" not in record:
        return {}
    rows = (row for row in transitions if row["Status"] in WITH_AN_INSTANCE)
    seconds = sum(row["EndTime"] - max(row["StartTime"], record["TrainingStartTime"]) for row in rows)
    share = SPOT_SHARE if record.get("EnableManagedSpotTraining") else 1.0
    return {
        "TrainingTimeInSeconds": max(1, round(seconds)),
        "BillableTimeInSeconds": max(1, round(seconds * share)),
    }
