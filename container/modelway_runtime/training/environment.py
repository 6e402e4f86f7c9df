"""The SM_* variables, as sagemaker-training-toolkit derives them from a job's request.

SageMaker itself sets none of them: they come from inside the container.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelway_runtime.folders import Folders
from modelway_runtime.training.cluster import Cluster
from modelway_runtime.training.hardware import Hardware
from modelway_runtime.training.hyperparameters import flags, framework_parameters, users_own
from modelway_runtime.training.request import Request

SCRIPT = "train.py"
# Where a variable's name differs from the name of what it holds.
RENAMED = {"hps": "hyperparameters", "framework_params": "additional_framework_parameters"}
VARIABLES = (
    "hosts",
    "network_interface_name",
    "hps",
    "user_entry_point",
    "framework_params",
    "resource_config",
    "input_data_config",
    "output_data_dir",
    "current_host",
    "current_instance_type",
    "current_instance_group",
    "current_instance_group_hosts",
    "instance_groups",
    "instance_groups_dict",
    "distribution_instance_groups",
    "is_hetero",
    "module_name",
    "log_level",
    "framework_module",
    "input_dir",
    "input_config_dir",
    "output_dir",
    "num_cpus",
    "num_gpus",
    "num_neurons",
    "model_dir",
    "module_dir",
    "output_intermediate_dir",
)


def sm_variables(
    request: Request, *, folders: Folders, hardware: Hardware, program: Path, environ: Mapping[str, str]
) -> dict[str, str]:
    """All SM_* variables of the job: text as it is, everything else as compact JSON."""
    facts = (
        _paths(folders, program=program)
        | _machines(request.cluster, parameters=framework_parameters(request.hyperparameters))
        | _request(request, folders=folders, environ=environ)
        | {"num_cpus": hardware.cpus, "num_gpus": hardware.gpus, "num_neurons": hardware.neurons}
    )
    values = {name: facts[RENAMED.get(name, name)] for name in VARIABLES}
    values |= {"training_env": facts, "user_args": flags(facts["hyperparameters"])}
    values |= {"channels": sorted(request.channels)}
    values |= {f"channel_{name}": path for name, path in facts["channel_input_dirs"].items()}
    values |= _checkpoint(folders, environ=environ)
    values |= {f"hp_{name}": value for name, value in facts["hyperparameters"].items()}
    if facts["topology"]:
        values["topology"] = facts["topology"]
    return {f"SM_{name.upper()}": _text(value) for name, value in values.items()}


def entry_point(request: Request, *, environ: Mapping[str, str]) -> str:
    """The script to run: train.py, or what SageMaker's own program setting names."""
    named = environ.get("SAGEMAKER_PROGRAM") or request.hyperparameters.get("sagemaker_program")
    return str(named or SCRIPT)


def _paths(folders: Folders, *, program: Path) -> dict[str, Any]:
    return {
        "model_dir": str(folders.model),
        "input_dir": str(folders.input),
        "input_config_dir": str(folders.config),
        "output_dir": str(folders.output),
        "output_data_dir": str(folders.output / "data"),
        "output_intermediate_dir": str(folders.output / "intermediate"),
        "module_dir": str(program),
    }


def _checkpoint(folders: Folders, *, environ: Mapping[str, str]) -> dict[str, str]:
    """Not the toolkit's: the folder that model.toml asks SageMaker to keep from attempt to attempt."""
    named = environ.get("MODELWAY_CHECKPOINT")
    return {"checkpoint_dir": str(folders.moved(named))} if named else {}


def _machines(cluster: Cluster, *, parameters: Mapping[str, Any]) -> dict[str, Any]:
    training_hosts = cluster.training_hosts(parameters)
    master = (training_hosts or cluster.hosts)[0]
    return {
        "hosts": cluster.hosts,
        "current_host": cluster.current_host,
        "current_instance_type": cluster.instance_type,
        "current_instance_group": cluster.current_group,
        "current_instance_group_hosts": cluster.current_group_hosts,
        "instance_groups": list(cluster.groups),
        "instance_groups_dict": cluster.groups,
        "distribution_instance_groups": cluster.training_groups(parameters),
        "distribution_hosts": training_hosts,
        "is_hetero": len(cluster.groups) > 1,
        "master_hostname": master,
        "is_master": cluster.current_host == master,
        "network_interface_name": cluster.resources.get("network_interface_name", "eth0"),
        "topology": cluster.resources.get("topology", []),
        "resource_config": cluster.resources,
    }


def _request(request: Request, *, folders: Folders, environ: Mapping[str, str]) -> dict[str, Any]:
    script = entry_point(request, environ=environ)
    return {
        "hyperparameters": users_own(request.hyperparameters),
        "additional_framework_parameters": framework_parameters(request.hyperparameters),
        "input_data_config": request.channels,
        "channel_input_dirs": {name: str(folders.channel(name)) for name in request.channels},
        "user_entry_point": script,
        "module_name": script.removesuffix(".py"),
        "log_level": request.hyperparameters.get("sagemaker_container_log_level", logging.INFO),
        "framework_module": environ.get("SAGEMAKER_TRAINING_MODULE"),
        "job_name": environ.get("TRAINING_JOB_NAME"),
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
