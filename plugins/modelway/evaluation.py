"""The evaluation's Processing job, and what its numbers mean: a Verdict."""

import math
from collections.abc import Mapping
from typing import Any

from modelway import names
from modelway.plan import Account
from modelway.spec import Metric, ModelSpec, Problem
from modelway.verdict import Interval, MetricResult, Outcome, Verdict

ENTRYPOINT = ["python", "-m", "modelway_runtime", "evaluate"]
MAX_RUNTIME_SECONDS = 3600
ROOT = "/opt/ml/processing"
_TABLE = {
    Problem.BINARY: "binary_classification_metrics",
    Problem.MULTICLASS: "multiclass_classification_metrics",
    Problem.REGRESSION: "regression_metrics",
}
Document = Mapping[str, Any]


def evaluation_job(
    spec: ModelSpec,
    *,
    name: str,
    image: str,
    artifact: str,
    output: str,
    account: Account,
    tags: list[dict[str, str]],
    champion_predictions: str | None = None,
    instance_type: str | None = None,
) -> dict[str, Any]:
    """The CreateProcessingJob request that runs a model on the test rows, in the model's own image.

    It runs on the training's first choice of instance types unless told otherwise.

    `artifact`, `output` and `champion_predictions` are S3 URIs; with the last one the job also writes comparison.json.
    """
    inputs = {
        "model": artifact,
        "test": names.input_uri(spec.id, spec.evaluate.test, bucket=account.bucket),
        "champion": champion_predictions,
    }
    return {
        "ProcessingJobName": name,
        "AppSpecification": {"ImageUri": image, "ContainerEntrypoint": ENTRYPOINT},
        "RoleArn": account.role_arn,
        "Environment": {"MODELWAY_PROBLEM": spec.model.problem.value, "MODELWAY_TARGET": spec.evaluate.target},
        "ProcessingInputs": [_input(what, uri) for what, uri in inputs.items() if uri],
        "ProcessingOutputConfig": _outputs(output, kms_key=account.kms_key),
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": instance_type or spec.train.instances.type,
                "InstanceCount": 1,
                "VolumeSizeInGB": spec.train.instances.volume_gb,
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": MAX_RUNTIME_SECONDS},
        "Tags": tags,
    }


def judge(
    spec: ModelSpec, *, evaluation: Document, comparison: Document | None = None, champion_version: str | None = None
) -> Verdict:
    """Limits first, then the deciding metric's interval against the champion.

    A value that is missing or not a number is within no limit, and inconclusive where there is none.
    """
    compared = (comparison or {}).get("metrics", {})
    values = evaluation.get(_TABLE[spec.model.problem], {})
    metrics = [_result(metric, values, compared) for metric in spec.evaluate.metrics]
    outcome, reason = _outcome(metrics, comparison)
    return Verdict(
        outcome=outcome,
        reason=reason,
        metrics=metrics,
        champion_version=champion_version,
        confusion_matrix=values.get("confusion_matrix"),
    )


def _outcome(metrics: list[MetricResult], comparison: Document | None) -> tuple[Outcome, str]:
    if failing := [metric for metric in metrics if not metric.passes]:
        return Outcome.FAILS_ITS_LIMITS, "; ".join(_broken_limit(metric) for metric in failing)
    if unknown := [metric.name for metric in metrics if metric.challenger is None]:
        return Outcome.INCONCLUSIVE, f"the evaluation gave no number for {', '.join(unknown)}"
    if comparison is None:
        return Outcome.FIRST, "there is no model behind the endpoint to compare with"
    return _against_champion(metrics[0], comparison)


def _against_champion(metric: MetricResult, comparison: Document) -> tuple[Outcome, str]:
    if metric.difference is None:
        problem = comparison.get("problem") or f"no interval for {metric.name}"
        return Outcome.INCONCLUSIVE, f"challenger and champion cannot be compared: {problem}"
    gain = metric.difference if metric.goal == "maximize" else _negated(metric.difference)
    span = f"{metric.name} differs by {metric.difference.low:+.4f} to {metric.difference.high:+.4f} (95 %)"
    if gain.low > 0:
        return Outcome.BETTER, span
    if gain.high < 0:
        return Outcome.WORSE, span
    return Outcome.NO_CLEAR_DIFFERENCE, span


def _result(metric: Metric, values: Document, compared: Document) -> MetricResult:
    challenger = _number(values.get(metric.name, {}).get("value"))
    pair = compared.get(metric.name, {})
    low, high = _number(pair.get("low")), _number(pair.get("high"))
    return MetricResult(
        name=metric.name,
        goal=metric.goal.value,
        challenger=challenger,
        champion=_number(pair.get("champion")),
        limit=metric.limit,
        passes=metric.limit is None if challenger is None else metric.passes(challenger),
        difference=None if low is None or high is None else Interval(low=low, high=high),
    )


def _broken_limit(metric: MetricResult) -> str:
    if metric.challenger is None:
        return f"{metric.name} is not a number, its limit is {metric.limit}"
    side = "below" if metric.goal == "maximize" else "above"
    return f"{metric.name} is {metric.challenger:.4f}, {side} its limit {metric.limit}"


def _negated(interval: Interval) -> Interval:
    return Interval(low=-interval.high, high=-interval.low)


def _number(value: object) -> float | None:
    """A finite number, or None: NaN, text and truth values are no measurement."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _input(what: str, uri: str) -> dict[str, Any]:
    local = {"LocalPath": f"{ROOT}/input/{what}", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": what, "S3Input": {"S3Uri": uri, **local}}


def _outputs(uri: str, *, kms_key: str) -> dict[str, Any]:
    """Without ClusterConfig's VolumeKmsKeyId, for the reason that the training has."""
    place = {"S3Uri": uri, "LocalPath": f"{ROOT}/output/evaluation", "S3UploadMode": "EndOfJob"}
    outputs = {"Outputs": [{"OutputName": "evaluation", "S3Output": place}]}
    return outputs | ({"KmsKeyId": kms_key} if kms_key else {})
