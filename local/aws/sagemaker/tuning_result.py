"""What a tuning job has come to, read from the training jobs that it launched."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.place import place_of

Summary = Mapping[str, Any]
OBJECTIVE = "FinalHyperParameterTuningJobObjectiveMetric"
COUNTED = {
    "Completed": "Completed",
    "InProgress": "InProgress",
    "Stopping": "InProgress",
    "Failed": "NonRetryableError",
    "Stopped": "Stopped",
}


def children(records: Records, tuning: Record) -> list[Record]:
    """The training jobs of a tuning job, in the order of their launch."""
    place = place_of(tuning["arn"])
    found = [records.find(place.arn("training-job", name)) for name in tuning.get("launched", [])]
    return [record for record in found if record is not None]


def summaries(records: Records, tuning: Record) -> list[Summary]:
    """Each training job with what was tried in it and what came of it."""
    objective = tuning["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    return [summary(child, objective) for child in children(records, tuning)]


def summary(child: Record, objective: Mapping[str, str]) -> Summary:
    """One training job's summary."""
    values = {row["MetricName"]: row["Value"] for row in child.get("FinalMetricDataList", [])}
    ended = COUNTED[child["TrainingJobStatus"]] != "InProgress"
    good = child["TrainingJobStatus"] in ("Completed", "Stopped") and objective["MetricName"] in values
    found = {OBJECTIVE: {**objective, "Value": values[objective["MetricName"]]}} if good else {}
    status = "Succeeded" if good else "Failed" if ended else "Pending"
    return {**child, "TunedHyperParameters": child["tuned"], "ObjectiveStatus": status, **found}


def best(found: Sequence[Summary], objective: Mapping[str, str]) -> Summary | None:
    """The training job with the best objective, the earlier of two equal ones."""
    judged = [row for row in found if OBJECTIVE in row]
    if not judged:
        return None
    choose = max if objective["Type"] == "Maximize" else min
    return choose(judged, key=value)


def value(row: Summary) -> float:
    """The objective's value."""
    return float(row[OBJECTIVE]["Value"])


def reached(winner: Summary | None, config: Mapping[str, Any]) -> bool:
    """Whether the objective is as good as the job asked for."""
    target = config.get("TuningJobCompletionCriteria", {}).get("TargetObjectiveMetricValue")
    if winner is None or target is None:
        return False
    maximize = config["HyperParameterTuningJobObjective"]["Type"] == "Maximize"
    return value(winner) >= float(target) if maximize else value(winner) <= float(target)


def counters(found: Sequence[Summary]) -> dict[str, dict[str, int]]:
    """TrainingJobStatusCounters and ObjectiveStatusCounters."""
    statuses = dict.fromkeys(("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped"), 0)
    objectives = dict.fromkeys(("Succeeded", "Pending", "Failed"), 0)
    for row in found:
        statuses[COUNTED[row["TrainingJobStatus"]]] += 1
        objectives[row["ObjectiveStatus"]] += 1
    return {"TrainingJobStatusCounters": statuses, "ObjectiveStatusCounters": objectives}
