"""Training jobs: the operations on their records."""

from collections.abc import Callable, Mapping
from typing import Any

from local.aws.records import Record, Records
from local.aws.sagemaker.allowance import refuse_unsound
from local.aws.sagemaker.checkpoints import local_path
from local.aws.sagemaker.job_room import JobRoom
from local.aws.sagemaker.jobs import Jobs
from local.aws.sagemaker.listing import Listing
from local.aws.sagemaker.metrics import compiled
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.quotas import Quotas
from local.aws.sagemaker.refusal import Refusal, invalid
from local.aws.sagemaker.training_run import TrainingRun
from local.aws.sagemaker.training_status import transition

Request = Mapping[str, Any]
DAY = 86_400
ONE_INSTANCE = "The local platform runs one instance a job: ask for InstanceCount 1 and no InstanceGroups."


class TrainingJobs(JobRoom):
    """CreateTrainingJob, DescribeTrainingJob, ListTrainingJobs and StopTrainingJob."""

    noun, kind, words = "TrainingJob", "training-job", "training job"
    listing = Listing("ListTrainingJobs", "TrainingJob")

    def __init__(self, records: Records, jobs: Jobs, run: Callable[[str], TrainingRun], *, quotas: Quotas) -> None:
        super().__init__(records, jobs, run)
        self._quotas = quotas

    def create(self, place: Place, request: Request) -> dict[str, Any]:
        """Keep the job and start it."""
        refuse_unsupported(request)
        arn = place.arn("training-job", request["TrainingJobName"])
        condition = {"MaxRuntimeInSeconds": DAY, **request.get("StoppingCondition", {})}
        record = {**request, "TrainingJobArn": arn, "StoppingCondition": condition}
        if not self._quotas.add(arn, {**record, **transition({}, "Starting")}):
            raise already_there(arn)
        self._jobs.start(arn, self._run(arn))
        return {"TrainingJobArn": arn}

    def stopping(self, record: Record) -> dict[str, Any]:
        """The members that change when the job is asked to stop."""
        return transition(record, "Stopping")

    def unknown(self, name: str) -> str:
        """AWS's words for a name that no job has."""
        return "Requested resource not found."

    def failed(self, record: Record, reason: str) -> dict[str, Any]:
        """The members that change when the job fails."""
        return transition(record, "Failed", reason)


def already_there(arn: str) -> Refusal:
    """A job's name is taken for ever."""
    return Refusal(
        "ResourceInUse",
        f"Job name must be unique within an AWS account and region, and a job with this name already exists ({arn})",
    )


def refuse_unsupported(request: Request) -> None:
    """Refuse at once what would only fail or be ignored later."""
    resources, algorithm = request["ResourceConfig"], request["AlgorithmSpecification"]
    if resources.get("InstanceGroups") or resources.get("InstanceCount") != 1:
        raise invalid(ONE_INSTANCE)
    if "TrainingImage" not in algorithm:
        raise invalid("The local platform needs AlgorithmSpecification.TrainingImage; it has no algorithms of its own.")
    for definition in algorithm.get("MetricDefinitions", []):
        compiled(definition)
    refuse_unsound(request, runtime=request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", DAY))
    if "CheckpointConfig" in request:
        local_path(request["CheckpointConfig"])
    for channel in request.get("InputDataConfig", []):
        _refuse_unsupported_channel(channel, algorithm["TrainingInputMode"])


def _refuse_unsupported_channel(channel: Request, mode: str) -> None:
    name = channel["ChannelName"]
    source = channel["DataSource"].get("S3DataSource")
    if source is None or source["S3DataType"] != "S3Prefix":
        raise invalid(
            f"Channel {name}: the local platform reads channels from S3DataSource with S3DataType S3Prefix only."
        )
    if channel.get("InputMode", mode) == "Pipe":
        raise invalid(f"Channel {name}: the local platform has no Pipe mode; use File or FastFile.")
