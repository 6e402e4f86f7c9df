"""Transform jobs: the operations on their records."""

from collections.abc import Callable, Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.job_room import JobRoom
from local.aws.sagemaker.jobs import Jobs
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.models import find_model
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.refusal import invalid
from local.aws.sagemaker.training import already_there
from local.aws.sagemaker.transform_run import TransformRun, ended

Request = Mapping[str, Any]
ALL_IN_FLIGHT = 100  # megabytes


class TransformJobs(JobRoom):
    """CreateTransformJob, DescribeTransformJob, ListTransformJobs and StopTransformJob."""

    noun, kind, words = "TransformJob", "transform-job", "transform job"
    listing = Listing("ListTransformJobs", "TransformJob", order="Descending")

    def __init__(self, records: Records, jobs: Jobs, run: Callable[[str], TransformRun], *, quotas: Quotas) -> None:
        super().__init__(records, jobs, run)
        self._quotas = quotas

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep the job and start it."""
        refuse_unsupported(request)
        find_model(self._records, place, request["ModelName"])
        arn = place.arn("transform-job", request["TransformJobName"])
        record = {**request, "TransformJobArn": arn, "TransformJobStatus": "InProgress"}
        if not self._quotas.add(arn, record):
            raise already_there(arn)
        self._jobs.start(arn, self._run(arn))
        return {"TransformJobArn": arn}

    def failed(self, record: Record, reason: str) -> dict[str, Any]:
        """The members that change when the job fails."""
        return ended("Failed", reason)


def refuse_unsupported(request: Request) -> None:
    """Refuse at once what would only fail or be ignored later."""
    source = request["TransformInput"]
    if request["TransformResources"]["InstanceCount"] != 1:
        raise invalid("The local platform runs one instance a job: ask for InstanceCount 1.")
    if source["DataSource"]["S3DataSource"]["S3DataType"] != "S3Prefix":
        raise invalid("TransformInput: the local platform reads S3DataType S3Prefix only.")
    if source.get("SplitType", "None") not in ("None", "Line"):
        raise invalid("TransformInput: the local platform splits by SplitType Line, or not at all (None).")
    if "DataCaptureConfig" in request:
        raise invalid("The local platform captures no data; leave DataCaptureConfig out.")
    _refuse_filters(request.get("DataProcessing", {}))
    _refuse_too_much(request)


def _refuse_filters(processing: Request) -> None:
    filters = {processing.get(name, "$") for name in ("InputFilter", "OutputFilter")}
    if filters != {"$"} or processing.get("JoinSource", "None") != "None":
        raise invalid(
            "DataProcessing: the local platform neither filters nor joins; leave InputFilter, OutputFilter and "
            "JoinSource out."
        )


def _refuse_too_much(request: Request) -> None:
    together = (request.get("MaxConcurrentTransforms") or 1) * request.get("MaxPayloadInMB", 6)
    if together > ALL_IN_FLIGHT:
        raise invalid(
            f"MaxConcurrentTransforms * MaxPayloadInMB is {together} MB and must not exceed {ALL_IN_FLIGHT} MB."
        )
