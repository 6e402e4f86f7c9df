"""Processing jobs: the operations on their records."""

from collections.abc import Callable, Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.job_room import JobRoom
from local.aws.sagemaker.jobs import Jobs
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.processing_run import ProcessingRun, ended
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.training import DAY, ONE_INSTANCE, already_there

Request = Mapping[str, Any]
FOLDER = "/opt/ml/processing/"


class ProcessingJobs(JobRoom):
    """CreateProcessingJob, DescribeProcessingJob, ListProcessingJobs and StopProcessingJob."""

    noun, kind, words = "ProcessingJob", "processing-job", "processing job"
    listing = Listing("ListProcessingJobs", "ProcessingJob")

    def __init__(self, records: Records, jobs: Jobs, run: Callable[[str], ProcessingRun], *, quotas: Quotas) -> None:
        super().__init__(records, jobs, run)
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

    def failed(self, record: Record, reason: str) -> dict[str, Any]:
        """The members that change when the job fails."""
        return ended("Failed", reason)


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
