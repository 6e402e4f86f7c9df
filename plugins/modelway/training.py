"""The training job of one trained version, as SageMaker's CreateTrainingJob wants it."""

from collections.abc import Mapping
from typing import Any

from modelway import names
from modelway.plan import Account, Plan
from modelway.spec import Scalar


def training_job(plan: Plan, *, name: str, account: Account) -> dict[str, Any]:
    """The CreateTrainingJob request."""
    train = plan.spec.train
    return {
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
            "InstanceType": train.instances.type,
            "InstanceCount": train.instances.count,
            "VolumeSizeInGB": train.instances.volume_gb,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": int(train.max_runtime.total_seconds())},
        "Environment": plan.container_environment(bucket=account.bucket),
        "Tags": plan.tags(account.environment),
    }


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
