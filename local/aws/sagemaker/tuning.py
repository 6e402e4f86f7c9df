"""Tuning jobs: the operations on their records."""

from collections.abc import Mapping
from typing import Any

from local.aws.records import Record
from local.aws.sagemaker.job_room import JobRoom
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import shown
from local.aws.sagemaker.training import already_there
from local.aws.sagemaker.tuning_result import OBJECTIVE, best, counters, summaries, value
from local.aws.sagemaker.tuning_rules import refuse_unsupported
from local.aws.sagemaker.tuning_run import ended

Request = Mapping[str, Any]
CHILDREN = Listing("ListTrainingJobsForHyperParameterTuningJob", "TrainingJob")
BY_NAME = {"SortBy": "Name"}  # the default of both lists


class TuningJobs(JobRoom):
    """Create, Describe, List, Stop and Delete of hyperparameter tuning jobs, and the list of their training jobs."""

    noun, kind, words = "HyperParameterTuningJob", "hyper-parameter-tuning-job", "hyperparameter tuning job"
    listing = Listing("ListHyperParameterTuningJobs", "HyperParameterTuningJob")

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep the job and start it."""
        refuse_unsupported(request)
        arn = place.arn(self.kind, request["HyperParameterTuningJobName"])
        record = {**request, "HyperParameterTuningJobArn": arn, "HyperParameterTuningJobStatus": "InProgress"}
        if not self._records.add(arn, record):
            raise already_there(arn)
        self._jobs.start(arn, self._run(arn))
        return {"HyperParameterTuningJobArn": arn}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The job as it is now, with the best of its training jobs."""
        return shown("DescribeHyperParameterTuningJob", self._as_it_is(self._find(place, request)))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of jobs."""
        found = [self._as_it_is(record) for record in self._records.those(place.arn(self.kind))]
        return self.listing.answer(found, {**BY_NAME, **request})

    def children(self, place: Place, request: Request) -> dict[str, Any]:
        """ListTrainingJobsForHyperParameterTuningJob."""
        found = summaries(self._records, self._find(place, request))
        if request.get("SortBy") == "FinalObjectiveMetricValue":  # which leaves out those that have none
            found = [{**row, request["SortBy"]: value(row)} for row in found if OBJECTIVE in row]
        return CHILDREN.answer(found, {**BY_NAME, **request})

    def delete(self, place: Place, request: Request) -> dict[str, Any]:
        """Forget a job that has ended; its training jobs stay."""
        with self._records.lock:
            record = self._find(place, request)
            status = record["HyperParameterTuningJobStatus"]
            if status in ("InProgress", "Stopping"):
                raise invalid(f"The request was rejected because the hyperparameter tuning job is in status {status}.")
            self._records.remove(record["arn"])
        return {}

    def _as_it_is(self, record: Record) -> dict[str, Any]:
        config = record["HyperParameterTuningJobConfig"]
        found = summaries(self._records, record)
        winner = best(found, config["HyperParameterTuningJobObjective"])
        limits = {"Strategy": config["Strategy"], "ResourceLimits": config["ResourceLimits"]}
        return {**record, **limits, **counters(found), **({"BestTrainingJob": winner} if winner else {})}

    def unknown(self, name: str) -> str:
        """AWS's words for a name that no job has."""
        return f"Could not find hyperparameter tuning job with name: {name}"

    def failed(self, record: Record, reason: str) -> dict[str, Any]:
        """The members that change when the job fails."""
        return ended("Failed", reason)
