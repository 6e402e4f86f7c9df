"""What a tuning job may ask of the local platform."""

from collections.abc import Mapping
from typing import Any

from local.aws.sagemaker import training
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.tuning_run import child_request
from local.aws.sagemaker.tuning_search import grid_size, refuse_bad_ranges

Request = Mapping[str, Any]
KINDS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")
UNKNOWN = {
    "WarmStartConfig": "starts no tuning job from another one's results",
    "TrainingJobDefinitions": "tunes one TrainingJobDefinition",
    "Autotune": "chooses no ranges by itself",
}


def refuse_unsupported(request: Request) -> None:
    """Refuse at once what would only fail or be ignored later."""
    for member, words in UNKNOWN.items():
        if request.get(member):
            raise invalid(f"{member}: the local platform {words}; leave it out.")
    if "TrainingJobDefinition" not in request:
        raise invalid("A tuning job needs a TrainingJobDefinition.")
    _refuse_config(request["HyperParameterTuningJobConfig"])
    _refuse_definition(request)
    training.refuse_unsupported(child_request(request, {}, number=1))


def _refuse_config(config: Request) -> None:
    ranges, limits = config.get("ParameterRanges", {}), config["ResourceLimits"]
    if config["Strategy"] == "Hyperband":
        raise invalid("Strategy: the local platform knows Random, Grid, and Bayesian drawn at random; not Hyperband.")
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        raise invalid("TrainingJobEarlyStoppingType: the local platform ends no training job early; use Off.")
    if "MaxRuntimeInSeconds" in limits:
        raise invalid("ResourceLimits.MaxRuntimeInSeconds is unknown to the local platform; bound the training jobs.")
    if set(config.get("TuningJobCompletionCriteria", {})) - {"TargetObjectiveMetricValue"}:
        raise invalid("TuningJobCompletionCriteria: the local platform knows TargetObjectiveMetricValue only.")
    if not any(ranges.get(kind) for kind in KINDS):
        raise invalid("ParameterRanges: a tuning job needs at least one range.")
    refuse_bad_ranges(ranges)
    _refuse_number(config, ranges, limits.get("MaxNumberOfTrainingJobs"))


def _refuse_number(config: Request, ranges: Request, most: int | None) -> None:
    if config["Strategy"] != "Grid":
        if most is None:
            raise invalid("ResourceLimits.MaxNumberOfTrainingJobs is needed with this strategy.")
        return
    if ranges.get("IntegerParameterRanges") or ranges.get("ContinuousParameterRanges"):
        raise invalid("Strategy Grid takes CategoricalParameterRanges only.")
    if most not in (None, grid_size(ranges)):
        raise invalid(
            f"ResourceLimits.MaxNumberOfTrainingJobs is {most}; a grid has {grid_size(ranges)} combinations: "
            "give that number or none."
        )


def _refuse_definition(request: Request) -> None:
    """What concerns the training jobs together with the ranges and the objective."""
    config, definition = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
    objective = config.get("HyperParameterTuningJobObjective")
    if objective is None:
        raise invalid("HyperParameterTuningJobObjective is needed.")
    metrics = [row["Name"] for row in definition["AlgorithmSpecification"].get("MetricDefinitions", [])]
    if objective["MetricName"] not in metrics:
        raise invalid(
            f"The objective metric {objective['MetricName']} is not among the training job's MetricDefinitions "
            f"[{', '.join(metrics)}]; the local platform has no algorithms with metrics of their own."
        )
    if "ResourceConfig" not in definition:
        raise invalid("TrainingJobDefinition: the local platform needs a ResourceConfig.")
    ranges = config["ParameterRanges"]
    tuned = [row["Name"] for kind in KINDS for row in ranges.get(kind, [])]
    names = [*tuned, *definition.get("StaticHyperParameters", {})]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise invalid(f"Hyperparameters must be named once, as static or with one range: {', '.join(twice)}.")
