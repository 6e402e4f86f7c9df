"""Processing jobs: the operations on their records."""

from collections.abc import Callable, Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.jobs import INTERRUPTED, Jobs
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.processing_run import ProcessingRun, ended
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.service import shown
from local.aws.sagemaker.training import DAY, ONE_INSTANCE, already_there

Request = Mapping[str, Any]
LISTING = Listing("ListProcessingJobs", "ProcessingJob")
FOLDER = "/opt/ml/processing/"


class ProcessingJobs:
    """CreateProcessingJob, DescribeProcessingJob, ListProcessingJobs and StopProcessingJob."""

    def __init__(self, records: Records, jobs: Jobs, run: Callable[[str], ProcessingRun], *, quotas: Quotas) -> None:
        self._records = records
        self._jobs = jobs
        self._run = run
        self._quotas = quotas

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep the job and start it."""
        refuse_unsupported(request)
        arn = place.arn("processing-job", request["ProcessingJobName"])
        condition = {"MaxRuntimeInSeconds": DAY, **request.get("StoppingCondition", {})}
        record = {**request, "ProcessingJobArn": arn, "StoppingCondition": condition}
        if not self._quotas.add(arn, {**record, "ProcessingJobStatus": "InProgress"}):
            raise already_there(arn)
        self._jobs.start(arn, self._run(arn))
        return {"ProcessingJobArn": arn}

    def describe(self, place: Place, request: Request) -> dict[str, Any]:
        """The job as it is now."""
        return shown("DescribeProcessingJob", self._find(place, request))

    def list(self, place: Place, request: Request) -> dict[str, Any]:
        """A page of jobs."""
        return LISTING.page(self._records, place.arn("processing-job"), request)

    def stop(self, place: Place, request: Request) -> dict[str, Any]:
        """Ask a running job to stop."""
        with self._records.lock:
            record = self._find(place, request)
            status = record["ProcessingJobStatus"]
            if status != "InProgress":
                raise invalid(f"The request was rejected because the processing job is in status {status}.")
            self._records.change(record["arn"], ProcessingJobStatus="Stopping")
        self._jobs.stop(record["arn"])
        return {}

    def settle(self) -> None:
        """Fail the jobs that the last server left running."""
        for record in self._records.those("arn:"):
            if record.get("ProcessingJobStatus") in ("InProgress", "Stopping"):
                self._records.change(record["arn"], **ended("Failed", INTERRUPTED))

    def _find(self, place: Place, request: Request) -> Record:
        name = request["ProcessingJobName"]
        record = self._records.find(place.arn("processing-job", name))
        if record is None:
            raise invalid(f"Could not find requested job with name: {name}")
        return record


def refuse_unsupported(request: Request) -> None:
    """Refuse at once what would only fail or be ignored later."""
    if request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] != 1:
        raise invalid(ONE_INSTANCE)
    inputs = [(row["InputName"], row.get("S3Input")) for row in request.get("ProcessingInputs", [])]
    outputs = request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    for name, place in [*inputs, *((row["OutputName"], row.get("S3Output")) for row in outputs)]:
        if place is None:
            raise invalid(f"{name}: the local platform reads and writes S3Input and S3Output only.")
        if not place.get("LocalPath", "").startswith(FOLDER) or ".." in place["LocalPath"].split("/"):
            raise invalid(f"{name}: LocalPath {place.get('LocalPath')!r} must begin with {FOLDER}")
        if place.get("S3DataType", "S3Prefix") != "S3Prefix" or place.get("S3InputMode", "File") != "File":
            raise invalid(f"{name}: the local platform reads S3DataType S3Prefix in S3InputMode File only.")
