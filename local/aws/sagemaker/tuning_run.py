"""One tuning job: it launches training jobs, as many at once as it may, until there is nothing left to try."""

import logging
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.jobs import POLL, Jobs, PlatformStops
from local.aws.sagemaker.place import place_of
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.training import TrainingJobs
from local.aws.sagemaker.tuning_result import Summary, best, counters, reached, summaries
from local.aws.sagemaker.tuning_search import Trial, grid_size, trials

log = logging.getLogger(__name__)
REASON_LENGTH = 1024
OBJECTIVE_PARAMETER = "_tuning_objective_metric"  # what SageMaker adds to each training job's hyperparameters
COPIED = (
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "RetryStrategy",
    "Environment",
)


def ended(status: str, reason: str | None = None) -> dict[str, Any]:
    """The members that change when a job ends."""
    changes: dict[str, Any] = {"HyperParameterTuningJobStatus": status, "HyperParameterTuningEndTime": time.time()}
    return changes | ({"FailureReason": reason[:REASON_LENGTH]} if reason else {})


def child_request(tuning: Mapping[str, Any], trial: Trial, *, number: int) -> dict[str, Any]:
    """The training job of one trial."""
    definition = tuning["TrainingJobDefinition"]
    name = f"{tuning['HyperParameterTuningJobName']}-{number:03d}-{secrets.token_hex(4)}"
    metric = tuning["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["MetricName"]
    fixed = definition.get("StaticHyperParameters", {})
    return {
        **{member: definition[member] for member in COPIED if member in definition},
        "TrainingJobName": name,
        "HyperParameters": {**fixed, **trial, OBJECTIVE_PARAMETER: metric},
        **({"Tags": tuning["Tags"]} if tuning.get("Tags") else {}),
    }


def wanted(config: Mapping[str, Any]) -> int:
    """How many training jobs there are to be."""
    most = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    return int(most) if most else grid_size(config["ParameterRanges"])


@dataclass(frozen=True)
class TuningRun:
    """Runs the job of one record."""

    arn: str
    records: Records
    training: TrainingJobs
    jobs: Jobs

    def __call__(self, stop: threading.Event) -> None:
        """Run to the end; whatever happens, the record says it."""
        try:
            changes = self._run(stop)
        except PlatformStops:
            raise
        except Refusal as refusal:
            self._stop_children()
            changes = ended("Failed", f"{refusal.code}: {refusal.message}")
        except Exception as error:
            log.exception("%s failed for a reason of ours", self.arn)
            changes = ended("Failed", f"InternalServerError: {error!r}")
        self.records.change(self.arn, **changes, **counters(self._found()))  # events tell the record as it stands

    def _run(self, stop: threading.Event) -> dict[str, Any]:
        config = self._record["HyperParameterTuningJobConfig"]
        objective = config["HyperParameterTuningJobObjective"]
        left = islice(trials(config), wanted(config))
        while not stop.is_set() and not self._is_over(config, left):
            stop.wait(POLL)
            self._go_on()
        self._stop_children()
        if stop.is_set():
            return ended("Stopped")
        if best(self._found(), objective) is None:
            return ended("Failed", f"No training job has finished with the objective metric {objective['MetricName']}.")
        return ended("Completed")

    def _is_over(self, config: Mapping[str, Any], left: Iterator[Trial]) -> bool:
        """Launch what may be launched now; whether nothing runs any more, or the target is reached."""
        found = self._found()
        if reached(best(found, config["HyperParameterTuningJobObjective"]), config):
            return True
        running = sum(row["ObjectiveStatus"] == "Pending" for row in found)
        launched = [
            self._launch(trial) for trial in islice(left, config["ResourceLimits"]["MaxParallelTrainingJobs"] - running)
        ]
        return not running and not launched

    def _launch(self, trial: Trial) -> str:
        """Start the training job of a trial; its name."""
        record = self._record
        launched = record.get("launched", [])
        request = child_request(record, trial, number=len(launched) + 1)
        name = str(request["TrainingJobName"])
        self.training.create(place_of(self.arn), {**request, "TuningJobArn": self.arn, "tuned": trial})
        self.records.change(self.arn, launched=[*launched, name])
        return name

    def _stop_children(self) -> None:
        """Stop what still runs and wait for it; raises PlatformStops."""
        while running := [row for row in self._found() if row["ObjectiveStatus"] == "Pending"]:
            for row in running:
                self._stop(row)
            time.sleep(POLL)
            self._go_on()

    def _stop(self, child: Summary) -> None:
        if child["TrainingJobStatus"] == "InProgress":
            try:
                self.training.stop(place_of(self.arn), {"TrainingJobName": child["TrainingJobName"]})
            except Refusal:
                log.info("%s has ended by itself", child["TrainingJobName"])

    def _go_on(self) -> None:
        if self.jobs.closing.is_set():
            raise PlatformStops

    def _found(self) -> list[Summary]:
        return summaries(self.records, self._record)

    @property
    def _record(self) -> Record:
        record = self.records.find(self.arn)
        assert record is not None  # a job that runs cannot be deleted
        return record
