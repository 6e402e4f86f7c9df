"""The training job of one trained version, as SageMaker's CreateTrainingJob wants it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from modelway import names
from modelway.plan import Account, Plan
from modelway.spec import Scalar

CHECKPOINT_VARIABLE = "MODELWAY_CHECKPOINT"


def training_job(plan: Plan, *, name: str, account: Account, instance_type: str | None = None) -> dict[str, Any]:
    """The CreateTrainingJob request, on the first choice of instance types unless told otherwise."""
    train = plan.spec.train
    request: dict[str, Any] = {
        "TrainingJobName": name,
        "AlgorithmSpecification": {
            "TrainingImage": plan.release.image,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": metric, "Regex": regex} for metric, regex in train.metrics.items()],
        },
        "RoleArn": account.role_arn,
        "HyperParameters": _texts(train.hyperparameters),
        "InputDataConfig": [
            _channel(channel, names.input_uri(plan.id, location, bucket=account.bucket))
            for channel, location in train.inputs.items()
        ],
        "OutputDataConfig": _output(plan.output(bucket=account.bucket), kms_key=account.kms_key),
        "ResourceConfig": {
            "InstanceType": instance_type or train.instances.type,
            "InstanceCount": train.instances.count,
            "VolumeSizeInGB": train.instances.volume_gb,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": _whole(train.max_runtime)},
        "Environment": plan.container_environment(bucket=account.bucket),
        "Tags": plan.tags(account.environment),
    }
    if train.spot:
        request["EnableManagedSpotTraining"] = True
        request["StoppingCondition"]["MaxWaitTimeInSeconds"] = _whole(train.longest_wait)
    if train.checkpoint:
        # SageMaker copies the folder there while the job runs, and back before the program of a next attempt starts.
        place = plan.checkpoints(bucket=account.bucket)
        request["CheckpointConfig"] = {"S3Uri": place, "LocalPath": train.checkpoint}
        request["Environment"][CHECKPOINT_VARIABLE] = train.checkpoint
    return request


def _whole(duration: timedelta) -> int:
    return int(duration.total_seconds())


def _channel(name: str, uri: str) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, "InputMode": "File"}


def _output(uri: str, *, kms_key: str) -> dict[str, str]:
    """Without ResourceConfig's VolumeKmsKeyId: instances with NVMe disks, which encrypt by themselves, refuse it."""
    return {"S3OutputPath": uri} | ({"KmsKeyId": kms_key} if kms_key else {})


def _texts(hyperparameters: Mapping[str, Scalar]) -> dict[str, str]:
    """SageMaker carries every hyperparameter as text; truth values are written as argparse users read them."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in hyperparameters.items()
    }
