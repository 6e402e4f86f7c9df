"""The machines of a training job, as resourceconfig.json tells."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HOMOGENEOUS = "homogeneousCluster"
# Any of these makes the current group the one that trains together (sagemaker-training-toolkit, environment.py).
DISTRIBUTED = (
    "sagemaker_mpi_enabled",
    "sagemaker_parameter_server_enabled",
    "sagemaker_distributed_dataparallel_enabled",
    "sagemaker_pytorch_ddp_enabled",
    "sagemaker_pytorch_xla_multi_worker_enabled",
    "sagemaker_multi_worker_mirrored_strategy_enabled",
    "sagemaker_torch_distributed_enabled",
)


@dataclass(frozen=True)
class Cluster:
    """The content of resourceconfig.json."""

    resources: Mapping[str, Any]

    @property
    def hosts(self) -> list[str]:
        """All machines, in order."""
        return list(self.resources.get("hosts") or [self.current_host])

    @property
    def current_host(self) -> str:
        """This machine; a desk has no resourceconfig.json and answers with its own name."""
        return str(self.resources.get("current_host") or socket.gethostname())

    @property
    def instance_type(self) -> str:
        """This machine's type."""
        return str(self.resources.get("current_instance_type", "local"))

    @property
    def current_group(self) -> str:
        """This machine's group; the key is current_group_name, whatever SageMaker's older pages say."""
        return str(self.resources.get("current_group_name", HOMOGENEOUS))

    @property
    def groups(self) -> dict[str, Mapping[str, Any]]:
        """The instance groups by name."""
        return {group["instance_group_name"]: group for group in self.resources.get("instance_groups", [])}

    @property
    def current_group_hosts(self) -> list[str]:
        """The machines of this machine's group."""
        return list(self.groups.get(self.current_group, {}).get("hosts", []))

    def training_groups(self, parameters: Mapping[str, Any]) -> list[str]:
        """The groups that train together, by SageMaker's framework parameters."""
        named = parameters.get("sagemaker_distribution_instance_groups")
        if named is not None:
            return list(named)
        return [self.current_group] if any(parameters.get(name) for name in DISTRIBUTED) else []

    def training_hosts(self, parameters: Mapping[str, Any]) -> list[str]:
        """The machines that train together; without groups, all of them."""
        if not self.groups:
            return self.hosts
        chosen = self.training_groups(parameters)
        return [host for name, group in self.groups.items() if name in chosen for host in group["hosts"]]
