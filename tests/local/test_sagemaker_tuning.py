"""Tuning jobs really launch training jobs, as many at once as they may, and find the best of them."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.tuning_rules import refuse_unsupported
from local.aws.sagemaker.tuning_search import trials
from tests.local.sagemaker_requests import tuning_job
from tests.local.sagemaker_world import BUCKET, QUICK, World

SEEDED = {
    "Strategy": "Random",
    "RandomSeed": 7,
    "ParameterRanges": {
        "CategoricalParameterRanges": [{"Name": "kind", "Values": ["a", "b"]}],
        "IntegerParameterRanges": [
            {"Name": "k", "MinValue": "1", "MaxValue": "3"},
            {"Name": "log_k", "MinValue": "1", "MaxValue": "1000", "ScalingType": "Logarithmic"},
        ],
        "ContinuousParameterRanges": [
            {"Name": "x", "MinValue": "-1", "MaxValue": "1"},
            {"Name": "rate", "MinValue": "1e-6", "MaxValue": "1", "ScalingType": "Logarithmic"},
            {"Name": "decay", "MinValue": "0", "MaxValue": "0.999999", "ScalingType": "ReverseLogarithmic"},
        ],
    },
}


class Tunings(World):
    """A world with tuning jobs in it."""

    def tune(self, name: str, **more: Any) -> Any:
        """A tuning job, once it has ended."""
        self.sm.create_hyper_parameter_tuning_job(
            **tuning_job(name, self.image, **more), Tags=[{"Key": "a", "Value": "b"}]
        )
        return self.tuned(name)

    def tuned(self, name: str) -> Any:
        """The tuning job once it has ended."""
        return self.until(
            lambda: self.sm.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name),
            lambda job: job["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"),
        )

    def children(self, name: str, **more: Any) -> list[Any]:
        """The summaries of its training jobs."""
        found: list[Any] = self.sm.list_training_jobs_for_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name, **more
        )["TrainingJobSummaries"]
        return found


@pytest.fixture(scope="module")
def world(launch_aws: Callable[..., Any]) -> Tunings:
    return Tunings(launch_aws(env=QUICK))


@pytest.fixture(scope="module")
def happy(world: Tunings) -> Any:
    return world.tune("happy", fixed={"output": "kept"})


@pytest.mark.server
def test_the_best_training_job_is_the_one_with_the_best_objective(happy: Any) -> None:
    assert happy["HyperParameterTuningJobStatus"] == "Completed"
    best = happy["BestTrainingJob"]
    assert (best["TunedHyperParameters"], best["ObjectiveStatus"]) == ({"x": "3"}, "Succeeded")
    metric = {"Type": "Maximize", "MetricName": "score", "Value": 3.0}
    assert best["FinalHyperParameterTuningJobObjectiveMetric"] == metric


@pytest.mark.server
def test_training_jobs_and_objectives_are_counted(happy: Any) -> None:
    counted = {name: number for name, number in happy["TrainingJobStatusCounters"].items() if number}
    assert (counted, happy["ObjectiveStatusCounters"]["Succeeded"]) == ({"Completed": 3}, 3)


@pytest.mark.server
def test_each_trial_is_a_training_job_of_its_own(world: Tunings, happy: Any) -> None:
    first, *_ = world.children("happy")
    job = world.job(first["TrainingJobName"])
    assert job["TrainingJobName"].startswith("happy-001-")
    assert job["HyperParameters"] == {"x": "1", "output": "kept", "_tuning_objective_metric": "score"}
    assert job["TuningJobArn"] == happy["HyperParameterTuningJobArn"]
    assert job["ModelArtifacts"]["S3ModelArtifacts"].startswith(f"s3://{BUCKET}/out/happy-001-")
    assert world.sm.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == [{"Key": "a", "Value": "b"}]


@pytest.mark.server
def test_training_jobs_are_listed_by_name_or_by_their_objective(world: Tunings, happy: Any) -> None:
    assert happy
    order = [row["TunedHyperParameters"]["x"] for row in world.children("happy")]
    ranks = world.children("happy", SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    assert (order, [row["TunedHyperParameters"]["x"] for row in ranks]) == (["1", "3", "2"], ["3", "2", "1"])


@pytest.mark.server
def test_tuning_jobs_are_listed_with_what_they_came_to(world: Tunings, happy: Any) -> None:
    (row,) = world.sm.list_hyper_parameter_tuning_jobs(NameContains="happy")["HyperParameterTuningJobSummaries"]
    assert (row["HyperParameterTuningJobArn"], row["Strategy"]) == (happy["HyperParameterTuningJobArn"], "Grid")
    assert row["TrainingJobStatusCounters"] == happy["TrainingJobStatusCounters"]


@pytest.mark.server
def test_no_more_jobs_run_at_once_than_allowed_and_a_reached_target_ends_it(world: Tunings) -> None:
    job = world.tune(
        "target",
        ResourceLimits={"MaxParallelTrainingJobs": 1},
        TuningJobCompletionCriteria={"TargetObjectiveMetricValue": 3},
    )
    first, second = world.children("target")
    assert first["TrainingEndTime"] <= second["CreationTime"]
    assert (job["HyperParameterTuningJobStatus"], second["TunedHyperParameters"]) == ("Completed", {"x": "3"})


@pytest.mark.server
def test_a_failed_trial_is_counted_and_the_others_decide(world: Tunings) -> None:
    codes = {"CategoricalParameterRanges": [{"Name": "code", "Values": ["3", "0"]}]}
    job = world.tune("mixed", fixed={"x": "5"}, ParameterRanges=codes)
    assert (job["HyperParameterTuningJobStatus"], job["BestTrainingJob"]["TunedHyperParameters"]) == (
        "Completed",
        {"code": "0"},
    )
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == job["ObjectiveStatusCounters"]["Failed"] == 1


@pytest.mark.server
def test_without_any_objective_the_tuning_job_has_failed_and_can_be_deleted(world: Tunings) -> None:
    seconds = {"CategoricalParameterRanges": [{"Name": "seconds", "Values": ["0"]}]}
    job = world.tune("silent", ParameterRanges=seconds)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"] == "No training job has finished with the objective metric score."
    world.sm.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="silent")
    with pytest.raises(ClientError, match="Could not find hyperparameter tuning job with name: silent"):
        world.tuned("silent")


@pytest.mark.server
def test_a_stopped_tuning_job_stops_its_training_jobs(world: Tunings) -> None:
    world.sm.create_hyper_parameter_tuning_job(**tuning_job("stopped", world.image, fixed={"seconds": "1000"}))
    world.until(lambda: world.children("stopped"), lambda rows: len(rows) == 3)
    with pytest.raises(ClientError, match="is in status InProgress"):
        world.sm.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped")
    world.sm.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="stopped")
    assert world.tuned("stopped")["HyperParameterTuningJobStatus"] == "Stopped"
    assert {row["TrainingJobStatus"] for row in world.children("stopped")} == {"Stopped"}


@pytest.mark.server
def test_names_have_32_characters_and_are_taken(world: Tunings, happy: Any) -> None:
    assert happy
    with pytest.raises(ClientError, match="ResourceInUse"):
        world.tune("happy")
    with pytest.raises(ClientError, match="less than or equal to 32"):
        world.tune("x" * 33)


def test_the_same_seed_draws_the_same_trials_within_their_ranges() -> None:
    drawn = list(islice(trials(SEEDED), 200))
    assert drawn == list(islice(trials(SEEDED), 200))
    assert drawn != list(islice(trials({**SEEDED, "RandomSeed": 8}), 200))
    assert {row["kind"] for row in drawn} == {"a", "b"}
    assert {row["k"] for row in drawn} == {"1", "2", "3"}
    bounds = {"log_k": (1, 1000), "x": (-1, 1), "rate": (1e-6, 1), "decay": (0, 0.999999)}
    assert all(low <= float(row[name]) <= high for row in drawn for name, (low, high) in bounds.items())


def test_logarithmic_scaling_looks_as_long_at_each_power_of_ten() -> None:
    drawn = list(islice(trials(SEEDED), 200))
    middle = {"rate": 1e-3, "decay": 1 - 1e-3, "log_k": 32, "x": 0}
    below = {name: sum(float(row[name]) < value for row in drawn) for name, value in middle.items()}
    assert all(70 < number < 130 for number in below.values()), below


def changed(**config: Any) -> dict[str, Any]:
    return tuning_job("name", "image", **config)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (changed(Strategy="Hyperband"), "not Hyperband"),
        (changed(TrainingJobEarlyStoppingType="Auto"), "ends no training job early"),
        (changed(Strategy="Random"), "MaxNumberOfTrainingJobs is needed"),
        (changed(ResourceLimits={"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1}), "has 3 combinations"),
        (changed(ResourceLimits={"MaxRuntimeInSeconds": 600, "MaxParallelTrainingJobs": 1}), "MaxRuntimeInSeconds"),
        (changed(ParameterRanges={}), "at least one range"),
        (changed(ParameterRanges=SEEDED["ParameterRanges"]), "CategoricalParameterRanges only"),
        (
            changed(HyperParameterTuningJobObjective={"Type": "Minimize", "MetricName": "loss"}),
            "The objective metric loss",
        ),
        (changed(TuningJobCompletionCriteria={"ConvergenceDetected": {}}), "TargetObjectiveMetricValue only"),
        (changed(fixed={"x": "1"}), "named once, as static or with one range: x"),
        ({**changed(), "WarmStartConfig": {"WarmStartType": "TransferLearning"}}, "WarmStartConfig"),
        ({**changed(), "TrainingJobDefinitions": [{}]}, "one TrainingJobDefinition"),
    ],
)
def test_what_would_be_ignored_is_refused(request_: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        refuse_unsupported(request_)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"MinValue": "2", "MaxValue": "1"}, "must not be above"),
        ({"MinValue": "a", "MaxValue": "1"}, "numbers of type float"),
        ({"MinValue": "nan", "MaxValue": "1"}, "must not be above"),
        ({"MinValue": "0", "MaxValue": "1", "ScalingType": "Logarithmic"}, "above 0"),
        ({"MinValue": "0", "MaxValue": "1", "ScalingType": "ReverseLogarithmic"}, "MaxValue < 1"),
    ],
)
def test_a_range_that_nothing_can_be_drawn_from_is_refused(row: dict[str, str], words: str) -> None:
    ranges = {"ContinuousParameterRanges": [{"Name": "x", **row}]}
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}
    with pytest.raises(Refusal, match=words):
        refuse_unsupported(changed(Strategy="Random", ParameterRanges=ranges, ResourceLimits=limits))
