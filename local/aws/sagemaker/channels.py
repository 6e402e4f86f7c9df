"""Writes what a training container reads below /opt/ml/input/config."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.aws.sagemaker.checkpoints import local_path

HOST = "algo-1"
GROUP = "homogeneousCluster"


def write_configuration(folder: Path, job: Mapping[str, Any]) -> None:
    """Write the three files of the training contract."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "hyperparameters.json": job.get("HyperParameters", {}),
        "inputdataconfig.json": {
            channel["ChannelName"]: _channel(job, channel) for channel in job.get("InputDataConfig", [])
        },
        "resourceconfig.json": resources(job["ResourceConfig"]["InstanceType"]),
    }
    if "CheckpointConfig" in job:
        files["checkpointconfig.json"] = {"LocalPath": str(local_path(job["CheckpointConfig"]))}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), "utf-8")


def _channel(job: Mapping[str, Any], channel: Mapping[str, Any]) -> dict[str, str]:
    mode = channel.get("InputMode", job["AlgorithmSpecification"]["TrainingInputMode"])
    source = channel["DataSource"]["S3DataSource"]
    described = {
        "TrainingInputMode": mode,
        "S3DistributionType": source.get("S3DataDistributionType", "FullyReplicated"),
        "RecordWrapperType": channel.get("RecordWrapperType", "None"),
    }
    return described | ({"ContentType": channel["ContentType"]} if "ContentType" in channel else {})


def resources(instance_type: str) -> dict[str, Any]:
    """The cluster of one host."""
    return {
        "current_host": HOST,
        "current_instance_type": instance_type,
        "current_group_name": GROUP,
        "hosts": [HOST],
        "instance_groups": [{"instance_group_name": GROUP, "instance_type": instance_type, "hosts": [HOST]}],
        "network_interface_name": "lo",
    }
